#include <errno.h>
#include <string.h>
#include <unistd.h>

#include <pilab/app/listing.h>
#include <pilab/app/note_flow.h>
#include <pilab/app/note_json.h>
#include <pilab/app/stored.h>
#include <pilab/app/use_cases.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/rich.h>
#include <pilab/notes/word_diff.h>

#include "note_result.h"
#include "note_text.h"

static bool wanted_rev(const struct arguments *arguments, int64_t *rev, struct error *error)
{
    return arguments_number(arguments, "rev", 0, 1, INT64_MAX, rev, error);
}

/* --- Deciding --------------------------------------------------------------------------------- */

typedef bool decider(struct call *call, const char *name, int64_t rev, const char *reason,
                     struct note_outcome *outcome, struct error *error);

static bool decide(struct call *call, const struct arguments *arguments, decider *take,
                   struct result *result, struct error *error)
{
    const char *name = arguments_at(arguments, 0);
    struct note_outcome outcome;
    int64_t rev;

    return wanted_rev(arguments, &rev, error) &&
           take(call, name, rev, arguments_option(arguments, "reason"), &outcome, error) &&
           note_show_act(call, name, outcome.sentence, result, error);
}

bool app_note_review(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    return decide(call, arguments, note_review, result, error) &&
           note_show_concerns(call, arguments_at(arguments, 0), result, error);
}

bool app_note_approve(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    return decide(call, arguments, note_approve, result, error) &&
           note_show_concerns(call, arguments_at(arguments, 0), result, error);
}

bool app_note_reject(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    return decide(call, arguments, note_reject, result, error);
}

bool app_note_withdraw(struct call *call, const struct arguments *arguments, struct result *result,
                       struct error *error)
{
    const char *name = arguments_at(arguments, 0);
    const char *reason = arguments_option(arguments, "reason");
    struct note_outcome outcome;

    return note_withdraw(call, name, reason, &outcome, error) &&
           note_show_act(call, name, "withdrawn: what was published stays where it is", result,
                         error);
}

/* --- Editing ---------------------------------------------------------------------------------- */

static bool read_stdin(struct strbuf *out, struct error *error)
{
    char block[65536];
    ssize_t got;

    do {
        got = read(STDIN_FILENO, block, sizeof block);
        if (got > 0)
            strbuf_add_bytes(out, block, (size_t)got);
        if (out->length > NOTE_TEXT_MAX)
            return error_set(error, ERROR_LIMIT, "standard input: larger than %zu bytes",
                             NOTE_TEXT_MAX);
    } while (got > 0 || (got < 0 && errno == EINTR));
    return got == 0 || error_errno(error, errno, "standard input cannot be read");
}

static bool read_new_text(const char *file, struct strbuf *out, struct error *error)
{
    if (file == NULL) {
        error_set(error, ERROR_USAGE, "there is no text");
        return error_hint(error, "give a file with --file FILE, or standard input with --file -");
    }
    if (!(strcmp(file, "-") == 0 ? read_stdin(out, error)
                                 : file_read(file, NOTE_TEXT_MAX, true, out, error)))
        return false;
    if (out->length > 0 && memchr(out->data, '\0', out->length) != NULL)
        return error_set(error, ERROR_INVALID, "%s: holds a NUL byte", file);
    return out->length > 0 || error_set(error, ERROR_INVALID, "%s: there is no text in it", file);
}

static const char *say_edit(struct call *call, const struct note_edited *edited)
{
    return arena_printf(call->arena, "revision %lld%s%s%s", (long long)edited->rev,
                        edited->merged ? ", merged with what was changed meanwhile" : "",
                        edited->lapsed != NULL ? "; lapsed: " : "",
                        edited->lapsed != NULL ? edited->lapsed : "");
}

bool app_note_edit(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    const char *name = arguments_at(arguments, 0);
    struct note_edit edit = { .message = arguments_option(arguments, "message"),
                              .merge = arguments_flag(arguments, "merge") };
    struct strbuf text = STRBUF_INIT;
    struct note_edited edited;
    bool ok;

    ok = arguments_number(arguments, "base", 0, 1, INT64_MAX, &edit.base, error) &&
         read_new_text(arguments_option(arguments, "file"), &text, error);
    edit.markdown = text.data;
    ok = ok && note_edit(call, name, &edit, &edited, error) &&
         note_show_act(call, name, say_edit(call, &edited), result, error);
    strbuf_release(&text);
    return ok;
}

bool app_note_correct(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    const char *name = arguments_at(arguments, 0);
    struct store_note row;

    return note_correct(call, name, arguments_option(arguments, "reason"), &row, error) &&
           note_show_act(call, row.id, arena_printf(call->arena, "made to correct note %s", name),
                         result, error);
}

/* --- Publishing ------------------------------------------------------------------------------- */

/* Where the newest revision was to go before: an order that is given again goes on there. */
static bool earlier_order(struct call *call, const char *name, const char **folder,
                          unsigned *formats, struct error *error)
{
    struct note_flow flow;
    unsigned before = 0;

    if (!note_flow_read(call, name, false, call->arena, &flow, error))
        return false;
    for (size_t i = 0; i < flow.receipts.count; i++) {
        const struct store_receipt *receipt = &flow.receipts.items[i];
        const char *slash = strrchr(receipt->target, '/');
        unsigned format;
        size_t length;

        if (receipt->rev != flow.note.rev || slash == NULL)
            continue;
        length = slash > receipt->target ? (size_t)(slash - receipt->target) : 1;
        if (*folder == NULL)
            *folder = arena_bytes(call->arena, receipt->target, length);
        if (strlen(*folder) == length && strncmp(*folder, receipt->target, length) == 0 &&
            note_formats_parse(receipt->format, &format, NULL))
            before |= format;
    }
    if (*formats == 0)
        *formats = before;
    if (*folder != NULL)
        return true;
    error_set(error, ERROR_USAGE, "where to is not said");
    return error_hint(error, "name a folder: --to DIR");
}

bool app_note_publish(struct call *call, const struct arguments *arguments, struct result *result,
                      struct error *error)
{
    const char *name = arguments_at(arguments, 0), *folder = arguments_option(arguments, "to");
    const char *chosen = arguments_option(arguments, "format");
    struct note_published published;
    unsigned formats = 0;
    int64_t rev;

    if (!wanted_rev(arguments, &rev, error) ||
        (chosen != NULL && !note_formats_parse(chosen, &formats, error)) ||
        (folder == NULL && !earlier_order(call, name, &folder, &formats, error)) ||
        !note_publish(call, name, rev, folder, formats != 0 ? formats : NOTE_ALL_FORMATS,
                      &published, error) ||
        !note_show_act(call, name, NULL, result, error) ||
        !note_show_concerns(call, name, result, error))
        return false;
    note_text_receipts(&result->text, &published.receipts);
    return true;
}

/* --- Looking ---------------------------------------------------------------------------------- */

bool app_note_export(struct call *call, const struct arguments *arguments, struct result *result,
                     struct error *error)
{
    const char *chosen = arguments_option(arguments, "format");
    struct store_revision revision;
    struct strbuf bytes = STRBUF_INIT;
    struct store_note note;
    unsigned formats;
    int format = 0;
    int64_t rev;
    bool ok;

    if (!wanted_rev(arguments, &rev, error) ||
        !note_formats_parse(chosen != NULL ? chosen : "markdown", &formats, error) ||
        !stored_note_find(call, arguments_at(arguments, 0), &note, error) ||
        !store_note_revision(call->connection, note.id, rev, call->arena, &revision, error))
        return false;
    while ((formats & (1u << format)) == 0)
        format++;
    ok = note_export(&revision, note.number, (enum note_format)format, &bytes, error) &&
         listing_export(arguments, &bytes, format == NOTE_JSON, result, error);
    strbuf_release(&bytes);
    return ok;
}

static const struct result_column revision_columns[] = {
    {"rev",              "Rev",      CELL_NUMBER, 0},
    { "at",              "At",       CELL_TIME,   0},
    { "author",          "By",       CELL_TEXT,   0},
    { "reason",          "Why",      CELL_TEXT,   1},
    { "decided",         "Decided",  CELL_TEXT,   2},
    { "markdown_digest", "Markdown", CELL_TEXT,   3},
};

static void decided_on(const struct note_flow *flow, int64_t rev, struct strbuf *out)
{
    for (size_t i = 0; i < flow->decisions.count; i++) {
        const struct store_approval *made = &flow->decisions.items[i];

        if (made->rev == rev)
            strbuf_printf(out, "%s%s by %s", out->length > 0 ? ", " : "",
                          decision_name(made->decision), made->person);
    }
}

bool app_note_revisions(struct call *call, const struct arguments *arguments, struct result *result,
                        struct error *error)
{
    struct note_flow flow;

    if (!note_flow_read(call, arguments_at(arguments, 0), false, call->arena, &flow, error))
        return false;
    listing_start(call, result, "revisions", revision_columns,
                  sizeof revision_columns / sizeof *revision_columns, NULL, "");
    for (size_t i = 0; i < flow.revisions.count; i++) {
        const struct store_revision *revision = &flow.revisions.items[i];
        struct strbuf decided = STRBUF_INIT;
        json_t *row = json_object();

        decided_on(&flow, revision->rev, &decided);
        json_put_integer(row, "rev", revision->rev);
        json_put_time(row, "at", revision->at);
        json_put_text(row, "author", revision->author);
        json_put_text(row, "reason", revision->reason);
        json_put_text(row, "digest", revision->digest);
        json_put_text(row, "markdown_digest", revision->markdown_digest);
        json_put(row, "decided", json_text_bytes(decided.data, decided.length));
        json_append(result->items, row);
        strbuf_release(&decided);
    }
    return true;
}

/* The revisions to compare: those named, else the newest with the one before it. */
static bool pick_revisions(const struct arguments *arguments, int64_t newest, int64_t revs[2],
                           struct error *error)
{
    revs[0] = newest > 1 ? newest - 1 : 1;
    revs[1] = newest;
    for (size_t i = 0; i < 2 && arguments_at(arguments, i + 1) != NULL; i++) {
        if (!stored_number(arguments_at(arguments, i + 1), "revision", &revs[i], error))
            return error_set(error, ERROR_USAGE, "'%s' is no revision of a note",
                             arguments_at(arguments, i + 1));
    }
    return true;
}

static void show_diff(const struct store_revision *old, const struct store_revision *new,
                      const struct store_note *note, struct result *result)
{
    struct strbuf plain = STRBUF_INIT, rich = STRBUF_INIT;
    struct word_diff diff;

    word_diff_make(&diff, old->markdown, strlen(old->markdown), new->markdown,
                   strlen(new->markdown));
    word_diff_render(&diff, old->markdown, new->markdown, 3, true, &rich);
    rich_to_plain(&plain, rich.data, rich.length);
    result->kind = RESULT_OBJECT;
    result->object = json_object();
    json_put_text(result->object, "schema", "pilab.note-diff/1");
    json_put_integer(result->object, "number", note->number);
    json_put_integer(result->object, "from", old->rev);
    json_put_integer(result->object, "to", new->rev);
    json_put_text(result->object, "from_author", old->author);
    json_put_text(result->object, "to_author", new->author);
    json_put_integer(result->object, "words_removed", (int64_t)diff.removed);
    json_put_integer(result->object, "words_added", (int64_t)diff.added);
    json_put_bool(result->object, "coarse", diff.coarse);
    json_put(result->object, "diff", json_text_bytes(plain.data, plain.length));
    strbuf_printf(&result->text, "note %lld, revision %lld to %lld: words removed %zu, added %zu\n",
                  (long long)note->number, (long long)old->rev, (long long)new->rev, diff.removed,
                  diff.added);
    if (diff.coarse)
        strbuf_add(&result->text, "some lines are too long to compare their words\n");
    strbuf_add_bytes(&result->text, rich.data, rich.length);
    result->differences = diff.removed + diff.added > 0;
    strbuf_release(&rich);
    strbuf_release(&plain);
    word_diff_release(&diff);
}

bool app_note_diff(struct call *call, const struct arguments *arguments, struct result *result,
                   struct error *error)
{
    struct store_revision old, new;
    struct store_note note;
    int64_t revs[2];

    if (!stored_note_find(call, arguments_at(arguments, 0), &note, error) ||
        !pick_revisions(arguments, note.rev, revs, error) ||
        !store_note_revision(call->connection, note.id, revs[0], call->arena, &old, error) ||
        !store_note_revision(call->connection, note.id, revs[1], call->arena, &new, error))
        return false;
    show_diff(&old, &new, &note, result);
    return true;
}
