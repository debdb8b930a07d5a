#include <pilab/app/use_cases.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <config.h>

#include <pilab/app/command.h>
#include <pilab/app/compare.h>
#include <pilab/app/kept_note.h>
#include <pilab/app/kept_run.h>
#include <pilab/app/project.h>
#include <pilab/app/stored.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/rich.h>
#include <pilab/demo/demo.h>
#include <pilab/notes/note.h>
#include <pilab/store/deployment.h>

#define MARK_LIMIT 256

/* The file that says that a folder is a demo of ours, and of which version; written last, so that
 * one that was interrupted is seen as such. */
static const char mark_name[] = "pilab-demo";
static const char mark_building[] = "building\n";
static const char mark_finished[] = PACKAGE_VERSION "\n";

/* A demo while it is made or found. */
struct demo {
    char *folder;
    char *mark;
    struct settings settings; /* to open it with */
};

static void demo_release(struct demo *demo)
{
    free(demo->folder);
    free(demo->mark);
    settings_release(&demo->settings);
}

static char *demo_folder(struct call *call, const char *asked)
{
    return asked != NULL ? path_join(call->settings->working_directory, asked)
                         : path_join(call->settings->cache_directory, "demo");
}

/* "" when there is no mark. */
static bool read_mark(const struct demo *demo, struct strbuf *mark, struct error *error)
{
    struct error missing = { 0 };

    if (file_read(demo->mark, MARK_LIMIT, false, mark, &missing) || missing.code == ERROR_NOT_FOUND)
        return true;
    *error = missing;
    return false;
}

static int remove_entry(const char *path, const struct stat *status, int type, struct FTW *walk)
{
    (void)status;
    (void)type;
    (void)walk;
    return remove(path);
}

/* Only ever a folder that bears our mark. Links are removed, not followed. */
static bool remove_demo(const struct demo *demo, struct error *error)
{
    if (nftw(demo->folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT) == 0)
        return true;
    error_set(error, ERROR_IO, "the old demo in %s could not be removed whole", demo->folder);
    return error_hint(error, "remove the folder yourself, or build the demo elsewhere: "
                             "pilab demo FOLDER");
}

static bool start_folder(const struct demo *demo, struct error *error)
{
    return file_make_directories(demo->folder, 0700, error) &&
           file_write_atomic(demo->mark, mark_building, sizeof mark_building - 1, 0600, error);
}

/* What is there decides: nothing, a finished demo of this version, one of ours that is not, or
 * somebody else's folder. */
static bool prepare_folder(const struct demo *demo, bool again, bool *ready, struct error *error)
{
    struct strbuf mark = STRBUF_INIT;
    bool ok = read_mark(demo, &mark, error);

    *ready = ok && !again && strcmp(mark.data, mark_finished) == 0;
    if (ok && !*ready) {
        if (mark.length > 0)
            ok = remove_demo(demo, error) && start_folder(demo, error);
        else if (file_exists(demo->folder) && rmdir(demo->folder) != 0) {
            ok = error_set(error, ERROR_EXISTS, "%s is there already and is not a demo",
                           demo->folder);
            error_hint(error, "name a folder that is not there yet");
        } else {
            ok = start_folder(demo, error);
        }
    }
    strbuf_release(&mark);
    return ok;
}

/* --- Filling the store -------------------------------------------------------------------------
 */

static bool import_project(struct call *call, const struct demo_world *world, struct error *error)
{
    struct project_settings settings;
    bool created;

    return project_file_read(PROJECT_FILE_NAME, world->project_file, strlen(world->project_file),
                             call->arena, &settings, error) &&
           project_save(call, &settings, &created, error);
}

static bool record_deployment(struct call *call, const struct demo_world *world, size_t index,
                              char (*ids)[UUID_SIZE], struct error *error)
{
    const struct demo_deployment *event = &world->deployments[index];
    char commit[OBJECT_ID_HEX_SIZE];
    struct store_environment environment;
    struct store_module module;
    struct store_deployment row = { .project_id = call->project->id,
                                    .version = event->version,
                                    .commit = object_id_hex(&event->commit, commit),
                                    .actor = event->actor,
                                    .reason = event->reason,
                                    .outcome = event->outcome,
                                    .started_at = event->started_at,
                                    .finished_at = event->finished_at };

    if (!deployment_status_parse(event->status, &row.status, error) ||
        !store_module_find(call->connection, call->project->id, event->module, call->arena, &module,
                           error) ||
        !store_environment_find(call->connection, call->project->id, event->environment,
                                call->arena, &environment, error))
        return false;
    row.module_id = module.id;
    row.environment_id = environment.id;
    if (event->rolls_back != NULL)
        row.rolls_back = ids[event->rolls_back - world->deployments];
    if (!store_deployment_add(call->connection, &row, error))
        return false;
    memcpy(ids[index], row.id, UUID_SIZE);
    return true;
}

/* Those from `first` on that started before `until`, or all that are left (0). */
static bool record_deployments(struct call *call, const struct demo_world *world, int64_t until,
                               size_t *first, char (*ids)[UUID_SIZE], struct error *error)
{
    json_t *body = json_object();
    bool ok = call_begin(call, PERMISSION_DEPLOY, NULL, error);
    size_t i = *first;

    for (; ok && i < world->deployment_count &&
           (until == 0 || world->deployments[i].started_at < until);
         i++)
        ok = record_deployment(call, world, i, ids, error);
    json_put_integer(body, "deployments", (int64_t)(i - *first));
    *first = i;
    ok = ok && call_audit(call, "manifest.import", "demo", body, error) &&
         store_commit(call->connection, error);
    store_rollback(call->connection);
    json_decref(body);
    return ok;
}

/* As a person would: through its command. */
static bool cut_release(struct call *call, const struct demo_world *world, struct error *error)
{
    const struct demo_release *release = &world->release;
    char planned[TIMESTAMP_SIZE];
    const char *words[] = {
        "release",   "cut",         release->name,
        "--from",    release->from, "--to",
        release->to, "--planned",   timestamp_format(release->planned_at, planned)
    };
    size_t count = sizeof words / sizeof *words, used;
    const struct command *command = command_find(words, count, &used, error);
    struct arguments *arguments = NULL;
    struct result result;
    bool ok;

    if (command == NULL)
        return false;
    result_start(&result);
    ok = arguments_parse(command->arguments, command->argument_count, command->options,
                         command->option_count, NULL, 0, words + used, count - used, &arguments,
                         error) &&
         command_run(command, call, arguments, &result, error);
    arguments_free(&arguments);
    result_release(&result);
    return ok;
}

/* What differs between the two environments as they are now is kept. */
static bool keep_report(struct call *call, const struct demo_world *world,
                        struct drift_report **report, struct error *error)
{
    struct compare_ask ask;

    compare_ask_all(&ask);
    ask.previous = arena_printf(call->arena, "env:%s", world->release.to);
    ask.current = arena_printf(call->arena, "env:%s", world->release.from);
    return compare_run(call, &ask, report, error) && compare_save(call, *report, error);
}

/* Deployments up to a time, and what differed then. */
static bool record_time(struct call *call, const struct demo_world *world, int64_t until,
                        size_t *first, char (*ids)[UUID_SIZE], struct error *error)
{
    struct drift_report *report = NULL;
    bool ok;

    call->clock = clock_frozen(until);
    ok = record_deployments(call, world, until, first, ids, error) &&
         keep_report(call, world, &report, error);
    drift_report_free(&report);
    return ok;
}

/* Everything is recorded and compared as of its time, so that the audit reads in its order, and
 * there is something to tell of since when a difference is there. */
static bool record_history(struct call *call, const struct call *parent,
                           const struct demo_world *world, struct error *error)
{
    char(*ids)[UUID_SIZE] = memory_array(world->deployment_count, sizeof *ids);
    size_t first = 0;
    bool ok = record_time(call, world, world->compared_at, &first, ids, error) &&
              record_time(call, world, world->release.cut_at, &first, ids, error) &&
              cut_release(call, world, error);

    call->clock = parent->clock;
    ok = ok && record_deployments(call, world, 0, &first, ids, error);
    free(ids);
    return ok;
}

/* The report of now and its notes, so that there is something to open. */
static bool keep_notes(struct call *call, const struct demo_world *world, struct error *error)
{
    struct drift_report *report = NULL;
    struct note *note = NULL;
    struct store_note row;
    bool ok = keep_report(call, world, &report, error);

    if (ok) {
        note = note_generate(report, NULL);
        ok = note_save(call, report, note, NULL, &row, error);
    }
    note_free(&note);
    drift_report_free(&report);
    return ok;
}

static bool fill_store(const struct call *parent, const struct settings *settings,
                       const struct demo_world *world, struct error *error)
{
    struct call call;
    bool ok;

    call_start(&call, settings);
    call.progress = parent->progress;
    call.clock = clock_frozen(world->compared_at);
    ok = call_open_store(&call, true, error) && import_project(&call, world, error) &&
         record_history(&call, parent, world, error) && keep_notes(&call, world, error);
    call_end(&call);
    return ok;
}

static bool build(struct call *call, const struct demo *demo, struct error *error)
{
    struct demo_options options = { .end_at = clock_now(&call->clock) };
    struct demo_world *world;
    bool ok;

    progress_report(&call->progress, "building the demo", 0, 0);
    if (!repository_library_start(error))
        return false;
    world = demo_build(demo->folder, &options, &call->progress, error);
    repository_library_stop();
    ok = world != NULL && fill_store(call, &demo->settings, world, error) &&
         file_write_atomic(demo->mark, mark_finished, sizeof mark_finished - 1, 0600, error);
    demo_world_free(&world);
    return ok;
}

static void demo_settings(struct demo *demo, const struct settings *from)
{
    settings_copy(&demo->settings, from);
    free(demo->settings.store_path);
    free(demo->settings.working_directory);
    free(demo->settings.project);
    demo->settings.store_path = path_join(demo->folder, "pilab.db");
    demo->settings.working_directory = memory_copy_text(demo->folder);
    demo->settings.project = NULL;
    demo->settings.demo = true;
}

static void describe(const struct demo *demo, struct result *result)
{
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.demo/1");
    json_put_text(result->object, "folder", demo->folder);
    json_put_text(result->object, "store", demo->settings.store_path);
    strbuf_add(&result->text, "The demo is in ");
    rich_text(&result->text, RICH_NAME, demo->folder, true);
    strbuf_add(&result->text, "\n\n  export PILAB_STORE=");
    rich_text(&result->text, RICH_PLAIN, demo->settings.store_path, true);
    strbuf_add(&result->text, "\n  pilab manifest show\n  pilab drift --from SIT --to UAT\n"
                              "  pilab notes --from UAT --to PROD\n");
}

bool app_demo(struct call *call, const struct arguments *arguments, struct result *result,
              struct error *error)
{
    struct demo demo = { .folder = demo_folder(call, arguments_at(arguments, 0)) };
    bool ready, ok;

    demo.mark = path_join(demo.folder, mark_name);
    demo_settings(&demo, call->settings);
    ok = prepare_folder(&demo, arguments_flag(arguments, "again"), &ready, error) &&
         (ready || build(call, &demo, error));
    if (ok) {
        describe(&demo, result);
        result->open_screen = !arguments_flag(arguments, "build-only");
        settings_copy(&result->screen, &demo.settings);
    }
    demo_release(&demo);
    return ok;
}
