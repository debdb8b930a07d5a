/* The tokens that a project keeps for hosts over https, opened when a server asks. Private to this
 * folder. */
#ifndef PILAB_SRC_APP_REMOTES_TOKENS_H
#define PILAB_SRC_APP_REMOTES_TOKENS_H

#include <pilab/app/call.h>
#include <pilab/source/https_login.h>
#include <pilab/store/token.h>

#include "remotes_ask.h"

struct remotes_tokens;

/* Those of the call's project, read now, on the call's thread, so that others need no store. With
 * `token`, that one for whatever host asks, which is borrowed. What is kept lives in `arena`. */
struct remotes_tokens *remotes_tokens_new(const struct call *call, struct remotes_asker *asker,
                                          struct arena *arena, const char *user, const char *token);
void remotes_tokens_free(struct remotes_tokens *tokens);

/* For https_login.token; `context` is what is made above. Asks for the passphrase of the secrets
 * once, where one is needed. */
bool remotes_token_find(void *context, const char *host, struct strbuf *user, struct strbuf *token,
                        bool *found, struct error *error);

#endif
