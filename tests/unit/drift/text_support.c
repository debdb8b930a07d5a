#include "text_support.h"

#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

const char *plain_text(struct arena *arena, struct strbuf *rich)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy;

    rich_to_plain(&out, rich->data, rich->length);
    copy = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    strbuf_release(rich);
    return copy;
}

const char *report_text(struct arena *arena, const struct drift_report *report, size_t width,
                        bool utf8, bool wide)
{
    struct drift_text_options options = { .width = width, .utf8 = utf8, .wide = wide };
    struct strbuf out = STRBUF_INIT;

    drift_report_render_text(&out, report, &options);
    return plain_text(arena, &out);
}
