/* Which repositories a command is about. Private to this folder. */
#ifndef PILAB_SRC_APP_REPO_PARTS_H
#define PILAB_SRC_APP_REPO_PARTS_H

#include <jansson.h>

#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/base/vector.h>
#include <pilab/drift/project_file.h>

struct repo {
    const char *address;
    json_t *modules;                            /* names; owned */
    const struct repository_settings *settings; /* what the project says of it; NULL: nothing */
};

/* Adds those of the project to a vector of struct repo, in the order of its modules; then those
 * that no module has. */
bool repos_of_project(struct call *call, struct vector *repos, struct error *error);
/* Those that the words name, or all of the project. A project is looked for when none is chosen. */
bool repos_choose(struct call *call, const struct arguments *arguments, struct vector *repos,
                  struct error *error);
/* NULL: there is none of that address. */
struct repo *repos_find(const struct vector *repos, const char *address);
/* A module's name stands for its repository, everything else for itself. */
const char *repos_address(const struct vector *all, const char *word);
void repos_release(struct vector *repos);

#endif
