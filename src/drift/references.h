/*
 * Variables that values refer to: ${NAME} as shells, dotenv and Spring write it, $(NAME) as
 * Kubernetes does. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_REFERENCES_H
#define PILAB_DRIFT_REFERENCES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/input.h>

struct references;

/* The next reference without a default at or after *cursor, which moves behind it: its name is
 * *length bytes. NULL: none. A doubled $ is an escape. */
const char *reference_next(const char **cursor, size_t *length);

/* Which names the current documents of a module refer to, and which they define; also defined is
 * what the target keeps as a variable. */
struct references *references_new(const struct drift_input *input,
                                  const struct module_input *module);
void references_free(struct references **references);
/* The key of a value that refers to `name`, or NULL. */
const char *references_user(const struct references *references, const char *name);
bool references_defined(const struct references *references, const char *name, size_t length);

#endif
