/*
 * Any bytes as the fields of an answer that say who is let in, what comes next and when to come
 * again.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/net/http_fields.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check_token(const char *text)
{
    must(text != NULL && text[0] != '\0' && http_token_length(text) == strlen(text));
    for (; *text != '\0'; text++)
        must(!isupper((unsigned char)*text));
}

static void check_challenges(struct arena *arena, const char *field)
{
    size_t count = 0;
    const struct http_challenge *challenges = http_challenges_read(arena, field, &count);

    for (size_t i = 0; i < count; i++) {
        check_token(challenges[i].scheme);
        for (size_t j = 0; j < challenges[i].parameter_count; j++) {
            const struct http_parameter *parameter = &challenges[i].parameters[j];

            check_token(parameter->name);
            must(parameter->value != NULL);
            must(http_challenge_parameter(&challenges[i], parameter->name) != NULL);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_new();
    const char *field = arena_bytes(arena, (const char *)data, size), *next;
    int64_t milliseconds = 0, at = 0;

    check_challenges(arena, field);
    next = http_link_find(arena, field, "next");
    must(next == NULL || (strlen(next) < size && strchr(next, '>') == NULL));
    if (http_retry_after_read(field, 1700000000000, &milliseconds))
        must(milliseconds >= 0);
    http_date_read(field, &at);
    http_type_is_json(field);
    arena_free(&arena);
    return 0;
}
