#include <pilab/packages/list.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/decode.h>
#include <pilab/base/memory.h>
#include <pilab/base/utf8.h>

#include "reader.h"

#define DIGEST_MAX  32768 /* bytes of the sums of one package */
#define PROBLEM_MAX 100   /* of one file: more of them say nothing new */

static const char *const scope_names[] = {
    [PACKAGE_MANAGED] = "managed", [PACKAGE_DEV] = "dev",           [PACKAGE_BUILD] = "build",
    [PACKAGE_PEER] = "peer",       [PACKAGE_OPTIONAL] = "optional", [PACKAGE_RUNTIME] = "runtime",
};

static const char *const relation_names[] = {
    [PACKAGE_UNTOLD] = "",
    [PACKAGE_TRANSITIVE] = "transitive",
    [PACKAGE_DIRECT] = "direct",
};

const char *package_scope_name(enum package_scope scope)
{
    return scope_names[scope];
}

const char *package_relation_name(enum package_relation relation)
{
    return relation_names[relation];
}

bool package_scope_parse(const char *name, enum package_scope *scope)
{
    for (int i = 0; i < PACKAGE_SCOPE_COUNT; i++) {
        if (strcasecmp(name, scope_names[i]) == 0) {
            *scope = (enum package_scope)i;
            return true;
        }
    }
    return false;
}

bool package_relation_parse(const char *name, enum package_relation *relation)
{
    for (int i = 0; i < PACKAGE_RELATION_COUNT; i++) {
        if (strcasecmp(name, relation_names[i]) == 0) {
            *relation = (enum package_relation)i;
            return true;
        }
    }
    return false;
}

/* --- What readers add ------------------------------------------------------------------------ */

void package_reader_problem(struct package_reader *reader, unsigned line, const char *format, ...)
{
    struct strbuf message = STRBUF_INIT;
    struct package_problem *problem;
    va_list arguments;

    if (reader->problems.count >= PROBLEM_MAX)
        return;
    va_start(arguments, format);
    strbuf_vprintf(&message, format, arguments);
    va_end(arguments);
    problem = vector_add(&reader->problems);
    problem->line = line;
    problem->cut = false;
    problem->message = strbuf_to_arena(&message, reader->arena);
    strbuf_release(&message);
}

void package_reader_cut(struct package_reader *reader, unsigned line, const char *message)
{
    struct package_problem *problem;

    if (reader->problems.count >= PROBLEM_MAX) /* this one counts more */
        vector_remove(&reader->problems, PROBLEM_MAX - 1);
    package_reader_problem(reader, line, "%s", message);
    problem = vector_at(&reader->problems, reader->problems.count - 1);
    problem->cut = true;
}

bool package_reader_fail(struct package_reader *reader, unsigned line, const char *format, ...)
{
    struct strbuf message = STRBUF_INIT;
    va_list arguments;

    va_start(arguments, format);
    strbuf_vprintf(&message, format, arguments);
    va_end(arguments);
    if (line > 0)
        error_set(reader->error, ERROR_INVALID, "%s:%u: %s", reader->name, line, message.data);
    else
        error_set(reader->error, ERROR_INVALID, "%s: %s", reader->name, message.data);
    strbuf_release(&message);
    return false;
}

/* An empty text tells as little as none. */
static const char *copy_some(struct arena *arena, const char *text)
{
    return text != NULL && *text != '\0' ? arena_text(arena, text) : NULL;
}

/* Of a version with very many files the sums of the first are enough. */
static const char *copy_digest(struct arena *arena, const char *digest)
{
    size_t length = digest != NULL ? strlen(digest) : 0;

    if (length <= DIGEST_MAX)
        return copy_some(arena, digest);
    for (length = DIGEST_MAX; length > 0 && digest[length] != ' ';)
        length--;
    return length > 0 ? arena_bytes(arena, digest, length) : NULL;
}

size_t package_reader_add(struct package_reader *reader, const struct package *package)
{
    struct package *copy;

    if (package->name == NULL || *package->name == '\0') {
        package_reader_problem(reader, package->line, "a package without a name: left out");
        return SIZE_MAX;
    }
    if (reader->packages.count >= PACKAGE_MAX) {
        if (reader->packages.count == PACKAGE_MAX)
            package_reader_problem(reader, package->line,
                                   "more than %d packages: the rest is left out", PACKAGE_MAX);
        return SIZE_MAX;
    }
    copy = vector_add(&reader->packages);
    *copy = *package;
    copy->ecosystem = package->ecosystem ? arena_text(reader->arena, package->ecosystem)
                                         : reader->format->ecosystem;
    if (copy->ecosystem == NULL)
        copy->ecosystem = "generic";
    copy->name = arena_text(reader->arena, package->name);
    copy->version = copy_some(reader->arena, package->version);
    copy->scope_word = copy_some(reader->arena, package->scope_word);
    copy->license = copy_some(reader->arena, package->license);
    copy->digest = copy_digest(reader->arena, package->digest);
    copy->origin = copy_some(reader->arena, package->origin);
    copy->revision = copy_some(reader->arena, package->revision);
    return reader->packages.count - 1;
}

struct package *package_reader_at(const struct package_reader *reader, size_t index)
{
    return vector_at(&reader->packages, index);
}

/* --- Trees ----------------------------------------------------------------------------------- */

static const struct node *read_tree(struct package_reader *reader, const char *name,
                                    const char *text, size_t length, enum document_format format,
                                    struct error *error)
{
    /* A key twice is nothing that a lock file should be refused for: package managers take the
     * last one. */
    const struct document_options options = { .schema = YAML_1_2,
                                              .allow_duplicate_keys = true,
                                              .limit = PACKAGE_TEXT_MAX };
    struct document *document = document_read(name, text, length, format, &options, error);

    if (document == NULL)
        return NULL;
    vector_push(&reader->documents, &document);
    for (size_t i = 0; i < document->warning_count; i++)
        package_reader_problem(reader, document->warnings[i].line, "%s",
                               document->warnings[i].message);
    if (document->count == 0 || document->roots[0]->kind != NODE_MAP) {
        error_set(error, ERROR_INVALID, "%s: it should be a map of keys and values", name);
        return NULL;
    }
    return document->roots[0];
}

const struct node *package_reader_json(struct package_reader *reader)
{
    return read_tree(reader, reader->name, reader->text, reader->length, DOCUMENT_JSON,
                     reader->error);
}

const struct node *package_reader_yaml(struct package_reader *reader)
{
    return read_tree(reader, reader->name, reader->text, reader->length, DOCUMENT_YAML,
                     reader->error);
}

const struct node *package_reader_toml(struct package_reader *reader)
{
    return toml_read(reader->arena, reader->name, reader->text, reader->length, reader->error);
}

const char *node_scalar(const struct node *node)
{
    if (node == NULL || node->kind == NODE_NULL || node->kind == NODE_LIST ||
        node->kind == NODE_MAP)
        return NULL;
    return node->text;
}

const char *node_text(const struct node *map, const char *key)
{
    return node_scalar(node_get(map, key));
}

bool node_true(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind == NODE_BOOL && strcmp(node->value, "true") == 0;
}

const struct node *node_map(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind == NODE_MAP ? node : NULL;
}

const struct node *node_list(const struct node *map, const char *key)
{
    const struct node *node = node_get(map, key);

    return node != NULL && node->kind == NODE_LIST ? node : NULL;
}

/* --- Siblings -------------------------------------------------------------------------------- */

const char *package_sibling_path(struct package_reader *reader, const char *from,
                                 const char *relative)
{
    const char *slash = strrchr(from, '/');
    struct strbuf path = STRBUF_INIT;
    const char *result = NULL;

    if (*relative == '/' || strchr(relative, '\\') != NULL)
        return NULL;
    if (slash != NULL)
        strbuf_add_bytes(&path, from, (size_t)(slash - from));
    while (*relative != '\0') {
        size_t length = strcspn(relative, "/");

        if (length == 2 && memcmp(relative, "..", 2) == 0) {
            const char *last = strrchr(path.data, '/');

            /* Above the first folder of a path on disk ("..", "/") nothing can be told. */
            if (path.length == 0 || strcmp(last != NULL ? last + 1 : path.data, "..") == 0)
                goto out;
            strbuf_truncate(&path, last != NULL ? (size_t)(last - path.data) : 0);
        } else if (length > 0 && !(length == 1 && *relative == '.')) {
            if (path.length > 0 || *from == '/')
                strbuf_add_char(&path, '/');
            strbuf_add_bytes(&path, relative, length);
        }
        relative += length;
        relative += *relative == '/';
    }
    result = strbuf_to_arena(&path, reader->arena);
out:
    strbuf_release(&path);
    return result;
}

static bool is_utf16(const char *text, size_t length)
{
    return length >= 2 && (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0);
}

static unsigned line_at(const char *text, size_t length)
{
    unsigned line = 1;

    for (size_t i = 0; i < length; i++)
        line += text[i] == '\n';
    return line;
}

/* Appends it as UTF-8; false where it is damaged, or no text. */
static bool decode_text(const char *name, const char *text, size_t length, struct strbuf *out,
                        struct error *error)
{
    struct strbuf decoded = STRBUF_INIT;
    bool whole = text_decode(&text, &length, &decoded, error);
    const char *nul = whole ? memchr(text, '\0', length) : NULL;

    if (!whole) {
        error_prefix(error, "%s:%u", name, line_at(decoded.data, decoded.length));
    } else if (nul != NULL) {
        error_set(error, ERROR_INVALID, "%s:%u: no text, for it holds NUL bytes", name,
                  line_at(text, (size_t)(nul - text)));
        error_hint(error, "Save it as UTF-8.");
    } else {
        strbuf_add_bytes(out, text, length);
    }
    strbuf_release(&decoded);
    return whole && nul == NULL;
}

/* XML says in its first line how it is written, and its parser knows. */
static bool decode(const char *name, const char *text, size_t length, struct strbuf *out,
                   struct error *error)
{
    size_t start = is_utf16(text, length) ? 2 : 0;

    while (start < length && memchr(" \t\r\n", text[start], 5) != NULL) /* and NUL, of UTF-16 */
        start++;
    if (start == length || text[start] != '<')
        return decode_text(name, text, length, out, error);
    strbuf_add_bytes(out, text, length);
    return true;
}

const char *package_sibling_text(struct package_reader *reader, const char *path, size_t *length)
{
    struct strbuf raw = STRBUF_INIT, text = STRBUF_INIT;
    const char *result = NULL;

    if (path != NULL && reader->siblings != NULL &&
        reader->siblings->read(reader->siblings->context, path, &raw, NULL) &&
        raw.length <= PACKAGE_TEXT_MAX && decode(path, raw.data, raw.length, &text, NULL)) {
        *length = text.length;
        result = strbuf_to_arena(&text, reader->arena);
    }
    strbuf_release(&raw);
    strbuf_release(&text);
    return result;
}

static const struct node *sibling_tree(struct package_reader *reader, const char *relative,
                                       bool toml)
{
    const char *path = package_sibling_path(reader, reader->name, relative);
    struct error error = { 0 };
    const struct node *tree;
    const char *text;
    size_t length;

    text = package_sibling_text(reader, path, &length);
    if (text == NULL)
        return NULL;
    tree = toml ? toml_read(reader->arena, path, text, length, &error)
                : read_tree(reader, path, text, length, DOCUMENT_JSON, &error);
    if (tree == NULL)
        package_reader_problem(reader, 0, "what is direct cannot be told: %s", error.message);
    return tree;
}

const struct node *package_sibling_json(struct package_reader *reader, const char *relative)
{
    return sibling_tree(reader, relative, false);
}

const struct node *package_sibling_toml(struct package_reader *reader, const char *relative)
{
    return sibling_tree(reader, relative, true);
}

/* --- The whole ------------------------------------------------------------------------------- */

static void reader_release(struct package_reader *reader)
{
    for (size_t i = 0; i < reader->documents.count; i++)
        document_free(vector_at(&reader->documents, i));
    vector_release(&reader->documents);
    vector_release(&reader->packages);
    vector_release(&reader->problems);
}

static struct package_list *hand_over(struct package_reader *reader)
{
    struct package_list *list = arena_alloc(reader->arena, sizeof *list);

    *list = (struct package_list){
        .arena = reader->arena,
        .name = arena_text(reader->arena, reader->name),
        .packages = vector_to_arena(&reader->packages, reader->arena),
        .count = reader->packages.count,
        .problems = vector_to_arena(&reader->problems, reader->arena),
        .problem_count = reader->problems.count,
    };
    return list;
}

/* Every tool writes something, if only a comment; pip alone takes an empty file. */
static bool check_content(struct package_reader *reader)
{
    if (strcmp(reader->format->pattern, REQUIREMENTS_PATTERN) == 0 ||
        reader->text[strspn(reader->text, " \t\r\n")] != '\0')
        return true;
    package_reader_fail(reader, 0, "it is empty");
    return error_hint(reader->error, "No %s is empty: it may have been cut when it was written.",
                      reader->format->title);
}

struct package_list *package_list_read(const struct package_format *format, const char *name,
                                       const char *text, size_t length,
                                       const struct package_siblings *siblings, struct error *error)
{
    struct package_reader reader = {
        .format = format, .name = name, .siblings = siblings, .error = error
    };
    struct package_list *list = NULL;
    struct strbuf copy = STRBUF_INIT;

    if (length > PACKAGE_TEXT_MAX) {
        error_set(error, ERROR_LIMIT, "%s: it has %zu bytes; more than %zu are not read", name,
                  length, PACKAGE_TEXT_MAX);
        return NULL;
    }
    reader.arena = arena_new();
    vector_init(&reader.packages, sizeof(struct package));
    vector_init(&reader.problems, sizeof(struct package_problem));
    vector_init(&reader.documents, sizeof(struct document *));
    if (decode(name, text, length, &copy, error)) {
        reader.text = copy.data;
        reader.length = copy.length;
        if (check_content(&reader) && format->read(&reader))
            list = hand_over(&reader);
    }
    if (list == NULL)
        arena_free(&reader.arena);
    reader_release(&reader);
    strbuf_release(&copy);
    return list;
}

void package_list_free(struct package_list **list)
{
    struct arena *arena;

    if (list == NULL || *list == NULL)
        return;
    arena = (*list)->arena;
    arena_free(&arena);
    *list = NULL;
}
