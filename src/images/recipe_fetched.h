/*
 * Files that a Dockerfile fetches and runs. Inside of the images room.
 */
#ifndef PILAB_IMAGES_RECIPE_FETCHED_H
#define PILAB_IMAGES_RECIPE_FETCHED_H

/* Calls `ran` with the command that fetched it for each file that an instruction fetches and then
 * runs, when no sum or signature is looked at in between. */
void recipe_look_at_fetched(const char *instruction, void (*ran)(void *context, const char *fetch),
                            void *context);

#endif
