#include <pilab/notes/change_table.h>

#include <pilab/document/csv.h>

enum column {
    COLUMN_SECTION, /* "code", "configuration", … */
    COLUMN_CATEGORY,
    COLUMN_TICKETS,
    COLUMN_TITLE, /* of a change; what differs otherwise */
    COLUMN_SERVICES,
    COLUMN_CHANGE,
    COLUMN_PREVIOUS,
    COLUMN_CURRENT,
    COLUMN_SEVERITY,
    COLUMN_ATTENTION,
    COLUMN_BREAKING,
    COLUMN_SECURITY,
    COLUMN_REASON,
    COLUMN_AUTHORS,
    COLUMN_COMMITS,
    COLUMN_COUNT
};

static const char *const titles[COLUMN_COUNT] = {
    [COLUMN_SECTION] = "Section",   [COLUMN_CATEGORY] = "Category",
    [COLUMN_TICKETS] = "Tickets",   [COLUMN_TITLE] = "Title",
    [COLUMN_SERVICES] = "Services", [COLUMN_CHANGE] = "Change",
    [COLUMN_PREVIOUS] = "Previous", [COLUMN_CURRENT] = "New",
    [COLUMN_SEVERITY] = "Severity", [COLUMN_ATTENTION] = "Attention",
    [COLUMN_BREAKING] = "Breaking", [COLUMN_SECURITY] = "Security",
    [COLUMN_REASON] = "Reason",     [COLUMN_AUTHORS] = "Authors",
    [COLUMN_COMMITS] = "Commits",
};

static const char *yes_no(bool value)
{
    return value ? "yes" : "no";
}

static void join(struct strbuf *out, const char *const *texts, size_t count)
{
    for (size_t i = 0; i < count; i++)
        strbuf_printf(out, "%s%s", i > 0 ? ", " : "", texts[i] != NULL ? texts[i] : "");
}

static void add_change(struct strbuf *out, const struct note *note,
                       const struct drift_change *change)
{
    struct strbuf tickets = STRBUF_INIT, services = STRBUF_INIT, authors = STRBUF_INIT,
                  commits = STRBUF_INIT;
    const char *row[COLUMN_COUNT] = {
        [COLUMN_SECTION] = note_section_name(NOTE_CODE),
        [COLUMN_CATEGORY] = change_category_name(change->category),
        [COLUMN_TITLE] = change->title,
        [COLUMN_CHANGE] = change_type_name(change->type),
        [COLUMN_BREAKING] = yes_no(change->breaking),
        [COLUMN_SECURITY] = yes_no(change->security),
        [COLUMN_REASON] = change->breaking_note,
    };

    for (size_t i = 0; i < change->ticket_count; i++)
        strbuf_printf(&tickets, "%s%s", i > 0 ? ", " : "", change->tickets[i].id);
    join(&services, change->services, change->service_count);
    for (size_t i = 0; i < change->author_count; i++) {
        const char *author = note_author(note, change->authors[i]);

        if (author != NULL)
            strbuf_printf(&authors, "%s%s", authors.length > 0 ? ", " : "", author);
    }
    join(&commits, change->commits, change->commit_count);
    row[COLUMN_TICKETS] = tickets.data;
    row[COLUMN_SERVICES] = services.data;
    row[COLUMN_AUTHORS] = authors.data;
    row[COLUMN_COMMITS] = commits.data;
    csv_add_row(out, row, COLUMN_COUNT);
    strbuf_release(&tickets);
    strbuf_release(&services);
    strbuf_release(&authors);
    strbuf_release(&commits);
}

static void add_item(struct strbuf *out, const struct note_item *item)
{
    struct strbuf tickets = STRBUF_INIT;
    const char *row[COLUMN_COUNT] = {
        [COLUMN_SECTION] = note_section_name(note_section_of(item->type)),
        [COLUMN_CATEGORY] = item->category,
        [COLUMN_TITLE] = item->path,
        [COLUMN_SERVICES] = item->service,
        [COLUMN_CHANGE] = change_type_name(item->change_type),
        [COLUMN_PREVIOUS] = item->previous,
        [COLUMN_CURRENT] = item->current,
        [COLUMN_SEVERITY] = severity_name(item->severity),
        [COLUMN_ATTENTION] = attention_name(item->attention),
        [COLUMN_BREAKING] = yes_no(item->breaking),
        [COLUMN_SECURITY] = yes_no(item->security),
        [COLUMN_REASON] = item->reason,
    };

    join(&tickets, item->tickets, item->ticket_count);
    row[COLUMN_TICKETS] = tickets.data;
    csv_add_row(out, row, COLUMN_COUNT);
    strbuf_release(&tickets);
}

void note_render_csv(struct strbuf *out, const struct note *note)
{
    csv_add_row(out, titles, COLUMN_COUNT);
    for (size_t i = 0; i < note->change_count; i++) {
        if (note->changes[i].category != CATEGORY_INTERNAL)
            add_change(out, note, &note->changes[i]);
    }
    for (size_t i = 0; i < note->item_count; i++)
        add_item(out, &note->items[i]);
}
