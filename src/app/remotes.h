/* How the repositories of a call are reached: what the person has set up for ssh, what the project
 * says of its repositories, the tokens it keeps, and the person for what only a person can answer.
 */
#ifndef PILAB_APP_REMOTES_H
#define PILAB_APP_REMOTES_H

#include <pilab/app/call.h>
#include <pilab/drift/project_file.h>
#include <pilab/net/ssh.h>
#include <pilab/source/repository_access.h>

/* What it points to belongs to the call and is made when it is asked for first, before there are
 * other threads; copies of a call share it. */
struct repository_access call_remotes(const struct call *call);

/* The same for what is about to be written: as if the project said this of all repositories. */
struct remotes_trial {
    const char *transport;    /* of REPOSITORY_TRANSPORTS; NULL: as the project says */
    const char *user, *token; /* for https; NULL: as is kept. Borrowed, as long as it is tried */
};
struct repository_access call_remotes_trying(const struct call *call,
                                             const struct remotes_trial *trial);

/* The tokens that the project keeps for hosts over https (https_login.h), for other services of the
 * same hosts. */
struct call_token {
    bool (*find)(void *context, const char *host, struct strbuf *user, struct strbuf *token,
                 bool *found, struct error *error);
    void *context;
};
struct call_token call_remotes_token(const struct call *call);

/* Which way over ssh would be taken to an address by an access of this call: "openssh", "libssh2";
 * NULL for what is not reached by ssh. `*missing`: it is the built-in one since there is no
 * program. */
const char *call_remotes_way(const struct repository_access *access, const char *address,
                             bool *missing);

/* The same ssh for a command on another host: the way of the project, or of PILAB_SSH, and what the
 * person has set up for it. Both belong to the call. */
const struct ssh_options *call_remotes_ssh(const struct call *call,
                                           const struct ssh_transport **transport);

#endif
