#include <pilab/store/draft.h>

#include <string.h>
#include <unistd.h>

#include <pilab/store/lease.h>

#include "rows.h"

static const char draft_put[] = "INSERT INTO note_drafts"
                                " (project_id, note, login, session, host, boot, pid, started,"
                                "  base_rev, text, cursor, saved_at)"
                                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
                                " ON CONFLICT (project_id, login, note, session) DO UPDATE"
                                " SET host = excluded.host,"
                                "     boot = excluded.boot,"
                                "     pid = excluded.pid,"
                                "     started = excluded.started,"
                                "     base_rev = excluded.base_rev,"
                                "     text = excluded.text,"
                                "     cursor = excluded.cursor,"
                                "     saved_at = excluded.saved_at";

static const char draft_delete[] = "DELETE FROM note_drafts"
                                   " WHERE project_id = ?"
                                   "   AND note = ?"
                                   "   AND login = ?"
                                   "   AND session = ?";

static const char drafts_of[] = "SELECT project_id, note, login, session, host, boot, pid,"
                                "       started, base_rev, text, cursor, saved_at"
                                " FROM note_drafts"
                                " WHERE project_id = ?1"
                                "   AND login = ?2"
                                "   AND (?3 IS NULL OR note = ?3)"
                                " ORDER BY saved_at DESC, session DESC";

/* A process of this number on another host, or before the machine was started anew, is another. */
static bool is_this_boot(const struct store_lease *writer)
{
    struct arena *arena = arena_new();
    struct store_lease self;
    bool same;

    store_lease_identify(arena, &self);
    same = strcmp(self.host, writer->host) == 0 && strcmp(self.boot, writer->boot) == 0;
    arena_free(&arena);
    return same;
}

static void read_draft(struct statement *statement, struct arena *arena, void *item)
{
    struct store_draft *draft = item;
    struct store_lease writer = { 0 };

    draft->project_id = statement_take_text(statement, arena);
    draft->note = statement_take_text(statement, arena);
    draft->login = statement_take_text(statement, arena);
    draft->session = statement_take_text(statement, arena);
    writer.host = statement_take_text(statement, arena);
    writer.boot = statement_take_text(statement, arena);
    writer.pid = statement_take_integer(statement);
    writer.started = statement_take_integer(statement);
    draft->base_rev = statement_take_integer(statement);
    draft->text = statement_take_text(statement, arena);
    draft->cursor = statement_take_integer(statement);
    draft->saved_at = statement_take_integer(statement);
    draft->host = writer.host;
    draft->pid = writer.pid;
    draft->alive = store_lease_alive(&writer);
    draft->own = draft->alive && writer.pid == getpid() && is_this_boot(&writer);
}

static void put_key(struct statement *statement, const struct store_draft *draft)
{
    statement_put_text(statement, draft->project_id);
    statement_put_text(statement, draft->note);
    statement_put_text(statement, draft->login);
    statement_put_text(statement, draft->session);
}

bool store_draft_save(struct connection *connection, struct store_draft *draft, struct error *error)
{
    struct statement *statement = statement_open(connection, draft_put, error);
    struct arena *arena = arena_new();
    struct store_lease self;
    bool ok;

    store_lease_identify(arena, &self);
    draft->saved_at = connection_now(connection);
    draft->host = NULL;
    draft->pid = self.pid;
    draft->alive = draft->own = true;
    put_key(statement, draft);
    statement_put_text(statement, self.host);
    statement_put_text(statement, self.boot);
    statement_put_integer(statement, self.pid);
    statement_put_integer(statement, self.started);
    statement_put_integer(statement, draft->base_rev);
    statement_put_text(statement, draft->text);
    statement_put_integer(statement, draft->cursor);
    statement_put_integer(statement, draft->saved_at);
    ok = row_add(&statement, "draft", draft->session, error);
    arena_free(&arena);
    return ok;
}

bool store_draft_discard(struct connection *connection, const struct store_draft *draft,
                         struct error *error)
{
    struct statement *statement = statement_open(connection, draft_delete, error);
    bool ok;

    put_key(statement, draft);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

bool store_draft_list(struct connection *connection, const char *project_id, const char *login,
                      const char *note, struct arena *arena, struct store_drafts *list,
                      struct error *error)
{
    struct statement *statement = statement_open(connection, drafts_of, error);
    struct rows rows;

    statement_put_text(statement, project_id);
    statement_put_text(statement, login);
    statement_put_text(statement, note);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_draft, arena, &rows, error))
        return false;
    *list = (struct store_drafts){ .items = rows.items, .count = rows.count };
    return true;
}
