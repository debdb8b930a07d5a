/*
 * What holds for the whole run, found out once: options first, then the environment, then what is
 * usual.
 */
#ifndef PILAB_APP_SETTINGS_H
#define PILAB_APP_SETTINGS_H

#include <stdbool.h>

#include <pilab/app/arguments.h>
#include <pilab/base/clock.h>
#include <pilab/base/error.h>
#include <pilab/base/log.h>

struct settings {
    char *store_path;        /* the file may not exist yet */
    char *cache_directory;   /* mirrors and cache.db; made when needed */
    char *working_directory; /* repositories are looked for from here */
    char *project;           /* --project or PILAB_PROJECT, or NULL */
    char *login;             /* the local user's name */
    char *theme;             /* --theme or PILAB_THEME, or NULL */
    char *log_path;          /* PILAB_LOG, or NULL: nothing is logged */
    struct log *log;         /* NULL when there is none, or it cannot be written */
    unsigned threads;        /* PILAB_THREADS: of one comparison; 0: by the machine */
    bool offline;
    bool demo;          /* the store is for trying things out: its clock may be frozen */
    bool ascii;         /* --glyphs ascii */
    bool no_color;      /* --color never */
    struct clock clock; /* frozen when PILAB_CLOCK says when: for tests and demos */
};

/* `arguments` may be NULL. Nothing is made or opened. */
bool settings_read(struct settings *settings, const struct arguments *arguments,
                   struct error *error);
void settings_copy(struct settings *settings, const struct settings *from);
void settings_release(struct settings *settings);

#endif
