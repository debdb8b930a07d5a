#include <pilab/app/surroundings.h>

#include <string.h>

#include <pilab/app/stored.h>
#include <pilab/base/vector.h>
#include <pilab/app/release.h>
#include <pilab/git/repository.h>
#include <pilab/source/repository_scan.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/note.h>
#include <pilab/store/project.h>
#include <pilab/store/report.h>

#define RECENT   5   /* of each kind, on Home */
#define PROJECTS 200 /* that can be gone to */
/* A look, not a search: it is done before somebody has read the screen. */
#define SCAN_MILLISECONDS 400
#define SCAN_DEPTH        4

static void add_state(struct vector *states, const char *spec, const char *label,
                      const char *detail)
{
    struct state_choice *choice = vector_add(states);

    choice->spec = spec;
    choice->label = label;
    choice->detail = detail;
}

static const char *reference_detail(struct arena *arena, const struct reference *reference)
{
    static const char *const kinds[] = { [REFERENCE_TAG] = "tag",
                                         [REFERENCE_BRANCH] = "branch",
                                         [REFERENCE_REMOTE_BRANCH] = "remote branch" };
    char date[TIMESTAMP_SIZE];

    timestamp_format(reference->time, date);
    date[10] = '\0';
    return arena_printf(arena, "%s, %s", kinds[reference->kind], date);
}

static void look_at_repository(struct call *call, struct surroundings *out, struct vector *states)
{
    struct repository *repository;
    struct reference_list *list;
    struct version_pair versions;
    struct error error = { 0 };

    if (!repository_open_above(&repository, call->settings->working_directory, &error)) {
        if (error.code != ERROR_NOT_FOUND)
            out->repository_error = arena_printf(out->arena, "%s. %s", error.message, error.hint);
        return;
    }
    out->repository = arena_text(out->arena, repository_name(repository));
    out->folder = arena_text(out->arena, repository_work_tree(repository) != NULL
                                             ? repository_work_tree(repository)
                                             : repository_directory(repository));
    if (repository_last_two_versions(repository, NULL, out->arena, &call->progress, &versions,
                                     NULL)) {
        out->previous = versions.previous;
        out->current = versions.current;
    }
    list = repository_references(repository, NULL);
    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const char *name = arena_text(out->arena, list->references[i].name);

        add_state(states, name, name, reference_detail(out->arena, &list->references[i]));
    }
    reference_list_free(&list);
    repository_free(&repository);
}

static void look_around(struct call *call, struct surroundings *out, struct vector *states)
{
    struct error error = { 0 };

    if (!repository_library_start(&error)) {
        out->repository_error = arena_text(out->arena, error.message);
        return;
    }
    look_at_repository(call, out, states);
    repository_library_stop();
}

/* What a project could be built of. */
static void look_below(struct call *call, struct surroundings *out)
{
    const struct scan_limits limits = { .depth = SCAN_DEPTH, .milliseconds = SCAN_MILLISECONDS };
    struct repository_scan scan;

    if (!repository_scan(call->settings->working_directory, &limits, out->arena, &scan,
                         &call->progress, NULL))
        return;
    out->repositories_below = scan.count;
    out->more_below = !scan.complete;
}

static void look_at_environments(struct call *call, struct surroundings *out, struct vector *states)
{
    struct store_environments list;
    struct vector promotions;

    if (!store_environment_list(call->connection, call->project->id, NULL, out->arena, &list, NULL))
        return;
    out->environments = arena_array(out->arena, list.count, sizeof *out->environments);
    out->environment_count = list.count;
    vector_init(&promotions, sizeof(struct promotion_choice));
    for (size_t i = 0; i < list.count; i++) {
        const struct store_environment *environment = &list.items[i];

        out->environments[i] = environment->name;
        add_state(states, arena_printf(out->arena, "env:%s", environment->name), environment->name,
                  "environment");
        for (size_t j = 0; j < environment->from_count; j++) {
            struct promotion_choice *choice = vector_add(&promotions);

            *choice = (struct promotion_choice){ environment->from[j], environment->name,
                                                 environment->is_production };
        }
    }
    out->promotions = vector_to_arena(&promotions, out->arena);
    out->promotion_count = promotions.count;
    vector_release(&promotions);
}

static void look_at_modules(struct call *call, struct surroundings *out)
{
    struct store_modules list;

    if (!store_module_list(call->connection, call->project->id, NULL, out->arena, &list, NULL))
        return;
    out->modules = arena_array(out->arena, list.count, sizeof *out->modules);
    out->module_count = list.count;
    for (size_t i = 0; i < list.count; i++)
        out->modules[i] = list.items[i].name;
}

static bool may_read(struct call *call, const struct store_project *project)
{
    struct permission_actor rights;

    return call_rights_in(call, project->id, &rights, NULL) &&
           permission_check(&rights, PERMISSION_READ, NULL, NULL);
}

/* Where one could be instead. */
static void look_at_projects(struct call *call, struct surroundings *out)
{
    struct store_page page = { .limit = PROJECTS };
    struct store_projects list;
    struct vector choices;

    if (call->connection == NULL || call->tenant_id == NULL ||
        !store_project_list(call->connection, call->tenant_id, "ACTIVE", &page, out->arena, &list,
                            NULL))
        return;
    vector_init(&choices, sizeof(struct project_choice));
    for (size_t i = 0; i < list.count; i++) {
        const struct store_project *project = &list.items[i];
        bool own = call->project != NULL && strcmp(call->project->id, project->id) == 0;

        if (!own && may_read(call, project))
            vector_push(&choices, &(struct project_choice){ project->code, project->name });
    }
    out->projects = vector_to_arena(&choices, out->arena);
    out->project_count = choices.count;
    vector_release(&choices);
}

/* Not all of it was read: then its count is not all either. */
static bool is_partial(const struct store_report *report)
{
    return strcmp(report->run, "PARTIAL") == 0;
}

static void look_at_records(struct call *call, struct surroundings *out)
{
    struct store_page page = { .limit = RECENT };
    struct store_reports reports;
    struct store_notes notes;

    if (store_report_list(call->connection, call->project->id, NULL, NULL, &page, out->arena,
                          &reports, NULL)) {
        out->reports = arena_array(out->arena, reports.count, sizeof *out->reports);
        out->report_count = reports.count;
        for (size_t i = 0; i < reports.count; i++)
            out->reports[i] = (struct recent_item){
                reports.items[i].number, stored_report_words(&reports.items[i], out->arena),
                arena_printf(out->arena, "%lld difference%s%s",
                             (long long)reports.items[i].counts.total,
                             reports.items[i].counts.total == 1 ? "" : "s",
                             is_partial(&reports.items[i]) ? "  PARTIAL" : ""),
                reports.items[i].severity, reports.items[i].created_at
            };
    }
    if (store_note_list(call->connection, call->project->id, NULL, &page, out->arena, &notes,
                        NULL)) {
        out->notes = arena_array(out->arena, notes.count, sizeof *out->notes);
        out->note_count = notes.count;
        for (size_t i = 0; i < notes.count; i++)
            out->notes[i] = (struct recent_item){ notes.items[i].number, notes.items[i].title,
                                                  note_status_name(notes.items[i].status), NULL,
                                                  notes.items[i].updated_at };
    }
}

static void look_at_releases(struct call *call, struct surroundings *out)
{
    struct release_detail *list;
    size_t count;

    out->next_release = release_propose_name(call, out->arena);
    if (!release_list_open(call, out->arena, &list, &count, NULL))
        return;
    out->releases = arena_array(out->arena, count, sizeof *out->releases);
    out->release_count = count;
    for (size_t i = 0; i < count; i++) {
        const struct store_release *row = &list[i].row;

        out->releases[i] = (struct open_release){ .number = row->number,
                                                  .name = row->name,
                                                  .from = row->source,
                                                  .to = row->target,
                                                  .step = list[i].step,
                                                  .sentence = list[i].sentence,
                                                  .production = list[i].production,
                                                  .created_by = row->created_by,
                                                  .created_at = row->created_at,
                                                  .planned_at = row->planned_at };
    }
}

/* Each with its next step, for Home. */
static void tell_releases(struct surroundings *out)
{
    struct home_line *lines = arena_array(out->arena, out->release_count, sizeof *lines);

    for (size_t i = 0; i < out->release_count; i++) {
        const struct open_release *release = &out->releases[i];

        lines[i] = (struct home_line){ .target = HOME_TO_RELEASE,
                                       .name = release->name,
                                       .detail = release->sentence,
                                       .at = release->created_at };
        lines[i].text = arena_printf(out->arena, "%s to %s%s", release->name, release->to,
                                     release->production ? ", production" : "");
    }
    out->home.releases = (struct home_lines){ lines, out->release_count };
}

static void add_releases(struct surroundings *out, struct vector *states)
{
    for (size_t i = 0; i < out->release_count; i++)
        add_state(states, arena_printf(out->arena, "release:%s", out->releases[i].name),
                  out->releases[i].name,
                  arena_printf(out->arena, "release, %s to %s", out->releases[i].from,
                               out->releases[i].to));
}

void surroundings_open_store(struct call *call, struct error *why)
{
    struct error error = { 0 };

    if (!call_open_store(call, false, &error) ||
        (call->project == NULL && !call_choose_project(call, NULL, &error))) {
        /* Without a project there is much to be offered; a name that is wrong is a mistake. */
        if (error.code != ERROR_NOT_FOUND ||
            (call->connection != NULL && call->settings->project != NULL))
            *why = error;
    } else if (!call_check(call, PERMISSION_READ, why)) {
        call->project = NULL;
    }
}

struct surroundings *surroundings_look(struct call *call, const struct home_mark *since)
{
    struct arena *arena = arena_new();
    struct surroundings *out = arena_alloc(arena, sizeof *out);
    struct vector states;

    out->arena = arena;
    vector_init(&states, sizeof(struct state_choice));
    if (call->project != NULL) {
        out->project = arena_text(arena, call->project->name);
        look_at_environments(call, out, &states);
        look_at_modules(call, out);
        look_at_records(call, out);
        look_at_releases(call, out);
        add_releases(out, &states);
        home_read(call, since, arena, &out->home);
        tell_releases(out);
    }
    look_at_projects(call, out);
    if (repository_may_be_above(call->settings->working_directory))
        look_around(call, out, &states);
    if (out->project == NULL && out->repository == NULL && !call->settings->demo)
        look_below(call, out);
    out->states = vector_to_arena(&states, arena);
    out->state_count = states.count;
    vector_release(&states);
    return out;
}

void surroundings_free(struct surroundings **surroundings)
{
    struct arena *arena = *surroundings != NULL ? (*surroundings)->arena : NULL;

    arena_free(&arena);
    *surroundings = NULL;
}
