/*
 * A database's schema as values: what readers of SQL text, of migrations, of snapshots and of live
 * catalogs fill, and what is compared.
 *
 * One kind of object with named properties stands for everything, so that a comparison, a snapshot
 * and a report need to know no more than the two tables of this room: kinds and properties. An
 * object stands alone (a table, a view, a type, a function) or is part of one (a column, a
 * constraint, an index, a trigger, a policy); parts keep their order, which is that of the server.
 *
 * Texts are in the server's normal form where it has one: `character varying(100)` and not
 * `varchar(100)`, `'new'::public.state`, names of other objects with their schema. A property that
 * is absent has its ordinary value: nullable, no default, valid, the default collation. Flags are
 * the text "true", and absent otherwise. An object's own name is as the catalog has it, unquoted;
 * where a property names others (an owner, parents, columns of a key, roles) it is SQL, with quotes
 * where a server writes them.
 *
 * A schema owns one arena and one index by name; pointers to objects stay valid until schema_free,
 * also of those that were removed. A schema belongs to one thread at a time. All texts are copied.
 */
#ifndef PILAB_SCHEMA_MODEL_H
#define PILAB_SCHEMA_MODEL_H

#include <stdbool.h>
#include <stddef.h>

struct arena;
struct map;

enum schema_dialect {
    SCHEMA_POSTGRESQL,
    SCHEMA_SQLITE,
    SCHEMA_MYSQL /* and MariaDB */
};

enum schema_kind {
    SCHEMA_NAMESPACE, /* CREATE SCHEMA; of SQLite and MySQL there is none */
    SCHEMA_EXTENSION,
    SCHEMA_ENUM,
    SCHEMA_DOMAIN,
    SCHEMA_COMPOSITE, /* CREATE TYPE … AS (…); its fields are columns. Ranges are here as well */
    SCHEMA_SEQUENCE,
    SCHEMA_FUNCTION, /* and procedures; aggregates where the reader knows them */
    SCHEMA_TABLE,    /* also partitioned, foreign and partitions */
    SCHEMA_VIEW,
    SCHEMA_MATERIALIZED_VIEW,
    /* parts */
    SCHEMA_COLUMN,
    SCHEMA_CONSTRAINT, /* of tables and domains; SCHEMA_SORT says which kind */
    SCHEMA_INDEX,      /* those that make a constraint are not listed again */
    SCHEMA_TRIGGER,    /* of partitions only those that their table does not have */
    SCHEMA_POLICY,
    SCHEMA_KINDS
};

enum schema_property {
    SCHEMA_SORT, /* constraint: "primary key", "unique", "foreign key", "check", "exclusion".
                    Table: absent, "partitioned", "foreign". Function: absent, "procedure",
                    "aggregate", "window". Composite: absent, "range" */
    SCHEMA_TYPE, /* column, field, sequence, domain: as the server writes it */
    SCHEMA_NOT_NULL,
    SCHEMA_DEFAULT,        /* an expression */
    SCHEMA_IDENTITY,       /* "always", "by default"; of MySQL "auto_increment", of SQLite
                              "autoincrement" */
    SCHEMA_GENERATED,      /* an expression */
    SCHEMA_GENERATED_KIND, /* "stored", "virtual" */
    SCHEMA_COLLATION,
    SCHEMA_CHARACTER_SET,
    SCHEMA_ON_UPDATE_VALUE, /* column of MySQL: ON UPDATE current_timestamp() */
    SCHEMA_COMMENT,
    /* The normal form of the whole: constraint ("PRIMARY KEY (id)"), index and trigger ("CREATE
     * …"), view (the query), function ("CREATE OR REPLACE FUNCTION …"), policy. What of the
     * properties below it tells once more is a facet of it (schema_property_is_facet). */
    SCHEMA_DEFINITION,
    SCHEMA_COLUMNS, /* list: of a constraint or index, as written: "lower(email) DESC" */
    SCHEMA_INCLUDE, /* list; trigger: its REFERENCING */
    SCHEMA_WHERE,
    SCHEMA_METHOD, /* "btree"; trigger: "ROW", "STATEMENT"; foreign key: "FULL", its MATCH */
    SCHEMA_UNIQUE,
    SCHEMA_NULLS_NOT_DISTINCT,
    SCHEMA_EXPRESSION,         /* check; USING of a policy */
    SCHEMA_CHECK,              /* WITH CHECK of a policy; of a view "local", "cascaded" */
    SCHEMA_REFERENCES,         /* foreign key: "public.customers" */
    SCHEMA_REFERENCED_COLUMNS, /* list */
    SCHEMA_ON_DELETE,          /* "CASCADE"; absent: NO ACTION */
    SCHEMA_ON_UPDATE,
    SCHEMA_DEFERRABLE, /* "deferrable", "initially deferred" */
    SCHEMA_NOT_VALID,  /* constraint that was not validated, index that is not valid */
    SCHEMA_NO_INHERIT,
    SCHEMA_LABELS,          /* list, in order */
    SCHEMA_PARTITION_KEY,   /* "RANGE (at)" */
    SCHEMA_PARTITION_OF,    /* "public.events" */
    SCHEMA_PARTITION_BOUND, /* "FOR VALUES FROM (…) TO (…)" */
    SCHEMA_INHERITS,        /* list */
    SCHEMA_PERSISTENCE,     /* "unlogged", "temporary" */
    SCHEMA_OPTIONS,         /* list, sorted: "fillfactor=70"; of MySQL also "row_format=…" */
    SCHEMA_ENGINE,          /* MySQL */
    SCHEMA_TABLESPACE,
    SCHEMA_ROW_SECURITY,  /* "enabled", "forced" (enabled, and for the owner), "forced, not enabled"
                           */
    SCHEMA_STRICT,        /* SQLite */
    SCHEMA_WITHOUT_ROWID, /* SQLite */
    SCHEMA_ARGUMENTS,     /* function: with names and defaults, as the server writes it */
    SCHEMA_RETURNS,       /* function */
    SCHEMA_LANGUAGE,      /* function */
    SCHEMA_VOLATILITY,    /* function: "immutable", "stable"; absent: volatile */
    SCHEMA_SECURITY_DEFINER, /* function */
    SCHEMA_BODY,             /* function */
    SCHEMA_TIMING,           /* trigger: "BEFORE", "AFTER", "INSTEAD OF" */
    SCHEMA_EVENTS,           /* list: "INSERT", "UPDATE OF total" */
    SCHEMA_EXECUTES,         /* trigger: "public.touch()" */
    SCHEMA_DISABLED,         /* trigger: "true", "replica", "always" */
    SCHEMA_COMMAND,          /* policy: "SELECT"; absent: ALL */
    SCHEMA_RESTRICTIVE,      /* policy */
    SCHEMA_ROLES,            /* list; absent: PUBLIC */
    SCHEMA_VERSION,          /* extension */
    SCHEMA_START,            /* sequence, identity: where it is not the ordinary value */
    SCHEMA_INCREMENT,        /* sequence */
    SCHEMA_MINIMUM,          /* sequence */
    SCHEMA_MAXIMUM,          /* sequence */
    SCHEMA_CACHE,            /* sequence */
    SCHEMA_CYCLE,            /* sequence */
    SCHEMA_OWNED_BY,         /* sequence: "public.orders.id" */
    SCHEMA_DEPENDS,          /* list of what it needs: "public.orders", "public.touch()"; for the
                                order of scripts, never compared */
    SCHEMA_PROPERTIES
};

/* Where something was said. */
struct schema_place {
    const char *file; /* a path, "live", …; NULL: not known */
    unsigned line;    /* from 1; 0: not known */
};

struct schema_value {
    enum schema_property property;
    const char *text;         /* of a list: its items, joined by "," */
    const char *const *items; /* NULL unless it is a list */
    size_t item_count;
};

struct schema_object {
    enum schema_kind kind;
    const char *schema;          /* "public"; "" where the dialect has none */
    const char *name;            /* as the catalog has it */
    const char *arguments;       /* function: the types that identify it, "integer, text"; else
                                    NULL */
    struct schema_object *owner; /* of a part, else NULL */
    struct schema_object *parts; /* the first; in order of creation, all kinds mixed */
    struct schema_object *last;  /* of the parts */
    struct schema_object *previous, *next; /* beside it: of the same owner, or of the schema */
    struct schema_place place;
    struct schema_value *values; /* by ascending property */
    unsigned value_count, value_room;
    unsigned number; /* from 1, in order of creation */
    bool removed;
};

/* What a reader met and could not read, or read and could not apply. */
struct schema_problem {
    struct schema_place place;
    const char *message;
    const char *hint; /* may be NULL */
};

/* What is not compared, so that a report can say so. */
struct schema_gap {
    const char *what; /* "grants" */
    const char *why;  /* "a dump without owners does not have them" */
    bool refused;     /* whoever read may not see it: there may be some */
};

struct schema {
    enum schema_dialect dialect;
    bool dialect_assumed; /* its text does not tell it: it is that of what it is compared with */
    const char *name;     /* what messages call it: a path, a host and database, a revision */
    const char *server;   /* "15.20"; NULL: read from text */
    struct schema_object *first, *last; /* those that stand alone, in order of creation */
    size_t counts[SCHEMA_KINDS];
    bool covers[SCHEMA_KINDS]; /* which kinds the reader reads; schema_new: all */
    const struct schema_problem *problems;
    size_t problem_count;
    const struct schema_gap *gaps;
    size_t gap_count;
    struct arena *arena; /* what belongs to the schema may be kept here */
    struct schema_index *index;
};

struct schema *schema_new(enum schema_dialect dialect, const char *name);
void schema_free(struct schema **schema); /* *schema may be NULL */
void schema_set_server(struct schema *schema, const char *version);
/* Whether it was read from a server that says that it is one. */
bool schema_is_of_mariadb(const struct schema *schema);
/* The dialect's word, of such a server "mariadb". */
const char *schema_server_word(const struct schema *schema);

/* New ones; NULL when there is one of that name already (of functions: with these arguments).
 * `namespace` is "" where the dialect has none. `arguments` is NULL but for functions. `place` may
 * be NULL. */
struct schema_object *schema_add(struct schema *schema, enum schema_kind kind,
                                 const char *namespace, const char *name, const char *arguments,
                                 const struct schema_place *place);
struct schema_object *schema_add_part(struct schema *schema, struct schema_object *owner,
                                      enum schema_kind kind, const char *name,
                                      const struct schema_place *place);

/* NULL: none. Indexes are also found by namespace and name where names of indexes are the
 * namespace's (PostgreSQL, SQLite). `arguments` as above. */
struct schema_object *schema_find(const struct schema *schema, enum schema_kind kind,
                                  const char *namespace, const char *name, const char *arguments);
struct schema_object *schema_find_part(const struct schema *schema,
                                       const struct schema_object *owner, enum schema_kind kind,
                                       const char *name);
/* A table, view, materialized view or sequence of that name. */
struct schema_object *schema_find_relation(const struct schema *schema, const char *namespace,
                                           const char *name);

/* Takes it out with its parts. */
void schema_remove(struct schema *schema, struct schema_object *object);
/* Another name, schema or (functions) arguments; NULL keeps. False when there is one already; then
 * nothing changed. Texts that mention it are the caller's business. */
bool schema_rename(struct schema *schema, struct schema_object *object, const char *namespace,
                   const char *name, const char *arguments);
/* Moves a part behind another of the same owner; NULL: to the front. */
void schema_move_part(struct schema_object *part, struct schema_object *after);

/* NULL removes. An empty text is a value. */
void schema_set(struct schema *schema, struct schema_object *object, enum schema_property property,
                const char *text);
void schema_set_flag(struct schema *schema, struct schema_object *object,
                     enum schema_property property, bool on);
/* No items: removes. */
void schema_set_list(struct schema *schema, struct schema_object *object,
                     enum schema_property property, const char *const *items, size_t count);
const char *schema_get(const struct schema_object *object, enum schema_property property);
bool schema_flag(const struct schema_object *object, enum schema_property property);
/* NULL and 0 when it is absent or no list. */
const char *const *schema_list(const struct schema_object *object, enum schema_property property,
                               size_t *count);

/* `hint` may be NULL, `place` as well. */
void schema_add_problem(struct schema *schema, const struct schema_place *place,
                        const char *message, const char *hint);
/* Once for each `what`. */
void schema_add_gap(struct schema *schema, const char *what, const char *why);
/* The reader does not read this kind: it is not compared, and is a gap. */
void schema_leave_out(struct schema *schema, enum schema_kind kind, const char *why);
/* The same, because whoever reads may not see it. A gap that is refused alone is one of those that
 * are there and were not seen: what was seen is compared, and of a kind, or of a sort of
 * constraints, that `what` names nothing counts as missing. */
void schema_refuse(struct schema *schema, enum schema_kind kind, const char *why);
void schema_refuse_gap(struct schema *schema, const char *what, const char *why);
/* The first gap of those that were refused, or NULL. */
const struct schema_gap *schema_refused(const struct schema *schema);

/* "table", "materialized view", …; for JSON with '_': schema_kind_word. */
const char *schema_kind_name(enum schema_kind kind);
const char *schema_kind_word(enum schema_kind kind);
/* Of a word; false: none. */
bool schema_kind_of(const char *word, enum schema_kind *kind);
bool schema_kind_is_part(enum schema_kind kind);
/* "not_null"; schema_property_name: "not null". */
const char *schema_property_word(enum schema_property property);
const char *schema_property_name(enum schema_property property);
bool schema_property_of(const char *word, enum schema_property *property);
bool schema_property_is_list(enum schema_property property);
/* Whether an object's SCHEMA_DEFINITION tells it, too. */
bool schema_property_is_facet(enum schema_property property);
/* "postgresql", "sqlite", "mysql". */
const char *schema_dialect_word(enum schema_dialect dialect);
bool schema_dialect_of(const char *word, enum schema_dialect *dialect);

/* "public.orders", "orders" without a namespace, "public.touch(integer)", "public.orders.total" for
 * a part; unquoted, for people and for keys of reports. In the arena. */
const char *schema_object_path(struct arena *arena, const struct schema_object *object);

#endif
