/*
 * The schemas of a module's database on both sides: live where a side is an environment at this
 * moment and the project names its database, else from files. Inside of the source room.
 */
#ifndef PILAB_SRC_SOURCE_DATABASE_SCHEMA_H
#define PILAB_SRC_SOURCE_DATABASE_SCHEMA_H

#include <pilab/base/glob.h>
#include <pilab/drift/database.h>
#include <pilab/source/place.h>
#include <pilab/source/reader.h>

/* What is known of the module's migrations. */
struct schema_scene {
    const struct place *places[2];     /* previous, current */
    const struct place_list *lists[2]; /* the migrations of each */
    const struct glob *not_ours;       /* from the module's home on: files of tests and of others */
    const char *migrations; /* the folder that they lie in; NULL: none that could be named */
    bool readable;          /* there are some: what a release does is told by them */
};

struct schema_outcome {
    bool failed;        /* a side could not be read: problems say why */
    size_t left;        /* schemas that changed and were not compared: likewise */
    const char *detail; /* what was compared, or why nothing was; NULL: there is nothing to say */
    const struct database_schema_input *input; /* NULL: nothing differs, or nothing was compared */
};

/* False only when it was cancelled. */
bool database_schemas_read(struct module_reader *reader, const struct schema_scene *scene,
                           struct schema_outcome *outcome, struct error *error);
/* Without a repository: true in `*compared` when both sides are live, and were asked. */
bool database_schemas_read_live(struct module_reader *reader, bool *compared,
                                struct schema_outcome *outcome, struct error *error);

#endif
