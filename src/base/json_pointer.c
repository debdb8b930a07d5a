#include <pilab/base/json_pointer.h>

#include <string.h>

#include <pilab/base/strbuf.h>

#define MOST_DIGITS 9 /* of an index: larger than any array that is read */

/* One step, unescaped, and where the next begins. False for an escape that is none. */
static bool take_step(const char **at, struct strbuf *name)
{
    strbuf_clear(name);
    for (; **at != '\0' && **at != '/'; (*at)++) {
        if (**at != '~') {
            strbuf_add_char(name, **at);
            continue;
        }
        (*at)++;
        if (**at != '0' && **at != '1')
            return false;
        strbuf_add_char(name, **at == '0' ? '~' : '/');
    }
    return true;
}

/* Digits without a zero in front (section 4); "-" is past the end, where nothing stands. */
static const json_t *item_at(const json_t *array, const struct strbuf *name)
{
    size_t index = 0;

    if (name->length == 0 || name->length > MOST_DIGITS ||
        (name->data[0] == '0' && name->length > 1))
        return NULL;
    for (size_t i = 0; i < name->length; i++) {
        if (name->data[i] < '0' || name->data[i] > '9')
            return NULL;
        index = index * 10 + (size_t)(name->data[i] - '0');
    }
    return json_array_get(array, index);
}

static const json_t *step_into(const json_t *value, const struct strbuf *name)
{
    if (json_is_array(value))
        return item_at(value, name);
    return json_object_get(value, name->data); /* NULL when it is no object */
}

static const json_t *refuse(const char *pointer, struct error *error)
{
    error_set(error, ERROR_INVALID, "'%s' is no JSON pointer", pointer);
    error_hint(error, "It is empty or begins with '/': /build/version; ~1 stands for a slash and "
                      "~0 for a tilde in a name.");
    return NULL;
}

static const json_t *missing(const char *pointer, const char *before, const char *after,
                             struct error *error)
{
    if (before == pointer)
        error_set(error, ERROR_NOT_FOUND, "there is no %.*s", (int)(after - pointer), pointer);
    else
        error_set(error, ERROR_NOT_FOUND, "there is no %.*s, though there is %.*s",
                  (int)(after - pointer), pointer, (int)(before - pointer), pointer);
    return NULL;
}

const json_t *json_pointer_find(const json_t *root, const char *pointer, struct error *error)
{
    struct strbuf name = STRBUF_INIT;
    const char *at = pointer;
    const json_t *value = root;

    while (*at != '\0' && value != NULL) {
        const char *before = at;

        if (*at++ != '/' || !take_step(&at, &name))
            value = refuse(pointer, error);
        else if ((value = step_into(value, &name)) == NULL)
            missing(pointer, before, at, error);
    }
    strbuf_release(&name);
    return value;
}

void json_pointer_add(struct strbuf *out, const char *step)
{
    strbuf_add_char(out, '/');
    for (; *step != '\0'; step++) {
        if (*step == '~' || *step == '/')
            strbuf_add(out, *step == '~' ? "~0" : "~1");
        else
            strbuf_add_char(out, *step);
    }
}
