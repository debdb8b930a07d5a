/*
 * Keys as numbers: a Unicode code point, a control character (^A is 1), or one of the codes below.
 * Enter is '\r', Esc is 27, Tab is '\t', whichever way the terminal sends them.
 */
#ifndef PILAB_TUI_KEY_H
#define PILAB_TUI_KEY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key_code {
    KEYCODE_NONE = 0,
    KEYCODE_TAB = 9,
    KEYCODE_ENTER = 13,
    KEYCODE_ESCAPE = 27,
    KEYCODE_UP = 0x110000, /* past the last code point */
    KEYCODE_DOWN,
    KEYCODE_LEFT,
    KEYCODE_RIGHT,
    KEYCODE_PAGE_UP,
    KEYCODE_PAGE_DOWN,
    KEYCODE_HOME,
    KEYCODE_END,
    KEYCODE_INSERT,
    KEYCODE_DELETE,
    KEYCODE_BACKSPACE,
    KEYCODE_BACK_TAB,
    KEYCODE_F1
};

#define KEY_NAME_SIZE 16

/* The control character of a letter: key_control('D') is ^D. */
int32_t key_control(char letter);

/* "Down", "^D", "Space", "é". Writes to `out` and returns it. */
const char *key_format(int32_t key, char out[KEY_NAME_SIZE]);

/* The key of a name as key_format writes it; KEYCODE_NONE when there is none. */
int32_t key_parse(const char *name, size_t length);

/* True for keys that put a character into a line of text. */
bool key_is_text(int32_t key);

#endif
