/*
 * The assignments in a line of text, "key: value" or "key=value", in whichever of the many
 * languages of configuration it is written: what is masked must be found in all of them.
 */
#ifndef PILAB_SRC_DRIFT_ASSIGNMENT_H
#define PILAB_SRC_DRIFT_ASSIGNMENT_H

#include <stdbool.h>
#include <stddef.h>

/* One assignment within a line: offsets into it. */
struct assignment {
    size_t key, key_size;     /* without quotes */
    size_t value, value_size; /* with its quotes, when it has them; of a plain value see measure */
    bool quoted;              /* the value */
    char open_quote;          /* its quote, when it does not end on this line */
    bool flow;                /* it stands within { } or [ ] */
    char separator;
    size_t
        limit; /* where a plain value ends at the latest: the quote around it, or the line's end */
};

struct assignment_cursor {
    const char *text;
    size_t length;
    size_t at;
    unsigned depth; /* of { and [ */
    bool no_single,
        no_double; /* a quote of this kind had no partner: the others have none either */
    size_t quoted; /* behind the quoted text that is looked into; 0: none is */
};

/* Looks into the quoted text from `start` (behind its quote) to before `end` (behind the other one)
 * next. */
void assignment_enter(struct assignment_cursor *cursor, size_t start, size_t end);

/* The next one at or behind the cursor, which is left behind its key and separator. */
bool assignment_next(struct assignment_cursor *cursor, struct assignment *assignment);

#endif
