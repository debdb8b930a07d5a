#include <pilab/release/where.h>

#include <stdio.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>
#include <pilab/base/utf8.h>

enum { SHORT_ID = 7, MODULE_LEAST = 8, MODULE_MOST = 28, GAP = 2, INDENT = 4 };

void where_cell_word(struct strbuf *out, const struct where_cell *cell)
{
    switch (cell->state) {
    case WHERE_IN:
        strbuf_add(out, cell->exact ? "runs there" : "in");
        break;
    case WHERE_AS_ANOTHER:
        strbuf_printf(out, "as %.*s", SHORT_ID, cell->as);
        break;
    case WHERE_PROBABLY:
        strbuf_add(out, "check");
        break;
    case WHERE_PARTLY:
        strbuf_printf(out, "%zu of %zu", cell->there, cell->total);
        break;
    case WHERE_REVERTED:
        strbuf_add(out, "reverted");
        break;
    case WHERE_NOT_IN:
        strbuf_add(out, "not in");
        break;
    default:
        strbuf_add(out, "?");
        break;
    }
}

static enum rich_role cell_role(const struct where_cell *cell)
{
    static const enum rich_role roles[WHERE_STATE_COUNT] = {
        [WHERE_UNKNOWN] = RICH_WARNING,  [WHERE_NOT_IN] = RICH_DIM,
        [WHERE_REVERTED] = RICH_DELETED, [WHERE_PARTLY] = RICH_WARNING,
        [WHERE_PROBABLY] = RICH_WARNING, [WHERE_AS_ANOTHER] = RICH_GOOD,
        [WHERE_IN] = RICH_GOOD,
    };

    return roles[cell->state];
}

/* --- Sentences -------------------------------------------------------------------------------- */

static void add_event(struct strbuf *out, const char *words, const struct where_event *event,
                      int64_t now, bool utf8)
{
    char at[TIMESTAMP_SIZE];

    strbuf_printf(out, "%s %s by ", words, timestamp_relative(event->at, now, at));
    rich_text(out, RICH_PLAIN, event->actor, utf8);
    strbuf_add(out, event->rollback ? ", rolled back to " : " with ");
    rich_text(out, RICH_PLAIN, event->version, utf8);
    if (event->release != NULL) {
        strbuf_add(out, " (");
        rich_text(out, RICH_NAME, event->release, utf8);
        strbuf_add_char(out, ')');
    }
}

/* Since "3 days ago" reads wrong: "in since 2025-01-22", "in, 3 days ago by …". */
static void add_state(struct strbuf *out, const struct where_cell *cell, bool utf8)
{
    switch (cell->state) {
    case WHERE_IN:
        rich_word(out, cell_role(cell), cell->exact ? "in, it is what runs there" : "in");
        break;
    case WHERE_AS_ANOTHER:
    case WHERE_PROBABLY:
        rich_word(out, cell_role(cell), cell->state == WHERE_PROBABLY ? "probably in" : "in");
        strbuf_printf(out, ", as %.*s (", SHORT_ID, cell->as);
        strbuf_add(out, cell->basis);
        strbuf_add(out, cell->state == WHERE_PROBABLY ? ": check)" : ")");
        break;
    case WHERE_PARTLY:
        rich_word(out, cell_role(cell), "partly");
        strbuf_printf(out, ", %zu of %zu changes", cell->there, cell->total);
        break;
    case WHERE_REVERTED:
        rich_word(out, cell_role(cell), "in its history, but reverted there");
        break;
    case WHERE_NOT_IN:
        rich_word(out, cell_role(cell), "not in");
        break;
    default:
        rich_word(out, cell_role(cell), "not known");
        strbuf_add(out, ": ");
        rich_text(out, RICH_PLAIN, cell->why, utf8);
        break;
    }
}

void where_cell_sentence(struct strbuf *out, const struct where_cell *cell, int64_t now, bool utf8)
{
    add_state(out, cell, utf8);
    if (cell->since != NULL)
        add_event(out, "; came", cell->since, now, utf8);
    if (cell->taken != NULL)
        add_event(out, "; it was in, until", cell->taken, now, utf8);
    if (cell->running != NULL && cell->since == NULL && cell->taken == NULL) {
        strbuf_add(out, "; ");
        rich_text(out, RICH_PLAIN, cell->running->version, utf8);
        strbuf_add(out, " runs there");
    }
    if (cell->coming != NULL)
        add_event(out, "; under way: begun", cell->coming, now, utf8);
    else if (cell->next)
        strbuf_add(out, "; next to get it");
}

/* --- The matrix ------------------------------------------------------------------------------- */

/* How it is laid out: the environments in bands, as many as fit beside the modules' names. */
struct matrix {
    const struct where_answer *answer;
    size_t name, column, in_band;
    bool utf8;
};

static size_t columns_of(const char *text)
{
    return rich_width(text, strlen(text));
}

static struct matrix matrix_of(const struct where_answer *answer,
                               const struct where_text_options *options)
{
    struct matrix matrix = { answer, MODULE_LEAST, 10, 1, options->utf8 };
    size_t room;

    for (size_t i = 0; i < answer->module_count; i++) {
        size_t wide = columns_of(answer->modules[i].name);

        matrix.name = wide > matrix.name ? wide : matrix.name;
    }
    if (matrix.name > MODULE_MOST)
        matrix.name = MODULE_MOST;
    if (matrix.name > options->width / 3)
        matrix.name = options->width / 3 > MODULE_LEAST ? options->width / 3 : MODULE_LEAST;
    for (size_t i = 0; i < answer->environment_count; i++) {
        size_t wide = columns_of(answer->environments[i]);

        matrix.column = wide > matrix.column ? wide : matrix.column;
    }
    room = options->width > matrix.name + 1 ? options->width - matrix.name - 1 : 0;
    if (matrix.column + GAP > room)
        matrix.column = room > GAP + 1 ? room - GAP : 1;
    matrix.in_band = room / (matrix.column + GAP) > 0 ? room / (matrix.column + GAP) : 1;
    return matrix;
}

static void end_line(struct strbuf *out)
{
    while (out->length > 0 && out->data[out->length - 1] == ' ')
        strbuf_truncate(out, out->length - 1);
    strbuf_add_char(out, '\n');
}

static void draw_band(struct strbuf *out, const struct matrix *matrix, size_t first, size_t end)
{
    const struct where_answer *answer = matrix->answer;
    struct strbuf word = STRBUF_INIT;

    strbuf_add_char(out, ' ');
    rich_cell(out, RICH_HEADING, "Module", matrix->name, RICH_LEFT, matrix->utf8);
    for (size_t i = first; i < end; i++) {
        strbuf_add_repeat(out, " ", GAP);
        rich_cell(out, RICH_HEADING, answer->environments[i], matrix->column, RICH_LEFT,
                  matrix->utf8);
    }
    end_line(out);
    for (size_t m = 0; m < answer->module_count; m++) {
        const struct where_module *module = &answer->modules[m];

        strbuf_add_char(out, ' ');
        rich_cell(out, RICH_PLAIN, module->name, matrix->name, RICH_ENDS, matrix->utf8);
        for (size_t i = first; i < end; i++) {
            strbuf_clear(&word);
            where_cell_word(&word, &module->cells[i]);
            strbuf_add_repeat(out, " ", GAP);
            rich_cell(out, cell_role(&module->cells[i]), word.data, matrix->column, RICH_LEFT,
                      matrix->utf8);
        }
        end_line(out);
    }
    strbuf_add_char(out, '\n');
    strbuf_release(&word);
}

static void draw_matrix(struct strbuf *out, const struct where_answer *answer,
                        const struct where_text_options *options)
{
    struct matrix matrix = matrix_of(answer, options);

    for (size_t i = 0; i < answer->environment_count; i += matrix.in_band)
        draw_band(out, &matrix, i,
                  i + matrix.in_band < answer->environment_count ? i + matrix.in_band
                                                                 : answer->environment_count);
}

/* --- Modules ---------------------------------------------------------------------------------- */

/* What a person who asks wants to read: not every environment that has it and is past. */
static bool worth_a_line(const struct where_cell *cell, bool wide)
{
    return wide || cell->state != WHERE_NOT_IN || cell->next || cell->taken != NULL ||
           cell->coming != NULL;
}

static void draw_cells(struct strbuf *out, const struct where_answer *answer,
                       const struct where_module *module, const struct where_text_options *options)
{
    struct strbuf line = STRBUF_INIT;
    size_t drawn = 0;

    for (size_t i = 0; i < answer->environment_count; i++) {
        if (!worth_a_line(&module->cells[i], options->wide))
            continue;
        drawn++;
        strbuf_clear(&line);
        rich_text(&line, RICH_NAME, answer->environments[i], options->utf8);
        strbuf_add(&line, ": ");
        where_cell_sentence(&line, &module->cells[i], options->now, options->utf8);
        rich_wrap(out, line.data, INDENT, options->width);
    }
    if (drawn == 0)
        strbuf_printf(out, "%*sin no environment yet\n", INDENT, "");
    strbuf_release(&line);
}

static const char *role_words(enum where_role role)
{
    static const char *const words[WHERE_ROLE_COUNT] = {
        [WHERE_CHANGE] = NULL,
        [WHERE_TWIN] = "the same change as",
        [WHERE_ALIKE] = "says the same, with another patch, as",
        [WHERE_MERGE] = "a merge",
        [WHERE_REVERT] = "a revert",
    };

    return words[role];
}

static void add_where_first(struct strbuf *line, const struct where_commit *commit,
                            const struct where_text_options *options)
{
    if (commit->tag != NULL) {
        strbuf_add(line, "  first in ");
        rich_text(line, RICH_NAME, commit->tag, options->utf8);
    }
    if (commit->branch != NULL && (commit->tag == NULL || options->wide)) {
        strbuf_add(line, "  on ");
        rich_text(line, RICH_NAME, commit->branch, options->utf8);
    }
}

static void add_role(struct strbuf *line, const struct where_commit *commit)
{
    if (role_words(commit->role) == NULL)
        return;
    strbuf_add(line, "  ");
    strbuf_add(line, role_words(commit->role));
    if (commit->of != NULL)
        strbuf_printf(line, " %.*s", SHORT_ID, commit->of);
}

/* All of it, in as many lines as that takes. */
static void draw_whole_commit(struct strbuf *out, const struct where_commit *commit,
                              const struct where_text_options *options)
{
    struct strbuf line = STRBUF_INIT;
    char at[TIMESTAMP_SIZE];

    strbuf_printf(&line, "%s ", commit->id);
    rich_text(&line, RICH_PLAIN, commit->subject, options->utf8);
    strbuf_add(&line, "  ");
    rich_text(&line, RICH_DIM, commit->author, options->utf8);
    strbuf_printf(&line, ", %s", timestamp_format(commit->at, at));
    add_where_first(&line, commit, options);
    add_role(&line, commit);
    rich_wrap(out, line.data, INDENT, options->width);
    strbuf_release(&line);
}

/* One line: the subject gives way to who, when and where first. */
static void draw_commit(struct strbuf *out, const struct where_commit *commit,
                        const struct where_text_options *options)
{
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;
    char at[TIMESTAMP_SIZE];

    if (options->wide) {
        draw_whole_commit(out, commit, options);
        return;
    }
    strbuf_printf(&left, "%*s%.*s ", INDENT, "", SHORT_ID, commit->id);
    rich_text(&left, RICH_PLAIN, commit->subject, options->utf8);
    rich_text(&right, RICH_DIM, commit->author, options->utf8);
    strbuf_printf(&right, ", %s", timestamp_relative(commit->at, options->now, at));
    add_where_first(&right, commit, options);
    add_role(&right, commit);
    /* Half of the line is the subject's: what matters most of the rest stays. */
    if (rich_width(right.data, right.length) + GAP > options->width / 2) {
        strbuf_clear(&right);
        if (role_words(commit->role) != NULL)
            add_role(&right, commit);
        else
            add_where_first(&right, commit, options);
    }
    rich_line(out, left.data, right.data, options->width, options->utf8);
    strbuf_release(&left);
    strbuf_release(&right);
}

#define COMMITS_SHOWN 8 /* unless all is asked for */

static void draw_module(struct strbuf *out, const struct where_answer *answer,
                        const struct where_module *module, const struct where_text_options *options)
{
    size_t shown = options->wide || module->commit_count <= COMMITS_SHOWN ? module->commit_count
                                                                          : COMMITS_SHOWN;

    strbuf_add_char(out, ' ');
    rich_text(out, RICH_TITLE, module->name, options->utf8);
    strbuf_add_char(out, '\n');
    if (module->refused != NULL) {
        struct strbuf line = STRBUF_INIT;

        rich_text(&line, RICH_WARNING, module->refused, options->utf8);
        rich_wrap(out, line.data, INDENT, options->width);
        strbuf_add_char(out, '\n');
        strbuf_release(&line);
        return;
    }
    draw_cells(out, answer, module, options);
    for (size_t i = 0; i < shown; i++)
        draw_commit(out, &module->commits[i], options);
    if (shown < module->commit_count)
        strbuf_printf(out, "    and %zu more commits (--wide shows all)\n",
                      module->commit_count - shown);
    strbuf_add_char(out, '\n');
}

/* They are listed, and are no changes of their own but where nothing else speaks. */
static size_t count_merges(const struct where_module *module)
{
    size_t count = 0;

    for (size_t i = 0; i < module->commit_count; i++)
        count += module->commits[i].role == WHERE_MERGE;
    return count + module->changes <= module->commit_count ? count : 0;
}

static const char *merges_text(size_t merges, char out[40])
{
    *out = '\0';
    if (merges > 0)
        snprintf(out, 40, " and %zu merge%s", merges, merges == 1 ? "" : "s");
    return out;
}

static void draw_head(struct strbuf *out, const struct where_answer *answer,
                      const struct where_text_options *options)
{
    struct strbuf line = STRBUF_INIT;
    char with_merges[40];
    size_t changes = 0, merges = 0;

    for (size_t i = 0; i < answer->module_count; i++) {
        changes += answer->modules[i].changes;
        merges += count_merges(&answer->modules[i]);
    }
    rich_text(&line, RICH_TITLE, answer->subject, options->utf8);
    strbuf_printf(&line, ", %s %s%s: ", answer->forced ? "asked for as" : "taken for",
                  strchr("aeiou", where_kind_name(answer->kind)[0]) != NULL ? "an " : "a ",
                  where_kind_name(answer->kind));
    if (answer->found == 0)
        strbuf_printf(&line, "nothing of it in %zu module%s", answer->looked,
                      answer->looked == 1 ? "" : "s");
    else
        strbuf_printf(&line, "%zu change%s%s in %zu of %zu module%s", changes,
                      changes == 1 ? "" : "s", merges_text(merges, with_merges), answer->found,
                      answer->looked, answer->looked == 1 ? "" : "s");
    if (answer->module_count > answer->found) {
        strbuf_printf(&line, "; %zu could not be looked into",
                      answer->module_count - answer->found);
    }
    rich_wrap(out, line.data, 1, options->width);
    strbuf_add_char(out, '\n');
    strbuf_release(&line);
}

void where_render_text(struct strbuf *out, const struct where_answer *answer,
                       const struct where_text_options *options)
{
    draw_head(out, answer, options);
    if (answer->module_count > 0 && answer->environment_count > 0)
        draw_matrix(out, answer, options);
    for (size_t i = 0; i < answer->module_count; i++)
        draw_module(out, answer, &answer->modules[i], options);
    while (out->length > 1 && out->data[out->length - 1] == '\n' &&
           out->data[out->length - 2] == '\n')
        strbuf_truncate(out, out->length - 1);
}
