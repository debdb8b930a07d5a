#include "editor_desk.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/utf8.h>

static void on_changed(void *context)
{
    ((struct desk *)context)->changed++;
}

static void on_say(void *context, const char *text)
{
    struct desk *desk = context;

    snprintf(desk->said, sizeof desk->said, "%s", text);
}

static void on_taken(void *context, const char *text, size_t length)
{
    struct desk *desk = context;

    snprintf(desk->taken, sizeof desk->taken, "%.*s", (int)length, text);
}

void desk_open(struct desk *desk, const char *text)
{
    const struct editor_events events = {
        .context = desk, .changed = on_changed, .say = on_say, .taken = on_taken
    };

    memset(desk, 0, sizeof *desk);
    desk->editor = editor_new(&events);
    editor_set_text(desk->editor, text, strlen(text));
    pane_place(editor_pane(desk->editor), (struct rectangle){ 0, 0, 10, 40 });
}

void desk_close(struct desk *desk)
{
    editor_free(&desk->editor);
    assert_null(desk->editor);
}

/* A key as the workspace hands it over: to the pane, then through its tables. */
static void hear(struct pane *pane, struct key_sequence *typed, int32_t key)
{
    struct keymap keymap = { 0 };
    struct key_match match;

    if (typed->count == 0 && (pane->ops->key(pane, key) & REFRESH_IGNORED) == 0)
        return;
    typed->keys[typed->count++] = key;
    keymap_add(&keymap, pane->ops->keys);
    keymap_add(&keymap, pane->ops->base_keys);
    switch (keymap_match(&keymap, typed, &match)) {
    case KEY_RESULT_MORE:
        return;
    case KEY_RESULT_MATCH:
        pane->ops->act(pane, match.row->action);
        break;
    default:
        if (key != KEYCODE_ESCAPE)
            fail_msg("the editor has no key %d here", (int)key);
    }
    typed->count = 0;
}

void desk_press(struct desk *desk, const char *keys)
{
    struct pane *pane = editor_pane(desk->editor);
    struct key_sequence typed = { 0 };
    const char *end = keys + strlen(keys);

    while (keys < end) {
        const char *close = keys[0] == '<' ? strchr(keys, '>') : NULL;

        if (close != NULL) {
            hear(pane, &typed, key_parse(keys + 1, (size_t)(close - keys) - 1));
            keys = close + 1;
        } else {
            hear(pane, &typed, utf8_decode(&keys, end));
        }
    }
}

void assert_desk_text(const struct desk *desk, const char *wanted)
{
    struct strbuf text = STRBUF_INIT;

    editor_get_text(desk->editor, &text);
    assert_string_equal(text.data, wanted);
    strbuf_release(&text);
}

void assert_keys(const char *text, const char *keys, const char *wanted)
{
    struct strbuf got = STRBUF_INIT, marked = STRBUF_INIT;
    struct desk desk;
    size_t cursor;

    desk_open(&desk, text);
    desk_press(&desk, keys);
    editor_get_text(desk.editor, &got);
    cursor = editor_cursor(desk.editor);
    strbuf_add_bytes(&marked, got.data, cursor);
    strbuf_add(&marked, "|");
    strbuf_add(&marked, got.data + cursor);
    if (strcmp(marked.data, wanted) != 0)
        fail_msg("\"%s\" typed on \"%s\" gave \"%s\", not \"%s\"", keys, text, marked.data, wanted);
    strbuf_release(&got);
    strbuf_release(&marked);
    desk_close(&desk);
}
