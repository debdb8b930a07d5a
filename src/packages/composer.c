/* composer.lock and composer.json (https://getcomposer.org/doc/). */
#include "reader.h"

#include <string.h>
#include <strings.h>

/* php, ext-json and the like are what it runs on, and no packages. */
static bool is_package(const char *name)
{
    return strchr(name, '/') != NULL;
}

static const struct {
    const char *manifest, *lock;
    enum package_scope scope;
} sections[] = {
    {"require",      "packages",     PACKAGE_RUNTIME},
    { "require-dev", "packages-dev", PACKAGE_DEV    },
};

#define SECTION_COUNT (sizeof sections / sizeof *sections)

bool composer_manifest_read(struct package_reader *reader)
{
    const struct node *root = package_reader_json(reader);

    if (root == NULL)
        return false;
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *section = node_map(root, sections[i].manifest);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            const struct node *entry = section->children[k];

            if (is_package(entry->key))
                package_reader_add(reader, &(struct package){ .name = entry->key,
                                                              .version = node_scalar(entry),
                                                              .scope = sections[i].scope,
                                                              .scope_word = sections[i].manifest,
                                                              .relation = PACKAGE_DIRECT,
                                                              .range = true,
                                                              .line = entry->line });
        }
    }
    return true;
}

/* One of several licences may be chosen. */
static const char *licence_of(struct package_reader *reader, const struct node *entry)
{
    const struct node *list = node_list(entry, "license");
    struct strbuf all = STRBUF_INIT;
    const char *result;

    if (list == NULL)
        return node_text(entry, "license");
    for (size_t i = 0; i < list->count; i++) {
        const char *one = node_scalar(list->children[i]);

        if (one != NULL)
            strbuf_printf(&all, "%s%s", all.length > 0 ? " OR " : "", one);
    }
    result = strbuf_to_arena(&all, reader->arena);
    strbuf_release(&all);
    return result;
}

/* Names are spelt in any case. */
static bool asks_for(const struct node *manifest, const char *name)
{
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *section = node_map(manifest, sections[i].manifest);

        for (size_t k = 0; section != NULL && k < section->count; k++) {
            if (strcasecmp(section->children[k]->key, name) == 0)
                return true;
        }
    }
    return false;
}

/* A branch: it moves, and nobody promised that it stays what it is. */
static bool is_branch(const char *version)
{
    size_t length = version != NULL ? strlen(version) : 0;

    return length > 4 &&
           (strncmp(version, "dev-", 4) == 0 || strcmp(version + length - 4, "-dev") == 0);
}

/* The checksum of an archive that a host packs anew may change: the commit does not. */
static void set_source(struct package_reader *reader, struct package *package,
                       const struct node *source)
{
    const char *commit = node_text(source, "reference");

    package_repository(reader, package, node_text(source, "url"),
                       is_branch(package->version) ? commit : NULL);
    if (!is_branch(package->version))
        package->digest = commit;
}

bool composer_lock_read(struct package_reader *reader)
{
    const struct node *root = package_reader_json(reader), *manifest;

    if (root == NULL)
        return false;
    manifest = package_sibling_json(reader, "composer.json");
    for (size_t i = 0; i < SECTION_COUNT; i++) {
        const struct node *list = node_list(root, sections[i].lock);

        for (size_t k = 0; list != NULL && k < list->count; k++) {
            const struct node *entry = list->children[k];
            const char *name = node_text(entry, "name"), *version = node_text(entry, "version");
            struct package package = { .name = name,
                                       .version = version,
                                       .license = licence_of(reader, entry),
                                       .scope = sections[i].scope,
                                       .line = entry->line };

            set_source(reader, &package, node_map(entry, "source"));
            if (manifest != NULL && name != NULL)
                package.relation = asks_for(manifest, name) ? PACKAGE_DIRECT : PACKAGE_TRANSITIVE;
            package_reader_add(reader, &package);
        }
    }
    return true;
}
