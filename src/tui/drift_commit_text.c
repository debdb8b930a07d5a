#include "drift_parts.h"

#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/escape.h>
#include <pilab/base/rich.h>

#define LABEL_COLUMN 12

const char *drift_disposition_words(enum disposition disposition)
{
    static const char *const words[DISPOSITION_COUNT] = {
        [DISPOSITION_UNEXPLAINED] = "unexplained: please report this",
        [DISPOSITION_IN_NOTES] = "in the notes",
        [DISPOSITION_ALREADY_SHIPPED] = "there already, under another commit",
        [DISPOSITION_INTERNAL] = "internal",
        [DISPOSITION_MERGE] = "a merge",
        [DISPOSITION_REVERTED] = "taken back within the range",
    };

    return words[disposition];
}

/* "label       text", wrapped beside the label; nothing when there is no text. */
static void add_fact(struct strbuf *out, const char *label, enum rich_role role, const char *text,
                     size_t width, bool utf8)
{
    struct strbuf value = STRBUF_INIT, wrapped = STRBUF_INIT;

    if (text == NULL || text[0] == '\0')
        return;
    rich_text(&value, role, text, utf8);
    rich_wrap(&wrapped, value.data, LABEL_COLUMN, width);
    rich_cell(out, RICH_DIM, label, LABEL_COLUMN, RICH_LEFT, utf8);
    strbuf_add(out, wrapped.length > LABEL_COLUMN ? wrapped.data + LABEL_COLUMN : "\n");
    strbuf_release(&value);
    strbuf_release(&wrapped);
}

static void add_person(struct strbuf *out, const char *label, const char *name, const char *email,
                       int64_t at, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;
    char when[TIMESTAMP_SIZE];

    strbuf_printf(&text, "%s <%s>  %s", name, email, timestamp_format(at, when));
    add_fact(out, label, RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

/* Its lines stay lines: a message may hold paragraphs and lists. */
static void add_body(struct strbuf *out, const char *body, size_t width, bool utf8)
{
    struct strbuf line = STRBUF_INIT, shown = STRBUF_INIT;

    if (body != NULL && body[0] != '\0')
        strbuf_add_char(out, '\n');
    while (body != NULL && *body != '\0') {
        size_t length = strcspn(body, "\n");

        strbuf_add_bytes(&line, body, length);
        rich_text(&shown, RICH_PLAIN, line.data, utf8);
        if (shown.length > 0)
            rich_wrap(out, shown.data, 0, width);
        else
            strbuf_add_char(out, '\n');
        strbuf_clear(&line);
        strbuf_clear(&shown);
        body += length + (body[length] == '\n');
    }
    strbuf_release(&line);
    strbuf_release(&shown);
}

static void add_tickets(struct strbuf *out, const struct drift_commit *commit, size_t width,
                        bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < commit->ticket_count; i++)
        strbuf_printf(&text, "%s%s", i > 0 ? " " : "", commit->tickets[i].id);
    add_fact(out, "tickets", RICH_NAME, text.data, width, utf8);
    strbuf_release(&text);
}

static void add_size(struct strbuf *out, const struct drift_commit *commit, size_t width, bool utf8)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%zu file%s", commit->files_changed,
                  commit->files_changed == 1 ? "" : "s");
    if (commit->counted)
        strbuf_printf(&text, "  +%llu %s%llu", (unsigned long long)commit->insertions,
                      utf8 ? "−" : "-", (unsigned long long)commit->deletions);
    add_fact(out, "changes", RICH_PLAIN, text.data, width, utf8);
    strbuf_release(&text);
}

/* Where it went and why; nothing of that is said of one that current lacks. */
static void add_disposition(struct strbuf *out, const struct drift_place *place, size_t width,
                            bool utf8)
{
    const struct drift_commit *commit = place->commit;

    if (place->behind) {
        add_fact(out, "went", RICH_WARNING, "nowhere: what would replace it does not have it",
                 width, utf8);
        return;
    }
    add_fact(out, "went", RICH_PLAIN, drift_disposition_words(commit->disposition), width, utf8);
    add_fact(out, "because", RICH_PLAIN, commit->basis, width, utf8);
}

void drift_commit_page(struct strbuf *out, const struct drift_place *place, size_t width, bool utf8)
{
    const struct drift_commit *commit = place->commit;
    struct strbuf line = STRBUF_INIT;

    rich_text(&line, RICH_TITLE, commit->subject, utf8);
    rich_wrap(out, line.data, 0, width);
    strbuf_add_char(out, '\n');
    add_fact(out, "commit", RICH_PLAIN, commit->id, width, utf8);
    add_fact(out, "module", RICH_PLAIN, place->code->module, width, utf8);
    add_person(out, "author", commit->author_name, commit->author_email, commit->author_time, width,
               utf8);
    if (strcmp(commit->author_email, commit->committer_email) != 0)
        add_person(out, "committer", commit->committer_name, commit->committer_email,
                   commit->committer_time, width, utf8);
    add_tickets(out, commit, width, utf8);
    if (!commit->merge)
        add_size(out, commit, width, utf8);
    add_disposition(out, place, width, utf8);
    add_fact(out, "twin", RICH_PLAIN, commit->twin, width, utf8);
    add_fact(out, "check", RICH_WARNING,
             commit->maybe_shipped != NULL ? "probably there already: same subject and ticket"
                                           : NULL,
             width, utf8);
    add_fact(out, "BREAKING", RICH_CRITICAL, commit->breaking_note, width, utf8);
    add_body(out, commit->body, width, utf8);
    strbuf_add_char(out, '\n');
    rich_word(out, RICH_HEADING, "The same with git");
    strbuf_add_char(out, '\n');
    rich_open(out, RICH_DIM);
    strbuf_printf(out, "  git show %.12s", commit->id);
    rich_close(out);
    strbuf_add_char(out, '\n');
    strbuf_release(&line);
}
