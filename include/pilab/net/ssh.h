/*
 * A command on another host, over ssh, as a stream of bytes.
 *
 * Two ways to get there stand behind one interface: the system's own ssh (OpenSSH, ssh_openssh),
 * with everything that the person has set up for it: ~/.ssh/config, agents, certificates, security
 * keys, jump hosts, shared connections; and the one built in (libssh2, ssh_builtin) for where there
 * is no such program.
 *
 * Both check the key of the host against the person's known_hosts and never go on with one that is
 * unknown (ERROR_UNVERIFIED, see net/host_key.h) or has changed (ERROR_UNTRUSTED). Both limit every
 * wait, and end one with ERROR_CANCELLED soon after `progress` is cancelled. What a server says
 * reaches a message as it came: whoever shows it escapes it.
 */
#ifndef PILAB_NET_SSH_H
#define PILAB_NET_SSH_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>
#include <pilab/net/askpass.h>

struct ssh_host {
    const char *user; /* NULL: as the configuration says, else the local one */
    const char *host; /* a name, an alias of the configuration or an address, without brackets */
    int port;         /* 0: as the configuration says, else 22 */
};

/* How a program other than ssh takes its arguments, as git's ssh.variant. */
enum ssh_variant {
    SSH_VARIANT_AUTO,   /* by the name of the program */
    SSH_VARIANT_SSH,    /* the options of OpenSSH */
    SSH_VARIANT_SIMPLE, /* [user@]host and command, no options at all */
};

struct ssh_options {
    const char *program;       /* with options of its own, as GIT_SSH_COMMAND; NULL: "ssh". It is
                                  split as a shell would, and no shell is run (base/words.h) */
    const char *folder;        /* of the built-in one: keys and known_hosts; NULL: ~/.ssh */
    enum ssh_variant variant;  /* of that program */
    const struct asker *asker; /* NULL: nobody can be asked */
    /* Milliseconds; 0: as usual. */
    int connect_limit; /* until the host is there and we are let in, without the person's time */
    int alive_limit;   /* after which a host that does not answer at all is given up */
    int silence_limit; /* that the command may send nothing though its host is alive */
};

#define SSH_CONNECT_LIMIT 30000
#define SSH_ALIVE_LIMIT   15000
#define SSH_SILENCE_LIMIT 120000

struct ssh_transport {
    const char *name;
    /* Connects and starts the command, which is one for a POSIX shell; `host`, `options` and
     * `progress` must outlive the stream. NULL with an error. */
    void *(*open)(const struct ssh_host *host, const char *command,
                  const struct ssh_options *options, const struct progress *progress,
                  struct error *error);
    /* Waits for bytes and gives how many there are, at most `room`; 0 when the command has ended
     * well. */
    bool (*read)(void *stream, char *buffer, size_t room, size_t *length, struct error *error);
    /* Writes all of it. */
    bool (*write)(void *stream, const char *data, size_t length, struct error *error);
    /* Leaves nothing running; quick when the last call failed or was cancelled. */
    void (*close)(void *stream);
};

extern const struct ssh_transport ssh_openssh, ssh_builtin;

/* Appends one word for the shell on the other side the way git does: always in quotes, since some
 * servers of git read the command without a shell. */
void ssh_quote(struct strbuf *out, const char *word);

#endif
