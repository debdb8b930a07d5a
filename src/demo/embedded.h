/* The stories, turned into C at build time by embed.sh. Private to this room. */
#ifndef PILAB_SRC_DEMO_EMBEDDED_H
#define PILAB_SRC_DEMO_EMBEDDED_H

#include <stddef.h>

struct embedded_story {
    const char *module; /* the file's name without ".story" */
    const char *text;
};

extern const struct embedded_story embedded_stories[];
extern const size_t embedded_story_count;

#endif
