/*
 * How ssh asks a person through us, though it has no terminal: it starts the program that
 * SSH_ASKPASS names with the question as its argument and reads the answer from its output (ssh(1),
 * ENVIRONMENT). That program is pilab once more; it hands the question to the pilab that started
 * ssh, over a socket in a folder that only we can enter, and prints what comes back.
 *
 * Questions are text from outside: a server may word its own. Whoever shows them escapes them.
 * Answers are wiped from memory as soon as they have been handed on.
 */
#ifndef PILAB_NET_ASKPASS_H
#define PILAB_NET_ASKPASS_H

#include <stdbool.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/strbuf.h>

enum askpass_kind {
    ASKPASS_SECRET,  /* a passphrase, a PIN, a password: must not be shown as it is typed */
    ASKPASS_CONFIRM, /* yes or no: the answer is not empty for yes */
    ASKPASS_NOTICE   /* something must be done elsewhere: a key wants to be touched */
};

/* Who answers. False: nobody does; `error` says why. A notice is only told, and not answered; it
 * stands until the next question or the end. */
struct asker {
    bool (*ask)(void *context, enum askpass_kind kind, const char *question, struct strbuf *answer,
                struct error *error);
    void *context;
};

struct askpass;

/* Makes the folder and the socket, below XDG_RUNTIME_DIR, TMPDIR or /tmp: the first where that can
 * be done. NULL with an error when it is nowhere. */
struct askpass *askpass_open(struct error *error);
/* What ssh must find in its surroundings: "NAME=VALUE", NULL-terminated; borrowed. */
const char *const *askpass_settings(const struct askpass *askpass);
/* Readable when somebody asks. */
int askpass_descriptor(const struct askpass *askpass);
/* Takes one question, has it answered, and hands the answer back. False with an error when the
 * question was not answered; whoever asked learns that. A question that does not come whole is let
 * go, at once when `progress` is cancelled. */
bool askpass_serve(struct askpass *askpass, const struct asker *asker,
                   const struct progress *progress, struct error *error);
/* Whether a notice stands: the silence is then the person's. */
bool askpass_is_waiting(struct askpass *askpass);
/* Takes folder and socket away. */
void askpass_close(struct askpass **askpass);

/* --- In the program that ssh starts ----------------------------------------------------------- */

/* Whether this process is that one. */
bool askpass_is_asked(void);
/* Asks what the first argument says and prints the answer: the exit status. */
int askpass_run(int argc, char **argv);

#endif
