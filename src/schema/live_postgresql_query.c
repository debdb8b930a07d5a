#include "live_postgresql_query.h"

#include <string.h>

#include <pilab/base/array.h>

/*
 * Every expression comes from pg_get_*def and format_type with an empty search_path: that is the
 * server's normal form. What belongs to an extension is the extension's. What holds names of
 * other objects has them as SQL would (quote_ident), because it becomes SQL. Names of columns that
 * not all versions have stand between @ signs (replacements below).
 *
 * Common table expressions whose name says what they hold: ext (what extensions own), ns, rel, typ,
 * fun, descr (comments), need (what an object needs, as paths), keys and ikey (the columns of
 * constraints and of indexes), cols, con, idx, trg, pol (the parts by owner). Those that are used
 * more than once are materialized, and the caller turns nested loops off: the planner expects one
 * row of each, and would walk thousands for every one. What a subquery has sorted is aggregated in
 * that order: to sort within each aggregate again costs more than the rest of it.
 */

/* clang-format off */
static const char basis_sql[] =
    "WITH ext AS MATERIALIZED (\n"
    " SELECT classid, objid FROM pg_depend WHERE deptype = 'e'),\n"
    "ns AS MATERIALIZED (\n"
    " SELECT n.oid, n.nspname FROM pg_namespace n\n"
    " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'\n"
    "  AND ($1::text[] IS NULL OR n.nspname = ANY ($1))\n"
    "  AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_namespace'::regclass\n"
    "    AND objid = n.oid)),\n"
    "rel AS MATERIALIZED (\n"
    " SELECT c.oid, n.nspname, c.relname, c.relkind, c.relpersistence, c.relrowsecurity,\n"
    "  c.relforcerowsecurity, c.reloptions, c.relispartition, c.relpartbound, c.reltablespace,\n"
    "    c.reltype\n"
    " FROM pg_class c JOIN ns n ON n.oid = c.relnamespace\n"
    " WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S', 'c')\n"
    "  AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_class'::regclass\n"
    "    AND objid = c.oid)),\n"
    "typ AS MATERIALIZED (\n"
    " SELECT t.oid, n.nspname, t.typname, t.typtype, t.typbasetype, t.typtypmod, t.typnotnull,\n"
    "  t.typdefault, t.typcollation\n"
    " FROM pg_type t JOIN ns n ON n.oid = t.typnamespace\n"
    " WHERE t.typtype IN ('e', 'd', 'r')\n"
    "  AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_type'::regclass AND objid = t.oid))\n";

static const char functions_sql[] =
    "fun AS MATERIALIZED (\n"
    " SELECT p.oid, n.nspname, p.proname, p.prokind, p.provolatile, p.prosecdef, p.prosrc,\n"
    "   p.prolang, p.proparallel,\n"
    "  oidvectortypes(p.proargtypes) AS types\n"
    " FROM pg_proc p JOIN ns n ON n.oid = p.pronamespace\n"
    " WHERE NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_proc'::regclass AND objid = p.oid)\n"
    "  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass\n"
    "   AND d.objid = p.oid AND d.deptype = 'i'))\n";

static const char details_sql[] =
    "descr AS MATERIALIZED (\n"
    " SELECT objoid, classoid, objsubid, description FROM pg_description\n"
    " WHERE objoid >= 16384 OR classoid = 'pg_namespace'::regclass),\n"
    "need AS MATERIALIZED (\n"
    " SELECT s.classid, s.objid, s.objsubid, json_agg(DISTINCT t.path ORDER BY t.path)::text AS j\n"
    " FROM (SELECT CASE WHEN d.classid = 'pg_rewrite'::regclass THEN 'pg_class'::regclass\n"
    "    WHEN d.classid = 'pg_attrdef'::regclass THEN 'pg_class'::regclass ELSE d.classid\n"
    "      END AS classid,\n"
    "   coalesce(w.ev_class, f.adrelid, d.objid) AS objid,\n"
    "   coalesce(f.adnum, d.objsubid) AS objsubid, d.refclassid, d.refobjid\n"
    "  FROM pg_depend d\n"
    "  LEFT JOIN pg_rewrite w ON d.classid = 'pg_rewrite'::regclass AND w.oid = d.objid\n"
    "   AND w.rulename = '_RETURN'\n"
    "  LEFT JOIN pg_attrdef f ON d.classid = 'pg_attrdef'::regclass AND f.oid = d.objid\n"
    "  WHERE d.deptype = 'n' AND d.objid >= 16384 AND d.refobjid >= 16384) s\n"
    " JOIN (SELECT 'pg_class'::regclass AS classid, oid, nspname || '.' || relname AS path\n"
    "   FROM rel\n"
    "  UNION ALL SELECT 'pg_type'::regclass, oid, nspname || '.' || typname FROM typ\n"
    "  UNION ALL SELECT 'pg_type'::regclass, t.typarray, typ.nspname || '.' || typ.typname\n"
    "   FROM typ JOIN pg_type t ON t.oid = typ.oid WHERE t.typarray <> 0\n"
    "  UNION ALL SELECT 'pg_type'::regclass, rel.reltype, rel.nspname || '.' || rel.relname\n"
    "    FROM rel\n"
    "   WHERE rel.reltype <> 0\n"
    "  UNION ALL SELECT 'pg_proc'::regclass, oid, nspname || '.' || proname || '(' || types ||\n"
    "    ')'\n"
    "   FROM fun) t ON t.classid = s.refclassid AND t.oid = s.refobjid\n"
    " WHERE NOT (s.classid = s.refclassid AND s.objid = s.refobjid)\n"
    " GROUP BY s.classid, s.objid, s.objsubid),\n"
    "cols AS (\n"
    " SELECT a.attrelid, array_to_json(array_agg(a.parts)) AS j FROM (\n"
    "  SELECT a.attrelid, ARRAY[a.attname::text,\n"
    "   format_type(a.atttypid, a.atttypmod),\n"
    "   CASE WHEN a.attnotnull THEN 'true' END,\n"
    "   CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, 0) END,\n"
    "   CASE a.attidentity WHEN 'a' THEN 'always' WHEN 'd' THEN 'by default' END,\n"
    "   CASE WHEN a.attgenerated <> '' THEN pg_get_expr(d.adbin, d.adrelid) END,\n"
    "   CASE a.attgenerated WHEN 's' THEN 'stored' WHEN 'v' THEN 'virtual' END,\n"
    "   CASE WHEN a.attcollation <> t.typcollation THEN\n"
    "    (SELECT CASE WHEN q.nspname <> 'pg_catalog' THEN quote_ident(q.nspname) || '.'\n"
    "      ELSE '' END || quote_ident(o.collname) FROM pg_collation o\n"
    "     JOIN pg_namespace q ON q.oid = o.collnamespace WHERE o.oid = a.attcollation) END,\n"
    "   k.description, need.j] AS parts\n"
    " FROM pg_attribute a\n"
    " JOIN rel r ON r.oid = a.attrelid AND r.relkind <> 'S'\n"
    " JOIN pg_type t ON t.oid = a.atttypid\n"
    " LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum\n"
    " LEFT JOIN descr k ON k.objoid = a.attrelid AND k.classoid = 'pg_class'::regclass\n"
    "  AND k.objsubid = a.attnum\n"
    " LEFT JOIN need ON need.classid = 'pg_class'::regclass AND need.objid = a.attrelid\n"
    "  AND need.objsubid = a.attnum\n"
    " WHERE a.attnum > 0 AND NOT a.attisdropped\n"
    " ORDER BY a.attrelid, a.attnum) a\n"
    " GROUP BY a.attrelid)\n";

static const char constraints_sql[] =
    "keys AS (\n"
    " SELECT k.oid, k.far, array_to_json(array_agg(quote_ident(a.attname) ORDER BY k.n))::text\n"
    "   AS j\n"
    " FROM (SELECT oid, false AS far, conrelid AS relid, unnest(conkey) AS attnum,\n"
    "   generate_subscripts(conkey, 1) AS n FROM pg_constraint\n"
    "   WHERE contype IN ('p', 'u', 'f', 'x') AND oid >= 16384\n"
    "  UNION ALL SELECT oid, true, confrelid, unnest(confkey), generate_subscripts(confkey, 1)\n"
    "   FROM pg_constraint WHERE contype = 'f' AND oid >= 16384) k\n"
    " JOIN pg_attribute a ON a.attrelid = k.relid AND a.attnum = k.attnum\n"
    " GROUP BY k.oid, k.far),\n"
    "con AS (\n"
    " SELECT c.conrelid, c.contypid, array_to_json(array_agg(ARRAY[c.conname::text,\n"
    "   CASE c.contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique'\n"
    "    WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check' ELSE 'exclusion' END,\n"
    "   pg_get_constraintdef(c.oid),\n"
    "   k.j,\n"
    "   CASE WHEN i.indnatts > i.indnkeyatts THEN\n"
    "    (SELECT array_to_json(array_agg(pg_get_indexdef(i.indexrelid, n, false) ORDER BY\n"
    "      n))::text\n"
    "     FROM generate_series(i.indnkeyatts + 1, i.indnatts::int) n) END,\n"
    "   @NULLS_NOT_DISTINCT@,\n"
    "   CASE WHEN c.contype = 'c' THEN pg_get_expr(c.conbin, c.conrelid) END,\n"
    "   quote_ident(fn.nspname) || '.' || quote_ident(f.relname),\n"
    "   fk.j,\n"
    "   CASE WHEN c.contype = 'f' THEN CASE c.confdeltype WHEN 'r' THEN 'RESTRICT'\n"
    "    WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END END,\n"
    "   CASE WHEN c.contype = 'f' THEN CASE c.confupdtype WHEN 'r' THEN 'RESTRICT'\n"
    "    WHEN 'c' THEN 'CASCADE' WHEN 'n' THEN 'SET NULL' WHEN 'd' THEN 'SET DEFAULT' END END,\n"
    "   CASE WHEN c.condeferred THEN 'initially deferred' WHEN c.condeferrable\n"
    "     THEN 'deferrable' END,\n"
    "   CASE WHEN NOT c.convalidated THEN 'true' END,\n"
    "   CASE WHEN c.contype = 'c' AND c.connoinherit THEN 'true' END,\n"
    "   d.description, need.j] ORDER BY c.conname)) AS j\n"
    " FROM pg_constraint c\n"
    " LEFT JOIN rel r ON r.oid = c.conrelid\n"
    " LEFT JOIN typ t ON t.oid = c.contypid\n"
    " LEFT JOIN pg_class f ON f.oid = c.confrelid\n"
    " LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace\n"
    " LEFT JOIN keys k ON k.oid = c.oid AND NOT k.far\n"
    " LEFT JOIN pg_index i ON i.indexrelid = c.conindid AND c.contype IN ('p', 'u', 'x')\n"
    " LEFT JOIN keys fk ON fk.oid = c.oid AND fk.far\n"
    " LEFT JOIN descr d ON d.objoid = c.oid AND d.classoid = 'pg_constraint'::regclass\n"
    " LEFT JOIN need ON need.classid = 'pg_constraint'::regclass AND need.objid = c.oid\n"
    " WHERE c.contype IN ('p', 'u', 'f', 'c', 'x') AND coalesce(r.oid, t.oid) IS NOT NULL\n"
    "  @OWN_FOREIGN_KEY@\n"
    " GROUP BY c.conrelid, c.contypid)\n";

/*
 * What pg_get_indexdef says of an index costs a look at every catalog behind it. Most indexes are
 * plain: columns in the usual order, with operator classes and collations that go without saying,
 * no options. These are said here in the same words; every other one is asked for.
 */
static const char index_keys_sql[] =
    "ikey AS MATERIALIZED (\n"
    " SELECT k.indexrelid, array_to_json(array_agg(k.word || CASE k.opt & 3\n"
    "    WHEN 1 THEN ' DESC NULLS LAST' WHEN 2 THEN ' NULLS FIRST' WHEN 3 THEN ' DESC' ELSE ''\n"
    "    END) FILTER (WHERE k.key))::text AS j,\n"
    "  array_to_json(array_agg(k.word) FILTER (WHERE NOT k.key))::text AS more,\n"
    "  CASE WHEN bool_and(k.plain) THEN string_agg(k.word, ', ') END AS plain\n"
    " FROM (SELECT k.indexrelid, k.n < k.indnkeyatts AS key, k.opt, CASE WHEN k.attnum > 0\n"
    "    THEN quote_ident(a.attname) ELSE pg_get_indexdef(k.indexrelid, k.n + 1, false) END\n"
    "     AS word,\n"
    "   coalesce(k.attnum > 0 AND k.opt = 0 AND k.coll = a.attcollation AND o.oid < 16384\n"
    "    AND o.opcdefault AND (o.opcintype = a.atttypid OR o.opcintype = 'text'::regtype\n"
    "     AND a.atttypid = 'varchar'::regtype AND NOT EXISTS (SELECT 1 FROM pg_opclass v\n"
    "      WHERE v.opcdefault AND v.opcintype = 'varchar'::regtype)), false) AS plain\n"
    "  FROM (SELECT i.indexrelid, i.indrelid, i.indnkeyatts, unnest(i.indkey) AS attnum,\n"
    "    unnest(i.indoption) AS opt, unnest(i.indclass) AS class,\n"
    "    unnest(i.indcollation) AS coll, generate_subscripts(i.indkey, 1) AS n\n"
    "   FROM pg_index i JOIN rel r ON r.oid = i.indrelid) k\n"
    "  LEFT JOIN pg_attribute a ON a.attrelid = k.indrelid AND a.attnum = k.attnum\n"
    "  LEFT JOIN pg_opclass o ON o.oid = k.class\n"
    "  ORDER BY k.indexrelid, k.n OFFSET 0) k\n"
    " GROUP BY k.indexrelid)\n";

static const char indexes_sql[] =
    "idx AS (\n"
    " SELECT i.indrelid, array_to_json(array_agg(ARRAY[i.relname::text,\n"
    "   CASE WHEN i.plain IS NULL OR i.condition LIKE '%' || chr(10) || '%'\n"
    "    THEN pg_get_indexdef(i.indexrelid)\n"
    "    ELSE 'CREATE ' || CASE WHEN i.indisunique THEN 'UNIQUE ' ELSE '' END || 'INDEX '\n"
    "     || quote_ident(i.relname) || ' ON ' || i.owner || ' USING ' || quote_ident(i.amname)\n"
    "     || ' (' || i.plain || ')' || coalesce(' WHERE ' || i.condition, '') END,\n"
    "   i.j, i.more, i.condition,\n"
    "   i.amname,\n"
    "   CASE WHEN i.indisunique THEN 'true' END,\n"
    "   i.nulls_not_distinct,\n"
    "   CASE WHEN NOT i.indisvalid THEN 'true' END,\n"
    "   CASE WHEN i.reloptions IS NOT NULL THEN\n"
    "    (SELECT json_agg(o ORDER BY o COLLATE \"C\")::text FROM unnest(i.reloptions) o) END,\n"
    "   i.spcname, i.description, i.need] ORDER BY i.relname)) AS j\n"
    " FROM (SELECT i.indexrelid, i.indrelid, i.indisunique, i.indisvalid, c.relname,\n"
    "   c.reloptions, m.amname, k.j, k.more, pg_get_expr(i.indpred, i.indrelid) AS condition,\n"
    "   @NULLS_NOT_DISTINCT@ AS nulls_not_distinct,\n"
    "   CASE WHEN c.relkind = 'i' AND c.reloptions IS NULL AND (@NULLS_NOT_DISTINCT@) IS NULL\n"
    "    THEN k.plain END AS plain,\n"
    "   quote_ident(r.nspname) || '.' || quote_ident(r.relname) AS owner,\n"
    "   s.spcname, d.description, need.j AS need\n"
    "  FROM pg_index i\n"
    "  JOIN rel r ON r.oid = i.indrelid\n"
    "  JOIN ikey k ON k.indexrelid = i.indexrelid\n"
    "  JOIN pg_class c ON c.oid = i.indexrelid\n"
    "  JOIN pg_am m ON m.oid = c.relam\n"
    "  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace\n"
    "  LEFT JOIN descr d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass\n"
    "   AND d.objsubid = 0\n"
    "  LEFT JOIN need ON need.classid = 'pg_class'::regclass AND need.objid = c.oid\n"
    "   AND need.objsubid = 0\n"
    "  WHERE NOT EXISTS (SELECT 1 FROM pg_constraint x WHERE x.conindid = i.indexrelid\n"
    "    AND x.contype IN ('p', 'u', 'x'))\n"
    "   AND NOT EXISTS (SELECT 1 FROM ext WHERE classid = 'pg_class'::regclass\n"
    "    AND objid = c.oid) OFFSET 0) i\n"
    " GROUP BY i.indrelid)\n";

static const char triggers_sql[] =
    "trg AS (\n"
    " SELECT t.tgrelid, json_agg(json_build_object('name', t.tgname,\n"
    "   'definition', pg_get_triggerdef(t.oid),\n"
    "   'timing', CASE WHEN t.tgtype & 2 <> 0 THEN 'BEFORE' WHEN t.tgtype & 64 <> 0\n"
    "     THEN 'INSTEAD OF'\n"
    "     ELSE 'AFTER' END,\n"
    "   'events', array_to_json(array_remove(ARRAY[\n"
    "     CASE WHEN t.tgtype & 4 <> 0 THEN 'INSERT' END,\n"
    "     CASE WHEN t.tgtype & 8 <> 0 THEN 'DELETE' END,\n"
    "     CASE WHEN t.tgtype & 16 <> 0 THEN 'UPDATE' || coalesce((SELECT ' OF '\n"
    "       || string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a\n"
    "       WHERE a.attrelid = t.tgrelid AND a.attnum = ANY (t.tgattr)), '') END,\n"
    "     CASE WHEN t.tgtype & 32 <> 0 THEN 'TRUNCATE' END], NULL)),\n"
    "   'executes', quote_ident(fn.nspname) || '.' || quote_ident(f.proname) || '()',\n"
    "   'disabled', CASE t.tgenabled WHEN 'D' THEN 'true' WHEN 'R' THEN 'replica'\n"
    "     WHEN 'A' THEN 'always' END,\n"
    "   'comment', k.description,\n"
    "   'depends', need.j::json) ORDER BY t.tgname) AS j\n"
    " FROM pg_trigger t\n"
    " JOIN rel r ON r.oid = t.tgrelid\n"
    " JOIN pg_proc f ON f.oid = t.tgfoid\n"
    " JOIN pg_namespace fn ON fn.oid = f.pronamespace\n"
    " LEFT JOIN descr k ON k.objoid = t.oid AND k.classoid = 'pg_trigger'::regclass\n"
    " LEFT JOIN need ON need.classid = 'pg_trigger'::regclass AND need.objid = t.oid\n"
    " WHERE NOT t.tgisinternal @OWN_TRIGGER@\n"
    " GROUP BY t.tgrelid)\n";

static const char policies_sql[] =
    "pol AS (\n"
    " SELECT p.polrelid, json_agg(json_build_object('name', p.polname,\n"
    "   'definition', @POLICY@,\n"
    "   'command', CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w'\n"
    "     THEN 'UPDATE'\n"
    "     WHEN 'd' THEN 'DELETE' END,\n"
    "   'restrictive', nullif(NOT p.polpermissive, false),\n"
    "   'roles', CASE WHEN p.polroles <> '{0}' THEN\n"
    "     (SELECT json_agg(quote_ident(pg_get_userbyid(o)) ORDER BY pg_get_userbyid(o))\n"
    "      FROM unnest(p.polroles) o) END,\n"
    "   'expression', pg_get_expr(p.polqual, p.polrelid),\n"
    "   'check', pg_get_expr(p.polwithcheck, p.polrelid),\n"
    "   'comment', k.description,\n"
    "   'depends', need.j::json) ORDER BY p.polname) AS j\n"
    " FROM pg_policy p\n"
    " JOIN rel r ON r.oid = p.polrelid\n"
    " LEFT JOIN descr k ON k.objoid = p.oid AND k.classoid = 'pg_policy'::regclass\n"
    " LEFT JOIN need ON need.classid = 'pg_policy'::regclass AND need.objid = p.oid\n"
    " GROUP BY p.polrelid)\n";

static const char namespace_rows_sql[] =
    "SELECT 1 AS o, n.nspname AS s, n.nspname AS m, '' AS g, json_build_object('kind',\n"
    "  'schema', 'schema', '', 'name', n.nspname,\n"
    "  'comment', CASE WHEN n.nspname <> 'public' OR k.description <> 'standard public schema'\n"
    "    THEN k.description END) AS j\n"
    " FROM ns n LEFT JOIN descr k ON k.objoid = n.oid AND k.classoid = 'pg_namespace'::regclass\n";

static const char extension_rows_sql[] =
    "SELECT 2, '', e.extname, '', json_build_object('kind', 'extension', 'schema', n.nspname,\n"
    "  'name', e.extname,\n"
    "  'version', e.extversion)\n"
    " FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace\n"
    " WHERE e.extname <> 'plpgsql' AND ($1::text[] IS NULL OR n.nspname = ANY ($1))\n";

static const char type_rows_sql[] =
    "SELECT 3, t.nspname, t.typname, '', json_build_object('kind', CASE t.typtype WHEN 'e'\n"
    "  THEN 'enum' WHEN 'd' THEN 'domain' ELSE 'composite_type' END,\n"
    "  'schema', t.nspname, 'name', t.typname,\n"
    "  'sort', CASE WHEN t.typtype = 'r' THEN 'range' END,\n"
    "  'labels', CASE WHEN t.typtype = 'e'\n"
    "    THEN (SELECT json_agg(e.enumlabel ORDER BY e.enumsortorder)\n"
    "    FROM pg_enum e WHERE e.enumtypid = t.oid) END,\n"
    "  'type', CASE WHEN t.typtype = 'd' THEN format_type(t.typbasetype, t.typtypmod) END,\n"
    "  'not_null', CASE WHEN t.typtype = 'd' THEN nullif(t.typnotnull, false) END,\n"
    "  'default', CASE WHEN t.typtype = 'd' THEN t.typdefault END,\n"
    "  'collation', CASE WHEN t.typtype = 'd' AND t.typcollation <> b.typcollation\n"
    "    THEN (SELECT CASE WHEN q.nspname <> 'pg_catalog' THEN quote_ident(q.nspname) || '.'\n"
    "     ELSE '' END || quote_ident(o.collname) FROM pg_collation o\n"
    "    JOIN pg_namespace q ON q.oid = o.collnamespace WHERE o.oid = t.typcollation) END,\n"
    "  'definition', CASE WHEN t.typtype = 'r'\n"
    "    THEN 'RANGE (subtype = ' || format_type(g.rngsubtype, NULL)\n"
    "    || CASE WHEN g.rngcollation <> 0 AND g.rngcollation <> gs.typcollation\n"
    "      THEN ', collation = ' || (SELECT CASE WHEN q.nspname <> 'pg_catalog'\n"
    "        THEN quote_ident(q.nspname) || '.'\n"
    "     ELSE '' END || quote_ident(o.collname) FROM pg_collation o\n"
    "    JOIN pg_namespace q ON q.oid = o.collnamespace WHERE o.oid = g.rngcollation) ELSE '' END\n"
    "    || CASE WHEN NOT gc.opcdefault THEN ', subtype_opclass = ' || quote_ident(gc.opcname)\n"
    "      ELSE '' END\n"
    "    || CASE WHEN g.rngcanonical <> 0 THEN ', canonical = ' || g.rngcanonical ELSE '' END\n"
    "    || CASE WHEN g.rngsubdiff <> 0 THEN ', subtype_diff = ' || g.rngsubdiff ELSE ''\n"
    "      END || ')' END,\n"
    "  'comment', k.description, 'depends', need.j::json,\n"
    "  'constraints', con.j)\n"
    " FROM typ t\n"
    " LEFT JOIN pg_type b ON b.oid = t.typbasetype\n"
    " LEFT JOIN pg_range g ON g.rngtypid = t.oid\n"
    " LEFT JOIN pg_type gs ON gs.oid = g.rngsubtype\n"
    " LEFT JOIN pg_opclass gc ON gc.oid = g.rngsubopc\n"
    " LEFT JOIN con ON con.contypid = t.oid\n"
    " LEFT JOIN descr k ON k.objoid = t.oid AND k.classoid = 'pg_type'::regclass\n"
    " LEFT JOIN need ON need.classid = 'pg_type'::regclass AND need.objid = t.oid\n";

static const char sequence_rows_sql[] =
    "SELECT 4, r.nspname, r.relname, '', json_build_object('kind', 'sequence',\n"
    "  'schema', r.nspname, 'name', r.relname,\n"
    "  'type', format_type(q.seqtypid, NULL),\n"
    "  'increment', CASE WHEN q.seqincrement <> 1 THEN q.seqincrement::text END,\n"
    "  'minimum', CASE WHEN q.seqmin <> CASE WHEN q.seqincrement > 0 THEN 1 ELSE l.least\n"
    "    END THEN q.seqmin::text END,\n"
    "  'maximum', CASE WHEN q.seqmax <> CASE WHEN q.seqincrement > 0 THEN l.most ELSE -1\n"
    "    END THEN q.seqmax::text END,\n"
    "  'start', CASE WHEN q.seqstart <> CASE WHEN q.seqincrement > 0 THEN q.seqmin\n"
    "    ELSE q.seqmax END THEN q.seqstart::text END,\n"
    "  'cache', CASE WHEN q.seqcache <> 1 THEN q.seqcache::text END,\n"
    "  'cycle', nullif(q.seqcycle, false),\n"
    "  'persistence', CASE WHEN r.relpersistence = 'u' THEN 'unlogged' END,\n"
    "  'owned_by', (SELECT quote_ident(o.nspname) || '.' || quote_ident(o.relname) || '.'\n"
    "      || quote_ident(a.attname)\n"
    "    FROM pg_depend d JOIN rel o ON o.oid = d.refobjid\n"
    "    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid\n"
    "    WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid\n"
    "      AND d.refclassid = 'pg_class'::regclass AND d.deptype = 'a'),\n"
    "  'comment', k.description)\n"
    " FROM rel r JOIN pg_sequence q ON q.seqrelid = r.oid\n"
    " CROSS JOIN LATERAL (SELECT CASE q.seqtypid WHEN 'smallint'::regtype THEN -32768\n"
    "   WHEN 'integer'::regtype THEN -2147483648 ELSE -9223372036854775808 END AS least,\n"
    "   CASE q.seqtypid WHEN 'smallint'::regtype THEN 32767 WHEN 'integer'::regtype\n"
    "     THEN 2147483647 ELSE 9223372036854775807 END AS most) l\n"
    " LEFT JOIN descr k ON k.objoid = r.oid AND k.classoid = 'pg_class'::regclass\n"
    "   AND k.objsubid = 0\n"
    " WHERE r.relkind = 'S' AND NOT EXISTS (SELECT 1 FROM pg_depend d\n"
    "   WHERE d.classid = 'pg_class'::regclass AND d.objid = r.oid AND d.deptype = 'i')\n";

static const char function_rows_sql[] =
    "SELECT 5, f.nspname, f.proname, f.types, json_build_object('kind', 'function',\n"
    "  'schema', f.nspname, 'name', f.proname, 'signature', f.types,\n"
    "  'sort', CASE f.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' WHEN 'w'\n"
    "    THEN 'window' END,\n"
    "  'definition', CASE WHEN f.prokind <> 'a' THEN pg_get_functiondef(f.oid) ELSE\n"
    "    'CREATE AGGREGATE ' || quote_ident(f.nspname) || '.' || quote_ident(f.proname) || '('\n"
    "      || pg_get_function_arguments(f.oid) || ') (SFUNC = ' || a.aggtransfn\n"
    "    || ', STYPE = ' || format_type(a.aggtranstype, NULL)\n"
    "    || CASE WHEN a.aggfinalfn <> 0 THEN ', FINALFUNC = ' || a.aggfinalfn ELSE '' END\n"
    "    || CASE WHEN a.aggfinalextra THEN ', FINALFUNC_EXTRA' ELSE '' END\n"
    "    || CASE WHEN a.aggcombinefn <> 0 THEN ', COMBINEFUNC = ' || a.aggcombinefn ELSE '' END\n"
    "    || CASE WHEN a.aggserialfn <> 0 THEN ', SERIALFUNC = ' || a.aggserialfn ELSE '' END\n"
    "    || CASE WHEN a.aggdeserialfn <> 0 THEN ', DESERIALFUNC = ' || a.aggdeserialfn\n"
    "      ELSE '' END\n"
    "    || CASE WHEN a.agginitval IS NOT NULL\n"
    "      THEN ', INITCOND = ' || quote_literal(a.agginitval) ELSE '' END\n"
    "    || CASE f.proparallel WHEN 's' THEN ', PARALLEL = SAFE' WHEN 'r'\n"
    "      THEN ', PARALLEL = RESTRICTED' ELSE '' END || ')' END,\n"
    "  'arguments', nullif(pg_get_function_arguments(f.oid), ''),\n"
    "  'returns', pg_get_function_result(f.oid),\n"
    "  'language', CASE WHEN f.prokind <> 'a' THEN l.lanname END,\n"
    "  'volatility', CASE f.provolatile WHEN 'i' THEN 'immutable' WHEN 's' THEN 'stable' END,\n"
    "  'security_definer', nullif(f.prosecdef, false),\n"
    "  'body', CASE WHEN f.prokind <> 'a' THEN @SQL_BODY@ END,\n"
    "  'comment', k.description, 'depends', need.j::json)\n"
    " FROM fun f JOIN pg_language l ON l.oid = f.prolang LEFT JOIN pg_aggregate a\n"
    "   ON a.aggfnoid = f.oid\n"
    " LEFT JOIN descr k ON k.objoid = f.oid AND k.classoid = 'pg_proc'::regclass\n"
    " LEFT JOIN need ON need.classid = 'pg_proc'::regclass AND need.objid = f.oid\n";

static const char relation_rows_sql[] =
    "SELECT 6, r.nspname, r.relname, '', json_build_object('kind', CASE r.relkind WHEN 'v'\n"
    "  THEN 'view' WHEN 'm' THEN 'materialized_view' WHEN 'c' THEN 'composite_type'\n"
    "    ELSE 'table' END,\n"
    "  'schema', r.nspname, 'name', r.relname,\n"
    "  'sort', CASE r.relkind WHEN 'p' THEN 'partitioned' WHEN 'f' THEN 'foreign' END,\n"
    "  'definition', CASE WHEN r.relkind IN ('v', 'm') THEN pg_get_viewdef(r.oid) END,\n"
    "  'partition_key', CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END,\n"
    "  'partition_of', CASE WHEN r.relispartition THEN h.parents->>0 END,\n"
    "  'partition_bound', CASE WHEN r.relispartition THEN pg_get_expr(r.relpartbound, r.oid) END,\n"
    "  'inherits', CASE WHEN NOT r.relispartition THEN h.parents END,\n"
    "  'persistence', CASE WHEN r.relpersistence = 'u' THEN 'unlogged' END,\n"
    "  'options', (SELECT json_agg(o ORDER BY o COLLATE \"C\") FROM unnest(r.reloptions) o\n"
    "   WHERE o NOT LIKE 'check\\_option=%'),\n"
    "  'check', (SELECT substr(o, 14) FROM unnest(r.reloptions) o\n"
    "   WHERE o LIKE 'check\\_option=%'),\n"
    "  'tablespace', s.spcname,\n"
    "  'row_security', CASE WHEN r.relforcerowsecurity AND r.relrowsecurity THEN 'forced'\n"
    "    WHEN r.relforcerowsecurity THEN 'forced, not enabled'\n"
    "    WHEN r.relrowsecurity THEN 'enabled' END,\n"
    "  'comment', coalesce(k.description, kt.description),\n"
    "  'depends', need.j::json,\n"
    "  'columns', cols.j, 'constraints', con.j, 'indexes', idx.j,\n"
    "  'parts', json_build_object('triggers', trg.j, 'policies', pol.j))\n"
    " FROM rel r\n"
    " LEFT JOIN cols ON cols.attrelid = r.oid\n"
    " LEFT JOIN con ON con.conrelid = r.oid AND con.contypid = 0\n"
    " LEFT JOIN idx ON idx.indrelid = r.oid\n"
    " LEFT JOIN trg ON trg.tgrelid = r.oid\n"
    " LEFT JOIN pol ON pol.polrelid = r.oid\n"
    " LEFT JOIN pg_tablespace s ON s.oid = r.reltablespace\n"
    " LEFT JOIN (SELECT i.inhrelid, json_agg(quote_ident(pn.nspname) || '.'\n"
    "   || quote_ident(p.relname) ORDER BY i.inhseqno) AS parents\n"
    "   FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent JOIN pg_namespace pn\n"
    "     ON pn.oid = p.relnamespace GROUP BY i.inhrelid) h ON h.inhrelid = r.oid\n"
    " LEFT JOIN descr k ON k.objoid = r.oid AND k.classoid = 'pg_class'::regclass\n"
    "   AND k.objsubid = 0\n"
    " LEFT JOIN descr kt ON r.relkind = 'c' AND kt.objoid = r.reltype\n"
    "   AND kt.classoid = 'pg_type'::regclass\n"
    " LEFT JOIN need ON need.classid = 'pg_class'::regclass AND need.objid = r.oid\n"
    "   AND need.objsubid = 0\n"
    " WHERE r.relkind <> 'S'\n";

/* In the place of a kind that may not be read: the same columns, no rows. */
static const char no_functions_sql[] =
    "fun AS (SELECT 0::oid AS oid, ''::name AS nspname, ''::name AS proname, ''::text AS types\n"
    " WHERE false)";
static const char no_constraints_sql[] =
    "con AS (SELECT 0::oid AS conrelid, 0::oid AS contypid, NULL::json AS j WHERE false)";
static const char no_index_keys_sql[] = "ikey AS (SELECT 0::oid AS indexrelid WHERE false)";
static const char no_indexes_sql[] =
    "idx AS (SELECT 0::oid AS indrelid, NULL::json AS j WHERE false)";
static const char no_triggers_sql[] =
    "trg AS (SELECT 0::oid AS tgrelid, NULL::json AS j WHERE false)";
static const char no_policies_sql[] =
    "pol AS (SELECT 0::oid AS polrelid, NULL::json AS j WHERE false)";

/* What stands before the SELECT, and its branches; `kind` SCHEMA_KINDS: in any case. */
static const struct piece {
    enum schema_kind kind;
    const char *sql, *without;
} expressions[] = {
    { SCHEMA_KINDS, basis_sql, NULL },
    { SCHEMA_FUNCTION, functions_sql, no_functions_sql },
    { SCHEMA_KINDS, details_sql, NULL },
    { SCHEMA_CONSTRAINT, constraints_sql, no_constraints_sql },
    { SCHEMA_INDEX, index_keys_sql, no_index_keys_sql },
    { SCHEMA_INDEX, indexes_sql, no_indexes_sql },
    { SCHEMA_TRIGGER, triggers_sql, no_triggers_sql },
    { SCHEMA_POLICY, policies_sql, no_policies_sql },
}, branches[] = {
    { SCHEMA_KINDS, namespace_rows_sql, NULL },
    { SCHEMA_EXTENSION, extension_rows_sql, NULL },
    { SCHEMA_KINDS, type_rows_sql, NULL },
    { SCHEMA_SEQUENCE, sequence_rows_sql, NULL },
    { SCHEMA_FUNCTION, function_rows_sql, NULL },
    { SCHEMA_KINDS, relation_rows_sql, NULL },
};

static const enum schema_property column_properties[] = {
    SCHEMA_TYPE, SCHEMA_NOT_NULL, SCHEMA_DEFAULT, SCHEMA_IDENTITY, SCHEMA_GENERATED,
    SCHEMA_GENERATED_KIND, SCHEMA_COLLATION, SCHEMA_COMMENT, SCHEMA_DEPENDS,
};

static const enum schema_property constraint_properties[] = {
    SCHEMA_SORT, SCHEMA_DEFINITION, SCHEMA_COLUMNS, SCHEMA_INCLUDE, SCHEMA_NULLS_NOT_DISTINCT,
    SCHEMA_EXPRESSION, SCHEMA_REFERENCES,
    SCHEMA_REFERENCED_COLUMNS, SCHEMA_ON_DELETE, SCHEMA_ON_UPDATE, SCHEMA_DEFERRABLE,
    SCHEMA_NOT_VALID, SCHEMA_NO_INHERIT, SCHEMA_COMMENT, SCHEMA_DEPENDS,
};

static const enum schema_property index_properties[] = {
    SCHEMA_DEFINITION, SCHEMA_COLUMNS, SCHEMA_INCLUDE, SCHEMA_WHERE, SCHEMA_METHOD, SCHEMA_UNIQUE,
    SCHEMA_NULLS_NOT_DISTINCT, SCHEMA_NOT_VALID, SCHEMA_OPTIONS, SCHEMA_TABLESPACE, SCHEMA_COMMENT,
    SCHEMA_DEPENDS,
};


const struct live_postgresql_part live_postgresql_parts[LIVE_POSTGRESQL_PARTS] = {
    { "columns", SCHEMA_COLUMN, column_properties, COUNT(column_properties) },
    { "constraints", SCHEMA_CONSTRAINT, constraint_properties, COUNT(constraint_properties) },
    { "indexes", SCHEMA_INDEX, index_properties, COUNT(index_properties) },
};

static const struct replacement {
    const char *name;
    unsigned since; /* this version */
    const char *sql, *before;
} replacements[] = {
    { "@NULLS_NOT_DISTINCT@", 150000, "CASE WHEN i.indnullsnotdistinct THEN 'true' END", "NULL" },
    /* Copies for partitions; they are internal before. */
    { "@OWN_TRIGGER@", 130000, "AND t.tgparentid = 0", "" },
    /* There is no pg_get_policydef: as CREATE POLICY goes on behind the table. */
    { "@POLICY@", 0,
      "CASE WHEN p.polpermissive THEN '' ELSE 'AS RESTRICTIVE ' END || 'FOR '"
      " || CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE'"
      " WHEN 'd' THEN 'DELETE' ELSE 'ALL' END || ' TO ' || CASE WHEN p.polroles = '{0}'"
      " THEN 'PUBLIC' ELSE (SELECT string_agg(quote_ident(pg_get_userbyid(o)), ', '"
      " ORDER BY pg_get_userbyid(o)) FROM unnest(p.polroles) o) END"
      " || coalesce(' USING (' || pg_get_expr(p.polqual, p.polrelid) || ')', '')"
      " || coalesce(' WITH CHECK (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '')", "" },
    /* A foreign key to a partitioned table has one to each of its partitions beneath it, which the
     * server makes: its first ancestor refers to another table. */
    { "@OWN_FOREIGN_KEY@", 110000,
      "AND (c.contype <> 'f' OR c.conparentid = 0 OR c.confrelid = (WITH RECURSIVE up AS ("
      "SELECT c.conparentid AS parent, c.confrelid AS far UNION ALL SELECT k.conparentid,"
      " k.confrelid FROM up JOIN pg_constraint k ON k.oid = up.parent)"
      " SELECT far FROM up WHERE parent = 0))", "" },
    { "@SQL_BODY@", 140000, "coalesce(pg_get_function_sqlbody(f.oid), f.prosrc)", "f.prosrc" },
};

const char live_postgresql_others[] =
    "WITH ns AS (SELECT oid FROM pg_namespace WHERE nspname !~ '^pg_'\n"
    "  AND nspname <> 'information_schema'\n"
    "  AND ($1::text[] IS NULL OR nspname = ANY ($1))),\n"
    "own AS (SELECT 'rules' AS what, w.oid, 'pg_rewrite'::regclass AS class FROM pg_rewrite w\n"
    "  JOIN pg_class c ON c.oid = w.ev_class JOIN ns ON ns.oid = c.relnamespace\n"
    "  WHERE w.rulename <> '_RETURN'\n"
    " UNION ALL SELECT 'extended statistics', s.oid, 'pg_statistic_ext'::regclass\n"
    "  FROM pg_statistic_ext s JOIN ns ON ns.oid = s.stxnamespace\n"
    " UNION ALL SELECT 'collations', c.oid, 'pg_collation'::regclass\n"
    "  FROM pg_collation c JOIN ns ON ns.oid = c.collnamespace\n"
    " UNION ALL SELECT 'operators', o.oid, 'pg_operator'::regclass\n"
    "  FROM pg_operator o JOIN ns ON ns.oid = o.oprnamespace\n"
    " UNION ALL SELECT 'operator classes', o.oid, 'pg_opclass'::regclass\n"
    "  FROM pg_opclass o JOIN ns ON ns.oid = o.opcnamespace\n"
    " UNION ALL SELECT 'text search configurations', t.oid, 'pg_ts_config'::regclass\n"
    "  FROM pg_ts_config t JOIN ns ON ns.oid = t.cfgnamespace\n"
    " UNION ALL SELECT 'base types', t.oid, 'pg_type'::regclass\n"
    "  FROM pg_type t JOIN ns ON ns.oid = t.typnamespace\n"
    "  WHERE t.typtype = 'b' AND t.typelem = 0\n"
    " UNION ALL SELECT 'casts', oid, 'pg_cast'::regclass FROM pg_cast WHERE oid >= 16384\n"
    " UNION ALL SELECT 'event triggers', oid, 'pg_event_trigger'::regclass FROM pg_event_trigger\n"
    " UNION ALL SELECT 'publications', oid, 'pg_publication'::regclass FROM pg_publication\n"
    " UNION ALL SELECT 'foreign servers', oid, 'pg_foreign_server'::regclass\n"
    "  FROM pg_foreign_server\n"
    " UNION ALL SELECT 'default privileges', oid, 'pg_default_acl'::regclass FROM pg_default_acl)\n"
    "SELECT what, count(*)::text FROM own\n"
    " WHERE NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.classid = own.class\n"
    "  AND d.objid = own.oid AND d.deptype = 'e')\n"
    " GROUP BY what ORDER BY what";
/* clang-format on */

/* Appends a piece with the names that this version has. */
static void add_piece(struct strbuf *out, const char *sql, unsigned version)
{
    const char *at;

    while ((at = strchr(sql, '@')) != NULL) {
        size_t i = 0;

        strbuf_add_bytes(out, sql, (size_t)(at - sql));
        while (strncmp(at, replacements[i].name, strlen(replacements[i].name)) != 0)
            i++;
        strbuf_add(out,
                   version >= replacements[i].since ? replacements[i].sql : replacements[i].before);
        sql = at + strlen(replacements[i].name);
    }
    strbuf_add(out, sql);
}

void live_postgresql_query(struct strbuf *out, unsigned version, const bool kinds[SCHEMA_KINDS])
{
    for (size_t i = 0; i < COUNT(expressions); i++) {
        const struct piece *piece = &expressions[i];
        bool read = piece->kind == SCHEMA_KINDS || kinds[piece->kind];

        strbuf_add(out, i > 0 ? ",\n" : "");
        add_piece(out, read ? piece->sql : piece->without, version);
    }
    strbuf_add(out, "\nSELECT x.j FROM (");
    for (size_t i = 0; i < COUNT(branches); i++) {
        const struct piece *piece = &branches[i];

        if (piece->kind != SCHEMA_KINDS && !kinds[piece->kind])
            continue;
        strbuf_add(out, i > 0 ? "UNION ALL\n" : "\n");
        add_piece(out, piece->sql, version);
    }
    strbuf_add(out, ") x ORDER BY x.o, x.s, x.m, x.g");
}
