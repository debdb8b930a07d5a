#include "where_units.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/reverts.h>

/* --- Groups ----------------------------------------------------------------------------------- */

/* Sets that grow together: every item points towards the root of its set. */
static size_t root_of(size_t *links, size_t item)
{
    while (links[item] != item) {
        links[item] = links[links[item]];
        item = links[item];
    }
    return item;
}

static void join(size_t *links, size_t a, size_t b)
{
    links[root_of(links, a)] = root_of(links, b);
}

static bool has_bit(const uint64_t *bits, size_t count, size_t row, size_t bit)
{
    size_t words = (count + 63) / 64;

    return bits != NULL && (bits[row * words + bit / 64] >> (bit % 64) & 1) != 0;
}

static bool in_line(const struct where_units *units, size_t a, size_t b)
{
    const struct where_module_input *module = units->module;

    return has_bit(module->above, module->count, a, b) ||
           has_bit(module->above, module->count, b, a);
}

static void join_same_patches(const struct where_units *units, size_t *links)
{
    const struct where_module_input *module = units->module;

    for (size_t i = 0; module->patches != NULL && i < module->count; i++) {
        for (size_t k = i + 1; module->patches[i] != WHERE_NONE && k < module->count; k++) {
            if (module->patches[k] == module->patches[i]) {
                join(links, i, k);
                break;
            }
        }
    }
}

/* By the trailers of git-cherry-pick(1) -x: from one of these, or two of them from a third. */
static void join_picks(const struct where_units *units, size_t *links)
{
    struct map *sources = map_new();

    for (size_t i = 0; i < units->module->count; i++) {
        const struct commit_message *message = units->module->commits[i].message;

        for (size_t k = 0; k < message->picked_count; k++) {
            size_t source = commit_number_of_hex(&units->reading, message->picked_from[k]);
            const size_t *other = map_get(sources, message->picked_from[k]);

            if (source != NO_COMMIT)
                join(links, i, source);
            else if (other != NULL)
                join(links, i, *other);
            else
                map_put(sources, message->picked_from[k], &units->reading.numbers[i]);
        }
    }
    map_free(&sources);
}

static bool alike(const struct where_units *units, size_t a, size_t b)
{
    const struct commit *first = &units->module->commits[a], *second = &units->module->commits[b];

    if (units->reading.merges[a] || units->reading.merges[b] || units->reverts[a] ||
        units->reverts[b] ||
        strcmp(units->reading.subjects[a].same, units->reading.subjects[b].same) != 0)
        return false;
    return ticket_sets_meet(&units->reading.tickets[a], &units->reading.tickets[b]) ||
           (first->author_time == second->author_time &&
            strcmp(first->author_email, second->author_email) == 0);
}

/* Two commits of one line of history are two changes, however alike they are; so are the groups
 * that hold them. */
static bool groups_in_line(const struct where_units *units, size_t *links, size_t a, size_t b)
{
    size_t first = root_of(links, a), second = root_of(links, b);

    for (size_t i = 0; i < units->module->count; i++) {
        if (root_of(links, i) != first)
            continue;
        for (size_t k = 0; k < units->module->count; k++) {
            if (root_of(links, k) == second && in_line(units, i, k))
                return true;
        }
    }
    return false;
}

static void join_alike(const struct where_units *units, size_t *links)
{
    for (size_t i = 0; i < units->module->count; i++) {
        for (size_t k = i + 1; k < units->module->count; k++) {
            if ((units->module->asked[i] || units->module->asked[k]) && alike(units, i, k) &&
                root_of(links, i) != root_of(links, k) && !groups_in_line(units, links, i, k))
                join(links, i, k);
        }
    }
}

/* --- Units ------------------------------------------------------------------------------------ */

enum speaker { SPEAKS_CHANGE, SPEAKS_MERGE, SPEAKS_REVERT, SPEAKERS };

/* A revert of something that is not asked for is a change like any other. */
static enum speaker speaker_of(const struct where_units *units,
                               const struct revert_outcome *outcomes, size_t commit)
{
    if (units->reading.merges[commit])
        return SPEAKS_MERGE;
    return outcomes[commit].revert && outcomes[commit].other != NO_COMMIT ? SPEAKS_REVERT
                                                                          : SPEAKS_CHANGE;
}

/* What speaks for the change: merges only where nothing else does, reverts last of all. */
static enum speaker best_speaker(const struct where_units *units,
                                 const struct revert_outcome *outcomes)
{
    enum speaker best = SPEAKERS;

    for (size_t i = 0; i < units->module->count; i++) {
        enum speaker speaker = speaker_of(units, outcomes, i);

        if (units->module->asked[i] && speaker < best)
            best = speaker;
    }
    return best;
}

/* Which of two commits of a unit was there first: not the one that was picked from another, else
 * the older one. */
static bool is_earlier(const struct where_units *units, size_t a, size_t b)
{
    const struct commit *first = &units->module->commits[a], *second = &units->module->commits[b];
    bool picked = first->message->picked_count > 0;

    if (picked != (second->message->picked_count > 0))
        return !picked;
    return first->committer_time != second->committer_time
               ? first->committer_time < second->committer_time
               : a > b;
}

static void make_units(struct where_units *units, size_t *links,
                       const struct revert_outcome *outcomes)
{
    size_t count = units->module->count;
    enum speaker best = best_speaker(units, outcomes);
    size_t *unit_of_root = memory_array(count + 1, sizeof *unit_of_root);

    for (size_t i = 0; i < count; i++) {
        unit_of_root[i] = WHERE_NONE;
        units->unit_of[i] = WHERE_NONE;
    }
    for (size_t i = 0; i < count; i++) {
        size_t root = root_of(links, i);

        if (units->module->asked[i] && speaker_of(units, outcomes, i) == best &&
            unit_of_root[root] == WHERE_NONE) {
            units->originals[units->count] = i;
            unit_of_root[root] = units->count++;
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t unit = unit_of_root[root_of(links, i)];

        if (unit == WHERE_NONE || speaker_of(units, outcomes, i) > best)
            continue;
        units->unit_of[i] = unit;
        if (is_earlier(units, i, units->originals[unit]))
            units->originals[unit] = i;
    }
    free(unit_of_root);
}

void where_units_start(struct where_units *units, struct arena *arena,
                       const struct where_module_input *module, const struct where_input *input)
{
    size_t count = module->count;
    struct revert_outcome *outcomes = memory_array(count + 1, sizeof *outcomes);
    size_t *links = memory_array(count + 1, sizeof *links);

    *units = (struct where_units){
        .module = module,
        .arena = arena,
        .tickets = {input->ticket_keys, input->ticket_key_count},
        .reverts = arena_array(arena, count + 1, sizeof *units->reverts),
        .proven = arena_array(arena, count + 1, sizeof *units->proven),
        .unit_of = arena_array(arena, count + 1, sizeof *units->unit_of),
        .originals = arena_array(arena, count + 1, sizeof *units->originals),
        .known = map_new(),
    };
    commit_reading_start(&units->reading, arena, module->commits, count, false, &units->tickets, 1);
    reverts_find(&units->reading, NULL, outcomes);
    for (size_t i = 0; i < count; i++) {
        units->reverts[i] = outcomes[i].revert;
        links[i] = i;
    }
    join_same_patches(units, links);
    join_picks(units, links);
    for (size_t i = 0; i < count; i++)
        units->proven[i] = root_of(links, i);
    join_alike(units, links);
    make_units(units, links, outcomes);
    free(outcomes);
    free(links);
}

void where_units_end(struct where_units *units)
{
    commit_reading_end(&units->reading);
    map_free(&units->known);
}

/* --- What a version holds --------------------------------------------------------------------- */

/* How far one unit is there. */
struct unit_holding {
    enum where_state state;
    size_t as;
};

static void take_better(struct unit_holding *holding, enum where_state state, size_t commit)
{
    if (state <= holding->state)
        return;
    holding->state = state;
    holding->as = commit;
}

static enum where_state state_by(const struct where_units *units, size_t unit, size_t commit)
{
    if (commit == units->originals[unit])
        return WHERE_IN;
    return units->proven[commit] == units->proven[units->originals[unit]] ? WHERE_AS_ANOTHER
                                                                          : WHERE_PROBABLY;
}

/* Reverting a merge takes back what it brought. */
static bool branch_taken_back(const struct commit_reading *reading,
                              const struct revert_outcome *outcomes, size_t merge)
{
    bool brought = false;

    for (size_t i = merge + 1; i < reading->count; i++) {
        if (reading->merges[i] || outcomes[i].revert || !commit_came_by(reading, i, merge))
            continue;
        if (!outcomes[i].cancelled)
            return false;
        brought = true;
    }
    return brought;
}

static bool taken_back(const struct commit_reading *reading, const struct revert_outcome *outcomes,
                       size_t commit)
{
    return reading->merges[commit] ? branch_taken_back(reading, outcomes, commit)
                                   : outcomes[commit].cancelled;
}

/* `places` are the commits that are held, in their order. Reverts are told among them alone: what
 * another branch takes back is on in this one. */
static void judge_units(const struct where_units *units, const size_t *places, size_t held,
                        struct unit_holding *holdings)
{
    struct commit *commits = memory_array(held + 1, sizeof *commits);
    struct revert_outcome *outcomes = memory_array(held + 1, sizeof *outcomes);
    struct arena *arena = arena_new();
    struct commit_reading reading;

    for (size_t i = 0; i < held; i++)
        commits[i] = units->module->commits[places[i]];
    commit_reading_start(&reading, arena, commits, held, false, &units->tickets, 1);
    reverts_find(&reading, NULL, outcomes);
    for (size_t i = 0; i < held; i++) {
        size_t unit = units->unit_of[places[i]];

        if (unit != WHERE_NONE)
            take_better(&holdings[unit],
                        taken_back(&reading, outcomes, i) ? WHERE_REVERTED
                                                          : state_by(units, unit, places[i]),
                        places[i]);
    }
    commit_reading_end(&reading);
    arena_free(&arena);
    free(commits);
    free(outcomes);
}

static struct where_holding sum_up(const struct where_units *units,
                                   const struct unit_holding *holdings)
{
    struct where_holding sum = { WHERE_IN, 0, WHERE_NONE };
    bool reverted = false;

    for (size_t i = 0; i < units->count; i++) {
        if (holdings[i].state < WHERE_PROBABLY) {
            reverted = reverted || holdings[i].state == WHERE_REVERTED;
            continue;
        }
        sum.there++;
        if (holdings[i].state < sum.state)
            sum.state = holdings[i].state;
        if (holdings[i].state < WHERE_IN && sum.as == WHERE_NONE)
            sum.as = holdings[i].as;
    }
    if (sum.there == 0)
        sum.state = reverted ? WHERE_REVERTED : WHERE_NOT_IN;
    else if (sum.there < units->count)
        sum.state = WHERE_PARTLY;
    return sum;
}

const struct where_holding *where_units_held(struct where_units *units, size_t version)
{
    const struct where_module_input *module = units->module;
    unsigned char *key = memory_array(module->count / 8 + 1, 1);
    size_t *places = memory_array(module->count + 1, sizeof *places), held = 0;
    struct unit_holding *holdings = memory_array(units->count + 1, sizeof *holdings);
    struct where_holding *known;

    for (size_t i = 0; i < module->count; i++) {
        if (!has_bit(module->held, module->version_count, i, version))
            continue;
        key[i / 8] = (unsigned char)(key[i / 8] | 1u << (i % 8));
        places[held++] = i;
    }
    /* Most versions hold all of it or nothing: what was judged once need not be again. */
    known = map_get_bytes(units->known, key, module->count / 8 + 1);
    if (known == NULL) {
        known = arena_alloc(units->arena, sizeof *known);
        judge_units(units, places, held, holdings);
        *known = sum_up(units, holdings);
        map_put_bytes(units->known, key, module->count / 8 + 1, known);
    }
    free(key);
    free(places);
    free(holdings);
    return known;
}

/* --- Roles ------------------------------------------------------------------------------------ */

enum where_role where_units_role(const struct where_units *units, size_t commit)
{
    size_t unit = units->unit_of[commit];

    if (unit == WHERE_NONE)
        return units->reverts[commit] ? WHERE_REVERT : WHERE_MERGE;
    if (units->originals[unit] == commit)
        return WHERE_CHANGE;
    return units->proven[commit] == units->proven[units->originals[unit]] ? WHERE_TWIN
                                                                          : WHERE_ALIKE;
}

const char *where_units_basis(const struct where_units *units, size_t commit)
{
    const size_t *patches = units->module->patches;
    size_t original = units->originals[units->unit_of[commit]];

    if (patches != NULL && patches[commit] != WHERE_NONE && patches[commit] == patches[original])
        return "same patch";
    return where_units_role(units, commit) == WHERE_TWIN ? "cherry-picked"
                                                         : "says the same, with another patch";
}
