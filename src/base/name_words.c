#include <pilab/base/name_words.h>

#include <ctype.h>
#include <stdbool.h>

static bool is_upper(char c)
{
    return isupper((unsigned char)c) != 0;
}

static bool is_letter(char c)
{
    return isalpha((unsigned char)c) != 0;
}

size_t name_word(const char **name)
{
    const char *start = *name;
    size_t length = 0;

    while (*start != '\0' && !is_letter(*start))
        start++;
    for (; is_letter(start[length]); length++) {
        const char *at = start + length;

        /* "SQLLog": the last of several capital letters begins a word */
        if (length > 0 && is_upper(*at) &&
            (!is_upper(at[-1]) || (is_letter(at[1]) && !is_upper(at[1]))))
            break;
    }
    *name = start;
    return length;
}
