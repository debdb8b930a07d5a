/*
 * A repository that a real sshd serves, and somebody who may read it: keys, an ssh configuration of
 * their own (ssh reads the real home's otherwise, whatever HOME says) and known hosts.
 */
#ifndef TESTS_SUPPORT_SSH_WORLD_H
#define TESTS_SUPPORT_SSH_WORLD_H

#include <sys/types.h>

#include <pilab/git/mirror.h>
#include <pilab/net/host_key.h>
#include <pilab/source/ssh_remote.h>

#include "fixture_repository.h"
#include "relay.h"
#include "ssh_server.h"

struct ssh_world {
    char *directory, *configuration, *known_hosts, *cache, *program;
    struct fixture_repository *fixture;
    struct ssh_server *server;
    pid_t agent;                           /* 0: none */
    const struct ssh_transport *transport; /* openssh, until a case says otherwise */
    struct ssh_options options;
    struct ssh_remote remote;
    struct mirror_options mirror;
    struct progress progress;
    struct error error;
};

/* cmocka's functions for each case: the state is the world, or NULL when something that is needed
 * is not installed. Nobody is let in yet, and the host is known. */
int ssh_world_enter(void **state);
int ssh_world_leave(void **state);
/* Skips the case, and says why, when there is no world. */
struct ssh_world *ssh_world_of(void **state);

/* Starts the server, or another one in its place. */
void ssh_world_serve(struct ssh_world *world, const char *host_key, const char *settings);
/* Makes a key of a type with a passphrase ("" for none) and returns its file; the caller frees. */
char *ssh_world_key(struct ssh_world *world, const char *name, const char *type,
                    const char *passphrase);
/* The same, let in by the server and used by ssh. */
void ssh_world_use_key(struct ssh_world *world, const char *type, const char *passphrase);
/* An agent that holds the key, known by SSH_AUTH_SOCK until the case ends. */
void ssh_world_start_agent(struct ssh_world *world, const char *key);
/* Adds lines to the ssh configuration, which begins with what holds for all hosts. */
void ssh_world_configure(struct ssh_world *world, const char *lines);
/* From now on with the built-in ssh, which looks into the folder of the world for keys and known
 * hosts. */
void ssh_world_use_builtin(struct ssh_world *world);
/* Adds lines to the known hosts. */
void ssh_world_know(struct ssh_world *world, const char *lines);
/* Runs a program that must do well. */
void ssh_world_run(const char *const words[]);

/* "ssh://127.0.0.1:PORT/…/shop.git", whichever port; the caller frees. */
char *ssh_world_address(const struct ssh_world *world, unsigned short port);

/* The same, of the world's server. */
char *ssh_world_here(const struct ssh_world *world);
/* Where the mirror of an address is or would be; the caller frees. */
char *ssh_world_mirror(const struct ssh_world *world, const char *url);

/* Updates the mirror by the world's options; fails the test when that fails. */
void ssh_world_update(struct ssh_world *world, const char *url);
/* The same, whatever comes of it. */
bool ssh_world_try(struct ssh_world *world, const char *url);
/* That of the world's server, which then has what the repository has. */
void ssh_world_mirrored(struct ssh_world *world);
/* It fails with this code and these words; nothing of it is left. */
void ssh_world_refused(struct ssh_world *world, const char *url, enum error_code code,
                       const char *words, const char *hint);
/* The same of the world's server. */
void ssh_world_refused_here(struct ssh_world *world, enum error_code code, const char *words,
                            const char *hint);
/* The first contact by either way: refused, looked at, which changes nothing, trusted, and let in.
 */
typedef bool ssh_world_look(const struct ssh_host *host, const struct ssh_options *options,
                            const struct progress *progress, struct host_key *key,
                            struct error *error);
void ssh_world_meet(struct ssh_world *world, ssh_world_look *look);
/* A key that has changed is refused, loudly, with the way out. */
void ssh_world_refuse_changed(struct ssh_world *world);
/* From now on the known hosts have another key for the world's server than it shows. */
void ssh_world_change_key(struct ssh_world *world);

#endif
