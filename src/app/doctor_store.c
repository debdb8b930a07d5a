/* The store, what is in it, the cache beside it, and the clock that everything is dated by. */
#include "doctor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <pilab/account/secret.h>
#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/store/health.h>
#include <pilab/store/sharing.h>

#define CHECK_PATIENCE 800
#define LITTLE_SPACE   (200u << 20)
#define NO_SPACE       (20u << 20)
#define LARGE_LOG      (64 << 20)
#define RELEASED_AT    INT64_C(1735689600000) /* 2025-01-01: no clock that goes is before it */

/* --- The place -------------------------------------------------------------------------------- */

static void say_space(struct doctor *doctor, uint64_t bytes, const char *where)
{
    if (bytes < LITTLE_SPACE)
        doctor_say(doctor, bytes < NO_SPACE ? DOCTOR_PROBLEM : DOCTOR_WARNING,
                   "Make room, before something cannot be saved.", "only %s free %s",
                   doctor_size(doctor, bytes), where);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%s free %s", doctor_size(doctor, bytes), where);
}

static void say_place(struct doctor *doctor, const struct store_place_health *health)
{
    char group[STORE_GROUP_SIZE];

    if (health->trust.code != ERROR_NONE) {
        doctor_say(doctor, DOCTOR_PROBLEM,
                   health->trust.hint[0] != '\0' ? health->trust.hint : NULL, "%s",
                   health->trust.message);
        return;
    }
    if (health->shared)
        doctor_say(doctor, DOCTOR_OK, NULL, "%s (%s), shared with the group %s", doctor->store_path,
                   doctor_size(doctor, (uint64_t)health->size),
                   store_group_name(health->group, group));
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%s (%s), for nobody else's eyes", doctor->store_path,
                   doctor_size(doctor, (uint64_t)health->size));
    if (health->remote)
        doctor_say(doctor, DOCTOR_WARNING,
                   "Keep it on a local disk: --store PATH, or PILAB_STORE=PATH.",
                   "it lies on a network file system: locking is only as good as the server's");
    if (health->frozen)
        doctor_say(doctor, DOCTOR_WARNING, NULL, "its disk can only be read");
    if (health->log_size > LARGE_LOG)
        doctor_say(doctor, DOCTOR_NOTE,
                   "It shrinks when all programs that have the store open have ended.",
                   "its write-ahead log has grown to %s",
                   doctor_size(doctor, (uint64_t)health->log_size));
}

static void check_place(struct doctor *doctor)
{
    struct store_place_health health;
    struct error error = { 0 };

    if (doctor->store_path == NULL)
        doctor_say(doctor, DOCTOR_PROBLEM, "Set HOME, or give --store PATH.",
                   "nobody knows where the store is");
    else if (!store_look_at_place(doctor->store_path, &health, &error))
        doctor_say(doctor, DOCTOR_PROBLEM, error.hint[0] != '\0' ? error.hint : NULL, "%s",
                   error.message);
    else {
        if (health.there)
            say_place(doctor, &health);
        else
            doctor_say(doctor, DOCTOR_NOTE, "`pilab init` makes one; comparing works without.",
                       "there is no store at %s yet", doctor->store_path);
        say_space(doctor, health.free_bytes, "for it");
    }
}

/* --- What is in it ---------------------------------------------------------------------------- */

static void say_schema(struct doctor *doctor, const struct store_health *health)
{
    if (health->schema > health->known)
        doctor_say(doctor, DOCTOR_WARNING, "Install the newer version to write.",
                   "schema %lld, newer than this program's %d: it is open for reading only",
                   (long long)health->schema, health->known);
    else if (health->schema < health->known)
        doctor_say(doctor, DOCTOR_NOTE, NULL,
                   "schema %lld: the next command brings it to %d, and keeps a copy",
                   (long long)health->schema, health->known);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "schema %lld%s", (long long)health->schema,
                   health->demo ? ", a demo" : "");
}

static void say_structure(struct doctor *doctor, const struct store_health *health)
{
    static const char restore[] = "Stop working with it, keep a copy of it, and restore a backup "
                                  "(pilab.db.before-NNN, or your own).";

    if (health->damage != NULL)
        doctor_say(doctor, DOCTOR_PROBLEM, restore, "the file is damaged: %s", health->damage);
    else if (!health->checked)
        doctor_say(doctor, DOCTOR_NOTE, NULL, "it is too large to be checked in the time there is");
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "its structure is whole");
    if (health->audit_count < 0)
        doctor_say(doctor, DOCTOR_PROBLEM, restore, "the audit cannot be read");
    else if (!health->audit_head)
        doctor_say(doctor, DOCTOR_PROBLEM, "`pilab audit verify` says what was changed.",
                   "the last entry of the audit is not what its hash says");
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%lld entries in the audit, the last one holds",
                   (long long)health->audit_count);
}

static void say_leases(struct doctor *doctor, const struct store_health *health)
{
    for (size_t i = 0; i < health->lost.count; i++) {
        const struct store_lease *lease = &health->lost.items[i];

        doctor_say(doctor, DOCTOR_NOTE, "`pilab report list` marks what it left as failed.",
                   "process %lld was ended while it worked on: %s", (long long)lease->pid,
                   lease->purpose);
    }
}

/* The key's file is read as the commands read it; what they would refuse is refused here. */
static void say_key(struct doctor *doctor, const struct store_health *health)
{
    const struct store_vault *vault = &health->vault;
    const char *path =
        arena_printf(doctor->arena, "%s.secrets-%.8s", doctor->store_path, vault->key_check);
    struct error error = { 0 };
    struct secret_key *key =
        secret_key_read(path, health->shared ? health->group : SECRET_NO_GROUP, &error);
    char check[SECRET_CHECK_SIZE];

    if (key == NULL)
        doctor_say(doctor, DOCTOR_PROBLEM,
                   error.code == ERROR_NOT_FOUND ? "Restore it from a backup; without it the "
                                                   "secrets must be set again."
                   : error.hint[0] != '\0'       ? error.hint
                                                 : NULL,
                   "the key of the secrets: %s", error.message);
    else if (strcmp(secret_key_check(key, check), vault->key_check) != 0)
        doctor_say(doctor, DOCTOR_PROBLEM, "Restore the file that belongs to this store.",
                   "%s does not hold the key of this store's secrets", path);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "the key of the secrets is there, and closed to %s",
                   health->shared ? "all but the group" : "others");
    if (key != NULL)
        secret_key_free(&key);
}

static void say_secrets(struct doctor *doctor, const struct store_health *health)
{
    if (!health->has_vault && health->empty_secrets == 0)
        return;
    if (!health->has_vault)
        doctor_say(doctor, DOCTOR_NOTE, "`pilab secrets init` makes a key for them.",
                   "there is no key for secrets yet");
    else if (strcmp(health->vault.kind, "FILE") == 0)
        say_key(doctor, health);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%lld secrets, sealed with a passphrase",
                   (long long)health->secrets);
    if (health->empty_secrets > 0)
        doctor_say(doctor, DOCTOR_WARNING, "`pilab variable list` shows which are not set.",
                   "%lld secret%s no value", (long long)health->empty_secrets,
                   health->empty_secrets == 1 ? " has" : "s have");
}

/* --- Who shares it ---------------------------------------------------------------------------- */

/* "%s has mode 0600 and the group ada" for what the group cannot use. */
static void say_unfit(struct doctor *doctor, const char *path, mode_t mode, gid_t owner,
                      gid_t group)
{
    char is[STORE_GROUP_SIZE], name[STORE_GROUP_SIZE];

    doctor_say(doctor, DOCTOR_PROBLEM,
               arena_printf(doctor->arena,
                            "`pilab store share %s`, by who it belongs to, sets that "
                            "right; `pilab store unshare` ends the sharing.",
                            store_group_name(group, name)),
               "%s has mode %04o and the group %s: people of %s cannot work with it", path,
               (unsigned)mode, store_group_name(owner, is), name);
}

static void say_files(struct doctor *doctor, const struct store_files *files, gid_t group)
{
    const char *barrier = store_files_barrier(files, group, doctor->arena);

    if (!store_folder_fits(files, group))
        say_unfit(doctor, files->folder, files->mode, files->group, group);
    for (size_t i = 0; i < files->count; i++) {
        const struct store_file *file = &files->items[i];

        if (!store_file_fits(file, group))
            say_unfit(doctor, file->name, file->mode, file->group, group);
    }
    if (files->other_count > 0)
        doctor_say(doctor, DOCTOR_WARNING, "Move it elsewhere.",
                   "%zu other file%s in %s, where everybody of the group can remove what is there",
                   files->other_count, files->other_count == 1 ? "" : "s", files->folder);
    if (barrier != NULL)
        doctor_say(doctor, DOCTOR_WARNING, "Move the store to a folder that they can reach.",
                   "people of the group cannot pass %s", barrier);
}

/* What the store says of itself must be what the modes say, or nobody opens it. */
static void say_sharing(struct doctor *doctor, const struct store_health *health)
{
    struct store_place_health place;
    struct store_files files;
    struct error error = { 0 };
    char group[STORE_GROUP_SIZE];

    if (!store_look_at_place(doctor->store_path, &place, &error) ||
        !store_files_list(doctor->store_path, doctor->arena, &files, &error)) {
        doctor_say(doctor, DOCTOR_PROBLEM, NULL, "%s", error.message);
        return;
    }
    if (health->shared)
        say_files(doctor, &files, health->group);
    if (place.shared && (!health->shared || health->group != place.group))
        doctor_say(doctor, DOCTOR_PROBLEM,
                   "Who it belongs to runs: chmod 600 FILE, chmod 700 FOLDER, and to share it: "
                   "pilab store share GROUP",
                   "the group %s can write it, and it was not shared with them: it is not opened",
                   store_group_name(place.group, group));
}

static void check_content(struct doctor *doctor)
{
    struct store_health health;
    struct error error = { 0 };
    struct stat status;

    if (doctor->store_path == NULL || stat(doctor->store_path, &status) != 0)
        return; /* the place has said so */
    if (!store_look_at(doctor->store_path, CHECK_PATIENCE, doctor->arena, &health, &error)) {
        doctor_say(doctor, DOCTOR_PROBLEM, error.hint[0] != '\0' ? error.hint : NULL, "%s",
                   error.message);
        return;
    }
    say_schema(doctor, &health);
    say_structure(doctor, &health);
    say_sharing(doctor, &health);
    say_leases(doctor, &health);
    say_secrets(doctor, &health);
}

/* --- Beside it -------------------------------------------------------------------------------- */

static void check_cache(struct doctor *doctor)
{
    struct statvfs disk;
    struct stat status;
    char *file;

    if (doctor->cache_path == NULL)
        return;
    if (stat(doctor->cache_path, &status) != 0) {
        doctor_say(doctor, errno == ENOENT ? DOCTOR_OK : DOCTOR_WARNING, NULL, "%s: %s",
                   doctor->cache_path,
                   errno == ENOENT ? "made when it is needed" : strerror(errno));
        return;
    }
    if (status.st_uid != geteuid() || (status.st_mode & 022) != 0)
        doctor_say(doctor, DOCTOR_WARNING, "chmod go-w, or another XDG_CACHE_HOME.",
                   "%s belongs to somebody else or can be written by others", doctor->cache_path);
    file = path_join(doctor->cache_path, "cache.db");
    if (stat(file, &status) == 0)
        doctor_say(doctor, DOCTOR_OK, NULL, "%s (%s; it can be removed at any time)", file,
                   doctor_size(doctor, (uint64_t)status.st_size));
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%s", doctor->cache_path);
    free(file);
    if (statvfs(doctor->cache_path, &disk) == 0)
        say_space(doctor, (uint64_t)disk.f_bavail * disk.f_frsize, "for mirrors");
}

static void check_clock(struct doctor *doctor)
{
    struct clock system = clock_system();
    int64_t now = clock_now(&system);
    const char *zone = doctor_variable("TZ");
    char text[TIMESTAMP_SIZE], *file;

    if (now < RELEASED_AT) {
        doctor_say(doctor, DOCTOR_PROBLEM,
                   "Set the clock: approvals and the audit are dated by it.", "the clock says %s",
                   timestamp_format(now, text));
        return;
    }
    doctor_say(doctor, DOCTOR_OK, NULL, "the clock says %s", timestamp_format(now, text));
    if (zone == NULL || *zone == ':' || strchr(zone, '/') == NULL || *zone == '/')
        return;
    file = path_join("/usr/share/zoneinfo", zone);
    if (file_is_directory("/usr/share/zoneinfo") && !file_exists(file))
        doctor_say(doctor, DOCTOR_NOTE, "export TZ=… with a name below /usr/share/zoneinfo.",
                   "TZ is %s, which this machine does not know: times are shown as UTC", zone);
    free(file);
}

/* clang-format off */
const struct doctor_check doctor_store_checks[] = {
    { "Store", "place", check_place },
    { "Store", "content", check_content },
    { "Cache", "cache", check_cache },
    { "Clock", "clock", check_clock },
    { NULL, NULL, NULL },
};
/* clang-format on */
