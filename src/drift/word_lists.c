#include <pilab/drift/word_lists.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/base/vector.h>

#include "ascii.h"

#define BITS       64
#define NONE       SIZE_MAX
#define BYTE_COUNT 256

struct word {
    const char *text; /* without its star */
    size_t length;
    bool open; /* it has a star */
    size_t list;
    size_t next; /* the next word that begins with this letter, or NONE */
};

/* Few texts have many words that begin like one of a list, and only those are compared. */
struct word_lists {
    struct vector lists;      /* const char *: as they were added */
    struct vector words;      /* struct word: of all lists */
    size_t first[BYTE_COUNT]; /* by the first letter in lower case; NONE: no word begins so */
    size_t any;               /* the first of those that are nothing but a star, or NONE */
};

struct word_lists *word_lists_new(void)
{
    struct word_lists *lists = memory_new(sizeof *lists);

    vector_init(&lists->lists, sizeof(const char *));
    vector_init(&lists->words, sizeof(struct word));
    for (size_t i = 0; i < BYTE_COUNT; i++)
        lists->first[i] = NONE;
    lists->any = NONE;
    return lists;
}

void word_lists_free(struct word_lists **lists)
{
    if (!*lists)
        return;
    vector_release(&(*lists)->lists);
    vector_release(&(*lists)->words);
    free(*lists);
    *lists = NULL;
}

static void add_word(struct word_lists *lists, const char *text, size_t length, size_t list)
{
    bool open = text[length - 1] == '*';
    size_t *first =
        open && length == 1 ? &lists->any : &lists->first[(unsigned char)ascii_lower(*text)];
    struct word *word = vector_add(&lists->words);

    *word = (struct word){ text, open ? length - 1 : length, open, list, *first };
    *first = lists->words.count - 1;
}

size_t word_lists_add(struct word_lists *lists, const char *words)
{
    size_t number;

    for (number = 0; number < lists->lists.count; number++) {
        if (strcmp(*(const char **)vector_at(&lists->lists, number), words) == 0)
            return number;
    }
    vector_push(&lists->lists, &words);
    for (const char *at = words + strspn(words, " "); *at; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");

        add_word(lists, at, length, number);
        at += length;
    }
    return number;
}

size_t word_lists_size(const struct word_lists *lists)
{
    return (lists->lists.count + BITS - 1) / BITS;
}

bool word_lists_found(const uint64_t *found, size_t number)
{
    return found[number / BITS] >> number % BITS & 1;
}

/* Any byte above ASCII counts as a letter: it is one in most languages that have it. */
static bool is_letter(char c)
{
    return ascii_is_alnum(c) || (unsigned char)c >= 0x80;
}

/* Characters that join two words into one name when they stand between letters. */
static bool is_joint(char c)
{
    return c == '-' || c == '_' || c == '/' || c == '.' || c == '@';
}

static size_t word_length(const char *text)
{
    size_t length = 0;

    while (is_letter(text[length]) || (is_joint(text[length]) && is_letter(text[length + 1])))
        length++;
    return length;
}

/* The bytes of the "(scope)" of "type(scope): …" when the type was read just before it. */
static size_t scope_length(const char *text)
{
    size_t length;

    if (*text != '(')
        return 0;
    length = strcspn(text, ")\n");
    if (text[length] != ')')
        return 0;
    length++;
    return text[length] == ':' || (text[length] == '!' && text[length + 1] == ':') ? length : 0;
}

static bool word_matches(const struct word *word, const char *text, size_t length)
{
    return (word->open ? length >= word->length : length == word->length) &&
           ascii_alike(text, word->text, word->length);
}

static void find_word(const struct word_lists *lists, size_t first, const char *text, size_t length,
                      uint64_t *found)
{
    const struct word *words = lists->words.items;

    for (size_t at = first; at != NONE; at = words[at].next) {
        if (word_matches(&words[at], text, length))
            found[words[at].list / BITS] |= UINT64_C(1) << words[at].list % BITS;
    }
}

void word_lists_find(const struct word_lists *lists, const char *text, uint64_t *found)
{
    while (*text) {
        size_t length = word_length(text);

        if (length > 0) {
            find_word(lists, lists->first[(unsigned char)ascii_lower(*text)], text, length, found);
            find_word(lists, lists->any, text, length, found);
            text += length;
            text += scope_length(text);
        } else {
            /* A joint in front of letters belongs to a name: the ".security" of a file. */
            text += is_joint(*text) ? 1 + word_length(text + 1) : 1;
        }
    }
}
