#include <config.h> /* memmem and memrchr are system extensions */

#include <pilab/drift/mask.h>

#include <string.h>

#include <pilab/document/document.h>
#include <pilab/drift/rules.h>

#include "ascii.h"
#include "assignment.h"
#include "mask_escaped.h"
#include "mask_manifest.h"
#include "secret_directives.h"
#include "secrets.h"

/* A name that is longer tells nothing. */
#define NAME_MAX_LENGTH 256

/* Files of names and passwords, which have no ending of configuration. */
static bool is_password_file(const char *path)
{
    static const char *const names[] = { ".netrc",  "_netrc",       ".htpasswd",
                                         ".pgpass", "userlist.txt", "htpasswd" };
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(name, names[i]) == 0)
            return true;
    }
    return false;
}

struct mask mask_start(const char *path, bool patch)
{
    static const char *const endings[] = { ".conf", ".cfg", ".config", ".ini",
                                           ".toml", ".tf",  ".tfvars", ".xml" };
    struct mask mask = { .patch = patch, .header = patch, .block = -1, .named_at = -1 };
    enum document_format format;
    size_t length = path ? strlen(path) : 0;

    mask.code = path && !document_format_of(path, &format) && !is_password_file(path);
    for (size_t i = 0; mask.code && i < sizeof endings / sizeof *endings; i++) {
        size_t size = strlen(endings[i]);
        mask.code = length < size || !ascii_alike(path + length - size, endings[i], size);
    }
    return mask;
}

struct line {
    struct mask *mask;
    struct strbuf *out;
    const char *text;
    size_t length;
    size_t indent; /* blanks and list dashes before the first key */
    size_t copied; /* how much of it is in `out` already */
};

static bool holds_secret(const char *text, size_t length, unsigned depth)
{
    struct mask mask = mask_start(NULL, false);
    struct strbuf shown = STRBUF_INIT;
    bool secret;

    mask.depth = depth;
    mask_lines(&mask, &shown, text, length);
    secret = shown.length != length || memcmp(shown.data, text, length) != 0;
    strbuf_release(&shown);
    return secret;
}

static bool mask_shapes_at(struct strbuf *out, const char *text, size_t length, unsigned depth)
{
    struct strbuf shown = STRBUF_INIT;
    bool found = secret_mask_shapes(&shown, text, length);
    size_t from = 0, start, size;

    for (; secret_encoded(shown.data, shown.length, from, holds_secret, depth, &start, &size);
         from = start + size) {
        strbuf_add_bytes(out, shown.data + from, start - from);
        strbuf_add(out, MASK_TEXT);
        found = true;
    }
    strbuf_add_bytes(out, shown.data + from, shown.length - from);
    strbuf_release(&shown);
    return found;
}

bool mask_shapes(struct strbuf *out, const char *text, size_t length)
{
    return mask_shapes_at(out, text, length, 0);
}

static void copy_until(struct line *line, size_t end)
{
    mask_shapes_at(line->out, line->text + line->copied, end - line->copied, line->mask->depth);
    line->copied = end;
}

static void mask_until(struct line *line, size_t end)
{
    strbuf_add(line->out, MASK_TEXT);
    line->copied = end;
}

/* What ends a plain value: in a flow a comma or bracket, in a list of arguments a blank, in a
 * connection string or a query the next of their separators. */
static const char *plain_stops(const struct line *line, const struct assignment *assignment)
{
    char before = assignment->key > 0 ? line->text[assignment->key - 1] : '\0';

    if (line->mask->command)
        return " \t\"';|";
    if (assignment->flow)
        return ",}]";
    if (assignment->separator != '=' || before == '\0' || !strchr("-?&;,", before))
        return "";
    return before == '-' ? " \t" : ";&, \t\"'";
}

/* How long a plain value is, up to `most`; a list or map is none. Done only for the few keys that
 * matter, since a line can be one long chain of them. */
static void measure(const struct line *line, struct assignment *assignment, size_t most)
{
    const char *text = line->text, *stops = plain_stops(line, assignment);
    size_t at = assignment->value;
    size_t limit = assignment->limit > at ? assignment->limit : at;
    size_t end = limit - at > most ? at + most : limit;

    if (assignment->quoted || (at < end && (text[at] == '{' || text[at] == '[')))
        return;
    for (; at < end && (!text[at] || !strchr(stops, text[at])); at++) {
        if (ascii_is_blank(text[at]) && at + 1 < line->length && text[at + 1] == '#')
            break; /* a comment */
    }
    while (at > assignment->value && (ascii_is_blank(text[at - 1]) || text[at - 1] == '\r'))
        at--;
    assignment->value_size = at - assignment->value;
}

static bool key_is(const char *key, const char *name)
{
    return strcmp(key, name) == 0;
}

/* Follows the {name: X, value: Y} entry that the line belongs to. */
static bool is_value_of_secret_name(const struct mask *mask, const char *key,
                                    const struct assignment *assignment)
{
    return mask->named && (key_is(key, "value") || key_is(key, "default")) &&
           (assignment->flow || (long)assignment->key == mask->named_at);
}

static void note_name(const struct line *line, const struct assignment *assignment)
{
    size_t quote = assignment->quoted ? 1 : 0;
    struct strbuf name = STRBUF_INIT;

    if (assignment->value_size >= 2 * quote)
        strbuf_add_bytes(&name, line->text + assignment->value + quote,
                         assignment->value_size - 2 * quote);
    line->mask->named = secret_key(name.data);
    line->mask->named_at = (long)assignment->key;
    strbuf_release(&name);
}

/* Keeps track of "kind: Secret" and of the data in it. */
static void note_kubernetes(const struct line *line, const struct assignment *assignment,
                            const char *key)
{
    struct mask *mask = line->mask;
    const char *value = line->text + assignment->value;

    if (mask->placed || line->indent > 0 || assignment->key > 0)
        return;
    if (key_is(key, "kind"))
        mask->secret_kind = assignment->value_size == 6 && memcmp(value, "Secret", 6) == 0;
    mask->in_data = mask->secret_kind && (key_is(key, "data") || key_is(key, "stringData"));
}

static void note_entry(const struct line *line, struct assignment *assignment, const char *key)
{
    bool name = key_is(key, "name") || key_is(key, "key");

    if (name || key_is(key, "kind"))
        measure(line, assignment, NAME_MAX_LENGTH);
    note_kubernetes(line, assignment, key);
    if (name)
        note_name(line, assignment);
}

/* NAME=value, the one plain assignment of program text that has a literal on its right side. */
static bool is_shell_variable(const struct line *line, const struct assignment *assignment)
{
    const char *key = line->text + assignment->key;

    for (size_t i = 0; i < assignment->key_size; i++) {
        if (!ascii_is_upper(key[i]) && !ascii_is_digit(key[i]) && key[i] != '_')
            return false;
    }
    return assignment->separator == '=' &&
           assignment->value == assignment->key + assignment->key_size + 1;
}

/* Whether the place makes every value a secret, whatever its key. */
static bool is_sealed(const struct line *line, const struct assignment *assignment, const char *key)
{
    const struct mask *mask = line->mask;

    return mask->all || (mask->in_data && (line->indent > 0 || assignment->flow)) ||
           is_value_of_secret_name(mask, key, assignment);
}

static bool is_secret(const struct line *line, const struct assignment *assignment, const char *key,
                      bool sealed)
{
    size_t quote = assignment->quoted ? 1 : 0;
    size_t quotes = assignment->open_quote ? 1 : 2 * quote;
    const char *value = line->text + assignment->value + quote;
    size_t size = assignment->value_size >= quotes ? assignment->value_size - quotes : 0;

    return sealed ? !secret_reference(value, size) : secret_worthy(key, value, size);
}

/* Whether a value is the header of a YAML block scalar (YAML 1.2.2, section 8.1.1): "|", ">-", … */
static bool is_block_header(const struct line *line, const struct assignment *assignment)
{
    const char *value = line->text + assignment->value;

    if (line->mask->code || assignment->quoted || assignment->separator != ':' ||
        !strchr("|>", *value))
        return false;
    for (size_t i = 1; i < assignment->value_size; i++) {
        if (!memchr("+-0123456789", value[i], 12))
            return false;
    }
    return true;
}

/* "?token=:token": what a parameter of an address is filled in with later. */
static bool is_placeholder(const struct line *line, const struct assignment *assignment)
{
    size_t value = assignment->value;

    return assignment->separator == '=' && value == assignment->key + assignment->key_size + 1 &&
           assignment->limit > value && secret_query_sign(line->text, assignment->key) &&
           secret_placeholder(line->text + value, assignment->limit - value, false) > 0;
}

/* Copies a secret's line up to its value and masks that. */
static void mask_secret(struct line *line, const struct assignment *assignment)
{
    const char *value = line->text + assignment->value;
    size_t end = assignment->value + assignment->value_size;

    copy_until(line, assignment->value);
    if (is_block_header(line, assignment)) {
        line->mask->block = (long)assignment->key; /* what follows is the secret */
        copy_until(line, end);
        return;
    }
    if (assignment->quoted)
        strbuf_add_char(line->out, *value);
    mask_until(line, end);
    if (assignment->quoted && !assignment->open_quote)
        strbuf_add_char(line->out, *value);
    line->mask->open_quote = assignment->open_quote;
}

static void mask_assignment(struct line *line, struct assignment *assignment, const char *key)
{
    bool sealed = is_sealed(line, assignment, key);
    bool literal = !line->mask->code || line->mask->in_data || assignment->quoted ||
                   is_shell_variable(line, assignment);

    if (literal && (sealed || (secret_name(key) && !is_placeholder(line, assignment)))) {
        measure(line, assignment, line->length);
        if (assignment->value_size > 0 && is_secret(line, assignment, key, sealed)) {
            mask_secret(line, assignment);
            return;
        }
    }
    note_entry(line, assignment, key);
}

/* A value that was not masked may hold assignments itself: arguments, JSON in quotes, variables of
 * a command. */
static void look_inside(const struct line *line, struct assignment_cursor *cursor,
                        const struct assignment *assignment)
{
    const char *value = line->text + assignment->value;
    size_t end = assignment->value + assignment->value_size;

    if (!assignment->quoted)
        cursor->at = assignment->value;
    else if (assignment->value_size > 2 && strchr("{[", value[1]))
        cursor->at = assignment->value + 1;
    else if (cursor->quoted == 0 && !assignment->open_quote &&
             memchr(value, '=', assignment->value_size))
        assignment_enter(cursor, assignment->value + 1, end);
    else
        cursor->at = end;
}

/* A line that is only a value, or a part of one: no brackets, comment, separator or template. */
static bool is_value_alone(const struct line *line)
{
    const char *text = line->text + line->indent, *end = line->text + line->length;

    if (text >= end || *text == '#' || (end - text > 1 && memcmp(text, "{{", 2) == 0))
        return false;
    while (text < end && !ascii_is_alnum(*text) && (unsigned char)*text < 0x80)
        text++;
    return text < end;
}

static void mask_assignments(struct line *line)
{
    bool found = false;
    struct assignment_cursor cursor = { .text = line->text,
                                        .length = line->length,
                                        .at = line->indent };
    struct assignment assignment = { 0 };
    struct strbuf key = STRBUF_INIT;

    while (assignment_next(&cursor, &assignment)) {
        found = true;
        strbuf_clear(&key);
        strbuf_add_bytes(&key, line->text + assignment.key, assignment.key_size);
        mask_assignment(line, &assignment, key.data);
        if (line->copied > assignment.value)
            cursor.at = line->copied;
        else
            look_inside(line, &cursor, &assignment);
    }
    strbuf_release(&key);
    if (line->mask->all && !found && is_value_alone(line)) {
        copy_until(line, line->indent);
        mask_until(line, line->length);
    }
    copy_until(line, line->length);
}

/* A line that says nothing of where the ones behind it stand: of a template's control, a comment or
 * an empty one. */
static bool is_aside(const struct line *line)
{
    const char *text = line->text + line->indent;
    size_t left = line->length - line->indent;

    return left == 0 || *text == '#' || (left == 1 && *text == '\r') ||
           (left > 1 && *text == '{' && strchr("{%", text[1]));
}

/* A line that belongs to a secret which an earlier line began. True when it was dealt with. */
static bool mask_continuation(struct line *line)
{
    struct mask *mask = line->mask;
    const char *end;

    if (mask->key_block) {
        mask->key_block = !memmem(line->text, line->length, "-----END ", 9);
    } else if (mask->open_quote) {
        end = memrchr(line->text, mask->open_quote, line->length);
        if (end)
            mask->open_quote = '\0';
    } else if (mask->block >= 0 && line->indent < line->length &&
               (long)line->indent > mask->block) {
        /* within the block scalar */
    } else {
        if (!is_aside(line))
            mask->block = -1;
        return false;
    }
    if (line->indent >= line->length)
        return false;
    strbuf_add_bytes(line->out, line->text, line->indent);
    strbuf_add(line->out, MASK_TEXT);
    return true;
}

static size_t indent_of(const char *text, size_t length)
{
    size_t indent = 0;

    while (indent < length &&
           (ascii_is_blank(text[indent]) ||
            (text[indent] == '-' && indent + 1 < length && ascii_is_blank(text[indent + 1]))))
        indent++;
    return indent;
}

/* "- X" below "- --db-password". Both sides of a patch may have one. */
static bool mask_argument(struct line *line)
{
    struct mask *mask = line->mask;
    size_t start = line->indent, end = line->length;
    struct strbuf entry = STRBUF_INIT;
    bool follows;

    if (!memchr(line->text, '-', line->indent) || start >= end)
        return false;
    while (end > start && strchr(" \t\r\"'", line->text[end - 1]))
        end--;
    while (start < end && strchr("\"'", line->text[start]))
        start++;
    strbuf_add_bytes(&entry, line->text + start, end - start);
    follows = secret_follows(mask->option, entry.data, entry.length);
    if (follows) {
        copy_until(line, start);
        mask_until(line, end);
        copy_until(line, line->length);
    }
    if (!follows || !mask->one_side)
        mask->option[0] = '\0';
    if (!follows && entry.length > 0 && entry.length < sizeof mask->option && entry.data[0] == '-')
        memcpy(mask->option, entry.data, entry.length + 1);
    strbuf_release(&entry);
    return follows;
}

/* Command lines and lists of arguments within the line; false when there is nothing to mask. */
static bool mask_options(struct strbuf *out, const char *text, size_t length)
{
    size_t from = 0, start, size;

    while (secret_argument(text, length, from, &start, &size)) {
        strbuf_add_bytes(out, text + from, start - from);
        strbuf_add(out, MASK_TEXT);
        from = start + size;
    }
    if (from > 0)
        strbuf_add_bytes(out, text + from, length - from);
    return from > 0;
}

static void mask_plain(struct mask *mask, struct strbuf *out, const char *text, size_t length)
{
    struct line line = { .mask = mask, .out = out, .text = text, .length = length };

    line.indent = indent_of(text, length);
    if (mask_continuation(&line) || mask_argument(&line))
        return;
    if (length >= 3 && memcmp(text, "---", 3) == 0)
        mask->secret_kind = mask->in_data = false;
    if (mask->in_data && line.indent == 0 && memchr(text, ':', length) && !is_aside(&line))
        mask->in_data = false; /* the next entry beside it */
    if (memchr(text, '-', line.indent) || ((long)line.indent < mask->named_at && !is_aside(&line)))
        mask->named = false; /* another entry */
    mask_assignments(&line);
    mask->key_block = memmem(text, length, "PRIVATE KEY-----", 16) &&
                      memmem(text, length, "-----BEGIN ", 11) &&
                      !memmem(text, length, "-----END ", 9);
}

/* What a line says by the place of its words; false when there is nothing to mask. */
static bool mask_directives(struct strbuf *out, const char *text, size_t length, bool code)
{
    struct vector secrets;
    size_t count, copied = 0;

    vector_init(&secrets, sizeof(struct secret_place_in_line));
    count = secret_directives(text, length, code, &secrets);
    for (size_t i = 0; i < count; i++) {
        const struct secret_place_in_line *secret = vector_at(&secrets, i);

        if (secret->start < copied)
            continue;
        strbuf_add_bytes(out, text + copied, secret->start - copied);
        strbuf_add(out, MASK_TEXT);
        copied = secret->start + secret->size;
    }
    if (count > 0)
        strbuf_add_bytes(out, text + copied, length - copied);
    vector_release(&secrets);
    return count > 0;
}

static void mask_content(struct mask *mask, struct strbuf *out, const char *text, size_t length)
{
    struct strbuf data = STRBUF_INIT, escaped = STRBUF_INIT, options = STRBUF_INIT,
                  directives = STRBUF_INIT;

    if (manifest_mask_json(&data, text, length)) {
        text = data.data;
        length = data.length;
    }
    if (mask_escaped(&escaped, text, length, mask->code, holds_secret, mask->depth)) {
        text = escaped.data;
        length = escaped.length;
    }
    if (mask_options(&options, text, length)) {
        text = options.data;
        length = options.length;
    }
    if (mask_directives(&directives, text, length, mask->code)) {
        text = directives.data;
        length = directives.length;
    }
    mask_plain(mask, out, text, length);
    strbuf_release(&data);
    strbuf_release(&escaped);
    strbuf_release(&options);
    strbuf_release(&directives);
}

/* "@@ -1,7 +1,8 @@ rest": git repeats a line of the file behind the second @@. */
static void mask_hunk(struct mask *mask, struct strbuf *out, const char *line, size_t length)
{
    const char *rest = memmem(line + 2, length - 2, "@@", 2);
    size_t head = rest ? (size_t)(rest - line) + 2 : length;
    struct mask before = *mask;

    *mask = (struct mask){ .patch = before.patch,
                           .code = before.code,
                           .all = before.all,
                           .secret_kind = before.secret_kind,
                           .block = -1,
                           .named_at = -1 };
    head += head < length && line[head] == ' ';
    strbuf_add_bytes(out, line, head);
    if (head < length) {
        struct mask alone = *mask;

        mask_content(&alone, out, line + head, length - head);
        mask->in_data = alone.in_data;
    }
}

void mask_line(struct mask *mask, struct strbuf *out, const char *line, size_t length)
{
    if (!mask->patch) {
        mask_content(mask, out, line, length);
        return;
    }
    if (length >= 2 && line[0] == '@' && line[1] == '@') {
        mask_hunk(mask, out, line, length);
        return;
    }
    if (length == 0 || !strchr("+- \\", line[0]))
        mask->header = true; /* "diff --git …" of the next file */
    if (mask->header) {
        strbuf_add_bytes(out, line, length);
        return;
    }
    strbuf_add_char(out, line[0]);
    mask->one_side = line[0] != ' ';
    mask_content(mask, out, line + 1, length - 1);
}

static void mask_each_line(struct mask *mask, struct strbuf *out, const char *text, size_t length)
{
    mask->secret_kind =
        manifest_is_secret(text, mask->patch ? length : manifest_size(text, length), mask->patch);
    while (length > 0) {
        const char *newline = memchr(text, '\n', length);
        size_t size = newline ? (size_t)(newline - text) : length;

        mask_line(mask, out, text, size);
        if (!mask->patch && size >= 3 && memcmp(text, "---", 3) == 0)
            mask->secret_kind = manifest_is_secret(text, manifest_size(text, length), false);
        if (newline) {
            strbuf_add_char(out, '\n');
            size++;
        }
        text += size;
        length -= size;
    }
}

void mask_lines(struct mask *mask, struct strbuf *out, const char *text, size_t length)
{
    struct strbuf shown = STRBUF_INIT;

    if (secret_mask_encoded_lines(&shown, text, length, mask->patch, holds_secret, mask->depth))
        mask_each_line(mask, out, shown.data, shown.length);
    else
        mask_each_line(mask, out, text, length);
    strbuf_release(&shown);
}

void mask_text(struct strbuf *out, const char *path, bool patch, const char *text, size_t length)
{
    struct mask mask = mask_start(path, patch);

    mask_lines(&mask, out, text, length);
}

void mask_command(struct strbuf *out, const char *text, size_t length)
{
    struct mask mask = mask_start(NULL, false);

    mask.command = true;
    mask_lines(&mask, out, text, length);
}
