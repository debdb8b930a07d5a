#include <stdbool.h>
#include <stddef.h>

#include <pilab/tui/color.h>

static const uint32_t ansi_colors[16] = { 0x000000, 0xcd0000, 0x00cd00, 0xcdcd00,
                                          0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
                                          0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
                                          0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff };

static const uint32_t cube_steps[6] = { 0x00, 0x5f, 0x87, 0xaf, 0xd7, 0xff };

uint32_t color_palette(int32_t index)
{
    uint32_t cube = (uint32_t)index - 16;

    if (index < 16)
        return ansi_colors[index];
    if (index >= 232)
        return (8 + 10 * ((uint32_t)index - 232)) * 0x010101;
    return cube_steps[cube / 36] << 16 | cube_steps[cube / 6 % 6] << 8 | cube_steps[cube % 6];
}

/* How different two colours look: the "redmean" weighting, good enough for a palette. */
static int64_t color_distance(uint32_t a, uint32_t b)
{
    int64_t red = (int64_t)(a >> 16 & 0xff) - (int64_t)(b >> 16 & 0xff);
    int64_t green = (int64_t)(a >> 8 & 0xff) - (int64_t)(b >> 8 & 0xff);
    int64_t blue = (int64_t)(a & 0xff) - (int64_t)(b & 0xff);
    int64_t mean = (int64_t)((a >> 16 & 0xff) + (b >> 16 & 0xff)) / 2;

    return ((512 + mean) * red * red + 1024 * green * green + (767 - mean) * blue * blue) / 256;
}

/* Whether a colour has a hue that one would name. */
static bool is_colourful(uint32_t rgb)
{
    uint32_t parts[3] = { rgb >> 16 & 0xff, rgb >> 8 & 0xff, rgb & 0xff };
    uint32_t least = 0xff;
    uint32_t most = 0;

    for (size_t i = 0; i < 3; i++) {
        least = parts[i] < least ? parts[i] : least;
        most = parts[i] > most ? parts[i] : most;
    }
    return most - least >= 0x30;
}

int32_t color_nearest(uint32_t rgb, enum color_depth depth)
{
    /* The first 16 of a 256-colour terminal are whatever its owner made them: not relied upon. */
    int32_t first = depth == DEPTH_256 ? 16 : 0;
    int32_t last = depth == DEPTH_256 ? 255 : depth == DEPTH_16 ? 15 : 7;
    int32_t best = first;
    int64_t best_distance = INT64_MAX;

    for (int32_t i = first; i <= last; i++) {
        int64_t distance = color_distance(rgb, color_palette(i));

        /* A small palette is too coarse for distances alone: light red would become grey. */
        if (depth != DEPTH_256 && is_colourful(rgb) != is_colourful(color_palette(i)))
            continue;
        if (distance < best_distance) {
            best = i;
            best_distance = distance;
        }
    }
    return best;
}
