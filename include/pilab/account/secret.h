/*
 * Secrets at rest: a key, and values that it seals (libsodium: XSalsa20-Poly1305 secretbox,
 * Argon2id for passphrases).
 *
 * A sealed value belongs to one place (store, project, environment, module, name). The place's
 * digest is sealed with it and checked when it is opened, so that nobody who can write to the store
 * can put the password of one environment in the place of another one's. Its length is hidden in
 * steps of 64 bytes.
 *
 * A key lives in guarded memory of its own that is not swapped, as far as the system allows
 * (RLIMIT_MEMLOCK), and is wiped when it is freed. Whoever gets an opened value wipes it with
 * secret_wipe. The program starts with core dumps off (src/main.c).
 */
#ifndef PILAB_ACCOUNT_SECRET_H
#define PILAB_ACCOUNT_SECRET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <pilab/base/error.h>
#include <pilab/base/strbuf.h>

#define SECRET_VALUE_LIMIT      (64u << 10) /* bytes: a certificate chain fits */
#define SECRET_PASSPHRASE_LIMIT 1024
#define SECRET_PASSPHRASE_LEAST 12 /* bytes */
#define SECRET_SALT_SIZE        16

struct secret_key;

/* What a passphrase's key is derived with; kept beside what it seals. */
struct secret_costs {
    unsigned char salt[SECRET_SALT_SIZE];
    uint64_t operations;
    uint64_t memory; /* bytes */
};

struct secret_place {
    const char *store, *project, *environment; /* ids */
    const char *module;                        /* id; NULL: none */
    const char *name;
};

/* A new random key. */
struct secret_key *secret_key_random(void);
/* A new salt, with libsodium's moderate costs: 256 MiB and about half a second. */
void secret_costs_choose(struct secret_costs *costs);
/* NULL with ERROR_LIMIT when the costs are out of bounds or there is not enough memory. */
struct secret_key *secret_key_derive(const char *passphrase, size_t length,
                                     const struct secret_costs *costs, struct error *error);
void secret_key_free(struct secret_key **key);

/* Tells keys apart without giving one away: 16 hex digits. */
#define SECRET_CHECK_SIZE 17
const char *secret_key_check(const struct secret_key *key, char out[SECRET_CHECK_SIZE]);

/* Whose a key's file is: its user's alone, or a group's, as the store beside it. */
#define SECRET_NO_GROUP ((gid_t)-1)

/* Makes the file, whole and on the disk: 0600, or 0640 for the group. ERROR_EXISTS when there is
 * one. */
bool secret_key_write(const struct secret_key *key, const char *path, gid_t group,
                      struct error *error);
/* ERROR_NOT_FOUND, ERROR_UNTRUSTED (see secret_file_read; with a group: when it is not the group's,
 * or when anybody else can read it), ERROR_CORRUPT. */
struct secret_key *secret_key_read(const char *path, gid_t group, struct error *error);

/* Appends the sealed value. */
void secret_seal(const struct secret_key *key, const struct secret_place *place, const char *value,
                 size_t length, struct strbuf *out);
/* Appends the value. ERROR_CORRUPT when it was damaged, sealed with another key or for another
 * place. */
bool secret_open(const struct secret_key *key, const struct secret_place *place, const void *sealed,
                 size_t length, struct strbuf *out, struct error *error);
/* Overwrites the content and releases it. */
void secret_wipe(struct strbuf *value);

/* Appends the content of a file with a secret in it, which must be a regular file or a pipe, belong
 * to whoever runs the program and be closed to everybody else; checked on the opened file.
 * ERROR_UNTRUSTED with the chmod that helps, ERROR_NOT_FOUND, ERROR_INVALID, ERROR_LIMIT, ERROR_IO.
 * A failure wipes what was read. */
bool secret_file_read(const char *path, size_t limit, bool follow, struct strbuf *out,
                      struct error *error);
/* The same for a regular file of a group, whoever of it made it: the group may read it and nobody
 * else may do anything. A link is not followed. */
bool secret_file_read_shared(const char *path, size_t limit, gid_t group, struct strbuf *out,
                             struct error *error);
/* The same from an open descriptor, whatever it is, to its end. `name` is for messages. */
bool secret_descriptor_read(int descriptor, const char *name, size_t limit, struct strbuf *out,
                            struct error *error);

#endif
