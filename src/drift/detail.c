#include <pilab/drift/detail.h>

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/map.h>
#include <pilab/base/rich.h>
#include <pilab/drift/text.h>

#include "config_detail.h"
#include "database.h"
#include "detail_parts.h"
#include "kinds.h"

#define TICKETS_MOST 24 /* of one file, where its page names them */
#define SHORT_ID     12

/* How many commits of a change are listed before "… 214 more". */
enum { SHOWN_COMMITS = 100 };

/* Above a list of such commits. */
static const char *const disposition_titles[DISPOSITION_COUNT] = {
    [DISPOSITION_UNEXPLAINED] = "Unexplained: please report this",
    [DISPOSITION_IN_NOTES] = "In the notes",
    [DISPOSITION_ALREADY_SHIPPED] = "Already there, under another commit",
    [DISPOSITION_INTERNAL] = "Internal",
    [DISPOSITION_MERGE] = "Merges",
    [DISPOSITION_REVERTED] = "Taken back within the range",
};

/* About one of them. */
static const char *const disposition_words[DISPOSITION_COUNT] = {
    [DISPOSITION_UNEXPLAINED] = "unexplained: please report this",
    [DISPOSITION_IN_NOTES] = "in the notes",
    [DISPOSITION_ALREADY_SHIPPED] = "there already, under another commit",
    [DISPOSITION_INTERNAL] = "internal",
    [DISPOSITION_MERGE] = "a merge",
    [DISPOSITION_REVERTED] = "taken back within the range",
};

const char *drift_disposition_words(enum disposition disposition)
{
    return disposition_words[disposition];
}

static void add_value(struct strbuf *out, const char *label, enum rich_role role,
                      const struct drift_value *value, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    drift_text_value(&text, role, value, utf8);
    detail_beside(out, RICH_DIM, label, text.data, width, utf8);
    strbuf_release(&text);
}

static void add_place(struct strbuf *out, const char *label, const struct drift_provenance *place,
                      size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    if (place->file == NULL)
        return;
    strbuf_add(&text, place->file);
    if (place->line > 0)
        strbuf_printf(&text, ":%u", place->line);
    detail_fact(out, label, RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

static void add_rules(struct strbuf *out, const struct drift_item *item, size_t width, bool utf8)
{
    if (item->rule_count == 0)
        return;
    detail_heading(out, "Why");
    for (size_t i = 0; i < item->rule_count; i++) {
        const struct drift_rule_hit *hit = &item->rules[i];
        struct strbuf line = STRBUF_INIT;

        rich_text(&line, RICH_PLAIN, hit->sentence, utf8);
        strbuf_add(&line, " (rule ");
        rich_text(&line, RICH_DIM, hit->rule, utf8);
        strbuf_add_char(&line, ')');
        detail_beside(out, severity_role(hit->severity), severity_name(hit->severity), line.data,
                      width, utf8);
        strbuf_release(&line);
    }
}

static void add_commit_line(struct strbuf *out, const struct drift_commit *commit, size_t width,
                            bool utf8)
{
    char date[TIMESTAMP_SIZE];
    struct strbuf left = STRBUF_INIT, right = STRBUF_INIT;

    strbuf_add(&left, "  ");
    rich_open(&left, RICH_DIM);
    strbuf_printf(&left, "%.*s ", SHORT_ID, commit->id);
    rich_close(&left);
    rich_text(&left, RICH_PLAIN, commit->subject, utf8);
    timestamp_format(commit->author_time, date);
    date[10] = '\0';
    rich_text(&right, RICH_DIM, commit->author_name, utf8);
    strbuf_add_char(&right, ' ');
    rich_word(&right, RICH_DIM, date);
    rich_line(out, left.data, right.data, width, utf8);
    strbuf_release(&left);
    strbuf_release(&right);
}

/* That a change, or a commit, may be there already. */
static void add_check(struct strbuf *out, const char *maybe_shipped, size_t width, bool utf8)
{
    detail_fact(out, "check", RICH_WARNING,
                maybe_shipped != NULL ? "probably there already: same subject and ticket" : NULL,
                width, utf8);
}

/* What happens to a resource, and where its sides stand; what it is stands in its attributes. */
static void add_whole(struct strbuf *out, const struct drift_item *item, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    drift_text_values(&text, item, utf8);
    detail_beside(out, RICH_DIM, "does", text.data, width, utf8);
    add_place(out, "", &item->previous_at, width, utf8);
    add_place(out, "", &item->current_at, width, utf8);
    strbuf_release(&text);
}

/* What is listed below is not there in one line as well. */
static void add_side(struct strbuf *out, const char *label, enum rich_role role,
                     const struct drift_item *item, const struct drift_value *value, size_t width,
                     bool utf8)
{
    if (config_detail_lists(item, value))
        detail_fact(out, label, RICH_DIM, "see the values below", width, utf8);
    else
        add_value(out, label, role, value, width, utf8);
}

static void add_values(struct strbuf *out, const struct drift_report *report,
                       const struct drift_item *item, size_t width, bool utf8)
{
    const char *before = drift_text_before(report), *after = drift_text_after(report);

    if (item->type == DRIFT_CODE && !drift_item_is_version(item))
        return;
    database_schema_sides(report, item, &before, &after);
    /* No side would get the other's value. */
    if (drift_item_is_kept(item)) {
        add_value(out, report->previous.environment, RICH_PLAIN, &item->previous, width, utf8);
        add_value(out, report->current.environment, RICH_PLAIN, &item->current, width, utf8);
        return;
    }
    if (drift_item_is_outside(item)) {
        detail_fact(out, "in", RICH_PLAIN, item->environment, width, utf8);
        add_value(out, "known", RICH_PLAIN, &item->previous, width, utf8);
        add_value(out, "really", RICH_PLAIN, &item->current, width, utf8);
        add_place(out, "", &item->current_at, width, utf8);
        return;
    }
    if (item->type == DRIFT_DATABASE && database_item_is_step(item)) {
        add_value(out, "does", change_type_role(item->change_type), &item->current, width, utf8);
        add_place(out, "", &item->current_at, width, utf8);
        return;
    }
    if (drift_text_is_whole(item)) {
        add_whole(out, item, width, utf8);
        return;
    }
    add_side(out, before, RICH_DELETED, item, &item->previous, width, utf8);
    add_place(out, "", &item->previous_at, width, utf8);
    add_side(out, after, RICH_ADDED, item, &item->current, width, utf8);
    add_place(out, "", &item->current_at, width, utf8);
}

static void add_submodule_commits(struct strbuf *out, const char *title,
                                  const struct submodule_commit *commits, size_t count, size_t all,
                                  size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    if (all == 0)
        return;
    strbuf_printf(&line, "%s %zu", title, all);
    detail_heading(out, line.data);
    for (size_t i = 0; i < count; i++) {
        strbuf_clear(&line);
        rich_open(&line, RICH_DIM);
        strbuf_printf(&line, "%.*s", SHORT_ID, commits[i].id);
        rich_close(&line);
        strbuf_add_char(&line, ' ');
        rich_text(&line, RICH_PLAIN, commits[i].subject, utf8);
        rich_wrap(out, line.data, SHORT_ID + 1, width);
    }
    strbuf_clear(&line);
    if (count < all) {
        strbuf_printf(&line, "%s %zu more\n", utf8 ? "…" : "...", all - count);
        strbuf_add(out, line.data);
    }
    strbuf_release(&line);
}

/* Where it was pinned, where it is, and what lies between. */
static void add_submodule(struct strbuf *out, const struct drift_item *item, size_t width,
                          bool utf8)
{
    const struct drift_submodule *submodule = item->submodule;
    struct strbuf words = STRBUF_INIT;

    submodule_words(submodule, &words);
    detail_fact(out, "submodule", RICH_PLAIN, words.data, width, utf8);
    detail_fact(out, "not known", RICH_WARNING, submodule->why, width, utf8);
    if (submodule->move != SUBMODULE_STAYS) {
        detail_fact(out, "pinned at", RICH_DELETED, item->previous.text, width, utf8);
        detail_fact(out, "then at", RICH_ADDED, item->current.text, width, utf8);
    }
    detail_fact(out, "url", RICH_PLAIN,
                submodule->current_url != NULL ? submodule->current_url : submodule->previous_url,
                width, utf8);
    if (submodule_url_changed(submodule))
        detail_fact(out, "url before", RICH_DELETED, submodule->previous_url, width, utf8);
    add_submodule_commits(out, "Commits forward", submodule->commits, submodule->ahead_listed,
                          submodule->ahead, width, utf8);
    add_submodule_commits(out, "Commits back", submodule->commits + submodule->ahead_listed,
                          submodule->commit_count - submodule->ahead_listed, submodule->behind,
                          width, utf8);
    strbuf_release(&words);
}

/* A file that every second change touches has hundreds: what they would push away is why it is
 * judged so. */
static void add_tickets(struct strbuf *out, const struct drift_item *item, size_t width, bool utf8)
{
    size_t shown = item->ticket_count > TICKETS_MOST + 1 ? TICKETS_MOST : item->ticket_count;
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < shown; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? " " : "", item->tickets[i]);
    if (shown < item->ticket_count)
        strbuf_printf(&text, " and %zu more", item->ticket_count - shown);
    detail_fact(out, "tickets", RICH_NAME, text.data, width, utf8);
    strbuf_release(&text);
}

static void add_title(struct strbuf *out, const char *name, const char *title, size_t width,
                      bool utf8)
{
    struct strbuf line = STRBUF_INIT;

    if (name != NULL) {
        rich_text(&line, RICH_NAME, name, utf8);
        strbuf_add(&line, "  ");
    }
    rich_text(&line, RICH_TITLE, title, utf8);
    rich_wrap(out, line.data, 0, width);
    strbuf_add_char(out, '\n');
    strbuf_release(&line);
}

void drift_detail_item(struct strbuf *out, const struct drift_report *report,
                       const struct drift_item *item, const char *repository, size_t width,
                       bool utf8)
{
    const struct drift_commit *commit =
        item->commit != NULL ? drift_report_commit(report, item->commit) : NULL;
    struct strbuf command = STRBUF_INIT;

    add_title(out, NULL, item->path, width, utf8);
    detail_fact(out, "module", RICH_PLAIN, item->module, width, utf8);
    if (strcmp(item->service, item->module) != 0)
        detail_fact(out, "service", RICH_PLAIN, item->service, width, utf8);
    detail_fact(out, "change", drift_item_role(item),
                item->detail != DETAIL_NONE ? change_detail_name(item->detail)
                                            : change_type_name(item->change_type),
                width, utf8);
    detail_fact(out, "from", RICH_PLAIN, item->old_path, width, utf8);
    if (item->likeness > 0 && item->likeness < 100) {
        strbuf_printf(&command, "%u%% of it is as it was", item->likeness);
        detail_fact(out, "likeness", RICH_PLAIN, command.data, width, utf8);
        strbuf_clear(&command);
    }
    if (item->submodule != NULL)
        add_submodule(out, item, width, utf8);
    add_values(out, report, item, width, utf8);
    drift_detail_told(out, report, item, width, utf8);
    add_tickets(out, item, width, utf8);
    detail_fact(out, attention_name(item->attention),
                item->attention == ATTENTION_BLOCKER ? RICH_CRITICAL : RICH_HIGH,
                item->attention_reason, width, utf8);
    detail_fact(out, "expected by", RICH_PLAIN, item->expected_by, width, utf8);
    if (item->decision == NULL)
        detail_fact(out, "because", RICH_PLAIN, item->expected_reason, width, utf8);
    drift_detail_history(out, report, item, width, utf8);
    config_detail(out, item, width, utf8);
    drift_kinds_detail(out, report, item, width, utf8);
    add_rules(out, item, width, utf8);
    if (commit != NULL) {
        detail_heading(out, "Commit");
        add_commit_line(out, commit, width, utf8);
    }
    drift_detail_together(out, report, item, width, utf8);
    if (drift_detail_command(&command, repository, report, item))
        detail_command(out, command.data, width, utf8);
    strbuf_release(&command);
}

void drift_detail_git(struct strbuf *out, const char *repository)
{
    strbuf_add(out, "git");
    if (repository == NULL)
        return;
    strbuf_add(out, " -C ");
    escape_shell(out, repository, strlen(repository));
}

bool drift_detail_command(struct strbuf *out, const char *repository,
                          const struct drift_report *report, const struct drift_item *item)
{
    const struct drift_code *code = drift_report_code(report, item->module);
    const char *path = item->type == DRIFT_CODE        ? item->path
                       : item->current_at.file != NULL ? item->current_at.file
                                                       : item->previous_at.file;

    if (code == NULL || code->previous_commit == NULL || code->current_commit == NULL ||
        path == NULL)
        return false;
    drift_detail_git(out, repository);
    strbuf_add(out, " diff ");
    escape_shell(out, code->previous_commit, strnlen(code->previous_commit, SHORT_ID));
    strbuf_add_char(out, ' ');
    escape_shell(out, code->current_commit, strnlen(code->current_commit, SHORT_ID));
    strbuf_add(out, " -- ");
    escape_shell(out, path, strlen(path));
    return true;
}

/* Its lines stay lines: a description, or a message, may hold paragraphs and lists. */
static void add_description(struct strbuf *out, const char *text, size_t width, bool utf8)
{
    struct strbuf part = STRBUF_INIT, shown = STRBUF_INIT;

    if (text == NULL || *text == '\0')
        return;
    strbuf_add_char(out, '\n');
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        strbuf_add_bytes(&part, text, length);
        rich_text(&shown, RICH_PLAIN, part.data, utf8);
        if (shown.length > 0)
            rich_wrap(out, shown.data, 0, width);
        else
            strbuf_add_char(out, '\n');
        strbuf_clear(&part);
        strbuf_clear(&shown);
        text += length + (text[length] == '\n');
    }
    strbuf_release(&part);
    strbuf_release(&shown);
}

static void add_commits(struct strbuf *out, const struct drift_report *report,
                        const struct drift_change *change, size_t width, bool utf8)
{
    struct map *commits = drift_report_commits(report);
    size_t shown = change->commit_count <= SHOWN_COMMITS + 1 ? change->commit_count : SHOWN_COMMITS;

    detail_heading(out, "Commits");
    for (size_t i = 0; i < shown; i++) {
        const struct drift_commit *commit = map_get(commits, change->commits[i]);

        if (commit != NULL)
            add_commit_line(out, commit, width, utf8);
    }
    if (shown < change->commit_count) {
        rich_open(out, RICH_DIM);
        strbuf_printf(out, "  %s %zu more", utf8 ? "…" : "...", change->commit_count - shown);
        rich_close(out);
        strbuf_add_char(out, '\n');
    }
    map_free(&commits);
}

void drift_detail_change(struct strbuf *out, const struct drift_report *report,
                         const struct drift_change *change, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    add_title(out, change->ticket, change->title, width, utf8);
    detail_fact(out, "category", RICH_PLAIN, change_category_title(change->category), width, utf8);
    detail_fact(out, "because", RICH_DIM, change->evidence, width, utf8);
    if (change->breaking)
        detail_fact(out, "BREAKING", RICH_CRITICAL,
                    change->breaking_note != NULL ? change->breaking_note : "marked as such", width,
                    utf8);
    if (change->security)
        detail_fact(out, "SECURITY", RICH_HIGH, "touches security: see its commits", width, utf8);
    add_check(out, change->maybe_shipped, width, utf8);
    for (size_t i = 0; i < change->service_count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? ", " : "", change->services[i]);
    detail_fact(out, "modules", RICH_PLAIN, text.data, width, utf8);
    strbuf_clear(&text);
    for (size_t i = 0; i < change->author_count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? ", " : "", change->authors[i]);
    detail_fact(out, "authors", RICH_PLAIN, text.data, width, utf8);
    strbuf_clear(&text);
    add_description(out, change->description, width, utf8);
    drift_detail_changed(out, report, change, width, utf8);
    add_commits(out, report, change, width, utf8);
    strbuf_release(&text);
}

static void add_person(struct strbuf *out, const char *label, const char *name, const char *email,
                       int64_t at, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;
    char when[TIMESTAMP_SIZE];

    strbuf_printf(&text, "%s <%s> %s", name, email, timestamp_format(at, when));
    detail_fact(out, label, RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

static void add_commit_tickets(struct strbuf *out, const struct drift_commit *commit, size_t width,
                               bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < commit->ticket_count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? " " : "", commit->tickets[i].id);
    detail_fact(out, "tickets", RICH_NAME, text.data, width, utf8);
    strbuf_release(&text);
}

static void add_size(struct strbuf *out, const struct drift_commit *commit, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%zu file%s", commit->files_changed,
                  commit->files_changed == 1 ? "" : "s");
    if (commit->counted)
        strbuf_printf(&text, " +%llu %s%llu", (unsigned long long)commit->insertions,
                      utf8 ? "−" : "-", (unsigned long long)commit->deletions);
    detail_fact(out, "changes", RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

/* Where it went and why; nothing of that is said of one that current lacks. */
static void add_disposition(struct strbuf *out, const struct drift_place *place, size_t width,
                            bool utf8)
{
    const struct drift_commit *commit = place->commit;

    if (place->behind) {
        detail_fact(out, "went", RICH_WARNING, "nowhere: what would replace it does not have it",
                    width, utf8);
        return;
    }
    detail_fact(out, "went", RICH_PLAIN, drift_disposition_words(commit->disposition), width, utf8);
    detail_fact(out, "because", RICH_PLAIN, commit->basis, width, utf8);
}

void drift_detail_commit(struct strbuf *out, const struct drift_place *place,
                         const char *repository, size_t width, bool utf8)
{
    const struct drift_commit *commit = place->commit;
    struct strbuf command = STRBUF_INIT;

    add_title(out, NULL, commit->subject, width, utf8);
    detail_fact(out, "commit", RICH_PLAIN, commit->id, width, utf8);
    detail_fact(out, "module", RICH_PLAIN, place->code->module, width, utf8);
    add_person(out, "author", commit->author_name, commit->author_email, commit->author_time, width,
               utf8);
    if (strcmp(commit->author_email, commit->committer_email) != 0)
        add_person(out, "committer", commit->committer_name, commit->committer_email,
                   commit->committer_time, width, utf8);
    add_commit_tickets(out, commit, width, utf8);
    if (!commit->merge)
        add_size(out, commit, width, utf8);
    add_disposition(out, place, width, utf8);
    detail_fact(out, "twin", RICH_PLAIN, commit->twin, width, utf8);
    add_check(out, commit->maybe_shipped, width, utf8);
    detail_fact(out, "BREAKING", RICH_CRITICAL, commit->breaking_note, width, utf8);
    add_description(out, commit->body, width, utf8);
    drift_detail_git(&command, repository);
    strbuf_printf(&command, " show %.*s", SHORT_ID, commit->id);
    detail_command(out, command.data, width, utf8);
    strbuf_release(&command);
}

static void list_disposition(struct strbuf *out, const struct drift_report *report,
                             enum disposition disposition, size_t width, bool utf8)
{
    size_t count = report->balance.by_disposition[disposition];

    if (count == 0)
        return;
    strbuf_add_char(out, '\n');
    rich_word(out, disposition == DISPOSITION_UNEXPLAINED ? RICH_CRITICAL : RICH_HEADING,
              disposition_titles[disposition]);
    strbuf_printf(out, "  %zu\n", count);
    for (size_t i = 0; i < report->code_count; i++) {
        for (size_t j = 0; j < report->codes[i].commit_count; j++) {
            const struct drift_commit *commit = &report->codes[i].commits[j];

            if (commit->disposition != disposition)
                continue;
            add_commit_line(out, commit, width, utf8);
            if (commit->basis != NULL)
                detail_fact(out, "", RICH_DIM, commit->basis, width, utf8);
        }
    }
}

void drift_detail_balance(struct strbuf *out, const struct drift_report *report, size_t width,
                          bool utf8)
{
    static const enum disposition order[] = {
        DISPOSITION_UNEXPLAINED, DISPOSITION_ALREADY_SHIPPED, DISPOSITION_REVERTED,
        DISPOSITION_IN_NOTES,    DISPOSITION_INTERNAL,        DISPOSITION_MERGE,
    };
    struct strbuf line = STRBUF_INIT;

    drift_text_balance(&line, report, width, utf8);
    rich_wrap(out, line.data, 0, width);
    strbuf_release(&line);
    for (size_t i = 0; i < sizeof order / sizeof *order; i++)
        list_disposition(out, report, order[i], width, utf8);
}
