#include "schema_side.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/crew.h>
#include <pilab/base/file.h>
#include <pilab/base/log.h>
#include <pilab/drift/mask.h>
#include <pilab/git/repository.h>
#include <pilab/source/place.h>
#include <pilab/source/schema_files.h>
#include <pilab/store/variable.h>

#include "schema_scratch.h"
#include "variable_parts.h"
#include "vault.h"

#define LONGEST_STATEMENT 3600 /* seconds */

bool schema_side_options_read(const struct arguments *arguments,
                              struct schema_side_options *options, struct error *error)
{
    int64_t seconds;

    if (!arguments_number(arguments, "timeout", 0, 1, LONGEST_STATEMENT, &seconds, error))
        return false;
    *options = (struct schema_side_options){ .dialect = arguments_option(arguments, "dialect"),
                                             .seconds = (unsigned)seconds,
                                             .scratch = arguments_option(arguments, "scratch") };
    return true;
}

/* --- Live ------------------------------------------------------------------------------------- */

static bool find_secret(struct call *call, const struct dsn *dsn, struct store_variable *variable,
                        struct error *error)
{
    struct store_environment environment;
    bool found;

    if (call->connection == NULL || call->project == NULL)
        return error_set(error, ERROR_NOT_FOUND,
                         "the secret %s of %s is one of a project, and none is open",
                         dsn->secret_name, dsn->secret_environment);
    if (!variable_environment(call, dsn->secret_environment, &environment, error) ||
        !store_variable_find(call->connection, environment.id, NULL, dsn->secret_name, call->arena,
                             variable, &found, error))
        return false;
    if (found && variable->is_secret && variable->sealed != NULL)
        return true;
    error_set(error, ERROR_NOT_FOUND, "there is no secret %s in %s", dsn->secret_name,
              environment.name);
    return error_hint(error, "`pilab variable set %s --secret --environment %s` asks for it.",
                      dsn->secret_name, environment.name);
}

static bool open_secret(struct call *call, const struct store_variable *variable,
                        struct strbuf *password, struct error *error)
{
    const struct secret_place place = vault_place(call, variable);
    struct store_vault vault;
    struct secret_key *key = vault_open(call, NULL, &vault, error);
    bool ok;

    if (key == NULL)
        return false;
    ok = secret_open(key, &place, variable->sealed, variable->sealed_length, password, error);
    secret_key_free(&key);
    return ok;
}

bool schema_side_secret(struct call *call, const struct dsn *dsn, struct strbuf *password,
                        struct error *error)
{
    struct store_variable variable;

    if (dsn->secret_name == NULL)
        return true;
    if (!find_secret(call, dsn, &variable, error) || !open_secret(call, &variable, password, error))
        return false;
    log_hide(call->log, password->data);
    return true;
}

/* A file of SQLite is no network. */
static bool check_offline(const struct call *call, const struct dsn *dsn, struct error *error)
{
    if (!call->settings->offline || dsn->engine == DSN_SQLITE)
        return true;
    error_set(error, ERROR_DENIED, "%s is not asked: offline", dsn->shown);
    return error_hint(error, "leave --offline out");
}

bool schema_side_password(struct call *call, const struct dsn *dsn, struct strbuf *password,
                          struct error *error)
{
    if (!check_offline(call, dsn, error))
        return false;
    return dsn->secret_name == NULL ||
           (call_open_store(call, false, error) &&
            (call->project != NULL || call_choose_project(call, NULL, error)) &&
            call_check(call, PERMISSION_CONFIGURE_PROJECT, error) &&
            schema_side_secret(call, dsn, password, error));
}

static struct schema *read_live(struct call *call, const char *spec,
                                const struct schema_side_options *options, struct error *error)
{
    struct strbuf password = STRBUF_INIT;
    struct live_options live = { .statement_seconds = options->seconds };
    struct schema *schema = NULL;
    struct dsn dsn;

    if (dsn_read(spec, call->arena, &dsn, error) &&
        schema_side_password(call, &dsn, &password, error)) {
        live.password = password.length > 0 ? password.data : NULL;
        progress_report(&call->progress, dsn.shown, 0, 0);
        schema = live_read(&dsn, &live, &call->progress, error);
    }
    secret_wipe(&password);
    return schema;
}

/* --- Files ------------------------------------------------------------------------------------ */

/* A database that is named as a file. */
static bool is_sqlite(const char *path)
{
    static const char sign[] = "SQLite format 3";
    char first[sizeof sign] = { 0 };
    FILE *file = fopen(path, "rbe");
    bool yes = file != NULL && fread(first, 1, sizeof sign, file) == sizeof sign &&
               memcmp(first, sign, sizeof sign) == 0;

    if (file != NULL)
        fclose(file);
    return yes;
}

static struct schema *read_disk(struct call *call, const char *path,
                                const struct schema_files_options *files, struct error *error)
{
    const char *spec = files->name;
    struct place place = place_on_disk(path, spec, NULL);
    bool folder = file_is_directory(path);

    if (!folder && is_sqlite(path)) {
        const struct dsn dsn = { .engine = DSN_SQLITE, .path = path, .shown = spec };

        return live_read(&dsn, NULL, &call->progress, error);
    }
    place.single = !folder;
    return schema_files_read(&place, "", files, &call->progress, error);
}

/* "db/migrations/" and "./db" as git has them. */
static const char *clean_path(struct arena *arena, const char *path)
{
    size_t length;

    while (strncmp(path, "./", 2) == 0)
        path += 2;
    length = strlen(path);
    while (length > 0 && path[length - 1] == '/')
        length--;
    return length == 1 && *path == '.' ? "" : arena_bytes(arena, path, length);
}

static struct schema *read_revision(struct call *call, const char *colon,
                                    const struct schema_files_options *files, struct error *error)
{
    const char *revision = arena_bytes(call->arena, files->name, (size_t)(colon - files->name));
    const char *path = clean_path(call->arena, colon + 1);
    struct repository *repository = NULL;
    struct schema *schema = NULL;
    struct object_id commit;

    if (!repository_library_start(error))
        return NULL;
    if (repository_open_above(&repository, call->settings->working_directory, error) &&
        repository_resolve(repository, revision, &commit, error)) {
        const struct place place = place_of_commit(repository, &commit, revision, NULL);

        schema = schema_files_read(&place, path, files, &call->progress, error);
    }
    repository_free(&repository);
    repository_library_stop();
    return schema;
}

static struct schema *read_files(struct call *call, const struct schema_files_options *files,
                                 struct error *error)
{
    const char *spec = files->name, *colon = strchr(spec, ':');
    struct schema *schema = NULL;
    char *path = path_join(call->settings->working_directory, spec);

    if (file_exists(path)) {
        schema = read_disk(call, path, files, error);
    } else if (colon != NULL && colon != spec) {
        schema = read_revision(call, colon, files, error);
    } else {
        error_set(error, ERROR_NOT_FOUND,
                  "%s is no file, no connection string and no "
                  "REVISION:path",
                  spec);
        error_hint(error, "A live database is postgresql://…, service=NAME, mariadb://… or "
                          "sqlite:PATH; migrations at a revision are v1.2:db/migrations.");
    }
    free(path);
    return schema;
}

/* --- Two of them ------------------------------------------------------------------------------ */

struct reading {
    struct call *call;
    struct schema_side_options options;
    const char *specs[2];
    const struct schema_runner *runner; /* of SQL; NULL: it is read as text */
    struct schema **sides;
    struct error errors[2];
    bool untold[2]; /* only what the other side is could tell its dialect */
};

/* `other` is what the other side turned out to be, or NULL. */
static void read_side(struct reading *reading, struct call *call, size_t index, const char *other)
{
    const char *spec = reading->specs[index];
    struct schema_files_found found = { .untold = false };
    const struct schema_files_options files = { .dialect = reading->options.dialect,
                                                .other = other,
                                                .name = spec,
                                                .mariadb = reading->options.mariadb,
                                                .runner = reading->runner,
                                                .found = &found };
    struct error *error = &reading->errors[index];

    *error = (struct error){ 0 };
    reading->sides[index] = dsn_recognise(spec) ? read_live(call, spec, &reading->options, error)
                                                : read_files(call, &files, error);
    reading->untold[index] = reading->sides[index] == NULL && found.untold;
}

/* With a call of its own: of what it is made of, files need nothing but settings and a place to
 * keep names in. Nobody hears how far it is: two that speak at once are not understood. */
static void read_one(void *context, struct arena *arena, size_t index)
{
    struct reading *reading = context;
    struct call call = *reading->call;

    call.arena = arena;
    call.progress = (struct progress){ .cancel = reading->call->progress.cancel };
    read_side(reading, &call, index, NULL);
}

/* A server's password may be in the store, which belongs to the thread that opened it. */
static bool is_of_files(const char *spec)
{
    return !dsn_recognise(spec);
}

/* A server first: it tells which of two near dialects the text beside it is in. */
static void read_in_turn(struct reading *reading)
{
    size_t first = is_of_files(reading->specs[0]);

    for (size_t turn = 0; turn < 2; turn++) {
        size_t i = turn == 0 ? first : !first;
        const struct schema *side;

        read_side(reading, reading->call, i, NULL);
        side = reading->sides[i];
        if (side == NULL)
            return;
        reading->options.mariadb = schema_is_of_mariadb(side);
    }
}

static void read_both(struct reading *reading)
{
    const struct crew_work work = { .count = 2, .chunk = 1, .item = read_one, .context = reading };

    /* What runs at once as one user on one server is not apart. */
    if (is_of_files(reading->specs[0]) && is_of_files(reading->specs[1]) && reading->runner == NULL)
        crew_run(&work, reading->call->arena);
    else
        read_in_turn(reading);
    for (size_t i = 0; i < 2; i++) {
        if (reading->untold[i] && reading->sides[!i] != NULL)
            read_side(reading, reading->call, i, schema_dialect_word(reading->sides[!i]->dialect));
    }
}

/* What keeps both from being compared: rather what is wrong with one than what it does not tell. */
static void tell_failure(const struct reading *reading, struct error *error)
{
    size_t first = reading->errors[0].code == ERROR_NONE ||
                   (reading->untold[0] && reading->errors[1].code != ERROR_NONE);

    if (reading->sides[0] == NULL || reading->sides[1] == NULL)
        *error = reading->errors[first];
    else
        error_set(error, ERROR_INVALID, "%s is %s and %s is %s: they cannot be compared",
                  reading->specs[0], schema_server_word(reading->sides[0]), reading->specs[1],
                  schema_server_word(reading->sides[1]));
}

/* Where SQL is run, if it is. The caller closes it. */
static bool open_scratch(struct reading *reading, struct schema_scratch *scratch,
                         struct error *error)
{
    struct call *call = reading->call;

    *scratch = (struct schema_scratch){ .password = STRBUF_INIT };
    if (reading->options.scratch == NULL)
        return true;
    if (!schema_scratch_read(scratch, reading->options.scratch, call->arena, error) ||
        !schema_side_password(call, &scratch->dsn, &scratch->password, error))
        return false;
    scratch->seconds = reading->options.seconds;
    reading->runner = &scratch->runner;
    return true;
}

struct schema *schema_side_read(struct call *call, const char *spec,
                                const struct schema_side_options *options, struct error *error)
{
    struct schema *side = NULL;
    struct schema_scratch scratch;
    struct reading reading = {
        .call = call, .options = *options, .specs = { spec }, .sides = &side
    };

    if (open_scratch(&reading, &scratch, error)) {
        read_side(&reading, call, 0, NULL);
        if (side == NULL)
            *error = reading.errors[0];
    }
    schema_scratch_close(&scratch);
    return side;
}

bool schema_sides_read(struct call *call, const struct arguments *arguments,
                       const struct schema_side_options *options, struct schema *sides[2],
                       struct error *error)
{
    struct reading reading = {
        .call = call,
        .options = *options,
        .specs = {arguments_at(arguments, 0), arguments_at(arguments, 1)},
        .sides = sides
    };
    struct schema_scratch scratch;

    sides[0] = sides[1] = NULL;
    if (!open_scratch(&reading, &scratch, error)) {
        schema_scratch_close(&scratch);
        return false;
    }
    read_both(&reading);
    schema_scratch_close(&scratch);
    if (sides[0] != NULL && sides[1] != NULL && sides[0]->dialect == sides[1]->dialect)
        return true;
    tell_failure(&reading, error);
    schema_free(&sides[0]);
    schema_free(&sides[1]);
    return false;
}

static bool check_readable(const struct schema *schema, struct error *error)
{
    const struct schema_problem *problem = schema->problems;
    struct strbuf place = STRBUF_INIT;

    if (schema->problem_count == 0)
        return true;
    if (problem->place.file != NULL && problem->place.line > 0)
        strbuf_printf(&place, "%s:%u: ", problem->place.file, problem->place.line);
    else if (problem->place.file != NULL)
        strbuf_printf(&place, "%s: ", problem->place.file);
    error_set(error, ERROR_INVALID, "%s could not be read as a whole: %s%s (%zu in all)",
              schema->name, place.data,
              mask_message(schema->arena, schema->dialect, problem->message),
              schema->problem_count);
    strbuf_release(&place);
    return error_hint(error,
                      "`pilab schema diff` shows all of them, and what differs beside them.");
}

bool schema_sides_check_readable(struct schema *const sides[2], struct error *error)
{
    return check_readable(sides[0], error) && check_readable(sides[1], error);
}
