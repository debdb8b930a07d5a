/*
 * Programs that know passwords for git: credential helpers, spoken to as gitcredentials(7) and
 * git-credential(1) describe, without a shell, without a terminal, and not for ever.
 *
 * What they answer is text from outside and a secret: it is wiped when it is released, and is in no
 * message. What is asked of them goes through a pipe, never through arguments or the environment.
 */
#ifndef PILAB_NET_CREDENTIAL_HELPER_H
#define PILAB_NET_CREDENTIAL_HELPER_H

#include <stdbool.h>
#include <stdint.h>

#include <pilab/base/error.h>
#include <pilab/base/progress.h>
#include <pilab/base/vector.h>

/* Milliseconds: a smart card or a keyring may want its owner first; what is only told must not. */
#define CREDENTIAL_ASK_LIMIT  30000
#define CREDENTIAL_TELL_LIMIT 5000

/* All texts are owned; NULL: not known. None holds a line break or a NUL byte. */
struct credential {
    char *protocol, *host, *path;
    char *user, *password;
    char *expires; /* password_expiry_utc, as it was said */
    char *refresh; /* oauth_refresh_token */
    bool quit;     /* the helper wants that nobody else is asked */
};

void credential_release(struct credential *credential);
/* Whether the password has an end, and it has come; `now` is UTC milliseconds. */
bool credential_is_expired(const struct credential *credential, int64_t now);
/* Forgets the password, and what belongs to it. */
void credential_forget_password(struct credential *credential);

/* Adds the words of the program that a setting names (credential.helper): an absolute path, or
 * "store" for `git credential-store`, each with options; "~/" before a word is the home folder.
 * ERROR_UNSUPPORTED, with what to do, for what only a shell could run. Words are released by
 * words_release. */
bool credential_helper_words(const char *setting, struct vector *words, struct error *error);

/* "get": asks the helper; what it knows is put into the credential, and stays as it is where it
 * knows nothing. True also when it knows nothing. False: it could not be asked, has said nothing in
 * time, or what is no answer: the credential is as it was. `limit` 0: as usual. */
bool credential_helper_ask(const char *setting, struct credential *credential, int limit,
                           const struct progress *progress, struct error *error);
/* "store" or "erase": tells it that the credential is good, or is not. A helper that cannot be told
 * is no failure of ours; one that takes long is left when `progress` is cancelled. */
void credential_helper_tell(const char *setting, const char *what,
                            const struct credential *credential, int limit,
                            const struct progress *progress);

#endif
