/* What one of two readers cannot tell is no difference: what a text leaves to the server, and what
 * a server writes in a form of its own. */
#include <string.h>
#include <strings.h>

#include <pilab/schema/sql_scan.h>

#include "diff_parts.h"

bool diff_is_half_live(const struct schema_diff *diff)
{
    return !diff->previous->server != !diff->current->server;
}

/* A server fills in what a statement does not say. */
static bool is_filled_in(enum schema_property property)
{
    switch (property) {
    case SCHEMA_ENGINE:
    case SCHEMA_CHARACTER_SET:
    case SCHEMA_COLLATION:
    case SCHEMA_OPTIONS:
    case SCHEMA_METHOD:
    case SCHEMA_PARTITION_BOUND:
        return true;
    default:
        return false;
    }
}

bool diff_knows_parts(const struct schema_diff *diff, const struct schema_object *owner)
{
    return diff->previous->dialect != SCHEMA_MYSQL || !diff->loose || owner->kind != SCHEMA_VIEW;
}

bool diff_is_told(const struct schema_diff *diff, const struct schema_object *object,
                  enum schema_property property, const char *before, const char *after)
{
    bool half = !before || !after;
    /* CREATE EXTENSION takes the newest that is there: which that is, only a server knows. */
    if (object->kind == SCHEMA_EXTENSION && property == SCHEMA_VERSION)
        return !half;
    if (diff->previous->dialect != SCHEMA_MYSQL || !diff->loose)
        return true;
    return !(half && is_filled_in(property)) && object->kind != SCHEMA_VIEW &&
           object->kind != SCHEMA_FUNCTION;
}

struct words {
    struct sql_scan scan;
    struct sql_token token;
};

/* The next token that counts; false at the end. */
static bool next_token(struct sql_scan *scan, struct sql_token *token)
{
    while (sql_scan_next(scan, token))
        if (token->kind != SQL_BLANK && token->kind != SQL_COMMENT &&
            !sql_token_is_sign(token, "(") && !sql_token_is_sign(token, ")"))
            return true;
    return false;
}

static bool is_name(const struct sql_token *token)
{
    return token->kind == SQL_WORD || token->kind == SQL_QUOTED;
}

/* The same without qualifiers ("shop." of "shop.orders") and without what says in which character
 * set a text is written (_utf8mb4'x'). */
static bool next_word(struct words *words)
{
    while (next_token(&words->scan, &words->token)) {
        struct sql_scan ahead = words->scan;
        struct sql_token behind;
        bool more = is_name(&words->token) && next_token(&ahead, &behind);
        if (more && sql_token_is_sign(&behind, "."))
            words->scan = ahead;
        else if (!more || *words->token.start != '_' || behind.kind != SQL_STRING)
            return true;
    }
    return false;
}

static bool same_token(const struct sql_token *a, const struct sql_token *b)
{
    struct sql_token left = *a, right = *b;
    if (left.kind == SQL_QUOTED) {
        left.start++;
        left.length -= left.length > 1 ? 2 : 1;
    }
    if (right.kind == SQL_QUOTED) {
        right.start++;
        right.length -= right.length > 1 ? 2 : 1;
    }
    if (is_name(a) != is_name(b) || left.length != right.length)
        return false;
    return is_name(a) ? strncasecmp(left.start, right.start, left.length) == 0
                      : memcmp(left.start, right.start, left.length) == 0;
}

bool diff_same_mysql(const char *a, const char *b)
{
    struct words left, right;
    sql_scan_start(&left.scan, DIALECT_MYSQL, a, strlen(a));
    sql_scan_start(&right.scan, DIALECT_MYSQL, b, strlen(b));
    for (;;) {
        bool more = next_word(&left), too = next_word(&right);
        if (!more || !too)
            return more == too;
        if (!same_token(&left.token, &right.token))
            return false;
    }
}
