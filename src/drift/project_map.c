#include "project_map.h"

#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/strbuf.h>
#include <pilab/drift/types.h>

bool project_refuse(struct project_reader *reader, const struct node *node, const char *format, ...)
{
    struct strbuf text = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&text, format, arguments);
    va_end(arguments);
    error_set(reader->error, ERROR_INVALID, "%s:%u: %s", node->file, node->line, text.data);
    strbuf_release(&text);
    return false;
}

static bool expect(struct project_reader *reader, const struct node *node, enum node_kind kind,
                   const char *what)
{
    return node->kind == kind || project_refuse(reader, node, "%s must be of type %s, not %s", what,
                                                node_kind_name(kind), node_kind_name(node->kind));
}

bool project_list_check(struct project_reader *reader, const struct node *node, const char *key)
{
    return expect(reader, node, NODE_LIST, key);
}

static bool in_words(const char *words, const char *word)
{
    size_t length = strlen(word);

    while (*words != '\0') {
        size_t next = strcspn(words, " ");

        if (next == length && strncmp(words, word, length) == 0)
            return true;
        words += next;
        words += strspn(words, " ");
    }
    return false;
}

/* Also a number or a bool, since "code: 42" means the text. */
static bool read_text(struct project_reader *reader, const struct node *node, const char *key,
                      const char *choices, const char **out)
{
    if (node->kind == NODE_NULL || node->kind == NODE_LIST || node->kind == NODE_MAP)
        return project_refuse(reader, node, "%s must be a text, not of type %s", key,
                              node_kind_name(node->kind));
    if (strlen(node->text) != node->length)
        return project_refuse(reader, node, "%s holds a NUL byte", key);
    if (choices != NULL && !in_words(choices, node->text)) {
        project_refuse(reader, node, "%s cannot be '%s'", key, node->text);
        return error_hint(reader->error, "it is one of: %s", choices);
    }
    *out = arena_text(reader->arena, node->text);
    return true;
}

static bool has_parent_segment(const char *path)
{
    while (*path != '\0') {
        size_t length = strcspn(path, "/");

        if (length == 2 && strncmp(path, "..", 2) == 0)
            return true;
        path += length + (path[length] == '/');
    }
    return false;
}

static bool read_folder(struct project_reader *reader, const struct node *node, const char *key,
                        const char **out)
{
    if (!read_text(reader, node, key, NULL, out))
        return false;
    if ((*out)[0] != '/' && !has_parent_segment(*out))
        return true;
    project_refuse(reader, node, "%s cannot be '%s'", key, *out);
    return error_hint(reader->error, "it is a folder within the repository: services/auth");
}

static bool read_folders(struct project_reader *reader, const struct node *node, const char *key,
                         const char **out)
{
    if (node->kind != NODE_LIST)
        return read_folder(reader, node, key, out);
    *out = NULL;
    for (size_t i = 0; i < node->count; i++) {
        const char *one;

        if (!read_folder(reader, node->children[i], key, &one))
            return false;
        if (*one == '\0' || strchr(one, '\n') != NULL)
            return project_refuse(reader, node->children[i], "%s cannot be '%s'", key, one);
        *out = *out != NULL ? arena_printf(reader->arena, "%s\n%s", *out, one) : one;
    }
    return true;
}

bool project_texts_read(struct project_reader *reader, const struct node *node, const char *key,
                        const char ***out, size_t *count)
{
    bool single = node->kind != NODE_LIST;

    *count = single ? 1 : node->count;
    *out = arena_array(reader->arena, *count, sizeof **out);
    if (single)
        return read_text(reader, node, key, NULL, &(*out)[0]);
    for (size_t i = 0; i < node->count; i++) {
        if (!read_text(reader, node->children[i], key, NULL, &(*out)[i]))
            return false;
    }
    return true;
}

static bool read_flag(struct project_reader *reader, const struct node *node, const char *key,
                      bool *out)
{
    if (!expect(reader, node, NODE_BOOL, key))
        return false;
    *out = strcmp(node->value, "true") == 0;
    return true;
}

static bool read_number(struct project_reader *reader, const struct node *node, const char *key,
                        unsigned long long *out)
{
    if (!expect(reader, node, NODE_INTEGER, key))
        return false;
    if (node->value[0] == '-')
        return project_refuse(reader, node, "%s cannot be negative", key);
    errno = 0;
    *out = strtoull(node->value, NULL, 10);
    if (errno != 0 || *out > INT64_MAX)
        return project_refuse(reader, node, "%s is too large", key);
    return true;
}

static bool read_change_types(struct project_reader *reader, const struct node *node,
                              const char *key, unsigned *out)
{
    const char **names;
    size_t count;

    if (!project_texts_read(reader, node, key, &names, &count))
        return false;
    for (size_t i = 0; i < count; i++) {
        enum change_type type;

        if (!change_type_parse(names[i], &type)) {
            project_refuse(reader, node, "%s cannot be '%s'", key, names[i]);
            return error_hint(reader->error, "they are: added modified deleted");
        }
        *out |= 1u << type;
    }
    return true;
}

/* The words that a kind of field knows, for the hint. */
static const char *words_of(enum field_kind kind)
{
    switch (kind) {
    case FIELD_TYPE:
        return "code config database infrastructure image dependency";
    case FIELD_SEVERITY:
        return "CRITICAL HIGH MEDIUM LOW INFO";
    default:
        return "none review blocker";
    }
}

static bool read_word(struct project_reader *reader, const struct node *node,
                      const struct field *field, void *at)
{
    const char *text;
    bool known;

    if (!read_text(reader, node, field->key, NULL, &text))
        return false;
    if (field->kind == FIELD_TYPE)
        known = drift_type_parse(text, at);
    else if (field->kind == FIELD_SEVERITY)
        known = severity_parse(text, at);
    else
        known = attention_parse(text, at);
    if (known)
        return true;
    project_refuse(reader, node, "%s cannot be '%s'", field->key, text);
    return error_hint(reader->error, "it is one of: %s", words_of(field->kind));
}

static bool read_field(struct project_reader *reader, const struct node *node,
                       const struct field *field, void *base)
{
    void *at = (char *)base + field->at;

    switch (field->kind) {
    case FIELD_TEXT:
        return read_text(reader, node, field->key, field->choices, at);
    case FIELD_FOLDER:
        return read_folder(reader, node, field->key, at);
    case FIELD_FOLDERS:
        return read_folders(reader, node, field->key, at);
    case FIELD_TEXTS:
        return project_texts_read(reader, node, field->key, at,
                                  (size_t *)(void *)((char *)base + field->count_at));
    case FIELD_FLAG:
        return read_flag(reader, node, field->key, at);
    case FIELD_NUMBER:
        return read_number(reader, node, field->key, at);
    case FIELD_CHANGE_TYPES:
        return read_change_types(reader, node, field->key, at);
    case FIELD_TYPE:
    case FIELD_SEVERITY:
    case FIELD_ATTENTION:
        return read_word(reader, node, field, at);
    case FIELD_PART:
        break;
    }
    return true;
}

static bool unknown_key(struct project_reader *reader, const struct node *node,
                        const struct field *fields, size_t count, const char *what)
{
    struct strbuf keys = STRBUF_INIT;

    for (size_t i = 0; i < count; i++)
        strbuf_printf(&keys, "%s%s", i > 0 ? " " : "", fields[i].key);
    project_refuse(reader, node, "%s has no key '%s'", what, node->key);
    error_hint(reader->error, "it has: %s", keys.data);
    strbuf_release(&keys);
    return false;
}

static bool check_required(struct project_reader *reader, const struct node *map,
                           const struct field *field, const char *what)
{
    const struct node *entry = node_get(map, field->key);

    if (!field->required)
        return true;
    if (entry == NULL)
        return project_refuse(reader, map, "%s needs the key '%s'", what, field->key);
    return entry->length > 0 || project_refuse(reader, entry, "%s is empty", field->key);
}

bool project_map_read(struct project_reader *reader, const struct node *map,
                      const struct field *fields, size_t count, void *base, const char *what,
                      unsigned *columns)
{
    if (!expect(reader, map, NODE_MAP, what))
        return false;
    for (size_t i = 0; i < map->count; i++) {
        const struct node *entry = map->children[i];
        const struct field *field = NULL;

        for (size_t j = 0; j < count && field == NULL; j++)
            field = strcmp(fields[j].key, entry->key) == 0 ? &fields[j] : NULL;
        if (field == NULL)
            return unknown_key(reader, entry, fields, count, what);
        if (!read_field(reader, entry, field, base))
            return false;
        if (columns != NULL)
            *columns |= field->column;
    }
    for (size_t i = 0; i < count; i++) {
        if (!check_required(reader, map, &fields[i], what))
            return false;
    }
    return true;
}

/* What stands before the host, as far as its '@'; 0: nothing does. */
static size_t login_length(const char *rest)
{
    size_t host = strcspn(rest, "/?#");

    for (size_t i = host; i > 0; i--) {
        if (rest[i - 1] == '@')
            return i;
    }
    return 0;
}

bool project_address_check(struct project_reader *reader, const struct node *node, const char *key,
                           const char *address)
{
    const char *scheme = address != NULL ? strstr(address, "://") : NULL;
    size_t login = scheme != NULL ? login_length(scheme + 3) : 0;
    bool web = address != NULL && strncasecmp(address, "http", 4) == 0;

    if (login == 0 || (!web && memchr(scheme + 3, ':', login) == NULL))
        return true;
    project_refuse(reader, node, "%s says who we are: that does not belong into an address", key);
    return error_hint(reader->error, "Change what stood there, if it was a password or a token. "
                                     "`pilab repo login https://HOST` keeps one.");
}
