/*
 * Which lines of a report somebody looks at, on their way from a screen to whoever counts them: the
 * last ones that were wished for, the newest first. Threads may share one.
 */
#ifndef PILAB_APP_LINE_WISHES_H
#define PILAB_APP_LINE_WISHES_H

#include <stdbool.h>
#include <stddef.h>

/* As in a struct drift_line_count. */
struct line_wish {
    bool file;    /* of the item `index`; else of a commit */
    size_t code;  /* commits: index into the report's codes */
    size_t index; /* into its items, or into the commits of the code */
};

/* As many as a tall screen has rows; older ones are forgotten. */
#define LINE_WISHES_MOST 128

struct line_wishes;

/* Held once; each holder ends with line_wishes_drop, which sets its pointer to NULL. */
struct line_wishes *line_wishes_new(void);
struct line_wishes *line_wishes_hold(struct line_wishes *wishes);
void line_wishes_drop(struct line_wishes **wishes); /* NULL is fine */

/* One that is there already becomes the newest. */
void line_wishes_add(struct line_wishes *wishes, const struct line_wish *wish);
/* Takes the newest out; false when there is none. */
bool line_wishes_take(struct line_wishes *wishes, struct line_wish *out);

#endif
