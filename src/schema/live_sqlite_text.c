#include "live_sqlite_text.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

/* A word, a quoted name or text, a number, or one other character. */
struct token {
    const char *at;
    size_t length;
};

struct scan {
    struct arena *arena;
    const char *at, *end;
    struct token token; /* the one we are at; length 0: the end */
    struct vector clauses;
};

static bool is_word_byte(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

static const char *skip_blanks(const char *at, const char *end)
{
    while (at < end) {
        if (strchr(" \t\r\n\f", *at) != NULL && *at != '\0') {
            at++;
        } else if (end - at > 1 && at[0] == '-' && at[1] == '-') {
            while (at < end && *at != '\n')
                at++;
        } else if (end - at > 1 && at[0] == '/' && at[1] == '*') {
            const char *close = strstr(at + 2, "*/");

            at = close != NULL && close < end ? close + 2 : end;
        } else {
            break;
        }
    }
    return at;
}

static size_t quoted_length(const char *at, const char *end)
{
    char close = *at == '[' ? ']' : *at;
    const char *c = at + 1;

    while (c < end && (*c != close || (close != ']' && c + 1 < end && c[1] == close)))
        c += *c == close ? 2 : 1;
    return (size_t)((c < end ? c + 1 : end) - at);
}

static void next(struct scan *scan)
{
    const char *at = skip_blanks(scan->token.at + scan->token.length, scan->end);
    size_t length = 0;

    if (at >= scan->end)
        length = 0;
    else if (strchr("\"'`[", *at) != NULL)
        length = quoted_length(at, scan->end);
    else if (is_word_byte(*at))
        while (at + length < scan->end && is_word_byte(at[length]))
            length++;
    else
        length = 1;
    scan->token = (struct token){ at, length };
}

static bool is(const struct scan *scan, const char *word)
{
    return scan->token.length == strlen(word) &&
           strncasecmp(scan->token.at, word, scan->token.length) == 0;
}

/* Takes the word when it is there. */
static bool take(struct scan *scan, const char *word)
{
    if (!is(scan, word))
        return false;
    next(scan);
    return true;
}

/* A name without its quotes. */
static const char *name_of(struct scan *scan, struct token token)
{
    struct strbuf out = STRBUF_INIT;
    const char *copy, *at = token.at;
    size_t length = token.length;
    char close;

    if (length == 0 || strchr("\"'`[", *at) == NULL)
        return arena_bytes(scan->arena, at, length);
    close = *at == '[' ? ']' : *at;
    for (size_t i = 1; i + 1 < length; i++) {
        strbuf_add_char(&out, at[i]);
        i += at[i] == close;
    }
    copy = strbuf_to_arena(&out, scan->arena);
    strbuf_release(&out);
    return copy;
}

/* From ( to its ), both left behind: what is within, blanks around it cut. */
static const char *take_parentheses(struct scan *scan)
{
    const char *start = scan->token.at + 1, *end = start;
    size_t depth = 0;

    while (scan->token.length > 0) {
        if (is(scan, "("))
            depth++;
        else if (is(scan, ")") && --depth == 0)
            break;
        next(scan);
    }
    end = scan->token.at;
    next(scan);
    start = skip_blanks(start, end);
    while (end > start && strchr(" \t\r\n", end[-1]) != NULL)
        end--;
    return arena_bytes(scan->arena, start, (size_t)(end - start));
}

/* Until the comma or parenthesis that ends the clause. */
static bool at_end(const struct scan *scan)
{
    return scan->token.length == 0 || is(scan, ",") || is(scan, ")");
}

static struct sqlite_clause *add_clause(struct scan *scan, const char *column, const char *name,
                                        const char *word)
{
    struct sqlite_clause *clause = vector_add(&scan->clauses);

    clause->column = column;
    clause->name = name;
    clause->word = word;
    return clause;
}

/* "(a, b DESC)": names only. */
static void take_columns(struct scan *scan, struct sqlite_clause *clause)
{
    struct vector names;
    bool first = true;

    vector_init(&names, sizeof(const char *));
    for (next(scan); scan->token.length > 0 && !is(scan, ")"); next(scan)) {
        if (first) {
            const char *name = name_of(scan, scan->token);

            vector_push(&names, &name);
        }
        first = is(scan, ",");
    }
    next(scan);
    clause->columns = vector_to_arena(&names, scan->arena);
    clause->column_count = names.count;
    vector_release(&names);
}

static void take_generated(struct scan *scan, const char *column, const char *name)
{
    struct sqlite_clause clause = { .column = column, .name = name, .word = "GENERATED" };

    clause.expression = take_parentheses(scan);
    clause.virtual_column = !take(scan, "STORED");
    vector_push(&scan->clauses, &clause);
}

/* What stands behind a column's name: its type, then clauses. */
static void take_column(struct scan *scan)
{
    const char *column = name_of(scan, scan->token), *name = NULL;

    for (next(scan); !at_end(scan);) {
        if (is(scan, "(")) {
            take_parentheses(scan); /* of a type, or of what is referenced */
        } else if (take(scan, "CONSTRAINT")) {
            name = name_of(scan, scan->token);
            next(scan);
            continue;
        } else if (take(scan, "CHECK")) {
            struct sqlite_clause *clause = add_clause(scan, column, name, "CHECK");

            clause->expression = take_parentheses(scan);
        } else if (take(scan, "COLLATE")) {
            add_clause(scan, column, name, "COLLATE")->expression = name_of(scan, scan->token);
            next(scan);
        } else if (take(scan, "DEFAULT")) {
            if (is(scan, "("))
                take_parentheses(scan);
            else
                next(scan);
        } else if (take(scan, "AS")) {
            take_generated(scan, column, name);
        } else if (take(scan, "AUTOINCREMENT")) {
            add_clause(scan, column, name, "AUTOINCREMENT");
        } else if (take(scan, "PRIMARY")) {
            add_clause(scan, column, name, "PRIMARY");
        } else if (take(scan, "UNIQUE")) {
            add_clause(scan, column, name, "UNIQUE");
        } else if (take(scan, "REFERENCES")) {
            add_clause(scan, column, name, "REFERENCES");
        } else {
            next(scan);
            continue;
        }
        name = NULL;
    }
}

static bool take_table_constraint(struct scan *scan, const char *name)
{
    static const char *const words[] = { "PRIMARY", "UNIQUE", "FOREIGN" };

    if (take(scan, "CHECK")) {
        struct sqlite_clause *clause = add_clause(scan, NULL, name, "CHECK");

        clause->expression = take_parentheses(scan);
        return true;
    }
    for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
        struct sqlite_clause *clause;

        if (!take(scan, words[i]))
            continue;
        take(scan, "KEY");
        clause = add_clause(scan, NULL, name, words[i]);
        if (is(scan, "("))
            take_columns(scan, clause);
        return true;
    }
    return false;
}

static void take_item(struct scan *scan)
{
    const char *name = NULL;

    if (take(scan, "CONSTRAINT")) {
        name = name_of(scan, scan->token);
        next(scan);
    }
    if (!take_table_constraint(scan, name) && name == NULL)
        take_column(scan);
    while (!at_end(scan)) {
        if (is(scan, "("))
            take_parentheses(scan);
        else
            next(scan);
    }
}

const struct sqlite_clause *sqlite_table_clauses(struct arena *arena, const char *sql,
                                                 size_t *count)
{
    struct scan scan = {
        .arena = arena, .end = sql + strlen(sql), .token = {sql, 0}
    };
    const struct sqlite_clause *clauses;

    vector_init(&scan.clauses, sizeof(struct sqlite_clause));
    next(&scan);
    while (scan.token.length > 0 && !is(&scan, "("))
        next(&scan);
    while (scan.token.length > 0 && !is(&scan, ")")) {
        next(&scan);
        take_item(&scan);
    }
    *count = scan.clauses.count;
    clauses = vector_to_arena(&scan.clauses, arena);
    vector_release(&scan.clauses);
    return clauses;
}
