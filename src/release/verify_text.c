#include <pilab/release/verify.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/rich.h>
#include <pilab/base/utf8.h>

#define MOST_MODULE   30 /* columns */
#define MOST_VERSION  16
#define VERDICT_WIDTH 13
#define LEAST_WIDTH   60

/* How wide each column is for what stands in it. */
struct columns {
    size_t module, expected, observed;
};

static enum rich_role verdict_role(enum verify_verdict verdict)
{
    static const enum rich_role roles[VERIFY_VERDICT_COUNT] = {
        [VERIFY_SAME] = RICH_GOOD,       [VERIFY_DIFFERS] = RICH_CRITICAL,
        [VERIFY_UNASKED] = RICH_WARNING, [VERIFY_UNOBSERVED] = RICH_WARNING,
        [VERIFY_WAITING] = RICH_DIM,
    };

    return roles[verdict];
}

static void widen(size_t *columns, const char *text, size_t most)
{
    size_t width = text_width(text, strlen(text));

    if (width > *columns)
        *columns = width < most ? width : most;
}

static struct columns measure(const struct verification *verification, struct arena *arena)
{
    struct columns columns = { 6, 8, 8 };

    for (size_t i = 0; i < verification->count; i++) {
        const struct verify_cell *cell = &verification->cells[i];

        widen(&columns.module, cell->expected->module, MOST_MODULE);
        widen(&columns.expected, verify_expected_word(cell, arena), MOST_VERSION);
        widen(&columns.observed, verify_observed_word(cell, arena), MOST_VERSION);
    }
    return columns;
}

/* Who said so and when, or why it is not the same. */
static void add_reason(struct strbuf *out, const struct verify_cell *cell,
                       const struct verify_text_options *options)
{
    char at[TIMESTAMP_SIZE];

    /* Why somebody failed is said once, below. */
    if (cell->source != NULL && cell->source->failure.code != ERROR_NONE) {
        rich_text(out, RICH_DIM, cell->source->label, options->utf8);
        return;
    }
    if (cell->why != NULL)
        rich_text(out, RICH_PLAIN, cell->why, options->utf8);
    if (cell->source == NULL)
        return;
    strbuf_add(out, cell->why != NULL ? "; " : "");
    rich_text(out, RICH_DIM, cell->source->label, options->utf8);
    if (cell->source->at == 0)
        return;
    strbuf_add(out, ", ");
    rich_text(out, RICH_DIM, timestamp_relative(cell->source->at, options->now, at), options->utf8);
}

static void add_cell(struct strbuf *out, const struct verify_cell *cell,
                     const struct columns *columns, struct arena *arena,
                     const struct verify_text_options *options)
{
    size_t used = columns->module + columns->expected + columns->observed + VERDICT_WIDTH + 9;
    struct strbuf reason = STRBUF_INIT;

    strbuf_add_char(out, ' ');
    rich_cell(out, RICH_NAME, cell->expected->module, columns->module, RICH_LEFT, options->utf8);
    strbuf_add(out, "  ");
    rich_cell(out, RICH_PLAIN, verify_expected_word(cell, arena), columns->expected, RICH_LEFT,
              options->utf8);
    strbuf_add(out, "  ");
    rich_cell(out, RICH_PLAIN, verify_observed_word(cell, arena), columns->observed, RICH_LEFT,
              options->utf8);
    strbuf_add(out, "  ");
    add_reason(&reason, cell, options);
    rich_word(out, verdict_role(cell->verdict), verify_verdict_words(cell->verdict));
    if (reason.length > 0 && used + rich_width(reason.data, reason.length) <= options->width) {
        strbuf_add_repeat(out, " ", VERDICT_WIDTH - strlen(verify_verdict_words(cell->verdict)));
        strbuf_printf(out, "  %s\n", reason.data);
    } else {
        strbuf_add_char(out, '\n');
        if (reason.length > 0)
            rich_wrap(out, reason.data, 4,
                      options->width > LEAST_WIDTH ? options->width - 1 : LEAST_WIDTH);
    }
    strbuf_release(&reason);
}

static void add_failures(struct strbuf *out, const struct verification *verification,
                         const struct verify_text_options *options)
{
    for (size_t i = 0; i < verification->answer_count; i++) {
        const struct observer_answer *answer = &verification->answers[i];
        struct strbuf line = STRBUF_INIT;

        if (answer->failure.code == ERROR_NONE)
            continue;
        rich_word(&line, RICH_WARNING, "could not ask ");
        rich_text(&line, RICH_NAME, answer->label, options->utf8);
        strbuf_add(&line, ": ");
        rich_text(&line, RICH_PLAIN, answer->failure.message, options->utf8);
        if (answer->failure.hint[0] != '\0') {
            strbuf_add(&line, " (");
            rich_text(&line, RICH_DIM, answer->failure.hint, options->utf8);
            strbuf_add_char(&line, ')');
        }
        rich_wrap(out, line.data, 1,
                  options->width > LEAST_WIDTH ? options->width - 1 : LEAST_WIDTH);
        strbuf_release(&line);
    }
}

static void add_summary(struct strbuf *out, const struct verification *verification)
{
    enum verify_verdict whole = verify_whole(verification);
    const char *between = "";

    strbuf_add_char(out, ' ');
    rich_word(out, verdict_role(whole),
              whole == VERIFY_SAME ? "all the same" : verify_verdict_words(whole));
    strbuf_add(out, ": ");
    for (int i = 0; i < VERIFY_VERDICT_COUNT; i++) {
        if (verification->counts[i] == 0)
            continue;
        strbuf_printf(out, "%s%zu %s", between, verification->counts[i],
                      i == VERIFY_DIFFERS && verification->counts[i] > 1
                          ? "differ"
                          : verify_verdict_words((enum verify_verdict)i));
        between = ", ";
    }
    strbuf_printf(out, "%s%zu of %zu observer%s answered\n", *between != '\0' ? "; " : "",
                  verification->answer_count - verification->failed, verification->answer_count,
                  verification->answer_count == 1 ? "" : "s");
    if (verification->foreign > 0)
        strbuf_printf(out, " seen besides: %zu that the project has no module for\n",
                      verification->foreign);
}

/* "UAT", or "UAT at 2025-01-01T00:00:00Z", and not "R2025.03". */
static bool names_environment(const struct verification *verification)
{
    size_t length = strlen(verification->environment);

    return strncmp(verification->label, verification->environment, length) == 0 &&
           (verification->label[length] == '\0' || verification->label[length] == ' ');
}

void verify_render_text(struct strbuf *out, const struct verification *verification,
                        const struct verify_text_options *options)
{
    struct arena *arena = arena_new();
    struct columns columns = measure(verification, arena);

    rich_open(out, RICH_TITLE);
    strbuf_add(out, "Verify ");
    rich_close(out);
    rich_text(out, RICH_TITLE, verification->label, options->utf8);
    if (!names_environment(verification)) {
        strbuf_add(out, " in ");
        rich_text(out, RICH_TITLE, verification->environment, options->utf8);
    }
    strbuf_add(out, "\n\n");
    if (verification->count > 0) {
        strbuf_add_char(out, ' ');
        rich_cell(out, RICH_HEADING, "Module", columns.module, RICH_LEFT, options->utf8);
        strbuf_add(out, "  ");
        rich_cell(out, RICH_HEADING, "Expected", columns.expected, RICH_LEFT, options->utf8);
        strbuf_add(out, "  ");
        rich_cell(out, RICH_HEADING, "Observed", columns.observed, RICH_LEFT, options->utf8);
        strbuf_add(out, "  ");
        rich_word(out, RICH_HEADING, "Verdict");
        strbuf_add_char(out, '\n');
    }
    for (size_t i = 0; i < verification->count; i++)
        add_cell(out, &verification->cells[i], &columns, arena, options);
    strbuf_add(out, verification->count > 0 ? "\n" : "");
    add_failures(out, verification, options);
    add_summary(out, verification);
    arena_free(&arena);
}
