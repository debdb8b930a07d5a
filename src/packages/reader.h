/*
 * One file while it is being read, and what the readers share. Inside of the packages room.
 *
 * A reader looks at `text`, adds packages and problems, and returns false with the error filled
 * when the text as a whole cannot be read.
 */
#ifndef PILAB_PACKAGES_READER_H
#define PILAB_PACKAGES_READER_H

#include <pilab/base/map.h>
#include <pilab/base/vector.h>
#include <pilab/document/document.h>
#include <pilab/packages/formats.h>
#include <pilab/packages/list.h>

struct package_reader {
    const struct package_format *format;
    const char *name;
    const char *text; /* UTF-8 or not, without a mark; no NUL in it, but for XML, and one behind */
    size_t length;
    const struct package_siblings *siblings;
    struct arena *arena;     /* of the list: what packages and problems point to */
    struct vector packages;  /* struct package */
    struct vector problems;  /* struct package_problem */
    struct vector documents; /* struct document *: freed at the end */
    struct error *error;
};

/* Adds a package; texts are copied. The format's ecosystem stands in for none. An empty name is a
 * problem. Returns its index, or SIZE_MAX when it was not added. */
size_t package_reader_add(struct package_reader *reader, const struct package *package);
struct package *package_reader_at(const struct package_reader *reader, size_t index);
void package_reader_problem(struct package_reader *reader, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A problem at the end of a text that was to go on: what is not in it may be there all the same. */
void package_reader_cut(struct package_reader *reader, unsigned line, const char *message);
/* "name:line: …", or "name: …" for line 0. Returns false. */
bool package_reader_fail(struct package_reader *reader, unsigned line, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The text as a tree, of which the root is a map; NULL with the error filled. */
const struct node *package_reader_json(struct package_reader *reader);
const struct node *package_reader_yaml(struct package_reader *reader);
const struct node *package_reader_toml(struct package_reader *reader);

/* A file beside the one that is read ("package.json", "../pom.xml"), as its path; NULL: it would
 * lead out of the tree. In the arena. */
const char *package_sibling_path(struct package_reader *reader, const char *from,
                                 const char *relative);
/* Its text, in the arena; NULL: there is none. */
const char *package_sibling_text(struct package_reader *reader, const char *path, size_t *length);
/* Its tree; NULL: there is none, or it cannot be read, which is a problem then. */
const struct node *package_sibling_json(struct package_reader *reader, const char *relative);
const struct node *package_sibling_toml(struct package_reader *reader, const char *relative);

/* The text of a scalar entry that is not null; NULL: none. */
const char *node_text(const struct node *map, const char *key);
/* The same of a node. */
const char *node_scalar(const struct node *node);
bool node_true(const struct node *map, const char *key);
/* The entry when it is a map or a list; else NULL. */
const struct node *node_map(const struct node *map, const char *key);
const struct node *node_list(const struct node *map, const char *key);

/* TOML 1.0 (https://toml.io/en/v1.0.0) as a tree in `arena`; numbers and dates are kept as they are
 * written. NULL with ERROR_INVALID or ERROR_LIMIT. */
const struct node *toml_read(struct arena *arena, const char *name, const char *text, size_t length,
                             struct error *error);

/* An element of an XML document. */
struct xml_element {
    const char *name;        /* without its namespace */
    const char *text;        /* directly within it, trimmed; "" */
    const char **attributes; /* name, value, …, NULL */
    struct xml_element **children;
    size_t count;
    unsigned line;
};

/* NULL with ERROR_INVALID or ERROR_LIMIT. A document that declares entities is refused: none of
 * these files needs them, and they can be made to swell. */
const struct xml_element *xml_read(struct arena *arena, const char *name, const char *text,
                                   size_t length, struct error *error);
const struct xml_element *xml_child(const struct xml_element *element, const char *name);
/* The text of a child; NULL: no such child, or an empty one. */
const char *xml_text(const struct xml_element *element, const char *name);
const char *xml_attribute(const struct xml_element *element, const char *name);

/*
 * Who needs whom, for files that do not say themselves what is direct and what is for development
 * only. Packages are known by keys, of which one may have several.
 */
struct package_graph {
    struct map *by_key;  /* to the index of the package + 1, as a pointer */
    struct vector needs; /* struct package_need: those of one package stand together */
    struct vector roots; /* struct package_root */
};

void package_graph_start(struct package_graph *graph);
void package_graph_release(struct package_graph *graph);
/* The first package that takes a key keeps it. Keys are copied. */
void package_graph_key(struct package_graph *graph, const char *key, size_t package);
/* The index of the package that has the key; SIZE_MAX: none. */
size_t package_graph_find(const struct package_graph *graph, const char *key);
/* `key` is borrowed. All needs of a package are told one after another. */
void package_graph_need(struct package_graph *graph, size_t package, const char *key);
/* What the project asks for; `key` is borrowed. */
void package_graph_root(struct package_graph *graph, const char *key, enum package_scope scope);
/* Gives every package its relation, and its scope: what only roots for development lead to is for
 * development. Without roots nothing is told. `complete`: there are no other roots. */
void package_graph_settle(const struct package_graph *graph, struct package_reader *reader,
                          bool complete);

/* A package URL (https://github.com/package-url/purl-spec), decoded. Texts are in the arena. */
struct package_url {
    const char *type;    /* "npm" */
    const char *name;    /* with its namespace as the ecosystem writes it: "@a/b", "g:a" */
    const char *version; /* NULL: none */
};

bool package_url_read(struct arena *arena, const char *text, struct package_url *url);

/* Where an address leads: into `origin` and, of a repository, `revision` of the package. `address`
 * is what a lock file has resolved: "https://registry.example/a/-/a-1.0.tgz",
 * "git+ssh://git@host/x/y.git#<commit>", "git@host:x/y", the archive of a commit; NULL is none. */
void package_origin(struct package_reader *reader, struct package *package, const char *address);
/* The same of a repository with the commit beside it, either of which may be NULL. */
void package_repository(struct package_reader *reader, struct package *package,
                        const char *repository, const char *commit);

/* The files that pip reads: what one includes is compared on its own when it is such a file. */
#define REQUIREMENTS_PATTERN                                                                       \
    "**/{{,*[-_.]}requirements{,[-_.]*}.txt,requirements/*.txt,constraints{,[-_.]*}.txt}"

/* The name of a Python package as all spellings of it have it (PEP 503). In the arena. */
const char *python_name(struct arena *arena, const char *name, size_t length);
/* "name[extra]==1.2; marker" as name and version (with `range`); false: it is none. */
bool python_requirement(struct arena *arena, const char *text, struct package *package);

/* The readers. */
bool npm_lock_read(struct package_reader *reader);
bool npm_manifest_read(struct package_reader *reader);
bool yarn_lock_read(struct package_reader *reader);
bool pnpm_lock_read(struct package_reader *reader);
bool pom_read(struct package_reader *reader);
bool gradle_lock_read(struct package_reader *reader);
bool gradle_catalog_read(struct package_reader *reader);
bool requirements_read(struct package_reader *reader);
bool python_lock_read(struct package_reader *reader);
bool pyproject_read(struct package_reader *reader);
bool pipfile_lock_read(struct package_reader *reader);
bool pipfile_read(struct package_reader *reader);
bool go_mod_read(struct package_reader *reader);
bool cargo_lock_read(struct package_reader *reader);
bool cargo_manifest_read(struct package_reader *reader);
bool gemfile_lock_read(struct package_reader *reader);
bool composer_lock_read(struct package_reader *reader);
bool composer_manifest_read(struct package_reader *reader);
bool nuget_lock_read(struct package_reader *reader);
bool nuget_project_read(struct package_reader *reader);
bool bill_read(struct package_reader *reader);

/* What package.json asks for, as roots: `key` makes the graph's key from a name and a range, in the
 * arena. */
void npm_roots(struct package_reader *reader, const struct node *manifest,
               struct package_graph *graph,
               const char *(*key)(struct arena *arena, const char *name, const char *range));
/* "npm:real@^1" as the real name and what follows; false: it is no such alias. In the arena. */
bool npm_alias(struct arena *arena, const char *range, const char **name, const char **version);
/* What pyproject.toml asks for, each as a call; `scope` and `word` tell the group. */
void pyproject_each(struct package_reader *reader, const struct node *project,
                    void (*each)(struct package_reader *reader, void *context,
                                 const struct package *package),
                    void *context);

#endif
