/*
 * One module while it is being read. Inside of the source room.
 */
#ifndef PILAB_SOURCE_READER_H
#define PILAB_SOURCE_READER_H

#include <pilab/base/vector.h>
#include <pilab/git/history.h>
#include <pilab/schema/diff.h>
#include <pilab/source/line_count.h>
#include <pilab/source/request.h>
#include <pilab/source/well_known.h>

struct package_format; /* packages/formats.h */

/* What two files that a person named are, by what is in them and what they are called. */
struct named_files {
    bool known; /* no configuration, but of this type */
    enum drift_type type;
    const struct package_format *formats[2]; /* of lock files and the like; NULL: it is none */
};

struct module_reader {
    const struct comparison_request *request;
    const struct comparison_module *module;
    const struct well_known *names;
    const struct progress *progress;
    unsigned threads;      /* for what is read within the module; 0: by the machine */
    struct arena *arena;   /* texts and arrays of the inputs below */
    const char *directory; /* the module's part of its repository: "", "services/auth", or several
                              paths, one a line; NULL: what was asked for leads out of it */
    const char *home;      /* the first of them */
    struct module_input input; /* what drift_detect gets */
    struct code_input code;
    struct history *ahead, *behind;
    const size_t *twins;        /* of those ahead among those behind; NULL: not looked for */
    struct kept_range range;    /* what lies between the two commits */
    bool keeps;                 /* and that is kept, and looked for among what was kept */
    struct strbuf kept;         /* what was kept of both sides; empty: they were read */
    bool counts_kept;           /* with the numbers of lines of all commits */
    struct mailmap *people;     /* NULL: the project has none */
    struct error people_unread; /* why its .mailmap could not be read */
    bool same_commit;           /* both sides are one commit */
    bool likeness_left;         /* nobody looked for renames of files that changed on the way */
    bool files_unknown;         /* the trees could not be read: a problem says why */
    struct vector documents;    /* struct document *: owned */
    struct vector configs;      /* struct config_input */
    struct vector claims;       /* what the project names as configuration (config_claim.c) */
    struct vector sources;      /* struct drift_source */
    struct vector problems;     /* struct drift_problem */
    size_t compared, broken; /* document pairs: both sides known, or one of them not understood */
    size_t broken_images;    /* of the broken, those that could name images */
    size_t unasked;          /* what else of the configuration could not be found out */
    /* Of its database, when they were compared; owned. */
    struct schema *previous_schema, *current_schema;
    struct schema *known_schemas[2]; /* of a live side, what its own version makes of it */
    struct schema_diff *schema_diff, *outside_diffs[2];
    struct named_files named; /* of two files that a person named */
    struct error failure;     /* the first that kept a source from being read */
};

/* Borrows all four until the reading is over. */
void module_reader_start(struct module_reader *reader, const struct comparison_request *request,
                         const struct comparison_module *module, const struct well_known *names,
                         const struct progress *progress);
void module_reader_release(struct module_reader *reader);

/* Whether this type was asked for, and is a part of the project. */
bool module_reader_wants(const struct module_reader *reader, enum drift_type type);
/* A path as it was configured ("./deploy/values.yaml", "../shared.yaml", "/from/the/root.yaml") as
 * one from the repository's root; in the arena. NULL: it leads out of the repository. */
const char *module_reader_path(struct module_reader *reader, const char *path);

/* For hints beside such a path. */
#define MODULE_PATHS_START                                                                         \
    "paths start at the module's own `path`, or with / at the repository's root"

/* "1 commit", "2 commits"; in the arena. */
const char *module_reader_count(struct module_reader *reader, size_t count, const char *thing);

void module_reader_source(struct module_reader *reader, enum drift_type type,
                          enum source_state state, const char *detail);
/* The same of a source of which `unread` files, or what stands for one, could not be read, and
 * `read` could. None of the latter: it failed. */
void module_reader_partly(struct module_reader *reader, enum drift_type type, size_t read,
                          size_t unread, const char *detail);
/* Records why something could not be read, from an error. */
void module_reader_problem(struct module_reader *reader, enum drift_type type, const char *what,
                           const struct error *error, bool warning);
/* The problem that was recorded last as an error, for where it is the whole story: of two files.
 * Returns false. */
bool module_reader_fail(const struct module_reader *reader, struct error *error);
/* Records that a whole source could not be read: why, and for one or more types. False when the
 * reason is that the person stopped it: nothing is recorded then. */
bool module_reader_failed(struct module_reader *reader, const enum drift_type *types, size_t count,
                          const char *what, const struct error *error);

/* Where one side's documents come from. `read` appends the content of `name`, or gives
 * ERROR_NOT_FOUND. */
struct document_place {
    bool (*read)(void *context, const char *name, struct strbuf *out, struct error *error);
    void *context;
    const char *label; /* "v2.0.7", for messages; NULL: the name says enough */
};

/* One side of a pair of documents. */
enum side_state {
    SIDE_ABSENT,
    SIDE_READ,
    SIDE_BROKEN /* it is there and cannot be understood: a problem says why */
};

struct config_side {
    enum side_state state;
    const char *name;                /* "a.yaml", or the layers "a.yaml + b.yaml" */
    const struct document *document; /* SIDE_READ; the reader owns it */
};

/* Reads a document by its name, as configuration is read; the reader owns it. */
struct document *module_reader_parse(struct module_reader *reader, const char *name,
                                     const struct strbuf *content, struct error *error);
struct config_side module_reader_document(struct module_reader *reader,
                                          const struct document_place *place, const char *name);
/* Several layers folded into one document; those that are absent are left out. */
struct config_side module_reader_layers(struct module_reader *reader,
                                        const struct document_place *place,
                                        const char *const *layers, size_t count);
/* Adds a pair when at least one side is there and none is broken: half of the truth would show as
 * differences that are none. */
void module_reader_add_config(struct module_reader *reader, const char *name,
                              const struct config_side *previous,
                              const struct config_side *current);
/* The project names this path as configuration; "{env}" is any environment. Those that were named,
 * and the Helm values beside them, are read with their layers or not meant here: who reads files by
 * well-known names leaves them alone. */
void module_reader_claims_start(struct module_reader *reader);
void module_reader_claims_release(struct module_reader *reader);
void module_reader_claim_config(struct module_reader *reader, const char *path);
bool module_reader_config_claims(const struct module_reader *reader, const char *path);
/* What was to be compared as `name` could not be: a problem says why. */
void module_reader_config_broken(struct module_reader *reader, const char *name);
/* What became of the configuration, when all of it has been looked at. */
void module_reader_config_done(struct module_reader *reader);

/* The observed files that stand for `stands_for`, folded; `typed_as` is the file whose typing they
 * have. */
struct config_side observed_config_read(struct module_reader *reader,
                                        const struct observed_file *files, size_t count,
                                        const char *stands_for, const char *typed_as);
/* Where all values are texts (ConfigMaps, properties), those that the expected side has as numbers
 * and truth values are read as such: that a place knows no types is no difference. */
void observed_config_type(struct module_reader *reader, const struct config_side *expected,
                          struct config_side *observed);

/* Reads code and configuration of a module from its repository. False only when cancelled. */
bool git_module_read(struct module_reader *reader, struct error *error);
/* Begins with what lies between the two commits. */
void git_range_start(struct module_reader *reader, struct repository *repository,
                     const struct object_id *previous, const struct object_id *current);
/* Both directions of the history, with the files that each commit touches, and which commits are
 * twins. */
bool git_range_read_sides(struct module_reader *reader, struct repository *repository,
                          struct error *error);
/* The files that differ between both ends. Who waits for `lines` waits for renames that must be
 * looked for, too. */
bool git_range_list_files(struct module_reader *reader, struct repository *repository, bool lines,
                          struct error *error);
/* Keeps the numbers of lines of all commits, when they have been counted afterwards. */
void git_range_keep_counts(struct module_reader *reader);
/* What the histories and the repository leave out, as problems. */
void git_module_report_gaps(struct module_reader *reader, struct repository *repository);
/* The submodules that moved; the files of both ends are known. False only when cancelled. */
bool git_module_read_submodules(struct module_reader *reader, struct repository *repository,
                                const struct object_id *previous, const struct object_id *current,
                                struct error *error);
/* What the changed Dockerfiles do that is new, as marks of their files. */
void git_module_read_recipes(struct module_reader *reader, struct repository *repository);
/* The configuration part: `changed` is the net tree difference, NULL when it could not be read.
 * module_reader_config_done is left to the caller. */
bool git_module_read_config(struct module_reader *reader, struct repository *repository,
                            const struct object_id *previous, const struct object_id *current,
                            const struct file_change_list *changed, struct error *error);
/* What each commit changed in the documents that were read (config_steps of the input). */
void git_module_read_config_steps(struct module_reader *reader, struct repository *repository,
                                  const struct object_id *previous,
                                  const struct object_id *current);
/* The same of the files that the other types were read from, and of configuration that came or went
 * as a whole (file_steps). */
void git_module_read_file_steps(struct module_reader *reader, struct repository *repository,
                                const struct object_id *previous, const struct object_id *current);
/* Which variables the changed code reads, and whether a file could define them. Where that cannot
 * be found out, a problem says so. `changed` as above. */
void git_module_read_needed(struct module_reader *reader, struct repository *repository,
                            const struct object_id *current,
                            const struct file_change_list *changed);
/* What comparison.h says of lines. */
size_t git_module_lines_to_read(const struct module_reader *reader);
bool git_modules_count(struct module_reader *readers, size_t count,
                       const struct line_listener *listener, const struct progress *progress,
                       struct error *error);

#endif
