/* One change as a unified diff, in the words of git-diff(1). */
#include "internal.h"
#include "lines.h"

#include <stdio.h>
#include <string.h>

#include <pilab/git/changes.h>

/* Digits of object names in the index line, as git shows them in a small repository. */
#define INDEX_DIGITS 7

static const char quoted_letters[] = "\a\b\t\n\v\f\r\"\\";
static const char quoting_letters[] = "abtnvfr\"\\";

/* A path as git writes it with core.quotePath off: in quotes and escaped like a C string when it
 * holds a control character, a quote or a backslash. `side` is "a/", "b/" or "". */
static void add_path(struct strbuf *out, const char *side, const char *path)
{
    bool plain = true;
    for (const char *p = path; *p && plain; p++)
        plain = (unsigned char)*p >= 0x20 && *p != 0x7f && *p != '"' && *p != '\\';
    if (plain) {
        strbuf_printf(out, "%s%s", side, path);
        return;
    }
    strbuf_printf(out, "\"%s", side);
    for (const char *p = path; *p; p++) {
        const char *letter = strchr(quoted_letters, *p);
        if (letter)
            strbuf_printf(out, "\\%c", quoting_letters[letter - quoted_letters]);
        else if ((unsigned char)*p < 0x20 || *p == 0x7f)
            strbuf_printf(out, "\\%03o", (unsigned)*p);
        else
            strbuf_add_char(out, *p);
    }
    strbuf_add_char(out, '"');
}

static void add_path_line(struct strbuf *out, const char *word, const char *side, const char *path)
{
    strbuf_add(out, word);
    if (path)
        add_path(out, side, path);
    else
        strbuf_add(out, "/dev/null");
    strbuf_add_char(out, '\n');
}

/* The two sides of what is shown as one section: a change of type is two of them. */
struct section {
    const char *old_path, *new_path; /* NULL: nothing on that side */
    const struct object_id *old_blob, *new_blob;
    uint32_t old_mode, new_mode;
    const char *moved; /* "rename" or "copy", or NULL */
    unsigned likeness; /* then, in percent */
};

static void add_extended_header(struct strbuf *out, const struct section *section)
{
    if (section->old_mode == 0)
        strbuf_printf(out, "new file mode %06o\n", section->new_mode);
    else if (section->new_mode == 0)
        strbuf_printf(out, "deleted file mode %06o\n", section->old_mode);
    else if (section->old_mode != section->new_mode)
        strbuf_printf(out, "old mode %06o\nnew mode %06o\n", section->old_mode, section->new_mode);
    if (!section->moved)
        return;
    strbuf_printf(out, "similarity index %u%%\n", section->likeness);
    strbuf_printf(out, "%s from ", section->moved);
    add_path_line(out, "", "", section->old_path);
    strbuf_printf(out, "%s to ", section->moved);
    add_path_line(out, "", "", section->new_path);
}

static void add_index_line(struct strbuf *out, const struct section *section)
{
    char old_hex[OBJECT_ID_HEX_SIZE], new_hex[OBJECT_ID_HEX_SIZE];
    strbuf_printf(out, "index %.*s..%.*s", INDEX_DIGITS, object_id_hex(section->old_blob, old_hex),
                  INDEX_DIGITS, object_id_hex(section->new_blob, new_hex));
    if (section->old_mode == section->new_mode)
        strbuf_printf(out, " %06o", section->old_mode);
    strbuf_add_char(out, '\n');
}

static int print_hunk(const git_diff_delta *delta, const git_diff_hunk *hunk, void *payload)
{
    (void)delta;
    strbuf_add_bytes(payload, hunk->header, hunk->header_len);
    return 0;
}

static int print_line(const git_diff_delta *delta, const git_diff_hunk *hunk,
                      const git_diff_line *line, void *payload)
{
    (void)delta;
    (void)hunk;
    if (line->origin == GIT_DIFF_LINE_CONTEXT || line->origin == GIT_DIFF_LINE_ADDITION ||
        line->origin == GIT_DIFF_LINE_DELETION)
        strbuf_add_char(payload, line->origin);
    strbuf_add_bytes(payload, line->content, line->content_len);
    return 0;
}

static void add_binary(struct strbuf *out, const struct section *section)
{
    strbuf_add(out, "Binary files ");
    if (section->old_path)
        add_path(out, "a/", section->old_path);
    else
        strbuf_add(out, "/dev/null");
    strbuf_add(out, " and ");
    if (section->new_path)
        add_path(out, "b/", section->new_path);
    else
        strbuf_add(out, "/dev/null");
    strbuf_add(out, " differ\n");
}

static bool add_hunks(const struct section *section, const struct content *old,
                      const struct content *new, unsigned context, struct strbuf *out,
                      struct error *error)
{
    git_diff_options options;
    git_diff_options_init(&options, GIT_DIFF_OPTIONS_VERSION);
    options.flags = GIT_DIFF_FORCE_TEXT | GIT_DIFF_INDENT_HEURISTIC;
    options.context_lines = context;
    if (old->size == 0 && new->size == 0)
        return true;
    if (content_is_binary(old) || content_is_binary(new)) {
        add_binary(out, section);
        return true;
    }
    add_path_line(out, "--- ", "a/", section->old_path);
    add_path_line(out, "+++ ", "b/", section->new_path);
    int result =
        text_diff(content_text(old), content_text(new), &options, print_hunk, print_line, out);
    return result < 0 ? git_failed(error, result, "%s cannot be compared",
                                   section->new_path ? section->new_path : section->old_path)
                      : true;
}

static bool add_section(struct repository *repository, const struct section *section,
                        unsigned context, struct strbuf *out, struct error *error)
{
    struct content old = { .data = "" }, new = { .data = "" };
    const char *any = section->old_path ? section->old_path : section->new_path;
    strbuf_add(out, "diff --git ");
    add_path(out, "a/", any);
    strbuf_add_char(out, ' ');
    add_path(out, "b/", section->new_path ? section->new_path : any);
    strbuf_add_char(out, '\n');
    add_extended_header(out, section);
    if (object_id_equal(section->old_blob, section->new_blob))
        return true;
    add_index_line(out, section);
    bool ok = content_load(repository, section->old_blob, section->old_mode, &old, error) &&
              content_load(repository, section->new_blob, section->new_mode, &new, error) &&
              add_hunks(section, &old, &new, context, out, error);
    content_release(&old);
    content_release(&new);
    return ok;
}

bool changes_patch(struct repository *repository, const struct file_change *change,
                   unsigned context, struct strbuf *out, struct error *error)
{
    static const struct object_id none = { { 0 } };
    size_t before = out->length;
    struct section whole = {
        .old_path = change->old_path ? change->old_path : change->path,
        .new_path = change->path,
        .old_blob = &change->old_blob,
        .new_blob = &change->new_blob,
        .old_mode = change->old_mode,
        .new_mode = change->new_mode,
        .moved = change->status == FILE_RENAMED  ? "rename"
                 : change->status == FILE_COPIED ? "copy"
                                                 : NULL,
        .likeness = change->likeness > 0 ? change->likeness : 100,
    };
    struct section deleted = whole, added = whole;
    deleted.new_path = NULL;
    deleted.new_blob = &none;
    deleted.new_mode = 0;
    added.old_path = NULL;
    added.old_blob = &none;
    added.old_mode = 0;
    bool ok;
    switch (change->status) {
    case FILE_ADDED:
        ok = add_section(repository, &added, context, out, error);
        break;
    case FILE_DELETED:
        ok = add_section(repository, &deleted, context, out, error);
        break;
    case FILE_TYPE_CHANGED:
        ok = add_section(repository, &deleted, context, out, error) &&
             add_section(repository, &added, context, out, error);
        break;
    default:
        ok = add_section(repository, &whole, context, out, error);
    }
    if (!ok)
        strbuf_truncate(out, before);
    return ok;
}
