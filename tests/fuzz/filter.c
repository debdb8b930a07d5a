/* A filter, a newline, and the text of a thing: the answer comes, or an error that names a column;
 * the opposite filter gives the opposite answer, and what is offered is never cut or empty. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/filter.h>
#include <pilab/base/memory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const grades[] = { "low", "high", NULL };
static const struct filter_field rows[] = {
    {"name",      FILTER_TEXT,   NULL,   '/', "a text"  },
    { "ticket",   FILTER_NAME,   NULL,   0,   "a name"  },
    { "severity", FILTER_ORDER,  grades, 0,   "an order"},
    { "type",     FILTER_CHOICE, grades, 0,   "a choice"},
    { "count",    FILTER_NUMBER, NULL,   0,   "a number"},
    { "at",       FILTER_TIME,   NULL,   0,   "a time"  },
    { "flag",     FILTER_FLAG,   NULL,   0,   "a flag"  },
};

static const char *text_of(const void *thing, size_t field, size_t index)
{
    return field <= 1 && index == 0 ? thing : NULL;
}

static bool number_of(const void *thing, size_t field, int64_t *number)
{
    *number = (int64_t)strlen(thing) % 2;
    return field != 4;
}

static const struct filter_fields fields = { rows, sizeof rows / sizeof *rows, text_of, number_of };

static void offered(void *to, const char *term)
{
    (void)to;
    if (term[0] == '\0')
        abort();
}

static void try(const char *text, const struct filter_fields *of, const char *thing)
{
    struct error error = { 0 };
    struct filter *filter = filter_new(text, of, 1737556200000, &error);
    char *turned = memory_printf("not (%s)", text);
    struct filter *opposite;

    if (filter == NULL && (error.code == ERROR_NONE || strncmp(error.message, "column ", 7) != 0))
        abort();
    if (filter != NULL && !filter_is_empty(filter)) {
        opposite = filter_new(turned, of, 1737556200000, NULL);
        /* A parenthesis that closes nothing is text alone, and a sign in the group. */
        if (opposite != NULL && strchr(text, ')') == NULL &&
            filter_test(opposite, thing, thing, strlen(thing)) ==
                filter_test(filter, thing, thing, strlen(thing)))
            abort();
        filter_free(&opposite);
    }
    filter_free(&filter);
    free(turned);
    filter_complete(text, of, NULL, NULL, offered, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = memory_copy_bytes(data, size);
    char *thing = strchr(text, '\n');

    if (thing != NULL) {
        *thing++ = '\0';
        try(text, &fields, thing);
        try(text, NULL, thing);
    }
    free(text);
    return 0;
}
