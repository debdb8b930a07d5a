/* The audit as a folder of text files that anybody can check. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "audit_chain.h"
#include "embedded.h"

/* No line or body that we write comes near; a hostile bundle must not take all memory. */
#define LINE_LIMIT ((size_t)64 * 1024 * 1024)
#define STRIDE     1024

static const char entries_in_order[] = "SELECT seq, line, hash, body, project"
                                       " FROM audit"
                                       " ORDER BY seq";

/* The files of a bundle, in the order in which they are read. */
static const char *const file_names[] = { "audit.jsonl", "bodies.jsonl", "checkpoint",
                                          "README",      "verify.sh",    NULL };

/* --- Writing ---------------------------------------------------------------------------------- */

static FILE *create_file(int folder, const char *name, mode_t mode, struct error *error)
{
    int file = openat(folder, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
    FILE *stream = file >= 0 ? fdopen(file, "w") : NULL;

    if (stream == NULL) {
        error_errno(error, errno, "cannot make %s of the audit bundle", name);
        if (file >= 0)
            close(file);
    }
    return stream;
}

static bool refuse_write(const char *name, struct error *error)
{
    return error_errno(error, errno, "cannot write %s of the audit bundle", name);
}

/* Closes a file so that everything in it is on the disk. */
static bool finish_file(FILE **stream, const char *name, struct error *error)
{
    FILE *file = *stream;
    bool ok;

    *stream = NULL;
    if (file == NULL)
        return true;
    ok = (fflush(file) == 0 && fsync(fileno(file)) == 0) || refuse_write(name, error);
    fclose(file);
    return ok;
}

static bool write_text(int folder, const char *name, mode_t mode, const char *text,
                       struct error *error)
{
    FILE *file = create_file(folder, name, mode, error);
    bool ok;

    if (file == NULL)
        return false;
    ok = fputs(text, file) >= 0 || refuse_write(name, error);
    return finish_file(&file, name, ok ? error : NULL) && ok;
}

static bool write_body(FILE *file, int64_t seq, const char *body, struct error *error)
{
    struct strbuf line = STRBUF_INIT;
    json_t *object = json_object();
    bool ok;

    /* As a string, so that its bytes stay the ones that were digested. */
    json_put_text(object, "body", body);
    json_put_integer(object, "seq", seq);
    json_write_canonical(&line, object);
    json_decref(object);
    ok = fprintf(file, "%s\n", line.data) >= 0 || refuse_write("bodies.jsonl", error);
    strbuf_release(&line);
    return ok;
}

static bool wanted(const struct audit_export *export, const char *project)
{
    if (export->bodies != AUDIT_BODIES_OF_PROJECT)
        return export->bodies == AUDIT_BODIES_ALL;
    return project != NULL && export->project != NULL && strcmp(project, export->project) == 0;
}

/* Writes the current row; the checkpoint moves on with it. */
static bool write_entry(struct statement *statement, const struct audit_export *export, FILE *lines,
                        FILE *bodies, struct audit_checkpoint *checkpoint, struct error *error)
{
    const char *text;
    size_t length;

    checkpoint->count = statement_take_integer(statement);
    text = statement_view_text(statement, &length);
    if (fwrite(text, 1, length, lines) != length || fputc('\n', lines) == EOF)
        return refuse_write("audit.jsonl", error);
    text = statement_view_text(statement, NULL);
    snprintf(checkpoint->hash, sizeof checkpoint->hash, "%s", text != NULL ? text : "");
    text = statement_view_text(statement, NULL);
    if (text == NULL || !wanted(export, statement_view_text(statement, NULL)))
        return true;
    return write_body(bodies, checkpoint->count, text, error);
}

static bool write_entries(struct connection *connection, const struct audit_export *export,
                          FILE *lines, FILE *bodies, const struct progress *progress,
                          struct audit_checkpoint *checkpoint, struct error *error)
{
    struct statement *statement = statement_open(connection, entries_in_order, error);
    bool row = false;
    bool ok;

    while ((ok = statement_step(statement, &row, error)) && row) {
        ok = write_entry(statement, export, lines, bodies, checkpoint, error);
        if (ok && checkpoint->count % STRIDE == 0) {
            progress_report(progress, "exporting the audit", (uint64_t)checkpoint->count, 0);
            ok = progress_check(progress, error);
        }
        if (!ok)
            break;
    }
    statement_close(&statement);
    return ok;
}

static bool write_bundle(struct connection *connection, const struct audit_export *export,
                         int folder, const struct progress *progress,
                         struct audit_checkpoint *checkpoint, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    FILE *lines = create_file(folder, "audit.jsonl", 0600, error);
    FILE *bodies = NULL;
    bool ok = lines != NULL;

    if (ok && export->bodies != AUDIT_BODIES_NONE) {
        bodies = create_file(folder, "bodies.jsonl", 0600, error);
        ok = bodies != NULL;
    }
    /* The origin comes from the store; what has been appended since is counted with the entries. */
    ok = ok && audit_checkpoint_now(connection, checkpoint, error);
    if (ok) {
        checkpoint->count = 0;
        memcpy(checkpoint->hash, AUDIT_START_HASH, sizeof checkpoint->hash);
        ok = write_entries(connection, export, lines, bodies, progress, checkpoint, error);
    }
    ok = finish_file(&lines, "audit.jsonl", ok ? error : NULL) && ok;
    ok = finish_file(&bodies, "bodies.jsonl", ok ? error : NULL) && ok;
    audit_checkpoint_write(checkpoint, &text);
    ok = ok && write_text(folder, "checkpoint", 0600, text.data, error) &&
         write_text(folder, "README", 0600, embedded_bundle_readme, error) &&
         write_text(folder, "verify.sh", 0700, embedded_bundle_verify, error);
    strbuf_release(&text);
    return ok && (fsync(folder) == 0 || errno == EINVAL || refuse_write("the folder", error));
}

static void remove_bundle(int folder, const char *path)
{
    for (size_t i = 0; file_names[i] != NULL; i++)
        unlinkat(folder, file_names[i], 0);
    rmdir(path);
}

/* A finished folder gets its name only when nothing else bears it: rename(2) replaces an empty
 * folder and nothing more. */
static bool give_name(const char *draft, const char *directory, struct error *error)
{
    if (rename(draft, directory) == 0)
        return true;
    if (errno == EEXIST || errno == ENOTEMPTY || errno == ENOTDIR) {
        error_set(error, ERROR_EXISTS, "%s is there already", directory);
        return error_hint(error, "Name a folder that does not exist yet, or an empty one.");
    }
    return error_errno(error, errno, "cannot name the audit bundle %s", directory);
}

static char *without_trailing_slash(const char *path)
{
    size_t length = strlen(path);

    while (length > 1 && path[length - 1] == '/')
        length--;
    return memory_copy_bytes(path, length);
}

bool audit_export(struct connection *connection, const struct audit_export *export,
                  const struct progress *progress, struct audit_checkpoint *checkpoint,
                  struct error *error)
{
    char *directory = without_trailing_slash(export->directory);
    char *draft = memory_printf("%s.part-%ld", directory, (long)getpid());
    struct audit_checkpoint reached = { 0 };
    int folder = -1;
    bool ok = false;

    if (mkdir(draft, 0700) != 0) {
        error_errno(error, errno, "cannot make the audit bundle %s", directory);
        goto out;
    }
    folder = open(draft, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    ok = folder >= 0 ? write_bundle(connection, export, folder, progress, &reached, error)
                     : error_errno(error, errno, "cannot open %s", draft);
    ok = ok && give_name(draft, directory, error);
    if (!ok)
        remove_bundle(folder, draft);
    if (ok && checkpoint != NULL)
        *checkpoint = reached;
out:
    if (folder >= 0)
        close(folder);
    free(draft);
    free(directory);
    return ok;
}

/* --- Checking --------------------------------------------------------------------------------- */

/* A file of lines that is read from its beginning to its end. */
struct line_file {
    FILE *stream; /* NULL: the bundle has no such file */
    const char *name;
    struct strbuf line; /* without its newline */
    bool cut;           /* the line has no newline: the file ends in the middle of it */
};

static bool open_lines(struct line_file *file, int folder, const char *name, bool needed,
                       struct error *error)
{
    int descriptor = openat(folder, name, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;

    *file = (struct line_file){ .name = name, .line = STRBUF_INIT };
    if (descriptor < 0 && errno == ENOENT && !needed)
        return true;
    if (descriptor >= 0 && fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode))
        file->stream = fdopen(descriptor, "r");
    if (file->stream != NULL)
        return true;
    if (descriptor < 0)
        return error_errno(error, errno, "cannot read %s of the audit bundle", name);
    close(descriptor);
    return error_set(error, ERROR_INVALID, "%s of the audit bundle is not a regular file", name);
}

static void close_lines(struct line_file *file)
{
    if (file->stream != NULL)
        fclose(file->stream);
    strbuf_release(&file->line);
    *file = (struct line_file){ .line = STRBUF_INIT };
}

/* *there is false at the end. */
static bool next_line(struct line_file *file, bool *there, struct error *error)
{
    int c = EOF;

    strbuf_clear(&file->line);
    if (file->stream != NULL) {
        while ((c = getc_unlocked(file->stream)) != EOF && c != '\n') {
            if (file->line.length >= LINE_LIMIT)
                return error_set(error, ERROR_LIMIT, "a line of %s is longer than %zu bytes",
                                 file->name, LINE_LIMIT);
            strbuf_add_char(&file->line, (char)c);
        }
        if (ferror(file->stream) != 0)
            return error_errno(error, errno, "cannot read %s of the audit bundle", file->name);
    }
    file->cut = c == EOF;
    *there = c != EOF || file->line.length > 0;
    return true;
}

struct bundle {
    struct line_file lines;
    struct line_file bodies;
    json_t *body; /* the next line of bodies.jsonl, read ahead; NULL: no more */
    struct audit_checkpoint checkpoint;
};

static bool read_checkpoint(int folder, struct audit_checkpoint *checkpoint, struct error *error)
{
    struct line_file file;
    struct strbuf text = STRBUF_INIT;
    bool there = true;
    bool ok = open_lines(&file, folder, "checkpoint", true, error);

    for (int i = 0; ok && there && i < 3; i++) {
        ok = next_line(&file, &there, error);
        strbuf_add_bytes(&text, file.line.data, file.line.length);
        if (!file.cut)
            strbuf_add_char(&text, '\n');
    }
    ok = ok && audit_checkpoint_read(text.data, text.length, checkpoint, error);
    close_lines(&file);
    strbuf_release(&text);
    return ok;
}

static bool open_bundle(struct bundle *bundle, const char *directory, struct error *error)
{
    int folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok;

    if (folder < 0)
        return error_errno(error, errno, "cannot open the audit bundle %s", directory);
    ok = open_lines(&bundle->lines, folder, "audit.jsonl", true, error) &&
         open_lines(&bundle->bodies, folder, "bodies.jsonl", false, error) &&
         read_checkpoint(folder, &bundle->checkpoint, error);
    close(folder);
    return ok;
}

static void close_bundle(struct bundle *bundle)
{
    close_lines(&bundle->lines);
    close_lines(&bundle->bodies);
    json_decref(bundle->body);
}

static bool next_body(struct bundle *bundle, struct error *error)
{
    bool there;

    json_decref(bundle->body);
    bundle->body = NULL;
    if (!next_line(&bundle->bodies, &there, error))
        return false;
    if (!there)
        return true;
    if (bundle->bodies.cut) {
        error_set(error, ERROR_CORRUPT, "bodies.jsonl is cut off in the middle of a line");
        return error_hint(error, "Export it again, or compare with another copy.");
    }
    bundle->body =
        json_read("bodies.jsonl", bundle->bodies.line.data, bundle->bodies.line.length, error);
    return bundle->body != NULL;
}

static int64_t body_seq(const struct bundle *bundle)
{
    return json_integer_value(json_object_get(bundle->body, "seq"));
}

/* The first entry of a store names it, and is in the chain; the checkpoint's origin is in none. */
static bool names_another_store(const struct bundle *bundle)
{
    json_t *line =
        json_read("audit.jsonl", bundle->lines.line.data, bundle->lines.line.length, NULL);
    const char *action = line != NULL ? json_member_text(line, "action") : NULL;
    const char *store = line != NULL ? json_member_text(line, "object") : NULL;
    const char *origin = bundle->checkpoint.origin;
    bool another = action != NULL && store != NULL && strcmp(action, "store.create") == 0 &&
                   (strncmp(origin, "pilab/", 6) != 0 || strcmp(origin + 6, store) != 0);

    json_decref(line);
    return another;
}

static bool check_entry(struct bundle *bundle, struct audit_chain *chain, struct error *error)
{
    int64_t seq = chain->verdict->count + 1;
    bool has_body = bundle->body != NULL && body_seq(bundle) == seq;
    struct audit_found found = { .line = bundle->lines.line.data,
                                 .line_length = bundle->lines.line.length };

    if (has_body) {
        found.body = json_member_text(bundle->body, "body");
        found.body_length = found.body != NULL ? strlen(found.body) : 0;
    }
    if (seq == 1 && names_another_store(bundle))
        audit_chain_break(chain, seq, "the checkpoint beside it is of another store");
    else if (bundle->lines.cut)
        audit_chain_break(chain, seq, "entry %" PRId64 " is cut off in the middle", seq);
    else if (has_body && found.body == NULL)
        audit_chain_break(chain, seq, "the body of entry %" PRId64 " is not a text", seq);
    else if (audit_chain_add(chain, &found) && has_body)
        return next_body(bundle, error);
    return true;
}

/* What only the end shows: a cut tail, entries beyond the checkpoint, bodies of no entry. */
static void check_end(struct bundle *bundle, struct audit_chain *chain,
                      const struct audit_checkpoint *expected)
{
    int64_t count = chain->verdict->count;

    if (count > bundle->checkpoint.count) {
        audit_chain_break(chain, bundle->checkpoint.count + 1,
                          "the bundle has %" PRId64 " entries, its checkpoint %" PRId64, count,
                          bundle->checkpoint.count);
        return;
    }
    if (!audit_chain_end(chain))
        return;
    if (bundle->body != NULL) {
        audit_chain_break(chain, body_seq(bundle), "bodies.jsonl has a body out of place");
        return;
    }
    chain->expected = expected;
    audit_chain_end(chain);
}

static bool check_lines(struct bundle *bundle, const struct audit_checkpoint *expected,
                        const struct progress *progress, struct audit_verdict *verdict,
                        struct error *error)
{
    struct audit_chain chain;
    bool there = true;
    bool ok = next_body(bundle, error);

    audit_chain_begin(&chain, &bundle->checkpoint, verdict);
    while (ok && verdict->intact && (ok = next_line(&bundle->lines, &there, error)) && there) {
        if (verdict->count % STRIDE == 0)
            progress_report(progress, "checking the audit", (uint64_t)verdict->count, 0);
        ok = progress_check(progress, error) && check_entry(bundle, &chain, error);
        if (ok && expected != NULL && verdict->count == expected->count &&
            strcmp(verdict->hash, expected->hash) != 0)
            audit_chain_break(&chain, expected->count,
                              "entry %" PRId64 " is not the one that your checkpoint names",
                              expected->count);
    }
    if (ok && verdict->intact)
        check_end(bundle, &chain, expected);
    return ok;
}

bool audit_verify_bundle(const char *directory, const struct audit_checkpoint *expected,
                         const struct progress *progress, struct audit_verdict *verdict,
                         struct error *error)
{
    struct bundle bundle = { .lines.line = STRBUF_INIT, .bodies.line = STRBUF_INIT };
    struct audit_verdict found;
    bool ok = open_bundle(&bundle, directory, error);

    if (ok && expected != NULL && strcmp(expected->origin, bundle.checkpoint.origin) != 0) {
        ok = error_set(error, ERROR_INVALID,
                       "the checkpoint is of another audit: it is of %s, this is %s",
                       expected->origin, bundle.checkpoint.origin);
        error_hint(error, "Give the checkpoint that was taken of the same store.");
    }
    ok = ok && check_lines(&bundle, expected, progress, &found, error);
    if (ok)
        *verdict = found;
    close_bundle(&bundle);
    return ok;
}
