/* What a user of a server may reach besides what was made for him. */
#include <stdlib.h>

#include <pilab/base/memory.h>

#include "live_scratch_engine.h"

void scratch_first_forget(struct scratch_first *first)
{
    free(first->text);
    first->text = NULL;
}

bool scratch_first_row(void *context, const char *const *values, size_t count, struct error *error)
{
    struct scratch_first *first = context;

    (void)count;
    (void)error;
    if (first->text == NULL && values[0] != NULL)
        first->text = memory_copy_text(values[0]);
    return true;
}

bool scratch_reach_is_nothing(struct scratch_first *reach, const char *server, const char *make,
                              struct error *error)
{
    if (reach->text == NULL)
        return true;
    error_set(error, ERROR_DENIED, "%s: SQL of files is not run by a user who has %s", server,
              reach->text);
    scratch_first_forget(reach);
    return error_hint(error, "Name one who has nothing there but what is made for it: %s", make);
}
