#include "builtin_parts.h"

#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#define PORT 22
/* Bytes of a file of known hosts; a company may hand out one with tens of thousands. */
#define KNOWN_LIMIT ((size_t)64 << 20)

static const struct key_type {
    int known;        /* in known_hosts */
    int shown;        /* by the host */
    const char *name; /* RFC 4253, 5656, 8709 */
} key_types[] = {
    {LIBSSH2_KNOWNHOST_KEY_ED25519,    LIBSSH2_HOSTKEY_TYPE_ED25519,   "ssh-ed25519"        },
    { LIBSSH2_KNOWNHOST_KEY_ECDSA_256, LIBSSH2_HOSTKEY_TYPE_ECDSA_256, "ecdsa-sha2-nistp256"},
    { LIBSSH2_KNOWNHOST_KEY_ECDSA_384, LIBSSH2_HOSTKEY_TYPE_ECDSA_384, "ecdsa-sha2-nistp384"},
    { LIBSSH2_KNOWNHOST_KEY_ECDSA_521, LIBSSH2_HOSTKEY_TYPE_ECDSA_521, "ecdsa-sha2-nistp521"},
    { LIBSSH2_KNOWNHOST_KEY_SSHRSA,    LIBSSH2_HOSTKEY_TYPE_RSA,       "ssh-rsa"            },
};

#define KEY_TYPES (sizeof key_types / sizeof *key_types)

/* The person's and the machine's; one that is not there, or cannot be read, knows nobody. */
static LIBSSH2_KNOWNHOSTS *read_known(struct builtin *builtin)
{
    LIBSSH2_KNOWNHOSTS *known = libssh2_knownhost_init(builtin->session);
    char *own = path_join(builtin->folder, "known_hosts");

    if (known != NULL) {
        libssh2_knownhost_readfile(known, own, LIBSSH2_KNOWNHOST_FILE_OPENSSH);
        libssh2_knownhost_readfile(known, "/etc/ssh/ssh_known_hosts",
                                   LIBSSH2_KNOWNHOST_FILE_OPENSSH);
    }
    free(own);
    return known;
}

char *builtin_known_name(const struct ssh_host *host)
{
    char *name = host->port > 0 && host->port != PORT
                     ? memory_printf("[%s]:%d", host->host, host->port)
                     : memory_copy_text(host->host);

    for (char *c = name; *c != '\0'; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c + 32 : *c);
    return name;
}

/* With a port of its own, libssh2 would also take the key that the host has at the usual one, and
 * OpenSSH does not: another server may listen there. So the name is made here. */
static int look_up(const struct builtin *builtin, LIBSSH2_KNOWNHOSTS *known, const char *key,
                   size_t length, int type)
{
    char *name = builtin_known_name(builtin->host);
    int found =
        libssh2_knownhost_checkp(known, name, -1, key, length,
                                 LIBSSH2_KNOWNHOST_TYPE_PLAIN | LIBSSH2_KNOWNHOST_KEYENC_RAW | type,
                                 NULL);

    free(name);
    return found;
}

/* "@revoked names type base64" (sshd(8)), which libssh2 takes for a host of that name. Whatever
 * names stand there, such a key is nobody's any more. */
static bool revokes(const char *text, const char *base64)
{
    static const char mark[] = "@revoked";

    for (const char *line = text; *line != '\0';
         line += strcspn(line, "\n"), line += *line == '\n') {
        const char *start = line + strspn(line, " \t"), *found;

        if (strncmp(start, mark, sizeof mark - 1) != 0)
            continue;
        found = strstr(start, base64);
        if (found != NULL && found < start + strcspn(start, "\n"))
            return true;
    }
    return false;
}

static bool is_revoked(const struct builtin *builtin, const char *key, size_t length)
{
    char *own = path_join(builtin->folder, "known_hosts");
    const char *const files[] = { own, "/etc/ssh/ssh_known_hosts" };
    size_t room = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = memory_new(room);
    bool revoked = false;

    sodium_bin2base64(base64, room, (const unsigned char *)key, length,
                      sodium_base64_VARIANT_ORIGINAL);
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct strbuf text = STRBUF_INIT;

        if (file_read(files[i], KNOWN_LIMIT, true, &text, NULL))
            revoked |= revokes(text.data, base64);
        strbuf_release(&text);
    }
    free(base64);
    free(own);
    return revoked;
}

/* Names may be hashed, so the entries cannot be listed: a key that nobody has does not match, if
 * there is one of its type, and is not found otherwise. */
void builtin_prefer_known(struct builtin *builtin)
{
    LIBSSH2_KNOWNHOSTS *known = read_known(builtin);
    struct strbuf types = STRBUF_INIT;

    for (size_t i = 0; known != NULL && i < KEY_TYPES; i++)
        if (look_up(builtin, known, "", 1, key_types[i].known) == LIBSSH2_KNOWNHOST_CHECK_MISMATCH)
            strbuf_printf(&types, "%s%s", types.length > 0 ? "," : "", key_types[i].name);
    if (types.length > 0)
        libssh2_session_method_pref(builtin->session, LIBSSH2_METHOD_HOSTKEY, types.data);
    if (known != NULL)
        libssh2_knownhost_free(known);
    strbuf_release(&types);
}

static int known_type(int shown)
{
    for (size_t i = 0; i < KEY_TYPES; i++)
        if (key_types[i].shown == shown)
            return key_types[i].known;
    return LIBSSH2_KNOWNHOST_KEY_UNKNOWN;
}

bool builtin_check_host(struct builtin *builtin, struct error *error)
{
    LIBSSH2_KNOWNHOSTS *known = read_known(builtin);
    size_t length = 0;
    int shown = 0, found = LIBSSH2_KNOWNHOST_CHECK_FAILURE;
    const char *key = libssh2_session_hostkey(builtin->session, &length, &shown);

    if (known != NULL && key != NULL)
        found = look_up(builtin, known, key, length, known_type(shown));
    if (known != NULL)
        libssh2_knownhost_free(known);
    if (key != NULL && is_revoked(builtin, key, length)) {
        error_set(error, ERROR_UNTRUSTED,
                  "THE KEY OF THE HOST IS REVOKED: whoever shows it for %s is not to be trusted",
                  builtin->host->host);
        return error_hint(error, "known_hosts has it as @revoked; ask who runs the host");
    }
    switch (found) {
    case LIBSSH2_KNOWNHOST_CHECK_MATCH:
        return true;
    case LIBSSH2_KNOWNHOST_CHECK_NOTFOUND:
        error_set(error, ERROR_UNVERIFIED, "the key of %s is not known yet", builtin->host->host);
        return error_hint(error,
                          "`pilab repo test` in a terminal shows its fingerprint and asks; so "
                          "does ssh");
    case LIBSSH2_KNOWNHOST_CHECK_MISMATCH:
        error_set(error, ERROR_UNTRUSTED,
                  "THE KEY OF THE HOST HAS CHANGED: %s is not the host that you knew, or somebody "
                  "is in between",
                  builtin->host->host);
        return error_hint(error,
                          "ask who runs the host for the new fingerprint, by another way than "
                          "this; only if it is theirs: ssh-keygen -R HOST, and test the "
                          "repository again");
    default:
        return error_set(error, ERROR_NETWORK, "the key of %s cannot be checked",
                         builtin->host->host);
    }
}

const char *builtin_key_name(int shown)
{
    for (size_t i = 0; i < KEY_TYPES; i++)
        if (key_types[i].shown == shown)
            return key_types[i].name;
    return NULL;
}
