#include "drift_parts.h"

#include <stdio.h>
#include <string.h>

#include <pilab/drift/lost.h>

/* What a number counts. */
enum number_of {
    OF_CHANGE_TYPE, /* items; `value` is the enum change_type */
    OF_ATTENTION,
    OF_BREAKING, /* items and changes */
    OF_SECURITY,
    OF_UNREAD,
    OF_EXPECTED,
    OF_IGNORED,
    OF_LAPSED,  /* decided, and no longer so */
    OF_OFFERED, /* unchanged for long */
    OF_NEW,     /* since the last report */
    OF_SOURCES,
    OF_COMMITS, /* all, with a heading for each disposition */
    OF_DISPOSITION,
    OF_BEHIND /* commits that current lacks, and no twin of theirs is there */
};

struct drift_number {
    int32_t key;
    const char *label;
    enum number_of of;
    int value;
};

/* In the order in which the verdict and the balance say them. */
static const struct drift_number verdict_numbers[] = {
    {'+',  "Added",           OF_CHANGE_TYPE, CHANGE_TYPE_ADDED   },
    { '~', "Modified",        OF_CHANGE_TYPE, CHANGE_TYPE_MODIFIED},
    { '-', "Deleted",         OF_CHANGE_TYPE, CHANGE_TYPE_DELETED },
    { 'b', "Breaking",        OF_BREAKING,    0                   },
    { 's', "Security",        OF_SECURITY,    0                   },
    { 'e', "Meant to differ", OF_EXPECTED,    0                   },
    { 'g', "Ignored",         OF_IGNORED,     0                   },
    { 'd', "Lapsed",          OF_LAPSED,      0                   },
    { 'a', "Unchanged",       OF_OFFERED,     0                   },
    { 'f', "New",             OF_NEW,         0                   },
    { 'x', "Blockers",        OF_ATTENTION,   ATTENTION_BLOCKER   },
    { 'p', "Need a person",   OF_ATTENTION,   ATTENTION_REVIEW    },
    { 'n', "Not read",        OF_UNREAD,      0                   },
    { 'r', "Rest",            OF_ATTENTION,   ATTENTION_NONE      },
    { 'o', "Sources",         OF_SOURCES,     0                   },
};

static const struct drift_number balance_numbers[] = {
    {'c',  "Commits",       OF_COMMITS,     0                          },
    { 'i', "In notes",      OF_DISPOSITION, DISPOSITION_IN_NOTES       },
    { 't', "There already", OF_DISPOSITION, DISPOSITION_ALREADY_SHIPPED},
    { 'l', "Internal",      OF_DISPOSITION, DISPOSITION_INTERNAL       },
    { 'm', "Merges",        OF_DISPOSITION, DISPOSITION_MERGE          },
    { 'v', "Reverted",      OF_DISPOSITION, DISPOSITION_REVERTED       },
    { 'u', "Unexplained",   OF_DISPOSITION, DISPOSITION_UNEXPLAINED    },
    { 'w', "Would be lost", OF_BEHIND,      0                          },
};

static const struct {
    const struct drift_number *numbers;
    size_t count;
} pages[NUMBER_PAGES] = {
    [NUMBERS_VERDICT] = {verdict_numbers,  sizeof verdict_numbers / sizeof *verdict_numbers},
    [NUMBERS_BALANCE] = { balance_numbers, sizeof balance_numbers / sizeof *balance_numbers},
};

const struct drift_number *drift_number_at(enum drift_number_page page, size_t index)
{
    return index < pages[page].count ? &pages[page].numbers[index] : NULL;
}

const char *drift_number_label(const struct drift_report *report, const struct drift_number *number)
{
    if (number->of == OF_BEHIND && drift_sides_as_is(&report->previous, &report->current))
        return "Only before";
    return number->label;
}

int32_t drift_number_key(const struct drift_number *number)
{
    return number->key;
}

/* --- What belongs to a number ---------------------------------------------------------------- */

static bool has_item(const struct drift_number *number, const struct drift_item *item)
{
    if (number->of == OF_EXPECTED)
        return item->expected;
    if (number->of == OF_IGNORED)
        return item->suppressed && !item->expected;
    if (!drift_item_counted(item))
        return false;
    switch (number->of) {
    case OF_CHANGE_TYPE:
        return item->change_type == (enum change_type)number->value;
    case OF_ATTENTION:
        return item->attention == (enum attention)number->value;
    case OF_BREAKING:
        return item->breaking;
    case OF_SECURITY:
        return item->security;
    case OF_LAPSED:
        return item->decision != NULL && item->decision->state != DECISION_HOLDS;
    case OF_OFFERED:
        return item->offered;
    case OF_NEW:
        return item->novelty == NOVELTY_NEW;
    default:
        return false;
    }
}

static bool has_change(const struct drift_number *number, const struct drift_change *change)
{
    return (number->of == OF_BREAKING && change->breaking) ||
           (number->of == OF_SECURITY && change->security);
}

static bool has_commit(const struct drift_number *number, const struct drift_place *place)
{
    switch (number->of) {
    case OF_COMMITS:
        return !place->behind;
    case OF_DISPOSITION:
        return !place->behind && place->commit->disposition == (enum disposition)number->value;
    case OF_BEHIND:
        return place->behind && drift_commit_lost(place->commit);
    default:
        return false;
    }
}

static bool counts_commits(const struct drift_number *number)
{
    return number->of == OF_COMMITS || number->of == OF_DISPOSITION || number->of == OF_BEHIND;
}

/* Calls `visit`, when not NULL, with the commits that the number counts and their indices, those of
 * drift_commit_at; returns how many there are. Goes through the modules once: to ask for one index
 * after the other would go through them for every commit. */
static size_t visit_commits(const struct drift_report *report, const struct drift_number *number,
                            void (*visit)(struct drift_rows *rows, const struct drift_place *place,
                                          size_t index),
                            struct drift_rows *rows)
{
    size_t index = 0, count = 0;

    for (int behind = 0; counts_commits(number) && behind < 2; behind++) {
        for (size_t i = 0; i < report->code_count; i++) {
            const struct drift_code *code = &report->codes[i];
            const struct drift_commit *commits = behind ? code->behind : code->commits;
            size_t of_module = behind ? code->behind_count : code->commit_count;

            for (size_t j = 0; j < of_module; j++, index++) {
                struct drift_place place = { &commits[j], code, behind == 1 };

                if (!has_commit(number, &place))
                    continue;
                count++;
                if (visit != NULL)
                    visit(rows, &place, index);
            }
        }
    }
    return count;
}

static size_t count_commits(const struct drift_report *report, const struct drift_number *number)
{
    return visit_commits(report, number, NULL, NULL);
}

size_t drift_number_count(const struct drift_report *report, const struct drift_number *number)
{
    size_t count = count_commits(report, number);

    for (size_t i = 0; i < report->item_count; i++)
        count += has_item(number, &report->items[i]);
    for (size_t i = 0; i < report->change_count; i++)
        count += has_change(number, &report->changes[i]);
    for (size_t i = 0; number->of == OF_UNREAD && i < report->problem_count; i++)
        count += !report->problems[i].warning;
    return number->of == OF_SOURCES ? report->source_count : count;
}

/* --- Rows ------------------------------------------------------------------------------------ */

static void fill_commits(struct drift_rows *rows, const struct drift_number *number)
{
    visit_commits(rows->report, number, drift_row_add_commit, rows);
}

/* All of them, parted as the balance adds them up. */
static void fill_balance(struct drift_rows *rows)
{
    for (size_t i = 0; i < pages[NUMBERS_BALANCE].count; i++) {
        const struct drift_number *part = &balance_numbers[i];
        size_t count = part->of == OF_DISPOSITION ? count_commits(rows->report, part) : 0;

        if (count == 0)
            continue;
        drift_row_add_group(rows, part->label, count);
        fill_commits(rows, part);
    }
}

/* The gravest first; the order of the report among equals. */
static void fill_items(struct drift_rows *rows, const struct drift_number *number)
{
    const struct drift_report *report = rows->report;

    for (int severity = SEVERITY_COUNT - 1; severity >= 0; severity--)
        for (size_t i = 0; i < report->item_count; i++)
            if (report->items[i].severity == (enum severity)severity &&
                has_item(number, &report->items[i]))
                drift_row_add_item(rows, i);
}

void drift_number_fill(struct memory_rows *out, const struct drift_report *report,
                       const struct drift_number *number, bool utf8)
{
    struct drift_rows rows = { out, report, utf8, drift_report_of_several(report), NULL };

    memory_rows_clear(out);
    if (number->of == OF_COMMITS)
        fill_balance(&rows);
    else
        fill_commits(&rows, number);
    fill_items(&rows, number);
    for (size_t i = 0; i < report->change_count; i++)
        if (has_change(number, &report->changes[i]))
            drift_row_add_change(&rows, i);
    for (size_t i = 0; number->of == OF_UNREAD && i < report->problem_count; i++)
        if (!report->problems[i].warning)
            drift_row_add_problem(&rows, i);
    for (size_t i = 0; number->of == OF_SOURCES && i < report->source_count; i++)
        drift_row_add_source(&rows, i);
}

void drift_number_columns(const struct drift_report *report, const struct drift_number *number,
                          const struct memory_rows *rows,
                          struct list_column columns[DRIFT_ROW_CELLS])
{
    /* At most: columns with less in them are narrower. */
    static const struct list_column things[DRIFT_ROW_CELLS] = {
        {NULL,  8,  10, 0, FIT_END   },
        { NULL, 1,  1,  0, FIT_END   },
        { NULL, 8,  20, 3, FIT_END   },
        { NULL, 24, 52, 0, FIT_MIDDLE},
        { NULL, 14, 0,  2, FIT_END   },
        { NULL, 11, 13, 4, FIT_RIGHT },
        { NULL, 0,  0,  9, FIT_RIGHT },
    };
    /* The author goes before the reason, the reason before the module: the foot has all three. */
    const struct list_column commits[DRIFT_ROW_CELLS] = {
        {NULL,  8,  8,  0,                                       FIT_END  },
        { NULL, 0,  0,  9,                                       FIT_END  },
        { NULL, 16, 20, drift_report_of_several(report) ? 1 : 4, FIT_END  },
        { NULL, 36, 72, 0,                                       FIT_END  },
        { NULL, 10, 0,  3,                                       FIT_END  },
        { NULL, 10, 10, 2,                                       FIT_RIGHT},
        { NULL, 9,  13, 2,                                       FIT_RIGHT},
    };

    memcpy(columns, counts_commits(number) ? commits : things, sizeof things);
    drift_columns_fit(report, counts_commits(number) ? CELL_LINES : CELL_RIGHT, rows, columns);
}
