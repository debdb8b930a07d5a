/*
 * Looking at a repository while a project is set up: whether it can be read, and what of a module's
 * settings is found in it. Nothing is written but the mirror in the cache.
 */
#ifndef PILAB_APP_REPOSITORY_CHECK_H
#define PILAB_APP_REPOSITORY_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/app/call.h>
#include <pilab/drift/project_file.h>

/* Texts live in the arena that was given. */
struct repository_checked {
    int64_t milliseconds; /* until it was read, or had answered */
    const char *branch;   /* the one HEAD stands on; NULL: it has no commit yet */
    size_t branches, tags;
    const char *last_tag; /* the highest version; NULL: it has no tags */
};

/* `address` is a path (relative ones from the working directory), which is read, or a URL, which is
 * asked what it has; nothing is fetched. What is wrong is the error, with what to do as its hint.
 */
bool repository_check(struct call *call, const char *address, struct arena *arena,
                      struct repository_checked *checked, struct error *error);

/* How a repository does, as seen from this machine; texts in the arena, from outside. */
struct repository_standing {
    bool folder;                 /* it is read where it is, and never fetched */
    int64_t synced_at, tried_at; /* UTC milliseconds; 0: never */
    int64_t milliseconds, bytes; /* that the last good fetch took, and its mirror takes */
    const char *why;             /* why the last try failed; NULL: it did not */
    const char **news;           /* what fetches have found out, in words, newest first */
    size_t news_count;
};

void repository_stands(struct call *call, const char *address, struct arena *arena,
                       struct repository_standing *standing);

struct module_checked {
    size_t tags;          /* that have the module's form */
    const char *last_tag; /* NULL: none */
    size_t layer_count;
    size_t *layer_files; /* how many files each configuration layer finds */
    size_t migrations;   /* files below the migrations' folder */
    /* Of its paths the first that has no files, as it is written; NULL: all have some. */
    const char *path_lost;
    /* What the files say where the settings say nothing; NULL or none: they say nothing. */
    const char *type, *tags_guess, *migrations_guess;
    const char **config_guess;
    size_t config_guess_count;
};

/* The same for what a module's settings say of its repository. `environments` are the project's
 * names, for what is guessed. A mirror is used as it is when there is one. */
bool module_check(struct call *call, const struct module_settings *module,
                  const char *const *environments, size_t environment_count, struct arena *arena,
                  struct module_checked *checked, struct error *error);

/* What a module is called whose repository this is, unless somebody says otherwise. */
const char *module_name_of(const char *address, struct arena *arena);

/* How often the messages of the project's repositories speak of which keys: those seen most often
 * first, look-alikes last. Repositories that cannot be read are counted in `*unread`. */
struct ticket_seen {
    const char *key;
    size_t count;
    bool suspicious; /* a well-known look-alike: "UTF" of UTF-8 */
};

bool tickets_seen(struct call *call, const struct project_settings *settings, struct arena *arena,
                  struct ticket_seen **seen, size_t *count, size_t *unread, struct error *error);

#endif
