#include "package_support.h"

#include <string.h>

static bool read_beside(void *context, const char *path, struct strbuf *out, struct error *error)
{
    const char *const *files = *(const char *const *const *)context;

    for (; files && *files; files += 2) {
        if (strcmp(files[0], path) == 0) {
            strbuf_add(out, files[1]);
            return true;
        }
    }
    return error_set(error, ERROR_NOT_FOUND, "%s is not there", path);
}

struct package_list *try_packages(const char *name, const char *text,
                                  const char *const *names_and_texts, struct error *error)
{
    const struct package_format *format = package_format_of(name);
    struct package_siblings siblings = { read_beside, (void *)&names_and_texts };

    if (!format)
        fail_msg("%s: no such format", name);
    return package_list_read(format, name, text, strlen(text), &siblings, error);
}

struct package_list *read_packages(const char *name, const char *text,
                                   const char *const *names_and_texts)
{
    struct error error = { 0 };
    struct package_list *list = try_packages(name, text, names_and_texts, &error);

    if (!list)
        fail_msg("%s", error.message);
    return list;
}

static void add_package(struct strbuf *out, const struct package *package)
{
    const char *relation = package_relation_name(package->relation);

    strbuf_printf(out, "%s %s%s %s %s", package->name, package->range ? "~" : "",
                  package->version ? package->version : "-", package_scope_name(package->scope),
                  *relation ? relation : "-");
    if (package->license)
        strbuf_printf(out, " [%s]", package->license);
    strbuf_add_char(out, '\n');
}

void assert_packages(const struct package_list *list, const char *expected)
{
    struct strbuf text = STRBUF_INIT;

    for (size_t i = 0; i < list->count; i++)
        add_package(&text, &list->packages[i]);
    assert_string_equal(text.data, expected);
    strbuf_release(&text);
}

void assert_packages_read(const char *name, const char *text, const char *const *names_and_texts,
                          const char *expected)
{
    struct package_list *list = read_packages(name, text, names_and_texts);

    if (list->problem_count > 0)
        fail_msg("%s:%u: %s", name, list->problems[0].line, list->problems[0].message);
    assert_packages(list, expected);
    package_list_free(&list);
}

void assert_packages_refused(const char *name, const char *text, const char *message)
{
    struct error error = { 0 };
    struct package_list *list = try_packages(name, text, NULL, &error);

    assert_null(list);
    assert_string_equal(error.message, message);
}
