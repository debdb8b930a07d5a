/*
 * One map of a project file into a struct, by a table of its keys. Inside of the drift room.
 *
 * Reading is strict: an unknown key, a wrong type or a word that is none of the choices is
 * ERROR_INVALID with "file:line: ", and the hint says what there is.
 */
#ifndef PILAB_DRIFT_PROJECT_MAP_H
#define PILAB_DRIFT_PROJECT_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/document/node.h>

/* What a key's value is, and what it becomes in the struct. */
enum field_kind {
    FIELD_TEXT,         /* const char *: also a number or a bool, as it is written */
    FIELD_FOLDER,       /* const char *: a path that stays within the repository */
    FIELD_FOLDERS,      /* const char *: one or a list of such paths, one a line */
    FIELD_TEXTS,        /* const char **, with its count: a list, or one text alone */
    FIELD_FLAG,         /* bool */
    FIELD_NUMBER,       /* unsigned long long */
    FIELD_TYPE,         /* enum drift_type */
    FIELD_SEVERITY,     /* enum severity */
    FIELD_ATTENTION,    /* enum attention */
    FIELD_CHANGE_TYPES, /* unsigned: a bit for each */
    FIELD_PART          /* nothing: somebody else reads it */
};

struct field {
    const char *key;
    enum field_kind kind;
    size_t at;
    size_t count_at;     /* FIELD_TEXTS */
    bool required;       /* must be there, and a text not be empty */
    const char *choices; /* FIELD_TEXT: the words allowed, separated by blanks; NULL: any */
    unsigned column;     /* a bit that tells that the key is there */
};

struct project_reader {
    struct arena *arena;
    struct project_settings *settings;
    bool whole; /* a file, and not only what a store keeps of it */
    bool part;  /* of a file: what every project says may be missing */
    struct error *error;
};

/* Fills `base` from a map. `what` names the map in messages ("a module"). `*columns`, when not
 * NULL, gets the columns of the keys that are there. */
bool project_map_read(struct project_reader *reader, const struct node *map,
                      const struct field *fields, size_t count, void *base, const char *what,
                      unsigned *columns);

/* A list of texts; a text alone stands for a list of one. */
bool project_texts_read(struct project_reader *reader, const struct node *node, const char *key,
                        const char ***out, size_t *count);

/* Whether the node is a list; refuses it otherwise. */
bool project_list_check(struct project_reader *reader, const struct node *node, const char *key);

/* False when an address says who we are ("https://me:x@host", over http(s) also "https://me@host",
 * which may be a token): it is refused, and nothing of it repeated. NULL is fine. */
bool project_address_check(struct project_reader *reader, const struct node *node, const char *key,
                           const char *address);

/* Sets the error: "file:line: …". Returns false always. */
bool project_refuse(struct project_reader *reader, const struct node *node, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
