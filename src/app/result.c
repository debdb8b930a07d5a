#include <pilab/app/result.h>

#include <string.h>

void result_start(struct result *result)
{
    *result = (struct result){ .text = STRBUF_INIT };
}

void result_release(struct result *result)
{
    drift_report_free(&result->report);
    note_free(&result->note);
    where_answer_free(&result->where);
    json_decref(result->items);
    json_decref(result->next);
    json_decref(result->object);
    strbuf_release(&result->text);
    settings_release(&result->screen);
    arena_free(&result->arena);
    result_start(result);
}
