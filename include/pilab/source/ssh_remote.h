/*
 * Git over ssh: what a mirror wants (git/transport.h) out of what ssh gives (net/ssh.h).
 */
#ifndef PILAB_SOURCE_SSH_REMOTE_H
#define PILAB_SOURCE_SSH_REMOTE_H

#include <pilab/base/error.h>
#include <pilab/git/transport.h>
#include <pilab/net/ssh.h>

struct ssh_remote {
    struct remote_transport transport; /* for mirror_options.ssh; points back to this */
    const struct ssh_transport *ssh;
    struct ssh_options options;
};

/* `options` are copied, what they point to is borrowed. The remote may be used by several threads
 * at once, and must stay where it is. */
void ssh_remote_init(struct ssh_remote *remote, const struct ssh_transport *ssh,
                     const struct ssh_options *options);

#endif
