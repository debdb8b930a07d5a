#include "live_mariadb_rights.h"

#include <string.h>
#include <strings.h>

#include <pilab/base/arena.h>

#include "mysql_quote.h"

static const struct {
    const char *word;
    unsigned rights;
} privileges[] = {
    {"ALL PRIVILEGES",       MARIADB_SEES_ALL     },
    { "ALL",                 MARIADB_SEES_ALL     },
    { "SELECT",              MARIADB_SEES_COLUMNS },
    { "INSERT",              MARIADB_SEES_COLUMNS },
    { "UPDATE",              MARIADB_SEES_COLUMNS },
    { "REFERENCES",          MARIADB_SEES_COLUMNS },
    { "TRIGGER",             MARIADB_SEES_TRIGGERS},
    { "EXECUTE",             MARIADB_SEES_ROUTINES},
    { "CREATE ROUTINE",      MARIADB_SEES_ROUTINES},
    { "ALTER ROUTINE",       MARIADB_SEES_ROUTINES},
    { "SHOW CREATE ROUTINE", MARIADB_SEES_ROUTINES},
    { "SHOW_ROUTINE",        MARIADB_SEES_ROUTINES},
    { "EVENT",               MARIADB_SEES_EVENTS  },
};

/* What one is given on: a whole server, a database, or one table of it. */
struct object {
    char *database, *name; /* NULL: all of them */
};

void mariadb_rights_init(struct mariadb_rights *rights, struct arena *arena, const char *database)
{
    *rights = (struct mariadb_rights){ .database = database, .arena = arena };
    vector_init(&rights->tables, sizeof(const char *));
}

void mariadb_rights_release(struct mariadb_rights *rights)
{
    vector_release(&rights->tables);
}

/* ---- the line ---- */

/* The word `on` outside of quotes and parentheses; NULL: it is none of privileges, but of a role.
 */
static const char *find_on(const char *text)
{
    size_t depth = 0;

    while (*text != '\0') {
        if (strchr("'\"`", *text) != NULL) {
            text = mysql_skip_quoted(text);
            continue;
        }
        if (depth == 0 && strncmp(text, " ON ", 4) == 0)
            return text;
        depth += *text == '(';
        depth -= *text == ')' && depth > 0;
        text++;
    }
    return NULL;
}

static unsigned rights_of(const char *word, size_t length)
{
    for (size_t i = 0; i < sizeof privileges / sizeof *privileges; i++) {
        if (strlen(privileges[i].word) == length &&
            strncasecmp(privileges[i].word, word, length) == 0)
            return privileges[i].rights;
    }
    return 0;
}

/* "SELECT, INSERT (`a`, `b`), CREATE VIEW": what is given on columns alone does not count. */
static unsigned read_privileges(const char *text, const char *end)
{
    unsigned rights = 0;

    while (text < end) {
        const char *word = text + strspn(text, " "), *stop = word;

        while (stop < end && *stop != ',' && *stop != '(')
            stop++;
        if (stop < end && *stop == '(') {
            while (stop < end && *stop != ')')
                stop = strchr("'\"`", *stop) != NULL ? mysql_skip_quoted(stop) : stop + 1;
            stop += stop < end;
        } else {
            rights |= rights_of(word, (size_t)(stop - word));
        }
        text = stop < end ? stop + 1 : end;
    }
    return rights;
}

/* "*" gives NULL. Moves behind it; false: it is no name. */
static bool read_name(struct arena *arena, const char **text, char **name)
{
    const char *at = *text, *end;
    char *out;

    *name = NULL;
    if (*at == '*') {
        *text = at + 1;
        return true;
    }
    if (*at == '\0' || strchr("'\"`", *at) == NULL) {
        end = at + strcspn(at, ". ");
        *name = arena_bytes(arena, at, (size_t)(end - at));
        *text = end;
        return end > at;
    }
    end = mysql_skip_quoted(at);
    *name = out = arena_bytes(arena, at, (size_t)(end - at));
    for (const char *c = at + 1; c + 1 < end; c++) {
        *out++ = *c;
        c += *c == *at && c[1] == *at;
    }
    *out = '\0';
    *text = end;
    return true;
}

/* "*.*", "`shop`.*", "`shop`.`orders`"; false: it is something else (PROCEDURE `shop`.`p`). */
static bool read_object(struct arena *arena, const char *text, struct object *object)
{
    if (!read_name(arena, &text, &object->database) || *text != '.')
        return false;
    text++;
    return read_name(arena, &text, &object->name);
}

/* Names of databases are patterns there: "shop\_eu", "shop%". */
static bool is_like(const char *pattern, const char *name)
{
    for (; *pattern != '\0' && *pattern != '%'; pattern++, name++) {
        bool any = *pattern == '_';

        pattern += *pattern == '\\' && pattern[1] != '\0';
        if (*name == '\0' || (!any && *pattern != *name))
            return false;
    }
    if (*pattern == '\0')
        return *name == '\0';
    do {
        if (is_like(pattern + 1, name))
            return true;
    } while (*name++ != '\0');
    return false;
}

/* MariaDB's list of all routines is a table of the system. */
static bool is_list_of_routines(const struct object *object)
{
    return object->database != NULL && strcmp(object->database, "mysql") == 0 &&
           (object->name == NULL || strcmp(object->name, "proc") == 0);
}

void mariadb_rights_take(struct mariadb_rights *rights, const char *line)
{
    bool revoke = strncmp(line, "REVOKE ", 7) == 0;
    const char *words = line + (revoke ? 7 : 6), *on;
    struct object object;
    unsigned given;

    if ((!revoke && strncmp(line, "GRANT ", 6) != 0) || (on = find_on(words)) == NULL ||
        !read_object(rights->arena, on + 4, &object))
        return;
    given = read_privileges(words, on);
    if ((object.database == NULL || is_list_of_routines(&object)) &&
        (given & MARIADB_SEES_COLUMNS) && !revoke)
        rights->everywhere |= MARIADB_SEES_ROUTINES;
    if (object.name != NULL) {
        if (object.database != NULL && strcmp(object.database, rights->database) == 0 && !revoke &&
            (given & MARIADB_SEES_COLUMNS))
            vector_push(&rights->tables, &object.name);
    } else if (object.database == NULL || is_like(object.database, rights->database)) {
        *(revoke ? &rights->revoked : &rights->everywhere) |= given;
    }
}

/* ---- what they say ---- */

bool mariadb_rights_have(const struct mariadb_rights *rights, enum mariadb_right right)
{
    return (rights->everywhere & ~rights->revoked & right) == right;
}

bool mariadb_rights_see_table(const struct mariadb_rights *rights, const char *table)
{
    bool found = mariadb_rights_have(rights, MARIADB_SEES_COLUMNS);

    for (size_t i = 0; !found && i < rights->tables.count; i++)
        found = strcmp(*(const char **)vector_at(&rights->tables, i), table) == 0;
    return found;
}
