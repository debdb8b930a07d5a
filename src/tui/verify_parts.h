/* What the files of the Verify screen share. Nobody else includes this. */
#ifndef PILAB_TUI_VERIFY_PARTS_H
#define PILAB_TUI_VERIFY_PARTS_H

#include <jansson.h>

#include <pilab/tui/list.h>
#include <pilab/tui/studio_parts.h>

/* What was asked is shown from its document ("pilab.verify/1"): each answer brings a new one. */
struct verify_screen {
    struct studio *studio;
    struct view *view;
    char *subject;     /* "env:UAT" */
    char *environment; /* where to look; NULL: as the subject says */
    char *sought;      /* the module to begin at; NULL: the first, or done */
    bool production;
    json_t *document; /* NULL: nothing has come yet */
    uint64_t job;     /* that asks; 0: none does */
    bool failed;      /* nothing could be asked at all */
    struct memory_rows *rows;
    struct list *list;
    struct rectangle foot;
};

/* verify_rows.c */
#define VERIFY_CELLS 6
extern const struct list_column verify_columns[VERIFY_CELLS];
/* Rows for the document's modules, those that want attention first only when told apart by sort. */
void verify_fill_rows(struct verify_screen *screen);
/* The selected module of the document; NULL: none. Borrowed. */
const json_t *verify_selected(const struct verify_screen *screen);
/* The two lines above the list, and what stands below it. */
#define VERIFY_HEAD_ROWS 2
#define VERIFY_FOOT_ROWS 6
void verify_draw_head(const struct verify_screen *screen, const struct surface *surface);
void verify_draw_foot(const struct verify_screen *screen, const struct surface *foot);
/* All that is known of the selected module, and of everybody who was asked: rich text. */
void verify_module_page(const struct verify_screen *screen, const json_t *module,
                        struct strbuf *page);
void verify_observers_page(const struct verify_screen *screen, struct strbuf *page);

/* verify_job.c */
enum verify_event { VERIFY_ANSWERED = 100, VERIFY_ENDED };
void verify_start(struct verify_screen *screen, bool record);
/* True when the event was one of these. */
bool verify_take_event(struct verify_screen *screen, const struct event *event);

#endif
