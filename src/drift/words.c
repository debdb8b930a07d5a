#include <pilab/drift/rules.h>

#include <string.h>

#include "ascii.h"

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

static bool word_matches(const char *word, size_t word_size, const char *text, size_t text_size)
{
    if (word_size > 0 && word[word_size - 1] == '*')
        return text_size >= word_size - 1 && ascii_alike(text, word, word_size - 1);
    return word_size == text_size && ascii_alike(text, word, word_size);
}

static const char *word_among(const char *words, const char *text, size_t text_size, size_t *length)
{
    for (const char *word = words + strspn(words, " "); *word; word += strspn(word, " ")) {
        size_t size = strcspn(word, " ");

        if (word_matches(word, size, text, text_size)) {
            *length = size;
            return word;
        }
        word += size;
    }
    return NULL;
}

/* The bytes that a word of the list may begin with: few texts have many such words, and only those
 * are compared with the whole list. */
struct initials {
    bool may[256];
};

static void read_initials(struct initials *initials, const char *words)
{
    memset(initials, 0, sizeof *initials);
    for (const char *word = words + strspn(words, " "); *word; word += strspn(word, " ")) {
        if (*word == '*')
            memset(initials, 1, sizeof *initials);
        initials->may[(unsigned char)ascii_lower(*word)] = true;
        initials->may[(unsigned char)ascii_upper(*word)] = true;
        word += strcspn(word, " ");
    }
}

const char *words_find(const char *words, const char *text, size_t *length)
{
    struct initials initials;

    read_initials(&initials, words);
    while (*text) {
        size_t size = word_length(text);
        const char *found = size > 0 && initials.may[(unsigned char)*text]
                                ? word_among(words, text, size, length)
                                : NULL;

        if (found)
            return found;
        if (size > 0) {
            text += size;
            text += scope_length(text);
        } else {
            /* A joint in front of letters belongs to a name: the ".security" of a file. */
            text += is_joint(*text) ? 1 + word_length(text + 1) : 1;
        }
    }
    return NULL;
}
