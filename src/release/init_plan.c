#include <pilab/release/init_plan.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/release/stage.h>

#include "init_module.h"
#include "init_complaints.h"

#define LONGEST_CODE 16
#define USUAL_CODE   8
/* A key that stands in fewer messages than one in so many of the most frequent one's is a slip of
 * the pen, or somebody else's tracker. */
#define RARE_SHARE 20

struct plan_maker {
    const struct init_findings *findings;
    const struct init_there *there;
    const struct init_wish *wish;
    struct arena *arena;
    struct init_plan *plan;
    struct map *modules, *environments; /* name → index + 1 */
};

const char *init_standing_name(enum init_standing standing)
{
    static const char *const names[INIT_STANDING_COUNT] = {
        [INIT_SAME] = "same", [INIT_NEW] = "new", [INIT_CHANGED] = "changed", [INIT_GONE] = "gone"
    };

    return names[standing];
}

/* --- Name and code ---------------------------------------------------------------------------- */

const char *init_plan_name_from(const char *text, struct arena *arena)
{
    const char *base = strrchr(text, '/') != NULL ? strrchr(text, '/') + 1 : text;
    const char *dot = strrchr(base, '.');
    char *name =
        arena_bytes(arena, base, dot != NULL && dot > base ? (size_t)(dot - base) : strlen(base));

    for (char *c = name; *c != '\0'; c++) {
        if (*c == '-' || *c == '_' || *c == '.')
            *c = ' ';
    }
    name[0] = (char)toupper((unsigned char)name[0]);
    return init_word_is_sound(name) ? name : "Project";
}

/* Initials of several words; the first letters of one. */
const char *init_plan_code_from(const char *name, struct arena *arena)
{
    char code[USUAL_CODE + 1], initials[USUAL_CODE + 1];
    size_t letters = 0, words = 0;
    bool inside = false;

    for (const char *c = name; *c != '\0'; c++) {
        bool alnum = isalnum((unsigned char)*c) != 0;

        if (alnum && letters < 4 && (letters > 0 || isalpha((unsigned char)*c)))
            code[letters++] = (char)toupper((unsigned char)*c);
        if (alnum && !inside && words < USUAL_CODE && (words > 0 || isalpha((unsigned char)*c)))
            initials[words++] = (char)toupper((unsigned char)*c);
        inside = alnum;
    }
    if (words > 1)
        return arena_bytes(arena, initials, words);
    return letters > 1 ? arena_bytes(arena, code, letters) : "PRJ";
}

bool init_plan_code_is_sound(const char *code)
{
    size_t length = strlen(code);

    return length > 0 && length <= LONGEST_CODE && isupper((unsigned char)code[0]) &&
           strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == length;
}

static bool is_taken(const struct init_there *there, const char *code)
{
    for (size_t i = 0; i < there->code_count; i++) {
        if (strcasecmp(there->codes[i], code) == 0)
            return true;
    }
    return false;
}

static const char *free_code(struct plan_maker *maker, const char *name)
{
    const char *wanted = init_plan_code_from(name, maker->arena), *code = wanted;

    for (unsigned i = 2; is_taken(maker->there, code); i++)
        code = arena_printf(maker->arena, "%s%u", wanted, i);
    return code;
}

static void name_project(struct plan_maker *maker)
{
    const struct project_settings *base = maker->there->settings;
    const struct init_wish *wish = maker->wish;
    struct init_plan *plan = maker->plan;

    if (base != NULL) {
        plan->exists = true;
        plan->base = base;
        plan->name = wish->name != NULL ? wish->name : base->name;
        plan->code = base->code;
        return;
    }
    plan->name =
        wish->name != NULL ? wish->name : init_plan_name_from(wish->fallback, maker->arena);
    plan->code = wish->code != NULL ? wish->code : free_code(maker, plan->name);
}

/* --- Environments ----------------------------------------------------------------------------- */

static void put_index(struct map *map, const char *name, size_t index)
{
    struct strbuf form = STRBUF_INIT;

    for (; *name != '\0'; name++)
        strbuf_add_char(&form, (char)tolower((unsigned char)*name));
    map_put(map, form.data, (void *)(uintptr_t)(index + 1));
    strbuf_release(&form);
}

/* False when there is none. */
static bool get_index(const struct map *map, const char *name, size_t *index)
{
    struct strbuf form = STRBUF_INIT;
    uintptr_t place;

    for (; *name != '\0'; name++)
        strbuf_add_char(&form, (char)tolower((unsigned char)*name));
    place = (uintptr_t)map_get(map, form.data);
    strbuf_release(&form);
    if (place > 0)
        *index = place - 1;
    return place > 0;
}

static bool was_found(const struct plan_maker *maker, const char *environment)
{
    for (size_t i = 0; i < maker->findings->environments.count; i++) {
        if (strcasecmp(*(const char **)vector_at(&maker->findings->environments, i), environment) ==
            0)
            return true;
    }
    return false;
}

static const char *stage_beside(const struct init_plan *plan)
{
    return plan->environment_count > 0
               ? plan->environments[plan->environment_count - 1].settings.stage
               : "DEV";
}

static void add_environment(struct plan_maker *maker, const char *name)
{
    struct init_plan *plan = maker->plan;
    struct stage_guess guess = stage_guess(name);
    struct init_environment *environment = &plan->environments[plan->environment_count];

    *environment = (struct init_environment){
        .settings = {.name = name,
                     .stage = guess.stage != NULL ? guess.stage : stage_beside(plan)},
        .standing = INIT_NEW,
        .guessed = true,
        .unsure = guess.stage == NULL,
    };
    put_index(maker->environments, name, plan->environment_count++);
}

/* Those that are there keep what was said about them; new ones come behind them in the order in
 * which they were found. */
static void plan_environments(struct plan_maker *maker)
{
    const struct project_settings *base = maker->there->settings;
    size_t known = base != NULL ? base->environment_count : 0;
    size_t found = maker->findings->environments.count;
    struct init_plan *plan = maker->plan;
    struct environment_settings *path = arena_array(maker->arena, known + found, sizeof *path);

    plan->environments = arena_array(maker->arena, known + found, sizeof *plan->environments);
    for (size_t i = 0; i < known; i++) {
        plan->environments[i] = (struct init_environment){
            .settings = base->environments[i],
            .standing =
                found == 0 || was_found(maker, base->environments[i].name) ? INIT_SAME : INIT_GONE,
        };
        put_index(maker->environments, base->environments[i].name, i);
    }
    plan->environment_count = known;
    for (size_t i = 0; i < found; i++) {
        const char *name = *(const char **)vector_at(&maker->findings->environments, i);
        size_t index;

        if (!get_index(maker->environments, name, &index))
            add_environment(maker, name);
    }
    for (size_t i = 0; i < plan->environment_count; i++)
        path[i] = plan->environments[i].settings;
    stage_fill_path(maker->arena, path, plan->environment_count);
    plan->no_production = true;
    for (size_t i = 0; i < plan->environment_count; i++) {
        struct init_environment *environment = &plan->environments[i];

        if (environment->standing == INIT_NEW)
            environment->settings = path[i];
        if (stage_is_production(environment->settings.stage))
            plan->no_production = false;
    }
}

/* --- Modules ---------------------------------------------------------------------------------- */

static void take_look(struct init_module *module, const struct init_found_module *found)
{
    module->looked = found->looked;
    module->refused = found->refused;
    module->refused_hint = found->refused_hint;
}

static void plan_known_modules(struct plan_maker *maker)
{
    const struct project_settings *base = maker->there->settings;
    struct init_plan *plan = maker->plan;

    for (size_t i = 0; base != NULL && i < base->module_count; i++) {
        const struct init_found_module *found =
            init_findings_find(maker->findings, base->modules[i].name);
        struct init_module *module = &plan->modules[plan->module_count];

        *module = (struct init_module){ .settings = base->modules[i], .standing = INIT_GONE };
        if (found != NULL) {
            module->standing =
                init_module_fill(&module->settings, &found->settings) ? INIT_CHANGED : INIT_SAME;
            take_look(module, found);
            put_index(maker->modules, found->settings.name, plan->module_count);
        }
        put_index(maker->modules, base->modules[i].name, plan->module_count++);
    }
}

static void plan_modules(struct plan_maker *maker)
{
    const struct project_settings *base = maker->there->settings;
    size_t known = base != NULL ? base->module_count : 0;
    const struct vector *found = &maker->findings->modules;
    struct init_plan *plan = maker->plan;

    plan->modules = arena_array(maker->arena, known + found->count, sizeof *plan->modules);
    plan_known_modules(maker);
    for (size_t i = 0; i < found->count; i++) {
        const struct init_found_module *new = vector_at(found, i);
        struct init_module *module = &plan->modules[plan->module_count];
        size_t index;

        if (get_index(maker->modules, new->settings.name, &index))
            continue;
        *module = (struct init_module){ .settings = new->settings, .standing = INIT_NEW };
        if (module->settings.type == NULL)
            module->settings.type = "OTHER";
        take_look(module, new);
        put_index(maker->modules, new->settings.name, plan->module_count++);
    }
}

/* --- Cells ------------------------------------------------------------------------------------ */

static char *cell_key(struct arena *arena, size_t module, size_t environment)
{
    return arena_printf(arena, "%zu %zu", module, environment);
}

/* What runs now in each cell of the project that is there. */
static struct map *map_running(struct plan_maker *maker)
{
    struct map *running = map_new();

    for (size_t i = 0; i < maker->there->running_count; i++) {
        const struct init_running *cell = &maker->there->running[i];
        size_t module, environment;

        if (get_index(maker->modules, cell->module, &module) &&
            get_index(maker->environments, cell->environment, &environment))
            map_put(running, cell_key(maker->arena, module, environment),
                    (void *)(uintptr_t)(i + 1));
    }
    return running;
}

/* A commit that became known later is a better word on the same version. One that is another now
 * is none: a tag that was moved does not say what was deployed. */
static enum init_standing standing_of(const struct init_observation *seen,
                                      const struct init_running *now)
{
    if (now == NULL)
        return INIT_NEW;
    if (strcmp(seen->version, now->version) != 0)
        return seen->at != 0 && seen->at < now->at ? INIT_SAME : INIT_CHANGED;
    return seen->commit != NULL && now->commit == NULL ? INIT_CHANGED : INIT_SAME;
}

static void count_version(struct init_module *module, const char *commit)
{
    module->versions++;
    module->resolved += commit != NULL;
}

static void plan_cells(struct plan_maker *maker)
{
    const struct vector *seen = &maker->findings->observations;
    struct init_plan *plan = maker->plan;
    struct map *running = map_running(maker);

    plan->cells = arena_array(maker->arena, seen->count, sizeof *plan->cells);
    for (size_t i = 0; i < seen->count; i++) {
        const struct init_observation *observation = vector_at(seen, i);
        struct init_cell *cell = &plan->cells[plan->cell_count];
        const struct init_running *now;
        uintptr_t place;

        if (!get_index(maker->modules, observation->module, &cell->module) ||
            !get_index(maker->environments, observation->environment, &cell->environment))
            continue;
        place =
            (uintptr_t)map_get(running, cell_key(maker->arena, cell->module, cell->environment));
        now = place > 0 ? &maker->there->running[place - 1] : NULL;
        cell->version = observation->version;
        cell->commit = observation->commit;
        cell->actor = observation->actor;
        cell->source = observation->source;
        cell->at = observation->at;
        cell->before = now != NULL ? now->version : NULL;
        cell->standing = standing_of(observation, now);
        count_version(&plan->modules[cell->module], cell->commit);
        plan->cell_count++;
    }
    map_free(&running);
}

/* --- Tickets ---------------------------------------------------------------------------------- */

static bool is_wished(const struct plan_maker *maker, const char *key)
{
    for (size_t i = 0; i < maker->wish->ticket_count; i++) {
        if (strcasecmp(maker->wish->tickets[i], key) == 0)
            return true;
    }
    return false;
}

static bool is_the_projects(const struct plan_maker *maker, const char *key)
{
    const struct project_settings *base = maker->there->settings;

    for (size_t i = 0; base != NULL && i < base->ticket_count; i++) {
        if (strcasecmp(base->tickets[i], key) == 0)
            return true;
    }
    return false;
}

/* Without a word from a person: what is the project's already, else the frequent ones that do not
 * look like something else. */
static bool is_ticked(const struct plan_maker *maker, const struct init_key *key, size_t most)
{
    const struct project_settings *base = maker->there->settings;

    if (maker->wish->tickets_given)
        return is_wished(maker, key->key);
    if (base != NULL && base->ticket_count > 0)
        return is_the_projects(maker, key->key);
    return !key->suspicious && key->count > 1 && key->count * RARE_SHARE >= most;
}

static void add_ticket(struct init_plan *plan, const char *key)
{
    for (size_t i = 0; i < plan->ticket_count; i++) {
        if (strcasecmp(plan->tickets[i].key, key) == 0)
            return;
    }
    plan->tickets[plan->ticket_count++] = (struct init_ticket){ .key = key, .ticked = true };
}

static void plan_tickets(struct plan_maker *maker)
{
    const struct project_settings *base = maker->there->settings;
    const struct vector *keys = &maker->findings->keys;
    struct init_plan *plan = maker->plan;
    size_t room = keys->count + maker->wish->ticket_count + (base != NULL ? base->ticket_count : 0);
    size_t most = 0;

    plan->tickets = arena_array(maker->arena, room, sizeof *plan->tickets);
    for (size_t i = 0; i < keys->count; i++) {
        const struct init_key *key = vector_at(keys, i);

        if (!key->suspicious && key->count > most)
            most = key->count;
    }
    for (size_t i = 0; i < keys->count; i++) {
        const struct init_key *key = vector_at(keys, i);

        plan->tickets[plan->ticket_count++] =
            (struct init_ticket){ key->key, key->count, key->suspicious,
                                  is_ticked(maker, key, most) };
    }
    for (size_t i = 0; i < maker->wish->ticket_count; i++)
        add_ticket(plan, maker->wish->tickets[i]);
    for (size_t i = 0; base != NULL && !maker->wish->tickets_given && i < base->ticket_count; i++)
        add_ticket(plan, base->tickets[i]);
}

struct init_plan *init_plan_make(const struct init_findings *findings,
                                 const struct init_there *there, const struct init_wish *wish,
                                 struct arena *arena)
{
    struct plan_maker maker = { .findings = findings,
                                .there = there,
                                .wish = wish,
                                .arena = arena,
                                .plan = arena_alloc(arena, sizeof *maker.plan),
                                .modules = map_new(),
                                .environments = map_new() };

    name_project(&maker);
    plan_environments(&maker);
    plan_modules(&maker);
    plan_cells(&maker);
    plan_tickets(&maker);
    init_complaints_gather(maker.plan, findings, arena);
    map_free(&maker.modules);
    map_free(&maker.environments);
    return maker.plan;
}
