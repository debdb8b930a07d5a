/*
 * What a lock file, a manifest or a bill of materials says of packages, as one kind of list.
 *
 * Reading is pure: text in, values out; nothing is fetched, expanded by a shell or executed, and
 * size, depth and number are capped. A list owns one arena; package_list_free releases it all. All
 * text is as it came from outside: escape it where it is shown.
 */
#ifndef PILAB_PACKAGES_LIST_H
#define PILAB_PACKAGES_LIST_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

#define PACKAGE_TEXT_MAX ((size_t)64 << 20) /* bytes of one file */
#define PACKAGE_MAX      400000             /* packages of one file */

/* From the least to the most that a running program depends on it, so that the maximum of two
 * counts. */
enum package_scope {
    PACKAGE_MANAGED,  /* a version set for whoever will use it: dependencyManagement */
    PACKAGE_DEV,      /* development and tests */
    PACKAGE_BUILD,    /* what builds it: plugins, annotation processors */
    PACKAGE_PEER,     /* the one who uses us brings it */
    PACKAGE_OPTIONAL, /* used where it is there */
    PACKAGE_RUNTIME,
    PACKAGE_SCOPE_COUNT
};

enum package_relation {
    PACKAGE_UNTOLD, /* the files do not say */
    PACKAGE_TRANSITIVE,
    PACKAGE_DIRECT, /* somebody of the project asked for it */
    PACKAGE_RELATION_COUNT
};

struct package {
    const char *ecosystem;  /* a type of package URLs: "npm", "maven", "pypi", "golang" */
    const char *name;       /* "@actions/core", "org.slf4j:slf4j-api"; never empty */
    const char *version;    /* NULL: another file decides (inherited, managed elsewhere) */
    const char *scope_word; /* the file's own word for the scope: "provided"; NULL: none */
    const char *license;    /* as the file has it, an SPDX expression at best; NULL: untold */
    /* Of its content; NULL: untold. Several are parted by blanks, and only those of one kind can be
     * told apart: "sha512-…", "2ac5…", or that of one of its files, "x-1.0.whl#sha256:…". */
    const char *digest;
    const char *origin;   /* where it comes from, without scheme, name and password: a registry,
                             "registry.npmjs.org", or a repository, "github.com/x/y"; NULL: untold */
    const char *revision; /* the commit of a repository that it is; NULL: none is named */
    enum package_scope scope;
    enum package_relation relation;
    bool range;    /* `version` is what would do ("^1.2"), not what is there */
    unsigned line; /* 1-based; 0: unknown */
};

/* Something within a file that could not be understood; the rest is read all the same. */
struct package_problem {
    unsigned line; /* 0: the text as a whole */
    const char *message;
    bool cut; /* the text ends within something: there may have been more, which is not listed */
};

struct package_list {
    struct arena *arena;
    const char *name;         /* of the file, as it was given */
    struct package *packages; /* in the file's order; a name may come several times */
    size_t count;
    struct package_problem *problems;
    size_t problem_count;
};

/* Other files of the same state: a lock file that does not tell what is direct has a manifest
 * beside it, a pom.xml has a parent. */
struct package_siblings {
    /* Appends the text of `path`, which is spelt as the name of the file that is read:
     * "services/auth/package.json". False with ERROR_NOT_FOUND when there is none. */
    bool (*read)(void *context, const char *path, struct strbuf *out, struct error *error);
    void *context;
};

struct package_format; /* packages/formats.h */

/* Reads `length` bytes of `text`, of which `name` is the path. `siblings` may be NULL: there are
 * none. A byte order mark is skipped and UTF-16 decoded when it has one; a file that is empty is
 * none, but for requirements. NULL with ERROR_INVALID or ERROR_LIMIT, and a message that begins
 * with the name and, where there is one, the line. */
struct package_list *package_list_read(const struct package_format *format, const char *name,
                                       const char *text, size_t length,
                                       const struct package_siblings *siblings,
                                       struct error *error);
/* Sets *list to NULL; NULL and a list that is none are fine. */
void package_list_free(struct package_list **list);

const char *package_scope_name(enum package_scope scope);          /* "runtime" */
const char *package_relation_name(enum package_relation relation); /* "direct"; "" for untold */
bool package_scope_parse(const char *name, enum package_scope *scope);
bool package_relation_parse(const char *name, enum package_relation *relation);

#endif
