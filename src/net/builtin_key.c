/* The first contact with a host by the ssh that is built in. */
#include <pilab/net/host_key.h>

#include "builtin_parts.h"

#include <stdlib.h>

#include <sodium.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

static void describe(const struct builtin *builtin, const char *bytes, size_t length,
                     const char *type, struct host_key *key)
{
    size_t room = sodium_base64_ENCODED_LEN(length, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = memory_new(room), *name = builtin_known_name(builtin->host), print[64];
    unsigned char hash[crypto_hash_sha256_BYTES];

    crypto_hash_sha256(hash, (const unsigned char *)bytes, length);
    sodium_bin2base64(print, sizeof print, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    sodium_bin2base64(base64, room, (const unsigned char *)bytes, length,
                      sodium_base64_VARIANT_ORIGINAL);
    key->line = memory_printf("%s %s %s", name, type, base64);
    key->type = memory_copy_text(type);
    key->fingerprint = memory_printf("SHA256:%s", print);
    key->file = path_join(builtin->folder, "known_hosts");
    free(base64);
    free(name);
}

bool host_key_fetch_builtin(const struct ssh_host *host, const struct ssh_options *options,
                            const struct progress *progress, struct host_key *key,
                            struct error *error)
{
    struct builtin builtin;
    const char *bytes = NULL, *type = NULL;
    size_t length = 0;
    int shown = 0;
    bool ok;

    *key = (struct host_key){ 0 };
    builtin_begin(&builtin, host, options, progress);
    ok = builtin_connect(&builtin, error);
    if (ok) {
        bytes = libssh2_session_hostkey(builtin.session, &length, &shown);
        type = builtin_key_name(shown);
        ok = bytes != NULL && type != NULL;
        if (ok)
            describe(&builtin, bytes, length, type, key);
        else
            error_set(error, ERROR_NETWORK, "%s has shown no key that libssh2 knows", host->host);
    }
    builtin_end(&builtin);
    return ok;
}
