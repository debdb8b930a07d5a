/*
 * What a table has one of its indexes marked for: that rows are told apart by it where they are
 * replicated, that it is clustered by it; and how much is looked at for the statistics of what the
 * index computes. It goes with the index, and is no part of a schema that is compared, so a script
 * reads it where it runs, and gives it to the index that comes.
 */
#include <string.h>

#include "sync_parts.h"

/* clang-format off */
#define MARKS                                                                                      \
    "(SELECT i.indisreplident, 'ALTER TABLE %%1$s REPLICA IDENTITY USING INDEX %%2$I'\n"           \
    "%sUNION ALL SELECT i.indisclustered, 'ALTER TABLE %%1$s CLUSTER ON %%2$I'\n"                  \
    "%sUNION ALL SELECT true, pg_catalog.concat('ALTER INDEX %%3$s.%%2$I ALTER COLUMN ',\n"        \
    "%s    a.attnum, ' SET STATISTICS ', a.attstattarget) FROM pg_catalog.pg_attribute a\n"        \
    "%s    WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) m(has, mark)"

/* An index without a value, of a part of the rows, or for no order, cannot be marked. */
#define GIVE                                                                                       \
    "%sBEGIN\n"                                                                                    \
    "%s    EXECUTE mark;\n"                                                                        \
    "%sEXCEPTION WHEN wrong_object_type OR feature_not_supported OR undefined_object\n"            \
    "%s    OR undefined_table OR undefined_column THEN\n"                                          \
    "%s    RAISE WARNING 'not kept: %%', mark;\n"                                                  \
    "%sEND;\n"
/* clang-format on */

static const char *give_mark(struct sync_writer *writer, const char *indent)
{
    return arena_printf(writer->arena, GIVE, indent, indent, indent, indent, indent, indent);
}

/* Rows are told apart by what has a value: the column without one, of the index; NULL: none. */
static const struct schema_object *nullable(const struct schema_object *index)
{
    const struct schema_object *part = index->owner->parts;
    if (sync_is(index, SCHEMA_SORT, "primary key"))
        return NULL;
    while (part && (part->kind != SCHEMA_COLUMN || schema_flag(part, SCHEMA_NOT_NULL) ||
                    !sync_list_has(index, SCHEMA_COLUMNS, part->name)))
        part = part->next;
    return part;
}

/* The column may still have to have a value: that it need not, comes behind the new index. */
static const char *without_identity(struct sync_writer *writer, const struct schema_object *before,
                                    const struct schema_object *column)
{
    return arena_printf(writer->arena,
                        "IF EXISTS (SELECT FROM pg_catalog.pg_index WHERE indisreplident AND\n"
                        "                indexrelid = pg_catalog.to_regclass(%s)) THEN\n"
                        "                RAISE WARNING 'not kept: the replica identity of %%: its "
                        "column %% may be null', %s, %s;\n"
                        "            END IF;\n            ",
                        sync_literal(writer, sync_index_name(writer, before)),
                        sync_literal(writer, sync_key(writer, before->owner)),
                        sync_literal(writer, column->name));
}

const char *sync_with_marks(struct sync_writer *writer, const struct schema_object *before,
                            const struct schema_object *after, const char *step)
{
    const char *indent = "                ";
    const char *rows = arena_printf(writer->arena, MARKS, indent, indent, indent, indent);
    const char *schema = sync_word(writer, after->owner->schema);
    const struct schema_object *column = nullable(after);
    return arena_printf(writer->arena,
                        "DECLARE\n            mark text;\n            marks text[] := ARRAY(SELECT "
                        "pg_catalog.format(m.mark, i.indrelid::pg_catalog.regclass,\n%s%s, %s)\n"
                        "%sFROM pg_catalog.pg_index i CROSS JOIN LATERAL\n%s%s\n"
                        "%sWHERE m.has%s AND i.indexrelid = pg_catalog.to_regclass(%s));\n"
                        "        BEGIN\n            %s%s\n            FOREACH mark IN ARRAY marks "
                        "LOOP\n"
                        "%s            END LOOP;\n        END",
                        indent, sync_literal(writer, after->name), sync_literal(writer, schema),
                        indent, indent, rows, indent,
                        column ? " AND m.mark NOT LIKE '% REPLICA IDENTITY %'" : "",
                        sync_literal(writer, sync_index_name(writer, before)),
                        column ? without_identity(writer, before, column) : "", step,
                        give_mark(writer, indent));
}

/* A script that ended before its index was built left a table that is told to have one. */
#define BARE                                                                                       \
    "t.relreplident = 'i' AND NOT EXISTS (SELECT FROM pg_catalog.pg_index\n"                       \
    "        WHERE indrelid = t.oid AND indisreplident)"

static const char *lost_marks(struct sync_writer *writer, const char *indexes)
{
    return arena_printf(writer->arena,
                        "UNION ALL SELECT pg_catalog.format('ALTER TABLE %%s REPLICA IDENTITY "
                        "USING INDEX %%I',\n"
                        "        t.oid::pg_catalog.regclass, min(n.name))\n"
                        "    FROM (VALUES %s) n(index, owner, name)\n"
                        "    JOIN pg_catalog.pg_class t ON t.oid = "
                        "pg_catalog.to_regclass(n.owner)\n"
                        "    WHERE " BARE "\n"
                        "        AND NOT EXISTS (SELECT FROM pg_catalog.pg_index WHERE indisvalid\n"
                        "            AND indexrelid = pg_catalog.to_regclass(n.index))\n"
                        "    GROUP BY t.oid HAVING count(*) = 1",
                        indexes);
}

void sync_keep_marks(struct sync_writer *writer, const char *indexes)
{
    sync_add(writer, SYNC_KEEP,
             "-- kept of what is made again: replica identity, clustering, statistics targets\n"
             "DROP TABLE IF EXISTS pg_temp.pilab_marks;\n"
             "CREATE TEMP TABLE pilab_marks AS SELECT pg_catalog.format(m.mark,\n"
             "    i.indrelid::pg_catalog.regclass, c.relname,\n"
             "    c.relnamespace::pg_catalog.regnamespace) AS statement\n"
             "    FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid\n"
             "    CROSS JOIN LATERAL\n    %s\n"
             "    WHERE m.has AND i.indexrelid IN (SELECT pg_catalog.to_regclass(n.index)"
             " FROM (VALUES %s) n(index, owner, name))\n"
             "    %s;",
             arena_printf(writer->arena, MARKS, "    ", "    ", "    ", "    "), indexes,
             lost_marks(writer, indexes));
    sync_add(writer, SYNC_MARKS,
             "DO $pilab$ DECLARE mark text; BEGIN\n"
             "    FOR mark IN SELECT statement FROM pg_temp.pilab_marks LOOP\n%s"
             "    END LOOP;\n"
             "    FOR mark IN SELECT DISTINCT n.owner FROM (VALUES %s) n(index, owner, name)\n"
             "        JOIN pg_catalog.pg_class t ON t.oid = pg_catalog.to_regclass(n.owner)\n"
             "        WHERE " BARE " LOOP\n"
             "        RAISE WARNING 'the index that was the replica identity of %% is gone: give "
             "it "
             "another with ALTER TABLE', mark;\n"
             "    END LOOP;\nEND $pilab$;\nDROP TABLE pg_temp.pilab_marks;",
             give_mark(writer, "        "), indexes);
}
