#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/tui/key.h>

#include "form_internal.h"
#include "overlay.h"

#define BOX_COLUMNS 100

/* A form in a box over the screen. */
struct form_box {
    struct overlay overlay;
    char *title;
    struct form *form;
    bool done;
    void (*answer)(void *context, struct form *form, bool done);
    void *context;
};

static enum overlay_state box_key(struct overlay *overlay, int32_t key)
{
    struct form_box *box = (struct form_box *)overlay;

    if (key == KEYCODE_ESCAPE)
        return OVERLAY_DONE;
    (void)form_key(box->form, key);
    return box->done ? OVERLAY_DONE : OVERLAY_STAYS;
}

static void box_paste(struct overlay *overlay, const char *text, size_t length)
{
    form_paste(((struct form_box *)overlay)->form, text, length);
}

static void box_draw(struct overlay *overlay, const struct surface *screen)
{
    const struct form_box *box = (const struct form_box *)overlay;
    bool ascii = canvas_glyphs(screen->canvas) == GLYPHS_ASCII;
    int columns = surface_columns(screen) - 8;
    struct surface inside;

    columns = columns > BOX_COLUMNS ? BOX_COLUMNS : columns < 1 ? 1 : columns;
    /* A blank line and the help below the fields. */
    inside = overlay_box(screen, form_rows(box->form, columns, ascii) + 2, columns, box->title);
    form_draw(box->form, &inside, true);
}

static void box_finish(struct overlay *overlay)
{
    struct form_box *box = (struct form_box *)overlay;

    box->answer(box->context, box->form, box->done);
}

static void box_free(struct overlay *overlay)
{
    struct form_box *box = (struct form_box *)overlay;

    form_free(&box->form);
    free(box->title);
    free(box);
}

static const struct overlay_hint box_hints[] = {
    {"^S",   "done"  },
    { "Tab", "next"  },
    { "Esc", "cancel"},
    { NULL,  NULL    },
};

static const struct overlay_ops box_ops = {
    .hints = box_hints,
    .draw = box_draw,
    .key = box_key,
    .paste = box_paste,
    .finish = box_finish,
    .free = box_free,
};

/* The form's: the box closes after the key, so that the form outlives its own handler. */
static void box_done(void *context, struct form *form)
{
    (void)form;
    ((struct form_box *)context)->done = true;
}

void dialog_form(struct workspace *workspace, const char *title, struct form *form,
                 void (*answer)(void *context, struct form *form, bool done), void *context)
{
    struct form_box *box = memory_new(sizeof *box);

    box->overlay.ops = &box_ops;
    box->title = memory_copy_text(title);
    box->form = form;
    box->answer = answer;
    box->context = context;
    form->boxed = box_done;
    form->box = box;
    workspace_lay_over(workspace, &box->overlay);
}
