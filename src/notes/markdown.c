#include <pilab/notes/markdown.h>

#include <string.h>

#include <pilab/notes/template.h>

#include "default_template.h"

const char *note_template_builtin(void)
{
    return note_default_template;
}

bool note_render_markdown(struct strbuf *out, const struct note *note, const char *template_text,
                          struct error *error)
{
    const char *text = template_text ? template_text : note_default_template;
    struct template *template = template_parse("template", text, strlen(text), error);
    json_t *view;
    bool ok;

    if (!template)
        return false;
    view = note_markdown_view(note);
    ok = template_render(template, view, out, error);
    json_decref(view);
    template_free(&template);
    return ok;
}
