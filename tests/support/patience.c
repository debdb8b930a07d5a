#include "patience.h"

#include <stdlib.h>

int64_t patience(int64_t milliseconds)
{
    const char *slowness = getenv("PILAB_TEST_SLOWNESS");
    long factor = slowness != NULL ? strtol(slowness, NULL, 10) : 1;

    return milliseconds * (factor >= 1 && factor <= 1000 ? factor : 1);
}
