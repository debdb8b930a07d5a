/*
 * Names of people as a project wants them: gitmailmap(5). One person often has several names and
 * addresses; .mailmap says which are the proper ones.
 */
#ifndef PILAB_GIT_MAILMAP_H
#define PILAB_GIT_MAILMAP_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/git/commit.h>
#include <pilab/git/repository.h>

struct mailmap;

/* Lines that are none are passed over, as git does. Never NULL. */
struct mailmap *mailmap_parse(const char *text, size_t length);
void mailmap_free(struct mailmap **mailmap); /* sets it to NULL; NULL is fine */

/* The .mailmap at the top of a commit's tree; *out is NULL when it has none. What a person has told
 * git on this machine (mailmap.file, mailmap.blob) has no say: the same states give the same names
 * everywhere. */
bool mailmap_read(struct repository *repository, const struct object_id *commit,
                  struct mailmap **out, struct error *error);

/* The one that counts for a history that leads to `newest`: a bare repository has its .mailmap
 * where its HEAD stands, as for git; elsewhere that of `newest` is it. */
bool mailmap_read_for(struct repository *repository, const struct object_id *newest,
                      struct mailmap **out, struct error *error);

/* Puts the proper name and address in the place of these. What is put there lives as long as the
 * mailmap. False when it knows no others. NULL maps nobody. */
bool mailmap_apply(const struct mailmap *mailmap, const char **name, const char **email);
/* The same for both people of a commit; what is put there lives in `arena`. */
void mailmap_name_people(const struct mailmap *mailmap, struct arena *arena, struct commit *commit);

#endif
