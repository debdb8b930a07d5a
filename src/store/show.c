#include <pilab/store/show.h>

#include <inttypes.h>
#include <string.h>

#include <pilab/base/escape.h>

/* As SQL has a text: a quote in it is doubled. */
static void add_text(struct strbuf *out, const char *text)
{
    strbuf_add_char(out, '\'');
    for (; *text != '\0'; text++)
        strbuf_add(out, *text == '\'' ? "''" : (const char[]){ *text, '\0' });
    strbuf_add_char(out, '\'');
}

/* -readonly: looking must not write, not even a journal. */
static void add_command(struct strbuf *out, const struct store *store, const char *mode,
                        const struct strbuf *query)
{
    const char *path = store_path(store);

    strbuf_printf(out, "sqlite3 -readonly%s ", mode);
    escape_shell(out, path, strlen(path));
    strbuf_add_char(out, ' ');
    escape_shell(out, query->data, query->length);
}

void store_show_items(struct strbuf *out, const struct store *store, const char *report_id,
                      const char *const *fingerprints, size_t count)
{
    struct strbuf query = STRBUF_INIT;

    strbuf_add(&query, "SELECT severity, type, module, path, previous, current, tickets, rules "
                       "FROM drift_items WHERE report_id = ");
    add_text(&query, report_id);
    strbuf_add(&query, " AND fingerprint IN (");
    for (size_t i = 0; i < count; i++) {
        strbuf_add(&query, i > 0 ? ", " : "");
        add_text(&query, fingerprints[i]);
    }
    strbuf_add(&query, ") ORDER BY position");
    add_command(out, store, " -header", &query);
    strbuf_release(&query);
}

void store_show_note(struct strbuf *out, const struct store *store, const char *project_id,
                     int64_t number)
{
    struct strbuf query = STRBUF_INIT;

    strbuf_add(&query, "SELECT r.markdown FROM note_revisions r JOIN notes n ON n.id = r.note_id "
                       "WHERE n.project_id = ");
    add_text(&query, project_id);
    strbuf_printf(&query, " AND n.number = %" PRId64 " ORDER BY r.rev DESC LIMIT 1", number);
    add_command(out, store, "", &query);
    strbuf_release(&query);
}
