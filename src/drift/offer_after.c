#include <pilab/drift/project_file.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DAY   INT64_C(86400000)
#define NEVER "never"

/* 0: it is no number of days. */
static int64_t read_days(const char *text)
{
    char *end;
    long long days;

    errno = 0;
    days = strtoll(text, &end, 10);
    return *text >= '0' && *text <= '9' && *end == '\0' && errno == 0 &&
                   days <= OFFER_AFTER_DAYS_MOST
               ? days
               : 0;
}

bool project_offer_after_check(const char *text)
{
    return strcmp(text, NEVER) == 0 || read_days(text) > 0;
}

int64_t project_settings_offer_after(const struct project_settings *settings)
{
    if (settings->offer_after == NULL)
        return OFFER_AFTER_DAYS * DAY;
    return read_days(settings->offer_after) * DAY;
}
