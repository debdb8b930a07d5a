/*
 * The first contact with a host: its key is fetched without telling it who we are, through the same
 * jump hosts as everything else, and shown to a person, who compares the fingerprint with one that
 * came another way; only then is it written where ssh looks for known hosts.
 */
#ifndef PILAB_NET_HOST_KEY_H
#define PILAB_NET_HOST_KEY_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/net/ssh.h>

struct host_key {
    char *line;        /* as ssh writes it to known_hosts; it may hold a hash for the name */
    char *type;        /* "ssh-ed25519" */
    char *fingerprint; /* "SHA256:…", as ssh-keygen -l shows it */
    char *file;        /* the known_hosts file that it would go to */
};

/* Asks the host for its key with the system's ssh. ERROR_NETWORK when it cannot be reached. */
bool host_key_fetch(const struct ssh_host *host, const struct ssh_options *options,
                    const struct progress *progress, struct host_key *key, struct error *error);
/* The same by the ssh that is built in; known hosts are those of its folder. */
bool host_key_fetch_builtin(const struct ssh_host *host, const struct ssh_options *options,
                            const struct progress *progress, struct host_key *key,
                            struct error *error);
/* Adds the key to the person's known hosts, whole or not at all: from now on the host is known.
 * ERROR_BUSY when somebody else holds the file for seconds. */
bool host_key_trust(const struct host_key *key, const struct progress *progress,
                    struct error *error);
void host_key_release(struct host_key *key);

#endif
