#include <stdlib.h>
#include <string.h>

#include "pg_coerce.h"

/* Functions of the server that schemas use. Arguments, a letter each, the last for all that follow:
 * t text, d double precision, n numeric, i integer, c regclass, j jsonb, r regconfig, - as it is.
 * The result: a type, or = the first argument's, + what sum makes of it, a what avg makes of it, []
 * an array of it, 1 its element. */
struct function_row {
    const char *name, *arguments, *result;
};

/* clang-format off */
static const struct function_row functions[] = {
    { "abs", "-", "=" },
    { "age", "-", "interval" },
    { "any_value", "-", "=" },
    { "array_agg", "-", "[]" },
    { "array_append", "-", "=" },
    { "array_length", "-i", "integer" },
    { "array_position", "-", "integer" },
    { "array_remove", "-", "=" },
    { "array_to_string", "-t", "text" },
    { "avg", "-", "a" },
    { "bool_and", "-", "boolean" },
    { "bool_or", "-", "boolean" },
    { "btrim", "t", "text" },
    { "cardinality", "-", "integer" },
    { "char_length", "t", "integer" },
    { "clock_timestamp", "", "timestamp with time zone" },
    { "concat", "-", "text" },
    { "concat_ws", "t-", "text" },
    { "count", "-", "bigint" },
    { "current_database", "", "name" },
    { "current_schema", "", "name" },
    { "current_setting", "t", "text" },
    { "currval", "c", "bigint" },
    { "date_part", "t-", "double precision" },
    { "date_trunc", "t-", "2" },
    { "dense_rank", "", "bigint" },
    { "every", "-", "boolean" },
    { "first_value", "-", "=" },
    { "format", "t-", "text" },
    { "gen_random_uuid", "", "uuid" },
    { "initcap", "t", "text" },
    { "isfinite", "-", "boolean" },
    { "json_agg", "-", "json" },
    { "json_build_object", "-", "json" },
    { "jsonb_agg", "-", "jsonb" },
    { "jsonb_array_length", "j", "integer" },
    { "jsonb_build_object", "-", "jsonb" },
    { "jsonb_typeof", "j", "text" },
    { "lag", "-", "=" },
    { "last_value", "-", "=" },
    { "lead", "-", "=" },
    { "left", "ti", "text" },
    { "length", "t", "integer" },
    { "lower", "t", "text" },
    { "lpad", "tit", "text" },
    { "ltrim", "t", "text" },
    { "make_interval", "-", "interval" },
    { "max", "m", "=" },
    { "md5", "t", "text" },
    { "min", "m", "=" },
    { "mod", "-", "=" },
    { "nextval", "c", "bigint" },
    { "now", "", "timestamp with time zone" },
    { "num_nonnulls", "-", "integer" },
    { "num_nulls", "-", "integer" },
    { "octet_length", "-", "integer" },
    { "pg_backend_pid", "", "integer" },
    { "random", "", "double precision" },
    { "rank", "", "bigint" },
    { "regexp_match", "t", "text[]" },
    { "regexp_replace", "t", "text" },
    { "repeat", "ti", "text" },
    { "replace", "t", "text" },
    { "reverse", "t", "text" },
    { "right", "ti", "text" },
    { "round", "ni", "=" },
    { "row_number", "", "bigint" },
    { "rpad", "tit", "text" },
    { "rtrim", "t", "text" },
    { "session_user", "", "name" },
    { "set_config", "tt-", "text" },
    { "setweight", "-", "tsvector" },
    { "split_part", "tti", "text" },
    { "starts_with", "t", "boolean" },
    { "statement_timestamp", "", "timestamp with time zone" },
    { "string_agg", "t", "text" },
    { "string_to_array", "t", "text[]" },
    { "strpos", "t", "integer" },
    { "substr", "ti", "text" },
    { "substring", "t-", "text" },
    { "sum", "-", "+" },
    { "timeofday", "", "text" },
    { "timezone", "t-", "z" },
    { "to_char", "-t", "text" },
    { "to_date", "t", "date" },
    { "to_jsonb", "-", "jsonb" },
    { "to_timestamp", "-", "timestamp with time zone" },
    { "to_tsquery", "-", "tsquery" },
    { "to_tsvector", "rt", "tsvector" },
    { "transaction_timestamp", "", "timestamp with time zone" },
    { "translate", "t", "text" },
    { "txid_current", "", "bigint" },
    { "unnest", "-", "1" },
    { "upper", "t", "text" },
    { "uuid_generate_v4", "", "uuid" },
};
/* clang-format on */

static int compare_function(const void *name, const void *row)
{
    return strcmp(name, ((const struct function_row *)row)->name);
}

static struct pg_type argument_type(const struct pg_world *world, char letter, struct pg_type given)
{
    struct pg_type base = pg_type_base(world, given);
    switch (letter) {
    case 't':
        return pg_type_plain("text");
    case 'd':
        return pg_type_plain("double precision");
    case 'n': /* there is one for double precision, too */
        return pg_type_number(base) >= 5 ? base : pg_type_plain("numeric");
    case 'i':
        return pg_type_plain("integer");
    case 'c':
        return pg_type_plain("regclass");
    case 'j':
        return pg_type_plain("jsonb");
    case 'r':
        return pg_type_plain("regconfig");
    case 'm': /* the largest of texts is one of text */
        return pg_type_is(base, "character varying") ? pg_type_plain("text") : base;
    default:
        return base;
    }
}

static const char *sum_of(struct pg_type type)
{
    switch (pg_type_number(type)) {
    case 1:
    case 2:
        return "bigint";
    case 3:
    case 4:
        return "numeric";
    default:
        return type.name;
    }
}

static const char *average_of(struct pg_type type)
{
    int number = pg_type_number(type);
    return !number ? type.name : number <= 4 ? "numeric" : "double precision";
}

static struct pg_type result_type(const struct pg_world *world, const char *result,
                                  const struct pg_written *arguments, size_t count)
{
    struct pg_type first =
        count ? pg_type_base(world, arguments[0].type) : (struct pg_type){ NULL, NULL };
    switch (*result) {
    case '=':
        return first.name ? pg_type_plain(first.name) : first;
    case '+':
        return pg_type_plain(sum_of(first));
    case 'a':
        return result[1] ? pg_type_plain(result) : pg_type_plain(average_of(first));
    case '[':
        return pg_type_array(world->arena, first);
    case '1':
        return pg_type_element(world->arena, first);
    case '2':
        return count > 1 ? arguments[1].type : first;
    case 'z':
        if (count < 2 || !arguments[1].type.name)
            return (struct pg_type){ NULL, NULL };
        return pg_type_plain(pg_type_is(arguments[1].type, "timestamp with time zone")
                                 ? "timestamp without time zone"
                                 : "timestamp with time zone");
    default:
        return pg_type_plain(result);
    }
}

struct pg_type pg_function(const struct pg_world *world, const char *name,
                           struct pg_written *arguments, size_t count)
{
    const struct function_row *row =
        bsearch(name, functions, sizeof(functions) / sizeof(functions[0]), sizeof(functions[0]),
                compare_function);
    if (!row)
        return (struct pg_type){ NULL, NULL };
    bool unconfigured = strcmp(name, "to_tsvector") == 0 && count == 1;
    size_t letters = strlen(row->arguments);
    for (size_t i = 0; i < count && letters; i++) {
        char letter = row->arguments[unconfigured || i >= letters ? letters - 1 : i];
        bool counted = strcmp(name, "length") == 0 && pg_type_is(arguments[i].type, "character");
        if (letter == '-' || counted || !arguments[i].type.name)
            continue;
        arguments[i] =
            pg_coerce(world, arguments[i], argument_type(world, letter, arguments[i].type));
    }
    return result_type(world, row->result, arguments, count);
}
