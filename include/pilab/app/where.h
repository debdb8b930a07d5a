/*
 * Asking where something is (release/where.h), of the call's project.
 */
#ifndef PILAB_APP_WHERE_H
#define PILAB_APP_WHERE_H

#include <pilab/app/call.h>
#include <pilab/release/where.h>

struct where_ask {
    const char *text; /* what to look for */
    const char *kind; /* as what: a name of where_kind_name; NULL: by its form */
    bool fetch;       /* bring all mirrors up to date first; else only those that are not there */
};

/* The caller frees the answer. A module that cannot be looked into is said in it; the others go on.
 * False when nothing can be answered, or it was cancelled. */
bool where_ask(struct call *call, const struct where_ask *ask, struct where_answer **answer,
               struct error *error);

/* The patch of a commit of a module, with what must not be seen masked. */
bool where_patch(struct call *call, const char *module, const char *commit, struct strbuf *out,
                 struct error *error);

#endif
