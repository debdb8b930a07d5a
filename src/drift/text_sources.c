/*
 * The line that says what of a report was read.
 */
#include <pilab/drift/text.h>

/* The line of sources must fit into 80 columns whatever was not looked at. */
static const char *const short_names[DRIFT_TYPE_COUNT] = {
    [DRIFT_CODE] = "code",         [DRIFT_CONFIG] = "config",
    [DRIFT_DATABASE] = "database", [DRIFT_INFRASTRUCTURE] = "infra",
    [DRIFT_IMAGE] = "images",      [DRIFT_DEPENDENCY] = "deps",
};

static size_t count_type_sources(const struct drift_report *report, enum drift_type type,
                                 enum source_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < report->source_count; i++)
        count += report->sources[i].type == type && report->sources[i].state == state;
    return count;
}

/* "partly (1 unread)" of one module, "2/3 partly (1 unread)" of several. */
static void add_part_read(struct strbuf *out, const struct drift_report *report,
                          enum drift_type type, size_t read, size_t failed)
{
    size_t partly = 0, unread = 0;

    for (size_t i = 0; i < report->source_count; i++) {
        const struct drift_source *source = &report->sources[i];

        if (source->type != type)
            continue;
        partly += drift_source_partly(source);
        unread += source->unread;
    }
    if (partly == 0 || read + failed > 1)
        strbuf_printf(out, "%zu/%zu", read, read + failed);
    if (partly > 0)
        strbuf_printf(out, "%spartly (%zu unread)", read + failed > 1 ? " " : "", unread);
}

/* What was left out of sources that were read as such: a statement that is not understood. */
static size_t count_left_out(const struct drift_report *report, enum drift_type type)
{
    size_t count = 0;

    for (size_t i = 0; i < report->problem_count; i++)
        count += report->problems[i].type == type && !report->problems[i].warning;
    return count;
}

static void add_read_types(struct strbuf *out, const struct drift_report *report)
{
    for (int type = 0; type < DRIFT_TYPE_COUNT; type++) {
        size_t read = count_type_sources(report, (enum drift_type)type, SOURCE_READ);
        size_t failed = count_type_sources(report, (enum drift_type)type, SOURCE_FAILED);

        size_t left = failed == 0 ? count_left_out(report, (enum drift_type)type) : 0;

        if (read + failed == 0)
            continue;
        strbuf_printf(out, " %s ", short_names[type]);
        if (failed + left > 0)
            rich_open(out, RICH_WARNING);
        add_part_read(out, report, (enum drift_type)type, read, failed);
        if (left > 0)
            strbuf_printf(out, " partly (%zu unread)", left);
        if (failed + left > 0)
            rich_close(out);
    }
}

/* What one module has and another has not is among those that were read. */
static void add_unread_types(struct strbuf *out, const struct drift_report *report,
                             enum source_state state, const char *words)
{
    bool any = false;

    for (int i = 0; i < DRIFT_TYPE_COUNT; i++) {
        enum drift_type type = (enum drift_type)i;

        if (count_type_sources(report, type, state) == 0 ||
            count_type_sources(report, type, SOURCE_READ) +
                    count_type_sources(report, type, SOURCE_FAILED) >
                0)
            continue;
        strbuf_printf(out, "%s%s", any ? ", " : words, short_names[type]);
        any = true;
    }
}

void drift_text_sources(struct strbuf *out, const struct drift_report *report, bool utf8)
{
    size_t length;

    (void)utf8;
    strbuf_add(out, "read:");
    length = out->length;
    add_read_types(out, report);
    if (out->length == length)
        strbuf_add(out, " nothing");
    rich_open(out, RICH_DIM);
    add_unread_types(out, report, SOURCE_NOT_CONFIGURED, "   not configured: ");
    add_unread_types(out, report, SOURCE_NOT_EXAMINED, "   not examined: ");
    rich_close(out);
}
