/*
 * A drift report: everything that differs between two states, judged and accounted for.
 *
 * A report owns one arena; everything reachable from it lives there and drift_report_free releases
 * it all. After drift_detect only its line counts may still come (drift/lines.h). All text is as it
 * came from outside (UTF-8 not guaranteed): renderers escape it. Secrets are masked already: no
 * secret value is in a report.
 *
 * `previous` is what is there, `current` what would replace it (contracts: direction).
 */
#ifndef PILAB_DRIFT_REPORT_H
#define PILAB_DRIFT_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/document/node.h>
#include <pilab/drift/decision.h>
#include <pilab/drift/part.h>
#include <pilab/drift/submodule.h>
#include <pilab/drift/types.h>
#include <pilab/git/changes.h>
#include <pilab/git/message.h>

/* One side of the comparison. */
struct drift_side {
    const char *spec;        /* as asked: "v2.0.6", "env:UAT", "./values.yaml" */
    const char *label;       /* for titles: "v2.0.6", "UAT" */
    const char *environment; /* when the side is an environment, its name; else NULL */
    const char *resolved;    /* what it came to: a commit id, a time; NULL when many */
    const char *chosen;      /* why it was taken when nobody named it; NULL: it was named */
    const char *list_digest; /* of the frozen list, when the side is a release's; else NULL */
    const char *layers;      /* the environment whose own configuration files were read; or NULL */
};

/* Two environments, each with its own configuration: neither would get anything of the other. In a
 * promotion the layers of both sides are those of where it goes. */
bool drift_sides_as_is(const struct drift_side *previous, const struct drift_side *current);

struct drift_source {
    enum drift_type type;
    const char *service; /* the module */
    enum source_state state;
    int64_t at;         /* when it was read, UTC milliseconds; 0 unless read */
    const char *detail; /* "12 documents, YAML 1.1"; why it failed; may be NULL */
    /* Of one that failed: how many files, or what stands for one (a schema, a registry's answer),
     * could not be read, and how many could all the same; both 0: nobody counted. */
    size_t read, unread;
};

/* Whether some of a source that failed was read: its differences are told. */
bool drift_source_partly(const struct drift_source *source);

/* Something that could not be read or understood. */
struct drift_problem {
    enum drift_type type;
    const char *service;
    const char *what; /* "deploy/values.yaml at v2.0.7" */
    const char *why;  /* "line 12: mapping values are not allowed here" */
    const char *hint; /* what to try; may be NULL */
    bool warning;     /* read all the same; the report is not PARTIAL because of it */
};

struct drift_rule_hit {
    const char *rule;     /* id, "config.secret" */
    const char *sentence; /* why: "a key that opens a door: check who has it" */
    enum severity severity;
    bool routine; /* no reason to look, however grave: known while judging, not in JSON */
};

/* A value of one side. */
struct drift_value {
    bool present; /* false: it is absent on this side (not the same as null) */
    bool masked;  /* a secret, or something that holds one: `text` says "••••" in its place
                     and, in stored reports, a fingerprint: "•••• (1a2b3c4d)" */
    enum node_kind kind; /* of the value, also of a masked one */
    const char *text;    /* scalars: canonical text; lists and maps: compact JSON */
};

struct drift_provenance {
    const char *file; /* path in the repository or on disk; NULL when there is none */
    unsigned line;    /* 1-based; 0 unknown */
};

/* What an item is against the last report of the same two states. */
enum drift_novelty {
    NOVELTY_UNKNOWN, /* there is none, or nobody looked */
    NOVELTY_SAME,
    NOVELTY_CHANGED, /* it was there as another difference */
    NOVELTY_NEW,
    NOVELTY_COUNT
};

/* The report of the same two states before this one. */
struct drift_since {
    int64_t number; /* 0: there is none */
    int64_t at;
    size_t appeared, changed; /* of the items that count */
    size_t gone;
    size_t unknown; /* were there, and could not be read now */
};

/* What an item was before somebody decided about it: what it is again when that is taken back. */
struct drift_undecided {
    bool known; /* a report that was read does not have it */
    bool expected, offered;
    const char *expected_reason;
    enum attention attention;
    const char *attention_reason;
};

struct drift_item {
    const char *id; /* 16 hex digits, the same for the same difference in another report of the
                       same pair of kinds: over type, service, category, path */
    enum drift_type type;
    const char *category; /* code: "file"; config: "env", "image", the top-level key, "module", … */
    const char *module;
    const char *service;
    const char *path; /* code: the file; config: "env.service_auth.UPI_ENABLED" */
    const char *key;  /* the last part for people: "UPI_ENABLED", "tag" */
    enum change_type change_type;
    enum change_detail detail;
    const char *old_path;    /* of a rename, copy or move */
    const char *environment; /* of a database that was changed outside: whose it is; or NULL */
    unsigned likeness;       /* code: how much of a renamed or copied file is as it was, in percent;
                                0: not known (a report of an earlier version) */
    struct drift_value previous, current;
    const char *substance;  /* 8 or 16 hex digits over what the values stand for and do not show in
                               full: a digest behind a tag, the columns of a table; NULL: they show
                               all of it */
    enum severity severity; /* the gravest of the rules */
    struct drift_rule_hit *rules;
    size_t rule_count;
    enum attention attention;
    const char *attention_reason; /* NULL for none */
    bool breaking, security;
    const char **tickets;
    size_t ticket_count;
    bool expected;               /* meant to differ between environments: folded and counted */
    const char *expected_by;     /* the pattern that says so */
    const char *expected_reason; /* why it may, as the project says; may be NULL */
    bool suppressed;             /* ignored by a person's decision (with a reason and an end) */
    const char *suppressed_by;   /* the reason */
    bool blocks; /* it is expected or ignored, and would be a blocker if it were not */
    struct drift_provenance previous_at, current_at;
    bool counted; /* code: insertions and deletions are known */
    bool unread;  /* code: they were to be counted, and objects are missing or damaged */
    uint64_t insertions, deletions;
    bool binary;                         /* code */
    struct object_id old_blob, new_blob; /* code: for the patch on demand */
    uint32_t old_mode, new_mode;
    const struct drift_submodule *submodule; /* code: when it is one; or NULL */
    const char *commit; /* full id. Of code: the commit whose words made the gravest such rule fire,
                           else the newest of the range that touched it; of a file that current only
                           takes changes away from, one that would be lost. Of configuration: the
                           newest that changed the key. NULL: none is known */
    int64_t first_seen; /* in a project: when a report first had it; else 0 */
    /* Between these two states: since when the reports have had it without a gap, and had it as it
     * is; 0: not known. */
    int64_t drifting_since, unchanged_since;
    enum drift_novelty novelty;
    bool offered; /* unchanged for so long that it may well be meant to differ */
    const struct drift_decision *decision; /* what a person decided about it; or NULL */
    struct drift_undecided undecided;      /* of one whose decision holds */
};

/* What a category of infrastructure and of databases is called that no release brings: somebody
 * changed the target by hand. `previous` is what is known of it, `current` what it really is. */
#define CATEGORY_OUTSIDE "changed_outside"

/* What a category of code is called that says no more than that the versions are not the same: what
 * lies between them could not be read. */
#define CATEGORY_VERSION "version"

/* Whether an item is one of code that tells versions, and no file. */
bool drift_item_is_version(const struct drift_item *item);
/* Whether an item is of the category CATEGORY_OUTSIDE. */
bool drift_item_is_outside(const struct drift_item *item);
/* Whether it is a variable that each environment keeps for itself: neither gets the other's. */
bool drift_item_is_kept(const struct drift_item *item);

/* A reference a message makes to a ticket, a pull request or an advisory. */
enum ticket_kind { TICKET_KEY, TICKET_NUMBER, TICKET_ADVISORY };

struct ticket {
    enum ticket_kind kind;
    const char *id; /* "MB-234", "#123", "!45", "CVE-2024-3094" */
};

struct drift_commit {
    const char *id; /* 40 hex digits */
    const char *author_name, *author_email;
    const char *committer_name, *committer_email;
    int64_t author_time, committer_time;
    const char *subject, *body;
    const struct trailer *trailers;
    size_t trailer_count;
    struct ticket *tickets; /* keys first, in order of appearance: subject, trailers, body */
    size_t ticket_count;
    size_t files_changed;
    bool counted; /* insertions and deletions are known */
    bool unread;  /* they were to be counted, and objects are missing or damaged */
    uint64_t insertions, deletions;
    bool merge;
    bool revert;
    enum disposition disposition;
    const char *basis;         /* why: "same patch as 1234567 in v2.0.6", "reverted by 89abcde" */
    const char *twin;          /* the other commit's id, or NULL */
    const char *maybe_shipped; /* same subject and same ticket or PR on the other side: check; the
                                  other commit's id, or NULL */
    bool unsure; /* of `behind`: whether current has it cannot be told, for the history
                    of current ends too early */
    enum change_category category; /* by its own evidence */
    const char *category_basis;    /* "prefix feat", "label bug", "word fix" */
    bool breaking, security;
    const char *breaking_note; /* text of the BREAKING CHANGE trailer, or NULL */
    size_t change;             /* index into report->changes, or SIZE_MAX */
};

/* The code of one module on both sides. */
struct drift_code {
    const char *module, *service;
    const char *previous_version, *current_version; /* as asked or recorded; may be NULL */
    const char *previous_commit, *current_commit;   /* 40 hex digits; NULL when not on that side */
    struct drift_commit *commits; /* what current has and previous lacks, newest first */
    size_t commit_count;
    struct drift_commit *behind; /* what only previous reaches; drift_commit_lost: current has no
                                    twin of it */
    size_t behind_count;
    const char **files_added, **files_modified, **files_deleted;
    size_t files_added_count, files_modified_count, files_deleted_count;
    uint64_t insertions, deletions;
    bool counted;
    bool module_added, module_removed; /* on one side only: one item and nothing below it */
};

/* One change as people speak of it: a ticket, a pull request, or a commit that stands alone, with
 * all commits that belong to it, over all modules. */
struct drift_change {
    enum change_category category;
    const char *ticket; /* the ticket it is grouped by, or NULL */
    struct ticket *tickets;
    size_t ticket_count;
    const char *title;
    const char *description; /* "" when there is none */
    const char **commits;    /* full ids, oldest first */
    size_t commit_count;
    const char **services; /* sorted */
    size_t service_count;
    const char **authors; /* e-mail addresses, by number of commits */
    size_t author_count;
    enum change_type type; /* added for features, deleted for removals, else modified */
    bool breaking, security;
    const char *breaking_note;
    const char *migration_guide; /* for deprecations; may be NULL */
    const char *maybe_shipped;   /* "probably already there: check": the other commit, or NULL */
    bool reverts_released;       /* it takes back something that is already out */
    const char *evidence;        /* what decided the category */
};

/* One configuration document pair of a module. */
struct drift_config {
    const char *module, *service;
    const char *previous_name, *current_name; /* "deploy/values.yaml + deploy/values-uat.yaml" */
    const char *typing;                       /* "YAML 1.1 (Helm)", "YAML 1.2", "dotenv" */
    size_t first_item, item_count;            /* its items within report->items */
};

struct drift_balance {
    size_t commits;
    size_t by_disposition[DISPOSITION_COUNT];
};

struct drift_summary {
    size_t total_changes; /* items neither expected nor suppressed */
    size_t by_change_type[CHANGE_TYPE_COUNT];
    size_t by_drift_type[DRIFT_TYPE_COUNT];
    size_t by_severity[SEVERITY_COUNT];
    size_t by_attention[ATTENTION_COUNT];
    const char **services_affected; /* sorted */
    size_t service_count;
    size_t breaking_changes, security_changes; /* items and changes */
    size_t expected, suppressed;
    size_t expected_blockers, suppressed_blockers; /* how many of those would be blockers */
    size_t lapsed;          /* counted items with a decision that holds no more */
    size_t offered;         /* counted items that may well be meant to differ */
    enum severity severity; /* the gravest of the counted items */
};

enum drift_lines_state {
    LINES_LEFT_OUT, /* nobody asked for those of the commits */
    LINES_COMING,   /* they are being counted */
    LINES_STOPPED,  /* that was stopped */
    LINES_COUNTED
};

/* How far changed lines are counted (drift/lines.h). */
struct drift_lines {
    enum drift_lines_state state;
    size_t commits, commits_done; /* merges are not counted; done is also what cannot be read */
    size_t files, files_done;
};

struct drift_report {
    struct arena *arena;
    char id[37];         /* UUIDv7 */
    int64_t number;      /* within the project; 0: not stored */
    const char *project; /* its name; NULL: ad hoc */
    const char *project_code;
    const char *module; /* the only one that was asked for; NULL: all */
    /* What else than everything was asked for, as words that are the same for the same: "mb-web",
     * "config", "release R2025.03"; NULL: everything. */
    const char *scope;
    int64_t created_at;
    enum run_state run;
    struct drift_side previous, current;
    struct drift_summary summary;
    /* Of a kept one: items that count, and were decided about since; not in JSON. */
    size_t marked[ATTENTION_COUNT];
    struct drift_balance balance;
    struct drift_lines lines;
    struct drift_since since;
    struct drift_source *sources;
    size_t source_count;
    struct drift_code *codes;
    size_t code_count;
    struct drift_config *configs;
    size_t config_count;
    struct drift_part *parts; /* by type, then module; not of code and configuration */
    size_t part_count;
    struct drift_change *changes;
    size_t change_count;
    struct drift_item *items; /* by type, then module, then document and path order */
    size_t item_count;
    struct drift_problem *problems;
    size_t problem_count;
};

/* The service that an item of the report affects, as they are counted: its module, which people
 * know it by, unless the configuration document it stands in names several services. */
const char *drift_item_affects(const struct drift_report *report, const struct drift_item *item);

/* The commit of a report by its full id; NULL when it has none. Looks through all of them: who asks
 * for many takes drift_report_commits. */
const struct drift_commit *drift_report_commit(const struct drift_report *report, const char *id);
/* The commits of a report by their full ids: const struct drift_commit, borrowed from the report.
 * The caller frees the map. */
struct map *drift_report_commits(const struct drift_report *report);
/* The code of a module by its name; NULL when the report has none of it. */
const struct drift_code *drift_report_code(const struct drift_report *report, const char *module);
/* Whether it is about more than one module, so that each difference has to name its own. What was
 * asked for decides, not where something differs: where only one does, it is named all the same. */
bool drift_report_of_several(const struct drift_report *report);

/* The part of a module; NULL when nothing of that type was compared there. */
const struct drift_part *drift_report_part(const struct drift_report *report, enum drift_type type,
                                           const char *module);

void drift_report_free(struct drift_report **report);

#endif
