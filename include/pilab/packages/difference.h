/*
 * What differs between two lists of packages.
 *
 * A program can hold several versions of one package at once, so what is compared are the versions
 * of a name as a set. Where the project itself asks for one version on both sides, the step is that
 * between these two, whatever others it brings.
 */
#ifndef PILAB_PACKAGES_DIFFERENCE_H
#define PILAB_PACKAGES_DIFFERENCE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/packages/list.h>
#include <pilab/packages/version.h>

enum package_event {
    PACKAGE_ADDED,
    PACKAGE_REMOVED,
    PACKAGE_CHANGED, /* its versions */
    PACKAGE_MOVED    /* the same versions; scope, relation, licence, content or origin differ */
};

/* One name on one side. */
struct package_state {
    const struct package **entries; /* sorted by version */
    size_t count;                   /* 0: not there */
    const char **versions;          /* different ones, sorted; NULL in it: decided elsewhere */
    size_t version_count;
    enum package_scope scope;       /* the one that counts most */
    enum package_relation relation; /* likewise */
    const char *license;            /* different ones, joined by ", "; NULL: untold */
};

struct package_change {
    const char *ecosystem, *name;
    enum package_event event;
    struct package_state previous, current;
    bool several; /* more than one version on a side */
    struct version_change
        step; /* VERSION_SAME where versions only came or went; else of what the project asks for,
                 of the only versions, or else of the highest ones; changed only */
    bool license_changed; /* told on both sides, and another */
    bool scope_changed, relation_changed;
    /* Of a version that is on both sides; NULL of what is the same. */
    bool content_changed;                             /* it has another digest now */
    const char *previous_digest, *current_digest;     /* when its content changed */
    bool revision_changed;                            /* it is another commit now */
    const char *previous_revision, *current_revision; /* NULL: none */
    /* Some entry comes from where none came from before, and it was told then. */
    bool origin_changed;
    const char *previous_origin, *current_origin;
    bool same_content; /* all that comes from elsewhere has the digest that it had */
};

struct package_difference {
    struct arena *arena;
    struct package_change *changes; /* by ecosystem and name */
    size_t count;
};

/* Either may be NULL: an empty list. Borrows the lists, which must outlive the result. */
struct package_difference *package_difference_of(const struct package_list *previous,
                                                 const struct package_list *current);
/* Sets *difference to NULL; NULL and a difference that is none are fine. */
void package_difference_free(struct package_difference **difference);

#endif
