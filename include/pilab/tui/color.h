/*
 * What colours a terminal has, and the nearest of them to one that it has not.
 */
#ifndef PILAB_TUI_COLOR_H
#define PILAB_TUI_COLOR_H

#include <stdint.h>

/* Monochrome, palettes of 8, 16 and 256 colours, and 24 bits. */
enum color_depth { DEPTH_MONO, DEPTH_8, DEPTH_16, DEPTH_256, DEPTH_DIRECT, DEPTH_COUNT };

/* 0xrrggbb of a palette entry 0–255: the first 16 as xterm has them, then its cube and its greys.
 */
uint32_t color_palette(int32_t index);

/* The palette entry of a 256, 16 or 8 colour terminal that looks nearest to 0xrrggbb. */
int32_t color_nearest(uint32_t rgb, enum color_depth depth);

#endif
