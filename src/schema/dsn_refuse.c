/* Saying no to a connection string. */
#include "dsn_parts.h"

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
