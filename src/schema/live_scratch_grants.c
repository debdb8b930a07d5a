#include "live_scratch_grants.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "live_scratch_engine.h"

static const char make[] = "CREATE USER …; GRANT ALL ON `pilab\\_verify\\_%`.* TO …";

/* --- Grants ----------------------------------------------------------------------------------- */

bool scratch_grant_is_ours(const char *line)
{
    static const char nothing[] = "GRANT USAGE ON *.* TO ",
                      own[] = " ON `pilab\\_verify\\_%`.* TO ";

    if (strncmp(line, nothing, sizeof nothing - 1) == 0)
        return strstr(line, "WITH GRANT OPTION") == NULL;
    return strncmp(line, "GRANT ", strlen("GRANT ")) == 0 && strstr(line, " ON ") != NULL &&
           strncmp(strstr(line, " ON "), own, sizeof own - 1) == 0;
}

/* "the role more", "the grant SELECT ON `a`.*"; who has it, and by which password, is not said. */
static char *words_of(const char *line)
{
    const char *start = strncmp(line, "GRANT ", 6) == 0 ? line + 6 : line;
    const char *end = strstr(start, " TO ");
    int length = end != NULL ? (int)(end - start) : (int)strlen(start);

    if (strstr(start, " ON ") != NULL)
        return memory_printf("the grant %.*s", length, start);
    if (*start == '`' && length > 2 && start[length - 1] == '`')
        return memory_printf("the role %.*s", length - 2, start + 1);
    return memory_printf("the role %.*s", length, start);
}

/* A default role is one of those that are granted, which are told themselves. */
static bool take_grant(void *context, const char *const *values, size_t count, struct error *error)
{
    struct scratch_first *reach = context;

    (void)count;
    (void)error;
    if (reach->text == NULL && values[0] != NULL && !scratch_grant_is_ours(values[0]) &&
        strncmp(values[0], "SET DEFAULT ROLE ", strlen("SET DEFAULT ROLE ")) != 0)
        reach->text = words_of(values[0]);
    return true;
}

/* Of what some servers do not know: ERROR_INVALID is no answer, and no failure. */
static bool ask_some(struct mariadb *connection, const char *sql, mariadb_row *row,
                     struct scratch_first *reach, struct error *error)
{
    struct error why = { 0 };

    if (mariadb_run(connection, "asking what the user may reach", sql, row, reach, &why) ||
        why.code == ERROR_INVALID)
        return true;
    if (error != NULL)
        *error = why;
    return false;
}

bool scratch_grants_check(struct mariadb *connection, const char *server, struct error *error)
{
    static const char seen[] =
        "SELECT CONCAT('the privilege ', privilege_type) FROM information_schema.user_privileges"
        " WHERE privilege_type <> 'USAGE'"
        " UNION ALL SELECT CONCAT('the database ', schema_name) FROM information_schema.schemata"
        " WHERE schema_name NOT IN ('information_schema', 'performance_schema')"
        " AND schema_name NOT LIKE 'pilab\\_verify\\_%'";
    static const char roles[] =
        "SELECT CONCAT('the role ', role_name) FROM information_schema.applicable_roles";
    struct scratch_first reach = { .text = NULL };
    bool ok;

    /* MySQL before 8.0 has no roles, and MariaDB before 10.11 no grants to everybody. */
    ok = mariadb_run(connection, "asking what the user may reach", seen, scratch_first_row, &reach,
                     error) &&
         ask_some(connection, roles, scratch_first_row, &reach, error) &&
         mariadb_run(connection, "asking what the user may reach", "SHOW GRANTS", take_grant,
                     &reach, error) &&
         ask_some(connection, "SHOW GRANTS FOR PUBLIC", take_grant, &reach, error);
    if (ok)
        return scratch_reach_is_nothing(&reach, server, make, error);
    scratch_first_forget(&reach);
    return false;
}

/* --- Databases -------------------------------------------------------------------------------- */

/* Those of our own form may be another program's, at the same time. */
static const char others[] =
    "SELECT schema_name FROM information_schema.schemata"
    " WHERE schema_name NOT IN ('information_schema', 'performance_schema')"
    " AND schema_name NOT REGEXP '^pilab_verify_[0-9a-f]{12}$'";

struct listing {
    struct map *names;
    struct arena *arena;
};

static bool add_name(void *context, const char *const *values, size_t count, struct error *error)
{
    struct listing *listing = context;

    (void)count;
    (void)error;
    if (values[0] != NULL)
        map_put(listing->names, values[0], arena_text(listing->arena, values[0]));
    return true;
}

bool scratch_databases_list(struct mariadb *connection, struct map *names, struct arena *arena,
                            struct error *error)
{
    struct listing listing = { names, arena };

    return mariadb_run(connection, "listing databases", others, add_name, &listing, error);
}

struct looking {
    const struct map *before;
    struct scratch_first more;
};

static bool look_at_name(void *context, const char *const *values, size_t count,
                         struct error *error)
{
    struct looking *looking = context;

    if (values[0] == NULL || map_get(looking->before, values[0]) != NULL)
        return true;
    return scratch_first_row(&looking->more, values, count, error);
}

bool scratch_databases_check(struct mariadb *connection, const struct map *before,
                             const char *server, struct error *error)
{
    struct looking looking = { .before = before };
    bool ok = mariadb_run(connection, "listing databases", others, look_at_name, &looking, error);

    if (ok && looking.more.text != NULL) {
        ok = error_set(error, ERROR_INVALID,
                       "%s: the SQL made another database, %s, which is there "
                       "still",
                       server, looking.more.text);
        error_hint(error, "DROP DATABASE `%s` does it by hand.", looking.more.text);
    }
    scratch_first_forget(&looking.more);
    return ok;
}
