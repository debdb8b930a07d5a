#include <pilab/drift/category.h>

#include <string.h>

#include <pilab/drift/category_rules.h>
#include <pilab/drift/merge_wording.h>

#include "ascii.h"
#include "category_book.h"
#include "version_title.h"

enum {
    WORDS_MAX = 64, /* of a title that are looked at */
    WORD_BYTES_MAX = 60,
    SCOPE_BYTES_MAX = 40,
    PHRASE_BYTES_MAX = CATEGORY_PHRASE_WORDS * (WORD_BYTES_MAX + 1),
    ADVISORY_POINTS = 70,
    WORDING_POINTS = 6, /* of "is", "when", "on": see category_rules.c */
    VERSION_POINTS = 90,
    DEPENDENCY_POINTS = 60,
    FILES_POINTS = 60,
    NO_FILES_POINTS = 40
};

struct words {
    struct span at[WORDS_MAX]; /* in small letters */
    size_t count;
};

/* "word crash" is of the kind "word". */
struct evidence {
    const char *kind; /* NULL: there is none */
    struct span what;
};

struct judge {
    struct arena *arena;
    const struct category_book *book;
    struct category_judgement *out;
    int best[CATEGORY_COUNT];                 /* the points of the weightiest evidence */
    struct evidence evidence[CATEGORY_COUNT]; /* and what it is */
    bool says_breaking;                       /* the title speaks of a breaking change */
    bool not_shipped;                         /* only tests, or only what builds and checks it */
    bool advisory;                            /* it names one: CVE, GHSA */
};

enum change_category category_of_points(const int points[CATEGORY_COUNT])
{
    /* of two that are equal the one to the left */
    static const enum change_category order[] = {
        CATEGORY_SECURITY,    CATEGORY_DEPRECATED,    CATEGORY_BUG_FIXES,
        CATEGORY_PERFORMANCE, CATEGORY_IMPROVEMENTS,  CATEGORY_FEATURES,
        CATEGORY_CHANGED,     CATEGORY_DOCUMENTATION, CATEGORY_INTERNAL,
    };
    enum change_category best = CATEGORY_IMPROVEMENTS;
    int most = 0;
    size_t i;

    for (i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (points[order[i]] > most) {
            best = order[i];
            most = points[order[i]];
        }
    }
    return best;
}

/* `what` is kept until the judgement is made. */
static void give(struct judge *judge, enum change_category category, int points, const char *kind,
                 struct span what)
{
    judge->out->points[category] += points;
    if (points > judge->best[category]) {
        judge->best[category] = points;
        judge->evidence[category] = (struct evidence){ kind, what };
    }
}

static const struct category_rule *find(const struct judge *judge, enum category_evidence evidence,
                                        struct span pattern)
{
    const struct phrase *phrase = category_book_find(judge->book, pattern);

    return phrase ? phrase->rules[evidence] : NULL;
}

static void give_found(struct judge *judge, enum category_evidence evidence, const char *kind,
                       const char *pattern)
{
    const struct category_rule *rule = pattern ? find(judge, evidence, span_of(pattern)) : NULL;

    if (rule)
        give(judge, rule->category, rule->points, kind, span_of(pattern));
}

static bool is_word_byte(char c)
{
    return ascii_is_alnum(c) || c == '_' || c == '\'' || c == '-' || (unsigned char)c >= 0x80;
}

/* Where the words of a title begin: behind "scope: " as Go projects write it, so that the name of a
 * part of the program is no evidence. */
static struct span behind_scope(struct span title)
{
    for (;;) {
        size_t colon = span_find(title, ": ");
        size_t i;

        if (colon == SPAN_NONE || colon > SCOPE_BYTES_MAX)
            return title;
        for (i = 0; i < colon; i++) {
            if (!is_word_byte(title.at[i]) && !strchr(" ,./&{}()*", title.at[i]))
                return title;
        }
        title = span_from(title, colon + 2);
    }
}

static void split_words(struct arena *arena, const char *title, struct words *words)
{
    struct span text = behind_scope(span_of(span_to_arena_lower(span_of(title), arena)));
    size_t at = 0;

    words->count = 0;
    while (at < text.length && words->count < WORDS_MAX) {
        size_t start;

        while (at < text.length && !is_word_byte(text.at[at]))
            at++;
        start = at;
        while (at < text.length && is_word_byte(text.at[at]))
            at++;
        if (at > start && at - start <= WORD_BYTES_MAX)
            words->at[words->count++] = span_slice(text, start, at);
    }
}

/* "no security impact", "not a breaking change". */
static bool is_denied(const struct words *words, size_t at)
{
    static const char *const denials[] = { "no", "not", "non", "without" };
    size_t back, i;

    for (back = 1; back <= 2 && back <= at; back++) {
        for (i = 0; i < sizeof denials / sizeof denials[0]; i++) {
            if (span_equal(words->at[at - back], denials[i]))
                return true;
        }
    }
    return false;
}

/* "security group", "security context": names of things. */
static bool names_a_thing(const struct words *words, size_t at)
{
    static const char *const things[] = { "group", "groups", "context", "contexts" };
    size_t i;

    for (i = 0; at + 1 < words->count && i < sizeof things / sizeof things[0]; i++) {
        if (span_equal(words->at[at + 1], things[i]))
            return true;
    }
    return false;
}

static void judge_phrase(struct judge *judge, const struct words *words, size_t at,
                         const struct phrase *phrase)
{
    const struct category_rule *rule = phrase->rules[EVIDENCE_WORD];

    if (rule && !(rule->category == CATEGORY_CHANGED && is_denied(words, at)))
        give(judge, rule->category, rule->points, "word", phrase->text);
    rule = phrase->rules[EVIDENCE_SECURITY];
    if (rule && !is_denied(words, at) && !names_a_thing(words, at)) {
        give(judge, rule->category, rule->points, "word", phrase->text);
        judge->out->security = true;
    }
    if (span_equal(phrase->text, "breaking change") && !is_denied(words, at))
        judge->says_breaking = true;
}

/* The phrases that begin with the word at `at`: most words begin none that says anything. */
static void judge_word(struct judge *judge, const struct words *words, size_t at)
{
    char text[PHRASE_BYTES_MAX];
    size_t length = 0;
    size_t count;

    for (count = 0; count < CATEGORY_PHRASE_WORDS && at + count < words->count; count++) {
        const struct span *word = &words->at[at + count];
        const struct phrase *phrase;

        if (count > 0)
            text[length++] = ' ';
        memcpy(text + length, word->at, word->length);
        length += word->length;
        phrase = category_book_find(judge->book, (struct span){ text, length });
        if (phrase)
            judge_phrase(judge, words, at, phrase);
        if (!phrase || !phrase->goes_on)
            return;
    }
}

static void judge_words(struct judge *judge, const struct words *words)
{
    size_t at;

    for (at = 0; at < words->count; at++)
        judge_word(judge, words, at);
}

static void judge_lead(struct judge *judge, const struct words *words)
{
    const struct category_rule *rule;

    if (words->count == 0)
        return;
    rule = find(judge, EVIDENCE_LEAD, words->at[0]);
    if (rule)
        give(judge, rule->category, rule->points, "first word", words->at[0]);
    judge->out->removal =
        rule && rule->category == CATEGORY_CHANGED &&
        (span_starts(words->at[0], "remove") || span_starts(words->at[0], "drop") ||
         span_starts(words->at[0], "delet") || span_starts(words->at[0], "retire"));
}

/* The files say something when all of them are of one kind. */
static void judge_files(struct judge *judge, const struct file_change_list *files)
{
    static const struct {
        enum change_category category;
        const char *basis;
    } kinds[PATH_CLASS_COUNT] = {
        [PATH_DOCUMENTATION] = {CATEGORY_DOCUMENTATION, "only documentation files"},
        [PATH_TEST] = { CATEGORY_INTERNAL,     "only test files"         },
        [PATH_TOOLING] = { CATEGORY_INTERNAL,     "only tooling files"      },
    };
    enum path_class class;
    size_t i;

    if (files->count == 0) {
        give(judge, CATEGORY_INTERNAL, NO_FILES_POINTS, "no files", span_of(NULL));
        return;
    }
    class = path_classify(files->changes[0].path);
    for (i = 1; class != PATH_SOURCE && i < files->count; i++) {
        if (path_classify(files->changes[i].path) != class)
            class = PATH_SOURCE;
    }
    judge->not_shipped = class == PATH_TEST || class == PATH_TOOLING;
    if (class != PATH_SOURCE)
        give(judge, kinds[class].category, FILES_POINTS, kinds[class].basis, span_of(NULL));
}

static void judge_advisories(struct judge *judge, const struct category_input *input)
{
    const struct ticket_set *tickets = input->tickets;
    size_t i;

    if (merges_private_fork(input->message->subject)) {
        give(judge, CATEGORY_SECURITY, ADVISORY_POINTS, "a private fork", span_of(NULL));
        judge->out->security = judge->advisory = true;
    }
    for (i = 0; i < tickets->count; i++) {
        if (tickets->tickets[i].kind == TICKET_ADVISORY) {
            give(judge, CATEGORY_SECURITY, ADVISORY_POINTS, tickets->tickets[i].id, span_of(NULL));
            judge->out->security = judge->advisory = true;
            return;
        }
    }
}

static bool says_nothing(struct span value)
{
    static const char *const nothing[] = { "", "none", "no", "n/a", "na", "-", "false" };
    size_t i;

    if (span_ends(value, "."))
        value.length--;
    for (i = 0; i < sizeof nothing / sizeof nothing[0]; i++) {
        if (span_equal_fold(value, nothing[i]))
            return true;
    }
    return false;
}

static void judge_breaking(struct judge *judge, const struct commit_message *message)
{
    size_t i;

    for (i = 0; i < message->trailer_count; i++) {
        const struct trailer *trailer = &message->trailers[i];
        struct span value = span_trim(span_of(trailer->value));

        if ((span_equal(span_of(trailer->key), "BREAKING CHANGE") ||
             span_equal(span_of(trailer->key), "BREAKING-CHANGE")) &&
            !says_nothing(value)) {
            judge->out->breaking = true;
            judge->out->breaking_note = span_to_arena(value, judge->arena);
            return;
        }
    }
}

/* What updates of dependencies are marked with: "fix(deps)" brings no fix of this project, and what
 * is for developers only reaches nobody. */
static void judge_scope(struct judge *judge, const struct subject *subject)
{
    struct span scope = span_of(subject->scope);

    if (span_equal_fold(scope, "deps") && strcmp(subject->type, "fix") == 0)
        give(judge, CATEGORY_IMPROVEMENTS, DEPENDENCY_POINTS, "scope", scope);
    else if (span_equal_fold(scope, "deps-dev"))
        give(judge, CATEGORY_INTERNAL, VERSION_POINTS, "scope", scope);
}

/* What the program runs with is a part of what its users get, though the commit that brings it
 * calls itself a chore. What only its developers run stays internal: most of it is typed "build",
 * where no scope says otherwise. */
static void judge_dependency(struct judge *judge, const struct subject *subject)
{
    struct span name = version_title_dependency(span_trim(span_of(subject->title)));
    bool scoped = subject->scope && span_equal_fold(span_of(subject->scope), "deps");

    if (!subject->type ||
        !(strcmp(subject->type, "chore") == 0 || (strcmp(subject->type, "build") == 0 && scoped)))
        return;
    if (name.length == 0 || version_title_names_tool(name) ||
        (subject->scope && span_equal_fold(span_of(subject->scope), "deps-dev")))
        return;
    give(judge, CATEGORY_IMPROVEMENTS, DEPENDENCY_POINTS, "dependency", name);
}

static bool title_breaks(const char *title)
{
    return span_starts_fold(span_of(title), "breaking:") ||
           span_starts_fold(span_of(title), "breaking change:");
}

static bool label_breaks(const char *label)
{
    return label && (span_starts(span_of(label), "breaking") || strcmp(label, ":boom:") == 0 ||
                     strcmp(label, "💥") == 0);
}

/* What touches security is announced, however small it is, unless only a word says so and nothing
 * of it is shipped. What is written about a breaking change breaks nothing: there only marks and
 * trailers count. */
static void settle(struct judge *judge)
{
    struct category_judgement *out = judge->out;

    out->category = category_of_points(out->points);
    if (out->category == CATEGORY_INTERNAL && judge->not_shipped && !judge->advisory)
        out->security = false;
    if (out->category == CATEGORY_INTERNAL && out->security)
        out->category = CATEGORY_SECURITY;
    if (judge->says_breaking && out->points[CATEGORY_DOCUMENTATION] < FILES_POINTS)
        out->breaking = true;
}

/* Small words decide where nothing else does; one alone explains nothing. */
static const char *basis_of(const struct judge *judge)
{
    enum change_category category = judge->out->category;
    const struct evidence *evidence = &judge->evidence[category];

    if (!evidence->kind)
        return "nothing says more";
    if (judge->best[category] <= WORDING_POINTS)
        return "its wording";
    if (evidence->what.length == 0)
        return evidence->kind;
    return span_join(judge->arena,
                     (struct span[]){ span_of(evidence->kind), span_of(" "), evidence->what }, 3);
}

void category_judge(struct arena *arena, const struct category_book *book,
                    const struct category_input *input, struct category_judgement *out)
{
    const struct subject *subject = input->subject;
    struct judge judge = { .arena = arena, .book = book, .out = out };
    struct words words;

    *out = (struct category_judgement){ 0 };
    give_found(&judge, EVIDENCE_TYPE, "type", subject->type);
    give_found(&judge, EVIDENCE_LABEL, "label", subject->label);
    give_found(&judge, EVIDENCE_MARK, "mark", subject->label);
    if (subject->scope)
        judge_scope(&judge, subject);
    judge_dependency(&judge, subject);
    split_words(arena, subject->title, &words);
    judge_lead(&judge, &words);
    judge_words(&judge, &words);
    if (version_title_is_release(subject->title))
        give(&judge, CATEGORY_INTERNAL, VERSION_POINTS, "a version", span_of(NULL));
    if (input->files)
        judge_files(&judge, input->files);
    judge_advisories(&judge, input);
    if (subject->bang || label_breaks(subject->label) || title_breaks(subject->title))
        out->breaking = true;
    judge_breaking(&judge, input->message);
    settle(&judge);
    out->basis = basis_of(&judge);
}
