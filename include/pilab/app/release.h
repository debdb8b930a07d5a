/*
 * Releases of the call's project: finding, freezing, and everything there is to say about one.
 */
#ifndef PILAB_APP_RELEASE_H
#define PILAB_APP_RELEASE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/app/call.h>
#include <pilab/base/filter.h>
#include <pilab/drift/project_file.h>
#include <pilab/release/release.h>
#include <pilab/store/environment.h>
#include <pilab/store/release.h>

/* --- Finding ---------------------------------------------------------------------------------- */

/* By its name, whatever the case, or its number ("3", "#3"). An unknown one is answered with those
 * that are open. */
bool release_find(struct call *call, const char *name, struct store_release *release,
                  struct error *error);

/* --- Freezing --------------------------------------------------------------------------------- */

/* What there is to freeze from. */
struct release_world {
    struct store_environment source, target;
    struct store_matrix matrix;
    struct project_settings settings;
};

/* Reads the two environments, the matrix and the project's settings. Quick. */
bool release_world_read(struct call *call, const char *source, const char *target,
                        struct release_world *world, struct error *error);

/* Why what the source has of a module cannot be frozen, for people ("no version is known", "2.0.8
 * FAILED"), in the call's arena; NULL: it can. */
const char *release_cell_problem(struct call *call, const struct store_cell *cell);

/* Freezes what the source has of a module: its commit, and the migrations that the target does not
 * have, are read from the repository as it is on this machine; what cannot be read there is left
 * unknown. Long: to be called outside of a transaction. */
void release_freeze(struct call *call, const struct release_world *world,
                    const struct store_cell *source, struct store_release_entry *entry);

/* Whether the source still has what was read in these cells of it, to be frozen, to be stayed away
 * from, or because it is gone; else ERROR_CONFLICT naming what moved. In the transaction that keeps
 * the list. */
bool release_still_there(struct call *call, const struct release_world *world,
                         const struct store_cell *const *frozen, size_t count, struct error *error);

/* What would be frozen, before it is: for the question that screens ask. */
struct release_preview {
    size_t modules;
    const char **names, **versions; /* of each */
    /* What was cut before and has not ended: "R2025.02 is open and goes to UAT as well"; or NULL.
     */
    const char *others;
    bool off_path; /* the target is not filled from there on the promotion path */
    /* The same as long as the same deployments would be frozen: --expect makes sure of it. */
    const char *mark;
};

/* `modules` (`count` 0: all of them). Quick, from the store alone; ERROR_INVALID naming what cannot
 * be frozen as it is. Texts live in the call's arena. */
bool release_preview_cut(struct call *call, const char *source, const char *target,
                         const char *const *modules, size_t count, struct release_preview *preview,
                         struct error *error);

/* The open releases that go to an environment, as a sentence about them in `arena`; NULL in
 * *sentence: there is none. */
bool release_open_to(struct call *call, const char *target_id, struct arena *arena,
                     const char **sentence, struct error *error);

/* --- Everything about one --------------------------------------------------------------------- */

/* A module of the list, with what its two environments have. */
struct release_line {
    const struct store_release_entry *entry;
    enum release_source source;
    enum release_target target;
    struct release_cell source_has, target_has;
};

struct release_detail {
    struct store_release row;
    struct release_line *lines;
    size_t line_count;
    const char **others; /* modules that the source has and the release has not */
    size_t other_count;
    size_t by_source[RELEASE_SOURCE_GONE + 1], by_target[RELEASE_TARGET_FAILED + 1];
    struct store_release_revisions revisions;
    struct store_reports reports; /* about it, newest first; so with notes */
    struct store_notes notes;
    struct store_deployments deployments; /* for it, anywhere; latest first */
    bool production;                      /* it goes to production */
    struct release_facts facts;
    enum release_step step;
    const char *sentence; /* of the next step */
};

/* Whether notes, or a report, are about the list as it is now: told by its digest, which is what
 * they were made of, and never by the time. A run that came to nothing is about no list. */
bool release_has_current_notes(const struct release_detail *detail, const struct store_note *note);
bool release_has_current_report(const struct release_detail *detail,
                                const struct store_report *report);

/* Everything is in `arena`, which may outlive the call. `matrix` NULL: read here. */
bool release_detail_read(struct call *call, const struct store_release *release,
                         const struct store_matrix *matrix, struct arena *arena,
                         struct release_detail *detail, struct error *error);

/* pilab.release/1. New reference. */
json_t *release_detail_json(const struct release_detail *detail);

/* The same document as text for people, `width` columns wide. */
void release_text_render(struct strbuf *out, const json_t *release, size_t width, bool utf8);

/* What came of it, from its deployments: canonical JSON in the call's arena. `text` is what a
 * person says about it, `forced` why it was closed though modules are missing; both may be NULL. */
const char *release_outcome(struct call *call, const struct release_detail *detail,
                            const char *text, const char *forced);

/* The project's newest releases, closed ones too, at most so many; texts live in `arena`. */
bool release_list_newest(struct call *call, size_t most, struct arena *arena,
                         struct store_releases *list, struct error *error);

/* The project's open releases, newest first, each with its next step. */
bool release_list_open(struct call *call, struct arena *arena, struct release_detail **list,
                       size_t *count, struct error *error);

/* What a list of releases can be filtered by (base/filter.h); things are const json_t *: the items
 * of `release list`. */
extern const struct filter_fields release_list_fields;

/* A name for the next release: R<year>.<month>, or the newest one's with its last number counted up
 * when that is taken. In `arena`. */
const char *release_propose_name(struct call *call, struct arena *arena);

#endif
