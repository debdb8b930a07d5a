/*
 * Shared libraries that are opened when they are first needed.
 *
 * Database clients, the SQL grammar and the HTTP client together take longer to load than the first
 * screen to draw, and most runs need none of them. So the program is built with their headers and
 * is not linked with them: a room that needs one declares a struct of pointers to the functions it
 * calls, each `__typeof__(PQexec) *exec`, and a table that says which name goes where.
 *
 * A library stays open until its owner closes it; opening it again is cheap. Threads may open the
 * same library at once, each into a table of its own.
 */
#ifndef PILAB_BASE_LIBRARY_H
#define PILAB_BASE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>

struct library_function {
    const char *name; /* "PQexec" */
    size_t offset;    /* of the pointer within the struct of the room */
};

/* A row of such a table: LIBRARY_FUNCTION(struct postgres_calls, exec, PQexec). */
#define LIBRARY_FUNCTION(type, member, function)                                                   \
    {                                                                                              \
#function, offsetof(type, member)                                                          \
    }

struct library_plan {
    const char *file;    /* as the dynamic linker knows it: "libpq.so.5" */
    const char *package; /* of Debian, for the hint: "libpq5" */
    const char *purpose; /* "PostgreSQL databases", for "… cannot be read without …" */
    const struct library_function *functions;
    size_t count;
    /* Never unloaded: threads of its own may outlive a close, or it is called when ours end. */
    bool stays;
};

struct library; /* an open one */

/* Opens it and fills `calls`. False with ERROR_UNSUPPORTED when the library is not there, or lacks
 * one of the functions; then `calls` is as it was. */
bool library_open(const struct library_plan *plan, struct library **out, void *calls,
                  struct error *error);
/* Sets *library to NULL; NULL is fine. What was filled must not be called any more. */
void library_close(struct library **library);

#endif
