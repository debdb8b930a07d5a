/*
 * yarn.lock: the text form of Yarn 1 and the YAML of later ones. Packages are known by what was
 * asked for, "lodash@^4.17.0" or "lodash@npm:^4.17.0".
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>

/* Where the name of "@a/b@^1" ends. */
static size_t name_length(const char *descriptor)
{
    const char *at = *descriptor != '\0' ? strchr(descriptor + 1, '@') : NULL;

    return at != NULL ? (size_t)(at - descriptor) : strlen(descriptor);
}

/* The package that a descriptor means: of an alias ("a@npm:b@^1") the real one. */
static const char *package_name(struct arena *arena, const char *descriptor)
{
    size_t length = name_length(descriptor);
    const char *name, *range;

    if (descriptor[length] == '@' && npm_alias(arena, descriptor + length + 1, &name, &range) &&
        *name != '\0')
        return name;
    return arena_bytes(arena, descriptor, length);
}

static const char *descriptor_key(struct arena *arena, const char *name, const char *range)
{
    return arena_printf(arena, "%s@%s", name, range);
}

/* Later versions write the protocol that Yarn 1 and package.json leave out. */
static const char *protocol_key(struct arena *arena, const char *name, const char *range)
{
    if (strchr(range, ':') != NULL)
        return descriptor_key(arena, name, range);
    return arena_printf(arena, "%s@npm:%s", name, range);
}

/* A manifest that names workspaces is not the only one that asks. */
static void settle_by_manifest(struct package_reader *reader, struct package_graph *graph,
                               const char *(*key)(struct arena *, const char *, const char *))
{
    const struct node *manifest = package_sibling_json(reader, "package.json");

    if (manifest == NULL)
        return;
    npm_roots(reader, manifest, graph, key);
    package_graph_settle(graph, reader, node_get(manifest, "workspaces") == NULL);
}

/* --- Yarn 1 ---------------------------------------------------------------------------------- */

struct yarn_text {
    struct package_reader *reader;
    struct package_graph graph;
    size_t package; /* the one whose lines come; SIZE_MAX: none */
    bool needs;     /* within its dependencies */
    unsigned line;
};

/* The word at *text, which may be quoted, up to any of the `stops`; moves on behind it. In the
 * arena; NULL: the line ends. */
static const char *next_word(struct arena *arena, const char **text, const char *end,
                             const char *stops)
{
    struct strbuf word = STRBUF_INIT;
    const char *result = NULL;
    bool quoted;

    while (*text < end && (**text == ' ' || **text == ',' || **text == '\t'))
        ++*text;
    quoted = *text < end && **text == '"';
    *text += quoted;
    while (*text < end && (quoted ? **text != '"' : strchr(stops, **text) == NULL)) {
        if (quoted && **text == '\\' && *text + 1 < end)
            ++*text;
        strbuf_add_char(&word, **text);
        ++*text;
    }
    *text += quoted && *text < end;
    if (word.length > 0)
        result = strbuf_to_arena(&word, arena);
    strbuf_release(&word);
    return result;
}

/* "a@^1", a@^2: */
static void begin_package(struct yarn_text *yarn, const char *text, const char *end)
{
    struct arena *arena = yarn->reader->arena;
    const char *descriptor;

    yarn->package = SIZE_MAX;
    yarn->needs = false;
    if (end[-1] != ':') {
        package_reader_problem(yarn->reader, yarn->line, "expected ':' at the end of the line");
        return;
    }
    while ((descriptor = next_word(arena, &text, end - 1, ",")) != NULL) {
        if (yarn->package == SIZE_MAX)
            yarn->package =
                package_reader_add(yarn->reader,
                                   &(struct package){ .name = package_name(arena, descriptor),
                                                      .scope = PACKAGE_RUNTIME,
                                                      .line = yarn->line });
        package_graph_key(&yarn->graph, descriptor, yarn->package);
    }
}

static void read_field(struct yarn_text *yarn, const char *text, const char *end, size_t indent)
{
    struct arena *arena = yarn->reader->arena;
    const char *key = next_word(arena, &text, end, " :"), *value;
    struct package *package;

    if (key == NULL)
        return;
    if (yarn->package == SIZE_MAX) {
        package_reader_problem(yarn->reader, yarn->line, "a line that belongs to no package");
        return;
    }
    package = package_reader_at(yarn->reader, yarn->package);
    value = next_word(arena, &text, end, " ");
    if (value != NULL && *value == '\0') /* it began with a NUL byte */
        value = NULL;
    if (indent > 2) {
        if (yarn->needs && value != NULL)
            package_graph_need(&yarn->graph, yarn->package, descriptor_key(arena, key, value));
        return;
    }
    yarn->needs = strcmp(key, "dependencies") == 0 || strcmp(key, "optionalDependencies") == 0;
    if (strcmp(key, "version") == 0)
        package->version = value;
    else if (strcmp(key, "integrity") == 0)
        package->digest = value;
    else if (strcmp(key, "resolved") == 0)
        package_origin(yarn->reader, package, value);
}

static void read_line(struct yarn_text *yarn, const char *text, const char *end)
{
    size_t indent = 0;

    while (text < end && *text == ' ')
        text++, indent++;
    if (text < end && end[-1] == '\r')
        end--;
    if (text == end || *text == '#')
        return;
    if (indent == 0)
        begin_package(yarn, text, end);
    else
        read_field(yarn, text, end, indent);
}

static bool read_text(struct package_reader *reader)
{
    struct yarn_text yarn = { .reader = reader, .package = SIZE_MAX };
    const char *end = reader->text + reader->length, *next;

    package_graph_start(&yarn.graph);
    for (const char *line = reader->text; line < end; line = next) {
        const char *newline = memchr(line, '\n', (size_t)(end - line));

        next = newline != NULL ? newline + 1 : end;
        yarn.line++;
        read_line(&yarn, line, newline != NULL ? newline : end);
    }
    if (yarn.package != SIZE_MAX && package_reader_at(reader, yarn.package)->version == NULL)
        package_reader_cut(reader, yarn.line, "the text ends within a package");
    else if (end > reader->text && end[-1] != '\n')
        package_reader_cut(reader, yarn.line, "the text ends within a line");
    settle_by_manifest(reader, &yarn.graph, descriptor_key);
    package_graph_release(&yarn.graph);
    return true;
}

/* --- Yarn 2 and later ------------------------------------------------------------------------ */

/* Several descriptors share an entry: "a@npm:^1, a@npm:^1.2". */
static void add_keys(struct package_reader *reader, struct package_graph *graph,
                     const struct node *entry, size_t package)
{
    size_t count;
    const char **keys = arena_words(reader->arena, entry->key, ",", &count);

    for (size_t i = 0; i < count; i++)
        package_graph_key(graph, keys[i] + strspn(keys[i], " "), package);
}

static bool is_workspace(const char *resolution)
{
    return strstr(resolution, "@workspace:") != NULL;
}

static void add_needs(struct package_reader *reader, struct package_graph *graph,
                      const struct node *entry, size_t package)
{
    const struct node *needs = node_map(entry, "dependencies");

    for (size_t i = 0; needs != NULL && i < needs->count; i++) {
        const char *range = node_scalar(needs->children[i]);

        if (range != NULL)
            package_graph_need(graph, package,
                               protocol_key(reader->arena, needs->children[i]->key, range));
    }
}

/* What the project's own parts ask for. The lock file does not tell what of it is for development:
 * the manifest at the root does for its own. */
static void add_roots(struct package_reader *reader, struct package_graph *graph,
                      const struct node *entry, const struct node *development)
{
    const struct node *needs = node_map(entry, "dependencies");

    for (size_t i = 0; needs != NULL && i < needs->count; i++) {
        const struct node *need = needs->children[i];
        const char *range = node_scalar(need);
        bool dev = node_get(development, need->key) != NULL;

        if (range != NULL)
            package_graph_root(graph, protocol_key(reader->arena, need->key, range),
                               dev ? PACKAGE_DEV : PACKAGE_RUNTIME);
    }
}

/* "10c0/2ac5…": only sums of one kind can be told apart, and the first part says which. */
static const char *checksum_of(struct arena *arena, const struct node *entry)
{
    char *text = arena_text(arena, node_text(entry, "checksum"));
    char *slash = text != NULL ? strchr(text, '/') : NULL;

    if (slash != NULL)
        *slash = '-';
    return text;
}

static size_t add_package(struct package_reader *reader, const struct node *entry,
                          const char *resolution)
{
    const char *locator = resolution + name_length(resolution);
    struct package package = { .name = package_name(reader->arena, resolution),
                               .version = node_text(entry, "version"),
                               .digest = checksum_of(reader->arena, entry),
                               .scope = PACKAGE_RUNTIME,
                               .line = entry->line };

    if (*locator == '@' && strchr(locator, ':') != NULL && strncmp(locator, "@npm:", 5) != 0 &&
        strncmp(locator, "@patch:", 7) != 0)
        package_origin(reader, &package, locator + 1);
    return package_reader_add(reader, &package);
}

static bool read_yaml(struct package_reader *reader)
{
    const struct node *root = package_reader_yaml(reader), *manifest, *development;
    struct package_graph graph;

    if (root == NULL)
        return false;
    manifest = package_sibling_json(reader, "package.json");
    development = node_map(manifest, "devDependencies");
    package_graph_start(&graph);
    for (size_t i = 0; i < root->count; i++) {
        const struct node *entry = root->children[i];
        const char *resolution = node_text(entry, "resolution");
        size_t index;

        if (resolution == NULL)
            continue; /* __metadata */
        if (is_workspace(resolution)) {
            bool top = strstr(resolution, "@workspace:.") != NULL &&
                       strcmp(strstr(resolution, "@workspace:."), "@workspace:.") == 0;
            add_roots(reader, &graph, entry, top ? development : NULL);
            continue;
        }
        index = add_package(reader, entry, resolution);
        add_keys(reader, &graph, entry, index);
        add_needs(reader, &graph, entry, index);
    }
    package_graph_settle(&graph, reader, true);
    package_graph_release(&graph);
    return true;
}

bool yarn_lock_read(struct package_reader *reader)
{
    if (strstr(reader->text, "\n__metadata:") != NULL ||
        strncmp(reader->text, "__metadata:", 11) == 0)
        return read_yaml(reader);
    return read_text(reader);
}
