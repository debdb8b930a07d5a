#include <pilab/store/lease.h>

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/vector.h>

#include "rows.h"

#define HOST_SIZE     256
#define PROC_LIMIT    4096
#define STATE_FIELD   3  /* proc(5), /proc/PID/stat: state */
#define STARTED_FIELD 22 /* and starttime */

static const char lease_insert[] = "INSERT INTO leases"
                                   " (object, purpose, host, boot, pid, started, taken_at)"
                                   " VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char lease_delete[] = "DELETE FROM leases"
                                   " WHERE object = ?";

static const char lease_by_object[] = "SELECT object, purpose, host, boot, pid, started, taken_at"
                                      " FROM leases"
                                      " WHERE object = ?";

static const char leases_by_time[] = "SELECT object, purpose, host, boot, pid, started, taken_at"
                                     " FROM leases"
                                     " ORDER BY taken_at, object";

/* Without /proc the texts stay empty: then a process is only known by its number. */
static void read_proc(const char *path, struct strbuf *out)
{
    file_read(path, PROC_LIMIT, true, out, NULL);
    while (out->length > 0 && out->data[out->length - 1] == '\n')
        strbuf_truncate(out, out->length - 1);
}

static void read_boot(struct strbuf *out)
{
    read_proc("/proc/sys/kernel/random/boot_id", out);
}

/* The command's name stands in parentheses and may hold anything: what follows the last one is
 * split at blanks. `ended`: it only waits for its parent to hear of it, which may be never. */
static int64_t read_started(int64_t pid, bool *ended)
{
    struct strbuf path = STRBUF_INIT, stat = STRBUF_INIT;
    const char *field;
    int64_t started = 0;

    strbuf_printf(&path, "/proc/%lld/stat", (long long)pid);
    read_proc(path.data, &stat);
    *ended = false;
    field = strrchr(stat.data, ')');
    for (int i = 2; field != NULL && i < STARTED_FIELD; i++) {
        field = strchr(field + 1, ' ');
        if (field != NULL && i + 1 == STATE_FIELD)
            *ended = field[1] == 'Z' || field[1] == 'X';
    }
    if (field != NULL)
        started = strtoll(field, NULL, 10);
    strbuf_release(&path);
    strbuf_release(&stat);
    return started;
}

static void read_host(char host[HOST_SIZE])
{
    if (gethostname(host, HOST_SIZE) != 0)
        host[0] = '\0';
    host[HOST_SIZE - 1] = '\0';
}

void store_lease_identify(struct arena *arena, struct store_lease *self)
{
    struct strbuf boot = STRBUF_INIT;
    char host[HOST_SIZE];
    bool ended;

    read_host(host);
    read_boot(&boot);
    self->host = arena_text(arena, host);
    self->boot = strbuf_to_arena(&boot, arena);
    self->pid = getpid();
    self->started = read_started(getpid(), &ended);
    strbuf_release(&boot);
}

bool store_lease_alive(const struct store_lease *lease)
{
    char host[HOST_SIZE];
    struct strbuf boot = STRBUF_INIT;
    bool same_boot, there, foreign, ended;
    int64_t started;

    read_host(host);
    if (strcmp(host, lease->host) != 0)
        return true;
    read_boot(&boot);
    same_boot = strcmp(boot.data, lease->boot) == 0;
    strbuf_release(&boot);
    there = kill((pid_t)lease->pid, 0) == 0;
    foreign = !there && errno == EPERM;
    if (!same_boot || (!there && !foreign))
        return false;
    started = read_started(lease->pid, &ended);
    if (ended)
        return false;
    /* Where /proc hides the processes of others (hidepid), theirs count as alive. */
    return started == lease->started || (foreign && started == 0);
}

static void read_lease(struct statement *statement, struct arena *arena, void *item)
{
    struct store_lease *lease = item;

    lease->object = statement_take_text(statement, arena);
    lease->purpose = statement_take_text(statement, arena);
    lease->host = statement_take_text(statement, arena);
    lease->boot = statement_take_text(statement, arena);
    lease->pid = statement_take_integer(statement);
    lease->started = statement_take_integer(statement);
    lease->taken_at = statement_take_integer(statement);
}

/* Makes room: what nobody alive holds may be taken over. */
static bool make_room(struct connection *connection, const char *object, struct error *error)
{
    struct statement *statement = statement_open(connection, lease_by_object, error);
    struct arena *arena = arena_new();
    char since[TIMESTAMP_SIZE];
    struct store_lease held;
    bool found = false, ok;

    statement_put_text(statement, object);
    ok = row_read(&statement, read_lease, arena, &held, &found, error);
    if (ok && found && store_lease_alive(&held)) {
        ok = error_set(error, ERROR_CONFLICT, "process %lld on %s is at work on it since %s: %s",
                       (long long)held.pid, held.host, timestamp_format(held.taken_at, since),
                       held.purpose);
        error_hint(error, "wait for it, or end that process");
    } else if (ok && found) {
        ok = store_lease_drop(connection, object, error);
    }
    arena_free(&arena);
    return ok;
}

bool store_lease_take(struct connection *connection, const char *object, const char *purpose,
                      struct error *error)
{
    struct arena *arena;
    struct statement *statement;
    struct store_lease self;
    bool ok;

    if (!make_room(connection, object, error))
        return false;
    arena = arena_new();
    store_lease_identify(arena, &self);
    statement = statement_open(connection, lease_insert, error);
    statement_put_text(statement, object);
    statement_put_text(statement, purpose);
    statement_put_text(statement, self.host);
    statement_put_text(statement, self.boot);
    statement_put_integer(statement, self.pid);
    statement_put_integer(statement, self.started);
    statement_put_integer(statement, connection_now(connection));
    ok = row_add(&statement, "lease", object, error);
    arena_free(&arena);
    return ok;
}

bool store_lease_drop(struct connection *connection, const char *object, struct error *error)
{
    struct statement *statement = statement_open(connection, lease_delete, error);
    bool ok;

    statement_put_text(statement, object);
    ok = statement_run(statement, NULL, error);
    statement_close(&statement);
    return ok;
}

bool store_lease_list_lost(struct connection *connection, struct arena *arena,
                           struct store_leases *list, struct error *error)
{
    struct statement *statement = statement_open(connection, leases_by_time, error);
    struct rows rows;

    *list = (struct store_leases){ 0 };
    if (!rows_read(&statement, NULL, sizeof(struct store_lease), read_lease, arena, &rows, error))
        return false;
    list->items = rows.items;
    for (size_t i = 0; i < rows.count; i++) {
        const struct store_lease *lease = &((struct store_lease *)rows.items)[i];

        if (!store_lease_alive(lease))
            list->items[list->count++] = *lease;
    }
    return true;
}
