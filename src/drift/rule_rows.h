/*
 * The built-in rules are kept by type: one file of rows each (rules_<type>.c), put together in
 * rules_builtin.c. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_RULE_ROWS_H
#define PILAB_DRIFT_RULE_ROWS_H

#include <pilab/drift/rules.h>

struct rule_rows {
    const struct rule *rows;
    size_t count;
};

extern const struct rule_rows rules_of_code;
extern const struct rule_rows rules_of_config;
extern const struct rule_rows rules_of_cluster; /* of configuration, too */
extern const struct rule_rows rules_of_dependency;
extern const struct rule_rows rules_of_infrastructure;
extern const struct rule_rows rules_of_database;
extern const struct rule_rows rules_of_image;

#define RULE_ROWS(array)                                                                           \
    {                                                                                              \
        array, sizeof(array) / sizeof *(array)                                                     \
    }

/* For the column change_types. */
#define ADDED    (1u << CHANGE_TYPE_ADDED)
#define MODIFIED (1u << CHANGE_TYPE_MODIFIED)
#define DELETED  (1u << CHANGE_TYPE_DELETED)

#endif
