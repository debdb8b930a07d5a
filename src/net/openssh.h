/* The words that the system's ssh is started with. */
#ifndef PILAB_NET_OPENSSH_H
#define PILAB_NET_OPENSSH_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/vector.h>
#include <pilab/net/ssh.h>

struct openssh_words {
    struct vector words; /* of char *, owned */
    size_t place;        /* where options go that win over the person's own: behind "ssh" */
    bool simple;         /* the program takes no options */
};

void openssh_words_init(struct openssh_words *words);
void openssh_words_release(struct openssh_words *words);
void openssh_add(struct openssh_words *words, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* The program and what the person gives it, without a shell; "~/" before a word is the home folder.
 * ERROR_INVALID when that cannot be read, ERROR_UNSUPPORTED when only a shell could. */
bool openssh_program(struct openssh_words *words, const struct ssh_options *options,
                     struct error *error);
/* "-o NAME=VALUE": the first that sets an option wins, so it stands before what the person gives
 * the program, and wins over that and over the configuration. */
void openssh_set(struct openssh_words *words, const char *assignment);
/* What every connection of ours has: limits, nothing forwarded, no key taken unseen. */
bool openssh_options(struct openssh_words *words, const struct ssh_host *host,
                     const struct ssh_options *options, struct error *error);
/* Where to, and the command there. ERROR_INVALID for a host or user that would be read as
 * something else. */
bool openssh_command(struct openssh_words *words, const struct ssh_host *host, const char *command,
                     struct error *error);
/* NULL-terminated; borrowed until words are added. */
const char *const *openssh_list(struct openssh_words *words);

/* A stream for ssh_openssh.read, write and close of a program with these words. */
void *openssh_start(struct openssh_words *words, const struct ssh_options *options,
                    const struct progress *progress, struct error *error);

#endif
