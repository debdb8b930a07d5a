#include "migration_sections.h"

#include "migration_liquibase.h"

/* --- goose, sql-migrate, dbmate --------------------------------------------------------------- */

static const char *mark_of(enum migration_layout layout)
{
    return layout == MIGRATION_GOOSE         ? "+goose"
           : layout == MIGRATION_SQL_MIGRATE ? "+migrate"
                                             : "migrate:";
}

enum migration_layout migration_sections_layout(const char *text, size_t length)
{
    static const enum migration_layout layouts[] = { MIGRATION_GOOSE, MIGRATION_SQL_MIGRATE,
                                                     MIGRATION_DBMATE };
    struct text_lines lines = { .at = text, .end = text + length };
    struct text_line line;

    while (text_line_next(&lines, &line)) {
        const char *rest = text_line_after(&line, "liquibase formatted sql");

        if (rest != NULL)
            return MIGRATION_LIQUIBASE;
        for (size_t i = 0; i < sizeof layouts / sizeof *layouts; i++) {
            rest = text_line_after(&line, mark_of(layouts[i]));
            if (rest != NULL && (text_begins_with(rest, line.end, "up") ||
                                 text_begins_with(rest, line.end, "down") ||
                                 text_begins_with(rest, line.end, "no transaction")))
                return layouts[i];
        }
    }
    return MIGRATION_NONE;
}

/* A text while it is cut at its marks. */
struct cutting {
    struct migration_section *section;
    struct vector *part; /* where text goes at present; NULL: before the first mark */
    const char *start;   /* of the present part */
    unsigned line;
    bool whole, has_up;
    const char *problem;
    unsigned problem_line;
};

static void begin_part(struct cutting *cutting, struct vector *part, const struct text_line *line,
                       bool whole)
{
    if (cutting->part != NULL)
        text_add_part(cutting->part, cutting->start, line->start, cutting->line, cutting->whole);
    cutting->part = part;
    cutting->start = line->next;
    cutting->line = line->number + 1;
    cutting->whole = whole;
}

static void complain(struct cutting *cutting, const struct text_line *line, const char *problem)
{
    if (cutting->problem == NULL) {
        cutting->problem = problem;
        cutting->problem_line = line->number;
    }
}

static bool switches_transaction_off(const char *rest, const char *end)
{
    static const char *const words[] = { "notransaction", "transaction:false" };

    for (; rest < end; rest++) {
        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            if (text_begins_with(rest, end, words[i]))
                return true;
        }
    }
    return false;
}

static void take_mark(struct cutting *cutting, const char *rest, const struct text_line *line)
{
    struct migration_section *section = cutting->section;

    if (text_begins_with(rest, line->end, "up")) {
        begin_part(cutting, &section->up, line, false);
        cutting->has_up = true;
        section->no_transaction |= switches_transaction_off(rest, line->end);
    } else if (text_begins_with(rest, line->end, "down")) {
        begin_part(cutting, &section->down, line, false);
        section->has_down = true;
    } else if (text_begins_with(rest, line->end, "no transaction")) {
        section->no_transaction = true;
    } else if (text_begins_with(rest, line->end, "statementbegin")) {
        if (cutting->part == NULL)
            complain(cutting, line, "a statement begins before the section for the way there");
        begin_part(cutting, cutting->part, line, true);
    } else if (text_begins_with(rest, line->end, "statementend")) {
        if (!cutting->whole)
            complain(cutting, line, "a statement ends that nothing has begun");
        begin_part(cutting, cutting->part, line, false);
    }
}

static void cut_at_marks(enum migration_layout layout, const char *text, size_t length,
                         struct cutting *cutting)
{
    struct text_lines lines = { .at = text, .end = text + length };
    struct text_line line = { .number = 0 };
    struct text_line end = { .start = text + length, .next = text + length };

    while (text_line_next(&lines, &line)) {
        const char *rest = text_line_after(&line, mark_of(layout));

        if (rest != NULL)
            take_mark(cutting, rest, &line);
    }
    end.number = line.number;
    if (cutting->whole)
        complain(cutting, &end, "a statement begins that nothing ends");
    if (!cutting->has_up)
        complain(cutting, &end, "it has no section for the way there");
    begin_part(cutting, NULL, &end, false);
}

void migration_sections_read(enum migration_layout layout, const char *text, size_t length,
                             struct arena *arena, struct vector *sections, const char **problem,
                             unsigned *problem_line)
{
    struct cutting cutting = { .section = NULL };

    *problem = NULL;
    *problem_line = 0;
    if (layout == MIGRATION_LIQUIBASE) {
        migration_liquibase_read(text, length, arena, sections, problem, problem_line);
        return;
    }
    cutting.section = text_add_section(sections, 1);
    cut_at_marks(layout, text, length, &cutting);
    *problem = cutting.problem;
    *problem_line = cutting.problem_line;
}

void migration_sections_release(struct vector *sections)
{
    for (size_t i = 0; i < sections->count; i++) {
        struct migration_section *section = vector_at(sections, i);

        vector_release(&section->up);
        vector_release(&section->down);
    }
    vector_release(sections);
}
