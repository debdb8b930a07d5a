#include <pilab/drift/group_settings.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/utf8.h>

#include "ascii.h"

#define NAME_LIMIT 64

bool group_name_valid(const char *name)
{
    size_t length = strlen(name);

    if (length == 0 || length > NAME_LIMIT || !ascii_is_letter(name[0]))
        return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (!ascii_is_alnum(*c) && strchr("._-", *c) == NULL)
            return false;
    }
    return true;
}

bool group_login_valid(const char *login)
{
    size_t length = strlen(login);
    const char *end = login + length;

    if (length == 0 || length > NAME_LIMIT || *login == '-' || !utf8_valid(login, length))
        return false;
    while (login < end) {
        int32_t codepoint = utf8_decode(&login, end);

        if (codepoint <= 0x20 || (codepoint >= 0x7f && codepoint <= 0xa0) || codepoint == ',' ||
            codepoint_deceptive((uint32_t)codepoint))
            return false;
    }
    return true;
}

struct group_settings *group_settings_find(struct group_settings *groups, size_t count,
                                           const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (ascii_equal(groups[i].name, name))
            return &groups[i];
    }
    return NULL;
}

bool group_settings_has(const struct group_settings *group, const char *login)
{
    for (size_t i = 0; i < group->login_count; i++) {
        if (strcmp(group->logins[i], login) == 0)
            return true;
    }
    return false;
}

static int compare_names(const void *a, const void *b)
{
    const char *left = ((const struct group_settings *)a)->name;
    const char *right = ((const struct group_settings *)b)->name;

    while (*left != '\0' && ascii_lower(*left) == ascii_lower(*right)) {
        left++;
        right++;
    }
    return (unsigned char)ascii_lower(*left) - (unsigned char)ascii_lower(*right);
}

void group_settings_sort(struct group_settings *groups, size_t count)
{
    if (count > 1)
        qsort(groups, count, sizeof *groups, compare_names);
}
