/*
 * Projects as settings: between pilab.yaml and the store.
 */
#ifndef PILAB_APP_PROJECT_H
#define PILAB_APP_PROJECT_H

#include <pilab/app/call.h>
#include <pilab/base/digest.h>
#include <pilab/drift/project_file.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>

/* The call's project as it stands in the store. Texts live in the call's arena. */
bool project_load(struct call *call, struct project_settings *settings, struct error *error);

/* Makes the project, or brings the one with the same code up to date, and makes the call's project
 * of it. A new project belongs to whoever makes it. One transaction, one audit entry, with the old
 * and the new value of all that changed; nothing is written when nothing did. `*created` says which
 * it was. */
bool project_save(struct call *call, const struct project_settings *settings, bool *created,
                  struct error *error);

/* The same, for what only adds to a project. */
struct project_addition {
    bool keep;   /* modules and environments that the settings do not name stay */
    bool fresh;  /* the project must be a new one: ERROR_EXISTS when its code is taken */
    int64_t rev; /* that the settings were made from: ERROR_CONFLICT when it is another by now; 0:
                    whichever there is */
    const char *now; /* the pilab.yaml of the project that they were made from, "" when there was
                        none: ERROR_CONFLICT when it is another by now; NULL: whichever there is */
    /* Writes what belongs with it, within the transaction; may be NULL. */
    bool (*write)(void *context, struct call *call, struct error *error);
    void *context;
};

bool project_save_with(struct call *call, const struct project_settings *settings,
                       const struct project_addition *addition, bool *created, struct error *error);

/* Whether the actor may save the project with this code, which `*there` says whether it is there;
 * then it is the call's. A refusal is put into the audit. */
bool project_may_save(struct call *call, const char *code, bool *there, struct error *error);

/* Reads a pilab.yaml as import takes it: folders are named from where the file lies. */
bool project_read_file(struct call *call, const char *path, struct project_settings *settings,
                       struct error *error);
/* The rules of a pilab.yaml, or of a file that holds nothing else. */
bool project_read_rules(struct call *call, const char *path, struct project_settings *settings,
                        struct error *error);

/* Changes the call's project as it stands in the store now: `change` is given the settings as they
 * are and alters them, or fails. It is called again when somebody else wrote meanwhile, so that
 * nobody's change is lost. What it puts in lives as long as the call. */
bool project_change(struct call *call,
                    bool (*change)(void *context, struct call *call,
                                   struct project_settings *settings, struct error *error),
                    void *context, struct error *error);

/* The same, with what belongs to it; `addition->rev` is seen to. */
bool project_change_with(struct call *call,
                         bool (*change)(void *context, struct call *call,
                                        struct project_settings *settings, struct error *error),
                         void *context, const struct project_addition *addition,
                         struct error *error);

/* What an import would do. What the file does not say at all stays as it is: a part of it
 * ("groups"), the approvals of an environment, and description, tickets and four_eyes. Texts live
 * in `arena`. */
struct project_preview {
    const char *name, *code;
    bool created;         /* there is no project of that code yet */
    bool stays;           /* nothing would change */
    const char *yaml_now; /* the project as a pilab.yaml, "" of one that is created */
    const char *yaml_then;
    const char **lines; /* "~ environments.UAT.stage: SIT -> UAT", in the order of the file */
    size_t count;
    size_t removed; /* of these, those that take something away: "- modules.pay: 3 entries" */
    char digest[SHA256_HEX_SIZE]; /* over what is there and what would be */
};

/* Reads and compares; writes nothing. Works without a store. */
bool project_preview(struct call *call, const char *path, struct arena *arena,
                     struct project_preview *preview, struct error *error);

/* Imports what was agreed to: ERROR_CONFLICT, and nothing written, when the file or the project is
 * another than in the preview with this digest. */
bool project_import_agreed(struct call *call, const char *path, const char *digest, bool *created,
                           struct error *error);

#endif
