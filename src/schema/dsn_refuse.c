/* Saying no to a connection string. */
#include <string.h>

#include <pilab/base/strbuf.h>

#include "dsn_parts.h"

#define LONGEST_SHOWN 32 /* of a parameter's name that we do not know */

bool dsn_refuse_password(const struct dsn_reading *reading)
{
    error_set(reading->error, ERROR_UNTRUSTED,
              "a password in a connection string is not taken: every user of this machine can read "
              "it, and the shell keeps it");
    if (reading->dsn->engine == DSN_POSTGRESQL)
        error_hint(reading->error,
                   "Change that password. Put the new one into ~/.pgpass, a service file "
                   "(service=NAME), PGPASSWORD, or the project's secrets "
                   "(?secret=ENVIRONMENT:NAME).");
    else
        error_hint(reading->error,
                   "Change that password. Put the new one into ~/.my.cnf ([client]), "
                   "MYSQL_PWD, or the project's secrets (?secret=ENVIRONMENT:NAME).");
    return false;
}

/* Never with a piece of the text: it may be one of a password. */
bool dsn_refuse(const struct dsn_reading *reading, const char *what)
{
    error_set(reading->error, ERROR_INVALID, "the connection string cannot be read: %s", what);
    return error_hint(reading->error, "Write it as postgresql://USER@HOST:PORT/DATABASE, "
                                      "service=NAME, mariadb://USER@HOST/DATABASE or sqlite:PATH; "
                                      "@ : / ? and %% in a name are written as %%40 %%3A %%2F %%3F "
                                      "%%25.");
}

/* A name that may be shown: one as parameters have. */
static bool is_plain_name(const char *name)
{
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz_");

    return length > 0 && length <= LONGEST_SHOWN && name[length] == '\0';
}

bool dsn_refuse_parameter(const struct dsn_reading *reading, const char *name)
{
    const char *const *known = dsn_known_parameters(reading->dsn->engine);
    struct strbuf list = STRBUF_INIT;

    for (size_t i = 0; known[i] != NULL; i++)
        strbuf_printf(&list, "%s%s", i > 0 ? ", " : "", known[i]);
    error_set(reading->error, ERROR_INVALID, "the connection string has %s%s that is not used here",
              is_plain_name(name) ? "a parameter " : "a parameter",
              is_plain_name(name) ? name : "");
    if (reading->dsn->engine == DSN_SQLITE)
        error_hint(reading->error,
                   "sqlite: takes none; ? and %% in a path are written %%3F, %%25.");
    else
        error_hint(reading->error, "These are: secret, schema, connect_timeout, %s.", list.data);
    strbuf_release(&list);
    return false;
}
