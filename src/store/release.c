#include <pilab/store/release.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <pilab/base/json.h>

#include "rows.h"

static const char *const statuses[RELEASE_STATUS_COUNT + 1] = {
    [RELEASE_OPEN] = "OPEN",
    [RELEASE_CLOSED] = "CLOSED",
    [RELEASE_CANCELLED] = "CANCELLED",
};

#define RELEASE_SELECT                                                                             \
    "SELECT r.id, r.project_id, r.number, r.name, r.source_id, r.target_id, s.name, t.name,"       \
    "       r.status, r.rev, v.digest, v.modules, r.description, r.planned_at, r.created_by,"      \
    "       r.created_at, r.updated_at, r.ended_by, r.ended_at, r.outcome"                         \
    " FROM releases r"                                                                             \
    " JOIN environments s ON s.id = r.source_id"                                                   \
    " JOIN environments t ON t.id = r.target_id"                                                   \
    " JOIN release_revisions v ON v.release_id = r.id AND v.rev = r.rev"

static const char release_insert[] =
    "INSERT INTO releases"
    " (id, project_id, number, name, source_id, target_id, status, rev, description, planned_at,"
    "  created_by, created_at, updated_at, ended_by, ended_at, outcome)"
    " VALUES (?, ?, ?, ?, ?, ?, 'OPEN', ?, ?, ?, ?, ?, ?, NULL, 0, NULL)";

static const char release_next_number[] = "SELECT COALESCE(MAX(number), 0) + 1"
                                          " FROM releases"
                                          " WHERE project_id = ?";

static const char release_count_up[] = "UPDATE releases"
                                       " SET rev = rev + 1,"
                                       "     updated_at = ?"
                                       " WHERE id = ?"
                                       "   AND rev = ?"
                                       "   AND status = 'OPEN'";

static const char release_end[] = "UPDATE releases"
                                  " SET status = ?1,"
                                  "     ended_by = ?2,"
                                  "     ended_at = ?3,"
                                  "     updated_at = ?3,"
                                  "     outcome = ?4"
                                  " WHERE id = ?5"
                                  "   AND rev = ?6"
                                  "   AND status = 'OPEN'";

static const char release_by_id[] = RELEASE_SELECT " WHERE r.id = ?";

static const char release_by_name[] = RELEASE_SELECT " WHERE r.project_id = ?"
                                                     "   AND r.name = ?";

static const char release_by_number[] = RELEASE_SELECT " WHERE r.project_id = ?"
                                                       "   AND r.number = ?";

/* Open ones have 1 in front of their number, so that one key orders both. */
static const char releases_in_order[] =
    RELEASE_SELECT " WHERE r.project_id = ?1"
                   "   AND (?2 = 0 OR r.status = 'OPEN')"
                   "   AND ((r.status = 'OPEN') < ?3"
                   "        OR ((r.status = 'OPEN') = ?3 AND r.number < ?4))"
                   " ORDER BY r.status = 'OPEN' DESC, r.number DESC"
                   " LIMIT ?5";

static const char revision_insert[] = "INSERT INTO release_revisions"
                                      " (release_id, rev, modules, author, reason, at, digest)"
                                      " VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char revisions_by_rev[] = "SELECT rev, modules, author, reason, at, digest"
                                       " FROM release_revisions"
                                       " WHERE release_id = ?"
                                       " ORDER BY rev DESC";

static const char revision_digest[] = "SELECT rev, modules, author, reason, at, digest"
                                      " FROM release_revisions"
                                      " WHERE release_id = ?1"
                                      "   AND (rev = ?2 OR ?2 = 0)"
                                      " ORDER BY rev DESC"
                                      " LIMIT 1";

static const char entry_insert[] =
    "INSERT INTO release_entries"
    " (release_id, rev, position, module_id, module, version, commit_id, image, config_revision,"
    "  migrations, kept_version, kept_commit)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char entries_in_order[] =
    "SELECT module_id, module, version, commit_id, image, config_revision, migrations,"
    "       kept_version, kept_commit"
    " FROM release_entries"
    " WHERE release_id = ?"
    "   AND rev = ?"
    " ORDER BY position";

const char *release_status_name(enum release_status status)
{
    return statuses[status];
}

bool release_status_parse(const char *name, enum release_status *status, struct error *error)
{
    int index;

    if (!word_parse("release status", name, statuses, &index, error))
        return false;
    *status = (enum release_status)index;
    return true;
}

static void read_release(struct statement *statement, struct arena *arena, void *item)
{
    struct store_release *release = item;
    int status;

    id_take(statement, release->id);
    release->project_id = statement_take_text(statement, arena);
    release->number = statement_take_integer(statement);
    release->name = statement_take_text(statement, arena);
    release->source_id = statement_take_text(statement, arena);
    release->target_id = statement_take_text(statement, arena);
    release->source = statement_take_text(statement, arena);
    release->target = statement_take_text(statement, arena);
    status = word_index(statuses, statement_view_text(statement, NULL));
    release->status = status < 0 ? RELEASE_CANCELLED : (enum release_status)status;
    release->rev = statement_take_integer(statement);
    digest_take(statement, release->digest);
    release->modules = (size_t)statement_take_integer(statement);
    release->description = statement_take_text(statement, arena);
    release->planned_at = statement_take_integer(statement);
    release->created_by = statement_take_text(statement, arena);
    release->created_at = statement_take_integer(statement);
    release->updated_at = statement_take_integer(statement);
    release->ended_by = statement_take_text(statement, arena);
    release->ended_at = statement_take_integer(statement);
    release->outcome = statement_take_text(statement, arena);
}

static void read_revision(struct statement *statement, struct arena *arena, void *item)
{
    struct store_release_revision *revision = item;

    revision->rev = statement_take_integer(statement);
    revision->modules = (size_t)statement_take_integer(statement);
    revision->author = statement_take_text(statement, arena);
    revision->reason = statement_take_text(statement, arena);
    revision->at = statement_take_integer(statement);
    digest_take(statement, revision->digest);
}

static void read_entry(struct statement *statement, struct arena *arena, void *item)
{
    struct store_release_entry *entry = item;

    entry->module_id = statement_take_text(statement, arena);
    entry->module = statement_take_text(statement, arena);
    entry->version = statement_take_text(statement, arena);
    entry->commit = statement_take_text(statement, arena);
    entry->image = statement_take_text(statement, arena);
    entry->config_revision = statement_take_text(statement, arena);
    entry->migrations = statement_take_text(statement, arena);
    entry->kept_version = statement_take_text(statement, arena);
    entry->kept_commit = statement_take_text(statement, arena);
}

/* --- The list and its digest ------------------------------------------------------------------ */

static bool put_migrations(json_t *object, const struct store_release_entry *entry,
                           struct error *error)
{
    json_t *migrations = NULL;

    if (entry->migrations != NULL) {
        migrations = json_read("the migrations of a module", entry->migrations,
                               strlen(entry->migrations), error);
        if (migrations == NULL)
            return false;
    }
    json_put(object, "migrations", migrations);
    return true;
}

json_t *store_release_list_json(const struct store_release_entry *entries, size_t count,
                                struct error *error)
{
    json_t *list = json_array(), *object = json_object();
    bool ok = true;

    for (size_t i = 0; ok && i < count; i++) {
        json_t *module = json_object();

        json_put_text(module, "module", entries[i].module);
        json_put_text(module, "version", entries[i].version);
        json_put_text(module, "commit", entries[i].commit);
        json_put_text(module, "image", entries[i].image);
        json_put_text(module, "config_revision", entries[i].config_revision);
        ok = put_migrations(module, &entries[i], error);
        json_append(list, module);
    }
    json_put(object, "modules", list);
    if (ok)
        return object;
    json_decref(object);
    return NULL;
}

static bool list_digest(const struct store_release_entry *entries, size_t count,
                        char digest[SHA256_HEX_SIZE], struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    json_t *list = store_release_list_json(entries, count, error);

    if (list == NULL)
        return false;
    json_write_canonical(&text, list);
    sha256_hex(text.data, text.length, digest);
    strbuf_release(&text);
    json_decref(list);
    return true;
}

/* --- Writing ---------------------------------------------------------------------------------- */

static bool add_entry(struct connection *connection, const char *id, int64_t rev, size_t position,
                      const struct store_release_entry *entry, struct error *error)
{
    struct statement *statement = statement_open(connection, entry_insert, error);

    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    statement_put_integer(statement, (int64_t)position);
    statement_put_text(statement, entry->module_id);
    statement_put_text(statement, entry->module);
    statement_put_text(statement, entry->version);
    statement_put_text(statement, entry->commit);
    statement_put_text(statement, entry->image);
    statement_put_text(statement, entry->config_revision);
    statement_put_text(statement, entry->migrations);
    statement_put_text(statement, entry->kept_version);
    statement_put_text(statement, entry->kept_commit);
    return row_add(&statement, "module in this release", entry->module, error);
}

static bool add_revision(struct connection *connection, const char *id, int64_t rev,
                         struct store_release_revision *revision,
                         const struct store_release_entry *entries, size_t count,
                         struct error *error)
{
    struct statement *statement;
    bool ok;

    if (count == 0)
        return error_set(error, ERROR_INVALID, "a release needs at least one module");
    revision->rev = rev;
    revision->at = connection_now(connection);
    revision->modules = count;
    if (!list_digest(entries, count, revision->digest, error))
        return false;
    statement = statement_open(connection, revision_insert, error);
    statement_put_text(statement, id);
    statement_put_integer(statement, revision->rev);
    statement_put_integer(statement, (int64_t)count);
    statement_put_text(statement, revision->author);
    statement_put_text(statement, revision->reason);
    statement_put_integer(statement, revision->at);
    statement_put_text(statement, revision->digest);
    ok = row_add(&statement, "revision of the release", id, error);
    for (size_t i = 0; ok && i < count; i++)
        ok = add_entry(connection, id, rev, i, &entries[i], error);
    return ok;
}

static bool insert_release(struct connection *connection, const struct store_release *release,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, release_insert, error);

    statement_put_text(statement, release->id);
    statement_put_text(statement, release->project_id);
    statement_put_integer(statement, release->number);
    statement_put_text(statement, release->name);
    statement_put_text(statement, release->source_id);
    statement_put_text(statement, release->target_id);
    statement_put_integer(statement, release->rev);
    statement_put_text(statement, text_or(release->description, ""));
    statement_put_integer(statement, release->planned_at);
    statement_put_text(statement, release->created_by);
    statement_put_integer(statement, release->created_at);
    statement_put_integer(statement, release->updated_at);
    return row_add(&statement, "release", release->name, error);
}

bool store_release_add(struct connection *connection, struct store_release *release,
                       const struct store_release_entry *entries, size_t count, struct error *error)
{
    struct store_release_revision first = { .author = release->created_by, .reason = "cut" };
    struct statement *statement = statement_open(connection, release_next_number, error);

    statement_put_text(statement, release->project_id);
    if (!row_integer(&statement, &release->number, error) ||
        !id_settle(connection, release->id, error))
        return false;
    release->status = RELEASE_OPEN;
    release->rev = 1;
    release->modules = count;
    release->created_at = release->updated_at = connection_now(connection);
    release->ended_by = release->outcome = NULL;
    release->ended_at = 0;
    if (!insert_release(connection, release, error) ||
        !add_revision(connection, release->id, release->rev, &first, entries, count, error))
        return false;
    memcpy(release->digest, first.digest, sizeof release->digest);
    return true;
}

/* Why nothing could be done on top of `rev`: for people, with the other one's name. */
static bool refuse_change(struct connection *connection, const char *id, int64_t rev,
                          struct error *error)
{
    struct arena *arena = arena_new();
    struct store_release_revisions revisions;
    struct store_release release;

    if (!store_release_get(connection, id, arena, &release, error) ||
        !store_release_revisions(connection, id, arena, &revisions, error)) {
        arena_free(&arena);
        return false;
    }
    if (release.status != RELEASE_OPEN) {
        error_set(error, ERROR_CONFLICT, "the release %s is %s and never changes", release.name,
                  release_status_name(release.status));
        error_hint(error, "Cut another one.");
    } else {
        error_set(error, ERROR_CONFLICT,
                  "the release %s has been changed meanwhile: %s made revision %" PRId64
                  ", yours is based on revision %" PRId64,
                  release.name, revisions.count > 0 ? revisions.items[0].author : "somebody",
                  release.rev, rev);
        error_hint(error, "Look at it again: `pilab release show %s`.", release.name);
    }
    arena_free(&arena);
    return false;
}

bool store_release_revise(struct connection *connection, const char *id, int64_t rev,
                          struct store_release_revision *revision,
                          const struct store_release_entry *entries, size_t count,
                          struct error *error)
{
    struct statement *statement = statement_open(connection, release_count_up, error);
    size_t changed = 0;
    bool ok;

    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    ok = statement_run(statement, &changed, error);
    statement_close(&statement);
    if (!ok)
        return false;
    if (changed != 1)
        return refuse_change(connection, id, rev, error);
    return add_revision(connection, id, rev + 1, revision, entries, count, error);
}

bool store_release_end(struct connection *connection, const char *id, int64_t rev,
                       enum release_status status, const char *by, const char *outcome,
                       struct error *error)
{
    struct statement *statement;
    size_t changed = 0;
    bool ok;

    if (status == RELEASE_OPEN)
        return error_set(error, ERROR_INVALID, "a release ends as CLOSED or CANCELLED");
    if (!json_check("the outcome of a release", outcome, error))
        return false;
    statement = statement_open(connection, release_end, error);
    statement_put_text(statement, release_status_name(status));
    statement_put_text(statement, by);
    statement_put_integer(statement, connection_now(connection));
    statement_put_text(statement, outcome);
    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    ok = statement_run(statement, &changed, error);
    statement_close(&statement);
    return ok && (changed == 1 || refuse_change(connection, id, rev, error));
}

/* --- Reading ---------------------------------------------------------------------------------- */

bool store_release_get(struct connection *connection, const char *id, struct arena *arena,
                       struct store_release *release, struct error *error)
{
    struct statement *statement = statement_open(connection, release_by_id, error);

    statement_put_text(statement, id);
    return row_demand(&statement, read_release, arena, release, "release", id, error);
}

bool store_release_find(struct connection *connection, const char *project_id, const char *name,
                        struct arena *arena, struct store_release *release, struct error *error)
{
    struct statement *statement = statement_open(connection, release_by_name, error);

    statement_put_text(statement, project_id);
    statement_put_text(statement, name);
    return row_demand(&statement, read_release, arena, release, "release", name, error);
}

bool store_release_find_number(struct connection *connection, const char *project_id,
                               int64_t number, struct arena *arena, struct store_release *release,
                               struct error *error)
{
    struct statement *statement = statement_open(connection, release_by_number, error);
    char name[32];

    snprintf(name, sizeof name, "%" PRId64, number);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, number);
    return row_demand(&statement, read_release, arena, release, "release", name, error);
}

bool store_release_list(struct connection *connection, const char *project_id, bool open_only,
                        const struct store_page *page, struct arena *arena,
                        struct store_releases *list, struct error *error)
{
    struct cursor cursor = { .list = "release", .major = 1, .minor = INT64_MAX };
    struct statement *statement;
    struct rows rows;

    if (!cursor_read(page, &cursor, arena, &cursor, error))
        return false;
    statement = statement_open(connection, releases_in_order, error);
    statement_put_text(statement, project_id);
    statement_put_integer(statement, open_only);
    statement_put_integer(statement, cursor.major);
    statement_put_integer(statement, cursor.minor);
    statement_put_integer(statement, rows_limit(page));
    if (!rows_read(&statement, page, sizeof *list->items, read_release, arena, &rows, error))
        return false;
    *list = (struct store_releases){ .items = rows.items, .count = rows.count };
    if (rows.more) {
        cursor.major = list->items[rows.count - 1].status == RELEASE_OPEN;
        cursor.minor = list->items[rows.count - 1].number;
        list->next = cursor_write(&cursor, arena);
    }
    return true;
}

static bool read_entries(struct connection *connection, const char *id, int64_t rev,
                         struct arena *arena, struct store_release_entries *list,
                         struct error *error)
{
    struct statement *statement = statement_open(connection, entries_in_order, error);
    struct rows rows;

    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_entry, arena, &rows, error))
        return false;
    *list = (struct store_release_entries){ .items = rows.items, .count = rows.count };
    return true;
}

bool store_release_entries(struct connection *connection, const char *id, int64_t rev,
                           struct arena *arena, struct store_release_entries *list,
                           struct error *error)
{
    struct statement *statement = statement_open(connection, revision_digest, error);
    struct store_release_revision revision;
    char digest[SHA256_HEX_SIZE];
    bool found;

    statement_put_text(statement, id);
    statement_put_integer(statement, rev);
    if (!row_read(&statement, read_revision, arena, &revision, &found, error))
        return false;
    if (!found)
        return error_set(error, ERROR_NOT_FOUND, "the release %s has no revision %" PRId64, id,
                         rev);
    if (!read_entries(connection, id, revision.rev, arena, list, error) ||
        !list_digest(list->items, list->count, digest, error))
        return false;
    if (strcmp(digest, revision.digest) != 0)
        return error_set(error, ERROR_CORRUPT,
                         "revision %" PRId64
                         " of release %s is not what was frozen: its digest differs",
                         revision.rev, id);
    return true;
}

bool store_release_revisions(struct connection *connection, const char *id, struct arena *arena,
                             struct store_release_revisions *list, struct error *error)
{
    struct statement *statement = statement_open(connection, revisions_by_rev, error);
    struct rows rows;

    statement_put_text(statement, id);
    if (!rows_read(&statement, NULL, sizeof *list->items, read_revision, arena, &rows, error))
        return false;
    *list = (struct store_release_revisions){ .items = rows.items, .count = rows.count };
    return true;
}
