/*
 * Key bindings as tables: one row an action, from which come dispatch, hint line, menus, help and
 * tests.
 *
 *     static const struct key_row list_rows[] = {
 *         { "j Down", LIST_DOWN, "down", "Move one row down", 0 },
 *         { "gg Home", LIST_FIRST, "first", "Go to the first row", 0 },
 *         { "!n", DRIFT_NOTES, "notes", "Generate release notes", KEYS_LASTING },
 *
 * `keys` lists alternatives with a blank between. A name (Down, Enter, Space, ^D, PgUp) is one key;
 * anything else is a sequence of characters typed one after the other. The action ids belong to the
 * table's owner; a table is tried before those after it, so that a view may give a key of its panes
 * another meaning.
 */
#ifndef PILAB_TUI_KEYMAP_H
#define PILAB_TUI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>
#include <pilab/tui/key.h>

enum key_flag {
    KEYS_HINT = 1,      /* shown in the hint line */
    KEYS_LASTING = 2,   /* changes something that lasts: only behind '!' */
    KEYS_DANGEROUS = 4, /* shown as a warning, always confirmed */
    KEYS_PREFIX = 8,    /* starts sequences; `label` is the title of their menu */
    KEYS_AT_ONCE = 16   /* the menu of this prefix opens without a pause */
};

struct key_row {
    const char *keys;
    int action;
    const char *label; /* a word or two, for hint line and menus */
    const char *help;  /* a sentence without a full stop, for the help screen */
    unsigned flags;    /* enum key_flag */
};

struct key_table {
    const char *name; /* the heading in the help screen: "list" */
    const struct key_row *rows;
    size_t count;
};

/* The tables that hear a key, the first one first. */
#define KEYMAP_MAXIMUM 8
struct keymap {
    const struct key_table *tables[KEYMAP_MAXIMUM];
    size_t count;
};

/* NULL tables are left out. */
void keymap_add(struct keymap *keymap, const struct key_table *table);

#define KEY_SEQUENCE_MAXIMUM 4
struct key_sequence {
    int32_t keys[KEY_SEQUENCE_MAXIMUM];
    size_t count;
};

enum key_result {
    KEY_RESULT_NONE, /* means nothing */
    KEY_RESULT_MORE, /* may become something */
    KEY_RESULT_MATCH
};

struct key_match {
    size_t table; /* index into the keymap's tables */
    const struct key_row *row;
};

/* `typed` holds at least one key. For KEY_RESULT_MORE, match->row is the row of the prefix, or NULL
 * when nothing names it. */
enum key_result keymap_match(const struct keymap *keymap, const struct key_sequence *typed,
                             struct key_match *match);

/* What may follow a prefix: calls `visit` once for each row that is reached by one more key, and
 * not for those whose keys an earlier table has. */
void keymap_continue(const struct keymap *keymap, const struct key_sequence *prefix,
                     void (*visit)(void *context, size_t table, const struct key_row *row,
                                   int32_t next),
                     void *context);

/* The first alternative of a row as people read it: "Enter", "gg", "^D". */
void key_row_name(const struct key_row *row, struct strbuf *out);

/* Appends those alternatives of a row that no earlier table has taken, as they are written; nothing
 * when all of them are: how the row is reached in this keymap. */
void keymap_free_keys(const struct keymap *keymap, size_t table, const struct key_row *row,
                      struct strbuf *out);

/* The next alternative of `*keys`, which is moved on; false at the end. */
bool key_alternative(const char **keys, struct key_sequence *sequence);

/* Whether the tables are sound: every row has keys, a label and a help text; no sequence is bound
 * twice in one table, or is the beginning of another; lasting rows stand behind '!'. */
bool keymap_check(const struct keymap *keymap, struct error *error);

#endif
