#include <pilab/drift/lines.h>

#include <string.h>

bool drift_item_has_lines(const struct drift_item *item)
{
    return item->type == DRIFT_CODE &&
           !(object_id_is_zero(&item->old_blob) && object_id_is_zero(&item->new_blob));
}

static void measure_code(struct drift_lines *lines, const struct drift_code *code)
{
    for (size_t i = 0; i < code->commit_count; i++) {
        const struct drift_commit *commit = &code->commits[i];

        lines->commits += !commit->merge;
        lines->commits_done += !commit->merge && (commit->counted || commit->unread);
    }
}

/* A report that only has those of its files, as one that is small enough gets without being asked,
 * says nothing of lines. */
void drift_lines_measure(struct drift_report *report)
{
    struct drift_lines lines = { .state = LINES_STOPPED };

    for (size_t i = 0; i < report->code_count; i++)
        measure_code(&lines, &report->codes[i]);
    for (size_t i = 0; i < report->item_count; i++) {
        const struct drift_item *item = &report->items[i];

        lines.files += drift_item_has_lines(item);
        lines.files_done += drift_item_has_lines(item) && (item->counted || item->unread);
    }
    if (lines.commits_done == 0)
        lines.state = LINES_LEFT_OUT;
    else if (lines.commits_done == lines.commits && lines.files_done == lines.files)
        lines.state = LINES_COUNTED;
    report->lines = lines;
}

void drift_lines_start(struct drift_report *report)
{
    struct drift_lines *lines = &report->lines;

    for (size_t i = 0; i < report->item_count; i++)
        report->items[i].counted = report->items[i].unread = false;
    for (size_t i = 0; i < report->code_count; i++) {
        struct drift_code *code = &report->codes[i];

        code->counted = false;
        for (size_t j = 0; j < code->commit_count; j++)
            code->commits[j].counted = code->commits[j].unread = false;
    }
    lines->state = LINES_COMING;
    lines->commits_done = lines->files_done = 0;
}

static void put_file(struct drift_report *report, const struct drift_line_count *count)
{
    struct drift_item *item =
        count->index < report->item_count ? &report->items[count->index] : NULL;

    if (item == NULL || item->counted || item->unread || !drift_item_has_lines(item))
        return;
    item->counted = count->known;
    item->unread = !count->known;
    item->binary = count->binary;
    item->insertions = count->insertions;
    item->deletions = count->deletions;
    report->lines.files_done++;
}

static void put_commit(struct drift_report *report, const struct drift_line_count *count)
{
    struct drift_code *code = count->code < report->code_count ? &report->codes[count->code] : NULL;
    struct drift_commit *commit =
        code != NULL && count->index < code->commit_count ? &code->commits[count->index] : NULL;

    if (commit == NULL || commit->counted || commit->unread || commit->merge)
        return;
    commit->counted = count->known;
    commit->unread = !count->known;
    commit->insertions = count->insertions;
    commit->deletions = count->deletions;
    report->lines.commits_done++;
}

void drift_lines_put(struct drift_report *report, const struct drift_line_count *count)
{
    if (count->file)
        put_file(report, count);
    else
        put_commit(report, count);
}

void drift_lines_stop(struct drift_report *report)
{
    if (report->lines.state == LINES_COMING)
        report->lines.state = LINES_STOPPED;
}

/* --- Settling -------------------------------------------------------------------------------- */

static bool same_code(const struct drift_code *a, const struct drift_code *b)
{
    return strcmp(a->module, b->module) == 0 && a->commit_count == b->commit_count;
}

static bool same_input(const struct drift_report *a, const struct drift_report *b)
{
    bool same = a->item_count == b->item_count && a->code_count == b->code_count &&
                a->change_count == b->change_count;

    for (size_t i = 0; same && i < a->code_count; i++)
        same = same_code(&a->codes[i], &b->codes[i]);
    for (size_t i = 0; same && i < a->item_count; i++)
        same = strcmp(a->items[i].id, b->items[i].id) == 0;
    return same;
}

static void settle_item(struct drift_item *item, const struct drift_item *settled)
{
    item->counted = settled->counted;
    item->unread = settled->unread;
    item->binary = settled->binary;
    item->insertions = settled->insertions;
    item->deletions = settled->deletions;
    item->severity = settled->severity;
    item->rules = settled->rules;
    item->rule_count = settled->rule_count;
    item->attention = settled->attention;
    item->attention_reason = settled->attention_reason;
    item->offered = settled->offered;
    item->undecided = settled->undecided;
    item->breaking = settled->breaking;
    item->security = settled->security;
}

static void settle_code(struct drift_code *code, const struct drift_code *settled)
{
    code->counted = settled->counted;
    code->insertions = settled->insertions;
    code->deletions = settled->deletions;
    for (size_t i = 0; i < code->commit_count; i++) {
        code->commits[i].counted = settled->commits[i].counted;
        code->commits[i].unread = settled->commits[i].unread;
        code->commits[i].insertions = settled->commits[i].insertions;
        code->commits[i].deletions = settled->commits[i].deletions;
    }
}

bool drift_lines_settle(struct drift_report *report, struct drift_report **settled)
{
    struct drift_report *counted = *settled;
    struct arena *arena = counted->arena;

    *settled = NULL;
    if (!same_input(report, counted)) {
        drift_report_free(&counted);
        return false;
    }
    for (size_t i = 0; i < report->item_count; i++)
        settle_item(&report->items[i], &counted->items[i]);
    for (size_t i = 0; i < report->code_count; i++)
        settle_code(&report->codes[i], &counted->codes[i]);
    report->summary = counted->summary;
    report->lines = counted->lines;
    report->run = counted->run;
    report->problems = counted->problems;
    report->problem_count = counted->problem_count;
    arena_adopt(report->arena, &arena); /* with the judgements that it points to from now on */
    return true;
}

/* --- Words ----------------------------------------------------------------------------------- */

/* "1,234,567" */
static void add_number(struct strbuf *out, uint64_t number)
{
    if (number >= 1000) {
        add_number(out, number / 1000);
        strbuf_printf(out, ",%03u", (unsigned)(number % 1000));
    } else {
        strbuf_printf(out, "%u", (unsigned)number);
    }
}

static void add_lines(struct strbuf *out, uint64_t insertions, uint64_t deletions, bool utf8)
{
    strbuf_add_char(out, '+');
    add_number(out, insertions);
    strbuf_add(out, utf8 ? " −" : " -");
    add_number(out, deletions);
}

static void add_progress(struct strbuf *out, const struct drift_lines *lines, bool brief)
{
    bool files = lines->files_done < lines->files || lines->commits == 0;
    size_t done = files ? lines->files_done : lines->commits_done;
    size_t all = files ? lines->files : lines->commits;
    size_t sum = lines->files + lines->commits;

    if (brief) {
        strbuf_printf(out, "lines %zu %%",
                      sum > 0 ? (lines->files_done + lines->commits_done) * 100 / sum : 100);
        return;
    }
    strbuf_add(out, "lines counted of ");
    add_number(out, done);
    strbuf_add(out, " of ");
    add_number(out, all);
    strbuf_add(out, files ? " files" : " commits");
    if (lines->state == LINES_STOPPED)
        strbuf_add(out, ", stopped");
}

static void add_sum(struct strbuf *out, const struct drift_report *report, bool brief, bool utf8)
{
    uint64_t insertions = 0, deletions = 0;
    bool known = report->code_count > 0;

    for (size_t i = 0; i < report->code_count; i++) {
        const struct drift_code *code = &report->codes[i];

        known = known && (code->counted || code->module_added || code->module_removed);
        insertions += code->insertions;
        deletions += code->deletions;
    }
    if (!known) {
        strbuf_add(out, "some lines unknown");
        return;
    }
    add_lines(out, insertions, deletions, utf8);
    strbuf_add(out, brief ? "" : " lines");
}

void drift_text_lines(struct strbuf *out, const struct drift_report *report, bool brief, bool utf8)
{
    switch (report->lines.state) {
    case LINES_LEFT_OUT:
        break;
    case LINES_COMING:
    case LINES_STOPPED:
        add_progress(out, &report->lines, brief);
        break;
    case LINES_COUNTED:
        add_sum(out, report, brief, utf8);
        break;
    }
}

void drift_text_item_lines(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    if (item->unread)
        strbuf_add_char(out, '?');
    else if (item->counted && item->binary)
        strbuf_add(out, "binary");
    else if (item->counted && item->insertions + item->deletions > 0)
        strbuf_printf(out, "+%llu %s%llu", (unsigned long long)item->insertions, utf8 ? "−" : "-",
                      (unsigned long long)item->deletions);
}

void drift_text_commit_lines(struct strbuf *out, const struct drift_commit *commit, bool utf8)
{
    if (commit->unread)
        strbuf_add_char(out, '?');
    else if (commit->counted)
        strbuf_printf(out, "+%llu %s%llu", (unsigned long long)commit->insertions, utf8 ? "−" : "-",
                      (unsigned long long)commit->deletions);
}
