/*
 * A service whose files hold a secret at every place where one may stand, each with a word of its
 * own: whatever the program shows, stores or writes must hold none of them.
 */
#ifndef TESTS_SUPPORT_MARKED_WORLD_H
#define TESTS_SUPPORT_MARKED_WORLD_H

#include <stddef.h>

/* Makes the repository "shop" in the folder, with the tags v1.0.0 and v1.1.0, pilab.yaml, images in
 * a folder, two plans and two schemas beside it. Its path; the caller frees. */
char *marked_world_make(const char *folder);
/* Fails when one of the words is among the bytes; `what` says of what they are. */
void assert_unmarked(const char *what, const void *bytes, size_t length);

#endif
