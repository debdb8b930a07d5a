/*
 * JSON pointers (RFC 6901): "/build/version", "/items/0/name", "" for the whole document. "~1" is a
 * slash within a name and "~0" a tilde.
 */
#ifndef PILAB_BASE_JSON_POINTER_H
#define PILAB_BASE_JSON_POINTER_H

#include <jansson.h>
#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

/* What stands there, borrowed from `root`; NULL: nothing does. ERROR_INVALID for what is no
 * pointer, ERROR_NOT_FOUND saying how far it leads. */
const json_t *json_pointer_find(const json_t *root, const char *pointer, struct error *error);

/* Appends one step, with its slash. */
void json_pointer_add(struct strbuf *out, const char *step);

#endif
