#include "partition_bound.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/real.h>
#include <pilab/base/vector.h>

/* How two values stand to each other. */
enum order { BEFORE, SAME, BEHIND, OPEN /* not known */ };

enum strategy { STRATEGY_NONE, STRATEGY_DEFAULT, STRATEGY_HASH, STRATEGY_LIST, STRATEGY_RANGE };

struct values {
    const char *const *items;
    size_t count;
};

struct bound {
    enum strategy strategy;
    long modulus, remainder;
    struct values from, to; /* of a list the first are those that it has */
};

/* --- Texts ------------------------------------------------------------------------------------ */

/* The end of the item that starts there: the ',' or ')' behind it, or the text's end. */
static const char *item_end(const char *text)
{
    int depth = 0;
    for (char quote = '\0'; *text; text++) {
        if (quote)
            quote = *text == quote ? '\0' : quote;
        else if (*text == '\'' || *text == '"')
            quote = *text;
        else if ((*text == ',' || *text == ')') && !depth)
            break;
        else
            depth += (*text == '(') - (*text == ')');
    }
    return text;
}

/* Of the first parentheses; `end` is behind them. */
static struct values read_values(struct arena *arena, const char *text, const char **end)
{
    struct vector found;
    const char *at = strchr(text, '(');
    vector_init(&found, sizeof(const char *));
    for (; at && *at && *at != ')'; at = item_end(at)) {
        at += 1 + strspn(at + 1, " ");
        if (*at == ')')
            break;
        const char *copy = arena_bytes(arena, at, (size_t)(item_end(at) - at));
        vector_push(&found, &copy);
    }
    *end = at && *at ? at + 1 : text + strlen(text);
    const struct values values = { vector_to_arena(&found, arena), found.count };
    vector_release(&found);
    return values;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static long number_behind(const char *text, const char *word)
{
    const char *at = strstr(text, word);
    return at ? strtol(at + strlen(word), NULL, 10) : 0;
}

static struct bound read_bound(struct arena *arena, const char *text)
{
    struct bound bound = { .strategy = STRATEGY_NONE };
    if (strcmp(text, "DEFAULT") == 0) {
        bound.strategy = STRATEGY_DEFAULT;
    } else if (starts(text, "FOR VALUES WITH ")) {
        bound.modulus = number_behind(text, "modulus ");
        bound.remainder = number_behind(text, "remainder ");
        bound.strategy = bound.modulus > 0 ? STRATEGY_HASH : STRATEGY_NONE;
    } else if (starts(text, "FOR VALUES IN ")) {
        bound.strategy = STRATEGY_LIST;
        bound.from = read_values(arena, text, &text);
    } else if (starts(text, "FOR VALUES FROM ")) {
        bound.from = read_values(arena, text, &text);
        bound.to = read_values(arena, text, &text);
        bound.strategy =
            bound.from.count && bound.from.count == bound.to.count ? STRATEGY_RANGE : STRATEGY_NONE;
    }
    return bound;
}

/* --- Values ----------------------------------------------------------------------------------- */

/* Without quotes and a cast; `quoted`: whether it had them. */
static const char *bare_value(struct arena *arena, const char *text, bool *quoted)
{
    const char *end = *text == '\'' ? strchr(text + 1, '\'') : NULL;
    *quoted = end != NULL && end[1] != '\'';
    if (*quoted)
        return arena_bytes(arena, text + 1, (size_t)(end - text - 1));
    return text;
}

static bool read_number(const char *text, long double *number)
{
    char *end;
    *number = real_read_long(text, &end);
    return end != text && !*end && strspn(text, "+-0123456789.eE") == strlen(text);
}

/* "2024-01-31", with a time behind it or not. */
static bool is_time(const char *text)
{
    static const char shape[] = "0000-00-00";
    for (size_t i = 0; i < strlen(shape); i++)
        if (shape[i] == '0' ? !isdigit((unsigned char)text[i]) : text[i] != shape[i])
            return false;
    text += strlen(shape);
    return !*text || *text == ' ';
}

/* A time's zone: "+00". */
static const char *zone_of(const char *text)
{
    return text + strcspn(text + 10, "+-ABCDEFGHIJKLMNOPQRSTUVWXYZ") + 10;
}

static enum order order_of_texts(const char *a, const char *b)
{
    int sign = strcmp(a, b);
    return sign < 0 ? BEFORE : sign > 0 ? BEHIND : SAME;
}

static enum order order_of_times(struct arena *arena, const char *a, const char *b)
{
    const char *zone_a = zone_of(a), *zone_b = zone_of(b);
    if (strcmp(zone_a, zone_b) != 0)
        return OPEN;
    const char *left = arena_bytes(arena, a, (size_t)(zone_a - a));
    const char *right = arena_bytes(arena, b, (size_t)(zone_b - b));
    left = left[10] ? left : arena_printf(arena, "%s 00:00:00", left);
    right = right[10] ? right : arena_printf(arena, "%s 00:00:00", right);
    return order_of_texts(left, right);
}

/* Letters of one case and digits: there collations agree, but for those of a few languages. */
static bool is_plain(const char *text, int (*is_letter)(int))
{
    for (; *text; text++)
        if (!isdigit((unsigned char)*text) &&
            !((unsigned char)*text < 0x80 && is_letter((unsigned char)*text)))
            return false;
    return true;
}

static bool is_number_type(const char *type)
{
    static const char *const types[] = { "smallint", "integer", "bigint",
                                         "numeric",  "real",    "double precision" };
    for (size_t i = 0; type && i < sizeof(types) / sizeof(types[0]); i++)
        if (starts(type, types[i]))
            return true;
    return false;
}

static enum order order_of_numbers(long double a, long double b)
{
    return a < b ? BEFORE : a > b ? BEHIND : OPEN;
}

/* `type`: of the column; NULL: not known. */
static enum order order_of(struct arena *arena, const char *type, const char *a, const char *b)
{
    bool quoted_a, quoted_b;
    long double left, right;
    if (strcmp(a, b) == 0)
        return SAME;
    if (strcmp(a, "MINVALUE") == 0 || strcmp(b, "MAXVALUE") == 0)
        return BEFORE;
    if (strcmp(a, "MAXVALUE") == 0 || strcmp(b, "MINVALUE") == 0)
        return BEHIND;
    a = bare_value(arena, a, &quoted_a);
    b = bare_value(arena, b, &quoted_b);
    if (strcmp(a, b) == 0)
        return SAME;
    bool numbers = read_number(a, &left) && read_number(b, &right);
    if (numbers && (is_number_type(type) || (!quoted_a && !quoted_b)))
        return order_of_numbers(left, right);
    if (numbers && !type && strlen(a) != strlen(b))
        return OPEN; /* 9 is before 10 as a number, and behind it as a text */
    if (is_time(a) && is_time(b))
        return order_of_times(arena, a, b);
    if ((is_plain(a, islower) && is_plain(b, islower)) ||
        (is_plain(a, isupper) && is_plain(b, isupper)))
        return order_of_texts(a, b);
    return OPEN;
}

/* --- Keys ------------------------------------------------------------------------------------- */

struct key {
    struct arena *arena;
    const struct schema_object *table; /* NULL: not known */
    struct values columns;             /* as its text has them */
};

static struct key key_of(struct arena *arena, const struct schema_object *table)
{
    const char *text = table ? schema_get(table, SCHEMA_PARTITION_KEY) : NULL, *end;
    struct key key = { .arena = arena, .table = table };
    if (text)
        key.columns = read_values(arena, text, &end);
    return key;
}

static const char *type_at(const struct key *key, size_t index)
{
    if (index >= key->columns.count)
        return NULL;
    for (const struct schema_object *part = key->table->parts; part; part = part->next)
        if (part->kind == SCHEMA_COLUMN && strcmp(part->name, key->columns.items[index]) == 0)
            return schema_get(part, SCHEMA_TYPE);
    return NULL;
}

static enum order order_of_rows(const struct key *key, struct values a, struct values b)
{
    if (a.count != b.count)
        return OPEN;
    for (size_t i = 0; i < a.count; i++) {
        enum order order = order_of(key->arena, type_at(key, i), a.items[i], b.items[i]);
        if (order != SAME)
            return order;
    }
    return SAME;
}

static bool is_up_to(const struct key *key, struct values a, struct values b)
{
    enum order order = order_of_rows(key, a, b);
    return order == BEFORE || order == SAME;
}

/* --- Lists ------------------------------------------------------------------------------------ */

/* How values of a list can be the same. */
enum sameness { SAME_TEXT, SAME_TIME, SAME_NUMBER /* not known to differ */ };

/* What a list has, to be found without a look at each. */
struct list {
    struct arena *arena;
    const char *type; /* of the column; NULL: not known */
    struct map *keys;
    struct vector kinds; /* const char *: one value of each kind that is compared alike */
};

/* NULL: it has none. Two values are the same that have one. */
static const char *key_as(const struct list *list, const char *value, enum sameness sameness)
{
    bool quoted;
    long double number;
    const char *text = bare_value(list->arena, value, &quoted);
    if (sameness == SAME_TEXT)
        return arena_printf(list->arena, "=%s", text);
    if (sameness == SAME_TIME) {
        if (!is_time(text))
            return NULL;
        const char *zone = zone_of(text);
        return arena_printf(list->arena, "@%.*s%s%s", (int)(zone - text), text,
                            zone == text + 10 ? " 00:00:00" : "", zone);
    }
    if ((quoted && !is_number_type(list->type)) || !read_number(text, &number))
        return NULL;
    return arena_printf(list->arena, "#%La", number + 0.0L);
}

/* All that order_of() goes by where neither the value nor its number is the same. */
static const char *kind_of(const struct list *list, const char *value)
{
    bool quoted;
    long double number;
    const char *text = bare_value(list->arena, value, &quoted);
    bool is_number = read_number(text, &number);
    return arena_printf(list->arena, "%d%d%d%d %zu", quoted, is_number, is_plain(text, islower),
                        is_plain(text, isupper), is_number && !list->type ? strlen(text) : 0);
}

static void list_open(struct list *list, const struct key *key, struct values values)
{
    *list = (struct list){ .arena = key->arena, .type = type_at(key, 0), .keys = map_new() };
    vector_init(&list->kinds, sizeof(const char *));
    for (size_t i = 0; i < values.count; i++) {
        const char *value = values.items[i], *kind = kind_of(list, value);
        if (!map_has(list->keys, kind))
            vector_push(&list->kinds, &value);
        map_put(list->keys, kind, list);
        for (int sameness = SAME_TEXT; sameness <= SAME_NUMBER; sameness++) {
            const char *one = key_as(list, value, (enum sameness)sameness);
            if (one)
                map_put(list->keys, one, list);
        }
    }
}

static void list_close(struct list *list)
{
    map_free(&list->keys);
    vector_release(&list->kinds);
}

static bool has_key(const struct list *list, const char *value, enum sameness sameness)
{
    const char *key = key_as(list, value, sameness);
    return key && map_has(list->keys, key);
}

/* Numbers are one also when they are written in two ways: that is not known to differ. */
static bool has_value(const struct list *list, const char *value, bool certain)
{
    bool quoted;
    long double number;
    if (has_key(list, value, SAME_TEXT) || has_key(list, value, SAME_TIME))
        return true;
    if (certain || !read_number(bare_value(list->arena, value, &quoted), &number))
        return false;
    if (has_key(list, value, SAME_NUMBER))
        return true;
    for (size_t i = 0; i < list->kinds.count; i++) {
        const char *one = *(const char *const *)vector_at(&list->kinds, i);
        if (order_of(list->arena, list->type, one, value) == OPEN)
            return true;
    }
    return false;
}

static bool lists_overlap(const struct key *key, struct values a, struct values b)
{
    struct list list;
    bool overlap = false;
    list_open(&list, key, a);
    for (size_t i = 0; i < b.count && !overlap; i++)
        overlap = has_value(&list, b.items[i], false);
    list_close(&list);
    return overlap;
}

static bool list_holds(const struct key *key, struct values wide, struct values narrow)
{
    struct list list;
    bool all = true;
    list_open(&list, key, wide);
    for (size_t i = 0; i < narrow.count && all; i++)
        all = has_value(&list, narrow.items[i], true);
    list_close(&list);
    return all;
}

/* --- Bounds ----------------------------------------------------------------------------------- */

/* Of two moduli one has to be a factor of the other. */
static bool hashes_overlap(const struct bound *a, const struct bound *b)
{
    long smaller = a->modulus < b->modulus ? a->modulus : b->modulus;
    if (a->modulus % smaller || b->modulus % smaller)
        return true;
    return a->remainder % smaller == b->remainder % smaller;
}

bool partition_bounds_overlap(struct arena *arena, const struct schema_object *table, const char *a,
                              const char *b)
{
    const struct key key = key_of(arena, table);
    const struct bound left = read_bound(arena, a), right = read_bound(arena, b);
    if (left.strategy == STRATEGY_DEFAULT || right.strategy == STRATEGY_DEFAULT)
        return left.strategy == right.strategy;
    if (left.strategy != right.strategy)
        return true;
    if (left.strategy == STRATEGY_HASH)
        return hashes_overlap(&left, &right);
    if (left.strategy == STRATEGY_LIST)
        return lists_overlap(&key, left.from, right.from);
    if (left.strategy == STRATEGY_RANGE)
        return !is_up_to(&key, left.to, right.from) && !is_up_to(&key, right.to, left.from);
    return true;
}

bool partition_bound_holds(struct arena *arena, const struct schema_object *table,
                           const char *outer, const char *inner)
{
    const struct key key = key_of(arena, table);
    const struct bound wide = read_bound(arena, outer), narrow = read_bound(arena, inner);
    if (wide.strategy != narrow.strategy)
        return false;
    switch (wide.strategy) {
    case STRATEGY_DEFAULT:
        return true;
    case STRATEGY_HASH:
        return narrow.modulus % wide.modulus == 0 &&
               narrow.remainder % wide.modulus == wide.remainder;
    case STRATEGY_RANGE:
        return is_up_to(&key, wide.from, narrow.from) && is_up_to(&key, narrow.to, wide.to);
    case STRATEGY_LIST:
        return list_holds(&key, wide.from, narrow.from);
    default:
        return false;
    }
}

bool partition_is_default(const struct schema_object *partition)
{
    const char *bound = schema_get(partition, SCHEMA_PARTITION_BOUND);
    return bound && schema_get(partition, SCHEMA_PARTITION_OF) && strcmp(bound, "DEFAULT") == 0;
}
