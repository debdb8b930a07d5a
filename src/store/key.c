#include "key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#include "place.h"
#include "trust.h"

#define KEY_TEXT_SIZE (2 * KEY_SIZE + 1) /* hexadecimal and a newline */

static bool read_key(const struct place *place, const char *path, unsigned char key[KEY_SIZE],
                     struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool ok =
        place_check_key(place, path, error) && file_read(path, KEY_TEXT_SIZE, false, &text, error);

    if (ok) {
        if (text.length == KEY_TEXT_SIZE && text.data[KEY_TEXT_SIZE - 1] == '\n')
            strbuf_truncate(&text, KEY_TEXT_SIZE - 1);
        if (text.length != KEY_TEXT_SIZE - 1 || !hex_decode(text.data, key, KEY_SIZE)) {
            ok = error_set(error, ERROR_CORRUPT, "%s does not hold a key of 64 hex digits", path);
            error_hint(error,
                       "Restore it from a backup. Without one, remove it: a new key is made, "
                       "and secrets of older reports cannot be compared with new ones.");
        }
    }
    explicit_bzero(text.data, text.length);
    strbuf_release(&text);
    return ok;
}

/* Of several processes that make the key at once, one wins, and no one ever reads half a key:
 * link(2) gives the complete file its name, or fails because there is one. */
static bool make_key(const struct place *place, const char *path, struct error *error)
{
    struct random random = random_system();
    unsigned char key[KEY_SIZE];
    char text[KEY_TEXT_SIZE + 1];
    char name[2 * 8 + 1];
    char *draft;
    bool ok;

    random_bytes(&random, key, 8);
    draft = memory_printf("%s.%s", path, hex_encode(key, 8, name));
    random_bytes(&random, key, sizeof key);
    hex_encode(key, sizeof key, text);
    text[KEY_TEXT_SIZE - 1] = '\n';
    ok = file_write_atomic(draft, text, KEY_TEXT_SIZE, place->shared ? TRUST_SHARED_KEY : 0600,
                           error);
    /* A file system without hard links answers EPERM. */
    if (ok && link(draft, path) != 0 && errno != EEXIST &&
        (errno != EPERM || rename(draft, path) != 0))
        ok = error_errno(error, errno, "cannot make %s", path);
    unlink(draft);
    explicit_bzero(key, sizeof key);
    explicit_bzero(text, sizeof text);
    free(draft);
    return ok;
}

bool key_load(const struct place *place, bool create, unsigned char key[KEY_SIZE], bool *found,
              struct error *error)
{
    char *path = memory_printf("%s.key", place->path);
    struct random random = random_system();
    struct stat status;
    bool ok = true;

    *found = lstat(path, &status) == 0;
    if (!*found && create)
        ok = make_key(place, path, error);
    if (*found || create)
        ok = ok && read_key(place, path, key, error);
    else
        random_bytes(&random, key, KEY_SIZE);
    free(path);
    return ok;
}

const char *key_check(const unsigned char key[KEY_SIZE], char out[KEY_CHECK_SIZE])
{
    static const char label[] = "pilab: which key is this";
    char digest[SHA256_HEX_SIZE];

    hmac_sha256_hex(key, label, sizeof label - 1, digest);
    memcpy(out, digest, KEY_CHECK_SIZE - 1);
    out[KEY_CHECK_SIZE - 1] = '\0';
    return out;
}
