/* A pattern, a newline, and a text: the answer comes, and it is the same whoever asks. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/base/memory.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Beside others that have nothing to do with it. */
static bool test_in_set(const char *pattern, const char *text)
{
    struct glob_set *set = glob_set_new('/', false);
    bool matches;
    size_t number;

    glob_set_add(set, "**/a*/**");
    number = glob_set_add(set, pattern);
    glob_set_add(set, "{*.b,c/**}");
    matches = glob_set_test(set, text)[number];
    if (matches != glob_set_test(set, text)[number])
        abort();
    glob_set_free(&set);
    return matches;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *pattern = memory_copy_bytes(data, size);
    char *text = strchr(pattern, '\n');

    if (text) {
        struct glob *glob;
        *text++ = '\0';
        glob = glob_new(pattern, '/', false);
        if (glob_test(glob, text) != glob_test(glob, text))
            abort();
        if (test_in_set(pattern, text) != glob_test(glob, text))
            abort();
        /* What matches does so in either case as well. A class may exclude the other case. */
        if (!strpbrk(pattern, "[") && glob_test(glob, text) && !glob_match_fold(pattern, text, '/'))
            abort();
        glob_free(&glob);
    }
    free(pattern);
    return 0;
}
