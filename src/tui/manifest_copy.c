#include "manifest_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/app/show.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/drift/detail.h>
#include <pilab/tui/clipboard.h>

/* What `y` takes of the Manifest: commands that say the same wherever they are pasted. */

static void add_word(struct strbuf *out, const char *word)
{
    strbuf_add_char(out, ' ');
    escape_shell(out, word, strlen(word));
}

/* What git says about the way from here to the stage before; false when that is not known. */
static bool git_command(const struct manifest_screen *screen, size_t row, size_t column,
                        struct strbuf *out)
{
    const struct manifest *manifest = screen->manifest;
    struct arena *arena;
    size_t before = manifest->columns[column].before;
    const struct store_deployment *here, *there;
    char *range;

    if (before == MANIFEST_NONE)
        return false;
    here = manifest_cell_at(manifest, row, column)->running;
    there = manifest_cell_at(manifest, row, before)->running;
    if (here == NULL || there == NULL || here->commit == NULL || there->commit == NULL)
        return false;
    range = memory_printf("%s..%s", here->commit, there->commit);
    arena = arena_new();
    drift_detail_git(out,
                     show_repository(&screen->studio->call, true, manifest->rows[row].name, arena));
    strbuf_add(out, " log --oneline");
    add_word(out, range);
    arena_free(&arena);
    free(range);
    return true;
}

static void copy_cell(const struct manifest_screen *screen, size_t row, size_t column,
                      struct copy_menu *menu)
{
    const struct manifest *manifest = screen->manifest;
    const struct store_deployment *running = manifest_cell_at(manifest, row, column)->running;
    struct strbuf text = STRBUF_INIT;

    if (running != NULL) {
        copy_add_line(&text, running->version);
        copy_menu_add(menu, 't', "version", text.data);
        strbuf_clear(&text);
    }
    if (running != NULL && running->commit != NULL) {
        copy_add_line(&text, running->commit);
        copy_menu_add(menu, 'i', "commit", text.data);
        strbuf_clear(&text);
    }
    strbuf_add(&text, "pilab manifest history");
    add_word(&text, manifest->rows[row].name);
    add_word(&text, manifest->columns[column].name);
    show_place(&screen->studio->call, true, &text);
    copy_menu_add(menu, 'c', "command", text.data);
    strbuf_clear(&text);
    if (git_command(screen, row, column, &text))
        copy_menu_add(menu, 'g', "git command", text.data);
    strbuf_clear(&text);
    if (show_deployments(&screen->studio->call, manifest->rows[row].name,
                         manifest->columns[column].name, &text))
        copy_menu_add(menu, 's', "sql command", text.data);
    strbuf_release(&text);
}

void manifest_copy(const struct manifest_screen *screen, struct copy_menu *menu)
{
    struct strbuf text = STRBUF_INIT, before = STRBUF_INIT;
    size_t row, column;

    if (!manifest_here(screen, &row, &column))
        return;
    if (row != MANIFEST_NONE) {
        copy_cell(screen, row, column, menu);
        return;
    }
    manifest_column_spec(screen, column, &text);
    copy_menu_add(menu, 't', "state", text.data);
    if (screen->manifest->columns[column].before != MANIFEST_NONE) {
        strbuf_clear(&text);
        strbuf_add(&text, "pilab manifest compare");
        manifest_column_spec(screen, column, &before);
        add_word(&text, before.data);
        strbuf_clear(&before);
        manifest_column_spec(screen, screen->manifest->columns[column].before, &before);
        add_word(&text, before.data);
        show_place(&screen->studio->call, true, &text);
        copy_menu_add(menu, 'c', "command", text.data);
    }
    strbuf_release(&text);
    strbuf_release(&before);
}
