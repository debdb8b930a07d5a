#include "package_fuzz.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/packages/difference.h>
#include <pilab/packages/formats.h>
#include <pilab/packages/list.h>

struct text {
    const char *bytes;
    size_t length;
};

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static bool read_itself(void *context, const char *path, struct strbuf *out, struct error *error)
{
    const struct text *text = context;

    (void)path;
    (void)error;
    strbuf_add_bytes(out, text->bytes, text->length);
    return true;
}

static void check_list(const struct package_list *list)
{
    struct package_difference *difference;

    for (size_t i = 0; i < list->count; i++) {
        must(list->packages[i].name[0] != '\0' && list->packages[i].ecosystem[0] != '\0');
        must(list->packages[i].version == NULL || list->packages[i].version[0] != '\0');
    }
    difference = package_difference_of(list, list);
    must(difference->count == 0);
    package_difference_free(&difference);
    difference = package_difference_of(NULL, list);
    must(difference->count <= list->count && (difference->count > 0) == (list->count > 0));
    package_difference_free(&difference);
}

void package_fuzz(const char *const *names, size_t count, const uint8_t *data, size_t size)
{
    struct text text;
    struct package_siblings siblings = { read_itself, &text };
    struct error error = { 0 };
    struct package_list *list;
    const char *name;

    if (size == 0)
        return;
    name = names[data[0] % count];
    text = (struct text){ (const char *)data + 1, size - 1 };
    list = package_list_read(package_format_of(name), name, text.bytes, text.length, &siblings,
                             &error);
    if (list == NULL)
        must(error.code != ERROR_NONE && error.message[0] != '\0');
    else
        check_list(list);
    package_list_free(&list);
}
