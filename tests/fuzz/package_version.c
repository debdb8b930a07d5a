/* Any three texts as versions: they have an order, and each step has its opposite. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/packages/version.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static int sign(int order)
{
    return (order > 0) - (order < 0);
}

static void check_two(const char *ecosystem, const char *a, const char *b)
{
    struct version_change there = package_version_change(ecosystem, a, b);
    struct version_change back = package_version_change(ecosystem, b, a);
    size_t length = 0;

    must(sign(package_version_compare(ecosystem, a, b)) ==
         -sign(package_version_compare(ecosystem, b, a)));
    must(there.step == back.step && !(there.downgrade && back.downgrade));
    must(there.step != VERSION_SAME || (!there.downgrade && !there.breaking));
    if (package_version_of_range(a, &length) != NULL)
        must(length > 0 && length <= strlen(a));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const ecosystems[] = { "npm", "pypi", "maven", "gem", "golang", "composer" };
    const char *ecosystem, *versions[3];
    char *text, *at;

    if (size == 0)
        return 0;
    ecosystem = ecosystems[data[0] % (sizeof ecosystems / sizeof *ecosystems)];
    text = memory_copy_bytes(data + 1, size - 1);
    at = text;
    for (size_t i = 0; i < 3; i++) {
        versions[i] = at;
        at += strcspn(at, "\n");
        if (*at != '\0')
            *at++ = '\0';
    }
    for (size_t i = 0; i < 3; i++)
        check_two(ecosystem, versions[i], versions[(i + 1) % 3]);
    /* No circle. */
    must(!(package_version_compare(ecosystem, versions[0], versions[1]) < 0 &&
           package_version_compare(ecosystem, versions[1], versions[2]) < 0 &&
           package_version_compare(ecosystem, versions[2], versions[0]) < 0));
    free(text);
    return 0;
}
