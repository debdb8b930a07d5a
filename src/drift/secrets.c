#include <config.h> /* memmem is a system extension */

#include "secrets.h"

#include <string.h>

#include <pilab/base/array.h>
#include <pilab/drift/rules.h>

#include "ascii.h"

#define KEY_MAX       256
#define REFERENCE_MAX 1024
/* A shorter one under a short name counts something. */
#define SHORTEST_NUMBER 4

/* Names are compared without case and separators: DB_PASSWORD, db-password and dbPassword are one.
 * The words are those of common secret scanners' keyword lists; the exceptions are names that point
 * to a secret or describe it (found on real charts). */
static const char *const secret_parts[] = {
    "accesskey",  "accountkey",    "apikey",           "authkey",      "clientkey",
    "contrasena", "databasekey",   "databasepass",     "dbkey",        "dbpass",
    "enckey",     "encryptionkey", "hmackey",          "kennwort",     "keypass",
    "licensekey", "masterauth",    "masterkey",        "otpseed",      "passphrase",
    "passwd",     "password",      "passwort",         "presharedkey", "privatekey",
    "privkey",    "pwd",           "requirepass",      "secret",       "servicekey",
    "sessionkey", "signingkey",    "connectionstring",
};

static const char *const secret_ends[] = {
    "adminpass", "adminpw", "credential", "credentials", "customdata",     "dbpw",
    "rootpass",  "rootpw",  "token",      "tokens",      "userdatabase64", "userpw",
};

static const char *const innocent_parts[] = {
    "csrftoken",
    "existingsecret",
    "foreignkey",
    "keyvault",
    "maxtoken",
    "partitionkey",
    "passwordencryption",
    "primarykey",
    "publickey",
    "publictoken",
    "pullsecret",
    "routingkey",
    "schemakey",
    "secretary",
    "sortkey",
    "topologykey",
    "validatepassword",
    "xsrftoken",
    "serviceaccounttoken",
};

static const char *const innocent_ends[] = {
    "algorithm", "alias",    "annotation", "annotations", "arn",
    "callback",  "class",    "days",       "dir",         "directory",
    "enabled",   "encoder",  "encoding",   "endpoint",    "expiry",
    "field",     "fields",   "file",       "files",       "format",
    "header",    "id",       "ids",        "interval",    "keyref",
    "label",     "labels",   "length",     "mount",       "mounts",
    "name",      "names",    "namespace",  "passwordkey", "passwordkeys",
    "path",      "paths",    "policy",     "ref",         "refs",
    "required",  "rotation", "secretkeys", "secretstore", "secrettemplate",
    "selector",  "size",     "stdin",      "timeout",     "tokenkey",
    "ttl",       "type",     "uri",        "url",         "urls",
    "version",
};

/* A value of digits alone is a secret only when the name ends so: passwordHistory is a number. */
static const char *const certain_ends[] = { "kennwort", "pass",     "passphrase", "passwd",
                                            "password", "passwort", "pin",        "pw",
                                            "pwd",      "secret",   "token" };

/* Short enough to be the end of other words. */
static const char *const short_ends[] = { "pass", "pw" };

static const char *const containers[] = {
    "credentials", "envsecrets", "secret",       "secretdata",
    "secretenv",   "secrets",    "secretvalues", "stringdata"
};

struct squeezed {
    char text[KEY_MAX];
    size_t length;
};

/* Of a key that is longer than we look at, the end. */
static struct squeezed squeeze(const char *key)
{
    struct squeezed name = { .length = 0 };
    size_t length = strlen(key);

    if (length >= KEY_MAX)
        key += length - KEY_MAX + 1;
    for (; *key; key++) {
        if (ascii_is_alnum(*key) || (unsigned char)*key >= 0x80)
            name.text[name.length++] = ascii_lower(*key);
    }
    name.text[name.length] = '\0';
    return name;
}

static bool has_part(const struct squeezed *name, const char *const *parts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strstr(name->text, parts[i]))
            return true;
    }
    return false;
}

static bool has_end(const struct squeezed *name, const char *const *ends, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t length = strlen(ends[i]);

        if (name->length >= length && strcmp(name->text + name->length - length, ends[i]) == 0)
            return true;
    }
    return false;
}

/* Whether a name's last word is this one: SMTP_PASS, dbPass and "pass", but not "bypass". */
static bool ends_in_word(const char *key, const char *word)
{
    size_t length = strlen(key), size = strlen(word);
    const char *end = length >= size ? key + length - size : NULL;

    if (!end || !ascii_alike(end, word, size))
        return false;
    return end == key || !ascii_is_alnum(end[-1]) ||
           (ascii_is_upper(end[0]) && ascii_is_lower(end[-1]));
}

/* Words that are short enough to mean something else as well. */
static bool ends_in_short_word(const char *key)
{
    return ends_in_word(key, "pass") || ends_in_word(key, "pw");
}

static bool is_innocent(const struct squeezed *name)
{
    return has_part(name, innocent_parts, COUNT(innocent_parts)) ||
           has_end(name, innocent_ends, COUNT(innocent_ends));
}

bool secret_innocent(const char *key)
{
    struct squeezed name;

    if (!key)
        return false;
    name = squeeze(key);
    return is_innocent(&name);
}

bool secret_key(const char *key)
{
    struct squeezed name;

    /* The shell's working directories, not passwords. */
    if (!key || strcmp(key, "PWD") == 0 || strcmp(key, "OLDPWD") == 0)
        return false;
    name = squeeze(key);
    if (is_innocent(&name))
        return false;
    return has_part(&name, secret_parts, COUNT(secret_parts)) ||
           has_end(&name, secret_ends, COUNT(secret_ends)) || ends_in_short_word(key);
}

/* The last words of names of which the value has to tell whether it is a secret. */
static const struct doubtful {
    const char *word;
    size_t least; /* how long the value is at least */
} doubtful_words[] = {
    {"auth",    16},
    { "creds",  6 },
    { "hmac",   8 },
    { "pepper", 6 },
    { "pin",    4 },
    { "psk",    8 },
};

static const struct doubtful *doubtful_word(const char *key)
{
    for (size_t i = 0; key && i < COUNT(doubtful_words); i++) {
        if (ends_in_word(key, doubtful_words[i].word))
            return &doubtful_words[i];
    }
    return NULL;
}

bool secret_name(const char *key)
{
    return secret_key(key) || doubtful_word(key) != NULL;
}

/* "sha256" and "HmacSHA512" name an algorithm. */
static bool is_algorithm(const char *value, size_t length)
{
    for (size_t i = 0; i + 3 <= length; i++) {
        if (ascii_alike(value + i, "sha", 3) || ascii_alike(value + i, "md5", 3) ||
            ascii_alike(value + i, "aes", 3))
            return true;
    }
    return false;
}

/* Four to eight digits, or letters and digits that are no word, path or address. */
static bool looks_secret(const struct doubtful *name, const char *value, size_t length)
{
    bool digits = false, letters = false;

    for (size_t i = 0; i < length; i++) {
        if (strchr(" \t\r\n", value[i]) || (value[i] == '/' && name->least < 16))
            return false;
        digits = digits || ascii_is_digit(value[i]);
        letters = letters || !ascii_is_digit(value[i]);
    }
    if (strcmp(name->word, "pin") == 0)
        return digits && !letters && length >= name->least && length <= 8;
    return digits && letters && length >= name->least && !is_algorithm(value, length) &&
           *value != '/' && !memmem(value, length, "://", 3) && !secret_reference(value, length);
}

/* Whether a name tells the secret itself, and nothing that is made of it. */
static bool is_itself(const struct squeezed *name)
{
    static const char *const derived[] = { "crypt", "digest", "hash", "salt" };

    return !has_part(name, derived, COUNT(derived));
}

bool secret_password(const char *key)
{
    static const char *const words[] = { "kennwort", "passphrase", "passwd",
                                         "password", "passwort",   "pwd" };
    struct squeezed name;

    if (!secret_key(key))
        return false;
    name = squeeze(key);
    return is_itself(&name) &&
           (has_part(&name, words, COUNT(words)) || has_end(&name, short_ends, COUNT(short_ends)));
}

bool secret_clear(const char *key)
{
    static const char *const words[] = { "accesskey",  "accesstoken",  "apikey",
                                         "apitoken",   "authtoken",    "clientsecret",
                                         "privatekey", "secretaccess", "secretkey" };
    struct squeezed name;

    if (!secret_key(key))
        return false;
    name = squeeze(key);
    return is_itself(&name) && has_part(&name, words, COUNT(words));
}

bool secret_container(const char *key)
{
    struct squeezed name;

    if (!key)
        return false;
    name = squeeze(key);
    for (size_t i = 0; i < COUNT(containers); i++) {
        if (strcmp(name.text, containers[i]) == 0)
            return true;
    }
    return false;
}

static bool starts_with(const char *value, size_t length, const char *start)
{
    size_t size = strlen(start);

    return length >= size && memcmp(value, start, size) == 0;
}

/* Whether a value is `start`, something, and `end`, which stands nowhere before. */
static bool is_enclosed(const char *value, size_t length, const char *start, const char *end)
{
    size_t end_size = strlen(end);
    const char *found;

    if (!starts_with(value, length, start))
        return false;
    found = memmem(value, length, end, end_size);
    return found && (size_t)(found - value) + end_size == length;
}

/* "${NAME}". With a default in it, which may be a literal, it is more than a reference. */
static bool is_parameter(const char *value, size_t length)
{
    return is_enclosed(value, length, "${", "}") && !memchr(value, ':', length) &&
           !memchr(value, '-', length) && !memchr(value, '=', length);
}

static bool is_word(const char *value, size_t length, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strlen(words[i]) == length && ascii_alike(value, words[i], length))
            return true;
    }
    return false;
}

/* "$NAME", the shell's way to refer to a variable. */
static bool is_variable(const char *value, size_t length)
{
    if (length < 2 || value[0] != '$' || !(ascii_is_alnum(value[1]) || value[1] == '_'))
        return false;
    for (size_t i = 1; i < length; i++) {
        if (!(ascii_is_upper(value[i]) || ascii_is_digit(value[i]) || value[i] == '_'))
            return false;
    }
    return true;
}

/* Asterisks, dots, bullets and x, three or more: what people write in place of a secret. */
static bool is_masked(const char *value, size_t length)
{
    const char *end = value + length;

    if (length < 3)
        return false;
    for (const char *at = value; at < end; at++) {
        if (!memchr("*.xX", *at, 4) && (unsigned char)*at < 0x80)
            return false;
        if ((unsigned char)*at >= 0x80) {
            if (end - at < 3 || memcmp(at, "\u2022", 3) != 0)
                return false;
            at += 2;
        }
    }
    return true;
}

/* The schemes of tools that put the secret in later. */
static bool is_locator(const char *value, size_t length)
{
    static const char *const schemes[] = { "arn:", "op://", "ref+", "vault:" };

    for (size_t i = 0; i < COUNT(schemes); i++) {
        if (starts_with(value, length, schemes[i]))
            return true;
    }
    return false;
}

bool secret_reference(const char *value, size_t length)
{
    /* "write" is what a workflow's permission for a token is. */
    static const char *const nothing[] = { "",    "true", "false", "yes", "no",   "on",
                                           "off", "null", "none",  "~",   "read", "write" };

    if (length > REFERENCE_MAX)
        return false;
    return is_word(value, length, nothing, COUNT(nothing)) || is_parameter(value, length) ||
           is_enclosed(value, length, "${{", "}}") || is_enclosed(value, length, "$(", ")") ||
           is_enclosed(value, length, "{{", "}}") || is_enclosed(value, length, "<", ">") ||
           is_enclosed(value, length, "ENC[", "]") || is_variable(value, length) ||
           is_locator(value, length) || is_masked(value, length);
}

/* What "pass" and "pw" are a name of as well: how often something passed, what is let pass, where
 * to. */
static bool is_other_sense(const char *key, const char *value, size_t length, bool digits)
{
    static const char *const said[] = {
        "all",  "always", "any", "both", "error",  "fail",    "failed", "full",    "half",
        "main", "never",  "ok",  "pass", "passed", "partial", "skip",   "success", "through"
    };
    bool alone = strlen(key) == strlen("pw") || strlen(key) == strlen("pass");

    if (!ends_in_short_word(key))
        return false;
    if (memmem(value, length, "://", 3))
        return true; /* proxy_pass: what is secret in an address is seen by its shape */
    return alone && ((digits && length < SHORTEST_NUMBER) || memchr(value, ' ', length) ||
                     is_word(value, length, said, COUNT(said)));
}

bool secret_worthy(const char *key, const char *value, size_t length)
{
    bool digits = true;

    if (secret_reference(value, length))
        return false;
    if (key && !secret_key(key) && doubtful_word(key) != NULL)
        return looks_secret(doubtful_word(key), value, length);
    for (size_t i = 0; i < length && digits; i++)
        digits = ascii_is_digit(value[i]) || memchr(".-+:", value[i], 4);
    if (key && is_other_sense(key, value, length, digits))
        return false;
    if (digits && key) {
        struct squeezed name = squeeze(key);
        return has_end(&name, certain_ends, COUNT(certain_ends));
    }
    return true;
}
