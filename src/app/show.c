#include <pilab/app/show.h>

#include <pilab/store/project.h>
#include <pilab/store/show.h>

bool show_items(const struct call *call, const char *report_id, const char *const *items,
                size_t count, struct strbuf *out)
{
    if (call->store == NULL || count == 0)
        return false;
    store_show_items(out, call->store, report_id, items, count);
    return true;
}

bool show_note(const struct call *call, int64_t number, struct strbuf *out)
{
    if (call->store == NULL || call->project == NULL)
        return false;
    store_show_note(out, call->store, call->project->id, number);
    return true;
}
