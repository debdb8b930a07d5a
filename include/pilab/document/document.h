/*
 * Configuration documents: YAML, JSON, dotenv, Java properties and the variables of Terraform as
 * one kind of ordered tree, in which every node knows its file and line.
 *
 * Reading trusts nobody: nothing is executed or expanded, size, depth, number of nodes and what
 * aliases may multiply are capped, and an error names file, line and column. A byte order mark is
 * skipped and UTF-16 is decoded when it has one.
 *
 *   YAML        1.1 or 1.2 (libyaml's events; the typing of plain scalars is ours); anchors,
 *               aliases, merge keys, several documents
 *   JSON        RFC 8259; comments and trailing commas are read with a warning
 *   dotenv      KEY=VALUE lines as dotenv libraries take them; every value is a string
 *   properties  java.util.Properties.load; every value is a string
 *   tfvars      name = value lines in HCL whose values are literals; nothing is evaluated
 *
 * A document owns its nodes: they live until document_free.
 */
#ifndef PILAB_DOCUMENT_DOCUMENT_H
#define PILAB_DOCUMENT_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/document/node.h>

struct arena;

#define DOCUMENT_SIZE_MAX  ((size_t)64 << 20) /* bytes of text */
#define DOCUMENT_DEPTH_MAX 128     /* lists and maps within each other, aliases followed */
#define DOCUMENT_NODES_MAX 4000000 /* nodes written in one text */
#define DOCUMENT_ALIAS_MAX 200000  /* nodes that all aliases of one text stand for */

enum document_format {
    DOCUMENT_YAML,
    DOCUMENT_JSON,
    DOCUMENT_DOTENV,
    DOCUMENT_PROPERTIES,
    DOCUMENT_TFVARS
};

/* How YAML types a plain scalar. A %YAML directive does not override it. A hexadecimal, octal or
 * binary number beyond 64 bits is a string in all of them; decimal ones may have any length. */
enum yaml_schema {
    YAML_1_1, /* yaml.org/type: yes and on are true, 0755 is 493, 1:30 is 90; dates stay strings */
    YAML_1_2, /* the core schema of YAML 1.2.2, section 10.3.2 */
    YAML_HELM /* as Helm reads values (Go's YAML v2): 1.1 without base 60, with y, n, 0o17, 1e3 */
};

struct document_options {
    enum yaml_schema schema;   /* YAML only */
    bool allow_duplicate_keys; /* a key twice in a map is a warning and the last wins, as in Helm;
                                  dotenv and properties are always read so */
    size_t limit;              /* bytes; 0: DOCUMENT_SIZE_MAX */
};

struct document_warning {
    unsigned line; /* 0: the text as a whole */
    const char *message;
};

/* A file whose values a document of several layers holds. */
struct document_layer_file {
    const char *name;
    enum document_format format;
};

struct document {
    struct arena *arena;
    const char *name;
    enum document_format format;       /* of several layers that of the last: document_format_at */
    struct document_layer_file *files; /* of a document of layers; else NULL */
    size_t file_count;
    struct node **roots; /* YAML may hold several or none; the other formats have one */
    size_t count;
    struct document_warning *warnings; /* in order of lines */
    size_t warning_count;
};

/* By a path's last component, letters in either case: .yaml .yml .json .env .env.* *.env
 * .properties. False: not a configuration document, and *format is untouched; so it is for .tfvars,
 * which belong to the infrastructure. */
bool document_format_of(const char *path, enum document_format *format);

/* "YAML", "JSON", "dotenv", "properties", "tfvars". */
const char *document_format_name(enum document_format format);

/* The format of the file that a node of the document comes from. NULL node: that of the document.
 */
enum document_format document_format_at(const struct document *document, const struct node *node);

/* Whether a format nests nothing, and keys such as "server.port" are whole paths: dotenv and
 * properties. */
bool document_format_is_flat(enum document_format format);

/* Reads `length` bytes of `text`. `name` is what messages and nodes call the file; it is copied.
 * NULL options: YAML 1.1, duplicate keys are errors, 64 MiB. NULL with ERROR_INVALID (syntax, with
 * name:line:column), ERROR_LIMIT or ERROR_UNSUPPORTED (a list or map as a key). */
struct document *document_read(const char *name, const char *text, size_t length,
                               enum document_format format, const struct document_options *options,
                               struct error *error);

/* The layers as one document, as Helm merges values: maps key by key, a later list or scalar
 * replaces, a null deletes what lower layers gave (and stays where they gave nothing). The order is
 * that of the lowest layer, additions follow. Every node keeps the file and line it came from.
 * A layer without content counts as an empty map; one with several documents or with anything but a
 * map is ERROR_UNSUPPORTED. A map that gives way to something else, or the reverse, is a warning.
 * The result copies everything it needs. */
struct document *document_layer(struct document *const *layers, size_t count, struct error *error);

void document_free(struct document **document); /* *document may be NULL */

#endif
