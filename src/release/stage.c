#include <pilab/release/stage.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define MOST_WORDS   12
#define LONGEST_NAME 120

/* Looked at in this order, so that what narrows another word comes first: "prod-dr" is DR, "pre
 * prod" is no PROD. Two words stand for themselves in a row. `glued` words also count at the end of
 * a longer one: "mbprod". */
static const struct stage_word {
    const char *word, *stage;
    bool glued, alone; /* alone: only as the whole name */
} words[] = {
  /* clang-format off */
    { "disaster recovery", "DR", false, false },
    { "disaster", "DR", false, false },      { "dr", "DR", false, false },
    { "drc", "DR", false, false },           { "drp", "DR", false, false },
    { "recovery", "DR", false, false },      { "failover", "DR", false, false },
    { "standby", "DR", false, false },       { "bcp", "DR", false, false },
    { "non prod", "SIT", false, false },     { "not prod", "SIT", false, false },
    { "nonprod", "SIT", true, false },       { "nonprd", "SIT", true, false },
    { "perf", "PERF", true, false },         { "performance", "PERF", false, false },
    { "prf", "PERF", false, false },         { "load", "PERF", false, false },
    { "loadtest", "PERF", true, false },     { "lasttest", "PERF", false, false },
    { "stress", "PERF", false, false },      { "nft", "PERF", false, false },
    { "lt", "PERF", false, false },          { "pt", "PERF", false, false },
    { "sec", "SEC", false, false },          { "security", "SEC", false, false },
    { "pentest", "SEC", true, false },       { "pen test", "SEC", false, false },
    { "vapt", "SEC", false, false },
    { "pre prod", "PRE_PROD", false, false },       { "pre production", "PRE_PROD", false, false },
    { "pre prd", "PRE_PROD", false, false },        { "pre live", "PRE_PROD", false, false },
    { "preprod", "PRE_PROD", true, false },         { "preproduction", "PRE_PROD", true, false },
    { "preprd", "PRE_PROD", true, false },          { "prelive", "PRE_PROD", true, false },
    { "pprod", "PRE_PROD", false, false },          { "ppd", "PRE_PROD", false, false },
    { "ppe", "PRE_PROD", false, false },            { "pp", "PRE_PROD", false, false },
    { "pre", "PRE_PROD", false, false },            { "staging", "PRE_PROD", true, false },
    { "stage", "PRE_PROD", true, false },           { "stg", "PRE_PROD", true, false },
    { "stag", "PRE_PROD", false, false },           { "mock", "PRE_PROD", false, false },
    { "rehearsal", "PRE_PROD", false, false },
    { "uat", "UAT", true, false },           { "acceptance", "UAT", false, false },
    { "acc", "UAT", false, false },          { "accp", "UAT", false, false },
    { "accept", "UAT", false, false },       { "abnahme", "UAT", false, false },
    { "oat", "UAT", false, false },          { "preview", "UAT", false, false },
    { "demo", "UAT", false, false },         { "beta", "UAT", false, false },
    { "pilot", "UAT", false, false },        { "training", "UAT", false, false },
    { "trn", "UAT", false, false },          { "a", "UAT", false, true },
    { "prod", "PROD", true, false },         { "production", "PROD", true, false },
    { "produktion", "PROD", true, false },   { "prd", "PROD", true, false },
    { "live", "PROD", false, false },        { "canary", "PROD", false, false },
    { "p", "PROD", false, true },
    { "sit", "SIT", true, false },           { "qa", "SIT", true, false },
    { "qas", "SIT", false, false },          { "quality", "SIT", false, false },
    { "test", "SIT", true, false },          { "testing", "SIT", true, false },
    { "tst", "SIT", true, false },           { "int", "SIT", false, false },
    { "integration", "SIT", true, false },   { "integ", "SIT", false, false },
    { "sys", "SIT", false, false },          { "system", "SIT", false, false },
    { "ist", "SIT", false, false },
    { "nightly", "SIT", false, false },      { "q", "SIT", false, true },
    { "t", "SIT", false, true },
    { "dev", "DEV", true, false },           { "devel", "DEV", true, false },
    { "develop", "DEV", true, false },       { "development", "DEV", true, false },
    { "local", "DEV", false, false },        { "sandbox", "DEV", true, false },
    { "sbx", "DEV", false, false },          { "entwicklung", "DEV", false, false },
    { "ci", "DEV", false, false },           { "feature", "DEV", false, false },
    { "lab", "DEV", false, false },          { "d", "DEV", false, true },
  /* clang-format on */
};

#define WORDS (sizeof words / sizeof *words)

/* Along the main way, from the left; PERF and SEC stand beside it. */
static const char *const order[] = { "DEV", "SIT", "UAT", "PRE_PROD", "PROD", "DR" };

/* A name in small letters, cut at everything that is no letter, between letters and digits, and
 * where a capital follows a small letter. */
struct name_words {
    char text[LONGEST_NAME * 2 + 1];
    const char *words[MOST_WORDS];
    size_t count;
};

static bool begins_word(const char *name, size_t at)
{
    unsigned char here = (unsigned char)name[at], before = (unsigned char)name[at - 1];

    return !isalnum(before) || (isdigit(here) != 0) != (isdigit(before) != 0) ||
           (isupper(here) && islower(before));
}

static void cut_name(const char *name, struct name_words *out)
{
    size_t used = 0;

    out->count = 0;
    for (size_t i = 0; name[i] != '\0' && i < LONGEST_NAME; i++) {
        if (!isalnum((unsigned char)name[i]))
            continue;
        if (i == 0 || begins_word(name, i)) {
            if (out->count == MOST_WORDS)
                break;
            if (used > 0)
                out->text[used++] = '\0';
            out->words[out->count++] = out->text + used;
        }
        out->text[used++] = (char)tolower((unsigned char)name[i]);
    }
    out->text[used] = '\0';
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), tail = strlen(end);

    return length > tail && strcmp(text + length - tail, end) == 0;
}

static bool says(const struct name_words *name, const struct stage_word *word)
{
    const char *blank = strchr(word->word, ' ');
    size_t first = blank != NULL ? (size_t)(blank - word->word) : strlen(word->word);

    if (word->alone)
        return name->count == 1 && strcmp(name->words[0], word->word) == 0;
    for (size_t i = 0; i < name->count; i++) {
        if (strlen(name->words[i]) == first && strncmp(name->words[i], word->word, first) == 0 &&
            (blank == NULL || (i + 1 < name->count && strcmp(name->words[i + 1], blank + 1) == 0)))
            return true;
    }
    return false;
}

static bool is_glued(const struct name_words *name, const struct stage_word *word)
{
    for (size_t i = 0; word->glued && i < name->count; i++) {
        if (ends_with(name->words[i], word->word))
            return true;
    }
    return false;
}

struct stage_guess stage_guess(const char *name)
{
    struct name_words cut;

    cut_name(name, &cut);
    for (size_t i = 0; i < WORDS; i++) {
        if (says(&cut, &words[i]))
            return (struct stage_guess){ words[i].stage, words[i].word };
    }
    for (size_t i = 0; i < WORDS; i++) {
        if (is_glued(&cut, &words[i]))
            return (struct stage_guess){ words[i].stage, words[i].word };
    }
    return (struct stage_guess){ NULL, NULL };
}

bool stage_is_production(const char *stage)
{
    return strcmp(stage, "PROD") == 0 || strcmp(stage, "DR") == 0;
}

/* Where a stage stands on the main way; -1: beside it. */
static int rank_of(const char *stage)
{
    for (int i = 0; stage != NULL && i < (int)(sizeof order / sizeof *order); i++) {
        if (strcmp(order[i], stage) == 0)
            return i;
    }
    return -1;
}

bool stage_order_is_reversed(const char *const *names, size_t count)
{
    int before = -1;
    size_t up = 0, down = 0;

    for (size_t i = 0; i < count; i++) {
        int rank = rank_of(stage_guess(names[i]).stage);

        if (rank < 0)
            continue;
        up += before >= 0 && rank > before;
        down += before >= 0 && rank < before;
        before = rank;
    }
    return down > up;
}

static bool is_beside(const struct environment_settings *environment)
{
    return strcmp(environment->stage, "PERF") == 0 || strcmp(environment->stage, "SEC") == 0;
}

/* Whether two are of one kind: the same word for the same stage. "test" and "sit" are two steps,
 * though both are SIT. */
static bool are_siblings(const struct environment_settings *a, const struct environment_settings *b)
{
    struct stage_guess of_a = stage_guess(a->name), of_b = stage_guess(b->name);

    return strcmp(a->stage, b->stage) == 0 && of_a.word != NULL && of_b.word != NULL &&
           strcmp(of_a.word, of_b.word) == 0;
}

/* The nearest one to the left that `index` can be filled from, or NULL. */
static const struct environment_settings *source_of(const struct environment_settings *environments,
                                                    size_t index)
{
    const struct environment_settings *self = &environments[index];
    bool recovery = strcmp(self->stage, "DR") == 0;

    for (size_t i = index; i-- > 0;) {
        const struct environment_settings *other = &environments[i];

        if (is_beside(other) || are_siblings(other, self) ||
            (!recovery && strcmp(other->stage, "DR") == 0))
            continue;
        return other;
    }
    return NULL;
}

/* Recovery stands in for production wherever its column is. */
static const struct environment_settings *
production_of(const struct environment_settings *environments, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(environments[i].stage, "PROD") == 0)
            return &environments[i];
    }
    return NULL;
}

void stage_fill_path(struct arena *arena, struct environment_settings *environments, size_t count)
{
    const struct environment_settings *production = production_of(environments, count);

    for (size_t i = 0; i < count; i++) {
        struct environment_settings *self = &environments[i];
        const struct environment_settings *source = source_of(environments, i);

        if (self->from_count > 0)
            continue;
        if (production != NULL && strcmp(self->stage, "DR") == 0)
            source = production;
        if (source == NULL)
            continue;
        self->from = arena_array(arena, 1, sizeof *self->from);
        self->from[0] = source->name;
        self->from_count = 1;
    }
}
