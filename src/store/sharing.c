/* What the store says about who shares it, and who is in a group of this machine. */
#include <pilab/store/sharing.h>

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/memory.h>

#include "meta.h"

static const char shared_with[] = "shared_gid";

/* The number that means "no group" to chown(2). */
#define NO_GROUP ((gid_t)-1)

static bool parse_group(const char *text, gid_t *group)
{
    char *end;
    unsigned long long number;

    errno = 0;
    number = strtoull(text, &end, 10);
    *group = (gid_t)number;
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 && *group == number &&
           *group != NO_GROUP;
}

bool store_sharing_get(struct connection *connection, bool *shared, gid_t *group,
                       struct error *error)
{
    struct strbuf value = STRBUF_INIT;
    bool ok = meta_get(connection, shared_with, &value, error);

    *shared = ok && value.length > 0;
    if (*shared && !parse_group(value.data, group)) {
        *shared = false;
        ok =
            error_set(error, ERROR_CORRUPT, "the store does not say which group it is shared with");
    }
    strbuf_release(&value);
    return ok;
}

bool store_sharing_set(struct connection *connection, gid_t group, struct error *error)
{
    char text[24];

    snprintf(text, sizeof text, "%lu", (unsigned long)group);
    return meta_put(connection, shared_with, text, true, error);
}

bool store_sharing_end(struct connection *connection, struct error *error)
{
    return meta_remove(connection, shared_with, error);
}

/* --- Groups and people ------------------------------------------------------------------------ */

/* The lists of the machine are read with the functions for threads, whose room is asked for again
 * until it is enough: a group can have thousands of people. */
struct room {
    char *bytes;
    size_t size;
};

static bool grow(struct room *room)
{
    if (room->size >= (16u << 20))
        return false;
    free(room->bytes);
    room->size = room->size == 0 ? 4096 : 4 * room->size;
    room->bytes = memory_array(room->size, 1);
    return true;
}

const char *store_group_name(gid_t group, char out[STORE_GROUP_SIZE])
{
    struct room room = { 0 };
    struct group entry, *found = NULL;

    while (grow(&room) && getgrgid_r(group, &entry, room.bytes, room.size, &found) == ERANGE)
        continue;
    if (found != NULL && strlen(found->gr_name) < STORE_GROUP_SIZE)
        snprintf(out, STORE_GROUP_SIZE, "%s", found->gr_name);
    else
        snprintf(out, STORE_GROUP_SIZE, "%lu", (unsigned long)group);
    free(room.bytes);
    return out;
}

const char *store_owner_name(uid_t user, char out[STORE_LOGIN_SIZE])
{
    struct room room = { 0 };
    struct passwd entry, *found = NULL;

    while (grow(&room) && getpwuid_r(user, &entry, room.bytes, room.size, &found) == ERANGE)
        continue;
    if (found != NULL && strlen(found->pw_name) < STORE_LOGIN_SIZE)
        snprintf(out, STORE_LOGIN_SIZE, "%s", found->pw_name);
    else
        snprintf(out, STORE_LOGIN_SIZE, "uid-%lu", (unsigned long)user);
    free(room.bytes);
    return out;
}

bool store_group_find(const char *name, gid_t *group, struct error *error)
{
    struct room room = { 0 };
    struct group entry, *found = NULL;
    int number = ERANGE;
    bool ok = true;

    while (number == ERANGE && grow(&room))
        number = getgrnam_r(name, &entry, room.bytes, room.size, &found);
    if (found != NULL)
        *group = found->gr_gid;
    else if (!parse_group(name, group)) {
        ok = error_set(error, ERROR_NOT_FOUND, "this machine has no group \"%s\"", name);
        error_hint(error, "`id` lists the groups that you are in; who looks after this machine "
                          "makes one.");
    }
    free(room.bytes);
    return ok;
}

bool store_group_joined(gid_t group)
{
    int count = getgroups(0, NULL);
    gid_t *groups;
    bool found = geteuid() == 0 || getegid() == group;

    if (found || count <= 0)
        return found;
    groups = memory_array((size_t)count, sizeof *groups);
    count = getgroups(count, groups);
    for (int i = 0; i < count && !found; i++)
        found = groups[i] == group;
    free(groups);
    return found;
}

static bool list_has(const char *login, gid_t primary, gid_t group)
{
    int count = 64, room = 0;
    gid_t *groups = NULL;
    bool found = false;

    do {
        if (count <= room)
            count = 2 * room;
        room = count;
        free(groups);
        groups = memory_array((size_t)room, sizeof *groups);
    } while (getgrouplist(login, primary, groups, &count) < 0 && room < (1 << 20));
    if (count > room)
        count = room;
    for (int i = 0; i < count && !found; i++)
        found = groups[i] == group;
    free(groups);
    return found;
}

bool store_group_has(gid_t group, const char *login)
{
    struct room room = { 0 };
    struct passwd entry, *found = NULL;
    bool has;

    while (grow(&room) && getpwnam_r(login, &entry, room.bytes, room.size, &found) == ERANGE)
        continue;
    has = found != NULL && list_has(login, entry.pw_gid, group);
    free(room.bytes);
    return has;
}
