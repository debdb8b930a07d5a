#include "migration_liquibase.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>

/* A changelog while it is read. */
struct changelog {
    struct arena *arena;
    const char *text;
    char *copy; /* of the text, marks blanked: MySQL takes "--rollback" for minus minus rollback */
    size_t length;
    struct vector *sections;
    struct migration_section *section; /* NULL: before the first changeset */
    const char *start;                 /* of its SQL, within the copy */
    unsigned line;
    bool whole;
    struct strbuf rollback; /* of the present changeset */
    unsigned rollback_line;
    bool in_comment_rollback; /* within a block comment "liquibase rollback" */
    const char *problem;
    unsigned problem_line;
};

static const char *take_word(struct arena *arena, const char **at, const char *end, char stop)
{
    const char *start = *at, *result;

    while (*at < end && **at != stop && **at != ' ' && **at != '\t' && **at != '\r')
        (*at)++;
    result = arena_bytes(arena, start, (size_t)(*at - start));
    return result;
}

static void end_rollback(struct changelog *log)
{
    char *text;

    if (log->section == NULL || log->rollback.length == 0)
        return;
    text = strbuf_to_arena(&log->rollback, log->arena);
    text_add_part(&log->section->down, text, text + log->rollback.length, log->rollback_line,
                  false);
    strbuf_clear(&log->rollback);
}

static void end_changeset(struct changelog *log, const char *end)
{
    if (log->section == NULL)
        return;
    text_add_part(&log->section->up, log->start, log->copy + (end - log->text), log->line,
                  log->whole);
    end_rollback(log);
    log->section = NULL;
}

static void blank(const struct changelog *log, const struct text_line *line)
{
    memset(log->copy + (line->start - log->text), ' ', (size_t)(line->end - line->start));
}

/* "splitStatements:false", "runOnChange:true", "dbms:postgresql,h2". */
static void take_attribute(struct changelog *log, const char *word)
{
    struct migration_section *section = log->section;

    if (strcasecmp(word, "runOnChange:true") == 0)
        section->kind = MIGRATION_REPEATABLE;
    else if (strcasecmp(word, "runAlways:true") == 0)
        section->kind = MIGRATION_ALWAYS;
    else if (strcasecmp(word, "runInTransaction:false") == 0)
        section->no_transaction = true;
    else if (strcasecmp(word, "splitStatements:false") == 0)
        log->whole = true;
    else if (strncasecmp(word, "dbms:", 5) == 0)
        section->dialect = word + 5;
}

static void begin_changeset(struct changelog *log, const char *rest, const struct text_line *line)
{
    const char *id;

    end_changeset(log, line->start);
    log->section = text_add_section(log->sections, line->number);
    log->start = log->copy + (line->next - log->text);
    log->line = line->number + 1;
    log->whole = false;
    log->section->author = take_word(log->arena, &rest, line->end, ':');
    if (rest < line->end && *rest == ':') {
        rest++;
        id = take_word(log->arena, &rest, line->end, ' ');
    } else {
        id = "";
        if (log->problem == NULL) {
            log->problem = "a changeset needs an author and an id: \"--changeset author:id\"";
            log->problem_line = line->number;
        }
    }
    log->section->id = id;
    while (rest < line->end) {
        rest += strspn(rest, " \t\r");
        if (rest < line->end)
            take_attribute(log, take_word(log->arena, &rest, line->end, ' '));
    }
}

static void add_rollback(struct changelog *log, const char *start, const char *end, unsigned number)
{
    if (log->rollback.length == 0)
        log->rollback_line = number;
    else
        strbuf_add_char(&log->rollback, '\n');
    strbuf_add_bytes(&log->rollback, start, (size_t)(end - start));
}

/* "--rollback SQL", "--rollback: SQL", "--rollback empty", "--rollback not required". */
static void take_rollback(struct changelog *log, const char *rest, const struct text_line *line)
{
    if (log->section == NULL)
        return;
    while (rest < line->end && (*rest == ':' || *rest == ' ' || *rest == '\t'))
        rest++;
    log->section->has_down = true;
    if (rest == line->end || text_begins_with(rest, line->end, "empty") ||
        text_begins_with(rest, line->end, "not required"))
        log->section->back_not_needed = true;
    else
        add_rollback(log, rest, line->end, line->number);
}

/* A block comment that begins with "liquibase rollback": the lines in it, up to its end. */
static bool take_comment_rollback(struct changelog *log, const struct text_line *line)
{
    const char *at = line->start;

    while (at < line->end && (*at == ' ' || *at == '\t'))
        at++;
    if (!log->in_comment_rollback) {
        if (line->end - at < 2 || at[0] != '/' || at[1] != '*')
            return false;
        at += 2;
        while (at < line->end && *at == ' ')
            at++;
        if (!text_begins_with(at, line->end, "liquibase rollback") || log->section == NULL)
            return false;
        log->in_comment_rollback = true;
        log->section->has_down = true;
    } else if (line->end - at >= 2 && at[0] == '*' && at[1] == '/') {
        log->in_comment_rollback = false;
    } else {
        add_rollback(log, line->start, line->end, line->number);
    }
    return true;
}

static void take_line(struct changelog *log, const struct text_line *line)
{
    /* Marks that say nothing about what is done; of the property's line the SQL is not ours. */
    static const char *const others[] = { "liquibase formatted sql", "comment",  "precondition",
                                          "preconditions",           "property", "validCheckSum",
                                          "precondition-sql-check",  "ignore",   "ignoreLines" };
    const char *rest;

    if (take_comment_rollback(log, line)) {
        blank(log, line);
        return;
    }
    if ((rest = text_line_after(line, "changeset ")) != NULL) {
        begin_changeset(log, rest, line);
        blank(log, line);
    } else if ((rest = text_line_after(line, "rollback")) != NULL) {
        take_rollback(log, rest, line);
        blank(log, line);
    } else {
        for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
            if (text_line_after(line, others[i]) != NULL) {
                blank(log, line);
                return;
            }
        }
    }
}

void migration_liquibase_read(const char *text, size_t length, struct arena *arena,
                              struct vector *sections, const char **problem, unsigned *problem_line)
{
    struct changelog log = { .arena = arena,
                             .text = text,
                             .copy = arena_bytes(arena, text, length),
                             .length = length,
                             .sections = sections,
                             .rollback = STRBUF_INIT };
    struct text_lines lines = { .at = text, .end = text + length };
    struct text_line line;

    while (text_line_next(&lines, &line))
        take_line(&log, &line);
    end_changeset(&log, text + length);
    strbuf_release(&log.rollback);
    *problem = log.problem;
    *problem_line = log.problem_line;
}
