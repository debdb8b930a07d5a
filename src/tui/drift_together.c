#include "drift_parts.h"

#include <stdio.h>
#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/drift/together.h>
#include <pilab/tui/picker.h>

/* What the picker's answer needs: it outlives the call that opens it. */
struct together_question {
    struct studio *studio;
    const struct drift_report *report; /* the screen's, which lies below the picker */
};

static void open_chosen(void *context, const char *value)
{
    struct together_question *question = context;

    if (value != NULL)
        drift_row_open(question->studio, question->report, value, NULL);
    free(question);
}

static void offer(struct picker *picker, const struct drift_report *report,
                  const struct together_item *one)
{
    char identity[32];
    struct strbuf path = STRBUF_INIT;
    char *detail = memory_printf("%s%s%s", drift_type_title(one->item->type),
                                 one->ticket != NULL ? "  " : "  same commit",
                                 one->ticket != NULL ? one->ticket : "");

    snprintf(identity, sizeof identity, "i%zu", (size_t)(one->item - report->items));
    drift_path_text(&path, one->item->path);
    picker_add(picker, path.data, detail, identity);
    strbuf_release(&path);
    free(detail);
}

static const struct together_item *items_of(const struct drift_together *together,
                                            const struct drift_report *report,
                                            const struct list *list, size_t *count)
{
    enum drift_row_kind kind;
    struct row row;
    size_t index;

    *count = 0;
    if (!list_selected(list, &row) || !drift_row_parse(row.identity, &kind, &index))
        return NULL;
    if (kind == DRIFT_ROW_ITEM || kind == DRIFT_ROW_REPEAT)
        return drift_together_with(together, &report->items[index], together->arena, count);
    if (kind == DRIFT_ROW_CHANGE)
        return drift_together_of_change(together, &report->changes[index], together->arena, count);
    return NULL;
}

void drift_go_together(struct studio *studio, const struct drift_report *report,
                       const struct list *list)
{
    struct drift_together *together = drift_together_new(report);
    size_t count;
    const struct together_item *items = items_of(together, report, list, &count);
    struct picker *picker = picker_new("Changed together with …");
    struct together_question *question;

    for (size_t i = 0; i < count; i++)
        offer(picker, report, &items[i]);
    drift_together_free(&together);
    if (count == 0) {
        picker_free(&picker);
        workspace_say(studio->workspace, MESSAGE_INFO,
                      "No commit or ticket is known that changed anything else with it");
        return;
    }
    question = memory_new(sizeof *question);
    *question = (struct together_question){ studio, report };
    picker_open(studio->workspace, picker, open_chosen, question);
}
