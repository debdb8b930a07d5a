/*
 * What is different between two states of a project, as paths into its pilab.yaml: for whoever is
 * asked before it is written, and for whoever reads the audit years later. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_PROJECT_DIFFERENCE_H
#define PILAB_SRC_APP_PROJECT_DIFFERENCE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/project_file.h>

struct project_difference {
    const char *path;               /* "environments.UAT.approvals" */
    const char *line;               /* "~ environments.UAT.stage: SIT -> UAT", short */
    bool removed;                   /* something is there before, and nothing in its place after */
    const char *previous, *current; /* the whole values as JSON; NULL: there is none */
};

struct project_differences {
    struct project_difference *items; /* in the order of the file */
    size_t count, removed;
};

/* The project as a pilab.yaml; lives in `arena`. */
const char *project_text(const struct project_settings *settings, struct arena *arena);

/* All of it lives in `arena`, and nothing of the settings is kept. */
bool project_differences_find(const struct project_settings *before,
                              const struct project_settings *after, struct arena *arena,
                              struct project_differences *out, struct error *error);

/* [{"path", "previous", "current"}], null where there is none. New reference. */
json_t *project_differences_json(const struct project_differences *differences);

#endif
