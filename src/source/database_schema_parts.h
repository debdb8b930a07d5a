/* What the files share that read and compare the schemas of both sides. Inside of the source room.
 */
#ifndef PILAB_SRC_SOURCE_DATABASE_SCHEMA_PARTS_H
#define PILAB_SRC_SOURCE_DATABASE_SCHEMA_PARTS_H

#include <pilab/drift/database.h>
#include <pilab/source/reader.h>
#include <pilab/source/schema_files.h>

struct schema_outcome;
struct schema_scene;

enum { PREVIOUS, CURRENT, SIDES };

/* One side while it is read. */
struct schema_side {
    const struct place *place;
    const char *address;     /* of a live database; NULL: from files */
    const char *environment; /* that it is live in */
    const char *path;        /* of a file or folder of the place */
    const char *dialect;     /* configured; NULL */
    const char *name;        /* "db/structure.sql at v2.0.7", "UAT (service=uat)" */
    struct place_list files; /* of the path */
    struct schema *schema;
    struct error why;
    bool untold;
    bool was_run; /* by a server, rather than read as text */
    struct database_schema_side told;
};

struct schema_work {
    struct module_reader *reader;
    const struct schema_scene *scene;
    const struct schema_settings *settings; /* NULL: the project says nothing */
    struct schema_side sides[SIDES];
    struct schema_side known[SIDES]; /* what the version of each live side makes of it */
    bool parted;                     /* that is known of each live side */
    struct schema_outcome *outcome;
    bool guessed; /* a well-known name: what cannot be read of it is a warning */
    bool warned;  /* that no server runs its SQL */
    bool as_text; /* a server could not run it: all of it is read as text */
};

/* database_schema_reading.c: what is told of what failed, and of what a reader could not make out.
 */
void database_schema_fail(struct schema_work *work, const char *what, const struct error *error);
void database_schema_problems(struct schema_work *work, const struct schema_side *side);
/* A side from files; `other` is the other side's schema, as far as it is there. */
void database_schema_read_files(struct schema_work *work, struct schema_side *side,
                                const struct schema *other);
/* Both, what is live first: it tells which dialect a text beside it is in, as any side does that
 * knows its own. False when cancelled. */
bool database_schema_read_sides(struct schema_work *work, struct error *error);
/* Whether both are of one dialect; an error says which they are of. */
bool database_schema_one_dialect(struct schema_work *work, const struct schema_side *previous,
                                 const struct schema_side *current, struct error *error);
/* Whether migrations make it, that are told themselves. */
bool database_schema_is_migrated(const struct schema_work *work, const struct schema_side *side);
/* Whether what is in files was seen in the environments, and is of no version. */
bool database_schema_is_kept(const struct schema_work *work);

/* database_schema_dumps.c: of the schemas that a tool keeps as files, and that differ between the
 * sides without a migration that tells of it, the first that can be read, as both of them, read;
 * `*found`: there is one. One that got another name is compared with what it was. What differs
 * besides, or cannot be read, is a problem. False when cancelled, or when a side cannot be listed.
 */
bool database_schema_find_dump(struct schema_work *work, bool *found, struct error *error);
/* Where the project names a path: those that differ likewise, and are of another database. */
bool database_schema_tell_dumps(struct schema_work *work, struct error *error);

/* database_schema_outside.c: what each live side's own version makes of the database, as far as
 * that can be read. False when cancelled. */
bool database_schema_read_known(struct schema_work *work, struct error *error);
/* What a side's own version makes of it, where `parted` is. */
const struct schema_side *database_schema_version_of(const struct schema_work *work, int side);
/* What a release does leads from files to files; what a live side is beside that nobody released.
 * To be called where `parted` is. */
void database_schema_part_outside(struct schema_work *work, struct database_schema_input *input);

#endif
