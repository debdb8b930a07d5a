/*
 * What makes a secret a secret: names and shapes. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_SECRETS_H
#define PILAB_DRIFT_SECRETS_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/strbuf.h>
#include <pilab/schema/sql_scan.h>

/* Whether a key names a map whose every value is a secret: "secrets", "stringData", … */
bool secret_container(const char *key);

/* Whether a key's name says that its value is none, whatever it stands in: "name", "enabled", … */
bool secret_innocent(const char *key);

/* Whether a name that tells a secret tells a password, and not what is derived of one. */
bool secret_password(const char *key);

/* Whether a key's name may tell a secret, of which the value decides: all that secret_key knows,
 * and "auth", "pin" and their kin. */
bool secret_name(const char *key);

/* Whether a name that tells a secret tells a key or a token that opens something as it is. */
bool secret_clear(const char *key);

/* Whether a value under a key that names a secret is one; `length` bytes of `value`. */
bool secret_worthy(const char *key, const char *value, size_t length);

/* Whether a value only says where a secret is kept, or is no value at all. */
bool secret_reference(const char *value, size_t length);

/* Whether an argument of a command line is the secret that the one before it announces:
 * "--db-password", "X". */
bool secret_follows(const char *before, const char *argument, size_t length);
/* Whether an entry of a list of arguments is a program whose short options may announce one, and
 * whether an entry is one, or holds it, behind that program and the entry before it (NULL: none):
 * "mysql", "-pX". */
bool secret_program(const char *entry);
bool secret_follows_program(const char *program, const char *before, const char *argument);
/* The next such secret in a command line or a list of arguments at or after `from`: "npm ci
 * --token X", "[\"--token\", \"X\"]", "mysql -pX". Its bytes start at *start and are *size. */
bool secret_argument(const char *text, size_t length, size_t from, size_t *start, size_t *size);

/* Appends text with the credentials that are known by their shape masked; true when there was one.
 */
bool secret_mask_shapes(struct strbuf *out, const char *text, size_t length);

/* Whether a parameter of an address starts there, with its "?" or "&", and its value is a
 * credential, whose bytes start at *start and are *size. */
bool secret_query_at(const char *text, size_t length, size_t *start, size_t *size);

/* How long the text there is that a program puts a value in place of, as addresses have it:
 * "{{ … }}", "${{ … }}", "$(token)", "{token}", "<token>", "%TOKEN%", "%s", "$token", ":token",
 * also several of them. 0: there is none, or more than that. `strict`: it stands where a password
 * may, and its name has to tell that it is none. */
size_t secret_placeholder(const char *text, size_t length, bool strict);
/* Whether a text ends with the sign before a parameter of an address. */
bool secret_query_sign(const char *text, size_t length);

/* Whether a text holds a secret that stands within so many others, each as base64. */
typedef bool secret_judge(const char *text, size_t length, unsigned depth);

/* The next base64 at or after `from` that says something which holds a secret, as the function
 * judges it: its bytes start at *start and are *size. `depth` is that of the text itself; 0: it is
 * within none. */
bool secret_encoded(const char *text, size_t length, size_t from, secret_judge *judge,
                    unsigned depth, size_t *start, size_t *size);

/* Appends the lines of a text or a patch with such base64 masked that reaches over several of them,
 * whatever their indentation and to which side of the patch they belong. False, with nothing
 * appended: there is none. */
bool secret_mask_encoded_lines(struct strbuf *out, const char *text, size_t length, bool patch,
                               secret_judge *judge, unsigned depth);

/* Whether a word starts at `at` that sets a password in SQL, PASSWORD '…' or IDENTIFIED BY '…': the
 * bytes of the password start at *start and are *size. */
bool secret_statement_at(const char *text, size_t length, size_t at, size_t *start, size_t *size);

/* Whether a text is plainly the hash of a password, as bcrypt, argon2, scrypt, PBKDF2, crypt and
 * LDAP write it, or the hexadecimal digits of MD5 or SHA. */
bool secret_hash(const char *text, size_t length);

/* Whether a statement writes a password in the clear into a column that is called so. `key`: the
 * column whose value the text is; NULL: it is a statement. */
bool secret_written(enum sql_dialect dialect, const char *key, const char *text, size_t length);

/* The next credential by shape at or after `from`: its bytes start at *start and are *size. */
bool secret_find(const char *text, size_t length, size_t from, size_t *start, size_t *size);

#endif
