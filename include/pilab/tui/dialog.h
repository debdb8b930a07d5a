/*
 * Questions in a box over the screen. All texts are copied and escaped when drawn.
 *
 * A question is answered at most once, after the box is gone, so that the answer may open the next
 * one. Esc answers "no". When the workspace ends, open questions are not answered any more.
 */
#ifndef PILAB_TUI_DIALOG_H
#define PILAB_TUI_DIALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>

struct workspace;

struct confirmation {
    const char *title;  /* "Promote R2025.03 to UAT" */
    const char *text;   /* lines that say what will happen; may be NULL */
    const char *action; /* the verb: "promote" */
    const char *name; /* what it happens to: "UAT"; NULL: the text says it, and nothing is typed */
    bool typed;       /* the name must be typed (production) */
    bool dangerous;
};

void dialog_confirm(struct workspace *workspace, const struct confirmation *confirmation,
                    void (*answer)(void *context, bool yes), void *context);

struct question {
    const char *title;
    const char *text; /* may be NULL */
    const char *label;
    const char *initial; /* proposed: typing replaces it, moving in it edits it; may be NULL */
    bool secret;
    /* False with a reason keeps the box open and shows the reason; may be NULL. */
    bool (*check)(void *context, const char *text, struct error *error);
};

/* `text` is NULL when the person declined, and is borrowed during the call. */
void dialog_ask(struct workspace *workspace, const struct question *question,
                void (*answer)(void *context, const char *text), void *context);

/* A menu of letters. */
struct menu;

struct menu_item {
    int32_t key; /* chooses it */
    const char *label;
    const char *detail;  /* stands dimmed behind the label; may be NULL */
    const char *refusal; /* why it cannot be chosen; NULL: it can */
    unsigned flags;      /* those of keymap.h */
    uint64_t value;      /* what the answer gets */
};

struct menu *menu_new(const char *title);
/* Copies the item. */
void menu_add(struct menu *menu, const struct menu_item *item);
size_t menu_count(const struct menu *menu);
void menu_free(struct menu **menu);
/* Takes over the menu. `chosen` is not called when the person declines. */
void dialog_menu(struct workspace *workspace, struct menu *menu,
                 void (*chosen)(void *context, uint64_t value), void *context);

#endif
