#include <pilab/drift/tickets.h>

#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/vector.h>

#include "ascii.h"

enum { NUMBER_DIGITS_MAX = 9, REPOSITORY_NAME_MAX = 140 };

enum place {
    PLACE_SUBJECT, /* every number counts, and is what the commit is about */
    PLACE_BRANCH,  /* keys in small letters count */
    PLACE_TRAILER, /* every number counts */
    PLACE_BODY     /* a number counts behind a word that says so */
};

struct scan {
    struct arena *arena;
    const struct ticket_options *options;
    struct vector found; /* struct ticket */
    struct map *seen;
    const char *key;
    const char *closes;
    const char *request; /* the subject's */
    bool odd_keys;       /* a key of the project is more than letters and digits */
};

/* The place being read, and what is known at the cursor. */
struct reader {
    struct scan *scan;
    struct span text;
    enum place place;
    bool closing;      /* a trailer that closes */
    size_t number_end; /* where the last number that counted ended: "fixes #1, #2"; or SPAN_NONE */
    bool number_closes;
};

struct reference_word {
    const char *word;
    bool closes;
};

/* Before a number in running text, and as trailers. */
static const struct reference_word reference_words[] = {
    {"fix",         true },
    { "fixes",      true },
    { "fixed",      true },
    { "close",      true },
    { "closes",     true },
    { "closed",     true },
    { "resolve",    true },
    { "resolves",   true },
    { "resolved",   true },
    { "ref",        false},
    { "refs",       false},
    { "reference",  false},
    { "references", false},
    { "see",        false},
    { "issue",      true },
    { "issues",     true },
    { "bug",        true },
    { "bugs",       true },
    { "ticket",     true },
    { "tickets",    true },
    { "implements", true },
    { "implement",  true },
    { "addresses",  false},
    { "address",    false},
    { "of",         false},
    { "to",         false},
    { "for",        false},
    { "pr",         false},
    { "request",    false},
    { "mr",         false},
    { "reverts",    false},
    { "items",      false},
};

static const struct reference_word reference_trailers[] = {
    {"jira",                true },
    { "jira-issue",         true },
    { "jira-id",            true },
    { "issue-id",           true },
    { "story",              true },
    { "task",               true },
    { "tracker",            true },
    { "work-item",          true },
    { "relates-to",         false},
    { "related-to",         false},
    { "related",            false},
    { "see-also",           false},
    { "part-of",            false},
    { "pr-url",             false},
    { "mr-url",             false},
    { "pull-request",       false},
    { "merge-request",      false},
    { "related work items", true },
    { "reference-to",       false},
    { "breaking change",    false},
    { "breaking-change",    false},
};

/* The words of the tables are in small letters. */
static const struct reference_word *word_find(struct span word, const struct reference_word *words,
                                              size_t count)
{
    char first = word.length > 0 ? ascii_lower(word.at[0]) : '\0';
    size_t i;

    for (i = 0; i < count; i++) {
        if (words[i].word[0] == first && span_equal_fold(word, words[i].word))
            return &words[i];
    }
    return NULL;
}

static const struct reference_word *reference_word(struct span word)
{
    return word_find(word, reference_words, sizeof reference_words / sizeof reference_words[0]);
}

static const struct reference_word *reference_trailer(const char *key)
{
    const struct reference_word *word = reference_word(span_of(key));

    return word ? word
                : word_find(span_of(key), reference_trailers,
                            sizeof reference_trailers / sizeof reference_trailers[0]);
}

static void add_ticket(struct scan *scan, enum ticket_kind kind, const char *id)
{
    struct ticket *ticket;

    if (map_put(scan->seen, id, scan))
        return;
    ticket = vector_add(&scan->found);
    ticket->kind = kind;
    ticket->id = id;
}

static void add_key(struct scan *scan, struct span key)
{
    char *id = span_to_arena(key, scan->arena);
    size_t i;

    for (i = 0; i < key.length; i++)
        id[i] = ascii_upper(id[i]);
    add_ticket(scan, TICKET_KEY, id);
    if (!scan->key)
        scan->key = id;
}

static void add_advisory(struct scan *scan, struct span advisory)
{
    bool github = span_starts_fold(advisory, "GHSA-");
    char *id = span_to_arena(advisory, scan->arena);
    size_t i;

    for (i = 0; i < advisory.length; i++)
        id[i] = github && i >= 5 ? ascii_lower(id[i]) : ascii_upper(id[i]);
    add_ticket(scan, TICKET_ADVISORY, id);
}

static void add_number(struct scan *scan, struct span prefix, struct span digits, bool closes)
{
    const char *id = span_join(scan->arena, (struct span[]){ prefix, digits }, 2);

    add_ticket(scan, TICKET_NUMBER, id);
    if (closes && !scan->closes && (!scan->request || strcmp(id, scan->request) != 0))
        scan->closes = id;
}

/* The digits of a number that stands alone: not 0123, not 12ab. */
static size_t number_length(struct span text)
{
    size_t digits = span_digits(text);

    if (digits == 0 || digits > NUMBER_DIGITS_MAX || text.at[0] == '0')
        return 0;
    if (digits < text.length && (ascii_is_alnum(text.at[digits]) || text.at[digits] == '_'))
        return 0;
    return digits;
}

/* "#2" of "fixes #1, #2" and "fixes #1 and #2". */
static bool continues_list(const struct reader *reader, size_t at)
{
    struct span between;

    if (reader->number_end == SPAN_NONE || at - reader->number_end > 8)
        return false;
    between = span_trim(span_slice(reader->text, reader->number_end, at));
    return span_equal(between, ",") || span_equal(between, "&") || span_equal(between, "and") ||
           span_equal(between, ", and") || between.length == 0;
}

/* "* Fix login (#12)": a line of a squash message. */
static bool ends_list_line(const struct reader *reader, size_t at, size_t end)
{
    struct span text = reader->text;
    size_t start = at;

    if (at == 0 || text.at[at - 1] != '(' || end >= text.length || text.at[end] != ')')
        return false;
    if (end + 1 < text.length && text.at[end + 1] != '\n' && text.at[end + 1] != '\r')
        return false;
    while (start > 0 && text.at[start - 1] != '\n')
        start--;
    return span_starts(span_from(text, start), "* ") || span_starts(span_from(text, start), "- ");
}

/* Whether a number at `at` is a reference, and whether it is what the commit closes. */
static bool number_counts(const struct reader *reader, size_t at, size_t end, bool *closes)
{
    struct span text = reader->text;
    const struct reference_word *word;
    size_t word_end = at, start;

    if (reader->place != PLACE_BODY) {
        *closes = reader->place == PLACE_SUBJECT || reader->closing;
        return true;
    }
    if (continues_list(reader, at)) {
        *closes = reader->number_closes;
        return true;
    }
    *closes = false;
    while (word_end > 0 && strchr(" \t:([", text.at[word_end - 1]))
        word_end--;
    start = word_end;
    while (start > 0 && ascii_is_letter(text.at[start - 1]))
        start--;
    word = reference_word(span_slice(text, start, word_end));
    if (word) {
        *closes = word->closes;
        return true;
    }
    return ends_list_line(reader, at, end);
}

/* The reference stands from `at` to `end`; returns its length, 0 when it does not count. */
static size_t take_number(struct reader *reader, size_t at, size_t end, const char *sign,
                          struct span digits)
{
    bool closes;

    if (!number_counts(reader, at, end, &closes))
        return 0;
    add_number(reader->scan, span_of(sign), digits, closes);
    reader->number_end = end;
    reader->number_closes = closes;
    return end - at;
}

/* Where a name like "owner/repo" or "AB" begins that ends at `end`. */
static size_t name_start(struct span text, size_t end)
{
    size_t start = end;

    while (start > 0 && end - start < REPOSITORY_NAME_MAX &&
           (ascii_is_alnum(text.at[start - 1]) || strchr("/._-", text.at[start - 1])))
        start--;
    return start;
}

/* "#123", "owner/repo#123", "AB#123" (Azure Boards). */
static size_t scan_hash(struct reader *reader, size_t at)
{
    struct span text = reader->text;
    size_t digits = number_length(span_from(text, at + 1));
    struct span number = span_slice(text, at + 1, at + 1 + digits);
    size_t start = name_start(text, at);
    struct span name = span_slice(text, start, at);
    size_t slash = span_find_char(name, '/');

    if (digits == 0)
        return 0;
    if (name.length == 0) {
        if (at > 0 && (text.at[at - 1] == '&' || text.at[at - 1] == '#'))
            return 0;
        return take_number(reader, at, at + 1 + digits, "#", number);
    }
    if (span_equal(name, "AB") || (slash != SPAN_NONE && slash > 0 && slash + 1 < name.length &&
                                   span_find_char(span_from(name, slash + 1), '/') == SPAN_NONE)) {
        add_number(reader->scan, span_slice(text, start, at + 1), number, false);
        return 1 + digits;
    }
    return 0;
}

/* "!45", "group/project!45" (GitLab, Azure DevOps). */
static size_t scan_bang(struct reader *reader, size_t at)
{
    struct span text = reader->text;
    size_t digits = number_length(span_from(text, at + 1));
    struct span name = span_slice(text, name_start(text, at), at);
    bool path = span_find_char(name, '/') != SPAN_NONE;
    bool free = at == 0 || ascii_is_space(text.at[at - 1]) || text.at[at - 1] == '(';

    if (digits == 0 || (!path && (!free || reader->place == PLACE_BODY)))
        return 0;
    add_number(reader->scan, span_of("!"), span_slice(text, at + 1, at + 1 + digits), false);
    return 1 + digits;
}

/* What a number behind this part of a path is. */
static const char *path_sign(struct span part)
{
    static const struct {
        const char *part, *sign;
    } signs[] = {
        {"issues",          "#"},
        { "issue",          "#"},
        { "pull",           "#"},
        { "pulls",          "#"},
        { "pull-requests",  "#"},
        { "edit",           "#"},
        { "merge_requests", "!"},
        { "pullrequest",    "!"},
    };
    size_t i;

    for (i = 0; i < sizeof signs / sizeof signs[0]; i++) {
        if (span_equal(part, signs[i].part))
            return signs[i].sign;
    }
    return NULL;
}

static size_t url_length(struct span text)
{
    size_t length = 0;

    while (length < text.length && (unsigned char)text.at[length] > ' ' &&
           !strchr("<>\"'()[]{}|\\^`", text.at[length]))
        length++;
    while (length > 0 && strchr(".,;:!", text.at[length - 1]))
        length--;
    return length;
}

/* ".../issues/123", ".../browse/KEY-1". */
static size_t scan_url(struct reader *reader, size_t at)
{
    struct span url = span_slice(reader->text, at, at + url_length(span_from(reader->text, at)));
    size_t slash = span_find_char(url, '/');

    while (slash != SPAN_NONE && slash + 1 < url.length) {
        struct span rest = span_from(url, slash + 1);
        size_t next = span_find_char(rest, '/');
        struct span part = span_slice(rest, 0, next);
        const char *sign = path_sign(part);
        struct span behind = next == SPAN_NONE ? span_slice(rest, 0, 0) : span_from(rest, next + 1);
        size_t digits = number_length(behind);
        size_t key = ticket_key_length(behind, reader->scan->options, false);

        if (sign && digits > 0) {
            take_number(reader, at, at + url.length, sign, span_slice(behind, 0, digits));
            break;
        }
        if (span_equal(part, "browse") && key > 0) {
            add_key(reader->scan, span_slice(behind, 0, key));
            break;
        }
        slash = next == SPAN_NONE ? SPAN_NONE : slash + 1 + next;
    }
    return url.length;
}

/* "GH-123". */
static size_t scan_github(struct reader *reader, size_t at)
{
    struct span text = span_from(reader->text, at);
    size_t digits;

    if (!span_starts_fold(text, "GH-"))
        return 0;
    digits = number_length(span_from(text, 3));
    if (digits == 0)
        return 0;
    return take_number(reader, at, at + 3 + digits, "#", span_slice(text, 3, 3 + digits));
}

static size_t scan_word(struct reader *reader, size_t at)
{
    struct span text = span_from(reader->text, at);
    bool known = reader->scan->options && reader->scan->options->key_count > 0;
    bool segment = at == 0 || reader->text.at[at - 1] == '/';
    bool fold = known ? reader->place != PLACE_BODY : reader->place == PLACE_BRANCH && segment;
    size_t length = advisory_length(text);

    if (length > 0) {
        add_advisory(reader->scan, span_slice(text, 0, length));
        return length;
    }
    length = scan_github(reader, at);
    if (length > 0)
        return length;
    /* US-EAST-1 */
    if (!known && at >= 2 && reader->text.at[at - 1] == '-' &&
        (ascii_is_upper(reader->text.at[at - 2]) || ascii_is_digit(reader->text.at[at - 2])))
        return 0;
    length = ticket_key_length(text, reader->scan->options, fold);
    if (length > 0)
        add_key(reader->scan, span_slice(text, 0, length));
    return length;
}

static bool is_url(struct span text)
{
    return span_starts(text, "https://") || span_starts(text, "http://");
}

/* A word of letters and digits, from `at` to `end`. All that it may begin goes on with a dash, but
 * for addresses and the keys of a project that are odd. */
static size_t scan_run(struct reader *reader, size_t at, size_t end)
{
    struct span text = reader->text;
    char next = end < text.length ? text.at[end] : '\0';

    if (!ascii_is_letter(text.at[at]) || (at > 0 && ascii_is_alnum(text.at[at - 1])))
        return 0;
    if (next == ':' && is_url(span_from(text, at)))
        return scan_url(reader, at);
    return next == '-' || reader->scan->odd_keys ? scan_word(reader, at) : 0;
}

static void scan_text(struct scan *scan, struct span text, enum place place, bool closing)
{
    struct reader reader = { scan, text, place, closing, SPAN_NONE, false };
    size_t i = 0;

    while (i < text.length) {
        char c = text.at[i];
        size_t end = i, length = 0;

        while (end < text.length && ascii_is_alnum(text.at[end]))
            end++;
        if (end > i)
            length = scan_run(&reader, i, end);
        else if (c == '#')
            length = scan_hash(&reader, i);
        else if (c == '!')
            length = scan_bang(&reader, i);
        i = length > 0 ? i + length : end > i ? end : i + 1;
    }
}

static void scan_subject(struct scan *scan, const struct subject *subject)
{
    if (!subject->merge) {
        scan_text(scan, span_of(subject->written), PLACE_SUBJECT, false);
    } else {
        /* "Merge branch 'a' into b": what it was merged into says nothing about the change */
        if (subject->request_title)
            scan_text(scan, span_of(subject->written), PLACE_SUBJECT, false);
        if (subject->branch)
            scan_text(scan, span_of(subject->branch), PLACE_BRANCH, false);
    }
    if (subject->request)
        add_ticket(scan, TICKET_NUMBER, subject->request);
}

static void scan_trailers(struct scan *scan, const struct commit_message *message)
{
    size_t i;

    for (i = 0; i < message->trailer_count; i++) {
        const struct trailer *trailer = &message->trailers[i];
        const struct reference_word *word = reference_trailer(trailer->key);
        struct span value = span_trim(span_of(trailer->value));
        size_t digits = number_length(value);

        if (!word)
            continue;
        if (digits > 0 && digits == value.length)
            add_number(scan, span_of("#"), value, word->closes);
        else
            scan_text(scan, value, PLACE_TRAILER, word->closes);
    }
}

static int by_kind(const void *a, const void *b)
{
    const struct ticket *first = a, *second = b;

    return (int)first->kind - (int)second->kind;
}

static bool has_odd_keys(const struct ticket_options *options)
{
    for (size_t i = 0; options && i < options->key_count; i++) {
        for (const char *at = options->keys[i]; *at != '\0'; at++) {
            if (!ascii_is_alnum(*at))
                return true;
        }
    }
    return false;
}

void tickets_find(struct arena *arena, const struct commit_message *message,
                  const struct subject *subject, const struct ticket_options *options,
                  struct ticket_set *out)
{
    struct scan scan = { .arena = arena,
                         .options = options,
                         .request = subject->request,
                         .odd_keys = has_odd_keys(options) };

    vector_init(&scan.found, sizeof(struct ticket));
    scan.seen = map_new();
    scan_subject(&scan, subject);
    scan_trailers(&scan, message);
    scan_text(&scan, span_of(message->body), PLACE_BODY, false);
    vector_sort(&scan.found, by_kind);
    *out = (struct ticket_set){ .tickets = vector_to_arena(&scan.found, arena),
                                .count = scan.found.count,
                                .key = scan.key,
                                .closes = scan.closes };
    map_free(&scan.seen);
    vector_release(&scan.found);
}

bool ticket_sets_meet(const struct ticket_set *a, const struct ticket_set *b)
{
    for (size_t i = 0; i < a->count; i++) {
        for (size_t k = 0; k < b->count; k++) {
            if (strcmp(a->tickets[i].id, b->tickets[k].id) == 0)
                return true;
        }
    }
    return false;
}
