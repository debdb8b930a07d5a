/*
 * pnpm-lock.yaml of versions 5, 6 and 9. Packages are known as /name/1.0.0_peers, then
 * /name@1.0.0(peers), then name@1.0.0 with their needs apart, under `snapshots`.
 */
#include "reader.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key;
    enum package_scope scope;
} sections[] = {
    {"dependencies",          PACKAGE_RUNTIME },
    { "optionalDependencies", PACKAGE_OPTIONAL},
    { "devDependencies",      PACKAGE_DEV     },
};

struct pnpm_lock {
    struct package_reader *reader;
    struct package_graph graph;
    long version;
};

/* The key of a package without its peers, as the graph knows it: "name@version". In the arena;
 * NULL: it is none. */
static const char *plain_key(struct arena *arena, const char *key, long version)
{
    size_t length;
    const char *at;

    key += *key == '/';
    length = strcspn(key, "(");
    if (version >= 6)
        return arena_bytes(arena, key, length);
    /* name/1.0.0_peers, @scope/name/1.0.0 */
    at = key + length;
    while (at > key && at[-1] != '/')
        at--;
    if (at <= key + 1)
        return NULL;
    return arena_printf(arena, "%.*s@%.*s", (int)(at - key - 1), key, (int)strcspn(at, "_("), at);
}

/* What an importer or a package says of one that it needs: "1.0.0", "1.0.0(react@18.0.0)",
 * "/other/2.0.0", "other@2.0.0", "link:../web". NULL: it is a part of the project. */
static const char *need_key(struct arena *arena, const char *name, const char *value, long version)
{
    const char *plain;

    if (strncmp(value, "link:", 5) == 0 || strncmp(value, "file:", 5) == 0)
        return NULL;
    if (*value == '/')
        return plain_key(arena, value, version);
    plain = arena_bytes(arena, value, strcspn(value, version >= 6 ? "(" : "(_"));
    if (*plain != '\0' && strchr(plain + 1, '@') != NULL && strstr(plain, "://") == NULL)
        return plain; /* an alias */
    return arena_printf(arena, "%s@%s", name, plain);
}

static const char *value_of(const struct node *entry)
{
    return entry->kind == NODE_MAP ? node_text(entry, "version") : node_scalar(entry);
}

static void add_importer(struct pnpm_lock *lock, const struct node *importer)
{
    struct arena *arena = lock->reader->arena;

    for (size_t i = 0; i < sizeof sections / sizeof *sections; i++) {
        const struct node *section = node_map(importer, sections[i].key);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            const struct node *entry = section->children[k];
            const char *value = value_of(entry);

            if (value != NULL)
                package_graph_root(&lock->graph, need_key(arena, entry->key, value, lock->version),
                                   sections[i].scope);
        }
    }
}

static void add_needs(struct pnpm_lock *lock, const struct node *entry, size_t package)
{
    static const char *const keys[] = { "dependencies", "optionalDependencies" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const struct node *needs = node_map(entry, keys[i]);

        for (size_t k = 0; needs != NULL && k < needs->count; k++) {
            const char *value = node_scalar(needs->children[k]);

            if (value != NULL)
                package_graph_need(&lock->graph, package,
                                   need_key(lock->reader->arena, needs->children[k]->key, value,
                                            lock->version));
        }
    }
}

static void add_package(struct pnpm_lock *lock, const struct node *entry)
{
    struct package_reader *reader = lock->reader;
    const char *key = plain_key(reader->arena, entry->key, lock->version), *at = NULL;
    const char *name = node_text(entry, "name"), *version = node_text(entry, "version");
    const struct node *resolution = node_map(entry, "resolution");
    struct package package;
    size_t index;

    if (key != NULL && *key != '\0')
        at = strchr(key + 1, '@');
    if (at == NULL && (name == NULL || version == NULL)) {
        package_reader_problem(reader, entry->line, "\"%s\" is no name with a version", entry->key);
        return;
    }
    package = (struct package){
        .name = name != NULL ? name : arena_bytes(reader->arena, key, (size_t)(at - key)),
        .version = version != NULL ? version : at + 1,
        .digest = node_text(resolution, "integrity"),
        .scope = node_true(entry, "dev")        ? PACKAGE_DEV
                 : node_true(entry, "optional") ? PACKAGE_OPTIONAL
                                                : PACKAGE_RUNTIME,
        .line = entry->line,
    };
    if (node_text(resolution, "repo") != NULL)
        package_repository(reader, &package, node_text(resolution, "repo"),
                           node_text(resolution, "commit"));
    else
        package_origin(reader, &package, node_text(resolution, "tarball"));
    index = package_reader_add(reader, &package);
    if (key != NULL)
        package_graph_key(&lock->graph, key, index);
    add_needs(lock, entry, index);
}

/* Several snapshots, one for each set of peers, are one package; what any of them needs counts. */
static void add_snapshots(struct pnpm_lock *lock, const struct node *snapshots)
{
    struct arena *arena = lock->reader->arena;
    size_t count = lock->reader->packages.count;
    struct vector *lists = arena_array(arena, count, sizeof *lists);

    for (size_t i = 0; i < count; i++)
        vector_init(&lists[i], sizeof(struct node *));
    for (size_t i = 0; snapshots != NULL && i < snapshots->count; i++) {
        const struct node *one = snapshots->children[i];
        const char *key = plain_key(arena, one->key, lock->version);
        size_t index = key != NULL ? package_graph_find(&lock->graph, key) : SIZE_MAX;

        if (index < count)
            vector_push(&lists[index], &one);
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < lists[i].count; k++)
            add_needs(lock, *(struct node **)vector_at(&lists[i], k), i);
        vector_release(&lists[i]);
    }
}

bool pnpm_lock_read(struct package_reader *reader)
{
    const struct node *root = package_reader_yaml(reader), *importers, *packages;
    struct pnpm_lock lock = { .reader = reader };
    const char *version;

    if (root == NULL)
        return false;
    version = node_text(root, "lockfileVersion");
    lock.version = version != NULL ? strtol(version, NULL, 10) : 0;
    if (lock.version < 5)
        return package_reader_fail(reader, 1, "lockfileVersion %s is not read: 5, 6 and 9 are",
                                   version != NULL ? version : "(none)");
    importers = node_map(root, "importers");
    packages = node_map(root, "packages");
    package_graph_start(&lock.graph);
    for (size_t i = 0; packages != NULL && i < packages->count; i++)
        add_package(&lock, packages->children[i]);
    add_snapshots(&lock, node_map(root, "snapshots"));
    add_importer(&lock, root); /* a single project has its own at the top */
    for (size_t i = 0; importers != NULL && i < importers->count; i++)
        add_importer(&lock, importers->children[i]);
    package_graph_settle(&lock.graph, reader, true);
    package_graph_release(&lock.graph);
    return true;
}
