/*
 * pom.xml (https://maven.apache.org/pom.html): dependencies, plugins and parents, with properties,
 * parents and dependencyManagement followed as far as they lie in the same repository. A version
 * that comes from elsewhere is none: the parent, whose version is told, decides it.
 */
#include "reader.h"

#include <stdint.h>
#include <string.h>

#define PARENT_MAX   16  /* of parents above each other */
#define PROPERTY_MAX 20  /* of properties within each other */
#define FILL_MAX     500 /* properties that one value may come to, even if all are empty */
#define VALUE_MAX    ((size_t)4096) /* bytes of a value, properties filled in */

struct pom {
    const char *path;
    const struct xml_element *root;
};

struct pom_chain {
    struct package_reader *reader;
    struct pom poms[PARENT_MAX]; /* the file itself first, then its parents */
    size_t count;
    struct map *properties; /* of all, the nearest wins */
    struct map *managed;    /* "group:artifact" to its version, likewise */
};

/* --- Properties ------------------------------------------------------------------------------ */

/* What a pom says of itself; its parent says it in its place. */
static const char *own_value(const struct pom *pom, const char *name)
{
    const char *value = xml_text(pom->root, name);

    return value != NULL ? value : xml_text(xml_child(pom->root, "parent"), name);
}

static const char *property(const struct pom_chain *chain, const char *name)
{
    static const struct {
        const char *prefix;
        bool parent;
    } prefixes[] = {
        {"project.parent.", true },
        { "project.",       false},
        { "pom.",           false},
        { "parent.",        true },
    };
    const char *value = map_get(chain->properties, name);

    for (size_t i = 0; value == NULL && i < sizeof prefixes / sizeof *prefixes; i++) {
        size_t length = strlen(prefixes[i].prefix);

        if (strncmp(name, prefixes[i].prefix, length) == 0)
            value = prefixes[i].parent
                        ? xml_text(xml_child(chain->poms[0].root, "parent"), name + length)
                        : own_value(&chain->poms[0], name + length);
    }
    return value;
}

/* Fills in what is known of ${…}; `depth` keeps properties that name each other from going on for
 * ever. What is not known stays as it is written. */
static void fill_in(const struct pom_chain *chain, const char *text, struct strbuf *out,
                    unsigned depth, unsigned *filled)
{
    while (*text != '\0' && out->length < VALUE_MAX && *filled < FILL_MAX) {
        const char *mark = strstr(text, "${"), *end = mark != NULL ? strchr(mark, '}') : NULL;
        const char *name, *value;

        if (end == NULL) {
            strbuf_add(out, text);
            return;
        }
        strbuf_add_bytes(out, text, (size_t)(mark - text));
        name = arena_bytes(chain->reader->arena, mark + 2, (size_t)(end - mark - 2));
        value = depth < PROPERTY_MAX ? property(chain, name) : NULL;
        ++*filled;
        if (value != NULL)
            fill_in(chain, value, out, depth + 1, filled);
        else
            strbuf_add_bytes(out, mark, (size_t)(end + 1 - mark));
        text = end + 1;
    }
}

/* In the arena; NULL for NULL. */
static const char *resolved(const struct pom_chain *chain, const char *text)
{
    struct strbuf out = STRBUF_INIT;
    unsigned filled = 0;
    const char *result;

    if (text == NULL || strstr(text, "${") == NULL)
        return text;
    fill_in(chain, text, &out, 0, &filled);
    result = strbuf_to_arena(&out, chain->reader->arena);
    strbuf_release(&out);
    return result;
}

/* --- Parents --------------------------------------------------------------------------------- */

static bool is_seen(const struct pom_chain *chain, const char *path)
{
    for (size_t i = 0; i < chain->count; i++) {
        if (strcmp(chain->poms[i].path, path) == 0)
            return true;
    }
    return false;
}

/* Maven takes the file at relativePath only when it is the parent that is meant. */
static bool is_parent(const struct xml_element *parent, const struct pom *pom)
{
    const char *wanted = xml_text(parent, "artifactId"), *is = xml_text(pom->root, "artifactId");

    return wanted != NULL && is != NULL && strcmp(wanted, is) == 0;
}

static const char *parent_path(struct package_reader *reader, const struct pom *pom,
                               const struct xml_element *parent)
{
    const struct xml_element *element = xml_child(parent, "relativePath");
    const char *relative = element != NULL ? element->text : "../pom.xml";
    size_t length = strlen(relative);

    if (length == 0)
        return NULL; /* only from a registry */
    if (length < 4 || strcmp(relative + length - 4, ".xml") != 0)
        relative = arena_printf(reader->arena, "%s/pom.xml", relative);
    return package_sibling_path(reader, pom->path, relative);
}

/* The pom that is the parent of the last one of the chain, when it lies in the repository. */
static bool add_parent(struct pom_chain *chain)
{
    struct package_reader *reader = chain->reader;
    const struct pom *last = &chain->poms[chain->count - 1];
    const struct xml_element *parent = xml_child(last->root, "parent");
    struct pom *next = &chain->poms[chain->count];
    struct error error = { 0 };
    const char *text;
    size_t length;

    if (parent == NULL || chain->count == PARENT_MAX)
        return false;
    next->path = parent_path(reader, last, parent);
    if (next->path == NULL || is_seen(chain, next->path))
        return false;
    text = package_sibling_text(reader, next->path, &length);
    if (text == NULL)
        return false;
    next->root = xml_read(reader->arena, next->path, text, length, &error);
    if (next->root == NULL) {
        package_reader_problem(reader, parent->line, "the parent cannot be read: %s",
                               error.message);
        return false;
    }
    if (!is_parent(parent, next))
        return false;
    chain->count++;
    return true;
}

static void keep(struct map *map, const char *key, const char *value)
{
    map_keep_bytes(map, key, strlen(key), (void *)(uintptr_t)value);
}

static void add_properties(struct pom_chain *chain, const struct pom *pom)
{
    const struct xml_element *properties = xml_child(pom->root, "properties");

    for (size_t i = 0; properties != NULL && i < properties->count; i++)
        keep(chain->properties, properties->children[i]->name, properties->children[i]->text);
}

static const char *coordinate(struct pom_chain *chain, const struct xml_element *element,
                              const char *default_group)
{
    const char *group = resolved(chain, xml_text(element, "groupId"));
    const char *artifact = resolved(chain, xml_text(element, "artifactId"));

    if (artifact == NULL)
        return NULL;
    return arena_printf(chain->reader->arena, "%s:%s", group != NULL ? group : default_group,
                        artifact);
}

static const struct xml_element *managed_dependencies(const struct pom *pom)
{
    return xml_child(xml_child(pom->root, "dependencyManagement"), "dependencies");
}

static void add_managed(struct pom_chain *chain, const struct pom *pom)
{
    const struct xml_element *list = managed_dependencies(pom);

    for (size_t i = 0; list != NULL && i < list->count; i++) {
        const char *name = coordinate(chain, list->children[i], "");
        const char *version = resolved(chain, xml_text(list->children[i], "version"));

        if (name != NULL && version != NULL)
            keep(chain->managed, name, version);
    }
}

/* --- What it says ---------------------------------------------------------------------------- */

static enum package_scope scope_of(const char *word)
{
    static const struct {
        const char *word;
        enum package_scope scope;
    } scopes[] = {
        {"test",      PACKAGE_DEV    },
        { "provided", PACKAGE_PEER   }, /* whoever runs it brings it */
        { "system",   PACKAGE_PEER   },
        { "managed",  PACKAGE_MANAGED},
        { "plugin",   PACKAGE_BUILD  },
    };

    for (size_t i = 0; i < sizeof scopes / sizeof *scopes; i++) {
        if (strcmp(scopes[i].word, word) == 0)
            return scopes[i].scope;
    }
    return PACKAGE_RUNTIME;
}

/* A section of a pom: its elements, and what they are. */
struct pom_section {
    const struct xml_element *list;
    const char *word;  /* the scope when an element names none */
    const char *group; /* when an element names none */
    bool inherits;     /* dependencyManagement may tell the version */
    bool profile;      /* of a profile, which may be on or off */
};

static void add_element(struct pom_chain *chain, const struct pom_section *section,
                        const struct xml_element *element)
{
    const char *name = coordinate(chain, element, section->group);
    const char *version = resolved(chain, xml_text(element, "version"));
    const char *word = resolved(chain, xml_text(element, "scope"));
    const char *optional = xml_text(element, "optional");
    struct package package = { .name = name,
                               .scope_word = word != NULL ? word : section->word,
                               .relation = PACKAGE_DIRECT,
                               .line = element->line };

    if (version == NULL && section->inherits && name != NULL)
        version = map_get(chain->managed, name);
    package.version = version;
    package.range = version != NULL && strchr("[(", *version) != NULL;
    package.scope = scope_of(package.scope_word);
    if (section->profile)
        package.scope_word = "profile";
    if (package.scope == PACKAGE_RUNTIME && optional != NULL && strcmp(optional, "true") == 0)
        package.scope = PACKAGE_OPTIONAL;
    package_reader_add(chain->reader, &package);
}

static void add_section(struct pom_chain *chain, struct pom_section section)
{
    for (size_t i = 0; section.list != NULL && i < section.list->count; i++)
        add_element(chain, &section, section.list->children[i]);
}

static void add_build(struct pom_chain *chain, const struct xml_element *build, bool profile)
{
    static const char plugins[] = "org.apache.maven.plugins";

    add_section(chain, (struct pom_section){ xml_child(build, "plugins"), "plugin", plugins, false,
                                             profile });
    add_section(chain,
                (struct pom_section){ xml_child(xml_child(build, "pluginManagement"), "plugins"),
                                      "plugin", plugins, false, profile });
}

/* The project as a whole, or one of its profiles. */
static void add_project(struct pom_chain *chain, const struct xml_element *project, bool profile)
{
    add_section(chain, (struct pom_section){ xml_child(project, "dependencies"), "compile", "",
                                             true, profile });
    add_section(chain, (struct pom_section){
                           xml_child(xml_child(project, "dependencyManagement"), "dependencies"),
                           "managed", "", false, profile });
    add_build(chain, xml_child(project, "build"), profile);
}

/* A parent within the repository is a part of the project, and no package. */
static void add_parent_package(struct pom_chain *chain)
{
    const struct xml_element *parent = xml_child(chain->poms[0].root, "parent");

    if (parent != NULL && chain->count == 1)
        add_element(chain, &(struct pom_section){ .word = "parent", .group = "" }, parent);
}

bool pom_read(struct package_reader *reader)
{
    struct pom_chain chain = { .reader = reader, .count = 1 };
    const struct xml_element *root =
        xml_read(reader->arena, reader->name, reader->text, reader->length, reader->error);
    const struct xml_element *profiles;

    if (root == NULL)
        return false;
    if (strcmp(root->name, "project") != 0)
        return package_reader_fail(reader, root->line, "its root is <%s>, not <project>",
                                   root->name);
    chain.poms[0] = (struct pom){ reader->name, root };
    while (add_parent(&chain))
        ;
    chain.properties = map_new();
    chain.managed = map_new();
    for (size_t i = 0; i < chain.count; i++)
        add_properties(&chain, &chain.poms[i]);
    for (size_t i = 0; i < chain.count; i++)
        add_managed(&chain, &chain.poms[i]);
    add_parent_package(&chain);
    add_project(&chain, root, false);
    profiles = xml_child(root, "profiles");
    for (size_t i = 0; profiles != NULL && i < profiles->count; i++)
        add_project(&chain, profiles->children[i], true);
    map_free(&chain.properties);
    map_free(&chain.managed);
    return true;
}
