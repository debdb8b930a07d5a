/* What the files of the filter language share; nobody else includes this. */
#ifndef PILAB_BASE_FILTER_INTERNAL_H
#define PILAB_BASE_FILTER_INTERNAL_H

#include <pilab/base/arena.h>
#include <pilab/base/filter.h>
#include <pilab/base/glob.h>
#include <pilab/base/search.h>
#include <pilab/base/vector.h>

enum filter_operator {
    FILTER_HOLDS, /* : */
    FILTER_IS,    /* = */
    FILTER_IS_NOT,
    FILTER_AT_LEAST,
    FILTER_MORE,
    FILTER_AT_MOST,
    FILTER_LESS
};

struct filter_value {
    const char *text; /* as it is compared */
    struct search search;
    struct glob *glob;   /* NULL: it is no pattern */
    int64_t first, last; /* numbers that are this value: a day is many */
};

enum filter_node_kind { FILTER_ALL, FILTER_ANY, FILTER_NOT, FILTER_WORD, FILTER_COMPARE };

struct filter_node {
    enum filter_node_kind kind;
    const struct filter_node *left, *right; /* of FILTER_NOT: left */
    size_t field;
    enum filter_operator operator;
    struct filter_value *values; /* of FILTER_WORD: one */
    size_t value_count;
};

struct filter {
    struct arena *arena;
    const struct filter_fields *fields; /* NULL: only words */
    const struct filter_node *root;     /* NULL: everything passes */
    struct vector globs;                /* of struct glob * */
    bool words;
};

/* filter_value.c */
struct filter_term {
    const struct filter_field *field;
    enum filter_operator operator;
    int64_t now;
};
/* Reads what stands for a value: `pattern` is the same with what was quoted escaped. */
bool filter_read_value(struct filter *filter, const struct filter_term *term, const char *text,
                       const char *pattern, struct filter_value *value, struct error *error);
/* The one of the names, which end with NULL, that a mistyped name may mean, or NULL. */
const char *filter_nearest(const char *name, const char *(*name_at)(const void *of, size_t index),
                           const void *of);

/* The operator that stands at `text`, and its length; 0: none. */
size_t filter_operator_at(const char *text, enum filter_operator *operator);
/* The length of the name of a field at `text`, up to its operator; 0: there is none. */
size_t filter_name_at(const char *text);
/* The index of the field; `count` when there is none. */
size_t filter_find_field(const struct filter_fields *fields, const char *name, size_t length);

#endif
