#include "filter_internal.h"

#include <string.h>
#include <strings.h>

/* Whether a filter lets a thing pass. */

struct subject {
    const struct filter_fields *fields;
    const void *thing;
    const char *words;
    size_t length;
};

static bool text_holds(const struct filter_field *field, enum filter_operator operator,
                       const struct filter_value * value, const char *text)
{
    size_t offset;

    if (value->glob != NULL)
        return glob_test(value->glob, text);
    if (value->text[0] == '\0')
        return text[0] == '\0';
    if (field->kind == FILTER_NAME)
        return strcasecmp(value->text, text) == 0;
    if (operator== FILTER_HOLDS)
        return search_next(&value->search, text, strlen(text), 0, &offset);
    return search_match(&value->search, text, strlen(text)) == strlen(text);
}

static bool number_holds(enum filter_operator operator, const struct filter_value * value,
                         int64_t number)
{
    switch (operator) {
    case FILTER_AT_LEAST:
        return number >= value->first;
    case FILTER_MORE:
        return number > value->last;
    case FILTER_AT_MOST:
        return number <= value->last;
    case FILTER_LESS:
        return number < value->first;
    default:
        return number >= value->first && number <= value->last;
    }
}

static bool any_text_holds(const struct subject *subject, const struct filter_node *node)
{
    const struct filter_fields *fields = subject->fields;
    const char *text;

    for (size_t i = 0; (text = fields->text(subject->thing, node->field, i)) != NULL; i++)
        for (size_t j = 0; j < node->value_count; j++)
            if (text_holds(&fields->fields[node->field], node->operator, & node->values[j], text))
                return true;
    return false;
}

static bool number_is_any(const struct subject *subject, const struct filter_node *node)
{
    int64_t number;

    if (!subject->fields->number(subject->thing, node->field, &number))
        return false;
    for (size_t i = 0; i < node->value_count; i++)
        if (number_holds(node->operator, & node->values[i], number))
            return true;
    return false;
}

static bool compares(const struct subject *subject, const struct filter_node *node)
{
    enum filter_kind kind = subject->fields->fields[node->field].kind;
    bool holds = kind == FILTER_TEXT || kind == FILTER_NAME ? any_text_holds(subject, node)
                                                            : number_is_any(subject, node);

    return holds != (node->operator== FILTER_IS_NOT);
}

static bool passes(const struct subject *subject, const struct filter_node *node)
{
    size_t offset;

    switch (node->kind) {
    case FILTER_ALL:
        return passes(subject, node->left) && passes(subject, node->right);
    case FILTER_ANY:
        return passes(subject, node->left) || passes(subject, node->right);
    case FILTER_NOT:
        return !passes(subject, node->left);
    case FILTER_WORD:
        return node->values->text[0] == '\0' ||
               search_next(&node->values->search, subject->words, subject->length, 0, &offset);
    default:
        return compares(subject, node);
    }
}

bool filter_test(const struct filter *filter, const void *thing, const char *words, size_t length)
{
    struct subject subject = { filter->fields, thing, words, length };

    return filter->root == NULL || passes(&subject, filter->root);
}
