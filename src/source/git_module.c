#include <pilab/source/reader.h>

#include <pilab/base/map.h>
#include <pilab/git/mailmap.h>
#include <pilab/source/type_source.h>

#include "database_source.h"

/* Whether a repository holds it. */
static bool is_in_git(enum drift_type type)
{
    return type == DRIFT_CODE || type == DRIFT_CONFIG || type_source(type) != NULL;
}

/* Files whose lines are counted without being asked: nobody notices the time. */
#define MOST_COUNTED 500

/* The commits of a history by id, so that most trailers need no walk. */
static struct map *index_commits(const struct history *history)
{
    struct map *index = map_new();

    for (size_t i = 0; i < history->count; i++)
        map_put_bytes(index, history->commits[i].id.bytes, OBJECT_ID_SIZE, &history->commits[i]);
    return index;
}

/* What "cherry picked from" trailers name, while it is looked for. */
struct pick_search {
    struct repository *repository;
    struct map *ahead, *behind;
    bool *verified;        /* of the commits ahead */
    struct vector sources; /* struct object_id: what only the history can tell */
    struct vector owners;  /* size_t: whose they are */
};

/* Trusts a trailer only when the commit that it names is there. */
static void look_at_trailers(struct pick_search *search, const struct commit *commit, size_t index)
{
    for (size_t i = 0; i < commit->message->picked_count && !search->verified[index]; i++) {
        struct object_id source;

        if (!repository_resolve(search->repository, commit->message->picked_from[i], &source, NULL))
            continue;
        search->verified[index] = map_has_bytes(search->behind, source.bytes, OBJECT_ID_SIZE);
        if (search->verified[index] || map_has_bytes(search->ahead, source.bytes, OBJECT_ID_SIZE))
            continue;
        vector_push(&search->sources, &source);
        vector_push(&search->owners, &index);
    }
}

/* On a branch that lives by picks nearly every commit has a trailer: they are looked for all at
 * once. */
static bool look_in_history(struct module_reader *reader, struct pick_search *search,
                            const struct object_id *previous, struct error *error)
{
    size_t count = search->sources.count;
    bool *contains = arena_array(reader->arena, count, sizeof *contains);

    if (count == 0)
        return true;
    if (!history_contains_each(search->repository, previous, search->sources.items, count, contains,
                               reader->progress, error))
        return false;
    for (size_t i = 0; i < count; i++)
        search->verified[*(size_t *)vector_at(&search->owners, i)] |= contains[i];
    return true;
}

static bool verify_picks(struct module_reader *reader, struct repository *repository,
                         const struct object_id *previous, struct error *error)
{
    struct pick_search search = {
        .repository = repository,
        .ahead = index_commits(reader->ahead),
        .behind = index_commits(reader->behind),
        .verified = arena_array(reader->arena, reader->ahead->count, sizeof(bool)),
    };
    bool going_on = true;

    vector_init(&search.sources, sizeof(struct object_id));
    vector_init(&search.owners, sizeof(size_t));
    for (size_t i = 0; i < reader->ahead->count && going_on; i++) {
        going_on = progress_check(reader->progress, error);
        look_at_trailers(&search, &reader->ahead->commits[i], i);
    }
    going_on = going_on && look_in_history(reader, &search, previous, error);
    reader->code.ahead_picked_from_previous = search.verified;
    vector_release(&search.sources);
    vector_release(&search.owners);
    map_free(&search.ahead);
    map_free(&search.behind);
    return going_on;
}

/* The people of both lists under the names that the project wants. */
static void name_people(struct module_reader *reader, struct repository *repository,
                        const struct object_id *current)
{
    struct history *const sides[] = { reader->ahead, reader->behind };

    mailmap_read_for(repository, current, &reader->people, &reader->people_unread);
    for (size_t i = 0; reader->people != NULL && i < 2; i++) {
        for (size_t k = 0; k < sides[i]->count; k++) {
            struct commit *commit = &sides[i]->commits[k];

            mailmap_apply(reader->people, &commit->author_name, &commit->author_email);
            mailmap_apply(reader->people, &commit->committer_name, &commit->committer_email);
        }
    }
}

/* Both directions of the history. False with ERROR_CANCELLED, or when nothing can be said. */
static bool read_histories(struct module_reader *reader, struct repository *repository,
                           const struct object_id *previous, const struct object_id *current,
                           struct error *error)
{
    git_range_start(reader, repository, previous, current);
    if (!git_range_read_sides(reader, repository, error))
        return false;
    reader->same_commit = object_id_equal(previous, current);
    name_people(reader, repository, current);
    return verify_picks(reader, repository, previous, error);
}

/* Whether files were deleted and others added among which nobody looked for renames. */
static bool may_have_renames(const struct file_change_list *files)
{
    bool added = false, deleted = false;

    for (size_t i = 0; i < files->count && !(added && deleted); i++) {
        added = added || files->changes[i].status == FILE_ADDED;
        deleted = deleted || files->changes[i].status == FILE_DELETED;
    }
    return added && deleted;
}

/* The files of both ends. In a clone without its directories (a partial one, a damaged one) the
 * commits are told all the same. */
static bool read_files(struct module_reader *reader, struct repository *repository,
                       struct error *error)
{
    bool counts = reader->request->counts;

    if (git_range_list_files(reader, repository, counts, error)) {
        reader->likeness_left = !counts && may_have_renames(&reader->code.files);
        if (counts || !reader->request->file_counts || reader->code.files.count > MOST_COUNTED)
            return true;
        reader->likeness_left = false;
        return git_range_list_files(reader, repository, true, error);
    }
    if (error->code != ERROR_CORRUPT || reader->ahead->count + reader->behind->count == 0)
        return false;
    module_reader_problem(reader, DRIFT_CODE, "files", error, false);
    reader->files_unknown = true;
    error_clear(error);
    return true;
}

static bool read_code(struct module_reader *reader, struct repository *repository,
                      const struct object_id *previous, const struct object_id *current,
                      struct error *error)
{
    if (!read_histories(reader, repository, previous, current, error) ||
        !read_files(reader, repository, error) ||
        !git_module_read_submodules(reader, repository, previous, current, error))
        return false;
    git_module_report_gaps(reader, repository);
    git_module_read_recipes(reader, repository);
    reader->code.counts = reader->request->counts;
    reader->input.code = &reader->code;
    module_reader_partly(reader, DRIFT_CODE, reader->code.ahead_count + reader->code.behind_count,
                         reader->files_unknown,
                         arena_printf(reader->arena, "%s, %s%s",
                                      module_reader_count(reader, reader->code.ahead_count,
                                                          "commit"),
                                      reader->files_unknown
                                          ? "files not known"
                                          : module_reader_count(reader, reader->code.files.count,
                                                                "file"),
                                      reader->likeness_left ? "; renames of unchanged files only"
                                                            : ""));
    return true;
}

static bool resolve_side(struct module_reader *reader, struct repository *repository,
                         const char *revision, struct object_id *id, const char **hex_out,
                         struct error *error)
{
    char hex[OBJECT_ID_HEX_SIZE];

    if (revision == NULL)
        return true;
    if (!repository_resolve(repository, revision, id, error))
        return false;
    *hex_out = arena_text(reader->arena, object_id_hex(id, hex));
    return true;
}

/* Images stand in the layers that the project names, whoever asks for them. What is said of these
 * files is said of images then. */
static bool read_config_for_images(struct module_reader *reader, struct repository *repository,
                                   const struct object_id *previous,
                                   const struct object_id *current, struct error *error)
{
    size_t told = reader->problems.count;

    if (!module_reader_wants(reader, DRIFT_IMAGE) || reader->module->config_count == 0)
        return true;
    if (!git_module_read_config(reader, repository, previous, current, NULL, error)) {
        if (error->code == ERROR_CANCELLED)
            return false;
        module_reader_problem(reader, DRIFT_IMAGE, "configuration", error, false);
        reader->broken++;
        error_clear(error);
    }
    for (size_t i = told; i < reader->problems.count; i++)
        ((struct drift_problem *)vector_at(&reader->problems, i))->type = DRIFT_IMAGE;
    return true;
}

static bool read_config(struct module_reader *reader, struct repository *repository,
                        const struct object_id *previous, const struct object_id *current,
                        const struct file_change_list *changed, struct error *error)
{
    static const enum drift_type config = DRIFT_CONFIG;
    struct file_change_list listed = { 0 };

    if (!module_reader_wants(reader, DRIFT_CONFIG))
        return read_config_for_images(reader, repository, previous, current, error);
    /* What keeps the files from being known has been told already. */
    if (reader->files_unknown && reader->module->config_count == 0) {
        module_reader_source(reader, DRIFT_CONFIG, SOURCE_FAILED, "the files are not known");
        return true;
    }
    /* Too much for the history is too much here: it takes as long again to find that out. */
    if (changed == NULL && reader->failure.code == ERROR_LIMIT &&
        reader->module->config_count == 0) {
        module_reader_source(reader, DRIFT_CONFIG, SOURCE_FAILED, "the files are not known");
        return true;
    }
    /* What the changed code needs is asked whether anybody asked for the code or not. */
    if (changed == NULL && !reader->files_unknown) {
        if (!changes_between(repository, previous, current, reader->directory, CHANGES_RENAMES,
                             reader->threads, reader->arena, &listed, reader->progress, error))
            return module_reader_failed(reader, &config, 1, "files", error);
        changed = &listed;
    }
    if (!git_module_read_config(reader, repository, previous, current, changed, error))
        return module_reader_failed(reader, &config, 1, "configuration", error);
    git_module_read_config_steps(reader, repository, previous, current);
    git_module_read_needed(reader, repository, current, changed);
    module_reader_config_done(reader);
    return true;
}

enum { PREVIOUS, CURRENT };

/* A side without an environment of its own is looked at as it would be on the other's. */
static struct place place_of(const struct module_reader *reader, struct repository *repository,
                             const struct object_id *commit, int side)
{
    const struct comparison_module *module = reader->module;
    const char *versions[] = { module->previous_version, module->current_version };
    const char *revisions[] = { module->previous, module->current };
    const char *environments[] = { module->previous_environment, module->current_environment };

    return place_of_commit(repository, commit,
                           versions[side] != NULL ? versions[side] : revisions[side],
                           environments[side] != NULL ? environments[side]
                                                      : environments[1 - side]);
}

static bool read_wanted(struct module_reader *reader, struct repository *repository,
                        const struct object_id *previous, const struct object_id *current,
                        struct error *error)
{
    static const enum drift_type code = DRIFT_CODE;
    const struct file_change_list *changed = NULL;
    struct place before = place_of(reader, repository, previous, PREVIOUS);
    struct place after = place_of(reader, repository, current, CURRENT);

    if (module_reader_wants(reader, DRIFT_CODE)) {
        if (read_code(reader, repository, previous, current, error))
            changed = reader->files_unknown ? NULL : &reader->code.files;
        else if (!module_reader_failed(reader, &code, 1, "history", error))
            return false;
    }
    error_clear(error);
    if (!read_config(reader, repository, previous, current, changed, error) ||
        !type_sources_read(reader, &before, &after, error))
        return false;
    git_module_read_file_steps(reader, repository, previous, current);
    return true;
}

/* A module that is on one side only is one difference, and nothing below it is looked at. */
static void read_one_side(struct module_reader *reader)
{
    for (int i = 0; i < DRIFT_TYPE_COUNT; i++) {
        enum drift_type type = (enum drift_type)i;

        if (is_in_git(type) && module_reader_wants(reader, type))
            module_reader_source(reader, type, SOURCE_READ, "on one side only");
    }
}

static bool failed_but(struct module_reader *reader, enum drift_type done, const char *what,
                       const struct error *error)
{
    enum drift_type types[DRIFT_TYPE_COUNT];
    size_t count = 0;

    for (int i = 0; i < DRIFT_TYPE_COUNT; i++) {
        if (is_in_git((enum drift_type)i) && (enum drift_type)i != done)
            types[count++] = (enum drift_type)i;
    }
    return module_reader_failed(reader, types, count, what, error);
}

static bool failed(struct module_reader *reader, const char *what, const struct error *error)
{
    return failed_but(reader, DRIFT_TYPE_COUNT, what, error);
}

/* What is live needs no repository. A module that is on one side only is one difference all the
 * same; one without a version on either is there for its databases. */
static bool read_live(struct module_reader *reader, bool *compared, const char *why,
                      struct error *error)
{
    const struct comparison_module *module = reader->module;

    *compared = false;
    if (!module_reader_wants(reader, DRIFT_DATABASE) ||
        (module->previous == NULL) != (module->current == NULL))
        return true;
    if (!database_read_live(reader, why, compared, error))
        return false;
    if (*compared)
        reader->input.in_previous = reader->input.in_current = true;
    return true;
}

static bool no_repository(struct module_reader *reader, struct error *error)
{
    const struct comparison_module *module = reader->module;
    const char *why = module->refused != NULL ? module->refused : "no repository is known";
    bool compared;

    if (!read_live(reader, &compared, why, error))
        return false;
    error_set(error, ERROR_NOT_FOUND, "%s", why);
    if (module->refused_hint != NULL)
        error_hint(error, "%s", module->refused_hint);
    return compared ? failed_but(reader, DRIFT_DATABASE, "repository", error)
                    : failed(reader, "repository", error);
}

static bool outside(struct module_reader *reader, struct error *error)
{
    error_set(error, ERROR_INVALID, "%s leads out of the repository", reader->module->directory);
    error_hint(error, "name a folder within it: services/auth");
    return failed(reader, "folder", error);
}

/* What was recorded is compared, and one who asks for the tag gets something else. */
static void warn_moved(struct module_reader *reader, const char *version, const char *moved)
{
    struct error error = { 0 };

    if (moved == NULL)
        return;
    error_set(&error, ERROR_INVALID, "%s", moved);
    error_hint(&error, "`pilab manifest set` records the commit that the tag leads to now");
    module_reader_problem(reader, DRIFT_CODE, arena_printf(reader->arena, "version %s", version),
                          &error, true);
}

/* Nobody takes what is recorded for what runs when an observer has seen something else. */
static void warn_seen(struct module_reader *reader, const struct seen_otherwise *seen)
{
    struct error error = { 0 };

    if (seen == NULL)
        return;
    error_set(&error, ERROR_INVALID, "%s", seen->what);
    error_hint(&error,
               "`pilab verify env:%s` looks again, and with --record that is what is compared",
               seen->environment);
    module_reader_problem(reader, DRIFT_CODE,
                          arena_printf(reader->arena, "what runs in %s", seen->environment), &error,
                          true);
}

bool git_module_read(struct module_reader *reader, struct error *error)
{
    const struct comparison_module *module = reader->module;
    struct module_input *input = &reader->input;
    struct repository *repository = NULL;
    struct object_id previous = { { 0 } }, current = { { 0 } };
    bool going_on;

    warn_seen(reader, module->previous_seen);
    warn_seen(reader, module->current_seen);
    if (module->repository == NULL)
        return no_repository(reader, error);
    if (reader->directory == NULL)
        return outside(reader, error);
    progress_report(reader->progress, module->name, 0, 0);
    warn_moved(reader, module->previous_version, module->previous_moved);
    warn_moved(reader, module->current_version, module->current_moved);
    if (!repository_open(&repository, module->repository, error)) {
        going_on = failed(reader, "repository", error);
    } else if (!resolve_side(reader, repository, module->previous, &previous,
                             &input->previous_commit, error)) {
        going_on = failed(reader, module->previous, error);
    } else if (!resolve_side(reader, repository, module->current, &current, &input->current_commit,
                             error)) {
        going_on = failed(reader, module->current, error);
    } else if (module->previous == NULL || module->current == NULL) {
        going_on = true;
        read_one_side(reader);
    } else {
        going_on = read_wanted(reader, repository, &previous, &current, error);
    }
    repository_free(&repository);
    return going_on;
}
