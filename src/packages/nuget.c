/*
 * packages.lock.json, and the references in project files, packages.config and
 * Directory.Packages.props (https://learn.microsoft.com/nuget/consume-packages/).
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

bool nuget_lock_read(struct package_reader *reader)
{
    const struct node *root = package_reader_json(reader), *frameworks;

    if (root == NULL)
        return false;
    frameworks = node_map(root, "dependencies");
    for (size_t i = 0; frameworks != NULL && i < frameworks->count; i++) {
        const struct node *framework = frameworks->children[i];

        for (size_t k = 0; framework->kind == NODE_MAP && k < framework->count; k++) {
            const struct node *entry = framework->children[k];
            const char *type = node_text(entry, "type");
            struct package package = { .name = entry->key,
                                       .version = node_text(entry, "resolved"),
                                       .digest = node_text(entry, "contentHash"),
                                       .scope = PACKAGE_RUNTIME,
                                       .relation = PACKAGE_TRANSITIVE,
                                       .line = entry->line };

            if (type != NULL && strcasecmp(type, "Project") == 0)
                continue; /* a part of the project */
            if (type != NULL && strcasecmp(type, "Direct") == 0)
                package.relation = PACKAGE_DIRECT;
            package_reader_add(reader, &package);
        }
    }
    return true;
}

static const char *either(const struct xml_element *element, const char *name)
{
    const char *value = xml_attribute(element, name);

    return value != NULL ? value : xml_text(element, name);
}

/* Analysers and what only builds say so by PrivateAssets="all". */
static enum package_scope scope_of(const struct xml_element *element)
{
    const char *assets = either(element, "PrivateAssets");
    const char *development = xml_attribute(element, "developmentDependency");

    if ((assets != NULL && strcasecmp(assets, "all") == 0) ||
        (development != NULL && strcasecmp(development, "true") == 0))
        return PACKAGE_DEV;
    return PACKAGE_RUNTIME;
}

static void add_references(struct package_reader *reader, const struct xml_element *element)
{
    for (size_t i = 0; i < element->count; i++) {
        const struct xml_element *child = element->children[i];
        bool version = strcmp(child->name, "PackageVersion") == 0 ||
                       strcmp(child->name, "GlobalPackageReference") == 0;
        bool reference = strcmp(child->name, "PackageReference") == 0;
        bool old = strcmp(child->name, "package") == 0;

        if (version || reference || old) {
            const char *name = xml_attribute(child, old ? "id" : "Include");
            const char *number = either(child, old ? "version" : "Version");

            if (name == NULL) /* Update="…" changes one that stands elsewhere */
                name = xml_attribute(child, "Update");
            package_reader_add(reader, &(struct package){ .name = name,
                                                          .version = number,
                                                          .scope = scope_of(child),
                                                          .relation = PACKAGE_DIRECT,
                                                          .range = number != NULL &&
                                                                   strchr("[(", *number) != NULL,
                                                          .line = child->line });
        } else {
            add_references(reader, child);
        }
    }
}

/* The depth is that of the document, which is capped. */
bool nuget_project_read(struct package_reader *reader)
{
    const struct xml_element *root =
        xml_read(reader->arena, reader->name, reader->text, reader->length, reader->error);

    if (root != NULL)
        add_references(reader, root);
    return root != NULL;
}
