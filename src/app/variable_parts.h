/*
 * What the commands about variables share. Private to this folder.
 */
#ifndef PILAB_SRC_APP_VARIABLE_PARTS_H
#define PILAB_SRC_APP_VARIABLE_PARTS_H

#include <pilab/app/arguments.h>
#include <pilab/app/call.h>
#include <pilab/store/environment.h>
#include <pilab/store/module.h>
#include <pilab/store/variable.h>

/* ERROR_NOT_FOUND with the names that there are. */
bool variable_environment(struct call *call, const char *name,
                          struct store_environment *environment, struct error *error);
bool variable_module(struct call *call, const char *name, struct store_module *module,
                     struct error *error);

/* Where a variable stands, by --environment (ERROR_USAGE when it is not given) and --module. */
struct variable_place {
    struct store_environment environment;
    struct store_module module;
    const char *module_id; /* NULL: of the whole environment */
    const char *name;
};
bool variable_place_read(struct call *call, const struct arguments *arguments, const char *name,
                         struct variable_place *place, struct error *error);
/* "LOG_LEVEL in UAT", "LOG_LEVEL of auth in UAT"; in the call's arena. */
const char *variable_place_text(struct call *call, const struct variable_place *place);

/* What may be shown as the value: a secret's sign, what says that it has none, or the value. */
const char *variable_shown(const struct store_variable *variable);
/* The members that every list and page of variables has. */
json_t *variable_json(const struct store_variable *variable);
/* Whether both have the same value, told by fingerprint where one is a secret. */
bool variable_same(const struct call *call, const struct store_variable *a,
                   const struct store_variable *b);

#endif
