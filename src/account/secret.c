#include <pilab/account/secret.h>

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#define KEY_SIZE    crypto_secretbox_KEYBYTES
#define NONCE_SIZE  crypto_secretbox_NONCEBYTES
#define MAC_SIZE    crypto_secretbox_MACBYTES
#define PLACE_SIZE  32
#define BLOCK       64
#define KEY_TEXT    (2 * KEY_SIZE + 1) /* hexadecimal and a newline */
#define HEADER_SIZE 2

_Static_assert(KEY_SIZE == 32, "hmac and hex below count on it");
_Static_assert(SECRET_SALT_SIZE == crypto_pwhash_SALTBYTES, "the salt is Argon2id's");

/* "S1": the first form. */
static const unsigned char header[HEADER_SIZE] = { 'S', '1' };

struct secret_key {
    unsigned char bytes[KEY_SIZE];
};

/* --- Keys ------------------------------------------------------------------------------------- */

/* Between guard pages, locked; where the limit of locked memory is reached libsodium gives it
 * unlocked, which is no reason to refuse to work. */
static struct secret_key *key_new(void)
{
    struct secret_key *key = sodium_init() >= 0 ? sodium_malloc(sizeof *key) : NULL;

    if (key == NULL)
        memory_exhausted();
    return key;
}

struct secret_key *secret_key_random(void)
{
    struct secret_key *key = key_new();

    crypto_secretbox_keygen(key->bytes);
    sodium_mprotect_readonly(key);
    return key;
}

void secret_costs_choose(struct secret_costs *costs)
{
    randombytes_buf(costs->salt, sizeof costs->salt);
    costs->operations = crypto_pwhash_OPSLIMIT_MODERATE;
    costs->memory = crypto_pwhash_MEMLIMIT_MODERATE;
}

struct secret_key *secret_key_derive(const char *passphrase, size_t length,
                                     const struct secret_costs *costs, struct error *error)
{
    struct secret_key *key;

    /* A store from elsewhere must not make us compute for a year. */
    if (costs->operations < crypto_pwhash_OPSLIMIT_MIN ||
        costs->operations > 4 * crypto_pwhash_OPSLIMIT_SENSITIVE ||
        costs->memory < crypto_pwhash_MEMLIMIT_MIN ||
        costs->memory > 2 * (uint64_t)crypto_pwhash_MEMLIMIT_SENSITIVE) {
        error_set(error, ERROR_LIMIT, "the costs of the passphrase's key are out of bounds");
        return NULL;
    }
    key = key_new();
    if (crypto_pwhash(key->bytes, sizeof key->bytes, passphrase, length, costs->salt,
                      costs->operations, (size_t)costs->memory,
                      crypto_pwhash_ALG_ARGON2ID13) != 0) {
        secret_key_free(&key);
        error_set(error, ERROR_LIMIT,
                  "there is not enough memory for the passphrase's key: it takes %llu MiB",
                  (unsigned long long)(costs->memory >> 20));
        error_hint(error, "Raise the limit (ulimit -v), or use a key file.");
        return NULL;
    }
    sodium_mprotect_readonly(key);
    return key;
}

void secret_key_free(struct secret_key **key)
{
    sodium_free(*key);
    *key = NULL;
}

const char *secret_key_check(const struct secret_key *key, char out[SECRET_CHECK_SIZE])
{
    static const char label[] = "pilab: which key of secrets is this";
    char digest[SHA256_HEX_SIZE];

    hmac_sha256_hex(key->bytes, label, sizeof label - 1, digest);
    memcpy(out, digest, SECRET_CHECK_SIZE - 1);
    out[SECRET_CHECK_SIZE - 1] = '\0';
    return out;
}

/* --- Key files -------------------------------------------------------------------------------- */

static bool write_all(int descriptor, const char *text, size_t length)
{
    while (length > 0) {
        ssize_t put = write(descriptor, text, length);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return false;
        text += put;
        length -= (size_t)put;
    }
    return true;
}

/* The name of a new file is on the disk only when its folder is. */
static bool sync_folder(const char *path)
{
    const char *name = path_base_name(path);
    char *folder =
        name == path ? memory_copy_text(".") : memory_copy_bytes(path, (size_t)(name - path));
    int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = descriptor >= 0 && fsync(descriptor) == 0;

    if (descriptor >= 0)
        close(descriptor);
    free(folder);
    return ok;
}

static bool open_to(int descriptor, gid_t group)
{
    return group == SECRET_NO_GROUP
               ? fchmod(descriptor, 0600) == 0
               : fchown(descriptor, (uid_t)-1, group) == 0 && fchmod(descriptor, 0640) == 0;
}

bool secret_key_write(const struct secret_key *key, const char *path, gid_t group,
                      struct error *error)
{
    char text[KEY_TEXT + 1];
    int descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    int number;
    bool ok;

    if (descriptor < 0 && errno == EEXIST)
        return error_set(error, ERROR_EXISTS, "there is a file %s already", path);
    if (descriptor < 0)
        return error_errno(error, errno, "cannot make %s", path);
    hex_encode(key->bytes, KEY_SIZE, text);
    text[KEY_TEXT - 1] = '\n';
    ok = open_to(descriptor, group) && write_all(descriptor, text, KEY_TEXT) &&
         fsync(descriptor) == 0;
    number = errno;
    sodium_memzero(text, sizeof text);
    if (close(descriptor) != 0 && ok) {
        ok = false;
        number = errno;
    }
    if (ok && !sync_folder(path)) {
        ok = false;
        number = errno;
    }
    if (ok)
        return true;
    unlink(path);
    return error_errno(error, number, "cannot write %s", path);
}

struct secret_key *secret_key_read(const char *path, gid_t group, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct secret_key *key = NULL;

    if (group == SECRET_NO_GROUP ? !secret_file_read(path, KEY_TEXT, false, &text, error)
                                 : !secret_file_read_shared(path, KEY_TEXT, group, &text, error))
        return NULL;
    key = key_new();
    if (text.length == KEY_TEXT && text.data[KEY_TEXT - 1] == '\n')
        strbuf_truncate(&text, KEY_TEXT - 1);
    if (text.length != KEY_TEXT - 1 || !hex_decode(text.data, key->bytes, KEY_SIZE)) {
        secret_key_free(&key);
        error_set(error, ERROR_CORRUPT, "%s does not hold a key of 64 hex digits", path);
        error_hint(error, "Restore it from a backup: without it the secrets cannot be opened.");
    } else {
        sodium_mprotect_readonly(key);
    }
    secret_wipe(&text);
    return key;
}

/* --- Values ----------------------------------------------------------------------------------- */

/* Each part with its NUL, so that no two places give the same bytes. */
static void place_digest(const struct secret_place *place, unsigned char out[PLACE_SIZE])
{
    const char *const parts[] = { "pilab secret 1",   place->store,  place->project,
                                  place->environment, place->module, place->name };
    crypto_generichash_state state;

    crypto_generichash_init(&state, NULL, 0, PLACE_SIZE);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        const char *part = parts[i] != NULL ? parts[i] : "";

        crypto_generichash_update(&state, (const unsigned char *)part, strlen(part) + 1);
    }
    crypto_generichash_final(&state, out, PLACE_SIZE);
}

void secret_seal(const struct secret_key *key, const struct secret_place *place, const char *value,
                 size_t length, struct strbuf *out)
{
    size_t padded, room = PLACE_SIZE + length + BLOCK;
    unsigned char *plain = sodium_malloc(room);
    unsigned char nonce[NONCE_SIZE], *box;

    if (plain == NULL)
        memory_exhausted();
    place_digest(place, plain);
    memcpy(plain + PLACE_SIZE, value, length);
    if (sodium_pad(&padded, plain, PLACE_SIZE + length, BLOCK, room) != 0)
        memory_exhausted(); /* there is always a block left */
    randombytes_buf(nonce, sizeof nonce);
    strbuf_add_bytes(out, header, HEADER_SIZE);
    strbuf_add_bytes(out, nonce, sizeof nonce);
    strbuf_reserve(out, padded + MAC_SIZE);
    box = (unsigned char *)out->data + out->length;
    crypto_secretbox_easy(box, plain, padded, nonce, key->bytes);
    out->length += padded + MAC_SIZE;
    out->data[out->length] = '\0';
    sodium_free(plain);
}

static bool refuse(const struct secret_place *place, const char *why, struct error *error)
{
    return error_set(error, ERROR_CORRUPT, "the secret %s cannot be opened: %s", place->name, why);
}

static bool unpack(const struct secret_place *place, const unsigned char *plain, size_t length,
                   struct strbuf *out, struct error *error)
{
    unsigned char digest[PLACE_SIZE];
    size_t end;

    place_digest(place, digest);
    if (sodium_unpad(&end, plain, length, BLOCK) != 0 || end < PLACE_SIZE)
        return refuse(place, "it is of a form that this program does not know", error);
    if (sodium_memcmp(plain, digest, PLACE_SIZE) != 0)
        return refuse(place, "it was sealed for another place and has been moved here", error);
    strbuf_reserve(out, end - PLACE_SIZE);
    strbuf_add_bytes(out, plain + PLACE_SIZE, end - PLACE_SIZE);
    return true;
}

bool secret_open(const struct secret_key *key, const struct secret_place *place, const void *sealed,
                 size_t length, struct strbuf *out, struct error *error)
{
    const unsigned char *nonce = (const unsigned char *)sealed + HEADER_SIZE;
    const unsigned char *box = nonce + NONCE_SIZE;
    size_t box_length, plain_length;
    unsigned char *plain;
    bool ok;

    if (length < HEADER_SIZE + NONCE_SIZE + MAC_SIZE + BLOCK ||
        memcmp(sealed, header, HEADER_SIZE) != 0)
        return refuse(place, "it is of a form that this program does not know", error);
    box_length = length - HEADER_SIZE - NONCE_SIZE;
    plain_length = box_length - MAC_SIZE;
    plain = sodium_malloc(plain_length);
    if (plain == NULL)
        memory_exhausted();
    ok = crypto_secretbox_open_easy(plain, box, box_length, nonce, key->bytes) == 0
             ? unpack(place, plain, plain_length, out, error)
             : refuse(place, "it is damaged, or was sealed with another key", error);
    sodium_free(plain);
    return ok;
}
