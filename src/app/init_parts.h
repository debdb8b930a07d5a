/* What the files of `pilab init` share. Nobody else includes this. */
#ifndef PILAB_SRC_APP_INIT_PARTS_H
#define PILAB_SRC_APP_INIT_PARTS_H

#include <pilab/app/init.h>
#include <pilab/source/repository_survey.h>

/* One preparation while it runs. */
struct init_work {
    struct call *call;
    const struct init_ask *ask;
    struct arena *arena;
    struct init_findings findings;
    struct init_there there; /* the project that is there, if so */
    struct vector scanned;   /* struct init_scanned: repositories that were found */
    bool named;              /* a table or a GitOps repository says which modules there are */
};

struct init_scanned {
    const char *path, *name;
    bool taken; /* a module lives in it */
};

/* init_gather.c: tables, GitOps repositories, folders. */
bool init_gather(struct init_work *work, struct error *error);
/* init_repositories.c: where the modules live, and what lies there. */
bool init_look_at_repositories(struct init_work *work, struct error *error);
/* init_there.c: the project that is to be brought up to date, when there is one. Checks the rights
 * to do so, or to make a new one. */
bool init_find_project(struct init_work *work, struct error *error);

/* A path from where the person stands; a URL stays as it is. In the work's arena. */
const char *init_address(const struct init_work *work, const char *text);

#endif
