/*
 * SET: what is not looked at from then on, what is taken that was refused, and what is set for the
 * whole server.
 */
#include <string.h>
#include <strings.h>

#include "sql_cursor.h"

/* "x = value" within SET, and the scope that it is set for. */
struct setting {
    const struct sql_token *name, *value;
    const char *full; /* with the names that dots join to it */
    bool server, persists;
};

static bool is_token(const struct sql_token *token, const char *text)
{
    return token->length == strlen(text) && strncasecmp(token->start, text, token->length) == 0;
}

/* "@@GLOBAL.x", "GLOBAL x", "SESSION x", "@@x", "x": the cursor is at the name afterwards. */
static void take_scope(struct sql_cursor *cursor, struct setting *setting)
{
    const struct sql_token *token = sql_peek(cursor, 0);

    setting->persists = sql_at_one_of(cursor, "PERSIST PERSIST_ONLY") ||
                        is_token(token, "@@PERSIST") || is_token(token, "@@PERSIST_ONLY");
    setting->server =
        setting->persists || sql_at_word(cursor, "GLOBAL") || is_token(token, "@@GLOBAL");
    if (setting->server || sql_at_one_of(cursor, "SESSION LOCAL") || is_token(token, "@@SESSION") ||
        is_token(token, "@@LOCAL")) {
        const struct sql_token *next = sql_peek(cursor, 1);

        if (next->kind == SQL_WORD || next->kind == SQL_QUOTED || sql_token_is_sign(next, "."))
            cursor->at++;
        sql_take_sign(cursor, ".");
    }
}

/* Steps over one of a list; false: it sets no variable. */
static bool take_setting(struct sql_cursor *item, struct setting *setting)
{
    size_t from;

    take_scope(item, setting);
    setting->name = sql_peek(item, 0);
    if (setting->name->kind != SQL_WORD && setting->name->kind != SQL_QUOTED &&
        setting->name->kind != SQL_PARAMETER)
        return false;
    from = item->at++;
    while (sql_take_sign(item, ".")) /* app.key */
        item->at++;
    setting->full = sql_source(item, from, item->at);
    if (!sql_take_sign(item, "=") && !sql_take_sign(item, ":=") && !sql_take_word(item, "TO"))
        return false;
    setting->value = sql_peek(item, 0);
    return true;
}

/* What many settings have, and no secret is: numbers, amounts, switches and levels. */
static const char plain_words[] = "on off true false yes no default none any all low medium strong "
                                  "weak minimal replica logical local always warn error";

static bool is_amount(const struct sql_token *value)
{
    static const char *const units[] = { "",  "B",  "kB", "MB", "GB",  "TB", "K", "M",
                                         "G", "us", "ms", "s",  "min", "h",  "d" };
    size_t digits = 0;

    while (digits < value->length && strchr("0123456789.", value->start[digits]) != NULL)
        digits++;
    for (size_t i = 0; digits > 0 && i < sizeof units / sizeof *units; i++) {
        if (value->length - digits == strlen(units[i]) &&
            strncasecmp(value->start + digits, units[i], value->length - digits) == 0)
            return true;
    }
    return false;
}

/* The value where it may be shown, bare; NULL: it may not, or there is more than one word. */
static const char *plain_value(const struct sql_cursor *item, const struct setting *setting)
{
    struct sql_token value = *setting->value;
    const struct sql_cursor bare = { .tokens = &value, .count = 1 };

    if (item->count != item->at + 1)
        return NULL;
    if (value.kind == SQL_STRING && value.length > 2) {
        value.start++;
        value.length -= 2;
        value.kind = SQL_WORD;
    }
    if (value.kind != SQL_NUMBER && value.kind != SQL_WORD)
        return NULL;
    if (!is_amount(&value) && !sql_at_one_of(&bare, plain_words) &&
        !sql_at_one_of(&bare, "md5 scram-sha-256 read-only read-write"))
        return NULL;
    return arena_printf(item->arena, "%.*s", (int)value.length, value.start);
}

static bool is_called(const struct setting *setting, const char *name)
{
    struct sql_token token = *setting->name;

    while (token.length > 0 && strchr("@`\"", *token.start) != NULL) {
        token.start++;
        token.length--;
    }
    if (token.length > 0 && strchr("`\"", token.start[token.length - 1]) != NULL)
        token.length--;
    return is_token(&token, name);
}

/* The value without its quotes. */
static struct sql_token bare_value(const struct setting *setting)
{
    struct sql_token value = *setting->value;

    if (value.length > 1 && strchr("'\"", *value.start) != NULL) {
        value.start++;
        value.length -= 2;
    }
    return value;
}

static bool is_set_to(const struct setting *setting, const char *const *values)
{
    struct sql_token value = bare_value(setting);

    for (; *values != NULL; values++) {
        if (is_token(&value, *values))
            return true;
    }
    return false;
}

static bool holds(const struct sql_token *token, const char *word)
{
    size_t length = strlen(word);

    for (size_t i = 0; i + length <= token->length; i++) {
        if (strncasecmp(token->start + i, word, length) == 0)
            return true;
    }
    return false;
}

static bool is_strict_mode(const struct sql_token *mode)
{
    return holds(mode, "STRICT_") || holds(mode, "TRADITIONAL");
}

/* REPLACE(@@sql_mode, 'STRICT_TRANS_TABLES', '') */
static bool takes_strictness(const struct sql_cursor *item)
{
    bool replaces = false;

    for (size_t i = item->at; i < item->count; i++) {
        replaces = replaces || sql_token_is(&item->tokens[i], "REPLACE");
        if (replaces && item->tokens[i].kind == SQL_STRING && is_strict_mode(&item->tokens[i]))
            return true;
    }
    return false;
}

/* A mode in words, and none of those that refuse what does not fit. What dumps and their tools
 * write before rows is meant for those. */
static bool is_lenient_mode(const struct sql_cursor *item, const struct setting *setting)
{
    struct sql_token value = bare_value(setting);

    if (takes_strictness(item))
        return true;
    return setting->value->kind == SQL_STRING && !is_token(&value, "NO_AUTO_VALUE_ON_ZERO") &&
           !is_strict_mode(&value);
}

static const struct check {
    const char *name, *words;
    bool lenient;
    const char *off[4]; /* empty: a mode */
} checks[] = {
    {"FOREIGN_KEY_CHECKS",        "SET FOREIGN_KEY_CHECKS",       false, { "0", "OFF", "FALSE" }},
    { "UNIQUE_CHECKS",            "SET UNIQUE_CHECKS",            false, { "0", "OFF", "FALSE" }},
    { "session_replication_role", "SET session_replication_role", false, { "replica", "local" } },
    { "SQL_SAFE_UPDATES",         "SET SQL_SAFE_UPDATES",         true,  { "0", "OFF", "FALSE" }},
    { "SQL_MODE",                 "SET SQL_MODE",                 true,  { NULL }               },
};

/* SET @saved = @@sql_mode */
static bool keeps(const struct setting *setting, const char *name)
{
    struct sql_token value = *setting->value;

    if (setting->name->kind != SQL_PARAMETER || value.kind != SQL_PARAMETER || value.length < 2 ||
        strncmp(value.start, "@@", 2) != 0)
        return false;
    value.start += 2;
    value.length -= 2;
    return is_token(&value, name);
}

static void read_check(const struct sql_cursor *item, const struct setting *setting,
                       struct sql_operation *operation)
{
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        const struct check *check = &checks[i];

        if (keeps(setting, check->name))
            operation->checks_kept |= 1u << i;
        if (!is_called(setting, check->name))
            continue;
        operation->sets = check->name;
        operation->checks_set |= setting->server ? 0 : 1u << i;
        if (check->off[0] != NULL ? !is_set_to(setting, check->off)
                                  : !is_lenient_mode(item, setting))
            continue;
        operation->words = check->words;
        operation->checks_off |= setting->server ? 0 : 1u << i;
        operation->unchecked |= !check->lenient;
        operation->lenient |= check->lenient;
    }
}

/* Settings of the server that guard it, and what they are then no guard at. */
static const struct guard {
    const char *name;
    const char *off[4];
} guards[] = {
    {"ssl",                       { "off", "0", "false", "no" }  },
    { "fsync",                    { "off", "0", "false", "no" }  },
    { "full_page_writes",         { "off", "0", "false", "no" }  },
    { "password_encryption",      { "md5", "off", "on", "plain" }},
    { "require_secure_transport", { "off", "0", "false", "no" }  },
    { "local_infile",             { "on", "1", "true", "yes" }   },
    { "validate_password_policy", { "low", "0" }                 },
    { "validate_password.policy", { "low", "0" }                 },
};

/* Settings that say what programs and libraries the server runs. */
static const char *const runners[] = {
    "archive_command",
    "archive_cleanup_command",
    "restore_command",
    "recovery_end_command",
    "ssl_passphrase_command",
    "shared_preload_libraries",
    "session_preload_libraries",
    "local_preload_libraries",
    "archive_library",
    "init_connect",
    "init_replica",
    "init_slave",
};

static void see_server(const struct setting *setting, struct sql_operation *operation)
{
    const struct sql_token name = { .kind = SQL_WORD,
                                    .start = setting->full,
                                    .length = strlen(setting->full) };

    for (size_t i = 0; i < sizeof guards / sizeof *guards; i++) {
        struct sql_token value = bare_value(setting);

        for (size_t k = 0; is_token(&name, guards[i].name) && k < 4 && guards[i].off[k]; k++) {
            if (is_token(&value, guards[i].off[k]))
                sql_see(operation, SQL_WEAKENS, "a setting that guards the server is set off");
        }
    }
    for (size_t i = 0; i < sizeof runners / sizeof *runners; i++) {
        if (is_token(&name, runners[i]))
            sql_see(operation, SQL_RUNS, "the server runs what it names");
    }
}

/* What dumps write of where a copy stands is set for the server too, and by nobody else. */
static bool is_of_server(const struct setting *setting)
{
    return setting->server && setting->name->kind == SQL_WORD && !is_called(setting, "GTID_PURGED");
}

static void read_password(struct sql_cursor *cursor, struct sql_operation *operation)
{
    operation->kind = SQL_ALTER;
    operation->object_kind = SQL_ROLE;
    operation->words = "SET PASSWORD";
    if (sql_take_word(cursor, "FOR"))
        operation->object = sql_take_account(cursor);
}

/* SET ROLE, SET SESSION AUTHORIZATION: back to who it is anyway is nothing. */
static bool read_identity(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_cursor ahead = *cursor;
    bool rights = sql_take_words(&ahead, "DEFAULT ROLE");
    const char *words = rights ? "SET DEFAULT ROLE" : "SET SESSION AUTHORIZATION";

    if (!rights && !sql_take_words(&ahead, "SESSION AUTHORIZATION")) {
        if (sql_at_one_of(&ahead, "SESSION LOCAL"))
            ahead.at++;
        if (!sql_take_word(&ahead, "ROLE"))
            return false;
        words = "SET ROLE";
    }
    if (sql_at_sign(&ahead, "=") || (!rights && sql_at_one_of(&ahead, "NONE DEFAULT")))
        return sql_at_one_of(&ahead, "NONE DEFAULT");
    operation->words = words;
    operation->object_kind = SQL_ROLE;
    operation->object = sql_take_account(&ahead);
    sql_see(operation, rights ? SQL_RIGHTS : SQL_ACTS_AS,
            rights ? "who may do what changes" : "what follows is done with the rights of another");
    return true;
}

/* Off for what follows; a dump keeps what it was in a variable, and sets it back. */
static void read_log(const struct setting *setting, struct sql_operation *operation)
{
    static const char *const off[] = { "0", "OFF", "FALSE", NULL };

    if (!is_called(setting, "SQL_LOG_BIN"))
        return;
    operation->sets = "SQL_LOG_BIN";
    if (is_set_to(setting, off)) {
        operation->words = "SET SQL_LOG_BIN";
        sql_see(operation, SQL_NO_RESTORE,
                "what follows is not written to the binary log: replicas and a restore to a point "
                "in time do not get it");
    }
    operation->kept |= setting->value->kind == SQL_PARAMETER;
}

static void read_server(const struct sql_cursor *item, const struct setting *setting,
                        struct sql_operation *operation)
{
    see_server(setting, operation);
    if (operation->server)
        return; /* the first of several gives the name */
    operation->server = true;
    operation->value = plain_value(item, setting);
}

/* SET x = value, RESET x, RESET ALL: for all databases from the next start or reload on. */
void sql_read_system(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct setting setting = { 0 };
    bool resets = sql_take_word(cursor, "RESET");

    operation->kind = SQL_SETTING;
    operation->words = "ALTER SYSTEM";
    operation->server = true;
    if (resets) {
        operation->words = arena_printf(cursor->arena, "ALTER SYSTEM RESET %s",
                                        sql_source(cursor, cursor->at, cursor->count));
        return;
    }
    sql_take_word(cursor, "SET");
    if (!take_setting(cursor, &setting))
        return;
    operation->words = arena_printf(cursor->arena, "ALTER SYSTEM SET %s", setting.full);
    operation->value = plain_value(cursor, &setting);
    see_server(&setting, operation);
}

void sql_read_set(struct sql_cursor *cursor, struct sql_operation *operation)
{
    struct sql_cursor item;

    if (sql_take_word(cursor, "PASSWORD")) {
        read_password(cursor, operation);
        return;
    }
    if (read_identity(cursor, operation))
        return;
    while (sql_take_item(cursor, &item)) {
        struct setting setting = { 0 };

        if (!take_setting(&item, &setting))
            continue;
        read_check(&item, &setting, operation);
        read_log(&setting, operation);
        if (!is_of_server(&setting))
            continue;
        if (!operation->server)
            operation->words = arena_printf(cursor->arena, "SET %s %s",
                                            setting.persists ? "PERSIST" : "GLOBAL", setting.full);
        read_server(&item, &setting, operation);
    }
}

/* --- What is set back --------------------------------------------------------------------------
 */

/* What is switched off from here on, and not set back: for the whole server it stays. */
static void leave_off(struct sql_operation *operation, unsigned back)
{
    if (operation->server || (operation->checks_off & back) == 0)
        return;
    operation->checks_off &= ~back;
    operation->unchecked = operation->lenient = false;
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++) {
        if ((operation->checks_off & 1u << i) == 0)
            continue;
        operation->words = checks[i].words;
        operation->sets = checks[i].name;
        operation->unchecked |= !checks[i].lenient;
        operation->lenient |= checks[i].lenient;
    }
}

/* What was kept before and is set back: the frame of every dump, and of each routine in it. What
 * only keeps a person from mistakes need not be kept: it is on or off. */
void sql_find_set_back(struct sql_operation *operations, size_t count)
{
    unsigned kept = 0, back = 0;

    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        kept |= checks[i].lenient && checks[i].off[0] != NULL ? 1u << i : 0;
    for (size_t i = 0; i < count; i++)
        kept = operations[i].checks_kept |= kept;
    for (size_t i = count; i-- > 0;) {
        unsigned set = operations[i].checks_set & ~operations[i].checks_off;

        leave_off(&operations[i], back & operations[i].checks_kept);
        back |= set;
    }
}
