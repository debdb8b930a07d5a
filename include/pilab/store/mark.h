/*
 * Marks: how far a person has come in something that goes on, by name: when ("home"), or up to
 * which entry of the audit ("home.audit"). Nothing that others agree on; not audited.
 */
#ifndef PILAB_STORE_MARK_H
#define PILAB_STORE_MARK_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/store/connection.h>

/* UTC milliseconds, or a number; 0 in *at when there is none yet. */
bool store_mark_get(struct connection *connection, const char *user_id, const char *project_id,
                    const char *name, int64_t *at, struct error *error);
/* Needs a transaction. Never goes back: less than what is kept changes nothing. */
bool store_mark_set(struct connection *connection, const char *user_id, const char *project_id,
                    const char *name, int64_t at, struct error *error);

#endif
