/*
 * Who cannot be without an object that goes: what a server finds in pg_depend, found in the texts
 * of the objects that are left.
 */
#ifndef PILAB_SRC_SCHEMA_PG_USERS_H
#define PILAB_SRC_SCHEMA_PG_USERS_H

#include <stdbool.h>

#include <pilab/schema/model.h>

struct arena;

/* An object that goes, as others name it. */
struct pg_used {
    enum schema_kind kind;
    const char *name; /* "public.\"Orders\"", as it stands in texts */
    const char *path; /* "public.Orders", "public.touch()", as SCHEMA_DEPENDS has it */
    bool overloaded;  /* another function has its name: texts do not say which they mean */
};

enum pg_use {
    PG_USE_NONE,
    PG_USE_DEFAULT, /* its default goes, and the column stays */
    PG_USE_WHOLE    /* it goes itself */
};

/* Everything in the arena; call it while the object is still in the schema. */
struct pg_used pg_used_as(const struct schema *schema, struct arena *arena,
                          const struct schema_object *object);

/* How an object or a part uses it. Keys and partitions, which go by their own rules, do not. */
enum pg_use pg_use_of(const struct schema_object *object, const struct pg_used *used);

/* Whether it has the item among those of a list. */
bool pg_lists(const struct schema_object *object, enum schema_property property, const char *item);

#endif
