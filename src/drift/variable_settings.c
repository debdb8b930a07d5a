#include <pilab/drift/variable_settings.h>

#include <string.h>

#include "ascii.h"

#define NAME_LIMIT 128

bool variable_name_valid(const char *name)
{
    if (strlen(name) > NAME_LIMIT || (!ascii_is_letter(name[0]) && name[0] != '_'))
        return false;
    for (const char *c = name; *c != '\0'; c++) {
        if (!ascii_is_alnum(*c) && strchr("_.-", *c) == NULL)
            return false;
    }
    return true;
}
