#include <config.h> /* memmem is a system extension */

#include <pilab/schema/sql_statements.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

/* A statement while it is read. */
struct cutter {
    struct sql_scan scan;
    struct vector tokens;     /* struct sql_token, of all statements */
    struct vector statements; /* struct sql_statement; `tokens` are set at the end */
    struct vector firsts;     /* size_t: where each one's tokens begin */
    size_t first;             /* where those of the present one begin */
    size_t depth;             /* of what an END ends */
    bool routine;             /* the present one may have a body with semicolons */
    bool whole;
    char delimiter[17]; /* of MySQL's client; "": the semicolon */
};

/* --- Where a statement may have semicolons in it -----------------------------------------------
 */

static const struct sql_token *token_at(const struct cutter *cutter, size_t index)
{
    return vector_at(&cutter->tokens, index);
}

static size_t count_of(const struct cutter *cutter)
{
    return cutter->tokens.count - cutter->first;
}

/* CREATE … {PROCEDURE | FUNCTION | TRIGGER | EVENT | PACKAGE}, within its first words. */
static bool begins_routine(const struct cutter *cutter, const struct sql_token *token)
{
    static const char *const kinds[] = { "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "PACKAGE" };

    if (count_of(cutter) > 12 || !sql_token_is(token_at(cutter, cutter->first), "CREATE"))
        return false;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (sql_token_is(token, kinds[i]))
            return true;
    }
    return false;
}

/* Whether what follows the token before is a statement of a body. */
static bool at_statement(const struct cutter *cutter)
{
    static const char *const before[] = { "BEGIN", "THEN", "ELSE", "DO", "LOOP", "ROW", "REPEAT" };
    const struct sql_token *last = token_at(cutter, cutter->tokens.count - 1);

    if (last->kind == SQL_SIGN)
        return *last->start == ';' || *last->start == ':';
    for (size_t i = 0; i < sizeof before / sizeof *before; i++) {
        if (sql_token_is(last, before[i]))
            return true;
    }
    return false;
}

/* What is opened here and closed by an END. PostgreSQL's bodies are strings, but for BEGIN ATOMIC,
 * of which the BEGIN alone says nothing yet. */
static void track_body(struct cutter *cutter, const struct sql_token *token)
{
    static const char *const blocks[] = { "IF", "LOOP", "WHILE", "REPEAT" };
    const struct sql_token *last =
        cutter->tokens.count > cutter->first ? token_at(cutter, cutter->tokens.count - 1) : NULL;
    bool after_end = last != NULL && sql_token_is(last, "END");

    if (!cutter->routine || last == NULL || token->kind != SQL_WORD)
        return;
    if (sql_token_is(token, "END")) {
        if (cutter->depth > 0)
            cutter->depth--;
    } else if (after_end) {
        return; /* END IF, END CASE, END of a label */
    } else if (cutter->scan.dialect == DIALECT_POSTGRESQL) {
        if ((sql_token_is(token, "ATOMIC") && sql_token_is(last, "BEGIN")) ||
            (cutter->depth > 0 && sql_token_is(token, "CASE")))
            cutter->depth++;
    } else if (sql_token_is(token, "BEGIN") || sql_token_is(token, "CASE")) {
        cutter->depth++;
    } else if (cutter->depth > 0 && at_statement(cutter)) {
        for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++)
            cutter->depth += sql_token_is(token, blocks[i]);
    }
}

/* --- Ends ------------------------------------------------------------------------------------- */

static bool copies_from_stdin(const struct cutter *cutter)
{
    size_t count = cutter->tokens.count;

    if (count_of(cutter) < 4 || !sql_token_is(token_at(cutter, cutter->first), "COPY"))
        return false;
    for (size_t i = cutter->first; i + 1 < count; i++) {
        if (sql_token_is(token_at(cutter, i), "FROM") &&
            sql_token_is(token_at(cutter, i + 1), "STDIN"))
            return true;
    }
    return false;
}

static void skip_line(struct sql_scan *scan)
{
    const char *end = memchr(scan->at, '\n', (size_t)(scan->end - scan->at));

    scan->at = end ? end + 1 : scan->end;
    scan->line += end != NULL;
}

/* The data of a COPY, up to the line "\." or the end of the text. */
static void skip_data(struct sql_scan *scan)
{
    skip_line(scan);
    while (scan->at < scan->end) {
        bool last = scan->end - scan->at >= 2 && memcmp(scan->at, "\\.", 2) == 0 &&
                    (scan->end - scan->at == 2 || scan->at[2] == '\n' || scan->at[2] == '\r');
        skip_line(scan);
        if (last)
            return;
    }
}

static void end_statement(struct cutter *cutter)
{
    struct sql_statement *statement;
    const struct sql_token *first, *last;
    bool data = copies_from_stdin(cutter);

    if (data && cutter->delimiter[0] == '\0' && !cutter->whole)
        skip_data(&cutter->scan);
    cutter->routine = false;
    cutter->depth = 0;
    if (count_of(cutter) == 0)
        return;
    first = token_at(cutter, cutter->first);
    last = token_at(cutter, cutter->tokens.count - 1);
    statement = vector_add(&cutter->statements);
    *statement = (struct sql_statement){
        .count = count_of(cutter),
        .text = first->start,
        .length = (size_t)(last->start + last->length - first->start),
        .line = first->line,
        .data = data,
    };
    vector_push(&cutter->firsts, &cutter->first);
    cutter->first = cutter->tokens.count;
}

/* Nothing but blanks between the place and the ends of its line. */
static bool alone_on_line(const struct sql_scan *scan, const char *start, size_t length)
{
    for (const char *at = start; at > scan->text && at[-1] != '\n'; at--) {
        if (at[-1] != ' ' && at[-1] != '\t')
            return false;
    }
    for (const char *at = start + length; at < scan->end && *at != '\n'; at++) {
        if (*at != ' ' && *at != '\t' && *at != '\r')
            return false;
    }
    return true;
}

static bool is_batch_end(const struct cutter *cutter, const struct sql_token *token)
{
    enum sql_dialect dialect = cutter->scan.dialect;

    if (dialect == DIALECT_POSTGRESQL || dialect == DIALECT_SQLITE || sql_dialect_is_mysql(dialect))
        return false;
    return (sql_token_is(token, "GO") || sql_token_is_sign(token, "/")) &&
           alone_on_line(&cutter->scan, token->start, token->length);
}

/* "DELIMITER $$" at the beginning of a line, of MySQL's client. */
static bool take_delimiter(struct cutter *cutter)
{
    struct sql_scan *scan = &cutter->scan;
    const char *at = scan->at, *end;
    size_t length;

    if (count_of(cutter) > 0 || (at > scan->text && at[-1] != '\n') || scan->end - at < 11 ||
        strncasecmp(at, "DELIMITER", 9) != 0 || (at[9] != ' ' && at[9] != '\t') ||
        (!sql_dialect_is_mysql(scan->dialect) && scan->dialect != DIALECT_UNKNOWN))
        return false;
    at += 9;
    while (at < scan->end && (*at == ' ' || *at == '\t'))
        at++;
    for (end = at; end < scan->end && (unsigned char)*end > ' '; end++)
        ;
    length = (size_t)(end - at);
    if (length >= sizeof cutter->delimiter)
        return false;
    memcpy(cutter->delimiter, at, length);
    cutter->delimiter[length] = '\0';
    if (strcmp(cutter->delimiter, ";") == 0)
        cutter->delimiter[0] = '\0';
    skip_line(scan);
    return true;
}

/* ".headers on" of sqlite3, but for what brings in something else, which nobody reads: ".read",
 * also as ".rea" (any beginning is enough there). */
static bool is_dot_command(const struct sql_scan *scan)
{
    static const char *const others[] = { "read", "import", "restore", "load", "shell", "system" };
    const char *word = scan->at + 1, *end = word;

    if (scan->dialect != DIALECT_SQLITE || *scan->at != '.')
        return false;
    while (end < scan->end && ((*end >= 'a' && *end <= 'z') || (*end >= 'A' && *end <= 'Z')))
        end++;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
        if (strncasecmp(others[i], word, (size_t)(end - word)) == 0)
            return false;
    }
    return true;
}

/* "\restrict …", "\connect x", "\i file" of psql: to the end of the line, between statements. */
static bool take_command(struct cutter *cutter)
{
    struct sql_scan *scan = &cutter->scan;

    if (count_of(cutter) > 0 || (scan->at > scan->text && scan->at[-1] != '\n') ||
        (*scan->at != '\\' && !is_dot_command(scan)))
        return false;
    skip_line(scan);
    return true;
}

static bool take_end(struct cutter *cutter)
{
    size_t length = strlen(cutter->delimiter);

    if (length == 0 || (size_t)(cutter->scan.end - cutter->scan.at) < length ||
        strncasecmp(cutter->scan.at, cutter->delimiter, length) != 0)
        return false;
    cutter->scan.at += length;
    end_statement(cutter);
    return true;
}

static bool ends_here(const struct cutter *cutter, const struct sql_token *token)
{
    if (cutter->delimiter[0] != '\0' || !sql_token_is_sign(token, ";"))
        return false;
    /* A block of Oracle ends where its line "/" stands. */
    return cutter->depth == 0 && !(cutter->routine && cutter->scan.dialect == DIALECT_ORACLE);
}

static void add_token(struct cutter *cutter, const struct sql_token *token)
{
    track_body(cutter, token);
    vector_push(&cutter->tokens, token);
    if (begins_routine(cutter, token))
        cutter->routine = true;
}

/* "END$$": '$' may be part of a name, and is none where it ends the statement. */
static void leave_end(struct cutter *cutter, struct sql_token *token)
{
    const char *end;

    if (cutter->delimiter[0] == '\0' || token->kind != SQL_WORD)
        return;
    end = memmem(token->start, token->length, cutter->delimiter, strlen(cutter->delimiter));
    if (end == NULL)
        return;
    token->length = (size_t)(end - token->start);
    cutter->scan.at = end;
}

static void cut(struct cutter *cutter)
{
    struct sql_token token;

    while (cutter->scan.at < cutter->scan.end) {
        if (!cutter->whole && (take_delimiter(cutter) || take_command(cutter) || take_end(cutter)))
            continue;
        sql_scan_next(&cutter->scan, &token);
        leave_end(cutter, &token);
        if (token.kind == SQL_BLANK || token.kind == SQL_COMMENT)
            continue;
        if (!cutter->whole && (ends_here(cutter, &token) || is_batch_end(cutter, &token)))
            end_statement(cutter);
        else
            add_token(cutter, &token);
    }
    /* A semicolon at its end is no part of what is one statement. */
    if (cutter->whole && count_of(cutter) > 0 &&
        sql_token_is_sign(token_at(cutter, cutter->tokens.count - 1), ";"))
        cutter->tokens.count--;
    end_statement(cutter);
}

/* The statements point to what is shown, wherever it is in memory. */
static void hand_over(struct cutter *cutter, const struct sql_text *text, struct arena *arena,
                      struct sql_statements *out)
{
    const char *shown = text->shown != NULL ? text->shown : text->text;
    struct sql_token *tokens = vector_to_arena(&cutter->tokens, arena);
    struct sql_statement *list = vector_to_arena(&cutter->statements, arena);

    for (size_t i = 0; i < cutter->tokens.count; i++)
        tokens[i].start = shown + (tokens[i].start - text->text);
    for (size_t i = 0; i < cutter->statements.count; i++) {
        list[i].tokens = tokens + *(const size_t *)vector_at(&cutter->firsts, i);
        list[i].text = shown + (list[i].text - text->text);
    }
    *out = (struct sql_statements){ .list = list, .count = cutter->statements.count };
}

bool sql_statements_read(enum sql_dialect dialect, const struct sql_text *text, struct arena *arena,
                         struct sql_statements *out, struct error *error)
{
    struct cutter cutter = { .whole = text->whole };

    *out = (struct sql_statements){ 0 };
    if (text->length > SQL_TEXT_MAX)
        return error_set(error, ERROR_LIMIT, "it has more than %zu MiB", SQL_TEXT_MAX >> 20);
    vector_init(&cutter.tokens, sizeof(struct sql_token));
    vector_init(&cutter.statements, sizeof(struct sql_statement));
    vector_init(&cutter.firsts, sizeof(size_t));
    sql_scan_start(&cutter.scan, dialect, text->text, text->length);
    cutter.scan.line = text->line;
    cut(&cutter);
    hand_over(&cutter, text, arena, out);
    vector_release(&cutter.tokens);
    vector_release(&cutter.statements);
    vector_release(&cutter.firsts);
    return true;
}
