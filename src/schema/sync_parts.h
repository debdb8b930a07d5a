/*
 * Parts of the writer of sync SQL: each adds statements to phases, which are written in order.
 */
#ifndef PILAB_SRC_SCHEMA_SYNC_PARTS_H
#define PILAB_SRC_SCHEMA_SYNC_PARTS_H

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/schema/diff.h>

enum sync_phase {
    SYNC_BEFORE, /* outside of the transaction */
    /* within */
    SYNC_NAMESPACES,
    SYNC_DROP_CODE,        /* policies, triggers, views that are in the way */
    SYNC_DROP_REFERENCES,  /* foreign keys, before the keys that they hang on */
    SYNC_DROP_CONSTRAINTS, /* keys, checks, indexes */
    SYNC_TYPES,
    SYNC_SEQUENCES,
    SYNC_FUNCTIONS,
    SYNC_TABLES,
    SYNC_COLUMNS,
    SYNC_RETYPE,       /* columns to a type that was made again */
    SYNC_DESTROY,      /* tables, columns */
    SYNC_DESTROY_REST, /* what those use: sequences, types, functions, extensions */
    SYNC_CONSTRAINTS,
    SYNC_FOREIGN_KEYS,
    SYNC_OWNED,
    SYNC_VIEWS,
    SYNC_CODE, /* triggers, policies */
    SYNC_COMMENTS,
    /* outside again */
    SYNC_INDEXES,
    SYNC_REFERENCES, /* foreign keys to keys that were built just now */
    SYNC_VALIDATE,
    SYNC_PHASES
};

struct sync_statement {
    enum sync_phase phase;
    const char *text;  /* with its ';' */
    const char *loses; /* what it destroys; NULL: nothing */
};

struct sync_writer {
    struct arena *arena;
    const struct schema_diff *diff;
    struct vector statements;  /* struct sync_statement */
    struct vector notes;       /* const char * */
    struct map *dropped_views; /* by path: those that are made again */
    struct map *fresh;         /* by path: types that are made again */
    struct map *regenerated;   /* by number of the current one: generated columns made again */
    struct map *taken;         /* by address of the previous one: what was taken off */
    struct map *changes;       /* by address of the previous and of the current object */
    struct map *tables[2];     /* by quoted name, of previous and current; made when needed */
};

void sync_add(struct sync_writer *writer, enum sync_phase phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sync_destroy(struct sync_writer *writer, enum sync_phase phase, const char *loses,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Runs the statement unless the condition holds: for what has no IF NOT EXISTS. */
void sync_unless(struct sync_writer *writer, enum sync_phase phase, const char *condition,
                 const char *statement);
void sync_note(struct sync_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Quoted as the server writes it, which is how texts of the model name it: for looking it up, and
 * in literals that become a regclass or regtype. */
const char *sync_key(struct sync_writer *writer, const struct schema_object *object);
/* Quoted: "public.orders", "total". No control is in them, so that no name ends the comment that it
 * stands in, or acts on a terminal: U&"a\000db". Literals keep line feeds and tabs. */
const char *sync_name(struct sync_writer *writer, const struct schema_object *object);
const char *sync_word(struct sync_writer *writer, const char *name);
const char *sync_owner(struct sync_writer *writer, const struct schema_object *part);
const char *sync_literal(struct sync_writer *writer, const char *text);
bool sync_is(const struct schema_object *object, enum schema_property property, const char *value);
bool sync_only_comment(const struct schema_change *change);
/* The property, or "". */
const char *sync_text(const struct schema_object *object, enum schema_property property);

/* Whether the part is there because its owner's table has it: a partition's, a child's. */
bool sync_is_inherited(struct sync_writer *writer, const struct schema *schema,
                       const struct schema_object *part);
/* The change of the object, of either side; NULL: it is the same on both. */
const struct schema_change *sync_change_of(const struct sync_writer *writer,
                                           const struct schema_object *object);
/* By its key; NULL: none. */
const struct schema_object *sync_find_table(struct sync_writer *writer, const struct schema *schema,
                                            const char *key);
/* The same object on the other side; NULL: none. */
const struct schema_object *sync_other(const struct schema *schema,
                                       const struct schema_object *object);

/* Changes of types, sequences, namespaces, extensions. */
void sync_type_change(struct sync_writer *writer, const struct schema_change *change);
/* The type of a column, or what its arrays are of, if that is made again; NULL: it is not. */
const struct schema_object *sync_fresh_type(const struct sync_writer *writer,
                                            const struct schema_object *column);
/* Columns that have a type that was made again. */
void sync_retype(struct sync_writer *writer);
void sync_table_change(struct sync_writer *writer, const struct schema_change *change);
void sync_column_change(struct sync_writer *writer, const struct schema_change *change);
void sync_constraint_change(struct sync_writer *writer, const struct schema_change *change);
void sync_drop_constraint(struct sync_writer *writer, const struct schema_object *constraint);
/* `within`: with its table, which has no rows yet. */
void sync_add_constraint(struct sync_writer *writer, const struct schema_object *constraint,
                         bool within);
/* Whether it is there, and all that is left is to look at the rows. */
bool sync_only_validates(const struct schema_change *change);
/* Whether the key's index is built at the end, while others write. */
bool sync_is_late_key(const struct sync_writer *writer, const struct schema_object *key);
/* Behind the key that it refers to. */
enum sync_phase sync_foreign_key_phase(struct sync_writer *writer,
                                       const struct schema_object *foreign);
/* Takes the foreign keys off that hang on keys that go, and puts back those that stay. */
void sync_free_keys(struct sync_writer *writer);
void sync_index_change(struct sync_writer *writer, const struct schema_change *change);
/* All parts of a table that was added. */
void sync_create_table(struct sync_writer *writer, const struct schema_object *table);
void sync_function_change(struct sync_writer *writer, const struct schema_change *change);
void sync_trigger_change(struct sync_writer *writer, const struct schema_change *change);
void sync_policy_change(struct sync_writer *writer, const struct schema_change *change);
/* All views: those that changed, and those that are in the way of what changed. */
void sync_views(struct sync_writer *writer);
/* Policies and triggers over columns whose type changes. */
void sync_in_the_way(struct sync_writer *writer);
/* Of a part that was dropped and made, unless the comment changes anyway. */
void sync_comment_again(struct sync_writer *writer, const struct schema_object *part);
void sync_comment_change(struct sync_writer *writer, const struct schema_change *change);
void sync_add_index(struct sync_writer *writer, const struct schema_object *index, bool fresh);

#endif
