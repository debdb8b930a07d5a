#include "infrastructure_reading.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/real.h>

const char *risk_text(const struct node *node)
{
    bool scalar =
        node && node->kind != NODE_LIST && node->kind != NODE_MAP && node->kind != NODE_NULL;

    return scalar ? node->value : "";
}

bool risk_is_any(const char *text, const char *const *words)
{
    for (; *words; words++) {
        if (strcasecmp(text, *words) == 0)
            return true;
    }
    return false;
}

bool risk_is_on(const struct node *node)
{
    static const char *const words[] = { "true", "yes", "on", "1", "enabled", "required", NULL };

    return risk_is_any(risk_text(node), words);
}

bool risk_is_off(const struct node *node)
{
    static const char *const words[] = { "false",    "no",       "off",  "0",
                                         "disabled", "optional", "none", NULL };

    return terraform_says_nothing(node) || risk_is_any(risk_text(node), words);
}

bool risk_number(const struct node *node, double *number)
{
    const char *text = risk_text(node);
    char *end;

    if (!*text || strspn(text, "0123456789.") != strlen(text))
        return false;
    *number = real_read(text, &end);
    return *end == '\0';
}

/* ---- where an attribute stands ---- */

const struct node *risk_child(const struct node *node, const char *step)
{
    if (node && node->kind == NODE_LIST) {
        size_t index = strtoul(step, NULL, 10);

        return index < node->count ? node->children[index] : NULL;
    }
    return node_get(node, step);
}

static void unescape(char *step)
{
    char *out = step;

    for (; *step; step++) {
        if (*step == '~' && (step[1] == '0' || step[1] == '1'))
            *out++ = *++step == '0' ? '~' : '/';
        else
            *out++ = *step;
    }
    *out = '\0';
}

bool risk_step(const char *pointer, char *step, size_t room)
{
    size_t length = strcspn(pointer + 1, "/");

    if (length >= room)
        return false;
    memcpy(step, pointer + 1, length);
    step[length] = '\0';
    unescape(step);
    return true;
}

const struct node *risk_list_before(const struct terraform_change *change,
                                    const struct terraform_attribute *attribute)
{
    const struct node *list = change->before;
    const char *pointer = attribute->pointer, *last = strrchr(pointer, '/');
    char step[256];

    while (list && pointer < last) {
        if (!risk_step(pointer, step, sizeof step))
            return NULL;
        list = risk_child(list, step);
        pointer += 1 + strcspn(pointer + 1, "/");
    }
    return list && list->kind == NODE_LIST ? list : NULL;
}

bool risk_was_listed(const struct terraform_change *change,
                     const struct terraform_attribute *attribute)
{
    const struct node *list = risk_list_before(change, attribute);

    for (size_t i = 0; list && i < list->count; i++) {
        if (node_equal(list->children[i], attribute->after))
            return true;
    }
    return false;
}
