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
    SYNC_KEEP, /* what hangs on objects that are made again */
    SYNC_NAMESPACES,
    SYNC_DROP_CALLERS,     /* functions of views that go */
    SYNC_DROP_CODE,        /* policies, triggers, views that are in the way */
    SYNC_DROP_REFERENCES,  /* foreign keys, before the keys that they hang on */
    SYNC_DROP_CONSTRAINTS, /* keys, checks, indexes */
    SYNC_DROP_FUNCTIONS,   /* whose signature or result changes */
    SYNC_OBJECTS,          /* types, sequences, functions, tables: in the order of sync_order */
    SYNC_COLUMNS,
    SYNC_RETYPE,          /* columns to a type that was made again */
    SYNC_LATE_FUNCTIONS,  /* whose body the server reads, and which has columns of now */
    SYNC_DESTROY_CALLERS, /* functions whose body stands on columns */
    SYNC_DESTROY,         /* tables, columns */
    SYNC_DESTROY_REST,    /* what those use: sequences, types, functions, extensions */
    SYNC_CONSTRAINTS,
    SYNC_FOREIGN_KEYS,
    SYNC_OWNED,
    SYNC_VIEWS,
    SYNC_VIEW_FUNCTIONS, /* that need a view */
    SYNC_CODE,           /* triggers, policies */
    SYNC_RESTORE,        /* what hung on objects that were made again */
    SYNC_COMMENTS,
    /* outside again */
    SYNC_NOT_NULL, /* before keys of such columns, which would look at each row under a lock */
    SYNC_INDEXES,
    SYNC_MARKS,      /* of indexes that were made again */
    SYNC_REFERENCES, /* foreign keys to keys that were built just now */
    SYNC_VALIDATE,
    SYNC_PHASES
};

enum sync_kept {
    SYNC_KEPT_RELATIONS,
    SYNC_KEPT_FUNCTIONS,
    SYNC_KEPT_TYPES,
    SYNC_KEPT_COLUMNS,
    SYNC_KEPT_MARKS, /* of indexes */
    SYNC_KEPT_KINDS
};

struct sync_statement {
    enum sync_phase phase;
    const char *text;                  /* with its ';' */
    const char *loses;                 /* what it destroys; NULL: nothing */
    const struct schema_object *about; /* of either side */
    const char *waits; /* where what destroys is a comment: why it is one, too; NULL: it is none */
};

struct sync_writer {
    struct arena *arena;
    const struct schema_diff *diff;
    bool back;                         /* what it drops, a script before this one has made */
    struct vector statements;          /* struct sync_statement */
    struct vector notes;               /* const char * */
    const struct schema_object *about; /* what the statements are about that are added just now */
    size_t elsewhere;                  /* how often a change was left to what it goes with */
    struct map *dropped_views;         /* by path: those that are made again */
    struct map *fresh;                 /* by path: types that are made again */
    struct map *functions;   /* by key and by path: previous ones that are dropped and made */
    struct map *bodies;      /* by address: previous functions in SQL that stand in the way */
    struct map *regenerated; /* by number of the current one: generated columns made again */
    struct map *rebuilt;     /* by address of the current one: keys of generated columns */
    struct map *taken;       /* by address of the previous one: what was taken off */
    struct map *late;        /* by key and path: what functions cannot be made before */
    struct map *held;        /* by sync_group: what waits */
    const struct map *left;  /* by sync_group: what is not written; NULL: none. Borrowed */
    const struct map *still; /* by sync_group: columns that stay as they are. Borrowed */
    struct map *under;       /* by sync_group: columns for which an index goes beforehand */
    struct map *waiting;     /* by sync_group: columns whose change is a comment */
    struct map *changes;     /* by address of the previous and of the current object */
    struct map *kept[SYNC_KEPT_KINDS]; /* by literal: what is made again; NULL: none */
    struct map *tables[2]; /* by quoted name, of previous and current; made when needed */
};

void sync_add(struct sync_writer *writer, enum sync_phase phase, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void sync_destroy(struct sync_writer *writer, enum sync_phase phase, const char *loses,
                  const char *format, ...) __attribute__((format(printf, 4, 5)));
/* Runs the statement unless the condition holds: for what has no IF NOT EXISTS. */
void sync_unless(struct sync_writer *writer, enum sync_phase phase, const char *condition,
                 const char *statement);
/* The same of one that destroys, unless `loses` is NULL. */
void sync_unless_losing(struct sync_writer *writer, enum sync_phase phase, const char *loses,
                        const char *condition, const char *statement);
void sync_note(struct sync_writer *writer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The change needs nothing of its own: it comes or goes with another. */
void sync_leave(struct sync_writer *writer);
/* Notes what of the change nobody wrote a statement or a note for. `before`: sync_told before. */
void sync_note_rest(struct sync_writer *writer, const struct schema_change *change, size_t before);
size_t sync_told(const struct sync_writer *writer);

/* Quoted as the server writes it, which is how texts of the model name it: for looking it up, and
 * in literals that become a regclass or regtype. */
const char *sync_key(struct sync_writer *writer, const struct schema_object *object);
/* Quoted: "public.orders", "total". No control is in them, so that no name ends the comment that it
 * stands in, or acts on a terminal: U&"a\000db". Literals keep line feeds and tabs. */
const char *sync_name(struct sync_writer *writer, const struct schema_object *object);
const char *sync_word(struct sync_writer *writer, const char *name);
const char *sync_owner(struct sync_writer *writer, const struct schema_object *part);
const char *sync_literal(struct sync_writer *writer, const char *text);
/* "public.touch(integer)", of an aggregate without arguments "public.count_all(*)". */
const char *sync_function_name(struct sync_writer *writer, const struct schema_object *function);
const char *sync_routine_word(const struct schema_object *function); /* "PROCEDURE" */
const char *sync_view_word(const struct schema_object *view);        /* "MATERIALIZED VIEW" */
/* " WITH (fillfactor=70)"; nothing without options. */
void sync_add_options(struct strbuf *out, const struct schema_object *object);
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

/* All changes: what is made behind what it needs, what goes before what it needs, parts last. Of
 * the arena; as many as the diff has. */
const struct schema_change *const *sync_order(struct sync_writer *writer);
/* Each name of a text as it stands there: "public.orders", "\"Odd one\"", "integer". */
typedef void sync_name_visit(void *data, const char *name, size_t length);
void sync_visit_names(const char *text, sync_name_visit *visit, void *data);
/* Whether the text, of SQL, has the column's name as one. */
bool sync_names_column(struct sync_writer *writer, const char *text,
                       const struct schema_object *column);
/* Each name that something has to be there under before the object can be made. */
void sync_visit_needs(const struct schema_object *object, sync_name_visit *visit, void *data);
/* BEGIN ATOMIC … END, RETURN …: the server reads it when the function is made. */
bool sync_has_sql_body(const struct schema_object *function);
/* Fills `late`, once dropped_views is known. */
void sync_find_late(struct sync_writer *writer);
/* When one goes: before what it stands on. */
enum sync_phase sync_function_end(struct sync_writer *writer, const struct schema_object *function);
/* SYNC_OBJECTS, or later. */
enum sync_phase sync_function_phase(struct sync_writer *writer,
                                    const struct schema_object *function);

/* Changes of types, sequences, namespaces, extensions. */
void sync_type_change(struct sync_writer *writer, const struct schema_change *change);
/* Where a sequence or identity starts: what is not said follows its bounds, and so has to be said
 * when they change. */
const char *sync_start(const struct schema_object *object);
bool sync_start_changes(const struct schema_change *change);
/* "name type COLLATE …" of a composite type's field. */
const char *sync_field(struct sync_writer *writer, const struct schema_object *field);
/* CREATE TYPE …, CREATE DOMAIN …, without ';'. */
const char *sync_create_type(struct sync_writer *writer, const struct schema_object *type);

/* Fills `fresh` and `functions`, and drops the latter. */
void sync_find_fresh(struct sync_writer *writer, const struct schema_change *const *order);
/* Beside the old one, which is dropped when nothing has it any more. */
void sync_make_again(struct sync_writer *writer, const struct schema_object *type);
void sync_drop_old(struct sync_writer *writer, const struct schema_object *type);
/* What of that has no change of its own, the columns, and the end of the old types. */
void sync_finish_fresh(struct sync_writer *writer);
bool sync_only_adds_labels(const struct schema_change *change);
/* Whether the text names a type or function that goes and comes again. */
bool sync_names_gone(const struct sync_writer *writer, const char *text);
/* Whether making the object needs one. */
bool sync_needs_gone(const struct sync_writer *writer, const struct schema_object *object);
/* The type of a column, or what its arrays are of, if that is made again; NULL: it is not. */
const struct schema_object *sync_fresh_type(const struct sync_writer *writer,
                                            const struct schema_object *column);
/* Columns that have a type that was made again. */
void sync_retype(struct sync_writer *writer);
void sync_generate_again(struct sync_writer *writer, const struct schema_object *column);
/* sync_users.c: an index, a constraint, a policy or a trigger goes, and is made again; all of them
 * that name the column and do not change. */
void sync_take_off(struct sync_writer *writer, const struct schema_object *before,
                   const struct schema_object *part);
void sync_make_users_again(struct sync_writer *writer, const struct schema_object *column);
/* Off before types and functions go, and back behind them. */
void sync_default_again(struct sync_writer *writer, const struct schema_object *column);
void sync_field_change(struct sync_writer *writer, const struct schema_change *change);
/* What sync_views leaves: options that are altered. */
void sync_view_change(struct sync_writer *writer, const struct schema_change *change);
/* ALTER TABLE or VIEW … RESET and SET. */
void sync_change_options(struct sync_writer *writer, enum sync_phase phase, const char *word,
                         const struct schema_change *change);
/* Of a view: its default is all that is said apart. */
void sync_view_column_change(struct sync_writer *writer, const struct schema_change *change);
/* Without what destroys: what cannot be done while that is not, and what cannot be done without
 * that. Fills `waits` and `held`. */
void sync_hold_back(struct sync_writer *writer);
/* The object's, of both sides. */
const char *sync_group(struct sync_writer *writer, const struct schema_object *object);
void sync_table_change(struct sync_writer *writer, const struct schema_change *change);
void sync_column_change(struct sync_writer *writer, const struct schema_change *change);
/* " GENERATED ALWAYS AS IDENTITY (…)". */
void sync_add_identity(struct strbuf *out, const struct schema_object *column);
/* Of a column that has one before, also when it is an identity by now. */
void sync_drop_default(struct sync_writer *writer, const struct schema_object *column);
void sync_identity_change(struct sync_writer *writer, const struct schema_change *change);
/* A sequence that a default asks from now on gives none of the numbers that are taken. */
void sync_follow_numbers(struct sync_writer *writer, const struct schema_change *change);
void sync_constraint_change(struct sync_writer *writer, const struct schema_change *change);
void sync_drop_constraint(struct sync_writer *writer, const struct schema_object *constraint);
/* `within`: with its table, which has no rows yet. */
void sync_add_constraint(struct sync_writer *writer, const struct schema_object *constraint,
                         bool within);
/* Whether it is there, and all that is left is to look at the rows. */
bool sync_only_validates(const struct schema_change *change);
/* What a foreign key may hang on; whether that one does. */
bool sync_is_key(const struct schema_object *part);
bool sync_refers_to(struct sync_writer *writer, const struct schema_object *foreign,
                    const struct schema_object *key);
/* A condition: that the key, or unique index, is there as it should be. Foreign keys may hang on it
 * when the script is run again. */
const char *sync_is_as_wanted(struct sync_writer *writer, const struct schema_object *key);
bool sync_list_has(const struct schema_object *object, enum schema_property property,
                   const char *item);
/* Whether it is in a primary key, or in what rows may be told apart by where they are replicated,
 * that stays until the one is built that comes in its place. */
bool sync_is_in_old_key(struct sync_writer *writer, const struct schema_object *column);
/* Whether the key's index is built at the end, while others write. */
bool sync_is_late_key(const struct sync_writer *writer, const struct schema_object *key);
/* Behind the key that it refers to. */
enum sync_phase sync_foreign_key_phase(struct sync_writer *writer,
                                       const struct schema_object *foreign);
/* Takes the foreign keys off that hang on keys that go, and puts back those that stay. */
void sync_free_keys(struct sync_writer *writer);
/* Those on one, of the previous side. */
void sync_free_key(struct sync_writer *writer, const struct schema_object *key);
void sync_index_change(struct sync_writer *writer, const struct schema_change *change);
/* All parts of a table that was added. */
void sync_create_table(struct sync_writer *writer, const struct schema_object *table);
void sync_drop_function(struct sync_writer *writer, const struct schema_object *function);
void sync_create_function(struct sync_writer *writer, const struct schema_object *function);
void sync_drop_trigger(struct sync_writer *writer, const struct schema_object *trigger);
void sync_create_trigger(struct sync_writer *writer, const struct schema_object *trigger);
void sync_drop_policy(struct sync_writer *writer, const struct schema_object *policy);
void sync_create_policy(struct sync_writer *writer, const struct schema_object *policy);
void sync_drop_index(struct sync_writer *writer, const struct schema_object *index);
void sync_function_change(struct sync_writer *writer, const struct schema_change *change);
void sync_trigger_change(struct sync_writer *writer, const struct schema_change *change);
void sync_policy_change(struct sync_writer *writer, const struct schema_change *change);
/* All views: those that changed, and those that are in the way of what changed. */
void sync_views(struct sync_writer *writer);
/* What stands on columns whose type changes, and on what is made again. */
void sync_in_the_way(struct sync_writer *writer);
/* Of a part that was dropped and made, unless the comment changes anyway. */
void sync_comment_again(struct sync_writer *writer, const struct schema_object *part);
void sync_comment_change(struct sync_writer *writer, const struct schema_change *change);
/* Functions in SQL that stand on what is marked, by path or key, go and come again; whether there
 * are more than before. */
bool sync_mark_bodies(struct sync_writer *writer, const struct map *marked);
bool sync_is_body(const struct sync_writer *writer, const struct schema_object *function);
/* When the views that go are known. */
void sync_drop_bodies(struct sync_writer *writer);
/* What hangs on an object that the script drops and makes again is given back: see sync_kept.c. */
void sync_keep(struct sync_writer *writer, enum sync_kept kind, const struct schema_object *object);
void sync_write_kept(struct sync_writer *writer);
/* The step, for DO, in which `after` takes the place of the index or key `before`, with what the
 * table has it marked for. */
const char *sync_with_marks(struct sync_writer *writer, const struct schema_object *before,
                            const struct schema_object *after, const char *step);
/* "public.orders_pkey", of an index or of a key. */
const char *sync_index_name(struct sync_writer *writer, const struct schema_object *part);
/* Behind the ON of "CREATE INDEX "a ON b" ON t …": not the one of a name in quotes. NULL: none. */
const char *sync_behind_index_name(const char *definition);
/* "t USING btree (…) TABLESPACE s WHERE …" of the index, without ONLY; NULL, and a note: it is not
 * known. */
const char *sync_index_on(struct sync_writer *writer, const struct schema_object *index);
void sync_keep_marks(struct sync_writer *writer, const char *indexes);
void sync_add_index(struct sync_writer *writer, const struct schema_object *index, bool fresh);

#endif
