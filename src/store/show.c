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

void store_show_deployments(struct strbuf *out, const struct store *store, const char *project_id,
                            const char *module, const char *environment)
{
    struct strbuf query = STRBUF_INIT;

    strbuf_add(&query, "SELECT d.version, d.status, d.actor, datetime(d.started_at / 1000, "
                       "'unixepoch') FROM deployments d JOIN modules m ON m.id = d.module_id JOIN "
                       "environments e ON e.id = d.environment_id WHERE m.project_id = ");
    add_text(&query, project_id);
    strbuf_add(&query, " AND m.name = ");
    add_text(&query, module);
    strbuf_add(&query, " AND e.name = ");
    add_text(&query, environment);
    strbuf_add(&query, " ORDER BY d.started_at DESC");
    add_command(out, store, "", &query);
    strbuf_release(&query);
}

/* The line is the store's own text, and its hash is over it as it stands. */
void store_show_audit_hash(struct strbuf *out, const struct store *store, int64_t seq)
{
    struct strbuf query = STRBUF_INIT;

    strbuf_printf(&query, "SELECT line FROM audit WHERE seq = %" PRId64, seq);
    add_command(out, store, "", &query);
    strbuf_add(out, " | tr -d '\\n' | sha256sum");
    strbuf_release(&query);
}
