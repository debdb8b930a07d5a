#include <pilab/base/json.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/decode.h>
#include <pilab/base/escape.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

enum { SIZE_LARGEST = 64 * 1024 * 1024, DEPTH_LARGEST = 128 };

/* --- Reading ---------------------------------------------------------------------------------- */

/* JSON between systems is UTF-8 (RFC 8259, 8.1); other encodings show in the first four bytes. */
static const char *foreign_encoding(const unsigned char *text, size_t length)
{
    if (length >= 4 && memcmp(text, "\xff\xfe\0\0", 4) == 0)
        return "UTF-32 (little-endian)";
    if (length >= 4 && memcmp(text, "\0\0\xfe\xff", 4) == 0)
        return "UTF-32 (big-endian)";
    if (length >= 2 && ((text[0] == 0xff && text[1] == 0xfe) || (text[0] && !text[1])))
        return "UTF-16 (little-endian)";
    if (length >= 2 && ((text[0] == 0xfe && text[1] == 0xff) || (!text[0] && text[1])))
        return "UTF-16 (big-endian)";
    return NULL;
}

/* Where brackets first stand deeper than we accept, or NULL. Jansson's own limit is 2048. */
static const char *too_deep(const char *text, size_t length)
{
    bool in_string = false;
    size_t depth = 0;

    for (size_t i = 0; i < length; i++) {
        char c = text[i];
        if (in_string) {
            if (c == '\\')
                i++;
            else
                in_string = c != '"';
        } else if (c == '"') {
            in_string = true;
        } else if ((c == '[' || c == '{') && ++depth > DEPTH_LARGEST) {
            return text + i;
        } else if ((c == ']' || c == '}') && depth > 0) {
            depth--;
        }
    }
    return NULL;
}

static bool refuse_depth(const char *name, const char *text, const char *at, struct error *error)
{
    int line = 1, column = 1;

    for (; text < at; text++) {
        if (*text == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)*text & 0xc0) != 0x80) {
            column++;
        }
    }
    return error_set(error, ERROR_LIMIT, "%s:%d:%d: nested deeper than %d levels", name, line,
                     column, DEPTH_LARGEST);
}

/* "unexpected newline near '"x'": x may be a password, and the place says where it is. A key that
 * is there twice names itself. */
static const char *without_text(char *message)
{
    char *near = strstr(message, " near '");

    if (near && strncmp(message, "duplicate", strlen("duplicate")) != 0)
        *near = '\0';
    return message;
}

json_t *json_read(const char *name, const char *text, size_t length, struct error *error)
{
    const char *encoding, *deep;
    json_error_t problem;
    json_t *value;

    if (length > SIZE_LARGEST) {
        error_set(error, ERROR_LIMIT, "%s: larger than 64 MiB, the most that is read as JSON",
                  name);
        return NULL;
    }
    encoding = foreign_encoding((const unsigned char *)text, length);
    if (encoding) {
        error_set(error, ERROR_INVALID, "%s: encoded in %s; JSON has to be UTF-8", name, encoding);
        error_hint(error, "Convert it: iconv -f UTF-16 -t UTF-8");
        return NULL;
    }
    text_skip_mark(&text, &length);
    deep = too_deep(text, length);
    if (deep) {
        refuse_depth(name, text, deep, error);
        return NULL;
    }
    value = json_loadb(text, length, JSON_REJECT_DUPLICATES, &problem);
    if (!value && json_error_code(&problem) == json_error_out_of_memory)
        memory_exhausted();
    if (!value)
        error_set(error, ERROR_INVALID, "%s:%d:%d: %s", name, problem.line > 0 ? problem.line : 1,
                  problem.column > 0 ? problem.column : 1, without_text(problem.text));
    return value;
}

/* --- Writing ---------------------------------------------------------------------------------- */

struct writer {
    struct strbuf *out;
    bool pretty;
    size_t depth;
};

static void write_value(struct writer *writer, const json_t *value);

static void new_line(struct writer *writer)
{
    if (!writer->pretty)
        return;
    strbuf_add_char(writer->out, '\n');
    strbuf_add_repeat(writer->out, "  ", writer->depth);
}

/* Only what RFC 8259 demands is escaped: the form of RFC 8785, 3.2.2.2. */
static void write_canonical_text(struct strbuf *out, const char *text, size_t length)
{
    static const char short_from[] = "\"\\\b\f\n\r\t", short_to[] = "\"\\bfnrt";

    strbuf_add_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)text[i];
        const char *found = c ? strchr(short_from, c) : NULL;
        if (found) {
            strbuf_add_char(out, '\\');
            strbuf_add_char(out, short_to[found - short_from]);
        } else if (c < 0x20) {
            strbuf_printf(out, "\\u%04x", c);
        } else {
            strbuf_add_char(out, (char)c);
        }
    }
    strbuf_add_char(out, '"');
}

static void write_text(struct writer *writer, const char *text, size_t length)
{
    if (writer->pretty)
        escape_json(writer->out, text, length);
    else
        write_canonical_text(writer->out, text, length);
}

/* The fewest digits that read back as the same number. Jansson writes a point in every locale. */
static void write_real(struct strbuf *out, const json_t *value)
{
    char text[64];
    size_t length = 0;

    for (unsigned digits = 15; digits <= 17; digits++) {
        json_t *again;
        bool same;
        length =
            json_dumpb(value, text, sizeof text, JSON_ENCODE_ANY | JSON_REAL_PRECISION(digits));
        again = json_loadb(text, length, JSON_DECODE_ANY, NULL);
        same = again && json_number_value(again) == json_number_value(value);
        json_decref(again);
        if (same)
            break;
    }
    strbuf_add_bytes(out, text, length);
}

static int compare_keys(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* Iteration needs a json_t that is not const, but does not change it. */
static json_t *mutable(const json_t *value)
{
    union {
        const json_t *from;
        json_t *to;
    } cast = { .from = value };

    return cast.to;
}

static void write_object(struct writer *writer, const json_t *value)
{
    json_t *object = mutable(value), *member;
    struct vector keys;
    const char *key;

    vector_init(&keys, sizeof key);
    json_object_foreach(object, key, member) vector_push(&keys, &key);
    if (!writer->pretty)
        vector_sort(&keys, compare_keys);
    strbuf_add_char(writer->out, '{');
    writer->depth++;
    for (size_t i = 0; i < keys.count; i++) {
        key = *(const char *const *)vector_at(&keys, i);
        if (i > 0)
            strbuf_add_char(writer->out, ',');
        new_line(writer);
        write_text(writer, key, strlen(key));
        strbuf_add(writer->out, writer->pretty ? ": " : ":");
        write_value(writer, json_object_get(object, key));
    }
    writer->depth--;
    if (keys.count)
        new_line(writer);
    strbuf_add_char(writer->out, '}');
    vector_release(&keys);
}

static void write_array(struct writer *writer, const json_t *value)
{
    size_t count = json_array_size(value);

    strbuf_add_char(writer->out, '[');
    writer->depth++;
    for (size_t i = 0; i < count; i++) {
        if (i > 0)
            strbuf_add_char(writer->out, ',');
        new_line(writer);
        write_value(writer, json_array_get(value, i));
    }
    writer->depth--;
    if (count)
        new_line(writer);
    strbuf_add_char(writer->out, ']');
}

static void write_value(struct writer *writer, const json_t *value)
{
    switch (json_typeof(value)) {
    case JSON_OBJECT:
        write_object(writer, value);
        break;
    case JSON_ARRAY:
        write_array(writer, value);
        break;
    case JSON_STRING:
        write_text(writer, json_string_value(value), json_string_length(value));
        break;
    case JSON_INTEGER:
        strbuf_printf(writer->out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
        break;
    case JSON_REAL:
        write_real(writer->out, value);
        break;
    case JSON_TRUE:
        strbuf_add(writer->out, "true");
        break;
    case JSON_FALSE:
        strbuf_add(writer->out, "false");
        break;
    case JSON_NULL:
        strbuf_add(writer->out, "null");
        break;
    }
}

void json_write_canonical(struct strbuf *out, const json_t *value)
{
    struct writer writer = { .out = out };

    write_value(&writer, value);
}

void json_write_pretty(struct strbuf *out, const json_t *value)
{
    struct writer writer = { .out = out, .pretty = true };

    write_value(&writer, value);
    strbuf_add_char(out, '\n');
}

/* --- Building --------------------------------------------------------------------------------- */

static json_t *must(json_t *value)
{
    if (!value)
        memory_exhausted();
    return value;
}

/* Appends the text with U+FFFD for every byte that belongs to no character. */
static void add_valid(struct strbuf *out, const char *text, size_t length)
{
    const char *at = text, *end = text + length;

    while (at < end) {
        int32_t c = utf8_decode(&at, end);
        strbuf_add_codepoint(out, c < 0 ? 0xfffd : (unsigned)c);
    }
}

json_t *json_text(const char *text)
{
    return text ? json_text_bytes(text, strlen(text)) : json_null();
}

json_t *json_text_bytes(const char *text, size_t length)
{
    struct strbuf valid = STRBUF_INIT;
    json_t *value;

    if (utf8_valid(text, length))
        return must(json_stringn_nocheck(text, length));
    add_valid(&valid, text, length);
    value = must(json_stringn_nocheck(valid.data, valid.length));
    strbuf_release(&valid);
    return value;
}

void json_put(json_t *object, const char *key, json_t *value)
{
    struct strbuf valid = STRBUF_INIT;

    add_valid(&valid, key, strlen(key));
    if (json_object_set_new_nocheck(object, valid.data, value ? value : json_null()) != 0)
        memory_exhausted();
    strbuf_release(&valid);
}

void json_put_text(json_t *object, const char *key, const char *text)
{
    json_put(object, key, json_text(text));
}

void json_put_integer(json_t *object, const char *key, int64_t value)
{
    json_put(object, key, must(json_integer(value)));
}

void json_put_bool(json_t *object, const char *key, bool value)
{
    json_put(object, key, json_boolean(value));
}

void json_put_time(json_t *object, const char *key, int64_t at)
{
    char text[TIMESTAMP_SIZE];

    json_put_text(object, key, at ? timestamp_format(at, text) : NULL);
}

void json_append(json_t *array, json_t *value)
{
    if (json_array_append_new(array, value ? value : json_null()) != 0)
        memory_exhausted();
}

const char *json_member_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}
