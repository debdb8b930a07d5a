#include "studio_internal.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/picker.h>

/* What ^P and g/ can jump to, kind by kind. */

void studio_offer_jump(struct picker *picker, const char *kind, const char *id, const char *text,
                       const char *detail)
{
    char *value = memory_printf("%s:%s", kind, id);

    picker_add(picker, text, detail != NULL ? detail : kind, value);
    free(value);
}

/* --- Places ---------------------------------------------------------------------------------- */

static const char decisions_id[] = "decisions"; /* no place of its own: it opens where one is */

static void offer_places(struct studio *studio, const char *kind, struct picker *picker)
{
    const char *label;
    int digit;

    for (size_t i = 0; (label = workspace_place_label(studio->workspace, i, &digit)) != NULL; i++) {
        char *id = memory_printf("%d", digit);

        studio_offer_jump(picker, kind, id, label, NULL);
        free(id);
    }
    if (studio->call.project != NULL)
        studio_offer_jump(picker, kind, decisions_id, "Decisions", "about differences");
}

static void go_place(struct studio *studio, const char *id)
{
    if (strcmp(id, decisions_id) == 0)
        decisions_open(studio);
    else
        workspace_go(studio->workspace, atoi(id));
}

/* --- Releases -------------------------------------------------------------------------------- */

static void offer_releases(struct studio *studio, const char *kind, struct picker *picker)
{
    for (size_t i = 0; studio->around != NULL && i < studio->around->release_count; i++) {
        const struct open_release *release = &studio->around->releases[i];
        char *detail = memory_printf("release to %s: %s", release->to, release->sentence);

        studio_offer_jump(picker, kind, release->name, release->name, detail);
        free(detail);
    }
}

static void go_release(struct studio *studio, const char *id)
{
    studio_open_release(studio, id);
}

/* --- What is stored -------------------------------------------------------------------------- */

static void offer_recent(const char *kind, struct picker *picker, const struct recent_item *items,
                         size_t count)
{
    for (size_t i = 0; i < count; i++) {
        char *id = memory_printf("%" PRId64, items[i].number);
        char *detail = memory_printf("%s:%s", kind, id);

        studio_offer_jump(picker, kind, id, items[i].title, detail);
        free(detail);
        free(id);
    }
}

static void offer_reports(struct studio *studio, const char *kind, struct picker *picker)
{
    if (studio->around != NULL)
        offer_recent(kind, picker, studio->around->reports, studio->around->report_count);
}

static void offer_notes(struct studio *studio, const char *kind, struct picker *picker)
{
    if (studio->around != NULL)
        offer_recent(kind, picker, studio->around->notes, studio->around->note_count);
}

static void go_report(struct studio *studio, const char *id)
{
    studio_open_report(studio, strtoll(id, NULL, 10));
}

static void go_note(struct studio *studio, const char *id)
{
    studio_open_note(studio, strtoll(id, NULL, 10));
}

/* --- Steps of the promotion path: what the next environment would get ------------------------- */

static void offer_promotions(struct studio *studio, const char *kind, struct picker *picker)
{
    for (size_t i = 0; studio->around != NULL && i < studio->around->promotion_count; i++) {
        const struct promotion_choice *step = &studio->around->promotions[i];
        char *text = memory_printf("%s would get, from %s", step->to, step->from);
        char *id = memory_printf("%zu", i);

        studio_offer_jump(picker, kind, id, text, "compares now");
        free(id);
        free(text);
    }
}

static void go_promotion(struct studio *studio, const char *id)
{
    size_t index = strtoull(id, NULL, 10);
    char *previous, *current;

    if (studio->around == NULL || index >= studio->around->promotion_count)
        return;
    previous = memory_printf("env:%s", studio->around->promotions[index].to);
    current = memory_printf("env:%s", studio->around->promotions[index].from);
    studio_compare(studio, previous, current);
    free(previous);
    free(current);
}

/* --- Rows and columns of the manifest ----------------------------------------------------------
 */

static void offer_names(const char *kind, struct picker *picker, const char *const *names,
                        size_t count)
{
    for (size_t i = 0; i < count; i++)
        studio_offer_jump(picker, kind, names[i], names[i], NULL);
}

static void offer_modules(struct studio *studio, const char *kind, struct picker *picker)
{
    if (studio->around != NULL)
        offer_names(kind, picker, studio->around->modules, studio->around->module_count);
}

static void offer_environments(struct studio *studio, const char *kind, struct picker *picker)
{
    if (studio->around != NULL)
        offer_names(kind, picker, studio->around->environments, studio->around->environment_count);
}

/* The manifest may have to be read first: it hears of it behind that. */
static void seek(struct studio *studio, enum studio_event kind, const char *name)
{
    struct event event = { .kind = (int)kind, .data = memory_copy_text(name), .release = free };

    workspace_go(studio->workspace, PLACE_MANIFEST);
    workspace_back_to_first(studio->workspace);
    workspace_post(studio->workspace, &event);
}

static void go_module(struct studio *studio, const char *id)
{
    seek(studio, STUDIO_SEEK_MODULE, id);
}

static void go_environment(struct studio *studio, const char *id)
{
    seek(studio, STUDIO_SEEK_ENVIRONMENT, id);
}

/* --- Other projects --------------------------------------------------------------------------- */

static void offer_projects(struct studio *studio, const char *kind, struct picker *picker)
{
    for (size_t i = 0; studio->around != NULL && i < studio->around->project_count; i++) {
        const struct project_choice *project = &studio->around->projects[i];
        char *text = memory_printf("%s (%s)", project->name, project->code);

        studio_offer_jump(picker, kind, project->code, text, NULL);
        free(text);
    }
}

static void go_project(struct studio *studio, const char *id)
{
    studio_open_project(studio, id);
}

/* --- The table ------------------------------------------------------------------------------- */

static const struct studio_jump_provider providers[] = {
    {"place",        offer_places,       go_place      },
    { "release",     offer_releases,     go_release    },
    { "report",      offer_reports,      go_report     },
    { "note",        offer_notes,        go_note       },
    { "promotion",   offer_promotions,   go_promotion  },
    { "module",      offer_modules,      go_module     },
    { "environment", offer_environments, go_environment},
    { "project",     offer_projects,     go_project    },
};

#define PROVIDERS (sizeof providers / sizeof *providers)

static void offer(void *context, struct picker *picker)
{
    const struct studio *studio = context;

    if (studio->call.project != NULL)
        picker_take_free_text(picker, "where is it?");
    for (size_t i = 0; i < PROVIDERS; i++)
        providers[i].offer(context, providers[i].kind, picker);
}

static void go(void *context, struct workspace *workspace, const char *value)
{
    size_t length = strcspn(value, ":");

    (void)workspace;
    for (size_t i = 0; i < PROVIDERS && value[length] == ':'; i++) {
        if (strlen(providers[i].kind) == length && memcmp(providers[i].kind, value, length) == 0) {
            providers[i].go(context, value + length + 1);
            return;
        }
    }
    studio_where(context, &value, 1);
}

struct jump_host studio_jump_host(struct studio *studio)
{
    return (struct jump_host){ studio, offer, go };
}
