/*
 * Connection strings: which live database is meant.
 *
 *   postgresql://[USER@][HOST[:PORT],…][/DATABASE][?PARAMETER=VALUE&…]      also postgres://
 *   service=NAME [KEYWORD=VALUE …]                   libpq's keywords; any of them may come first
 *   mariadb://[USER@][HOST[:PORT]]/DATABASE[?PARAMETER=VALUE&…]             also mysql://
 *   sqlite:PATH                                      also sqlite:///PATH, with %XX
 *
 * A password is no part of one: what stands on a command line is seen by every user of the machine,
 * and kept by the shell. It comes from where the library looks for it (pgpass, service files,
 * PGPASSWORD; my.cnf, MYSQL_PWD) or, with the parameter secret=ENVIRONMENT:NAME, from the project's
 * secrets. One that is there is refused, and nothing that could hold it is ever repeated.
 *
 * Everything that is pointed to lives in the arena that was given.
 */
#ifndef PILAB_SCHEMA_DSN_H
#define PILAB_SCHEMA_DSN_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/base/error.h>

enum dsn_engine { DSN_POSTGRESQL, DSN_MARIADB, DSN_SQLITE };

struct dsn_host {
    const char *name; /* a name, an address, or the folder of a socket ("/run/postgresql") */
    const char *port; /* digits, or NULL: the usual one */
};

struct dsn_parameter {
    const char *name, *value;
};

struct dsn {
    enum dsn_engine engine;
    const char *user, *database; /* NULL: as the library has it */
    const struct dsn_host *hosts;
    size_t host_count;          /* 0: as the library has it */
    const char *service;        /* of a service file, or NULL */
    const char *path;           /* of an SQLite file; NULL for servers */
    const char *const *schemas; /* only these (schema=a,b); PostgreSQL */
    size_t schema_count;
    const char *secret_environment, *secret_name; /* secret=ENVIRONMENT:NAME, or both NULL */
    unsigned connect_seconds;                     /* connect_timeout; 0: ours */
    const struct dsn_parameter *parameters;       /* the others, all of them known to us */
    size_t parameter_count;
    const char *shown; /* what is said of it anywhere: no parameter, nothing secret */
};

/* Whether it is meant as one, right or wrong, and not as a file or a revision. */
bool dsn_recognise(const char *text);

/* ERROR_INVALID, ERROR_UNTRUSTED for one with a password; the message says nothing of it but what
 * cannot be secret. ERROR_LIMIT. */
bool dsn_read(const char *text, struct arena *arena, struct dsn *out, struct error *error);

/* The value of a parameter, or NULL. */
const char *dsn_parameter(const struct dsn *dsn, const char *name);

/* "PostgreSQL", "MariaDB", "SQLite". */
const char *dsn_engine_name(enum dsn_engine engine);

#endif
