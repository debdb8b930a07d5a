/*
 * Secrets in lines that assign nothing: directives of servers, entries of password files, commands
 * that take a password by its place, elements of XML. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_SECRET_DIRECTIVES_H
#define PILAB_DRIFT_SECRET_DIRECTIVES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/vector.h>

/* The bytes of a secret within a line. */
struct secret_place_in_line {
    size_t start, size;
};

/* Adds those of a line, in order, to an empty vector of struct secret_place_in_line; returns how
 * many there are. `code`: it is of a program or a text, where "password" and a word behind it are
 * prose. */
size_t secret_directives(const char *line, size_t length, bool code, struct vector *secrets);

#endif
