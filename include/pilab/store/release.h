/*
 * Releases as kept: what goes from one environment to another together, as a frozen list of
 * modules. What is done with one is decided above.
 *
 * OPEN → CLOSED (with its outcome) | CANCELLED. That a release is deployed is no state of it: it
 * follows from the deployments that bear its name, as a cell of the matrix does. An ended release
 * never changes, and its name is never given again, since notes and deployments speak of it.
 *
 * The list changes only by a new revision (rev + 1), on top of the newest one; revisions and their
 * entries never change (triggers see to it). The digest of a revision is the SHA-256 of its list as
 * canonical JSON (store_release_list_json), without what was decided about the source: staying with
 * a version changes the revision and not the digest.
 *
 * Conventions of all aggregates: store/page.h.
 */
#ifndef PILAB_STORE_RELEASE_H
#define PILAB_STORE_RELEASE_H

#include <jansson.h>

#include <pilab/base/digest.h>
#include <pilab/store/connection.h>
#include <pilab/store/deployment.h>
#include <pilab/store/note.h>
#include <pilab/store/page.h>
#include <pilab/store/report.h>

enum release_status { RELEASE_OPEN, RELEASE_CLOSED, RELEASE_CANCELLED, RELEASE_STATUS_COUNT };

const char *release_status_name(enum release_status status); /* "OPEN" */
/* In any case. ERROR_INVALID listing the names. */
bool release_status_parse(const char *name, enum release_status *status, struct error *error);

struct store_release {
    char id[UUID_SIZE];
    const char *project_id;
    int64_t number;                    /* within the project */
    const char *name;                  /* unique in the project whatever the case of its letters */
    const char *source_id, *target_id; /* environments */
    const char *source, *target;       /* their names, on reading */
    enum release_status status;
    int64_t rev;                  /* of the newest revision */
    char digest[SHA256_HEX_SIZE]; /* of its list */
    size_t modules;               /* in it; on reading */
    const char *description;      /* NULL writes "" */
    int64_t planned_at;           /* 0: no time is planned */
    const char *created_by;
    int64_t created_at, updated_at;
    const char *ended_by; /* NULL: it is open */
    int64_t ended_at;     /* 0: it is open */
    const char *outcome;  /* canonical JSON: what came of it; NULL: it is open */
};

struct store_releases {
    struct store_release *items;
    size_t count;
    const char *next;
};

/* One module of a list. */
struct store_release_entry {
    const char *module_id;
    const char *module; /* its name when it was frozen */
    const char *version;
    const char *commit;          /* full id, or NULL: not known */
    const char *image;           /* digest or reference, or NULL */
    const char *config_revision; /* the commit that its configuration is read at, or NULL */
    const char *migrations;      /* JSON array of what the target had not, or NULL: not known */
    /* What the source had when somebody decided to stay with `version`; NULL: nobody had to. */
    const char *kept_version, *kept_commit;
};

struct store_release_entries {
    struct store_release_entry *items; /* in the order of the project's modules */
    size_t count;
};

struct store_release_revision {
    const char *author;
    const char *reason; /* what was changed and why, or NULL */
    /* Made by the store: */
    int64_t rev;
    int64_t at;
    size_t modules;
    char digest[SHA256_HEX_SIZE];
};

struct store_release_revisions {
    struct store_release_revision *items;
    size_t count;
};

/* Adds an OPEN release with its first revision. ERROR_EXISTS when the project has one by that name,
 * ERROR_INVALID for an empty list. */
bool store_release_add(struct connection *connection, struct store_release *release,
                       const struct store_release_entry *entries, size_t count,
                       struct error *error);
/* Puts a revision on top of `rev`. ERROR_CONFLICT, naming who made the newest one, when `rev` is
 * not the newest any more, and when the release has ended. */
bool store_release_revise(struct connection *connection, const char *id, int64_t rev,
                          struct store_release_revision *revision,
                          const struct store_release_entry *entries, size_t count,
                          struct error *error);
/* OPEN → `status`, when the release is still at that revision; otherwise ERROR_CONFLICT. `outcome`
 * is JSON. */
bool store_release_end(struct connection *connection, const char *id, int64_t rev,
                       enum release_status status, const char *by, const char *outcome,
                       struct error *error);

/* Also an ended one, as the three below. */
bool store_release_get(struct connection *connection, const char *id, struct arena *arena,
                       struct store_release *release, struct error *error);
/* By name. ERROR_NOT_FOUND. */
bool store_release_find(struct connection *connection, const char *project_id, const char *name,
                        struct arena *arena, struct store_release *release, struct error *error);
bool store_release_find_number(struct connection *connection, const char *project_id,
                               int64_t number, struct arena *arena, struct store_release *release,
                               struct error *error);
/* Open ones first, then the newest first. `open_only` leaves out the others. */
bool store_release_list(struct connection *connection, const char *project_id, bool open_only,
                        const struct store_page *page, struct arena *arena,
                        struct store_releases *list, struct error *error);

/* The list of a revision (0: the newest) after checking it against its digest (ERROR_CORRUPT). */
bool store_release_entries(struct connection *connection, const char *id, int64_t rev,
                           struct arena *arena, struct store_release_entries *list,
                           struct error *error);
/* Newest first. */
bool store_release_revisions(struct connection *connection, const char *id, struct arena *arena,
                             struct store_release_revisions *list, struct error *error);
/* What the digest is over: {"modules":[{"commit","config_revision","image","migrations","module",
 * "version"}, …]}. New reference; NULL with ERROR_INVALID when an entry's migrations are no JSON.
 */
json_t *store_release_list_json(const struct store_release_entry *entries, size_t count,
                                struct error *error);

/* --- What speaks of a release by its name ----------------------------------------------------- */

/* Deployments in any environment that were recorded for it, and those that take one of them back;
 * latest first. */
bool store_release_deployments(struct connection *connection, const char *project_id,
                               const char *name, struct arena *arena,
                               struct store_deployments *list, struct error *error);
/* Notes about it, and those of its version that are about no release; newest first. */
bool store_release_notes(struct connection *connection, const char *project_id, const char *name,
                         struct arena *arena, struct store_notes *list, struct error *error);
/* The list that a note must speak of to go out: the digest that the release it is about has now,
 * with its name in the release's own spelling; both NULL when it is about none. */
bool store_release_of_note(struct connection *connection, const struct store_note *note,
                           struct arena *arena, const char **name, const char **digest,
                           struct error *error);
/* Reports whose second state it is; newest first. */
bool store_release_reports(struct connection *connection, const char *project_id, const char *name,
                           struct arena *arena, struct store_reports *list, struct error *error);

#endif
