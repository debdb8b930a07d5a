#include "editor_internal.h"

/* The keys of each mode: the hint line, the help and the dispatch come from these. */

#define TABLE(name, rows)                                                                          \
    {                                                                                              \
        name, rows, sizeof rows / sizeof rows[0]                                                   \
    }

/* clang-format off */
static const struct key_row motion_rows[] = {
    { "j Down", EDITOR_DOWN, "down", "Move one row down", 0 },
    { "k Up", EDITOR_UP, "up", "Move one row up", 0 },
    { "h Left", EDITOR_LEFT, "left", "Move one character to the left", 0 },
    { "l Right Space", EDITOR_RIGHT, "right", "Move one character to the right", 0 },
    { "w", EDITOR_WORD, "word", "Go to the next word", 0 },
    { "b", EDITOR_WORD_BACK, "word back", "Go to the beginning of the word", 0 },
    { "e", EDITOR_WORD_END, "word end", "Go to the end of the word", 0 },
    { "0 Home", EDITOR_LINE_START, "line start", "Go to the beginning of the line", 0 },
    { "^", EDITOR_LINE_TEXT, "line text", "Go to the first character that is no blank", 0 },
    { "$ End", EDITOR_LINE_END, "line end", "Go to the end of the line", 0 },
    { "Enter", EDITOR_NEXT_LINE, "next line", "Go to the text of the next line", 0 },
    { "gg", EDITOR_FIRST, "top", "Go to the first line", 0 },
    { "G", EDITOR_LAST, "end", "Go to the last line", 0 },
    { "}", EDITOR_PARAGRAPH, "paragraph", "Go to the end of the paragraph", 0 },
    { "{", EDITOR_PARAGRAPH_BACK, "paragraph back", "Go to the beginning of the paragraph", 0 },
    { "f", EDITOR_TO, "to character", "Go to the next character typed, on this line", 0 },
    { "F", EDITOR_TO_BACK, "back to character", "Go back to a character on this line", 0 },
    { "t", EDITOR_TILL, "till character", "Go to just before a character", 0 },
    { "T", EDITOR_TILL_BACK, "back till character", "Go back to just behind a character", 0 },
    { ";", EDITOR_TO_AGAIN, "again", "Go to that character again", 0 },
    { ",", EDITOR_TO_REVERSE, "again back", "Go to that character the other way", 0 },
    { "%", EDITOR_MATCH, "match", "Go to the bracket that belongs to this one", 0 },
    { "^D", EDITOR_HALF_DOWN, "half down", "Move half a page down", 0 },
    { "^U", EDITOR_HALF_UP, "half up", "Move half a page up", 0 },
    { "PgDn ^F", EDITOR_PAGE_DOWN, "page down", "Move a page down", 0 },
    { "PgUp ^B", EDITOR_PAGE_UP, "page up", "Move a page up", 0 },
};

static const struct key_row normal_rows[] = {
    { "i Ins", EDITOR_INSERT, "type", "Type at the cursor; Esc ends typing", KEYS_HINT },
    { "a", EDITOR_APPEND, "append", "Type behind the cursor", 0 },
    { "A", EDITOR_APPEND_LINE, "append to line", "Type at the end of the line", 0 },
    { "I", EDITOR_INSERT_TEXT, "type at start", "Type at the beginning of the line", 0 },
    { "o", EDITOR_OPEN_BELOW, "new line", "Type on a new line below", 0 },
    { "O", EDITOR_OPEN_ABOVE, "new line above", "Type on a new line above", 0 },
    { "u", EDITOR_UNDO, "undo", "Take the last change back", KEYS_HINT },
    { "^R", EDITOR_REDO, "redo", "Do again what was taken back", 0 },
    { "d", EDITOR_DELETE, "delete", "Delete up to where a motion leads; dd the line", 0 },
    { "c", EDITOR_CHANGE, "change", "Type in place of what a motion covers; cc the line", 0 },
    { "y", EDITOR_YANK, "copy", "Copy what a motion covers, to the clipboard too; yy the line", 0 },
    { "p", EDITOR_PUT, "put", "Put what was deleted or copied behind the cursor", 0 },
    { "P", EDITOR_PUT_BEFORE, "put before", "Put it before the cursor", 0 },
    { "v", EDITOR_VISUAL_START, "select", "Select characters", KEYS_HINT },
    { "V", EDITOR_VISUAL_LINES, "select lines", "Select lines", 0 },
    { "x", EDITOR_DELETE_CHARACTER, "delete character", "Delete the character at the cursor", 0 },
    { "X", EDITOR_DELETE_BEFORE, "delete before", "Delete the character before the cursor", 0 },
    { "D", EDITOR_DELETE_END, "delete to end", "Delete to the end of the line", 0 },
    { "C", EDITOR_CHANGE_END, "change to end", "Type in place of the rest of the line", 0 },
    { "s", EDITOR_SUBSTITUTE, "substitute", "Type in place of the character", 0 },
    { "r", EDITOR_REPLACE_CHARACTER, "replace", "Put another character in place of this", 0 },
    { "~", EDITOR_CASE, "case", "Turn small letters into capitals and back", 0 },
    { "J", EDITOR_JOIN, "join", "Join the next line to this one", 0 },
    { ".", EDITOR_REPEAT, "repeat", "Do the last change again", 0 },
    { "gr", EDITOR_FIND_REPLACE, "replace all", "Find text and replace it, each or all", KEYS_HINT },
    { "Del", EDITOR_KEY_DELETE, "delete", "Delete the character at the cursor", 0 },
    { "Backspace", EDITOR_KEY_BACKSPACE, "rub out", "Delete the character before the cursor", 0 },
};

static const struct key_row insert_rows[] = {
    { "Esc", EDITOR_ESCAPE, "end typing", "End typing; nothing is lost", KEYS_HINT },
    { "Enter", EDITOR_NEWLINE, "new line", "Begin a line, indented as this one; a list goes on", 0 },
    { "Tab", EDITOR_TABULATE, "indent", "Blanks up to the next place for them", 0 },
    { "S-Tab", EDITOR_UNINDENT, "less indent", "Take blanks off the beginning of the line", 0 },
    { "Backspace", EDITOR_KEY_BACKSPACE, "rub out", "Delete the character before the cursor", 0 },
    { "Del", EDITOR_KEY_DELETE, "delete", "Delete the character at the cursor", 0 },
    { "^W", EDITOR_DELETE_WORD, "delete word", "Delete the word before the cursor", KEYS_HINT },
    { "^U", EDITOR_DELETE_LINE_START, "delete to start", "Delete to the beginning of the line",
      KEYS_HINT },
    { "Down", EDITOR_DOWN, "down", "Move one row down", 0 },
    { "Up", EDITOR_UP, "up", "Move one row up", 0 },
    { "Left", EDITOR_LEFT, "left", "Move one character to the left", 0 },
    { "Right", EDITOR_RIGHT, "right", "Move one character to the right", 0 },
    { "Home ^A", EDITOR_LINE_START, "line start", "Go to the beginning of the line", 0 },
    { "End ^E", EDITOR_LINE_END, "line end", "Go to the end of the line", 0 },
    { "PgDn", EDITOR_PAGE_DOWN, "page down", "Move a page down", 0 },
    { "PgUp", EDITOR_PAGE_UP, "page up", "Move a page up", 0 },
};

static const struct key_row visual_rows[] = {
    { "d x", EDITOR_DELETE, "delete", "Delete what is selected", KEYS_HINT },
    { "c s", EDITOR_CHANGE, "change", "Type in place of what is selected", KEYS_HINT },
    { "y", EDITOR_YANK, "copy", "Copy what is selected, to the clipboard too", KEYS_HINT },
    { "p P", EDITOR_PUT, "put", "Put what was copied in place of it", 0 },
    { "o", EDITOR_OTHER_END, "other end", "Go to the other end of the selection", KEYS_HINT },
    { "iw", EDITOR_INNER_WORD, "word", "Select the word", 0 },
    { "aw", EDITOR_A_WORD, "word and blanks", "Select the word and the blanks behind it", 0 },
    { "ip", EDITOR_INNER_PARAGRAPH, "paragraph", "Select the paragraph", 0 },
    { "ap", EDITOR_A_PARAGRAPH, "paragraph and blanks", "Select it and the empty lines behind", 0 },
    { "J", EDITOR_JOIN, "join", "Join the lines that are selected", 0 },
    { "~", EDITOR_CASE, "case", "Turn small letters into capitals and back", 0 },
    { "r", EDITOR_REPLACE_CHARACTER, "replace", "Put one character in place of each", 0 },
    { "gr", EDITOR_FIND_REPLACE, "replace all", "Find text in the selection and replace it", 0 },
    { "u", EDITOR_UNDO, "undo", "Give the selection up and take the last change back", 0 },
    { "v", EDITOR_VISUAL_START, "characters", "Select characters; again ends it", 0 },
    { "V", EDITOR_VISUAL_LINES, "lines", "Select lines; again ends it", 0 },
    { "Del", EDITOR_KEY_DELETE, "delete", "Delete what is selected", 0 },
    { "Backspace", EDITOR_KEY_BACKSPACE, "rub out", "Delete what is selected", 0 },
    { "Esc", EDITOR_ESCAPE, "no selection", "Give the selection up", KEYS_HINT },
};

/* After d, c or y, before the motions. */
static const struct key_row pending_rows[] = {
    { "d c y", EDITOR_LINES, "line", "The same key again: the whole line", KEYS_HINT },
    { "iw", EDITOR_INNER_WORD, "the word", "The word the cursor is in", KEYS_HINT },
    { "aw", EDITOR_A_WORD, "word and blanks", "That and the blanks behind it", 0 },
    { "ip", EDITOR_INNER_PARAGRAPH, "the paragraph", "The lines up to an empty one", KEYS_HINT },
    { "ap", EDITOR_A_PARAGRAPH, "paragraph and blanks", "Those and the empty lines behind", 0 },
    { "Esc", EDITOR_ESCAPE, "give up", "Do nothing after all", KEYS_HINT },
};

/* After f, t or r: any character. */
static const struct key_row character_rows[] = {
    { "Esc", EDITOR_ESCAPE, "give up", "Do nothing after all; else type a character", KEYS_HINT },
};
/* clang-format on */

const struct key_table editor_motion_keys = TABLE("moving in a text", motion_rows);
const struct key_table editor_normal_keys = TABLE("editing", normal_rows);
const struct key_table editor_insert_keys = TABLE("typing", insert_rows);
const struct key_table editor_visual_keys = TABLE("a selection", visual_rows);
const struct key_table editor_pending_keys = TABLE("after d, c or y", pending_rows);
const struct key_table editor_character_keys = TABLE("a character", character_rows);
