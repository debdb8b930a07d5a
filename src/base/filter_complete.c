#include "filter_internal.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#define OFFERS_MAXIMUM 200

/* What is typed already of the term, and who hears what could stand there. */
struct completion {
    const struct filter_field *field;
    const char *begun; /* all before the value, as it stays: "-type:config," */
    size_t begun_length;
    const char *typed; /* of the value */
    size_t offered;
    void (*offer)(void *to, const char *term);
    void *to;
};

static void offer_term(struct completion *completion, const char *text, bool quoted)
{
    struct strbuf term = STRBUF_INIT;

    if (completion->offered++ >= OFFERS_MAXIMUM)
        return;
    strbuf_add_bytes(&term, completion->begun, completion->begun_length);
    if (quoted)
        strbuf_add_char(&term, '"');
    for (; *text != '\0'; text++) {
        if (quoted && (*text == '"' || *text == '\\'))
            strbuf_add_char(&term, '\\');
        strbuf_add_char(&term, *text);
    }
    if (quoted)
        strbuf_add_char(&term, '"');
    completion->offer(completion->to, term.data);
    strbuf_release(&term);
}

static void offer_value(void *to, const char *value)
{
    struct completion *completion = to;
    const char *typed = completion->typed + (completion->typed[0] == '"');
    bool quoted = value[0] == '\0' || value[strcspn(value, " \t|,()\"*?[{\\")] != '\0';

    /* A line end or another control would not come back as it is. */
    for (const char *at = value; *at != '\0'; at++)
        if ((unsigned char)*at < ' ')
            return;
    if (strncasecmp(value, typed, strlen(typed)) == 0)
        offer_term(completion, value, quoted);
}

static void offer_all(struct completion *completion, const char *const *values)
{
    for (size_t i = 0; values[i] != NULL; i++)
        offer_value(completion, values[i]);
}

static void offer_values(struct completion *completion, size_t field,
                         void (*values)(const void *context, size_t field,
                                        void (*offer)(void *to, const char *value), void *to),
                         const void *context)
{
    static const char *const flags[] = { "yes", "no", NULL };
    static const char *const times[] = { "1h", "1d", "7d", "30d", "today", "yesterday", NULL };

    switch (completion->field->kind) {
    case FILTER_CHOICE:
    case FILTER_ORDER:
        offer_all(completion, completion->field->values);
        break;
    case FILTER_FLAG:
        offer_all(completion, flags);
        break;
    case FILTER_TIME:
        offer_all(completion, times);
        break;
    case FILTER_TEXT:
    case FILTER_NAME:
        if (values != NULL)
            values(context, field, offer_value, completion);
        break;
    case FILTER_NUMBER:
        break;
    }
}

static void offer_field(struct completion *completion, const char *name, bool ordered)
{
    char *term;

    if (strncasecmp(name, completion->typed, strlen(completion->typed)) != 0)
        return;
    term = memory_printf("%s:", name);
    offer_term(completion, term, false);
    free(term);
    if (!ordered)
        return;
    term = memory_printf("%s>=", name);
    offer_term(completion, term, false);
    free(term);
}

static void offer_fields(struct completion *completion, const struct filter_fields *fields)
{
    bool times = false;

    for (size_t i = 0; i < fields->count; i++) {
        enum filter_kind kind = fields->fields[i].kind;

        times |= kind == FILTER_TIME;
        offer_field(completion, fields->fields[i].name,
                    kind == FILTER_ORDER || kind == FILTER_NUMBER || kind == FILTER_TIME);
    }
    if (times) {
        offer_field(completion, "since", false);
        offer_field(completion, "until", false);
    }
}

/* The field that a name stands for, as when it is parsed. */
static size_t field_of(const struct filter_fields *fields, const char *name, size_t length)
{
    size_t field = filter_find_field(fields, name, length);

    if (field == fields->count && length == 5 &&
        (strncasecmp(name, "since", 5) == 0 || strncasecmp(name, "until", 5) == 0))
        for (field = 0; field < fields->count && fields->fields[field].kind != FILTER_TIME;)
            field++;
    return field;
}

void filter_complete(const char *text, const struct filter_fields *fields,
                     void (*values)(const void *context, size_t field,
                                    void (*offer)(void *to, const char *value), void *to),
                     const void *context, void (*offer)(void *to, const char *term), void *to)
{
    const char *blank = strrchr(text, ' ');
    const char *term = blank == NULL ? text : blank + 1;
    const char *name = term + strspn(term, "-(");
    struct completion completion = { .begun = term, .typed = name, .offer = offer, .to = to };
    enum filter_operator operator;
    size_t length, field;

    if (fields == NULL || fields->count == 0)
        return;
    length = filter_name_at(name);
    completion.begun_length = (size_t)(name - term);
    if (length == 0) {
        offer_fields(&completion, fields);
        return;
    }
    field = field_of(fields, name, length);
    if (field == fields->count)
        return;
    completion.field = &fields->fields[field];
    completion.typed = name + length + filter_operator_at(name + length, &operator);
    if (strrchr(completion.typed, ',') != NULL)
        completion.typed = strrchr(completion.typed, ',') + 1;
    completion.begun_length = (size_t)(completion.typed - term);
    offer_values(&completion, field, values, context);
}
