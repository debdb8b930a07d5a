/* Gemfile.lock, in which the indent tells: a section at 0, its fields at 2, gems at 4, what they
 * need at 6. */
#include "reader.h"

#include <ctype.h>
#include <stdint.h>
#include <string.h>

#define DIGESTS_MAX 8192 /* bytes, of one gem */

struct gem_lock {
    struct package_reader *reader;
    struct package_graph graph;
    char section[32];
    const char *remote, *revision; /* of the section; NULL: none, or several */
    bool several;
    bool asked; /* there is a section of what the project asks for, which Bundler writes last */
    size_t package;
    unsigned line;
};

/* "nokogiri (1.15.4-x86_64-linux)": the version of a gem that is built for a platform names it. */
static size_t version_length(const char *version, size_t length)
{
    const char *dash = memchr(version, '-', length);

    return dash != NULL ? (size_t)(dash - version) : length;
}

static void add_gem(struct gem_lock *lock, const char *text)
{
    struct arena *arena = lock->reader->arena;
    size_t name_length = strcspn(text, " !"), length;
    const char *name = arena_bytes(arena, text, name_length), *open = strchr(text, '(');
    struct package package = { .name = name, .scope = PACKAGE_RUNTIME, .line = lock->line };

    lock->package = SIZE_MAX;
    if (strcmp(lock->section, "PATH") == 0)
        return; /* a part of the project */
    if (open != NULL) {
        length = version_length(open + 1, strcspn(open + 1, ")"));
        package.version = arena_bytes(arena, open + 1, length);
    }
    package_repository(lock->reader, &package, lock->remote, lock->revision);
    lock->package = package_reader_add(lock->reader, &package);
    package_graph_key(&lock->graph, name, lock->package);
}

static bool holds_gems(const char *section)
{
    return strcmp(section, "GEM") == 0 || strcmp(section, "GIT") == 0 ||
           strcmp(section, "PATH") == 0 || strcmp(section, "PLUGIN SOURCE") == 0;
}

/* "remote: https://rubygems.org/", "revision: 2ac5…" */
static void read_source(struct gem_lock *lock, const char *text)
{
    if (strncmp(text, "remote: ", 8) == 0) {
        lock->remote = lock->several || lock->remote != NULL ? NULL : text + 8;
        lock->several = lock->remote == NULL;
    } else if (strncmp(text, "revision: ", 10) == 0) {
        lock->revision = text + 10;
    }
}

/* "rack (3.0.0) sha256=2ac5…": a version that is built for several platforms has several. */
static void read_checksum(struct gem_lock *lock, const char *text)
{
    struct arena *arena = lock->reader->arena;
    const char *open = strchr(text, '('), *sum = strstr(text, ") sha256=");
    struct package *package;
    size_t index;

    index = package_graph_find(&lock->graph, arena_bytes(arena, text, strcspn(text, " ")));
    if (open == NULL || sum == NULL || sum < open || index == SIZE_MAX)
        return;
    package = package_reader_at(lock->reader, index);
    if (package->digest == NULL)
        package->digest = "";
    if (strlen(package->digest) < DIGESTS_MAX)
        package->digest =
            arena_printf(arena, "%s%s%.*s#%s", package->digest, *package->digest ? " " : "",
                         (int)(sum - open - 1), open + 1, sum + 9);
}

static void read_line(struct gem_lock *lock, const char *text)
{
    size_t indent = strspn(text, " ");
    const char *word = text + indent;

    if (*word == '\0')
        return;
    if (indent == 0) {
        lock->section[0] = '\0';
        lock->remote = lock->revision = NULL;
        lock->several = false;
        if (strlen(word) < sizeof lock->section)
            memcpy(lock->section, word, strlen(word) + 1);
        lock->asked |= strcmp(lock->section, "DEPENDENCIES") == 0;
    } else if (indent == 2 && holds_gems(lock->section)) {
        read_source(lock, word);
    } else if (indent == 2 && strcmp(lock->section, "CHECKSUMS") == 0) {
        read_checksum(lock, word);
    } else if (indent == 4 && holds_gems(lock->section)) {
        add_gem(lock, word);
    } else if (indent == 6 && holds_gems(lock->section)) {
        package_graph_need(&lock->graph, lock->package,
                           arena_bytes(lock->reader->arena, word, strcspn(word, " ")));
    } else if (indent == 2 && strcmp(lock->section, "DEPENDENCIES") == 0) {
        package_graph_root(&lock->graph,
                           arena_bytes(lock->reader->arena, word, strcspn(word, " !")),
                           PACKAGE_RUNTIME);
    }
}

bool gemfile_lock_read(struct package_reader *reader)
{
    struct gem_lock lock = { .reader = reader, .package = SIZE_MAX };
    const char *end = reader->text + reader->length, *next;

    if (strstr(reader->text, "<<<<<<<") != NULL)
        return package_reader_fail(reader, 0,
                                   "it holds the marks of a merge that was not finished");
    package_graph_start(&lock.graph);
    for (const char *at = reader->text; at < end; at = next) {
        const char *newline = memchr(at, '\n', (size_t)(end - at));
        size_t length = (size_t)((newline != NULL ? newline : end) - at);

        next = at + length + 1;
        lock.line++;
        while (length > 0 && isspace((unsigned char)at[length - 1]))
            length--;
        read_line(&lock, arena_bytes(reader->arena, at, length));
    }
    if (!lock.asked)
        package_reader_cut(reader, lock.line, "the text ends before its DEPENDENCIES");
    package_graph_settle(&lock.graph, reader, true);
    package_graph_release(&lock.graph);
    return true;
}
