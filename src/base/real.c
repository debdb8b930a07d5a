#include <config.h> /* strtod_l is a system extension */

#include <pilab/base/real.h>

#include <locale.h>
#include <stdlib.h>

/* That of the system itself: nothing is allocated for it, and nothing has to be freed. */
static locale_t plain(void)
{
    return newlocale(LC_ALL_MASK, "C", (locale_t)0);
}

double real_read(const char *text, char **end)
{
    return strtod_l(text, end, plain());
}

long double real_read_long(const char *text, char **end)
{
    return strtold_l(text, end, plain());
}
