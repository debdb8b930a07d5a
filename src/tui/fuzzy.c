#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <wctype.h>

#include <pilab/base/utf8.h>
#include <pilab/tui/fuzzy.h>
#include <pilab/base/search.h>

#define FOUND       16  /* for each letter */
#define AT_START    12  /* at the very beginning */
#define AT_WORD     8   /* after a separator, or a capital after a small letter */
#define ADJACENT    10  /* right after the letter before */
#define WHOLE       200 /* the query is the text */
#define BEGINNING   60  /* the text begins with the query */
#define SHORT_LIMIT 60  /* texts up to here get a point for each character they are shorter */

static bool is_separator(int32_t letter)
{
    return letter < 0x80 && strchr("/.-_: ,@#()[]", (int)letter) != NULL;
}

static int32_t folded(int32_t letter, bool exact)
{
    return exact || letter < 0 ? letter : (int32_t)towlower((wint_t)letter);
}

static bool has_capital(const char *query)
{
    const char *end = query + strlen(query);

    while (query < end) {
        int32_t letter = utf8_decode(&query, end);

        if (letter > 0 && iswupper((wint_t)letter))
            return true;
    }
    return false;
}

/* What a letter is worth that stands after `before` (0: at the beginning). */
static int letter_score(int32_t before, int32_t letter, bool adjacent)
{
    int score = FOUND;

    if (before == 0)
        score += AT_START;
    else if (is_separator(before))
        score += AT_WORD;
    else if (iswupper((wint_t)letter) && !iswupper((wint_t)before))
        score += AT_WORD;
    return score + (adjacent ? ADJACENT : 0);
}

/* One word of the query from `start` on: letters in order, each at its first place. -1: not there.
 */
static int word_score_from(const char *word, const char *word_end, const char *text,
                           const char *start, const char *end, bool exact)
{
    int32_t before = 0;
    const char *last = NULL; /* the end of the letter found last */
    int score = 0;

    for (const char *cursor = text; cursor < end && word < word_end;) {
        const char *here = cursor;
        const char *wanted_end = word;
        int32_t letter = utf8_decode(&cursor, end);
        int32_t wanted = utf8_decode(&wanted_end, word_end);

        if (here >= start && folded(letter, exact) == folded(wanted, exact)) {
            score += letter_score(before, letter, last == here);
            last = cursor;
            word = wanted_end;
        }
        before = letter > 0 ? letter : ' ';
    }
    return word < word_end ? -1 : score;
}

/* The best over all places where the word may begin. */
static int word_score(const char *word, const char *word_end, const char *text, const char *end,
                      bool exact)
{
    int best = -1;

    for (const char *start = text; start < end;) {
        int score = word_score_from(word, word_end, text, start, end, exact);

        if (score < 0)
            break;
        best = score > best ? score : best;
        (void)utf8_decode(&start, end);
    }
    return best;
}

/* What is typed as it stands comes first, whatever else its letters are found in. The "v" of a
 * version is no part of it for those who type. */
static int literal_score(const char *query, const char *text)
{
    struct search search = search_for(query);
    size_t length;
    size_t matched;

    if (text[0] == 'v' && isdigit((unsigned char)text[1]) && query[0] != 'v' && query[0] != 'V')
        text++;
    length = strlen(text);
    matched = search_match(&search, text, length);
    if (matched == 0)
        return 0;
    return matched == length ? WHOLE : BEGINNING;
}

int fuzzy_score(const char *query, const char *text)
{
    bool exact = has_capital(query);
    const char *end = text + strlen(text);
    int total = literal_score(query, text);
    bool any = false;

    while (*(query += strspn(query, " ")) != '\0') {
        size_t length = strcspn(query, " ");
        int score = word_score(query, query + length, text, end, exact);

        if (score < 0)
            return -1;
        any = true;
        total += score;
        query += length;
    }
    if (any && end - text < SHORT_LIMIT)
        total += (int)(SHORT_LIMIT - (end - text)) / 4;
    return total;
}
