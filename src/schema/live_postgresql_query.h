/*
 * The one query that reads PostgreSQL's catalog. Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_LIVE_POSTGRESQL_QUERY_H
#define PILAB_SRC_SCHEMA_LIVE_POSTGRESQL_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/model.h>

/* Appends it, for a server of this version (150020: 15.20) and the kinds of objects that may be
 * read. Its $1 is an array of the schemas that are wanted, NULL for all. Each row is the JSON of
 * one object (snapshot_object.h), with null for what is absent. Columns, constraints and indexes,
 * of which there are many, are lists of lists beside "parts": name first, then these properties;
 * what is a list there is JSON in a text. PostgreSQL makes those in half the time. */
struct live_postgresql_part {
    const char *member; /* "columns" */
    enum schema_kind kind;
    const enum schema_property *properties;
    size_t count;
};
#define LIVE_POSTGRESQL_PARTS 3
extern const struct live_postgresql_part live_postgresql_parts[LIVE_POSTGRESQL_PARTS];

void live_postgresql_query(struct strbuf *out, unsigned version, const bool kinds[SCHEMA_KINDS]);

/* What is not read but there, as rows of what it is called and how many; of the same $1. */
extern const char live_postgresql_others[];

#endif
