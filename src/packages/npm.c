/*
 * package-lock.json and npm-shrinkwrap.json of all three versions, and package.json
 * (https://docs.npmjs.com/cli/v10/configuring-npm/package-lock-json).
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>

static const char modules[] = "node_modules/";

static const struct {
    const char *key, *word;
    enum package_scope scope;
} sections[] = {
    {"dependencies",          "dependencies",         PACKAGE_RUNTIME },
    { "optionalDependencies", "optionalDependencies", PACKAGE_OPTIONAL},
    { "peerDependencies",     "peerDependencies",     PACKAGE_PEER    },
    { "devDependencies",      "devDependencies",      PACKAGE_DEV     },
};

#define SECTION_COUNT (sizeof sections / sizeof *sections)

bool npm_alias(struct arena *arena, const char *range, const char **name, const char **version)
{
    const char *at;

    if (strncmp(range, "npm:", 4) != 0)
        return false;
    range += 4;
    if (*range == '\0')
        return false;
    at = strchr(range + 1, '@');
    if (at == NULL)
        return false;
    *name = arena_bytes(arena, range, (size_t)(at - range));
    *version = arena_text(arena, at + 1);
    return true;
}

void npm_roots(struct package_reader *reader, const struct node *manifest,
               struct package_graph *graph,
               const char *(*key)(struct arena *arena, const char *name, const char *range))
{
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *section = node_map(manifest, sections[i].key);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            const struct node *entry = section->children[k];
            const char *range = node_scalar(entry);

            package_graph_root(graph, key(reader->arena, entry->key, range != NULL ? range : ""),
                               sections[i].scope);
        }
    }
}

/* --- package.json ---------------------------------------------------------------------------- */

bool npm_manifest_read(struct package_reader *reader)
{
    const struct node *root = package_reader_json(reader);

    if (root == NULL)
        return false;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *section = node_map(root, sections[i].key);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            const struct node *entry = section->children[k];
            struct package package = { .name = entry->key,
                                       .version = node_scalar(entry),
                                       .scope = sections[i].scope,
                                       .scope_word = sections[i].word,
                                       .relation = PACKAGE_DIRECT,
                                       .range = true,
                                       .line = entry->line };

            if (package.version != NULL)
                npm_alias(reader->arena, package.version, &package.name, &package.version);
            package_reader_add(reader, &package);
        }
    }
    return true;
}

/* --- Versions 2 and 3: an entry for each place where a package is installed ------------------- */

static const char *licence_of(struct package_reader *reader, const struct node *entry)
{
    const struct node *license = node_get(entry, "license"), *list = node_list(entry, "licenses");
    struct strbuf all = STRBUF_INIT;
    const char *result;

    if (license != NULL && license->kind == NODE_MAP)
        return node_text(license, "type");
    if (license != NULL || list == NULL)
        return node_scalar(license);
    for (size_t i = 0; i < list->count; i++) {
        const char *one = node_text(list->children[i], "type");

        if (one != NULL)
            strbuf_printf(&all, "%s%s", all.length > 0 ? " OR " : "", one);
    }
    result = strbuf_to_arena(&all, reader->arena);
    strbuf_release(&all);
    return result;
}

static void set_scope(struct package *package, const struct node *entry)
{
    static const struct {
        const char *flag;
        enum package_scope scope;
    } flags[] = {
        {"dev",          PACKAGE_DEV     },
        { "optional",    PACKAGE_OPTIONAL},
 /* for development or where it is there: it may be shipped */
        { "devOptional", PACKAGE_OPTIONAL},
        { "peer",        PACKAGE_PEER    },
    };

    package->scope = PACKAGE_RUNTIME;
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (node_true(entry, flags[i].flag)) {
            package->scope = flags[i].scope;
            package->scope_word = flags[i].flag;
            return;
        }
    }
}

static const char *last_module(const char *path)
{
    const char *last = NULL;

    for (const char *at = path; (at = strstr(at, modules)) != NULL; at += sizeof modules - 1)
        last = at + sizeof modules - 1;
    return last;
}

/* The package that `name` means for whoever stands at `folder` ("" or "packages/web"): the nearest
 * node_modules upwards has it. SIZE_MAX: none. */
static size_t resolve(struct arena *arena, const struct map *by_path, const char *folder,
                      const char *name)
{
    size_t length = strlen(folder);

    for (;;) {
        const char *path = arena_printf(arena, "%.*s%s%s%s", (int)length, folder,
                                        length > 0 ? "/" : "", modules, name);
        uintptr_t found = (uintptr_t)map_get(by_path, path);

        if (found != 0)
            return found - 1;
        if (length == 0)
            return SIZE_MAX;
        while (length > 0 && folder[length - 1] != '/')
            length--;
        length -= length > 0;
    }
}

static void mark_direct(struct package_reader *reader, const struct map *by_path,
                        const struct node *importer)
{
    struct arena *scratch = arena_new();

    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *section = node_map(importer, sections[i].key);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            size_t index = resolve(scratch, by_path, importer->key, section->children[k]->key);

            if (index != SIZE_MAX)
                package_reader_at(reader, index)->relation = PACKAGE_DIRECT;
        }
    }
    arena_free(&scratch);
}

static void read_places(struct package_reader *reader, const struct node *places)
{
    struct map *by_path = map_new();

    for (size_t i = 0; i < places->count; i++) {
        const struct node *entry = places->children[i];
        const char *installed = last_module(entry->key), *name = node_text(entry, "name");
        struct package package = { .name = name != NULL ? name : installed,
                                   .version = node_text(entry, "version"),
                                   .license = licence_of(reader, entry),
                                   .digest = node_text(entry, "integrity"),
                                   .relation = PACKAGE_TRANSITIVE,
                                   .line = entry->line };
        size_t index;

        /* What is installed nowhere is a part of the project itself, and a link leads to one. */
        if (installed == NULL || node_true(entry, "link"))
            continue;
        set_scope(&package, entry);
        package_origin(reader, &package, node_text(entry, "resolved"));
        index = package_reader_add(reader, &package);
        if (index != SIZE_MAX)
            map_put(by_path, entry->key, (void *)(uintptr_t)(index + 1));
    }
    for (size_t i = 0; i < places->count; i++) {
        if (last_module(places->children[i]->key) == NULL)
            mark_direct(reader, by_path, places->children[i]);
    }
    map_free(&by_path);
}

/* --- Version 1: packages within packages ------------------------------------------------------ */

/* The tree is at most as deep as documents may be. `top` gets the index + 1 of what stands in no
 * other package; NULL: within one. */
static void read_nested(struct package_reader *reader, const struct node *dependencies,
                        struct map *top)
{
    for (size_t i = 0; i < dependencies->count; i++) {
        const struct node *entry = dependencies->children[i];
        const struct node *inner = node_map(entry, "dependencies");
        struct package package = { .name = entry->key,
                                   .version = node_text(entry, "version"),
                                   .digest = node_text(entry, "integrity"),
                                   .line = entry->line };
        size_t index;

        if (package.version != NULL)
            npm_alias(reader->arena, package.version, &package.name, &package.version);
        set_scope(&package, entry);
        package_origin(reader, &package, node_text(entry, "resolved"));
        index = package_reader_add(reader, &package);
        if (top != NULL && index != SIZE_MAX)
            map_put(top, entry->key, (void *)(uintptr_t)(index + 1));
        if (inner != NULL)
            read_nested(reader, inner, NULL);
    }
}

/* This version does not say what is direct: the manifest does. */
static void read_version_1(struct package_reader *reader, const struct node *dependencies)
{
    const struct node *manifest = package_sibling_json(reader, "package.json");
    struct map *top = map_new();

    read_nested(reader, dependencies, top);
    for (size_t i = 0; manifest != NULL && i < reader->packages.count; i++)
        package_reader_at(reader, i)->relation = PACKAGE_TRANSITIVE;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *section = node_map(manifest, sections[i].key);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            uintptr_t found = (uintptr_t)map_get(top, section->children[k]->key);

            if (found != 0)
                package_reader_at(reader, found - 1)->relation = PACKAGE_DIRECT;
        }
    }
    map_free(&top);
}

bool npm_lock_read(struct package_reader *reader)
{
    const struct node *root = package_reader_json(reader), *places, *dependencies;

    if (root == NULL)
        return false;
    places = node_map(root, "packages");
    dependencies = node_map(root, "dependencies");
    if (places != NULL)
        read_places(reader, places);
    else if (dependencies != NULL)
        read_version_1(reader, dependencies);
    else if (node_get(root, "lockfileVersion") == NULL)
        return package_reader_fail(
            reader, 1, "neither \"packages\" nor \"dependencies\": no lock file of npm");
    return true;
}
