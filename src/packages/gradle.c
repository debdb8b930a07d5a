/*
 * gradle.lockfile (https://docs.gradle.org/current/userguide/dependency_locking.html), the lock
 * files of earlier versions, and version catalogues.
 */
#include <config.h> /* strcasestr is a system extension */

#include "reader.h"

#include <string.h>
#include <strings.h>

/* --- Lock files ------------------------------------------------------------------------------ */

/* Of the configurations that resolve to it: what ends up on a main class path is shipped. */
static enum package_scope scope_of(struct arena *arena, const char *configurations)
{
    enum package_scope scope = PACKAGE_DEV;
    size_t count;
    const char **names = arena_words(arena, configurations, ",", &count);

    for (size_t i = 0; i < count; i++) {
        bool test = strcasestr(names[i], "test") != NULL;

        if (!test && strcasestr(names[i], "classpath") != NULL &&
            strcmp(names[i], "classpath") != 0)
            return PACKAGE_RUNTIME;
        if (!test)
            scope = PACKAGE_BUILD;
    }
    /* The lock files of earlier versions are one for each configuration and name none. */
    return count == 0 ? PACKAGE_RUNTIME : scope;
}

static void read_line(struct package_reader *reader, const char *text, unsigned line)
{
    const char *equals = strchr(text, '='), *group_end = strchr(text, ':'), *name_end;

    if (strncmp(text, "empty=", 6) == 0)
        return;
    name_end = group_end != NULL ? strchr(group_end + 1, ':') : NULL;
    if (name_end == NULL || (equals != NULL && equals < name_end)) {
        package_reader_problem(reader, line, "expected group:name:version, found \"%s\"", text);
        return;
    }
    package_reader_add(reader,
                       &(struct package){
                           .name = arena_bytes(reader->arena, text, (size_t)(name_end - text)),
                           .version =
                               arena_bytes(reader->arena, name_end + 1, strcspn(name_end + 1, "=")),
                           .scope = scope_of(reader->arena, equals != NULL ? equals + 1 : ""),
                           .line = line });
}

/* Gradle ends each line, and writes which configurations are empty as the last one. */
bool gradle_lock_read(struct package_reader *reader)
{
    const char *end = reader->text + reader->length, *next, *last = "";
    unsigned line = 0;

    for (const char *at = reader->text; at < end; at = next) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline != NULL ? newline : end) - at);

        next = at + length + 1;
        line++;
        while (length > 0 && strchr(" \t\r", at[length - 1]) != NULL)
            length--;
        if (length > 0 && *at != '#') {
            last = arena_bytes(reader->arena, at, length);
            read_line(reader, last, line);
        }
    }
    if (end > reader->text && end[-1] != '\n' && strncmp(last, "empty=", 6) != 0)
        package_reader_cut(reader, line, "the text ends within a line");
    return true;
}

/* --- Catalogues ------------------------------------------------------------------------------ */

/* "1.2", { strictly = "[1.2, 2[" }, { require = … }, { ref = "name" } */
static const char *version_of(const struct node *version, const struct node *versions)
{
    static const char *const keys[] = { "strictly", "require", "prefer" };
    const char *text = node_scalar(version), *reference = node_text(version, "ref");

    if (reference != NULL)
        return version_of(node_get(versions, reference), NULL);
    for (size_t i = 0; text == NULL && i < sizeof keys / sizeof *keys; i++)
        text = node_text(version, keys[i]);
    return text;
}

static void add_entry(struct package_reader *reader, const struct node *entry,
                      const struct node *versions, bool plugin)
{
    const char *text = node_scalar(entry), *group = node_text(entry, "group");
    const char *name = node_text(entry, plugin ? "id" : "module");
    const char *version = version_of(node_get(entry, "version"), versions);

    if (name == NULL && group != NULL && node_text(entry, "name") != NULL)
        name = arena_printf(reader->arena, "%s:%s", group, node_text(entry, "name"));
    if (text != NULL) { /* "group:name:version", of plugins "id:version" */
        const char *last = strrchr(text, ':');

        if (last != NULL && (plugin || strchr(text, ':') != last)) {
            name = arena_bytes(reader->arena, text, (size_t)(last - text));
            version = last + 1;
        }
    }
    if (name == NULL) {
        package_reader_problem(reader, entry->line, "\"%s\" names no package", entry->key);
        return;
    }
    package_reader_add(reader, &(struct package){ .name = name,
                                                  .version = version,
                                                  .scope = plugin ? PACKAGE_BUILD : PACKAGE_RUNTIME,
                                                  .relation = PACKAGE_DIRECT,
                                                  .scope_word = plugin ? "plugin" : NULL,
                                                  .line = entry->line });
}

bool gradle_catalog_read(struct package_reader *reader)
{
    const struct node *root = package_reader_toml(reader), *versions, *libraries, *plugins;

    if (root == NULL)
        return false;
    versions = node_map(root, "versions");
    libraries = node_map(root, "libraries");
    plugins = node_map(root, "plugins");
    for (size_t i = 0; libraries != NULL && i < libraries->count; i++)
        add_entry(reader, libraries->children[i], versions, false);
    for (size_t i = 0; plugins != NULL && i < plugins->count; i++)
        add_entry(reader, plugins->children[i], versions, true);
    return true;
}
