#include <string.h>
#include <strings.h>

#include <pilab/app/note_flow.h>
#include <pilab/base/json.h>
#include <pilab/notes/change_table.h>
#include <pilab/notes/html.h>
#include <pilab/notes/json.h>

#define NAME_LIMIT 100

static const struct format {
    const char *name, *extension;
} formats[NOTE_FORMAT_COUNT] = {
    [NOTE_MARKDOWN] = {"markdown", "md"  },
    [NOTE_HTML] = { "html",    "html"},
    [NOTE_JSON] = { "json",    "json"},
    [NOTE_CSV] = { "csv",     "csv" },
};

const char *note_format_name(enum note_format format)
{
    return formats[format].name;
}

const char *note_format_extension(enum note_format format)
{
    return formats[format].extension;
}

static bool add_format(const char *word, size_t length, unsigned *set)
{
    for (int format = 0; format < NOTE_FORMAT_COUNT; format++) {
        if (strlen(formats[format].name) == length &&
            strncasecmp(formats[format].name, word, length) == 0) {
            *set |= 1u << format;
            return true;
        }
    }
    return false;
}

bool note_formats_parse(const char *text, unsigned *set, struct error *error)
{
    const char *word = text;

    *set = 0;
    for (;;) {
        size_t length = strcspn(word, ",");

        if (!add_format(word, length, set)) {
            error_set(error, ERROR_USAGE, "there is no format '%.*s'", (int)length, word);
            return error_hint(error, "there are: markdown,html,json,csv");
        }
        if (word[length] == '\0')
            return true;
        word += length + 1;
    }
}

/* --- The bytes -------------------------------------------------------------------------------- */

static struct note *read_content(const struct store_revision *revision, struct error *error)
{
    json_t *json =
        json_read("the note's content", revision->content, strlen(revision->content), error);
    struct note *note = json != NULL ? note_from_json(json, error) : NULL;

    json_decref(json);
    return note;
}

static bool render(const struct store_revision *revision, const struct note *note, int64_t number,
                   enum note_format format, struct strbuf *out, struct error *error)
{
    struct strbuf origin = STRBUF_INIT;
    struct note_page page = { .title = note->release.version,
                              .markdown = revision->markdown,
                              .length = strlen(revision->markdown),
                              .digest = revision->digest,
                              .markdown_digest = revision->markdown_digest };
    bool ok = true;

    if (format == NOTE_CSV) {
        note_render_csv(out, note);
    } else {
        strbuf_printf(&origin, "Note %lld, revision %lld", (long long)number,
                      (long long)revision->rev);
        page.origin = origin.data;
        ok = note_render_html(out, &page, error);
    }
    strbuf_release(&origin);
    return ok;
}

bool note_export(const struct store_revision *revision, int64_t number, enum note_format format,
                 struct strbuf *out, struct error *error)
{
    struct note *note;
    bool ok;

    if (format == NOTE_MARKDOWN || format == NOTE_JSON) {
        strbuf_add(out, format == NOTE_MARKDOWN ? revision->markdown : revision->content);
        return true;
    }
    note = read_content(revision, error);
    ok = note != NULL && render(revision, note, number, format, out, error);
    note_free(&note);
    return ok;
}

/* --- Names ------------------------------------------------------------------------------------ */

static bool is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           strchr("._+-", c) != NULL;
}

/* Letters, digits and "._+-" stay; all else is one dash. Nothing hidden, no option, no way up. */
const char *note_file_name(const struct store_note *note, struct arena *arena)
{
    struct strbuf name = STRBUF_INIT;
    const char *copy;

    for (const char *c = note->version; *c != '\0' && name.length < NAME_LIMIT; c++) {
        if (is_plain(*c) && !(name.length == 0 && strchr(".-+", *c) != NULL))
            strbuf_add_char(&name, *c);
        else if (name.length > 0 && name.data[name.length - 1] != '-')
            strbuf_add_char(&name, '-');
    }
    while (name.length > 0 && strchr("-.", name.data[name.length - 1]) != NULL)
        strbuf_truncate(&name, name.length - 1);
    if (name.length == 0)
        strbuf_printf(&name, "note-%lld", (long long)note->number);
    copy = strbuf_to_arena(&name, arena);
    strbuf_release(&name);
    return copy;
}
