#include "init_parts.h"
#include "remotes.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/git/remote.h>

static const char module_mark[] = "{module}";

/* A module that is to be looked at. */
struct look {
    const char *module;                              /* as the findings spell it */
    struct vector addresses, versions, observations; /* const char *, const char *, size_t */
    struct init_scanned *scanned;                    /* found by a scan, and in no table */
    bool parts;
};

struct looks {
    struct init_work *work;
    struct vector looks; /* struct look */
    const char **environments;
    size_t environment_count;
    struct map *keys;    /* key → struct init_key */
    struct map *counted; /* repositories whose messages have been: several modules may share one */
};

/* --- What to look at -------------------------------------------------------------------------- */

static struct look *look_new(struct looks *looks, const char *module)
{
    struct look *look = vector_add(&looks->looks);

    look->module = module;
    vector_init(&look->addresses, sizeof(const char *));
    vector_init(&look->versions, sizeof(const char *));
    vector_init(&look->observations, sizeof(size_t));
    return look;
}

static void clear_looks(struct looks *looks)
{
    for (size_t i = 0; i < looks->looks.count; i++) {
        struct look *look = vector_at(&looks->looks, i);

        vector_release(&look->addresses);
        vector_release(&look->versions);
        vector_release(&look->observations);
    }
    vector_clear(&looks->looks);
}

static const struct module_settings *known_module(const struct init_work *work, const char *name)
{
    const struct project_settings *settings = work->there.settings;

    for (size_t i = 0; settings != NULL && i < settings->module_count; i++) {
        if (init_names_alike(settings->modules[i].name, name))
            return &settings->modules[i];
    }
    return NULL;
}

static void add_address(struct look *look, const char *address)
{
    if (address != NULL)
        *(const char **)vector_add(&look->addresses) = address;
}

static const char *fill_pattern(struct init_work *work, const char *pattern, const char *module)
{
    struct strbuf text = STRBUF_INIT;
    const char *mark, *address;

    while ((mark = strstr(pattern, module_mark)) != NULL) {
        strbuf_add_bytes(&text, pattern, (size_t)(mark - pattern));
        strbuf_add(&text, module);
        pattern = mark + sizeof module_mark - 1;
    }
    strbuf_add(&text, pattern);
    address = init_address(work, strbuf_to_arena(&text, work->arena));
    strbuf_release(&text);
    return address;
}

static bool is_repository(const char *repository, const char *path)
{
    return repository != NULL && strcmp(repository, path) == 0;
}

/* A folder that is called like the module is the module's: to be looked into when nothing else says
 * where the module lives, and else not to be asked about either. */
static void take_alike(struct init_work *work, struct look *look)
{
    bool settled = look->addresses.count > 0;

    for (size_t i = 0; i < work->scanned.count; i++) {
        struct init_scanned *scanned = vector_at(&work->scanned, i);

        if (!init_names_alike(scanned->name, look->module))
            continue;
        if (!settled)
            add_address(look, scanned->path);
        scanned->taken = true;
    }
}

static void plan_look(struct looks *looks, struct init_found_module *module)
{
    struct init_work *work = looks->work;
    const struct module_settings *known = known_module(work, module->settings.name);
    struct look *look = look_new(looks, module->settings.name);

    /* What a person said comes first, then what the project says, then patterns and scans. */
    if (module->settings.repository != NULL)
        module->settings.repository = init_address(work, module->settings.repository);
    add_address(look, module->settings.repository);
    if (known != NULL)
        add_address(look, known->repository);
    for (size_t i = 0; i < work->ask->pattern_count && look->addresses.count == 0; i++) {
        for (size_t j = 0; j < work->ask->pattern_count; j++)
            add_address(look, fill_pattern(work, work->ask->patterns[j], look->module));
    }
    take_alike(work, look);
}

/* What the project calls the one module that is all of this repository, or NULL. */
static const char *known_name(const struct init_work *work, const char *path)
{
    const struct project_settings *settings = work->there.settings;
    const char *name = NULL;

    for (size_t i = 0; settings != NULL && i < settings->module_count; i++) {
        const struct module_settings *module = &settings->modules[i];

        if (!is_repository(module->repository, path))
            continue;
        if (name != NULL || (module->path != NULL && strcmp(module->path, ".") != 0))
            return NULL;
        name = module->name;
    }
    return name;
}

/* Two folders of one name: the one above tells them apart. */
static const char *free_name(struct init_work *work, const struct init_scanned *scanned)
{
    const char *name = known_name(work, scanned->path);
    char *above = arena_text(work->arena, scanned->path), *slash;

    if (name == NULL)
        name = scanned->name;
    if (init_findings_find(&work->findings, name) == NULL)
        return name;
    slash = strrchr(above, '/');
    if (slash != NULL && slash > above) {
        *slash = '\0';
        name = arena_printf(work->arena, "%s-%s", path_base_name(above), name);
    }
    for (unsigned i = 2; init_findings_find(&work->findings, name) != NULL; i++)
        name = arena_printf(work->arena, "%s-%u", scanned->name, i);
    return name;
}

/* Repositories that no module of a table lives in. Without a table each is one itself; with one
 * they may still hold some of its modules as parts. */
static void plan_scanned(struct looks *looks)
{
    struct init_work *work = looks->work;

    for (size_t i = 0; i < work->scanned.count; i++) {
        struct init_scanned *scanned = vector_at(&work->scanned, i);
        struct look *look;

        if (scanned->taken)
            continue;
        if (!init_word_is_sound(scanned->name)) {
            init_findings_remark(&work->findings, scanned->path, 0,
                                 "no name for a module; left out");
            continue;
        }
        look = look_new(looks, scanned->name);
        look->scanned = scanned;
        look->parts = true;
        add_address(look, scanned->path);
    }
}

static void add_version(struct look *look, const char *version, size_t observation)
{
    *(const char **)vector_add(&look->versions) = version;
    *(size_t *)vector_add(&look->observations) = observation;
}

/* Which versions each module is to be asked for. */
static void plan_versions(struct looks *looks)
{
    const struct vector *seen = &looks->work->findings.observations;
    struct map *by_module = map_new();

    for (size_t i = 0; i < looks->looks.count; i++) {
        struct look *look = vector_at(&looks->looks, i);

        if (look->scanned == NULL)
            map_put(by_module, look->module, look);
    }
    for (size_t i = 0; i < seen->count; i++) {
        const struct init_observation *observation = vector_at(seen, i);
        struct look *look = map_get(by_module, observation->module);

        if (look != NULL)
            add_version(look, observation->version, i);
    }
    map_free(&by_module);
}

/* The names of environments that layers are looked for by. */
static void name_environments(struct looks *looks)
{
    struct init_work *work = looks->work;
    const struct project_settings *there = work->there.settings;
    size_t found = work->findings.environments.count;
    size_t known = there != NULL ? there->environment_count : 0;

    looks->environments = arena_array(work->arena, found + known, sizeof *looks->environments);
    for (size_t i = 0; i < found; i++)
        looks->environments[looks->environment_count++] =
            *(const char **)vector_at(&work->findings.environments, i);
    for (size_t i = 0; i < known; i++)
        looks->environments[looks->environment_count++] = there->environments[i].name;
}

/* --- What came of it -------------------------------------------------------------------------- */

static const char *keep(struct init_work *work, const char *text)
{
    return arena_text(work->arena, text);
}

static void take_config(struct init_work *work, struct module_settings *module,
                        const struct repository_survey *survey)
{
    if (module->config_count > 0 || survey->config_count == 0)
        return;
    module->config = arena_array(work->arena, survey->config_count, sizeof *module->config);
    for (size_t i = 0; i < survey->config_count; i++)
        module->config[module->config_count++] = keep(work, survey->config[i]);
}

static void take_module(struct init_work *work, struct init_found_module *module,
                        const struct repository_survey *survey)
{
    struct module_settings *settings = &module->settings;

    if (survey->address == NULL) {
        module->refused = keep(work, survey->refused.message);
        module->refused_hint = keep(work, survey->refused.hint);
        /* What is never spoken to (a password in it) must not be shown or kept; what is away now
         * may be back tomorrow. */
        if (survey->refused.code == ERROR_INVALID)
            settings->repository = NULL;
        return;
    }
    module->looked = true;
    module->refused = module->refused_hint = NULL;
    settings->repository = keep(work, survey->address);
    if (settings->type == NULL)
        settings->type = keep(work, survey->type);
    if (settings->tags == NULL)
        settings->tags = keep(work, survey->tags);
    if (settings->migrations_path == NULL) {
        settings->migrations_path = keep(work, survey->migrations_path);
        settings->migrations_dialect = survey->migrations_dialect;
    }
    take_config(work, settings, survey);
    if (survey->empty)
        init_findings_remark(&work->findings, settings->name, 0,
                             "its repository has no commit yet");
    else if (survey->refused.code != ERROR_NONE)
        init_findings_remark(&work->findings, settings->name, 0, "%s", survey->refused.message);
}

static void take_commits(struct init_work *work, const struct look *look,
                         const struct repository_survey *survey)
{
    for (size_t i = 0; i < look->observations.count; i++) {
        struct init_observation *seen =
            vector_at(&work->findings.observations, *(size_t *)vector_at(&look->observations, i));

        if (seen->commit == NULL)
            seen->commit = keep(work, survey->commits[i]);
    }
}

static void take_keys(struct looks *looks, const struct repository_survey *survey)
{
    if (survey->address == NULL || map_put(looks->counted, survey->address, looks) != NULL)
        return;
    for (size_t i = 0; i < survey->key_count; i++) {
        const struct survey_key *key = &survey->keys[i];
        struct init_key *known = map_get(looks->keys, key->key);

        if (known == NULL) {
            known = arena_alloc(looks->work->arena, sizeof *known);
            known->key = keep(looks->work, key->key);
            known->suspicious = key->suspicious;
            map_put(looks->keys, known->key, known);
        }
        known->count += key->count;
        known->suspicious = known->suspicious && key->suspicious;
    }
}

static struct init_found_module *module_of_part(struct init_work *work,
                                                const struct init_scanned *scanned,
                                                const struct project_part *part)
{
    struct init_found_module *module = init_findings_find(&work->findings, part->name);

    if (work->named)
        return module != NULL && !module->looked && module->settings.repository == NULL ? module
                                                                                        : NULL;
    return init_findings_module(&work->findings, module == NULL
                                                     ? keep(work, part->name)
                                                     : arena_printf(work->arena, "%s-%s",
                                                                    scanned->name, part->name));
}

/* The parts of a monorepo are modules of their own, to be looked at in a second round. */
static size_t take_parts(struct init_work *work, const struct look *look,
                         const struct repository_survey *survey)
{
    size_t taken = 0;

    for (size_t i = 0; i < survey->part_count; i++) {
        struct init_found_module *module =
            init_word_is_sound(survey->parts[i].name)
                ? module_of_part(work, look->scanned, &survey->parts[i])
                : NULL;

        if (module == NULL)
            continue;
        module->settings.repository = look->scanned->path;
        module->settings.path = keep(work, survey->parts[i].path);
        taken++;
    }
    return taken;
}

/* The project that is there, or a table, may have put a module into it under any name. */
static bool is_lived_in(const struct init_work *work, const char *path)
{
    const struct project_settings *settings = work->there.settings;

    for (size_t i = 0; settings != NULL && i < settings->module_count; i++) {
        if (is_repository(settings->modules[i].repository, path))
            return true;
    }
    for (size_t i = 0; i < work->findings.modules.count; i++) {
        const struct init_found_module *module = vector_at(&work->findings.modules, i);

        if (is_repository(module->settings.repository, path))
            return true;
    }
    return false;
}

static void take_scanned(struct looks *looks, const struct look *look,
                         const struct repository_survey *survey)
{
    struct init_work *work = looks->work;
    struct init_found_module *module;

    if (take_parts(work, look, survey) > 0)
        return;
    if (work->named) {
        if (is_lived_in(work, look->scanned->path))
            return;
        init_findings_remark(&work->findings, look->scanned->path, 0,
                             "no module is called like it; left out");
        return;
    }
    module = init_findings_module(&work->findings, free_name(work, look->scanned));
    take_module(work, module, survey);
    if (module->settings.repository == NULL)
        module->settings.repository = look->scanned->path;
    take_keys(looks, survey);
}

static void take(struct looks *looks, const struct look *look,
                 const struct repository_survey *survey)
{
    if (look->scanned != NULL) {
        take_scanned(looks, look, survey);
        return;
    }
    if (look->addresses.count == 0)
        return;
    take_module(looks->work, init_findings_find(&looks->work->findings, look->module), survey);
    take_commits(looks->work, look, survey);
    take_keys(looks, survey);
}

/* --- Rounds ----------------------------------------------------------------------------------- */

static void fill_request(const struct looks *looks, const struct look *look,
                         struct survey_request *request)
{
    const struct init_work *work = looks->work;
    const struct init_found_module *found =
        look->scanned == NULL ? init_findings_find(&work->findings, look->module) : NULL;
    const struct module_settings *known = known_module(work, look->module);

    *request = (struct survey_request){
        .module = look->module,
        .addresses = look->addresses.items,
        .address_count = look->addresses.count,
        .path = found != NULL && found->settings.path != NULL ? found->settings.path
                : known != NULL                               ? known->path
                                                              : NULL,
        .tags = found != NULL && found->settings.tags != NULL ? found->settings.tags
                : known != NULL                               ? known->tags
                                                              : NULL,
        .access = call_remotes(work->call),
        .environments = looks->environments,
        .environment_count = looks->environment_count,
        .versions = look->versions.items,
        .version_count = look->versions.count,
        .parts = look->parts,
    };
}

static bool run_round(struct looks *looks, struct error *error)
{
    size_t count = looks->looks.count;
    struct survey_request *requests = arena_array(looks->work->arena, count, sizeof *requests);
    struct repository_survey *surveys = arena_array(looks->work->arena, count, sizeof *surveys);
    bool ok;

    plan_versions(looks);
    for (size_t i = 0; i < count; i++)
        fill_request(looks, vector_at(&looks->looks, i), &requests[i]);
    ok = repository_survey_run_all(requests, surveys, count, &looks->work->call->progress, error);
    for (size_t i = 0; ok && i < count; i++)
        take(looks, vector_at(&looks->looks, i), &surveys[i]);
    for (size_t i = 0; i < count; i++)
        repository_survey_release(&surveys[i]);
    return ok;
}

/* Modules that the first round found as parts. */
static void plan_second_round(struct looks *looks)
{
    const struct vector *modules = &looks->work->findings.modules;

    clear_looks(looks);
    for (size_t i = 0; i < modules->count; i++) {
        struct init_found_module *module = vector_at(modules, i);

        if (!module->looked && module->refused == NULL && module->settings.repository != NULL)
            plan_look(looks, module);
    }
}

static int by_count(const void *a, const void *b)
{
    const struct init_key *x = a, *y = b;

    if (x->count != y->count)
        return x->count < y->count ? 1 : -1;
    return strcmp(x->key, y->key);
}

static void keep_keys(struct looks *looks)
{
    for (size_t i = 0; i < map_count(looks->keys); i++)
        vector_push(&looks->work->findings.keys, map_value_at(looks->keys, i));
    vector_sort(&looks->work->findings.keys, by_count);
}

/* A pattern of folders, cut at the component that names the module. */
struct folder_pattern {
    const char *folder;         /* "/src/" */
    const char *before, *after; /* around the module's name in that component */
    size_t before_length, after_length;
};

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* What the mark would stand for in this name, or NULL. */
static const char *name_in(const struct init_work *work, const struct folder_pattern *pattern,
                           const char *entry)
{
    size_t length = strlen(entry);

    if (entry[0] == '.' || length <= pattern->before_length + pattern->after_length ||
        strncmp(entry, pattern->before, pattern->before_length) != 0 ||
        strncmp(entry + length - pattern->after_length, pattern->after, pattern->after_length) != 0)
        return NULL;
    return arena_bytes(work->arena, entry + pattern->before_length,
                       length - pattern->before_length - pattern->after_length);
}

static void list_modules(struct init_work *work, const char *text,
                         const struct folder_pattern *pattern, struct vector *names)
{
    DIR *folder = opendir(pattern->folder);
    struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        const char *name = name_in(work, pattern, entry->d_name);

        if (name != NULL && init_word_is_sound(name) &&
            file_is_directory(fill_pattern(work, text, name)))
            *(const char **)vector_add(names) = name;
    }
    if (folder != NULL)
        closedir(folder);
    vector_sort(names, by_name);
}

/* Without a table, a pattern that is a path says by itself which modules there are: its folders. */
static bool expand_pattern(struct init_work *work, const char *text, struct error *error)
{
    const char *address = init_address(work, text), *mark = strstr(address, module_mark);
    struct folder_pattern pattern = { .before = mark, .after = mark + sizeof module_mark - 1 };
    enum remote_kind kind = REMOTE_PATH;
    struct vector names;

    remote_check(address, &kind, NULL);
    if (kind != REMOTE_PATH) {
        error_set(error, ERROR_USAGE, "nothing says which modules %s has", text);
        return error_hint(error, "give a table of them: --from FILE.csv, or --gitops");
    }
    while (pattern.before > address && pattern.before[-1] != '/')
        pattern.before--;
    pattern.before_length = (size_t)(mark - pattern.before);
    pattern.after_length = strcspn(pattern.after, "/");
    pattern.folder = arena_bytes(work->arena, address, (size_t)(pattern.before - address));
    vector_init(&names, sizeof(const char *));
    list_modules(work, text, &pattern, &names);
    for (size_t i = 0; i < names.count; i++)
        init_findings_module(&work->findings, *(const char **)vector_at(&names, i));
    if (names.count == 0)
        init_findings_remark(&work->findings, text, 0, "there is no such folder");
    vector_release(&names);
    return true;
}

static bool check_patterns(struct init_work *work, struct error *error)
{
    for (size_t i = 0; i < work->ask->pattern_count; i++) {
        const char *pattern = work->ask->patterns[i];

        if (strstr(pattern, module_mark) == NULL) {
            error_set(error, ERROR_USAGE, "--repos %s does not say where {module} stands", pattern);
            return error_hint(error, "for example --repos 'ssh://git@git.example/mb/{module}.git'; "
                                     "one repository of many modules is found with --scan");
        }
        if (!work->named && !expand_pattern(work, pattern, error))
            return false;
    }
    return true;
}

bool init_look_at_repositories(struct init_work *work, struct error *error)
{
    struct looks looks = { .work = work, .keys = map_new(), .counted = map_new() };
    bool ok = check_patterns(work, error);

    vector_init(&looks.looks, sizeof(struct look));
    if (ok) {
        name_environments(&looks);
        for (size_t i = 0; i < work->findings.modules.count; i++)
            plan_look(&looks, vector_at(&work->findings.modules, i));
        plan_scanned(&looks);
        ok = run_round(&looks, error);
        if (ok) {
            plan_second_round(&looks);
            ok = run_round(&looks, error);
        }
    }
    keep_keys(&looks);
    clear_looks(&looks);
    vector_release(&looks.looks);
    map_free(&looks.keys);
    map_free(&looks.counted);
    return ok;
}
