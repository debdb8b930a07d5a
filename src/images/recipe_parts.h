/*
 * What the readers of Dockerfiles have in common. Inside of the images room.
 */
#ifndef PILAB_IMAGES_RECIPE_PARTS_H
#define PILAB_IMAGES_RECIPE_PARTS_H

#include <stdbool.h>
#include <stddef.h>

/* Hands over one instruction after the other (images/dockerfile.h), a blank behind it. What a shell
 * runs of a here-document is a RUN of its own, with ";" where its lines end. */
void recipe_each(const char *text, size_t length,
                 void (*take)(void *context, const char *instruction), void *context);

/* "USER" of "user app". */
bool recipe_is(const char *instruction, const char *name);
/* Behind the first word and the blanks that follow it. */
const char *recipe_arguments(const char *text);

struct strbuf;

/* What ENV and ARG set, one after the other: NAME=VALUE or NAME VALUE, without quotes. `arguments`
 * is where to go on; false: there is no more. A name without a value has `valued` false. */
bool recipe_next_setting(const char **arguments, bool several, struct strbuf *name,
                         struct strbuf *value, bool *valued);

#endif
