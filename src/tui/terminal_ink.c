#include <string.h>

#include "terminal_internal.h"

struct color_pair {
    int32_t foreground;
    int32_t background;
};

static const struct {
    unsigned attribute;
    attr_t ncurses;
} attribute_table[] = {
    {LOOK_BOLD,       A_BOLD     },
    { LOOK_DIM,       A_DIM      },
    { LOOK_ITALIC,    A_ITALIC   },
    { LOOK_UNDERLINE, A_UNDERLINE},
    { LOOK_REVERSE,   A_REVERSE  },
};

static enum color_depth depth_of(int colors)
{
    if (colors >= 1 << 24)
        return DEPTH_DIRECT;
    if (colors >= 256)
        return DEPTH_256;
    return colors >= 16 ? DEPTH_16 : DEPTH_8;
}

void ink_start(struct terminal *terminal, bool no_color)
{
    vector_init(&terminal->pairs, sizeof(struct color_pair));
    terminal->depth = DEPTH_MONO;
    if (no_color || !has_colors() || start_color() == ERR || COLORS < 8)
        return;
    terminal->depth = depth_of(COLORS);
    terminal->default_colors = use_default_colors() == OK;
}

/* The number of a pair of colours, made when it is first needed. Never called without colour: pairs
 * crash there. */
static int pair_of(struct terminal *terminal, struct color_pair wanted)
{
    if (!terminal->default_colors) {
        if (wanted.foreground == LOOK_DEFAULT)
            wanted.foreground = COLOR_WHITE;
        if (wanted.background == LOOK_DEFAULT)
            wanted.background = COLOR_BLACK;
    }
    if (wanted.foreground == LOOK_DEFAULT && wanted.background == LOOK_DEFAULT)
        return 0;
    for (size_t i = 0; i < terminal->pairs.count; i++) {
        const struct color_pair *pair = vector_at(&terminal->pairs, i);

        if (pair->foreground == wanted.foreground && pair->background == wanted.background)
            return (int)i + 1;
    }
    if ((int)terminal->pairs.count + 1 >= COLOR_PAIRS ||
        init_extended_pair((int)terminal->pairs.count + 1, wanted.foreground, wanted.background) ==
            ERR)
        return 0;
    vector_push(&terminal->pairs, &wanted);
    return (int)terminal->pairs.count;
}

const struct ink *ink_of(struct terminal *terminal, struct style style)
{
    struct ink *ink = &terminal->inks[style.role][style.overlay];
    struct look look;

    if (ink->known)
        return ink;
    look = theme_look(terminal->theme, (enum role)style.role, (enum role)style.overlay,
                      terminal->depth);
    *ink = (struct ink){ .known = true };
    for (size_t i = 0; i < sizeof attribute_table / sizeof attribute_table[0]; i++)
        if ((look.attributes & attribute_table[i].attribute) != 0)
            ink->attributes |= attribute_table[i].ncurses;
    if (terminal->depth != DEPTH_MONO)
        ink->pair = pair_of(terminal, (struct color_pair){ look.foreground, look.background });
    return ink;
}

void terminal_set_theme(struct terminal *terminal, const struct theme *theme)
{
    terminal->theme = theme;
    memset(terminal->inks, 0, sizeof terminal->inks);
    /* The same cells may look different now. */
    terminal->shown_rows = 0;
}
