/*
 * The rules that hold where we are: the built-in ones with what a pilab.yaml that was named, the
 * project that was named, the repository around us, or else the store's project says of them.
 * Private to this folder.
 */
#ifndef PILAB_SRC_APP_RULES_HERE_H
#define PILAB_SRC_APP_RULES_HERE_H

#include <pilab/app/call.h>
#include <pilab/drift/rules.h>

struct rules_here {
    struct rule_set *set;
    const struct rule *own; /* what is said of them, in the call's arena */
    size_t count;
};

/* `file` may be NULL. The caller releases it. */
bool rules_here_read(struct call *call, const char *file, struct rules_here *here,
                     struct error *error);
void rules_here_release(struct rules_here *here);

/* Also one that is switched off; NULL: there is none of that name. */
const struct rule *rules_here_find(const struct rules_here *here, const char *id);
/* "built-in", "changed", "switched off" or "project". */
const char *rules_here_origin(const struct rules_here *here, const char *id);

#endif
