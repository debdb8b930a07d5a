/* What the files of the editor share; nobody else includes this. */
#ifndef PILAB_TUI_EDITOR_INTERNAL_H
#define PILAB_TUI_EDITOR_INTERNAL_H

#include <pilab/tui/edit_character.h>
#include <pilab/tui/editor.h>

#include "edit_layout.h"

enum editor_action {
    EDITOR_NOTHING,
    /* motions */
    EDITOR_LEFT,
    EDITOR_RIGHT,
    EDITOR_UP,
    EDITOR_DOWN,
    EDITOR_HALF_DOWN,
    EDITOR_HALF_UP,
    EDITOR_PAGE_DOWN,
    EDITOR_PAGE_UP,
    EDITOR_WORD,
    EDITOR_WORD_BACK,
    EDITOR_WORD_END,
    EDITOR_LINE_START,
    EDITOR_LINE_TEXT,
    EDITOR_LINE_END,
    EDITOR_NEXT_LINE,
    EDITOR_FIRST,
    EDITOR_LAST,
    EDITOR_PARAGRAPH_BACK,
    EDITOR_PARAGRAPH,
    EDITOR_TO, /* f F t T wait for a character */
    EDITOR_TO_BACK,
    EDITOR_TILL,
    EDITOR_TILL_BACK,
    EDITOR_TO_AGAIN,
    EDITOR_TO_REVERSE,
    EDITOR_MATCH,
    EDITOR_LAST_MOTION = EDITOR_MATCH,
    /* text objects */
    EDITOR_INNER_WORD,
    EDITOR_A_WORD,
    EDITOR_INNER_PARAGRAPH,
    EDITOR_A_PARAGRAPH,
    EDITOR_LINES, /* dd cc yy */
    EDITOR_LAST_OBJECT = EDITOR_LINES,
    /* operators */
    EDITOR_DELETE,
    EDITOR_CHANGE,
    EDITOR_YANK,
    EDITOR_LAST_OPERATOR = EDITOR_YANK,
    /* what opens typing */
    EDITOR_INSERT,
    EDITOR_INSERT_TEXT,
    EDITOR_APPEND,
    EDITOR_APPEND_LINE,
    EDITOR_OPEN_BELOW,
    EDITOR_OPEN_ABOVE,
    EDITOR_SUBSTITUTE,
    EDITOR_CHANGE_END,
    EDITOR_LAST_TYPING = EDITOR_CHANGE_END,
    /* other changes */
    EDITOR_DELETE_END,
    EDITOR_DELETE_CHARACTER,
    EDITOR_DELETE_BEFORE,
    EDITOR_PUT,
    EDITOR_PUT_BEFORE,
    EDITOR_JOIN,
    EDITOR_CASE,
    EDITOR_REPLACE_CHARACTER, /* waits for a character */
    EDITOR_LAST_CHANGE = EDITOR_REPLACE_CHARACTER,
    /* the keys of a keyboard that every mode has */
    EDITOR_KEY_DELETE,
    EDITOR_KEY_BACKSPACE,
    /* the rest */
    EDITOR_UNDO,
    EDITOR_REDO,
    EDITOR_REPEAT,
    EDITOR_VISUAL_START,
    EDITOR_VISUAL_LINES,
    EDITOR_OTHER_END,
    EDITOR_FIND_REPLACE,
    EDITOR_ESCAPE,
    /* typing */
    EDITOR_NEWLINE,
    EDITOR_TABULATE,
    EDITOR_UNINDENT,
    EDITOR_DELETE_WORD,
    EDITOR_DELETE_LINE_START
};

enum editor_mode { MODE_NORMAL, MODE_INSERT, MODE_VISUAL, MODE_VISUAL_LINES };

/* A row of the laid-out text. */
struct editor_place {
    size_t line;
    size_t piece;
    size_t row; /* within the piece */
};

/* A change that `.` does again. */
struct editor_repeat {
    int action; /* EDITOR_NOTHING: none was done */
    int motion;
    int32_t character;
    char *typed;
    size_t typed_length;
};

struct editor {
    struct pane pane;
    struct edit_text *text;
    struct edit_layout layout; /* of the piece that was looked at last */
    struct editor_events events;
    enum editor_mode mode;
    bool read_only;
    size_t limit;
    enum role (*role_of)(void *context, const char *line, size_t length);
    void *role_context;

    size_t cursor;
    size_t anchor; /* the other end of a selection */
    int goal;      /* the column that up and down look for; -1: the cursor's own */

    int rows;
    int columns;
    enum glyph_set glyphs;
    struct editor_place top;

    int operation; /* waits for a motion; EDITOR_NOTHING: none does */
    int awaiting;  /* waits for a character */
    struct key_sequence typed;
    int to_action; /* the last of f F t T, and its character */
    int32_t to_character;

    struct strbuf taken; /* what y, d, c and x took */
    bool taken_lines;
    struct editor_repeat last;
    struct editor_repeat doing;
    size_t typed_from; /* where the typing began that `.` would do again */

    char *pattern;     /* what was looked for last; NULL: nothing */
    size_t match_from; /* the one that is asked about, until the next key */
    size_t match_to;
};

/* editor_keys.c */
extern const struct key_table editor_motion_keys;
extern const struct key_table editor_normal_keys;
extern const struct key_table editor_insert_keys;
extern const struct key_table editor_visual_keys;
extern const struct key_table editor_pending_keys;
extern const struct key_table editor_character_keys;

/* The files stand on each other in this order; none calls one below it in this list. */

/* editor_state.c */
void editor_say(const struct editor *editor, const char *text);
void editor_enter_mode(struct editor *editor, enum editor_mode mode);
/* No motion, object or character is waited for any more. */
void editor_give_up(struct editor *editor);
/* Puts bytes in place of [from, to) and the cursor behind them; false when that may not be. */
bool editor_put(struct editor *editor, size_t from, size_t to, const char *bytes, size_t length);
/* Keeps a copy of [from, to) for `p`. */
void editor_take(struct editor *editor, size_t from, size_t to, bool lines);
/* What `.` does again. */
void editor_remember(struct editor *editor, int action, int motion, int32_t character);
/* "\n", or "\r\n" in a text whose lines end so. */
const char *editor_line_ending(struct editor *editor);
size_t editor_line_text(struct editor *editor, size_t line); /* its first byte that is no blank */
bool editor_is_visual(const struct editor *editor);
/* What is selected, as [*from, *to). */
void editor_selection(struct editor *editor, size_t *from, size_t *to);
/* Out of the place behind a line, where only typing may be. */
void editor_clamp(struct editor *editor);

/* editor_screen.c */
void editor_resize(struct pane *pane, int rows, int columns);
void editor_draw(struct pane *pane, const struct surface *surface, bool focused);
/* Moves by rows of the screen, up when negative, and keeps to the goal column. */
void editor_move_rows(struct editor *editor, int rows);
/* Scrolls so that the cursor is seen. */
void editor_reveal(struct editor *editor);
/* The same, near the top of the screen: a question will cover its middle. */
void editor_reveal_high(struct editor *editor);

/* editor_motion.c */
enum motion_kind { MOTION_EXCLUSIVE, MOTION_INCLUSIVE, MOTION_LINES };
/* Where a motion leads; false when it leads nowhere. */
bool editor_motion(struct editor *editor, int action, int32_t character, size_t *target,
                   enum motion_kind *kind);
void editor_move(struct editor *editor, int action, int32_t character);

/* editor_object.c: a text object around the cursor, as [*from, *to). */
bool editor_object(struct editor *editor, int action, size_t *from, size_t *to, bool *lines);

/* editor_find.c */
void editor_set_pattern(struct editor *editor, const char *pattern); /* copied; "": none */
/* The match of the pattern at or behind `from`, or the last one before it. */
bool editor_find_from(struct editor *editor, size_t from, bool backwards, size_t *found);
enum find_result editor_find(struct pane *pane, const char *pattern, bool backwards);

/* editor_type.c */
void editor_type(struct editor *editor, int action, int32_t key);
void editor_begin_typing(struct editor *editor, int action, int motion, int32_t character);
void editor_end_typing(struct editor *editor);
void editor_paste(struct editor *editor, const char *text, size_t length);

/* editor_change.c */
void editor_operate(struct editor *editor, int operation, int motion, int32_t character);
void editor_change(struct editor *editor, int action, int32_t character);
void editor_change_selection(struct editor *editor, int action, int32_t character);
void editor_repeat(struct editor *editor);

/* editor_act.c */
/* Does what a key is for, and all that follows from it; what is to be refreshed. */
unsigned editor_act(struct editor *editor, int action);
/* The operations, hence the keys and hints, that fit the state. */
void editor_take_ops(struct editor *editor);

/* editor_matches.c and editor.c: what the owner calls (editor.h). */

#endif
