/* An editor in the hands of a test: what is typed, and what it told its owner. */
#ifndef PILAB_TESTS_UNIT_TUI_EDITOR_DESK_H
#define PILAB_TESTS_UNIT_TUI_EDITOR_DESK_H

#include <stdint.h>

#include <pilab/tui/editor.h>

struct desk {
    struct editor *editor;
    int changed;
    char said[200];
    char taken[200];
};

/* A text on 10 rows of 40 columns; desk_close frees. */
void desk_open(struct desk *desk, const char *text);
void desk_close(struct desk *desk);

/* Types keys as the workspace hands them over: characters, and names in angle brackets:
 * "ihello<Esc>". Fails the test when the editor has no such key. */
void desk_press(struct desk *desk, const char *keys);

void assert_desk_text(const struct desk *desk, const char *wanted);
/* From a text and keys to a text with the cursor marked by "|". */
void assert_keys(const char *text, const char *keys, const char *wanted);

#endif
