/*
 * Bills of materials: CycloneDX JSON (https://cyclonedx.org/docs/1.6/json/) and SPDX 2 JSON
 * (https://spdx.github.io/spdx-spec/v2.3/). Packages are known by their package URLs.
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>
#include <strings.h>

/* --- CycloneDX ------------------------------------------------------------------------------- */

struct bill {
    struct package_reader *reader;
    struct map *by_reference; /* to the index + 1 */
};

static void join(struct strbuf *all, const char *one)
{
    if (one != NULL)
        strbuf_printf(all, "%s%s", all->length > 0 ? " AND " : "", one);
}

static const char *licences_of(struct package_reader *reader, const struct node *component)
{
    const struct node *list = node_list(component, "licenses");
    struct strbuf all = STRBUF_INIT;
    const char *result;

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const struct node *license = node_map(list->children[i], "license");
        const char *id = node_text(license, "id");

        join(&all, node_text(list->children[i], "expression"));
        join(&all, id != NULL ? id : node_text(license, "name"));
    }
    result = strbuf_to_arena(&all, reader->arena);
    strbuf_release(&all);
    return result;
}

/* The strongest that is there, with its name, so that only like is compared with like. */
static const char *digest_of(struct package_reader *reader, const struct node *hashes,
                             const char *name_key, const char *value_key)
{
    static const char *const kinds[] = { "SHA-512", "SHA512", "SHA-256", "SHA256" };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        for (size_t k = 0; hashes != NULL && k < hashes->count; k++) {
            const char *name = node_text(hashes->children[k], name_key);
            const char *value = node_text(hashes->children[k], value_key);

            if (name != NULL && value != NULL && strcasecmp(name, kinds[i]) == 0)
                return arena_printf(reader->arena, "%s-%s", kinds[i], value);
        }
    }
    return NULL;
}

static enum package_scope component_scope(const struct node *component)
{
    const char *word = node_text(component, "scope");

    if (word != NULL && strcmp(word, "optional") == 0)
        return PACKAGE_OPTIONAL;
    return word != NULL && strcmp(word, "excluded") == 0 ? PACKAGE_DEV : PACKAGE_RUNTIME;
}

static void add_component(struct bill *bill, const struct node *component)
{
    struct package_reader *reader = bill->reader;
    const char *address = node_text(component, "purl"), *group = node_text(component, "group");
    const char *reference = node_text(component, "bom-ref"), *type = node_text(component, "type");
    const struct node *inner = node_list(component, "components");
    struct package_url url = { 0 };
    struct package package = { .name = node_text(component, "name"),
                               .version = node_text(component, "version"),
                               .license = licences_of(reader, component),
                               .digest = digest_of(reader, node_list(component, "hashes"), "alg",
                                                   "content"),
                               .scope = component_scope(component),
                               .line = component->line };
    size_t index;

    if (address != NULL && package_url_read(reader->arena, address, &url)) {
        package.ecosystem = url.type;
        package.name = url.name;
        if (url.version != NULL)
            package.version = url.version;
    } else if (group != NULL && package.name != NULL) {
        package.name = arena_printf(reader->arena, "%s/%s", group, package.name);
    }
    /* Files are no packages; they are listed by the hundred thousand. */
    if (type == NULL || strcmp(type, "file") != 0) {
        index = package_reader_add(reader, &package);
        if (index != SIZE_MAX && reference != NULL)
            map_put(bill->by_reference, reference, (void *)(uintptr_t)(index + 1));
    }
    for (size_t i = 0; inner != NULL && i < inner->count; i++)
        add_component(bill, inner->children[i]);
}

static void mark(struct bill *bill, const char *reference)
{
    uintptr_t found = reference != NULL ? (uintptr_t)map_get(bill->by_reference, reference) : 0;

    if (found != 0)
        package_reader_at(bill->reader, found - 1)->relation = PACKAGE_DIRECT;
}

/* What the described program itself depends on is direct; the rest only when that is told. */
static void settle(struct bill *bill, const char *root, const struct node *dependencies)
{
    const struct node *direct = NULL;

    for (size_t i = 0; root != NULL && dependencies != NULL && i < dependencies->count; i++) {
        const char *reference = node_text(dependencies->children[i], "ref");

        if (reference != NULL && strcmp(reference, root) == 0)
            direct = node_list(dependencies->children[i], "dependsOn");
    }
    if (direct == NULL || direct->count == 0)
        return;
    for (size_t i = 0; i < bill->reader->packages.count; i++)
        package_reader_at(bill->reader, i)->relation = PACKAGE_TRANSITIVE;
    for (size_t i = 0; i < direct->count; i++)
        mark(bill, node_scalar(direct->children[i]));
}

static void read_cyclonedx(struct bill *bill, const struct node *root)
{
    const struct node *components = node_list(root, "components");
    const struct node *described = node_map(node_map(root, "metadata"), "component");

    for (size_t i = 0; components != NULL && i < components->count; i++)
        add_component(bill, components->children[i]);
    settle(bill, node_text(described, "bom-ref"), node_list(root, "dependencies"));
}

/* --- SPDX ------------------------------------------------------------------------------------ */

static const char *package_address(const struct node *package)
{
    const struct node *references = node_list(package, "externalRefs");

    for (size_t i = 0; references != NULL && i < references->count; i++) {
        const char *type = node_text(references->children[i], "referenceType");

        if (type != NULL && strcmp(type, "purl") == 0)
            return node_text(references->children[i], "referenceLocator");
    }
    return NULL;
}

static const char *asserted(const char *license)
{
    if (license == NULL || strcmp(license, "NOASSERTION") == 0 || strcmp(license, "NONE") == 0)
        return NULL;
    return license;
}

static void add_spdx_package(struct bill *bill, const struct node *entry)
{
    struct package_reader *reader = bill->reader;
    const char *address = package_address(entry), *id = node_text(entry, "SPDXID");
    struct package_url url = { 0 };
    struct package package = { .name = node_text(entry, "name"),
                               .version = node_text(entry, "versionInfo"),
                               .license = asserted(node_text(entry, "licenseConcluded")),
                               .digest = digest_of(reader, node_list(entry, "checksums"),
                                                   "algorithm", "checksumValue"),
                               .scope = PACKAGE_RUNTIME,
                               .line = entry->line };
    size_t index;

    if (package.license == NULL)
        package.license = asserted(node_text(entry, "licenseDeclared"));
    if (address != NULL && package_url_read(reader->arena, address, &url)) {
        package.ecosystem = url.type;
        package.name = url.name;
        if (url.version != NULL)
            package.version = url.version;
    }
    index = package_reader_add(reader, &package);
    if (index != SIZE_MAX && id != NULL)
        map_put(bill->by_reference, id, (void *)(uintptr_t)(index + 1));
}

/* "A DEPENDS_ON B", or the other way round as "B DEPENDENCY_OF A". */
struct relationship {
    const char *from, *to;
    bool development;
};

static bool read_relationship(const struct node *entry, struct relationship *out)
{
    const char *type = node_text(entry, "relationshipType");
    const char *element = node_text(entry, "spdxElementId");
    const char *related = node_text(entry, "relatedSpdxElement");

    if (type == NULL || element == NULL || related == NULL)
        return false;
    out->development =
        strcmp(type, "DEV_DEPENDENCY_OF") == 0 || strcmp(type, "TEST_DEPENDENCY_OF") == 0;
    if (strcmp(type, "DEPENDS_ON") == 0) {
        out->from = element;
        out->to = related;
        return true;
    }
    out->from = related;
    out->to = element;
    return out->development || strcmp(type, "DEPENDENCY_OF") == 0 ||
           strcmp(type, "RUNTIME_DEPENDENCY_OF") == 0;
}

/* What the document describes is the program itself: no package of it. */
static void described(const struct node *root, struct map *own)
{
    const struct node *list = node_list(root, "documentDescribes");
    const struct node *relations = node_list(root, "relationships");

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        if (node_scalar(list->children[i]) != NULL)
            map_put(own, node_scalar(list->children[i]), own);
    }
    for (size_t i = 0; relations != NULL && i < relations->count; i++) {
        const char *type = node_text(relations->children[i], "relationshipType");
        const char *related = node_text(relations->children[i], "relatedSpdxElement");

        if (type != NULL && related != NULL && strcmp(type, "DESCRIBES") == 0)
            map_put(own, related, own);
    }
}

static void settle_spdx(struct bill *bill, const struct node *relations, const struct map *own)
{
    bool any = false;

    for (size_t i = 0; relations != NULL && i < relations->count; i++) {
        struct relationship relation;

        if (!read_relationship(relations->children[i], &relation))
            continue;
        if (relation.development) {
            uintptr_t found = (uintptr_t)map_get(bill->by_reference, relation.to);

            if (found != 0)
                package_reader_at(bill->reader, found - 1)->scope = PACKAGE_DEV;
        }
        if (map_has(own, relation.from)) {
            mark(bill, relation.to);
            any = true;
        }
    }
    for (size_t i = 0; any && i < bill->reader->packages.count; i++) {
        struct package *package = package_reader_at(bill->reader, i);

        if (package->relation == PACKAGE_UNTOLD)
            package->relation = PACKAGE_TRANSITIVE;
    }
}

static void read_spdx(struct bill *bill, const struct node *root)
{
    const struct node *packages = node_list(root, "packages");
    struct map *own = map_new();

    described(root, own);
    /* Some tools say that they describe everything: then nothing is the program itself. */
    if (packages != NULL && packages->count > 1 && map_count(own) >= packages->count) {
        map_free(&own);
        own = map_new();
    }
    for (size_t i = 0; packages != NULL && i < packages->count; i++) {
        const char *id = node_text(packages->children[i], "SPDXID");

        if (id == NULL || !map_has(own, id))
            add_spdx_package(bill, packages->children[i]);
    }
    settle_spdx(bill, node_list(root, "relationships"), own);
    map_free(&own);
}

bool bill_read(struct package_reader *reader)
{
    const struct node *root = package_reader_json(reader);
    struct bill bill = { .reader = reader, .by_reference = map_new() };
    const char *format = node_text(root, "bomFormat");
    bool ok = true;

    if (root == NULL)
        ok = false;
    else if (format != NULL && strcasecmp(format, "CycloneDX") == 0)
        read_cyclonedx(&bill, root);
    else if (node_text(root, "spdxVersion") != NULL)
        read_spdx(&bill, root);
    else
        ok = package_reader_fail(reader, 1, "neither CycloneDX nor SPDX 2");
    map_free(&bill.by_reference);
    return ok;
}
