#include "category_book.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

/* `slots` is an open-addressed index into `phrases` (0: free, else 1 + the place), a power of two
 * in size and at most a quarter full. All that is in there is our own, so that no word from outside
 * can make it slow. */
struct category_book {
    struct vector phrases; /* struct phrase */
    uint32_t *slots;
    size_t slot_count;
};

/* FNV-1a: G. Fowler, L. C. Noll, K.-P. Vo, D. Eastlake, RFC 9923. */
static uint32_t hash_of(struct span text)
{
    uint32_t hash = 2166136261u;

    for (size_t i = 0; i < text.length; i++)
        hash = (hash ^ (unsigned char)text.at[i]) * 16777619u;
    return hash;
}

static uint32_t *slot_of(const struct category_book *book, struct span text, uint32_t hash)
{
    size_t at = hash & (book->slot_count - 1);

    for (; book->slots[at] != 0; at = (at + 1) & (book->slot_count - 1)) {
        const struct phrase *phrase = vector_at(&book->phrases, book->slots[at] - 1);

        if (phrase->hash == hash && phrase->text.length == text.length &&
            memcmp(phrase->text.at, text.at, text.length) == 0)
            break;
    }
    return &book->slots[at];
}

static void grow(struct category_book *book)
{
    book->slot_count *= 2;
    free(book->slots);
    book->slots = memory_array(book->slot_count, sizeof *book->slots);
    for (size_t i = 0; i < book->phrases.count; i++) {
        const struct phrase *phrase = vector_at(&book->phrases, i);

        *slot_of(book, phrase->text, phrase->hash) = (uint32_t)i + 1;
    }
}

static struct phrase *add_phrase(struct category_book *book, struct span text)
{
    uint32_t hash = hash_of(text);
    uint32_t *slot = slot_of(book, text, hash);
    struct phrase *phrase;

    if (*slot != 0)
        return vector_at(&book->phrases, *slot - 1);
    if (book->phrases.count + 1 > book->slot_count / 4) {
        grow(book);
        slot = slot_of(book, text, hash);
    }
    phrase = vector_add(&book->phrases);
    phrase->text = text;
    phrase->hash = hash;
    *slot = (uint32_t)book->phrases.count;
    return phrase;
}

static void add_pattern(struct category_book *book, const struct category_rule *rule,
                        struct span pattern)
{
    for (size_t i = 0; i < pattern.length; i++) {
        if (pattern.at[i] == ' ')
            add_phrase(book, span_slice(pattern, 0, i))->goes_on = true;
    }
    add_phrase(book, pattern)->rules[rule->evidence] = rule;
}

struct category_book *category_book_new(void)
{
    struct category_book *book = memory_new(sizeof *book);
    const struct category_rule *rules;
    size_t count;

    vector_init(&book->phrases, sizeof(struct phrase));
    book->slot_count = 4096;
    book->slots = memory_array(book->slot_count, sizeof *book->slots);
    rules = category_rules(&count);
    for (size_t i = 0; i < count; i++) {
        struct span rest = span_of(rules[i].patterns);
        struct span pattern;

        while (category_next_pattern(&rest, &pattern))
            add_pattern(book, &rules[i], pattern);
    }
    return book;
}

void category_book_free(struct category_book **book)
{
    if (!*book)
        return;
    vector_release(&(*book)->phrases);
    free((*book)->slots);
    free(*book);
    *book = NULL;
}

const struct phrase *category_book_find(const struct category_book *book, struct span text)
{
    uint32_t slot = *slot_of(book, text, hash_of(text));

    return slot != 0 ? vector_at(&book->phrases, slot - 1) : NULL;
}
