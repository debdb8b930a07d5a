#include "drawing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <string.h>

void assert_canvas(const struct canvas *canvas, const char *wanted)
{
    struct strbuf text = STRBUF_INIT;
    size_t length;

    canvas_text(canvas, &text);
    length = text.length;
    while (length > 1 && text.data[length - 1] == '\n' && text.data[length - 2] == '\n')
        length--;
    strbuf_truncate(&text, length);
    if (strcmp(text.data, "\n") == 0)
        strbuf_clear(&text);
    assert_string_equal(text.data, wanted);
    strbuf_release(&text);
}

struct canvas *draw_pane(struct pane *pane, int rows, int columns)
{
    struct canvas *canvas = canvas_new(rows, columns, GLYPHS_UTF8);
    struct surface surface = surface_whole(canvas);
    struct rectangle area = { 0, 0, rows, columns };

    pane_place(pane, area);
    pane->ops->draw(pane, &surface, true);
    return canvas;
}

void assert_pane(struct pane *pane, int rows, int columns, const char *wanted)
{
    struct canvas *canvas = draw_pane(pane, rows, columns);

    assert_canvas(canvas, wanted);
    canvas_free(&canvas);
}

void press_key(struct pane *pane, const char *key)
{
    struct keymap keymap = { 0 };
    struct key_sequence typed = { 0 };
    struct key_match match;
    const char *keys = key;

    keymap_add(&keymap, pane->ops->keys);
    keymap_add(&keymap, pane->ops->base_keys);
    assert_true(key_alternative(&keys, &typed));
    if (keymap_match(&keymap, &typed, &match) != KEY_RESULT_MATCH)
        fail_msg("the pane has no key \"%s\"", key);
    pane->ops->act(pane, match.row->action);
}
