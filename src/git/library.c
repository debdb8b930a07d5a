/* The library's process-wide settings, object names. */
#include "internal.h"
#include "socket.h"
#include "trust.h"

#include <pthread.h>
#include <string.h>

#include <pilab/base/digest.h>

_Static_assert(sizeof(git_oid) == OBJECT_ID_SIZE, "this libgit2 has longer object names");

/* Formats whose presence changes nothing for a reader: a partial clone misses objects, which we
 * report one by one; the others concern writing and the work tree. */
static const char *harmless_extensions[] = { "partialclone", "preciousobjects", "worktreeconfig",
                                             "relativeworktrees" };

/* Trees of this size and below stay in the object cache: neighbouring commits share most of them.
 */
#define CACHED_TREE_LIMIT ((size_t)64 << 10)

/* Whoever comes second finds it not only started but set up. */
static pthread_mutex_t starting = PTHREAD_MUTEX_INITIALIZER;
static int keepers; /* those who want it kept, once it was started */
static bool kept;

static bool set_up(struct error *error)
{
    int result;
    git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, trust_all_folders() ? 0 : 1);
    git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 0);
    git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, CACHED_TREE_LIMIT);
    result = git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless_extensions,
                              sizeof(harmless_extensions) / sizeof(*harmless_extensions));
    if (result < 0)
        return git_failed(error, result, "libgit2 cannot be set up");
    return socket_register(error);
}

bool repository_library_start(struct error *error)
{
    bool ok;
    pthread_mutex_lock(&starting);
    int count = git_libgit2_init();
    if (count < 0)
        ok = git_failed(error, count, "libgit2 does not start");
    else
        ok = count > 1 || set_up(error);
    if (count > 0 && !ok)
        git_libgit2_shutdown();
    /* One start more than was asked for, which is what keeps it. */
    if (ok && keepers > 0 && !kept)
        kept = git_libgit2_init() > 0;
    pthread_mutex_unlock(&starting);
    return ok;
}

static void shut_down(void)
{
    if (git_libgit2_shutdown() == 0)
        trust_forget();
}

void repository_library_stop(void)
{
    pthread_mutex_lock(&starting);
    shut_down();
    pthread_mutex_unlock(&starting);
}

void repository_library_keep(bool keep)
{
    pthread_mutex_lock(&starting);
    keepers += keep ? 1 : -1;
    if (keepers == 0 && kept) {
        kept = false;
        shut_down();
    }
    pthread_mutex_unlock(&starting);
}

const char *repository_library_version(void)
{
    return LIBGIT2_VERSION;
}

git_oid object_id_to_git(const struct object_id *id)
{
    git_oid result;
    memcpy(result.id, id->bytes, OBJECT_ID_SIZE);
    return result;
}

struct object_id object_id_from_git(const git_oid *id)
{
    struct object_id result;
    memcpy(result.bytes, id->id, OBJECT_ID_SIZE);
    return result;
}

const char *object_id_hex(const struct object_id *id, char out[OBJECT_ID_HEX_SIZE])
{
    return hex_encode(id->bytes, OBJECT_ID_SIZE, out);
}

bool object_id_parse_prefix(const char *text, size_t length, struct object_id *id)
{
    char hex[OBJECT_ID_HEX_SIZE] = "";
    if (length < sizeof(hex) - 1)
        return false;
    memcpy(hex, text, sizeof(hex) - 1);
    return hex_decode(hex, id->bytes, OBJECT_ID_SIZE);
}

bool object_id_parse(const char *hex, struct object_id *id)
{
    size_t length = strlen(hex);
    return length == OBJECT_ID_HEX_SIZE - 1 && object_id_parse_prefix(hex, length, id);
}

bool object_id_equal(const struct object_id *a, const struct object_id *b)
{
    return memcmp(a->bytes, b->bytes, OBJECT_ID_SIZE) == 0;
}

bool object_id_is_zero(const struct object_id *id)
{
    static const struct object_id zero = { { 0 } };
    return object_id_equal(id, &zero);
}
