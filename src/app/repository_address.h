/* What a person calls a repository, as it is reached. */
#ifndef PILAB_APP_REPOSITORY_ADDRESS_H
#define PILAB_APP_REPOSITORY_ADDRESS_H

#include <pilab/app/call.h>

/* A folder from where the person stands; a URL as it is. The caller frees. */
char *repository_address(const struct call *call, const char *address);

#endif
