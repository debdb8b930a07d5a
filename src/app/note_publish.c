#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/store/lease.h>

#include "note_act.h"
#include "note_permit.h"

#define FILE_LIMIT ((size_t)256 << 20)

/* What is asked for: files of one revision in one folder. */
struct order {
    struct call *call;
    const char *note_id;
    const char *folder; /* its real path */
    int directory;      /* the same, open */
    unsigned formats;
    struct note_flow flow; /* as it was when the order began */
    struct store_receipt receipts[NOTE_FORMAT_COUNT];
    struct strbuf bytes[NOTE_FORMAT_COUNT];
    const char *names[NOTE_FORMAT_COUNT];
    bool halted; /* it may not go out any more: somebody withdrew it, or its approvals lapsed */
};

static bool wanted(const struct order *order, int format)
{
    return (order->formats & (1u << format)) != 0;
}

/* --- Before: outside of any transaction ------------------------------------------------------- */

/* The last component may be missing; whatever leads there is the person's own choice. */
static bool open_folder(struct order *order, const char *path, struct error *error)
{
    bool made = false;
    char *real;

    if (*path == '\0')
        return error_set(error, ERROR_USAGE, "the folder has no name");
    made = mkdir(path, 0755) == 0;
    if (!made && errno != EEXIST)
        return error_errno(error, errno, "%s: the folder cannot be made", path);
    order->directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (order->directory < 0)
        return error_errno(error, errno, "%s: the folder cannot be opened", path);
    /* The files are for others to read, whatever this program's mask keeps from them. */
    if (made && fchmod(order->directory, 0755) != 0)
        return error_errno(error, errno, "%s: the folder cannot be opened to others", path);
    real = realpath(path, NULL);
    if (real == NULL)
        return error_errno(error, errno, "%s: the folder cannot be found", path);
    order->folder = arena_text(order->call->arena, real);
    free(real);
    return true;
}

static bool make_bytes(struct order *order, struct error *error)
{
    struct arena *arena = order->call->arena;
    const char *stem = note_file_name(&order->flow.note, arena);

    for (int format = 0; format < NOTE_FORMAT_COUNT; format++) {
        struct store_receipt *receipt = &order->receipts[format];
        struct strbuf *bytes = &order->bytes[format];

        if (!wanted(order, format))
            continue;
        if (!note_export(&order->flow.text, order->flow.note.number, (enum note_format)format,
                         bytes, error))
            return false;
        order->names[format] =
            arena_printf(arena, "%s.%s", stem, note_format_extension((enum note_format)format));
        *receipt = (struct store_receipt){
            .note_id = order->note_id,
            .rev = order->flow.note.rev,
            .kind = RECEIPT_OF_FILE,
            .target =
                arena_printf(arena, "%s/%s", strcmp(order->folder, "/") == 0 ? "" : order->folder,
                             order->names[format]),
            .format = note_format_name((enum note_format)format),
            .size = (int64_t)bytes->length,
            .actor = order->call->actor.login,
        };
        sha256_hex(bytes->data, bytes->length, receipt->digest);
    }
    return true;
}

/* --- What lies there already ------------------------------------------------------------------ */

enum found { FOUND_NOTHING, FOUND_SAME, FOUND_OTHER };

static bool look(const struct order *order, int format, enum found *found, char digest[],
                 struct error *error)
{
    struct strbuf there = STRBUF_INIT;
    struct error failure = { 0 };
    bool ok = file_read_in(order->directory, order->names[format], order->receipts[format].target,
                           FILE_LIMIT, &there, &failure);

    *found = FOUND_NOTHING;
    if (ok) {
        sha256_hex(there.data != NULL ? there.data : "", there.length, digest);
        *found = strcmp(digest, order->receipts[format].digest) == 0 ? FOUND_SAME : FOUND_OTHER;
    } else if (failure.code == ERROR_NOT_FOUND) {
        ok = true;
    } else if (error != NULL) {
        *error = failure;
    }
    strbuf_release(&there);
    return ok;
}

/* Whether this note, or one in the line that it supersedes, put such bytes there. */
static bool is_ours(const struct order *order, const struct store_receipts *receipts)
{
    struct store_note note = order->flow.note;

    for (;;) {
        for (size_t i = 0; i < receipts->count; i++) {
            if (strcmp(receipts->items[i].note_id, note.id) == 0)
                return true;
        }
        if (note.supersedes == NULL || !store_note_get(order->call->connection, note.supersedes,
                                                       order->call->arena, &note, NULL))
            return false;
    }
}

static bool refuse_other(const struct order *order, int format, const char *digest,
                         struct error *error)
{
    const char *target = order->receipts[format].target;
    struct store_receipts receipts;

    if (!store_receipt_by_bytes(order->call->connection, digest, target, order->call->arena,
                                &receipts, error))
        return false;
    if (is_ours(order, &receipts))
        return true;
    error_set(error, ERROR_EXISTS, "%s is there already, and it is not of note %lld", target,
              (long long)order->flow.note.number);
    return error_hint(error, "choose another folder, or move that file away");
}

/* --- The files -------------------------------------------------------------------------------- */

/* Each change of a receipt is a transaction of its own: whoever is killed leaves a true picture.
 * The right was asked for with the order: what has been done since is written down whoever may. */
static bool set_state(struct order *order, int format, enum receipt_state state, const char *why,
                      struct error *error)
{
    struct store_receipt *receipt = &order->receipts[format];
    struct connection *connection = order->call->connection;
    bool ok;

    receipt->state = state;
    receipt->error = why;
    receipt->actor = order->call->actor.login;
    ok = store_begin(connection, NULL, error) && store_receipt_set(connection, receipt, error) &&
         store_commit(connection, error);
    store_rollback(connection);
    return ok;
}

/* False when the file is not there in the end; `failure` says why. */
static bool put_file(struct order *order, int format, struct error *failure)
{
    struct store_receipt *receipt = &order->receipts[format];
    const struct strbuf *bytes = &order->bytes[format];
    char digest[SHA256_HEX_SIZE];
    enum found found;

    if (!look(order, format, &found, digest, failure))
        return false;
    if (found == FOUND_SAME)
        return true;
    if (found == FOUND_OTHER && !refuse_other(order, format, digest, failure))
        return false;
    return file_write_in(order->directory, order->names[format], receipt->target, bytes->data,
                         bytes->length, 0644, failure) &&
           look(order, format, &found, digest, failure) &&
           (found == FOUND_SAME ||
            error_set(failure, ERROR_CORRUPT, "%s does not hold what was written to it",
                      receipt->target));
}

/* The text that was read, digests and all, must be the one that stands approved now. */
static bool check_same_text(const struct order *order, const struct note_flow *now,
                            struct error *error)
{
    if (now->note.rev == order->flow.note.rev &&
        strcmp(now->text.digest, order->flow.text.digest) == 0 &&
        strcmp(now->text.markdown_digest, order->flow.text.markdown_digest) == 0)
        return true;
    return error_set(error, ERROR_CONFLICT,
                     "note %lld has been edited meanwhile: %s made revision "
                     "%lld",
                     (long long)now->note.number, now->text.author, (long long)now->note.rev);
}

/* Whether what is being written may still go out, in the transaction that is open. It is asked
 * before each file and once more before the note becomes PUBLISHED: whoever withdraws it meanwhile,
 * or changes what it was approved for, must not see it published all the same. Sets order->halted,
 * and `failure` says why; false only when the store cannot be read. */
static bool look_again(struct order *order, struct error *failure, struct error *error)
{
    struct error why = { 0 };
    struct note_flow now;

    if (!note_flow_load(order->call, order->note_id, false, order->call->arena, &now, error))
        return false;
    if (now.note.status == order->flow.note.status)
        order->halted = !check_same_text(order, &now, &why) ||
                        !note_permit(order->call, &now, NOTE_ACT_PUBLISH, &why);
    else
        order->halted = !error_set(&why, ERROR_CONFLICT, "note %lld is %s meanwhile",
                                   (long long)now.note.number, note_status_name(now.note.status));
    order->flow.note.status = now.note.status;
    if (order->halted)
        *failure = why;
    return true;
}

/* Before the attempt: it may be the last that is known of it. */
static bool announce(struct order *order, int format, struct error *failure, struct error *error)
{
    struct connection *connection = order->call->connection;
    struct store_receipt *receipt = &order->receipts[format];
    bool ok = store_begin(connection, NULL, error) && look_again(order, failure, error);

    if (ok && !order->halted && receipt->state != RECEIPT_SENT) {
        receipt->state = RECEIPT_UNKNOWN;
        receipt->error = NULL;
        receipt->actor = order->call->actor.login;
        ok = store_receipt_set(connection, receipt, error) && store_commit(connection, error);
    }
    store_rollback(connection);
    return ok;
}

static bool send(struct order *order, int format, struct error *failure, struct error *error)
{
    struct store_receipt *receipt = &order->receipts[format];
    const char *why;

    if (!announce(order, format, failure, error))
        return false;
    if (order->halted)
        return true;
    if (put_file(order, format, failure))
        return receipt->state == RECEIPT_SENT ||
               set_state(order, format, RECEIPT_SENT, NULL, error);
    why = arena_text(order->call->arena, failure->message);
    return set_state(order, format, RECEIPT_FAILED, why, error);
}

/* --- The transactions around it --------------------------------------------------------------- */

static bool audit(struct order *order, const char *action, const char *reason, struct error *error)
{
    json_t *body = note_audit_body(&order->flow), *files = json_array();
    bool ok;

    for (int format = 0; format < NOTE_FORMAT_COUNT; format++) {
        const struct store_receipt *receipt = &order->receipts[format];
        json_t *file;

        if (!wanted(order, format))
            continue;
        file = json_object();
        json_put_text(file, "file", receipt->target);
        json_put_text(file, "format", receipt->format);
        json_put_text(file, "digest", receipt->digest);
        json_put_text(file, "state", receipt_state_name(receipt->state));
        json_append(files, file);
    }
    json_put(body, "files", files);
    json_put_text(body, "folder", order->folder);
    json_put_text(body, "status", note_status_name(order->flow.note.status));
    if (reason != NULL)
        json_put_text(body, "reason", reason);
    ok = call_audit(order->call, action, note_object(order->call, &order->flow.note), body, error);
    json_decref(body);
    return ok;
}

static bool open_receipts(struct order *order, struct error *error)
{
    for (int format = 0; format < NOTE_FORMAT_COUNT; format++) {
        if (wanted(order, format) &&
            !store_receipt_open(order->call->connection, &order->receipts[format], error))
            return false;
    }
    return true;
}

static bool move(struct order *order, enum note_status to, struct error *error)
{
    struct store_note *note = &order->flow.note;

    if (note->status == to)
        return true;
    if (!store_note_move(order->call->connection, note->id, note->rev, note->status, to, error))
        return false;
    note->status = to;
    return true;
}

static const char *lease_of(const struct order *order)
{
    return arena_printf(order->call->arena, "note:%s", order->note_id);
}

/* From here on the note is PUBLISHING, and this process is at it. */
static bool begin_order(struct order *order, struct error *error)
{
    struct call *call = order->call;
    struct error failure = { 0 };
    struct note_flow now;
    bool ok;

    if (!note_act_begin(call, order->note_id, order->flow.note.rev, NOTE_ACT_PUBLISH, &now, error))
        return false;
    order->flow.note.status = now.note.status;
    ok = check_same_text(order, &now, &failure) &&
         store_lease_take(call->connection, lease_of(order), "publish the note", &failure) &&
         open_receipts(order, &failure) &&
         (now.note.status == NOTE_PUBLISHED || move(order, NOTE_PUBLISHING, &failure)) &&
         audit(order, "note.publishing", NULL, &failure) &&
         store_commit(call->connection, &failure);
    if (ok)
        return true;
    if (error != NULL)
        *error = failure;
    return note_act_refused(call, NOTE_ACT_PUBLISH, &failure);
}

static bool end_order(struct order *order, struct error *failure, struct error *error)
{
    struct connection *connection = order->call->connection;
    bool ok = store_begin(connection, NULL, error) &&
              (order->halted || look_again(order, failure, error));
    bool failed = failure->code != ERROR_NONE;

    ok = ok && store_lease_drop(connection, lease_of(order), error) &&
         (failed || move(order, NOTE_PUBLISHED, error)) &&
         audit(order, failed ? "note.publish_failed" : "note.publish",
               failed ? failure->message : NULL, error) &&
         store_commit(connection, error);
    store_rollback(connection);
    return ok;
}

/* So that this process can try again. */
static void give_lease_back(struct order *order)
{
    struct connection *connection = order->call->connection;
    struct error error = { 0 };

    if (!(store_begin(connection, NULL, &error) &&
          store_lease_drop(connection, lease_of(order), &error) &&
          store_commit(connection, &error)))
        log_write(order->call->log, LOG_WARNING,
                  "the lease of note %lld could not be given back: %s",
                  (long long)order->flow.note.number, error.message);
    store_rollback(connection);
}

/* What was written before it was stopped stays where it is, and people are told where. */
static bool say_what_lies_there(const struct order *order, struct error *error)
{
    struct strbuf files = STRBUF_INIT;

    for (int format = 0; format < NOTE_FORMAT_COUNT; format++) {
        if (wanted(order, format) && order->receipts[format].state == RECEIPT_SENT)
            strbuf_printf(&files, "%s%s", files.length > 0 ? ", " : "",
                          order->receipts[format].target);
    }
    if (files.length > 0)
        error_hint(error, "these files are there and are not published, take them away: %s",
                   files.data);
    else
        error_hint(error, "no file was written");
    strbuf_release(&files);
    return false;
}

static bool carry_out(struct order *order, size_t *failed, struct error *error)
{
    struct error first = { 0 };

    for (int format = 0; format < NOTE_FORMAT_COUNT && !order->halted; format++) {
        struct error failure = { 0 };

        if (!wanted(order, format))
            continue;
        progress_report(&order->call->progress, order->names[format], (size_t)format,
                        NOTE_FORMAT_COUNT);
        if (!send(order, format, &failure, error)) {
            give_lease_back(order);
            return false;
        }
        *failed += failure.code != ERROR_NONE;
        if (first.code == ERROR_NONE)
            first = failure;
    }
    if (!end_order(order, &first, error)) {
        give_lease_back(order);
        return false;
    }
    if (first.code == ERROR_NONE)
        return true;
    if (error != NULL)
        *error = first;
    if (order->halted)
        return say_what_lies_there(order, error);
    if (first.hint[0] == '\0')
        error_hint(error, "note %lld stays %s; the same command again does the rest",
                   (long long)order->flow.note.number, note_status_name(order->flow.note.status));
    return false;
}

static void report(const struct order *order, size_t failed, struct note_published *published)
{
    struct store_receipt *items = arena_array(order->call->arena, NOTE_FORMAT_COUNT, sizeof *items);

    *published = (struct note_published){ .receipts = { .items = items },
                                          .status = order->flow.note.status,
                                          .failed = failed };
    for (int format = 0; format < NOTE_FORMAT_COUNT; format++) {
        if (wanted(order, format))
            items[published->receipts.count++] = order->receipts[format];
    }
}

/* Whoever may not is told before a folder is made. */
static bool prepare(struct order *order, const char *name, int64_t rev, struct error *error)
{
    struct call *call = order->call;
    struct note_flow now;

    if (!note_act_begin(call, name, rev, NOTE_ACT_PUBLISH, &now, error))
        return false;
    store_rollback(call->connection);
    order->note_id = arena_text(call->arena, now.note.id);
    return note_flow_load(call, order->note_id, true, call->arena, &order->flow, error);
}

bool note_publish(struct call *call, const char *name, int64_t rev, const char *folder,
                  unsigned formats, struct note_published *published, struct error *error)
{
    struct order *order = arena_alloc(call->arena, sizeof *order);
    size_t failed = 0;
    bool ok;

    *order = (struct order){ .call = call, .directory = -1, .formats = formats };
    *published = (struct note_published){ 0 };
    ok = prepare(order, name, rev, error) && open_folder(order, folder, error) &&
         make_bytes(order, error) && begin_order(order, error);
    if (ok) {
        ok = carry_out(order, &failed, error);
        report(order, failed, published);
    }
    for (int format = 0; format < NOTE_FORMAT_COUNT; format++)
        strbuf_release(&order->bytes[format]);
    if (order->directory >= 0)
        close(order->directory);
    return ok;
}
