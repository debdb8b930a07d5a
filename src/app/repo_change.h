/* What the commands that change a project's repositories share. Private to this folder. */
#ifndef PILAB_SRC_APP_REPO_CHANGE_H
#define PILAB_SRC_APP_REPO_CHANGE_H

#include <pilab/app/result.h>

/* Makes the result a document pilab.repository/1; borrowed from it. */
json_t *repo_object(struct result *result, const char *address, bool changed);

#endif
