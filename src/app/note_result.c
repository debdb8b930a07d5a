#include "note_result.h"

#include <pilab/app/note_concerns.h>
#include <pilab/app/note_json.h>
#include <pilab/base/rich.h>

#include "note_text.h"

static bool read(struct call *call, const char *name, struct note_flow *flow, struct result *result,
                 struct error *error)
{
    if (!note_flow_read(call, name, false, call->arena, flow, error))
        return false;
    result->kind = RESULT_OBJECT;
    result->object = note_flow_to_json(flow);
    return true;
}

bool note_show_standing(struct call *call, const char *name, struct result *result,
                        struct error *error)
{
    struct note_flow flow;

    if (!read(call, name, &flow, result, error))
        return false;
    note_text_standing(&result->text, &flow);
    return true;
}

bool note_show_act(struct call *call, const char *name, const char *said, struct result *result,
                   struct error *error)
{
    struct note_flow flow;

    if (!read(call, name, &flow, result, error))
        return false;
    note_text_head(&result->text, &flow);
    if (said != NULL) {
        rich_text(&result->text, RICH_PLAIN, said, true);
        strbuf_add_char(&result->text, '\n');
    }
    return true;
}

bool note_show_concerns(struct call *call, const char *name, struct result *result,
                        struct error *error)
{
    struct note_flow flow;
    const char *words;

    if (!note_flow_read(call, name, false, call->arena, &flow, error) ||
        !note_concerns(call, &flow, &words, error))
        return false;
    if (words != NULL) {
        rich_text(&result->text, RICH_WARNING, words, true);
        strbuf_add_char(&result->text, '\n');
    }
    return true;
}
