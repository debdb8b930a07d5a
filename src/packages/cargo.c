/*
 * Cargo.lock of all versions and Cargo.toml (https://doc.rust-lang.org/cargo/reference/). What has
 * no source in the lock file is a part of the project.
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>

static const struct {
    const char *key;
    enum package_scope scope;
} sections[] = {
    {"dependencies",        PACKAGE_RUNTIME},
    { "build-dependencies", PACKAGE_BUILD  },
    { "dev-dependencies",   PACKAGE_DEV    },
};

#define SECTION_COUNT (sizeof sections / sizeof *sections)

/* --- Cargo.toml ------------------------------------------------------------------------------ */

/* What of a repository is asked for. */
static const char *asked_commit(const struct node *entry)
{
    static const char *const keys[] = { "rev", "tag", "branch" };

    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        if (node_text(entry, keys[i]) != NULL)
            return node_text(entry, keys[i]);
    }
    return NULL;
}

static void add_section(struct package_reader *reader, const struct node *section,
                        enum package_scope scope, const char *word)
{
    for (size_t i = 0; section != NULL && i < section->count; i++) {
        const struct node *entry = section->children[i];
        const char *real = node_text(entry, "package"), *version = node_scalar(entry);
        struct package package = { .name = real != NULL ? real : entry->key,
                                   .scope = scope,
                                   .scope_word = word,
                                   .relation = PACKAGE_DIRECT,
                                   .range = true,
                                   .line = entry->line };

        if (node_get(entry, "path") != NULL && node_get(entry, "version") == NULL)
            continue; /* a part of the project */
        package.version = version != NULL ? version : node_text(entry, "version");
        if (package.version == NULL)
            package.version = node_text(entry, "git");
        package_repository(reader, &package, node_text(entry, "git"), asked_commit(entry));
        if (scope == PACKAGE_RUNTIME && node_true(entry, "optional"))
            package.scope = PACKAGE_OPTIONAL;
        package_reader_add(reader, &package);
    }
}

bool cargo_manifest_read(struct package_reader *reader)
{
    const struct node *root = package_reader_toml(reader), *targets;

    if (root == NULL)
        return false;
    targets = node_map(root, "target");
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        add_section(reader, node_map(root, sections[i].key), sections[i].scope, sections[i].key);
        for (size_t k = 0; targets != NULL && k < targets->count; k++)
            add_section(reader, node_map(targets->children[k], sections[i].key), sections[i].scope,
                        sections[i].key);
    }
    add_section(reader, node_map(node_map(root, "workspace"), "dependencies"), PACKAGE_RUNTIME,
                "workspace");
    return true;
}

/* --- Cargo.lock ------------------------------------------------------------------------------ */

/* "name", "name 1.0.0", "name 1.0.0 (registry+https://…)" as a key: the shortest that is unique
 * was written, and each package has its name and its name with the version as keys. */
static const char *need_key(struct arena *arena, const char *need)
{
    const char *blank = strchr(need, ' '), *end = blank != NULL ? strchr(blank + 1, ' ') : NULL;

    return end != NULL ? arena_bytes(arena, need, (size_t)(end - need)) : need;
}

/* Names that the manifest beside the lock file asks for only in development or to build. */
static enum package_scope manifest_scope(const struct node *manifest, const char *name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        if (node_get(node_map(manifest, sections[i].key), name) != NULL)
            return sections[i].scope;
    }
    return PACKAGE_RUNTIME;
}

static void add_needs(struct package_reader *reader, struct package_graph *graph,
                      const struct node *entry, size_t index, const struct node *manifest)
{
    const struct node *needs = node_list(entry, "dependencies");

    for (size_t i = 0; needs != NULL && i < needs->count; i++) {
        const char *need = node_scalar(needs->children[i]), *key;

        if (need == NULL)
            continue;
        key = need_key(reader->arena, need);
        if (index != SIZE_MAX)
            package_graph_need(graph, index, key);
        else
            package_graph_root(graph, key,
                               manifest_scope(manifest, arena_bytes(reader->arena, need,
                                                                    strcspn(need, " "))));
    }
}

/* Lock files of version 1 have the checksums apart. */
static const char *old_checksum(struct package_reader *reader, const struct node *root,
                                const char *name, const char *version, const char *source)
{
    const struct node *metadata = node_map(root, "metadata");

    if (metadata == NULL || version == NULL)
        return NULL;
    return node_text(metadata,
                     arena_printf(reader->arena, "checksum %s %s (%s)", name, version, source));
}

static void add_package(struct package_reader *reader, struct package_graph *graph,
                        const struct node *root, const struct node *entry,
                        const struct node *manifest)
{
    const char *name = node_text(entry, "name"), *version = node_text(entry, "version");
    const char *source = node_text(entry, "source"), *checksum = node_text(entry, "checksum");
    size_t index = SIZE_MAX;

    if (source != NULL && name != NULL && checksum == NULL)
        checksum = old_checksum(reader, root, name, version, source);
    if (source != NULL && name != NULL) {
        struct package package = { .name = name,
                                   .version = version,
                                   .digest = checksum,
                                   .scope = PACKAGE_RUNTIME,
                                   .line = entry->line };

        if (strncmp(source, "git+", 4) == 0)
            package_origin(reader, &package, source);
        else
            package_repository(reader, &package, source, NULL);
        index = package_reader_add(reader, &package);
        package_graph_key(graph, name, index);
        if (version != NULL)
            package_graph_key(graph, arena_printf(reader->arena, "%s %s", name, version), index);
    }
    add_needs(reader, graph, entry, index, manifest);
}

bool cargo_lock_read(struct package_reader *reader)
{
    const struct node *root = package_reader_toml(reader), *packages, *manifest;
    struct package_graph graph;

    if (root == NULL)
        return false;
    packages = node_list(root, "package");
    manifest = package_sibling_toml(reader, "Cargo.toml");
    package_graph_start(&graph);
    for (size_t i = 0; packages != NULL && i < packages->count; i++)
        add_package(reader, &graph, root, packages->children[i], manifest);
    package_graph_settle(&graph, reader, true);
    package_graph_release(&graph);
    return true;
}
