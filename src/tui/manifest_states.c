#include "manifest_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/release.h>
#include <pilab/base/memory.h>

/* States that are kept by a name and stand in no column: baselines and releases. */

#define OFFERED 50 /* of each kind; what else there is can be typed */

/* --- Offering --------------------------------------------------------------------------------- */

static void offer_baselines(struct call *call, struct arena *arena, struct picker *picker)
{
    struct store_baselines list;

    if (!manifest_baselines(call, OFFERED, arena, &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++) {
        const struct store_baseline *item = &list.items[i];
        char at[TIMESTAMP_SIZE];

        picker_add(picker, item->name,
                   arena_printf(arena, "baseline, %s, %.10s",
                                item->environment != NULL ? item->environment : "all environments",
                                timestamp_format(item->as_of, at)),
                   arena_printf(arena, "baseline:%s", item->name));
    }
}

static void offer_releases(struct call *call, struct arena *arena, struct picker *picker)
{
    struct store_releases list;

    if (!release_list_newest(call, OFFERED, arena, &list, NULL))
        return;
    for (size_t i = 0; i < list.count; i++) {
        const struct store_release *item = &list.items[i];

        picker_add(picker, item->name,
                   arena_printf(arena, "release, %s to %s, %s", item->source, item->target,
                                release_status_name(item->status)),
                   arena_printf(arena, "release:%s", item->name));
    }
}

void manifest_offer_frozen(const struct manifest_screen *screen, struct picker *picker)
{
    struct call *call = &screen->studio->call;
    struct arena *arena;

    if (call->project == NULL)
        return;
    arena = arena_new();
    offer_releases(call, arena, picker);
    offer_baselines(call, arena, picker);
    arena_free(&arena);
}

/* --- Comparing with one of them --------------------------------------------------------------- */

/* A baseline of the whole manifest is compared in the environment that one looks at. */
static char *state_spec(const struct manifest_screen *screen, const char *value, size_t column)
{
    struct call *call = &screen->studio->call;
    struct arena *arena = arena_new();
    struct store_baselines list;
    bool whole = false;
    char *spec;

    if (strncmp(value, "baseline:", 9) == 0 &&
        manifest_baselines(call, OFFERED, arena, &list, NULL))
        for (size_t i = 0; i < list.count && !whole; i++)
            whole = list.items[i].environment == NULL && strcmp(list.items[i].name, value + 9) == 0;
    spec = whole ? memory_printf("%s@%s", value, screen->manifest->columns[column].name)
                 : memory_copy_text(value);
    arena_free(&arena);
    return spec;
}

static bool read_state(const struct manifest_screen *screen, const char *text, struct arena *arena,
                       struct manifest_state *state, struct error *error)
{
    struct call call = screen->studio->call;
    struct state_spec spec;

    call.arena = arena;
    if (!state_spec_parse(text, call.settings->working_directory, NULL, NULL, arena, &spec, error))
        return false;
    /* Here a word alone can only be an environment. */
    if (spec.kind == STATE_REVISION)
        spec.kind = STATE_ENVIRONMENT;
    if (spec.kind == STATE_OBSERVED) { /* it asks over the network, and a key does not wait */
        error_set(error, ERROR_UNSUPPORTED, "what really runs is not compared here");
        return error_hint(error, "gv verifies the environment; `:manifest compare` compares it");
    }
    return manifest_resolve_state(&call, &spec, state, error);
}

static void open_state(struct manifest_screen *screen, const char *text, size_t column)
{
    struct arena *arena = arena_new();
    struct manifest_state here, there;
    struct manifest_differences differences;
    struct strbuf spec = STRBUF_INIT;
    struct error error = { 0 };
    char *title;

    if (!read_state(screen, text, arena, &there, &error)) {
        workspace_say_error(screen->studio->workspace, &error);
        arena_free(&arena);
        return;
    }
    manifest_state_of_column(screen->manifest, column, arena, &here);
    manifest_compare(&here, &there, arena, &differences);
    manifest_column_spec(screen, column, &spec);
    title = memory_printf("%s and %s", here.label, there.label);
    workspace_open(screen->studio->workspace,
                   manifest_differences_view_new(screen->studio, title, &differences, spec.data,
                                                 text));
    free(title);
    strbuf_release(&spec);
    arena_free(&arena);
}

static void state_chosen(void *context, const char *value)
{
    struct manifest_screen *screen = context;
    struct strbuf here = STRBUF_INIT;
    size_t row, column;
    char *spec;

    if (value == NULL || !manifest_here(screen, &row, &column))
        return;
    spec = state_spec(screen, value, column);
    manifest_column_spec(screen, column, &here);
    if (row == MANIFEST_NONE)
        open_state(screen, spec, column);
    else
        screen->studio->actions->compare_module(screen->studio, here.data, spec,
                                                screen->manifest->rows[row].name);
    strbuf_release(&here);
    free(spec);
}

/* A state that there is not stays in the line. */
static bool check_state(void *context, const char *text, struct error *error)
{
    const struct manifest_screen *screen = context;
    struct arena *arena = arena_new();
    struct manifest_state state;
    size_t row, column;
    char *spec = manifest_here(screen, &row, &column) ? state_spec(screen, text, column)
                                                      : memory_copy_text(text);
    bool found = read_state(screen, spec, arena, &state, error);

    free(spec);
    arena_free(&arena);
    return found;
}

void manifest_ask_state(struct manifest_screen *screen)
{
    struct picker *picker;
    size_t row, column;
    char *title;

    if (!manifest_here(screen, &row, &column))
        return;
    title = memory_printf("Compare %s with … (Space marks another cell instead)",
                          screen->manifest->columns[column].name);
    picker = picker_new(title);
    free(title);
    for (size_t i = 0; i < screen->manifest->column_count; i++) {
        struct strbuf spec = STRBUF_INIT;

        if (i == column)
            continue;
        manifest_column_spec(screen, i, &spec);
        picker_add(picker, screen->manifest->columns[i].name, "environment", spec.data);
        strbuf_release(&spec);
    }
    manifest_offer_frozen(screen, picker);
    picker_allow_free_text(picker, true);
    picker_check_free_text(picker, check_state);
    picker_open(screen->studio->workspace, picker, state_chosen, screen);
}
