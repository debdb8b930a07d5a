/*
 * Drift of dependencies: which packages a module is made of, on both sides.
 *
 * An item is one package of one file, or a whole file that is on one side only. Its category says
 * how near the package is to what runs:
 *
 *   direct       the project asks for it, and it is shipped
 *   package      nobody tells whether the project asks for it
 *   transitive   another package brings it
 *   build        what builds it: plugins
 *   development  the project asks for it, for development and tests
 *   managed      a version that is set for whoever will use it
 *   file         the file
 *
 * Its key is the package's name, its path the name below the file's folder, its values are the
 * versions. Rules find what kind of step it is by words ("words" of a rule), of which an item has
 * several: upgrade-major, downgrade-minor, …, upgrade-breaking, upgrade-calendar, other-version,
 * more-versions, fewer-versions, address, license-changed, license-strict, content-changed,
 * commit-changed, other-origin, mirror (from another place, with the same checksum), now-shipped,
 * no-longer-shipped.
 */
#ifndef PILAB_DRIFT_DEPENDENCY_H
#define PILAB_DRIFT_DEPENDENCY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/packages/difference.h>
#include <pilab/packages/list.h>

/* What a project may say of a module's dependencies: "auto" (well-known names), "off", or files,
 * one a line, whose names tell what they are or that are patterns. ERROR_INVALID names the one that
 * is none of these. NULL is fine. */
bool dependency_settings_check(const char *text, struct error *error);

/* --- What the collector gets ------------------------------------------------------------------ */

/* The files of both sides that speak of the same packages. */
struct dependency_pair {
    const char *prefix; /* of the paths of its items: "", "web/", "requirements-dev.txt/" */
    const char *previous_file, *current_file; /* paths; NULL: not on that side */
    const char *title;                        /* "npm lock file": what the one is that counts */
    const struct package_list *previous, *current; /* NULL: not on that side */
    bool inherits; /* the files are the same, only what they inherit differs: what another pair says
                      is not said again */
};

struct dependency_input {
    const struct dependency_pair *pairs;
    size_t pair_count;
};

/* --- What is in the report -------------------------------------------------------------------- */

struct dependency_file {
    const char *previous, *current; /* paths; NULL: not on that side */
    const char *title;
    size_t previous_count, current_count; /* packages */
};

struct dependency_side {
    const char **versions; /* different ones, sorted; shown as they may be */
    size_t version_count;
    bool undecided; /* another file decides the version, or none does */
    enum package_scope scope;
    enum package_relation relation;
    const char *license; /* NULL: untold */
    /* Of what the change says that it differs; NULL: it does not, or there is none. */
    const char *digest, *revision, *origin;
};

/* An item in full. */
struct dependency_change {
    const char *ecosystem, *name; /* NULL: the file as a whole */
    size_t file;                  /* index into files */
    struct dependency_side previous, current;
    struct version_change step;
    bool several; /* more than one version on a side */
    bool license_changed, content_changed;
    bool revision_changed, origin_changed; /* another commit; another place that it comes from */
};

/* The content of a report's part (drift/part.h). */
struct drift_dependency {
    struct dependency_file *files;
    size_t file_count;
    struct dependency_change *changes; /* one for each item of the part, in their order */
    size_t change_count;
};

#endif
