/*
 * Parts of reading a connection string (dsn.h). Private to this folder.
 */
#ifndef PILAB_SRC_SCHEMA_DSN_PARTS_H
#define PILAB_SRC_SCHEMA_DSN_PARTS_H

#include <pilab/base/vector.h>
#include <pilab/schema/dsn.h>

struct dsn_reading {
    struct arena *arena;
    struct dsn *dsn;
    struct vector hosts;      /* of struct dsn_host */
    struct vector parameters; /* of struct dsn_parameter */
    struct error *error;
};

/* dsn_refuse.c: all return false. Nothing of the text is repeated: it may be one of a password. */
bool dsn_refuse(const struct dsn_reading *reading, const char *what);
bool dsn_refuse_password(const struct dsn_reading *reading);

/* dsn_hosts.c: the index-th host's name and port; "" is no port. */
bool dsn_take_host(struct dsn_reading *reading, size_t index, const char *name);
bool dsn_take_port(struct dsn_reading *reading, size_t index, const char *port);
/* "a,b" into one call for each. */
bool dsn_take_list(struct dsn_reading *reading, const char *value,
                   bool (*take)(struct dsn_reading *, size_t, const char *));
/* Digits of that value. */
bool dsn_is_number(const char *text, unsigned long least, unsigned long most);

/* dsn_parameters.c: one NAME=VALUE, of either form. */
bool dsn_take_parameter(struct dsn_reading *reading, const char *name, const char *value);
/* Says that it is not used here, and returns false: a name is shown where it can be no secret. */
bool dsn_refuse_parameter(const struct dsn_reading *reading, const char *name);

/* What follows the scheme, and the form without one: dsn_url.c, dsn_keywords.c. */
bool dsn_read_url(struct dsn_reading *reading, const char *text);
bool dsn_read_sqlite(struct dsn_reading *reading, const char *text);
bool dsn_read_keywords(struct dsn_reading *reading, const char *text);

#endif
