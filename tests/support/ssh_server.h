/*
 * A real sshd on 127.0.0.1: a socket that the kernel has chosen the port of, and `sshd -i` behind
 * it for each connection, so that those who serve one can be stopped and killed by number.
 *
 * Everything it reads and writes is in one folder; whoever may log in is who runs the test.
 */
#ifndef TESTS_SUPPORT_SSH_SERVER_H
#define TESTS_SUPPORT_SSH_SERVER_H

#include <stddef.h>

struct ssh_server;

/* What has to be installed or made for it, or NULL. */
const char *ssh_server_missing(void);

/* `host_key` is a type of ssh-keygen ("ed25519", "rsa", "ecdsa"), or the file of a key that is
 * there; `settings` are lines of sshd_config(5), or NULL. */
struct ssh_server *ssh_server_start(const char *directory, const char *host_key,
                                    const char *settings);
void ssh_server_stop(struct ssh_server **server);

unsigned short ssh_server_port(const struct ssh_server *server);
/* Lets in whoever has the key whose public half is in this file. */
void ssh_server_allow(struct ssh_server *server, const char *public_key);
/* The line of known_hosts for it ("[127.0.0.1]:PORT type key\n"); the caller frees. */
char *ssh_server_known(const struct ssh_server *server);
/* The same behind another port. */
char *ssh_server_known_as(const struct ssh_server *server, unsigned short port);
/* Sends a signal to all that serve now. */
void ssh_server_signal(struct ssh_server *server, int number);
/* How many connections there have been. */
size_t ssh_server_visits(struct ssh_server *server);
/* What the sshds have logged; the caller frees. */
char *ssh_server_log(const struct ssh_server *server);

#endif
