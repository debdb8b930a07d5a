/*
 * What hangs on objects that a script drops and makes again, and is no part of a schema that is
 * compared: owners, privileges, rules, defaults of a view's columns. It differs between databases
 * by design, so the script itself reads it from the one that it runs in, and gives it back.
 */
#include <string.h>

#include "sync_parts.h"

/* A role as GRANT names it, in the query that follows. */
#define GRANTEE                                                                                    \
    "CASE g.grantee WHEN 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident("                             \
    "pg_catalog.pg_get_userbyid(g.grantee)) END"
#define GRANTABLE "CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END"

/* '@' is where the objects are named. */
/* clang-format off */
static const char relations_sql[] =
    "SELECT k.place, k.statement FROM pg_catalog.pg_class c CROSS JOIN LATERAL (\n"
    "    SELECT 1, pg_catalog.format('ALTER %s %s OWNER TO %I', CASE c.relkind WHEN 'm'\n"
    "        THEN 'MATERIALIZED VIEW' ELSE 'VIEW' END, c.oid::pg_catalog.regclass,\n"
    "        pg_catalog.pg_get_userbyid(c.relowner))\n"
    "        WHERE pg_catalog.pg_get_userbyid(c.relowner) <> current_user\n"
    "    UNION ALL SELECT 2, pg_catalog.format('REVOKE ALL ON TABLE %s FROM PUBLIC, %I',\n"
    "        c.oid::pg_catalog.regclass, pg_catalog.pg_get_userbyid(c.relowner))\n"
    "    UNION ALL SELECT 3, pg_catalog.format('GRANT %s ON TABLE %s TO %s%s',\n"
    "        g.privilege_type, c.oid::pg_catalog.regclass, " GRANTEE ", " GRANTABLE ")\n"
    "        FROM pg_catalog.aclexplode(coalesce(c.relacl,\n"
    "            pg_catalog.acldefault('r', c.relowner))) g\n"
    "    UNION ALL SELECT 3, pg_catalog.format('GRANT %s (%I) ON TABLE %s TO %s%s',\n"
    "        g.privilege_type, a.attname, c.oid::pg_catalog.regclass, " GRANTEE ", " GRANTABLE ")\n"
    "        FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) g\n"
    "        WHERE a.attrelid = c.oid AND NOT a.attisdropped\n"
    "    UNION ALL SELECT 4, pg_catalog.format('ALTER VIEW %s ALTER COLUMN %I SET DEFAULT %s',\n"
    "        c.oid::pg_catalog.regclass, a.attname, pg_catalog.pg_get_expr(d.adbin, d.adrelid))\n"
    "        FROM pg_catalog.pg_attrdef d JOIN pg_catalog.pg_attribute a\n"
    "            ON a.attrelid = d.adrelid AND a.attnum = d.adnum WHERE d.adrelid = c.oid\n"
    "    UNION ALL SELECT 5, 'CREATE OR REPLACE' || pg_catalog.substr(\n"
    "        pg_catalog.pg_get_ruledef(w.oid), 7) FROM pg_catalog.pg_rewrite w\n"
    "        WHERE w.ev_class = c.oid AND w.rulename <> '_RETURN'\n"
    ") k(place, statement)\n"
    "WHERE c.oid IN (SELECT pg_catalog.to_regclass(n) FROM pg_catalog.unnest(ARRAY[@]) n);";

static const char functions_sql[] =
    "SELECT k.place, k.statement FROM pg_catalog.pg_proc f CROSS JOIN LATERAL (\n"
    "    SELECT CASE f.prokind WHEN 'p' THEN 'PROCEDURE' ELSE 'FUNCTION' END AS word,\n"
    "        CASE f.prokind WHEN 'p' THEN 'PROCEDURE' WHEN 'a' THEN 'AGGREGATE'\n"
    "        ELSE 'FUNCTION' END AS kind) n\n"
    "CROSS JOIN LATERAL (\n"
    "    SELECT 1, pg_catalog.format('ALTER %s %s OWNER TO %I', n.kind,\n"
    "        CASE WHEN n.kind = 'AGGREGATE' AND f.pronargs = 0 THEN pg_catalog.replace(\n"
    "        f.oid::pg_catalog.regprocedure::text, '()', '(*)')\n"
    "        ELSE f.oid::pg_catalog.regprocedure::text END,\n"
    "        pg_catalog.pg_get_userbyid(f.proowner))\n"
    "        WHERE pg_catalog.pg_get_userbyid(f.proowner) <> current_user\n"
    "    UNION ALL SELECT 2, pg_catalog.format('REVOKE ALL ON %s %s FROM PUBLIC, %I', n.word,\n"
    "        f.oid::pg_catalog.regprocedure, pg_catalog.pg_get_userbyid(f.proowner))\n"
    "    UNION ALL SELECT 3, pg_catalog.format('GRANT EXECUTE ON %s %s TO %s%s', n.word,\n"
    "        f.oid::pg_catalog.regprocedure, " GRANTEE ", " GRANTABLE ")\n"
    "        FROM pg_catalog.aclexplode(coalesce(f.proacl,\n"
    "            pg_catalog.acldefault('f', f.proowner))) g\n"
    ") k(place, statement)\n"
    "WHERE f.oid IN (SELECT pg_catalog.to_regprocedure(n) FROM pg_catalog.unnest(ARRAY[@]) n);";

static const char types_sql[] =
    "SELECT k.place, k.statement FROM pg_catalog.pg_type t CROSS JOIN LATERAL (\n"
    "    SELECT 1, pg_catalog.format('ALTER TYPE %s OWNER TO %I', t.oid::pg_catalog.regtype,\n"
    "        pg_catalog.pg_get_userbyid(t.typowner))\n"
    "        WHERE pg_catalog.pg_get_userbyid(t.typowner) <> current_user\n"
    "    UNION ALL SELECT 2, pg_catalog.format('REVOKE ALL ON TYPE %s FROM PUBLIC, %I',\n"
    "        t.oid::pg_catalog.regtype, pg_catalog.pg_get_userbyid(t.typowner))\n"
    "    UNION ALL SELECT 3, pg_catalog.format('GRANT USAGE ON TYPE %s TO %s%s',\n"
    "        t.oid::pg_catalog.regtype, " GRANTEE ", " GRANTABLE ")\n"
    "        FROM pg_catalog.aclexplode(coalesce(t.typacl,\n"
    "            pg_catalog.acldefault('T', t.typowner))) g\n"
    ") k(place, statement)\n"
    "WHERE t.oid IN (SELECT pg_catalog.to_regtype(n) FROM pg_catalog.unnest(ARRAY[@]) n);";

static const char columns_sql[] =
    "SELECT 3, pg_catalog.format('GRANT %s (%I) ON TABLE %s TO %s%s', g.privilege_type,\n"
    "    a.attname, a.attrelid::pg_catalog.regclass, " GRANTEE ", " GRANTABLE ")\n"
    "FROM pg_catalog.pg_attribute a, pg_catalog.aclexplode(a.attacl) g\n"
    "WHERE (a.attrelid, a.attname) IN (@);";

static const char restore_sql[] =
    "DO $pilab$ DECLARE kept text; BEGIN\n"
    "    FOR kept IN SELECT statement FROM pg_temp.pilab_kept ORDER BY place, statement LOOP\n"
    "        BEGIN\n"
    "            EXECUTE kept;\n"
    "        EXCEPTION WHEN undefined_column THEN\n"
    "            RAISE WARNING 'not kept: %', kept;\n"
    "        END;\n"
    "    END LOOP;\n"
    "END $pilab$;";
/* clang-format on */

static const struct {
    const char *sql, *what;
} rows[SYNC_KEPT_KINDS] = {
    [SYNC_KEPT_RELATIONS] = {relations_sql,  "owner, privileges, rules and defaults"},
    [SYNC_KEPT_FUNCTIONS] = { functions_sql, "owner and privileges"                 },
    [SYNC_KEPT_TYPES] = { types_sql,     "owner and privileges"                 },
    [SYNC_KEPT_COLUMNS] = { columns_sql,   "privileges"                           },
};

void sync_keep(struct sync_writer *writer, enum sync_kept kind, const struct schema_object *object)
{
    const char *item;
    if (kind == SYNC_KEPT_COLUMNS)
        item = arena_printf(writer->arena, "(%s::pg_catalog.regclass, %s)",
                            sync_literal(writer, sync_key(writer, object->owner)),
                            sync_literal(writer, object->name));
    else if (kind == SYNC_KEPT_MARKS)
        item = arena_printf(writer->arena, "(%s, %s, %s)",
                            sync_literal(writer, sync_index_name(writer, object)),
                            sync_literal(writer, sync_key(writer, object->owner)),
                            sync_literal(writer, object->name));
    else if (kind == SYNC_KEPT_FUNCTIONS)
        item = sync_literal(writer, arena_printf(writer->arena, "%s(%s)", sync_key(writer, object),
                                                 object->arguments ? object->arguments : ""));
    else
        item = sync_literal(writer, sync_key(writer, object));
    if (!writer->kept[kind])
        writer->kept[kind] = map_new();
    map_put(writer->kept[kind], item, (void *)(size_t)object);
}

/* The query with the items in the place of its '@'. */
static void write_kind(struct sync_writer *writer, enum sync_kept kind, const char *items)
{
    const char *sql = rows[kind].sql, *at = strchr(sql, '@');
    sync_add(writer, SYNC_KEEP,
             "-- kept of what is made again: %s\nINSERT INTO pg_temp.pilab_kept\n%.*s%s%s",
             rows[kind].what, (int)(at - sql), sql, items, at + 1);
}

static const char *kept_items(struct sync_writer *writer, enum sync_kept kind)
{
    struct strbuf items = STRBUF_INIT;
    for (size_t i = 0; i < map_count(writer->kept[kind]); i++)
        strbuf_printf(&items, "%s%s", i ? ", " : "", map_key_at(writer->kept[kind], i));
    const char *text = strbuf_to_arena(&items, writer->arena);
    strbuf_release(&items);
    return text;
}

void sync_write_kept(struct sync_writer *writer)
{
    bool any = false;
    writer->about = NULL; /* of everything that is made again, not of the last change */
    for (int kind = 0; kind < SYNC_KEPT_KINDS; kind++) {
        if (!writer->kept[kind])
            continue;
        const char *items = kept_items(writer, (enum sync_kept)kind);
        if (kind == SYNC_KEPT_MARKS) {
            sync_keep_marks(writer, items);
            continue;
        }
        if (!any)
            sync_add(writer, SYNC_KEEP,
                     "CREATE TEMP TABLE pilab_kept (place integer, statement text)"
                     " ON COMMIT DROP;");
        write_kind(writer, (enum sync_kept)kind, items);
        any = true;
    }
    if (any)
        sync_add(writer, SYNC_RESTORE, "%s", restore_sql);
}
