/*
 * Secrets in SQL: the strings that belong to a name which tells one (a default, an assignment, an
 * option, a column of INSERT), passwords of roles, and what stands in strings, bodies and comments.
 */
#include <config.h> /* memmem is a system extension */

#include <pilab/drift/mask.h>

#include <stdint.h>
#include <string.h>

#include <pilab/drift/rules.h>
#include <pilab/schema/sql_scan.h>

#include "mask_sql_state.h"
#include "mask_sql_text.h"
#include "secrets.h"

/* Bodies within bodies; what is deeper is read as lines. */
#define DEPTH_MAX 4

static struct sql_token peek(struct sql_scan scan)
{
    return sql_text_next(&scan);
}

/* ---- words ---- */

static void arm(struct sql_mask *mask)
{
    mask->armed = true;
    mask->since = mask->depth;
    if (mask->clause && mask->depth > mask->clause_depth)
        return;
    mask->clause = true;
    mask->clause_depth = mask->depth;
}

/* PASSWORD('X'), crypt('X', …): the first argument is what the name belongs to. */
static void follow_call(struct sql_mask *mask, const struct sql_token *token,
                        const struct sql_token *next)
{
    static const char *const takes[] = { "password", "old_password", "crypt",     "encrypt",
                                         "md5",      "sha",          "sha1",      "sha2",
                                         "sha224",   "sha256",       "sha384",    "sha512",
                                         "digest",   "encode",       "hashbytes", "lower",
                                         "upper",    "trim",         "convert_to" };
    static const char *const joins[] = { "concat", "coalesce", "ifnull", "nvl", "nullif" };
    bool column = sql_mask_is_in_row(mask) && sql_mask_is_column(mask, mask->secret_columns);
    bool joined = IS_ONE_OF(token, joins);

    if (!sql_token_is_sign(next, "("))
        return;
    if (sql_token_is(token, "set_config")) {
        mask->configured = CONFIGURED_NAME;
    } else if ((joined || IS_ONE_OF(token, takes)) &&
               (column || (mask->armed && mask->depth == mask->since))) {
        mask->password = column ? sql_mask_is_column(mask, mask->password_columns) : mask->password;
        mask->armed = true;
        mask->since = mask->depth + 1;
        mask->spread = joined ? mask->since + 1 : mask->spread;
    }
}

/* CASE WHEN … THEN 'X' ELSE 'Y' END: the values are those of the name in front, the conditions are
 * not. Whether the word was one of these. */
static bool follow_case(struct sql_mask *mask, const struct sql_token *token)
{
    if (sql_token_is(token, "CASE") && mask->armed && mask->depth == mask->since) {
        mask->cased = mask->depth + 1;
        mask->armed = false;
    } else if (mask->cased != mask->depth + 1) {
        return false;
    } else if (sql_token_is(token, "THEN") || sql_token_is(token, "ELSE")) {
        mask->armed = true;
        mask->since = mask->depth;
    } else if (sql_token_is(token, "WHEN") || sql_token_is(token, "END")) {
        mask->armed = false;
        mask->cased = sql_token_is(token, "END") ? 0 : mask->cased;
    } else {
        return false;
    }
    return true;
}

/* PRAGMA key = 'X', ATTACH 'file' AS name KEY 'X' */
static bool is_database_key(struct sql_mask *mask, const struct sql_token *token)
{
    static const char *const begins[] = { "PRAGMA", "ATTACH" };
    static const char *const keys[] = { "key", "rekey", "hexkey", "hexrekey", "textkey" };

    mask->sqlite |= IS_ONE_OF(token, begins);
    return mask->sqlite && IS_ONE_OF(token, keys);
}

/* Whether what follows a name makes it one that a string belongs to: no call, no qualifier. */
static bool takes_string(const struct sql_token *next)
{
    return !sql_token_is_sign(next, "(") && !sql_token_is_sign(next, ".");
}

static bool compares(const struct sql_token *next)
{
    return sql_token_is_sign(next, "=") || sql_token_is_sign(next, "<") ||
           sql_token_is_sign(next, ">") || sql_token_is_sign(next, "!") ||
           sql_token_is_sign(next, ":=");
}

static void follow_identified(struct sql_mask *mask, const struct sql_token *token)
{
    if (sql_token_is(token, "IDENTIFIED"))
        mask->identified = IDENTIFIED_SOMEHOW;
    else if (mask->identified == IDENTIFIED_SOMEHOW && sql_token_is(token, "BY"))
        mask->identified = IDENTIFIED_BY;
    else if (mask->identified == IDENTIFIED_BY)
        mask->identified = IDENTIFIED_NOT;
}

/* A setting of one's own has a dot in its name; so have NEW.password and OLD.password. */
static void follow_setting(struct sql_mask *mask, const struct sql_token *token)
{
    static const char *const rows[] = { "NEW", "OLD" };

    mask->updates =
        (mask->updates || sql_token_is(token, "UPDATE")) && !sql_token_is_sign(token, ";");
    if (sql_token_is(token, "SET") && !mask->updates)
        mask->setting = SETTING_BEGINS;
    else if (mask->setting == SETTING_NAMED && !sql_token_is_sign(token, "."))
        mask->setting = sql_token_is_sign(token, "=") || sql_token_is(token, "TO") ? SETTING_VALUE
                                                                                   : SETTING_NOT;
    else if (mask->setting == SETTING_VALUE || token->kind == SQL_STRING || compares(token) ||
             sql_token_is_sign(token, ";") || IS_ONE_OF(token, rows))
        mask->setting = SETTING_NOT;
    else if (mask->setting != SETTING_NOT && sql_token_is_sign(token, "."))
        mask->setting = SETTING_DOTTED;
    else if (mask->setting == SETTING_DOTTED && sql_mask_names_secret(mask, token))
        mask->setting = SETTING_NAMED;
}

/* Its value is there: what follows is none. */
static void end_setting(struct sql_mask *mask)
{
    mask->armed = mask->armed && mask->setting != SETTING_VALUE;
    mask->setting = SETTING_NOT;
}

/* Whether a token that is no string is a password. */
static bool is_password(const struct sql_mask *mask, const struct sql_token *token,
                        const struct sql_scan *scan)
{
    static const char *const said[] = { "PASSWORD", "RANDOM", "VALUES" };
    static const char *const nothing[] = { "DEFAULT", "NULL", "TRUE", "FALSE", "ON", "OFF" };
    bool word = token->kind == SQL_WORD || token->kind == SQL_QUOTED || token->kind == SQL_NUMBER;
    struct sql_token next = { .kind = SQL_END };

    if (!word || (mask->identified != IDENTIFIED_BY && mask->setting != SETTING_VALUE))
        return false;
    if (mask->identified == IDENTIFIED_BY)
        return !IS_ONE_OF(token, said);
    next = peek(*scan);
    return takes_string(&next) && !IS_ONE_OF(token, nothing);
}

static void add_password(struct sql_mask *mask, const struct sql_token *token)
{
    size_t quote = token->kind == SQL_QUOTED && token->length > 1;

    strbuf_add_bytes(mask->out, token->start, quote);
    strbuf_add(mask->out, MASK_TEXT);
    strbuf_add_bytes(mask->out, token->start + token->length - quote, quote);
    mask->identified = IDENTIFIED_NOT;
    end_setting(mask);
    mask->count++;
}

static void follow_word(struct sql_mask *mask, const struct sql_token *token,
                        const struct sql_scan *scan)
{
    static const char *const ends[] = { "CHECK", "REFERENCES", "IS",   "COMMENT",  "CONSTRAINT",
                                        "WHERE", "AND",        "OR",   "FROM",     "SELECT",
                                        "JOIN",  "ON",         "LIKE", "THEN",     "ELSE",
                                        "BEGIN", "RETURNS",    "IN",   "LANGUAGE", "USING" };
    static const char *const objects[] = { "TABLE",   "VIEW",   "INDEX",    "TYPE",
                                           "TRIGGER", "INTO",   "ONLY",     "SEQUENCE",
                                           "SCHEMA",  "POLICY", "DATABASE", "UPDATE" };
    static const char *const bodies[] = { "AS", "DO" };
    static const char *const lookups[] = { "nextval", "currval", "setval", "current_setting",
                                           "to_regclass" };
    struct sql_token next = peek(*scan);
    bool object = mask->object; /* it is the name of one */

    sql_mask_follow_columns(mask, token, &next);
    follow_identified(mask, token);
    mask->of_role |= mask->armed && sql_token_is(token, "FOR");
    mask->body = IS_ONE_OF(token, bodies);
    mask->object = IS_ONE_OF(token, objects);
    mask->resolved = IS_ONE_OF(token, lookups);
    if (sql_token_is(token, "WHERE"))
        mask->where = mask->depth + 1;
    if (follow_case(mask, token)) {
        /* what follows is a condition, or a value */
    } else if (sql_token_is(token, "IDENTIFIED")) {
        arm(mask);
    } else if (is_database_key(mask, token)) {
        arm(mask);
        mask->since += sql_token_is_sign(&next, "(");
    } else if (sql_token_is(token, "DEFAULT")) {
        if (mask->clause && mask->depth == mask->clause_depth)
            arm(mask);
    } else if (IS_ONE_OF(token, ends) && mask->identified == IDENTIFIED_NOT) {
        mask->armed = false;
    } else if ((!object || compares(&next)) && sql_mask_names_secret(mask, token)) {
        if (takes_string(&next) ||
            (sql_token_is_sign(&next, "(") && sql_token_is(token, "password")))
            arm(mask);
        mask->password = mask->armed && sql_mask_names(mask, token, secret_password);
        mask->api_key = mask->armed && sql_mask_names(mask, token, secret_clear);
    } else if (mask->updates && sql_token_is_sign(&next, "=") &&
               sql_pairs_updates(mask->dialect, token, scan)) {
        arm(mask);
        mask->password = false;
        mask->api_key = true;
    } else if (compares(&next) && !sql_token_is_sign(&next, ":=") && !mask->of_role) {
        mask->armed = false; /* "pw text := 'X'" is a variable, and its type */
    }
    mask->opens = sql_token_is(token, "DEFAULT");
    follow_call(mask, token, &next);
}

/* ---- signs ---- */

static void open_parenthesis(struct sql_mask *mask)
{
    if (mask->insert == INSERT_INTO) {
        mask->insert = INSERT_COLUMNS;
        mask->insert_depth = mask->depth;
        mask->column = 0;
    } else if (mask->insert == INSERT_VALUES && mask->depth == mask->insert_depth) {
        mask->column = 0;
        mask->pairs.named = false;
    }
    if (mask->opens && (mask->armed || mask->key) && mask->depth == mask->since)
        mask->since++;
    mask->depth++;
}

static void close_parenthesis(struct sql_mask *mask)
{
    mask->depth--;
    if (mask->depth + 1 < mask->where)
        mask->where = 0;
    mask->armed = mask->armed && mask->depth >= mask->since;
    mask->clause = mask->clause && mask->depth >= mask->clause_depth;
    mask->spread = mask->depth + 1 < mask->spread ? 0 : mask->spread;
    mask->cased = mask->depth + 1 < mask->cased ? 0 : mask->cased;
    if (mask->insert == INSERT_COLUMNS && mask->depth <= mask->insert_depth)
        mask->insert = INSERT_LISTED;
}

static void follow_sign(struct sql_mask *mask, const struct sql_token *token)
{
    if (sql_token_is_sign(token, "(")) {
        open_parenthesis(mask);
    } else if (sql_token_is_sign(token, ")")) {
        close_parenthesis(mask);
    } else if (sql_token_is_sign(token, ",")) {
        mask->configured =
            mask->configured == CONFIGURED_SECRET ? CONFIGURED_VALUE : CONFIGURED_NOT;
        mask->armed = mask->armed && (mask->depth > mask->since || mask->spread == mask->depth + 1);
        mask->clause = mask->clause && mask->depth > mask->clause_depth;
        mask->column += mask->depth == mask->insert_depth + 1;
    } else if (sql_token_is_sign(token, ";")) {
        mask->armed = mask->clause = mask->of_role = mask->sqlite = false;
        mask->configured = CONFIGURED_NOT;
        mask->where = mask->cased = mask->spread = 0;
        mask->identified = IDENTIFIED_NOT;
        mask->insert = INSERT_NONE;
    } else if (sql_token_is_sign(token, ".")) {
        mask->armed = false;
    } else if (sql_token_is_sign(token, "=") && mask->updates && mask->insert == INSERT_LISTED) {
        mask->insert = INSERT_VALUES;
        mask->insert_depth = mask->depth;
    }
    mask->opens = (mask->opens && sql_token_is_sign(token, "(")) || sql_token_is_sign(token, "=");
}

/* ---- strings ---- */

/* "'X'::text AS password". A type is no string, so that strings in a row are each looked at once.
 */
static bool is_called_secret(const struct sql_mask *mask, const struct sql_scan *scan)
{
    struct sql_scan ahead = *scan;
    struct sql_token token = sql_text_next(&ahead);

    while (sql_token_is_sign(&token, "::")) {
        token = sql_text_next(&ahead);
        if (token.kind == SQL_STRING)
            return false;
        token = sql_text_next(&ahead);
    }
    if (!sql_token_is(&token, "AS"))
        return false;
    token = sql_text_next(&ahead);
    return sql_mask_names_secret(mask, &token);
}

static bool is_secret(const struct sql_mask *mask, const struct sql_scan *scan)
{
    if (mask->resolved)
        return false;
    if (mask->key || (mask->armed && mask->depth == mask->since) ||
        mask->configured == CONFIGURED_VALUE || is_called_secret(mask, scan))
        return true;
    return sql_mask_is_in_row(mask) && sql_mask_is_column(mask, mask->secret_columns);
}

/* Whether a string that is a secret goes as it is into a column for passwords or keys. */
static bool is_written(const struct sql_mask *mask, const char *text, size_t size)
{
    bool armed = (mask->armed || mask->key) && mask->depth == mask->since;
    bool password = armed ? mask->password : sql_mask_is_column(mask, mask->password_columns);
    bool key =
        armed ? mask->api_key : sql_mask_is_column(mask, mask->key_columns) || mask->pairs.clear;

    return !(armed && mask->where > 0) && (password || key) &&
           sql_pairs_clear(password, text, size);
}

static size_t mask_part(struct sql_mask part, const char *text, size_t length);

/* What a string says that belongs to no name: a connection's parameters may have quotes, which
 * stand there twice. */
static void add_plain(struct sql_mask *mask, const char *text, size_t size)
{
    struct strbuf said = STRBUF_INIT, shown = STRBUF_INIT;

    if (memmem(text, size, "''", 2) == NULL) {
        mask->count += mask_value(mask->out, NULL, text, size) != SECRET_NONE;
        return;
    }
    sql_text_add_quotes(&said, text, size, false);
    if (mask_value(&shown, NULL, said.data, said.length) != SECRET_NONE) {
        sql_text_add_quotes(mask->out, shown.data, shown.length, true);
        mask->count++;
    } else {
        strbuf_add_bytes(mask->out, text, size);
    }
    strbuf_release(&said);
    strbuf_release(&shown);
}

/* A program between quotes, whose own quotes stand there twice. */
static size_t add_body(struct sql_mask part, const char *text, size_t size, bool doubled)
{
    struct strbuf *out = part.out, said = STRBUF_INIT, shown = STRBUF_INIT;
    size_t count;

    if (!doubled)
        return mask_part(part, text, size);
    sql_text_add_quotes(&said, text, size, false);
    part.out = &shown;
    count = mask_part(part, said.data, said.length);
    if (count > 0)
        sql_text_add_quotes(out, shown.data, shown.length, true);
    else
        strbuf_add_bytes(out, text, size);
    strbuf_release(&said);
    strbuf_release(&shown);
    return count;
}

static bool is_secret_name(const char *text, size_t length)
{
    struct strbuf name = STRBUF_INIT;
    bool secret;

    strbuf_add_bytes(&name, text, length);
    secret = secret_key(name.data);
    strbuf_release(&name);
    return secret;
}

static void add_string(struct sql_mask *mask, const struct sql_token *token,
                       const struct sql_scan *scan)
{
    size_t size, start = sql_text_inside(token, &size);
    const char *text = token->start + start;
    /* A program has blanks in it; one word between dollars is a value like any other. */
    bool blanks = memchr(text, ' ', size) != NULL || memchr(text, '\n', size) != NULL;
    bool body = (*token->start == '$' && (blanks || !is_secret(mask, scan))) ||
                (mask->body && blanks && !mask->armed && !mask->key);
    bool paired =
        sql_mask_is_in_row(mask) && sql_pairs_string(&mask->pairs, mask->column, text, size);

    strbuf_add_bytes(mask->out, token->start, start);
    if (!body && (paired || is_secret(mask, scan)) && !secret_reference(text, size)) {
        sql_text_add_masked(mask->out, text, size);
        mask->count++;
        mask->written += is_written(mask, text, size);
    } else if (body && mask->level < DEPTH_MAX) {
        mask->count +=
            add_body((struct sql_mask){ .out = mask->out,
                                        .dialect = mask->dialect,
                                        .level = mask->level + 1 },
                     text, size, *token->start != '$' && memmem(text, size, "''", 2) != NULL);
    } else {
        add_plain(mask, text, size);
    }
    strbuf_add_bytes(mask->out, text + size, token->length - start - size);
    mask->body = false;
    if (mask->configured == CONFIGURED_NAME)
        mask->configured = is_secret_name(text, size) ? CONFIGURED_SECRET : CONFIGURED_NOT;
}

static struct sql_mask mask_all(struct sql_mask part, const char *text, size_t length)
{
    struct sql_scan scan;
    struct sql_token token;

    sql_scan_start(&scan, part.dialect, text, length);
    while (sql_scan_next(&scan, &token)) {
        if (token.kind == SQL_STRING && token.length > 1) {
            add_string(&part, &token, &scan);
            end_setting(&part);
            continue;
        }
        if (token.kind == SQL_COMMENT) {
            part.count += sql_text_add_comment(part.out, part.dialect, &token);
            continue;
        }
        if (is_password(&part, &token, &scan)) {
            add_password(&part, &token);
            continue;
        }
        strbuf_add_bytes(part.out, token.start, token.length);
        if (token.kind != SQL_BLANK)
            follow_setting(&part, &token);
        if (token.kind == SQL_SIGN)
            follow_sign(&part, &token);
        else if (token.kind != SQL_BLANK)
            follow_word(&part, &token, &scan);
    }
    return part;
}

static size_t mask_part(struct sql_mask part, const char *text, size_t length)
{
    return mask_all(part, text, length).count;
}

bool secret_written(enum sql_dialect dialect, const char *key, const char *text, size_t length)
{
    struct strbuf shown = STRBUF_INIT;
    const struct sql_mask whole = { .out = &shown,
                                    .dialect = dialect,
                                    .key = key != NULL,
                                    .password = key != NULL && secret_password(key),
                                    .opens = key != NULL };
    bool written = mask_all(whole, text, length).written > 0;

    strbuf_release(&shown);
    return written;
}

size_t mask_sql(struct strbuf *out, enum sql_dialect dialect, const char *key, const char *text,
                size_t length)
{
    return mask_part((struct sql_mask){ .out = out, .dialect = dialect, .key = secret_key(key) },
                     text, length);
}
