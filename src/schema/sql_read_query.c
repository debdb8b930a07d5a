/*
 * Queries: what they call, and what they write into. A function that is not known may do anything,
 * as a block may: only those are passed over that every database has and that change nothing.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>

#include "sql_cursor.h"

/* Sorted. What may stand before a bracket and changes nothing: keywords, types, functions. */
/* clang-format off */
static const char *const harmless[] = {
    "abs", "acos", "acosd", "acosh", "against", "age", "all", "and", "any", "array", "array_agg",
    "array_append", "array_cat", "array_dims", "array_fill", "array_length", "array_lower",
    "array_ndims", "array_position", "array_positions", "array_prepend", "array_remove",
    "array_replace", "array_to_json", "array_to_string", "array_upper", "as", "ascii", "asin",
    "asind", "asinh", "atan", "atan2", "atan2d", "atand", "atanh", "avg", "bernoulli", "between",
    "bigint", "bin", "bin_to_uuid", "binary", "bit", "bit_and", "bit_count", "bit_length",
    "bit_or", "bit_xor", "blob", "bool", "bool_and", "bool_or", "boolean", "btrim", "by", "bytea",
    "cardinality", "case", "cast", "cbrt", "ceil", "ceiling", "changes", "char", "char_length",
    "character", "character_length", "charindex", "charset", "chr", "clob", "clock_timestamp",
    "coalesce", "col_description", "collation", "compress", "concat", "concat_ws", "conflict",
    "connection_id", "conv", "convert", "convert_from", "convert_to", "convert_tz", "corr", "cos",
    "cosd", "cosh", "cot", "cotd", "count", "covar_pop", "covar_samp", "crc32", "crypt", "cube",
    "cume_dist", "curdate", "current_catalog", "current_database", "current_date", "current_query",
    "current_role", "current_schema", "current_schemas", "current_setting", "current_time",
    "current_timestamp", "current_user", "currval", "curtime", "database", "date", "date_add",
    "date_bin", "date_format", "date_part", "date_sub", "date_trunc", "dateadd", "datediff",
    "datename", "datepart", "datetime", "datetimeoffset", "day", "dayname", "dayofmonth",
    "dayofweek", "dayofyear", "dec", "decimal", "decode", "default", "degrees", "dense_rank",
    "digest", "distinct", "div", "double", "else", "elt", "encode", "end", "enum_first",
    "enum_last", "enum_range", "escape", "every", "except", "exists", "exp", "export_set",
    "extract", "extractvalue", "factorial", "field", "filter", "find_in_set", "first_value",
    "float", "floor", "for", "force", "format", "format_type", "found_rows", "from", "from_base64",
    "from_days", "from_unixtime", "gcd", "gen_random_bytes", "gen_random_uuid", "gen_salt",
    "generate_series", "generate_subscripts", "geography", "geometry", "get_bit", "get_byte",
    "get_lock", "getdate", "getutcdate", "glob", "greatest", "group", "group_concat", "grouping",
    "has_any_column_privilege", "has_column_privilege", "has_database_privilege",
    "has_function_privilege", "has_schema_privilege", "has_sequence_privilege",
    "has_table_privilege", "hashtext", "having", "hex", "hmac", "host", "hour", "hstore", "if",
    "ifnull", "ignore", "iif", "ilike", "in", "index", "inet_aton", "inet_ntoa", "initcap",
    "inner", "insert", "instr", "int", "integer", "intersect", "interval", "into", "is",
    "is_free_lock", "is_used_lock", "isfinite", "isjson", "isnull", "join", "json", "json_agg",
    "json_array", "json_array_elements", "json_array_elements_text", "json_array_length",
    "json_arrayagg", "json_build_array", "json_build_object", "json_contains",
    "json_contains_path", "json_depth", "json_each", "json_each_text", "json_extract",
    "json_extract_path", "json_extract_path_text", "json_insert", "json_keys", "json_length",
    "json_merge", "json_merge_patch", "json_merge_preserve", "json_object", "json_object_agg",
    "json_object_keys", "json_objectagg", "json_overlaps", "json_populate_record",
    "json_populate_recordset", "json_quote", "json_remove", "json_replace", "json_search",
    "json_set", "json_strip_nulls", "json_table", "json_to_record", "json_to_recordset",
    "json_type", "json_typeof", "json_unquote", "json_valid", "json_value", "jsonb", "jsonb_agg",
    "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_array_length", "jsonb_build_array",
    "jsonb_build_object", "jsonb_each", "jsonb_each_text", "jsonb_extract_path",
    "jsonb_extract_path_text", "jsonb_insert", "jsonb_object", "jsonb_object_agg",
    "jsonb_object_keys", "jsonb_path_exists", "jsonb_path_match", "jsonb_path_query",
    "jsonb_path_query_array", "jsonb_path_query_first", "jsonb_populate_record",
    "jsonb_populate_recordset", "jsonb_pretty", "jsonb_set", "jsonb_set_lax", "jsonb_strip_nulls",
    "jsonb_to_record", "jsonb_to_recordset", "jsonb_typeof", "julianday", "justify_days",
    "justify_hours", "justify_interval", "key", "lag", "last_day", "last_insert_id",
    "last_insert_rowid", "last_value", "lastval", "lateral", "lcase", "lcm", "lead", "least",
    "left", "len", "length", "like", "limit", "ln", "lo_close", "lo_get", "lo_open", "localtime",
    "localtimestamp", "locate", "log", "log10", "log2", "loread", "lower", "lpad", "ltrim",
    "make_date", "make_interval", "make_set", "make_time", "make_timestamp", "make_timestamptz",
    "match", "materialized", "max", "md5", "microsecond", "mid", "min", "minus", "minute", "mod",
    "mode", "money", "month", "monthname", "nchar", "newid", "newsequentialid", "not", "now",
    "nth_value", "ntile", "nullif", "num_nonnulls", "num_nulls", "number", "numeric", "nvarchar",
    "nvl", "nvl2", "obj_description", "object_id", "objectproperty", "oct", "octet_length", "of",
    "offset", "on", "only", "or", "ord", "order", "over", "overlaps", "overlay", "parse_ident",
    "parsename", "partition", "percent_rank", "percentile_cont", "percentile_disc", "period_add",
    "period_diff", "pg_advisory_lock", "pg_advisory_lock_shared", "pg_advisory_unlock",
    "pg_advisory_unlock_all", "pg_advisory_unlock_shared", "pg_advisory_xact_lock",
    "pg_advisory_xact_lock_shared", "pg_backend_pid", "pg_column_size", "pg_conf_load_time",
    "pg_current_wal_lsn", "pg_current_xact_id", "pg_database_size", "pg_describe_object",
    "pg_encoding_to_char", "pg_extension_config_dump", "pg_function_is_visible",
    "pg_get_constraintdef", "pg_get_expr", "pg_get_function_arguments",
    "pg_get_function_identity_arguments", "pg_get_function_result", "pg_get_functiondef",
    "pg_get_indexdef", "pg_get_keywords", "pg_get_ruledef", "pg_get_serial_sequence",
    "pg_get_triggerdef", "pg_get_userbyid", "pg_get_viewdef", "pg_identify_object",
    "pg_index_column_has_property", "pg_indexes_size", "pg_is_in_recovery",
    "pg_is_other_temp_schema", "pg_listening_channels", "pg_my_temp_schema", "pg_notify",
    "pg_opclass_is_visible", "pg_options_to_table", "pg_postmaster_start_time",
    "pg_relation_filenode", "pg_relation_filepath", "pg_relation_size", "pg_size_pretty",
    "pg_sleep", "pg_sleep_for", "pg_sleep_until", "pg_table_is_visible", "pg_table_size",
    "pg_tablespace_location", "pg_tablespace_size", "pg_total_relation_size", "pg_trigger_depth",
    "pg_try_advisory_lock", "pg_try_advisory_xact_lock", "pg_type_is_visible", "pg_typeof",
    "pgp_sym_encrypt", "pi", "plainto_tsquery", "position", "postgis_full_version",
    "postgis_version", "pow", "power", "printf", "quarter", "quote", "quote_ident",
    "quote_literal", "quote_nullable", "quotename", "radians", "rand", "random", "randomblob",
    "rank", "raw", "real", "recursive", "regexp", "regexp_count", "regexp_instr", "regexp_like",
    "regexp_match", "regexp_matches", "regexp_replace", "regexp_split_to_array",
    "regexp_split_to_table", "regexp_substr", "regr_slope", "release_lock", "repeat", "replace",
    "replicate", "returning", "reverse", "right", "rlike", "rollup", "round", "row", "row_count",
    "row_number", "row_to_json", "rpad", "rtrim", "scale", "scope_identity", "sec_to_time",
    "second", "select", "serial", "session_user", "set", "set_byte", "sets", "setseed", "sha",
    "sha1", "sha2", "sha224", "sha256", "sha384", "sha512", "shobj_description", "sign", "signed",
    "similar", "similarity", "sin", "sind", "sinh", "sleep", "smallint", "some", "soundex",
    "space", "split_part", "sqlite_version", "sqrt", "st_area", "st_asgeojson", "st_astext",
    "st_geometryfromtext", "st_geomfromtext", "st_length", "st_makepoint", "st_point",
    "st_setsrid", "st_srid", "st_transform", "st_x", "st_y", "starts_with", "statement_timestamp",
    "std", "stddev", "stddev_pop", "stddev_samp", "str", "str_to_date", "strcmp", "strftime",
    "string_agg", "string_split", "string_to_array", "string_to_table", "strpos", "stuff",
    "subdate", "substr", "substring", "substring_index", "subtime", "sum", "sysdate",
    "sysdatetime", "system", "system_user", "sysutcdatetime", "table", "tablesample", "tan",
    "tand", "tanh", "text", "then", "time", "time_format", "time_to_sec", "timediff", "timeofday",
    "timestamp", "timestampadd", "timestampdiff", "timestamptz", "tinyint", "to", "to_base64",
    "to_char", "to_date", "to_days", "to_hex", "to_json", "to_jsonb", "to_number", "to_regclass",
    "to_regproc", "to_regrole", "to_regtype", "to_timestamp", "to_tsquery", "to_tsvector", "total",
    "total_changes", "transaction_timestamp", "translate", "trim", "trim_array", "trim_scale",
    "trunc", "truncate", "try_cast", "try_convert", "ts_rank", "txid_current", "typeof", "ucase",
    "unaccent", "unhex", "unicode", "union", "unistr", "unix_timestamp", "unixepoch", "unnest",
    "unsigned", "updatexml", "upper", "use", "user", "using", "utc_date", "utc_time",
    "utc_timestamp", "uuid", "uuid_generate_v1", "uuid_generate_v1mc", "uuid_generate_v3",
    "uuid_generate_v4", "uuid_generate_v5", "uuid_nil", "uuid_ns_url", "uuid_short", "uuid_to_bin",
    "uuidv4", "uuidv7", "values", "var_pop", "var_samp", "varbinary", "varbit", "varchar",
    "varchar2", "variance", "varying", "version", "wait_for_executed_gtid_set", "week", "weekday",
    "weekofyear", "weight_string", "when", "where", "width_bucket", "window", "with", "within",
    "xml", "xmlagg", "xmlelement", "xmlforest", "xor", "year", "yearweek", "zeroblob",
};
/* clang-format on */

/* Functions that are known, and that do something. */
/* clang-format off */
static const struct acting {
    const char *name;
    unsigned marks;
    const char *why;
} acting[] = {
    { "setval", SQL_NUMBERS, "a sequence goes on from another number" },
    { "nextval", SQL_NUMBERS, "a sequence goes on from another number" },
    { "lo_unlink", SQL_LOSES_DATA | SQL_CHANGES_DATA, "a large object is deleted" },
    { "lo_creat", SQL_CHANGES_DATA, "a large object is written" },
    { "lo_create", SQL_CHANGES_DATA, "a large object is written" },
    { "lo_from_bytea", SQL_CHANGES_DATA, "a large object is written" },
    { "lo_put", SQL_CHANGES_DATA, "a large object is written" },
    { "lowrite", SQL_CHANGES_DATA, "a large object is written" },
    { "lo_import", SQL_CHANGES_DATA, "a file of the server is read into the database" },
    { "lo_export", SQL_LEAVES, "a large object is written to a file of the server" },
    { "pg_file_write", SQL_LEAVES, "a file of the server is written" },
    { "pg_terminate_backend", SQL_HALTS, "somebody's connection is ended" },
    { "pg_cancel_backend", SQL_HALTS, "what somebody runs is stopped" },
    { "pg_drop_replication_slot", SQL_NO_RESTORE,
      "a replication slot is dropped: the replica or subscriber that reads from it misses what "
      "comes, and has to be made again" },
    { "pg_replication_slot_advance", SQL_NO_RESTORE,
      "a replication slot moves on: the replica or subscriber that reads from it misses what lies "
      "between" },
    { "pg_replication_origin_drop", SQL_NO_RESTORE,
      "where a subscription stands is forgotten: it may miss changes, or get them twice" },
    { "pg_wal_replay_pause", SQL_HALTS, "a replica follows no longer" },
    { "pg_promote", SQL_HALTS, "a replica becomes a server of its own, and follows no longer" },
    { "dblink_exec", SQL_OPAQUE, "a statement is run on another server: read it" },
    { "dblink_send_query", SQL_OPAQUE, "a statement is run on another server: read it" },
    { "pg_reload_conf", SQL_SERVER, "the server reads its settings anew, for all databases" },
    { "load_extension", SQL_RUNS, "a library is loaded, and what is in it runs" },
    { "sys_exec", SQL_RUNS, "a program is run on the server" },
    { "sys_eval", SQL_RUNS, "a program is run on the server" },
    { "dropgeometrycolumn", SQL_LOSES_DATA | SQL_BREAKS,
      "a column is dropped: what it holds is lost, and programs that still use it fail" },
    { "dropgeometrytable", SQL_LOSES_DATA | SQL_BREAKS,
      "a table is dropped: its rows are lost, and programs that still use it fail" },
};
/* clang-format on */

void sql_see(struct sql_operation *operation, unsigned marks, const char *why)
{
    operation->seen |= marks;
    if (operation->seen_why == NULL)
        operation->seen_why = why;
}

/* A name in small letters, cut where it is longer than any that is known. */
#define NAME_MAX 48

static void name_of(const struct sql_token *token, char name[NAME_MAX])
{
    size_t quotes = token->kind == SQL_QUOTED && token->length > 1, length;

    length = token->length - 2 * quotes;
    length = length < NAME_MAX - 1 ? length : NAME_MAX - 1;
    for (size_t i = 0; i < length; i++) {
        char c = token->start[quotes + i];

        name[i] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
    }
    name[length] = '\0';
}

static int compare_names(const void *wanted, const void *row)
{
    return strcmp(wanted, *(const char *const *)row);
}

static bool is_harmless(const char *name)
{
    return bsearch(name, harmless, COUNT(harmless), sizeof *harmless, compare_names) != NULL;
}

/* Of the longest names: server.database.schema.object. */
#define PARTS_MAX 4

/* Where a name that is qualified begins. */
static size_t start_of(const struct sql_cursor *cursor, size_t at)
{
    for (int part = 1;
         part < PARTS_MAX && at >= 2 && sql_token_is_sign(&cursor->tokens[at - 1], "."); part++)
        at -= 2;
    return at;
}

/* Tokens of a list of columns: what is longer is none. */
#define HEAD_MAX 2000

/* "WITH d(a, b) AS (SELECT": the columns of a part. */
static bool is_head(const struct sql_cursor *cursor, size_t at)
{
    struct sql_cursor ahead = *cursor;

    ahead.at = at + 1;
    if (ahead.count > at + HEAD_MAX)
        ahead.count = at + HEAD_MAX;
    sql_skip(&ahead);
    if (!sql_take_word(&ahead, "AS"))
        return false;
    sql_take_word(&ahead, "NOT");
    sql_take_word(&ahead, "MATERIALIZED");
    return sql_take_sign(&ahead, "(") &&
           sql_at_one_of(&ahead, "SELECT WITH VALUES TABLE INSERT UPDATE DELETE MERGE");
}

/* Whether the name there is that of a function, and no type, alias or table with its columns. */
static bool is_call(const struct sql_cursor *cursor, size_t at, bool behind_brackets)
{
    const struct sql_token *token = &cursor->tokens[at];
    const struct sql_token *before;
    size_t start;

    if ((token->kind != SQL_WORD && token->kind != SQL_QUOTED) || at + 1 >= cursor->count ||
        !sql_token_is_sign(&cursor->tokens[at + 1], "("))
        return false;
    start = start_of(cursor, at);
    if (start == 0)
        return true;
    before = &cursor->tokens[start - 1];
    return !sql_token_is(before, "AS") && !sql_token_is(before, "INTO") &&
           !sql_token_is_sign(before, "::") && !sql_token_is_sign(before, ":") &&
           (!sql_token_is_sign(before, ")") || behind_brackets) && !is_head(cursor, at);
}

/* Names of another schema are its own, but for those of extensions, which may stand anywhere. */
static bool is_own(const struct sql_cursor *cursor, size_t at, const char *name)
{
    static const char *const extensions[] = { "uuid_", "gen_", "st_", "crypt", "digest", "hmac" };
    size_t start = start_of(cursor, at);
    const struct sql_token *schema = &cursor->tokens[start];

    if (start == at || sql_token_is(schema, "pg_catalog") || sql_token_is(schema, "sys"))
        return false;
    for (size_t i = 0; i < COUNT(extensions); i++) {
        if (strncmp(name, extensions[i], strlen(extensions[i])) == 0)
            return false;
    }
    return true;
}

/* PostGIS makes columns by functions. */
static bool makes_geometry(const char *name)
{
    static const char *const names[] = { "addgeometrycolumn", "updategeometrysrid",
                                         "populate_geometry_columns" };

    for (size_t i = 0; i < COUNT(names); i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

/* set_config('search_path', …) is SET; who it is that acts is no setting like others. False: which
 * setting it is cannot be told. */
static bool read_setting(const struct sql_cursor *cursor, size_t at,
                         struct sql_operation *operation)
{
    static const struct {
        const char *name, *words;
        unsigned marks;
        const char *why;
    } others[] = {
        {"'role'",                      "SET ROLE",                     SQL_ACTS_AS,
         "what follows is done with the rights of another role"                              },
        { "'session_authorization'",    "SET SESSION AUTHORIZATION",    SQL_ACTS_AS,
         "what follows is done with the rights of another role"                              },
        { "'session_replication_role'", "SET session_replication_role", SQL_UNCHECKED,
         "keys and triggers do not look at what is written from then on, unless it is origin"},
        { "'row_security'",             "SET row_security",             SQL_RIGHTS,
         "whether policies hide rows, or make it fail, changes"                              },
    };
    const struct sql_token *setting = at + 2 < cursor->count ? &cursor->tokens[at + 2] : NULL;

    if (setting == NULL || setting->kind != SQL_STRING)
        return false;
    for (size_t i = 0; i < COUNT(others); i++) {
        if (setting->length != strlen(others[i].name) ||
            strncasecmp(setting->start, others[i].name, setting->length) != 0)
            continue;
        sql_see(operation, others[i].marks, others[i].why);
        operation->words = others[i].words;
    }
    return true;
}

static void read_call(struct sql_cursor *cursor, size_t at, struct sql_operation *operation)
{
    char name[NAME_MAX];
    struct sql_cursor here = *cursor;

    name_of(&cursor->tokens[at], name);
    if (strcmp(name, "set_config") == 0 && read_setting(cursor, at, operation))
        return;
    here.at = start_of(cursor, at);
    for (size_t i = 0; i < COUNT(acting); i++) {
        if (strcmp(name, acting[i].name) != 0)
            continue;
        sql_see(operation, acting[i].marks, acting[i].why);
        if (operation->object == NULL)
            operation->object = sql_take_name(&here);
        operation->object_kind = SQL_FUNCTION;
        return;
    }
    if (makes_geometry(name) && operation->kind == SQL_SELECT) {
        operation->kind = SQL_ALTER;
        operation->object_kind = SQL_FUNCTION;
        operation->words = "ALTER TABLE";
        operation->object = sql_take_name(&here);
    } else if (!makes_geometry(name) && (!is_harmless(name) || is_own(cursor, at, name))) {
        sql_see(operation, SQL_OPAQUE,
                "it calls a function: what that does cannot be told from this text");
        if (operation->object == NULL)
            operation->object = sql_take_name(&here);
        operation->object_kind = SQL_FUNCTION;
    }
}

/* SELECT … INTO name makes a table, SELECT … INTO OUTFILE writes a file. */
static void read_target(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_cursor ahead = *cursor;

    while (!sql_at_end(&ahead) && !sql_take_word(&ahead, "INTO"))
        sql_skip(&ahead);
    if (sql_at_end(&ahead))
        return;
    if (sql_at_one_of(&ahead, "OUTFILE DUMPFILE") && sql_peek(&ahead, 1)->kind == SQL_STRING) {
        operation->words =
            sql_at_word(&ahead, "OUTFILE") ? "SELECT INTO OUTFILE" : "SELECT INTO DUMPFILE";
        sql_see(operation, SQL_LEAVES, "rows are written to a file of the server");
        return;
    }
    if (sql_dialect_is_mysql(cursor->dialect) || cursor->dialect == DIALECT_SQLITE ||
        cursor->dialect == DIALECT_ORACLE)
        return; /* into a variable */
    while (sql_at_one_of(&ahead, "TEMPORARY TEMP UNLOGGED LOCAL GLOBAL")) {
        operation->temporary |= sql_at_one_of(&ahead, "TEMPORARY TEMP");
        ahead.at++;
    }
    sql_take_word(&ahead, "TABLE");
    operation->kind = SQL_CREATE;
    operation->words = "SELECT INTO";
    operation->object_kind = SQL_TABLE;
    operation->of_query = true;
    operation->object = sql_take_name(&ahead);
}

void sql_read_query(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_operation called = { .kind = SQL_SELECT };
    bool behind_brackets = sql_has_word(cursor, "DISTINCT ON");

    read_target(cursor, operation);
    for (size_t at = cursor->at; at < cursor->count; at++) {
        if (is_call(cursor, at, behind_brackets))
            read_call(cursor, at, &called);
    }
    if (operation->kind == SQL_SELECT && operation->object == NULL) {
        operation->kind = called.kind;
        operation->object_kind = called.object_kind;
        operation->object = called.object;
        if (called.words != NULL)
            operation->words = called.words;
    }
    if (called.seen != 0)
        sql_see(operation, called.seen, called.seen_why);
}
