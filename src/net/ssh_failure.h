/* What ssh says on standard error, as an error of ours. */
#ifndef PILAB_NET_SSH_FAILURE_H
#define PILAB_NET_SSH_FAILURE_H

#include <stdbool.h>

#include <pilab/base/error.h>

/* `said` is all that was said there, by ssh or by the command on the other side; `status` what the
 * program gave when it ended. Returns false always. */
bool ssh_failure(struct error *error, const char *said, int status);
/* Whether something in it is known to be the reason: a greeting is none. */
bool ssh_failure_is_known(const char *said);

#endif
