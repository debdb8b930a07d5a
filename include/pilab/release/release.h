/*
 * A release as a value: what was frozen, held against what its two environments have now, and what
 * is to be done next. Values in, values out; nothing here reads a store or a repository.
 *
 * Texts are borrowed: they live as long as what they were taken from.
 */
#ifndef PILAB_RELEASE_RELEASE_H
#define PILAB_RELEASE_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* A module as it was frozen. */
struct release_module {
    const char *name;
    const char *version;
    const char *commit; /* NULL: not known; so with all below */
    const char *image;
    const char *config_revision;            /* what its configuration is read at */
    const char *kept_version, *kept_commit; /* what the source had when it was decided to stay */
};

/* What an environment has of a module. */
struct release_cell {
    const char *version; /* NULL: nothing is known */
    const char *commit, *image;
    /* A later event that has not ended well: NULL, or "FAILED", "DEPLOYING", … with its version. */
    const char *later, *later_version;
};

/* Whether two name the same thing: by commit where both are known, else by version; and never with
 * two different images. */
bool release_same(const char *version, const char *commit, const char *image,
                  const char *other_version, const char *other_commit, const char *other_image);

/* What has become of a frozen module in the environment that it was cut from. */
enum release_source {
    RELEASE_SOURCE_SAME,  /* it has what was frozen */
    RELEASE_SOURCE_MOVED, /* it has another version, and nobody has decided what to do about it */
    RELEASE_SOURCE_KEPT,  /* the same, and it was decided to stay */
    RELEASE_SOURCE_GONE   /* nothing is known of it there any more */
};
const char *release_source_name(enum release_source source); /* "moved" */
enum release_source release_compare_source(const struct release_module *module,
                                           const struct release_cell *source);

/* What the environment that it goes to has of it. */
enum release_target {
    RELEASE_TARGET_NONE,    /* nothing yet: it would be new there */
    RELEASE_TARGET_OTHER,   /* another version, which would be replaced */
    RELEASE_TARGET_SAME,    /* what was frozen */
    RELEASE_TARGET_RUNNING, /* not yet: it is being deployed or taken back */
    RELEASE_TARGET_FAILED   /* not: the last attempt failed, or nobody knows how it ended */
};
const char *release_target_name(enum release_target target); /* "other" */
enum release_target release_compare_target(const struct release_module *module,
                                           const struct release_cell *target);

/* How far the notes of a release are. */
enum release_notes {
    RELEASE_NOTES_NONE,
    RELEASE_NOTES_DRAFT,    /* to be reviewed */
    RELEASE_NOTES_REVIEWED, /* to be approved */
    RELEASE_NOTES_APPROVED,
    RELEASE_NOTES_PUBLISHING,
    RELEASE_NOTES_PUBLISHED
};

/* What is known about a release when it is asked what to do next. */
struct release_facts {
    const char *source, *target; /* names of the environments */
    bool closed, cancelled;
    size_t modules;
    /* In the source: */
    size_t moved, gone;
    const char *moved_module, *moved_from, *moved_to; /* one of them */
    /* In the target: */
    size_t deployed, running, failed;
    const char *failed_module; /* one of them */
    bool started;              /* something was recorded in the target for this release */
    /* A report about the release, 0: none. Outdated: the list was changed after it was made. */
    int64_t report;
    bool report_outdated;
    int64_t blockers; /* in it */
    /* The newest notes for it, 0: none. */
    int64_t note;
    enum release_notes notes;
    bool notes_outdated;
    const char *waits_for; /* who has to approve: "1 of security (carla, dan)"; NULL: not known */
    int64_t planned_at;    /* UTC milliseconds; 0: no time is planned */
    int64_t now;
};

enum release_step {
    RELEASE_STEP_DECIDE, /* the source moved: keep or take */
    RELEASE_STEP_DRIFT,  /* make a report */
    RELEASE_STEP_NOTES,  /* make notes */
    RELEASE_STEP_REVIEW,
    RELEASE_STEP_APPROVE,
    RELEASE_STEP_PUBLISH,
    RELEASE_STEP_DEPLOY,
    RELEASE_STEP_CLOSE,
    RELEASE_STEP_NONE, /* it has ended */
    RELEASE_STEP_COUNT
};
const char *release_step_name(enum release_step step); /* "approve" */

/* The next step; appends a sentence about it, without a full stop ("needs a drift report") and
 * without the release's name before it. */
enum release_step release_next_step(const struct release_facts *facts, bool utf8,
                                    struct strbuf *sentence);

/* Whether a release may bear this name: 1 to 80 bytes of UTF-8 without controls, quotes, slashes
 * and
 * "..", which mean something in commands; not only digits, which would be a number; not beginning
 * with '-' or a blank. ERROR_INVALID says what is wrong with it. */
bool release_name_check(const char *name, struct error *error);

#endif
