#include "manifest_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/dialog.h>
#include <pilab/tui/picker.h>

static void say(const struct manifest_screen *screen, const char *text)
{
    workspace_say(screen->studio->workspace, MESSAGE_INFO, "%s", text);
}

/* --- History ---------------------------------------------------------------------------------- */

void manifest_open_history(struct manifest_screen *screen)
{
    const struct manifest *manifest = screen->manifest;
    size_t row, column;

    if (!manifest_here(screen, &row, &column))
        return;
    if (row == MANIFEST_NONE)
        manifest_open_would_get(screen);
    else
        workspace_open(screen->studio->workspace,
                       manifest_history_view_new(screen->studio, manifest->rows[row].name,
                                                 manifest->columns[column].name));
}

/* The commit that runs in the cell, or its version where the commit is not known. */
void manifest_ask_where(const struct manifest_screen *screen)
{
    const struct store_deployment *running = NULL;
    const char *asked = NULL;
    size_t row, column;

    if (manifest_here(screen, &row, &column) && row != MANIFEST_NONE)
        running = manifest_cell_at(screen->manifest, row, column)->running;
    if (running != NULL)
        asked = running->commit != NULL ? running->commit : running->version;
    screen->studio->actions->where(screen->studio, &asked, asked != NULL ? 1 : 0);
}

/* --- Columns against each other --------------------------------------------------------------- */

static void open_differences(struct manifest_screen *screen, const char *title, size_t previous,
                             size_t current)
{
    struct strbuf previous_spec = STRBUF_INIT, current_spec = STRBUF_INIT;
    struct manifest_state left, right;
    struct manifest_differences differences;
    struct arena *arena = arena_new();
    struct view *view;

    manifest_state_of_column(screen->manifest, previous, arena, &left);
    manifest_state_of_column(screen->manifest, current, arena, &right);
    manifest_compare(&left, &right, arena, &differences);
    manifest_column_spec(screen, previous, &previous_spec);
    manifest_column_spec(screen, current, &current_spec);
    view = manifest_differences_view_new(screen->studio, title, &differences, previous_spec.data,
                                         current_spec.data);
    view_set_production(view, screen->manifest->columns[previous].production);
    workspace_open(screen->studio->workspace, view);
    strbuf_release(&previous_spec);
    strbuf_release(&current_spec);
    arena_free(&arena);
}

void manifest_open_would_get(struct manifest_screen *screen)
{
    const struct manifest_column *here;
    size_t row, column;
    char *title;

    if (!manifest_here(screen, &row, &column))
        return;
    here = &screen->manifest->columns[column];
    if (here->before == MANIFEST_NONE) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "Nothing is promoted into %s: no stage stands before it.", here->name);
        return;
    }
    title = memory_printf("%s would get, from %s", here->name,
                          screen->manifest->columns[here->before].name);
    open_differences(screen, title, column, here->before);
    free(title);
}

/* --- Marks ------------------------------------------------------------------------------------ */

/* A marked place; false when what it names is not there any more. */
static bool find_place(const struct manifest_screen *screen, struct table_mark mark, size_t *row,
                       size_t *column)
{
    *row = mark.row[0] == '\0' ? MANIFEST_NONE : manifest_find_row(screen->manifest, mark.row);
    *column = manifest_find_column(screen->manifest, mark.column);
    return *column != MANIFEST_NONE && (mark.row[0] == '\0' || *row != MANIFEST_NONE);
}

static void compare_cells(struct manifest_screen *screen, size_t row, size_t previous,
                          size_t current)
{
    struct strbuf previous_spec = STRBUF_INIT, current_spec = STRBUF_INIT;

    manifest_column_spec(screen, previous, &previous_spec);
    manifest_column_spec(screen, current, &current_spec);
    screen->studio->actions->compare_module(screen->studio, previous_spec.data, current_spec.data,
                                            screen->manifest->rows[row].name);
    strbuf_release(&previous_spec);
    strbuf_release(&current_spec);
}

static void compare_columns(struct manifest_screen *screen, size_t previous, size_t current)
{
    char *title = memory_printf("%s and %s", screen->manifest->columns[previous].name,
                                screen->manifest->columns[current].name);

    open_differences(screen, title, previous, current);
    free(title);
}

void manifest_compare_marked(struct manifest_screen *screen)
{
    size_t marks = table_mark_count(screen->table), row, column, other_row, other_column;

    if (!manifest_here(screen, &row, &column))
        return;
    if (marks == 0) {
        manifest_ask_state(screen);
        return;
    }
    if (marks > 2) {
        say(screen, "More than two are marked: U takes all marks away.");
        return;
    }
    if (!find_place(screen, table_mark_at(screen->table, 0), &other_row, &other_column) ||
        (marks == 2 && !find_place(screen, table_mark_at(screen->table, 1), &row, &column))) {
        say(screen, "What is marked is not there any more.");
        return;
    }
    if (other_column == column)
        say(screen, "Both are in the same environment: mark one of another.");
    else if (row != MANIFEST_NONE && other_row != MANIFEST_NONE && row != other_row)
        say(screen, "Two modules cannot be compared: mark a cell of the same one, or a heading.");
    else if (row == MANIFEST_NONE || other_row == MANIFEST_NONE)
        compare_columns(screen, other_column, column);
    else
        compare_cells(screen, row, other_column, column);
}

/* --- Time ------------------------------------------------------------------------------------- */

static void moment_chosen(void *context, const char *value)
{
    struct manifest_screen *screen = context;
    struct manifest_moment moment;
    struct error error = { 0 };

    if (value == NULL)
        return;
    if (!manifest_moment_parse(value, clock_now(&screen->studio->call.clock), &moment, &error)) {
        workspace_say_error(screen->studio->workspace, &error);
        return;
    }
    screen->at = moment.at;
    snprintf(screen->frozen, sizeof screen->frozen, "%s",
             moment.baseline != NULL || moment.release != NULL ? value : "");
    table_set_empty(screen->table, "Reading …");
    manifest_start_loading(screen);
}

/* A time that nobody can read stays in the line. */
static bool check_moment(void *context, const char *text, struct error *error)
{
    const struct manifest_screen *screen = context;
    struct manifest_moment moment;

    return manifest_moment_parse(text, clock_now(&screen->studio->call.clock), &moment, error);
}

void manifest_open_verify(struct manifest_screen *screen)
{
    struct strbuf subject = STRBUF_INIT;
    size_t row, column;

    if (!manifest_here(screen, &row, &column))
        return;
    manifest_column_spec(screen, column, &subject);
    workspace_open(screen->studio->workspace,
                   verify_view_new(screen->studio, subject.data,
                                   row != MANIFEST_NONE ? screen->manifest->rows[row].name : NULL,
                                   screen->manifest->columns[column].production));
    strbuf_release(&subject);
}

void manifest_travel(struct manifest_screen *screen)
{
    static const char *const moments[] = { "1 hour ago", "yesterday", "3 days ago", "1 week ago",
                                           "4 weeks ago" };
    struct picker *picker = picker_new("The manifest as of … (2025-01-22, 3 days ago, a release)");

    picker_add(picker, "now", NULL, "now");
    manifest_offer_frozen(screen, picker);
    for (size_t i = 0; i < sizeof moments / sizeof *moments; i++)
        picker_add(picker, moments[i], NULL, moments[i]);
    picker_allow_free_text(picker, true);
    picker_check_free_text(picker, check_moment);
    picker_open(screen->studio->workspace, picker, moment_chosen, screen);
}

/* --- Which modules ---------------------------------------------------------------------------- */

static void only_chosen(void *context, uint64_t value)
{
    struct manifest_screen *screen = context;

    screen->only = (enum manifest_only)value;
    manifest_choose_rows(screen);
    table_reload(screen->table);
    view_refresh(screen->view, REFRESH_DRAW);
}

void manifest_choose_only(struct manifest_screen *screen)
{
    static const struct menu_item items[] = {
        {'a',  "all modules",            NULL,                          NULL, 0, ONLY_ALL      },
        { 'd', "only what differs",      NULL,                          NULL, 0, ONLY_DIFFERING},
        { 'p', "only behind production", "what production has not yet", NULL, 0,
         ONLY_BEHIND_PRODUCTION                                                                },
    };
    struct menu *menu = menu_new("Show");

    for (size_t i = 0; i < sizeof items / sizeof *items; i++)
        menu_add(menu, &items[i]);
    dialog_menu(screen->studio->workspace, menu, only_chosen, screen);
}
