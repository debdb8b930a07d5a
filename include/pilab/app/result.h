/*
 * What a use case gives back, as a value: each face shows it in its own way. With --json every kind
 * has a JSON form; a list is JSON from the start and its columns say how to draw it.
 */
#ifndef PILAB_APP_RESULT_H
#define PILAB_APP_RESULT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/app/settings.h>
#include <pilab/base/arena.h>
#include <pilab/base/strbuf.h>
#include <pilab/drift/report.h>
#include <pilab/notes/note.h>
#include <pilab/release/where.h>

enum result_kind {
    RESULT_NOTHING,
    RESULT_REPORT, /* `report` */
    RESULT_TOLD,   /* a report that the call's `lines` were told of; `report` settles it, or NULL */
    RESULT_NOTE,   /* `note` */
    RESULT_WHERE,  /* `where` */
    RESULT_LIST,   /* `items`, drawn by `columns` */
    RESULT_OBJECT, /* `object`; `text` is its rich text */
    RESULT_RAW     /* `text` exactly as it is: a file's content */
};

enum cell_form {
    CELL_TEXT,
    CELL_WORDS,    /* a name of JSON that is a word or several: "could_not_ask" */
    CELL_PLACE,    /* an address or a path: its ends tell it apart, so it loses its middle */
    CELL_IDENTITY, /* for copying: whole */
    CELL_NUMBER,
    CELL_TIME,
    CELL_SEVERITY
};

struct result_column {
    const char *member; /* of each item */
    const char *title;
    enum cell_form form;
    unsigned priority; /* 0 is always shown; the highest number goes first when room is short */
};

struct result {
    enum result_kind kind;
    struct drift_report *report;
    struct note *note;
    struct where_answer *where;
    int64_t note_number;       /* within the project; 0: not stored */
    int64_t note_rev;          /* the revision that was asked for; 0: the newest */
    const char *note_markdown; /* of a stored note: its text as it is; NULL: rendered anew */
    bool note_edited;          /* by hand: the text says what the content does not */
    const char *list_kind;     /* "reports" */
    json_t *items;             /* array of objects */
    json_t *next;              /* cursor, or NULL */
    const struct result_column *columns;
    size_t column_count;
    struct arena *arena; /* holds columns and texts that are made for this result, or NULL */
    const char *said;    /* rich lines about what was done, before what is shown (of a text they are
                            its beginning already); NULL: none */
    const char *opens_release; /* the full screen shows this release; NULL: it shows the result */
    const char *empty;         /* what to say when there is nothing, and what to do */
    json_t *object;
    struct strbuf text;
    bool document; /* RAW: the text is a JSON document, which says itself what it is */
    /* Makes `text` anew for another width; NULL: it has none. `subject` is borrowed from the
     * arguments, a constant table, or the result itself. */
    void (*draw)(struct strbuf *out, const void *subject, size_t width);
    const void *subject;
    const char *format; /* "markdown", "json", …: asked for by --format; NULL: the face's own */
    bool differences;   /* for --exit-code */
    bool fail;          /* for --fail-on: a difference is as grave as that, or a blocker */
    bool incomplete;    /* not everything could be read: for --exit-code and --fail-on nothing that
                           was not found is known not to be there, exit status 1 */
    bool left_behind;   /* threads of it hang: nothing must be cleaned up under them at the end */
    bool destructive;   /* a difference destroys something, and `fail` is set: exit status 3 */
    bool broken;        /* what was looked at is not as it must be: exit status 1 */
    bool open_screen;   /* when there is a terminal, go on in the full screen, over `screen` */
    struct settings screen;
    bool wide;
    const char *note_template; /* Markdown template; NULL: the built-in one */
    int64_t now;               /* for relative times */
};

void result_start(struct result *result);
void result_release(struct result *result);

#endif
