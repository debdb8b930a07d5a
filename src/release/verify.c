#include <pilab/release/verify.h>

#include <string.h>

#include <pilab/base/vector.h>

#define SHORT_COMMIT 7 /* fewer digits of a commit tell nothing */

static const struct {
    const char *name, *words;
} verdicts[VERIFY_VERDICT_COUNT] = {
    [VERIFY_SAME] = {"same",           "same"         },
    [VERIFY_DIFFERS] = { "differs",       "differs"      },
    [VERIFY_UNASKED] = { "could_not_ask", "could not ask"},
    [VERIFY_UNOBSERVED] = { "not_observed",  "not observed" },
    [VERIFY_WAITING] = { "waiting",       "waiting"      },
};

const char *verify_verdict_name(enum verify_verdict verdict)
{
    return verdicts[verdict].name;
}

const char *verify_verdict_words(enum verify_verdict verdict)
{
    return verdicts[verdict].words;
}

/* --- One against one -------------------------------------------------------------------------- */

/* A "v" before a digit is how the same version is written elsewhere. */
static const char *without_v(const char *version)
{
    return version[0] == 'v' && version[1] >= '0' && version[1] <= '9' ? version + 1 : version;
}

bool verify_same_version(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(without_v(a), without_v(b)) == 0;
}

/* A version as it is written on the other side, with its "v" or without. */
static const char *spelt_as(const char *expected, const char *version, struct arena *arena)
{
    if (expected == NULL || version == NULL)
        return version;
    if (without_v(expected) == expected)
        return without_v(version);
    /* "42" may be another way to count. */
    if (*version < '0' || *version > '9' ||
        (strchr(version, '.') == NULL && !verify_same_version(expected, version)))
        return version;
    return arena_printf(arena, "v%s", version);
}

/* Either may be cut short. */
static bool same_commit(const char *a, const char *b)
{
    size_t length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

    return length >= SHORT_COMMIT ? strncmp(a, b, length) == 0 : strcmp(a, b) == 0;
}

/* The digest within a reference, or the whole when it is one; NULL: it has none. */
static const char *digest_of(const char *image)
{
    const char *at = image != NULL ? strchr(image, '@') : NULL;

    if (at != NULL)
        return at + 1;
    return image != NULL && strncmp(image, "sha256:", 7) == 0 ? image : NULL;
}

static enum verify_verdict compare(const struct manifest_entry_state *expected,
                                   const struct observation *observed, struct arena *arena,
                                   const char **why)
{
    const char *digest = digest_of(expected->image);
    const char *seen = observed->digest != NULL ? observed->digest : digest_of(observed->image);
    bool commits = expected->commit != NULL && observed->commit != NULL;
    bool digests = digest != NULL && seen != NULL;

    *why = observed->unread;
    if (observed->unread != NULL)
        return VERIFY_UNASKED;
    if (observed->absent) {
        *why = expected->version != NULL ? "it does not run there" : NULL;
        return expected->version != NULL ? VERIFY_DIFFERS : VERIFY_SAME;
    }
    if (expected->version == NULL) {
        *why = "nobody has said what should run there";
        return VERIFY_DIFFERS;
    }
    if (observed->version != NULL && !verify_same_version(expected->version, observed->version)) {
        *why = observed->unsettled != NULL
                   ? arena_printf(arena, "another version; %s", observed->unsettled)
                   : "another version";
        return VERIFY_DIFFERS;
    }
    if (digests && strcmp(digest, seen) != 0)
        *why = "another image under the same version";
    else if (commits && !same_commit(expected->commit, observed->commit))
        *why = "another commit under the same version";
    else if (expected->config_revision != NULL && observed->config_revision != NULL &&
             strcmp(expected->config_revision, observed->config_revision) != 0)
        *why = "another configuration";
    else
        *why = observed->unsettled;
    if (*why != NULL)
        return VERIFY_DIFFERS;
    if (observed->version != NULL || digests || commits)
        return VERIFY_SAME;
    *why = "what runs there does not say its version";
    return VERIFY_UNASKED;
}

/* --- A module --------------------------------------------------------------------------------- */

/* What weighs more: the others give way to it. */
static int weight(enum verify_verdict verdict)
{
    static const int weights[VERIFY_VERDICT_COUNT] = {
        [VERIFY_UNOBSERVED] = 0, [VERIFY_SAME] = 1,    [VERIFY_WAITING] = 2,
        [VERIFY_UNASKED] = 3,    [VERIFY_DIFFERS] = 4,
    };

    return weights[verdict];
}

static void take(struct verify_cell *cell, enum verify_verdict verdict, const char *why,
                 const struct observation *observed, const struct observer_answer *source)
{
    if (weight(verdict) <= weight(cell->verdict))
        return;
    cell->verdict = verdict;
    cell->why = why;
    cell->source = source;
    /* What another has seen stays shown beside who failed. */
    if (observed != NULL)
        cell->observed = observed;
}

static void take_answer(struct verify_cell *cell, const struct observer_answer *answer,
                        struct arena *arena)
{
    const char *module = cell->expected->module;

    if (!observer_tells_of(answer->observer, module))
        return;
    if (answer->at == 0)
        take(cell, VERIFY_WAITING, NULL, NULL, answer);
    else if (answer->failure.code != ERROR_NONE)
        take(cell, VERIFY_UNASKED, answer->failure.message, NULL, answer);
    for (size_t i = 0; i < answer->count; i++) {
        struct observation *item;
        enum verify_verdict verdict;
        const char *why;

        if (strcmp(answer->items[i].module, module) != 0)
            continue;
        if (answer->items[i].file_count > 0) {
            cell->configured = true;
            if (cell->source == NULL)
                cell->source = answer;
            continue;
        }
        item = arena_alloc(arena, sizeof *item);
        *item = answer->items[i];
        item->version = spelt_as(cell->expected->version, item->version, arena);
        verdict = compare(cell->expected, item, arena, &why);
        take(cell, verdict, why, item, answer);
    }
}

/* Nobody said which version runs there. */
static const char only_configuration[] = "only its configuration was seen";

/* --- All of them ------------------------------------------------------------------------------ */

/* What nobody asked about: names that the project does not have, and modules that a release leaves
 * as they are. */
static void count_others(const struct manifest_state *state, struct verification *out)
{
    for (size_t i = 0; i < out->answer_count; i++) {
        for (size_t k = 0; k < out->answers[i].count; k++) {
            const struct observation *item = &out->answers[i].items[k];

            if (manifest_state_find(state, item->module) != NULL)
                continue;
            if (item->foreign)
                out->foreign++;
            else
                out->besides++;
        }
        out->failed += out->answers[i].failure.code != ERROR_NONE;
    }
}

void verify_build(const struct manifest_state *state, const struct observer_answer *answers,
                  size_t answer_count, struct arena *arena, struct verification *out)
{
    *out = (struct verification){ .label = state->label,
                                  .environment = state->environment,
                                  .cells = arena_array(arena, state->count + 1, sizeof *out->cells),
                                  .answers = answers,
                                  .answer_count = answer_count };
    for (size_t i = 0; i < state->count; i++) {
        struct verify_cell cell = { .expected = &state->entries[i], .verdict = VERIFY_UNOBSERVED };

        for (size_t k = 0; k < answer_count; k++)
            take_answer(&cell, &answers[k], arena);
        if (cell.verdict == VERIFY_UNOBSERVED && cell.configured)
            cell.why = only_configuration;
        /* What nobody knows and nobody looks at is no part of the environment. */
        if (cell.verdict == VERIFY_UNOBSERVED && cell.expected->version == NULL)
            continue;
        out->cells[out->count++] = cell;
        out->counts[cell.verdict]++;
    }
    count_others(state, out);
}

/* --- How they are configured ------------------------------------------------------------------ */

/* "2 values differ: LOG_LEVEL, TIMEOUT". */
static const char *difference_words(const struct verify_configuration *configuration,
                                    struct arena *arena)
{
    struct strbuf words = STRBUF_INIT;
    const char *copy;

    strbuf_printf(&words, "its configuration: %zu value%s differ%s", configuration->differences,
                  configuration->differences == 1 ? "" : "s",
                  configuration->differences == 1 ? "s" : "");
    for (size_t i = 0; i < configuration->key_count; i++)
        strbuf_printf(&words, "%s%s", i > 0 ? ", " : " (", configuration->keys[i]);
    if (configuration->key_count > 0)
        strbuf_add(&words, configuration->key_count < configuration->differences ? ", …)" : ")");
    copy = strbuf_to_arena(&words, arena);
    strbuf_release(&words);
    return copy;
}

static void set_verdict(struct verification *verification, struct verify_cell *cell,
                        enum verify_verdict verdict)
{
    verification->counts[cell->verdict]--;
    cell->verdict = verdict;
    verification->counts[verdict]++;
}

static void configure(struct verification *verification, struct verify_cell *cell,
                      const struct verify_configuration *configuration, struct arena *arena)
{
    enum verify_verdict verdict = configuration->why != NULL       ? VERIFY_UNASKED
                                  : configuration->differences > 0 ? VERIFY_DIFFERS
                                                                   : VERIFY_UNOBSERVED;
    const char *why = configuration->why;

    cell->compared = configuration->why == NULL;
    cell->differences = configuration->differences;
    cell->keys = configuration->keys;
    cell->key_count = configuration->key_count;
    if (verdict == VERIFY_UNOBSERVED) /* as it should be, which says nothing of the version */
        return;
    if (verdict == VERIFY_DIFFERS)
        why = difference_words(configuration, arena);
    /* What is wrong with the version is said, too. */
    if (cell->why != NULL && cell->why != only_configuration)
        why = arena_printf(arena, "%s; %s", cell->why, why);
    cell->why = why;
    if (weight(verdict) > weight(cell->verdict))
        set_verdict(verification, cell, verdict);
}

void verify_configured(struct verification *verification,
                       const struct verify_configuration *configuration, struct arena *arena)
{
    for (size_t i = 0; i < verification->count; i++) {
        struct verify_cell *cell = &verification->cells[i];

        if (cell->configured && strcmp(cell->expected->module, configuration->module) == 0)
            configure(verification, cell, configuration, arena);
    }
}

enum verify_verdict verify_whole(const struct verification *verification)
{
    if (verification->counts[VERIFY_DIFFERS] > 0)
        return VERIFY_DIFFERS;
    if (verification->counts[VERIFY_WAITING] > 0)
        return VERIFY_WAITING;
    if (verification->counts[VERIFY_UNASKED] > 0 || verification->failed > 0)
        return VERIFY_UNASKED;
    if (verification->counts[VERIFY_UNOBSERVED] > 0 || verification->count == 0)
        return VERIFY_UNOBSERVED;
    return VERIFY_SAME;
}

/* --- What was seen, as a state ---------------------------------------------------------------- */

static const char *first_known(const char *a, const char *b)
{
    return a != NULL ? a : b;
}

static void add_seen(const struct manifest_state *expected, const struct observation *item,
                     struct arena *arena, struct vector *entries, const char **torn)
{
    const struct manifest_entry_state *known = manifest_state_find(expected, item->module);
    const char *image = first_known(item->image, item->digest);
    struct manifest_entry_state *entry;

    for (size_t i = 0; i < entries->count; i++) {
        entry = vector_at(entries, i);
        if (strcmp(entry->module, item->module) != 0)
            continue;
        if (*torn == NULL && (entry->version == NULL) != (item->version == NULL))
            *torn = entry->module;
        else if (*torn == NULL && item->version != NULL &&
                 !verify_same_version(entry->version, item->version))
            *torn = entry->module;
        entry->commit = first_known(entry->commit, item->commit);
        entry->image = first_known(entry->image, image);
        entry->config_revision = first_known(entry->config_revision, item->config_revision);
        return;
    }
    entry = vector_add(entries);
    *entry = (struct manifest_entry_state){
        .module = arena_text(arena, item->module),
        .version = spelt_as(known != NULL ? known->version : NULL, item->version, arena),
        .commit = item->commit,
        .image = image,
        .config_revision = item->config_revision,
    };
}

/* More documents of a module; those of all observers are its layers. */
static void add_files(struct manifest_entry_state *entry, const struct observation *item,
                      struct arena *arena)
{
    struct observed_file *files =
        arena_array(arena, entry->file_count + item->file_count, sizeof *files);

    for (size_t i = 0; i < entry->file_count; i++)
        files[i] = entry->files[i];
    for (size_t i = 0; i < item->file_count; i++)
        files[entry->file_count + i] = item->files[i];
    entry->files = files;
    entry->file_count += item->file_count;
}

/* A module of which nothing but its configuration was seen runs what is expected, as far as anybody
 * knows. */
static void add_configuration(const struct manifest_state *expected, const struct observation *item,
                              struct arena *arena, struct vector *entries)
{
    const struct manifest_entry_state *known = manifest_state_find(expected, item->module);
    struct manifest_entry_state *entry;

    for (size_t i = 0; i < entries->count; i++) {
        entry = vector_at(entries, i);
        if (strcmp(entry->module, item->module) == 0) {
            add_files(entry, item, arena);
            return;
        }
    }
    if (known == NULL || known->version == NULL)
        return;
    entry = vector_add(entries);
    *entry = *known;
    entry->files = NULL;
    entry->file_count = 0;
    add_files(entry, item, arena);
}

static void add_configurations(const struct manifest_state *expected,
                               const struct observer_answer *answers, size_t answer_count,
                               struct arena *arena, struct vector *entries)
{
    for (size_t i = 0; i < answer_count; i++) {
        for (size_t k = 0; k < answers[i].count; k++) {
            const struct observation *item = &answers[i].items[k];

            if (!item->foreign && item->file_count > 0)
                add_configuration(expected, item, arena, entries);
        }
    }
}

static struct manifest_entry_state *entry_of(const struct vector *entries, const char *module)
{
    for (size_t i = 0; i < entries->count; i++) {
        struct manifest_entry_state *entry = vector_at(entries, i);

        if (strcmp(entry->module, module) == 0)
            return entry;
    }
    return NULL;
}

/* Whoever could not say what they look at leaves a hole that nobody would see. */
static void add_unread(const struct observer_answer *answers, size_t answer_count,
                       struct arena *arena, struct vector *entries)
{
    for (size_t i = 0; i < answer_count; i++) {
        for (size_t k = 0; k < answers[i].count; k++) {
            const struct observation *item = &answers[i].items[k];
            struct manifest_entry_state *entry;

            if (item->foreign || item->unread == NULL)
                continue;
            entry = entry_of(entries, item->module);
            if (entry == NULL) {
                entry = vector_add(entries);
                *entry = (struct manifest_entry_state){ .module = arena_text(arena, item->module) };
            }
            if (entry->unread == NULL)
                entry->unread =
                    arena_printf(arena, "%s, %s: %s", answers[i].label,
                                 item->place != NULL ? item->place : item->module, item->unread);
        }
    }
}

void verify_configured_state(const struct manifest_state *expected,
                             const struct observer_answer *answers, size_t answer_count,
                             struct arena *arena, struct manifest_state *state)
{
    struct vector entries;

    vector_init(&entries, sizeof(struct manifest_entry_state));
    add_configurations(expected, answers, answer_count, arena, &entries);
    *state = (struct manifest_state){ .label = arena_printf(arena, "%s observed", expected->label),
                                      .environment = expected->environment,
                                      .partial = true,
                                      .entries = vector_to_arena(&entries, arena),
                                      .count = entries.count };
    vector_release(&entries);
}

void verify_observed_state(const struct manifest_state *expected,
                           const struct observer_answer *answers, size_t answer_count,
                           struct arena *arena, struct manifest_state *state, const char **torn)
{
    struct vector entries;

    *torn = NULL;
    vector_init(&entries, sizeof(struct manifest_entry_state));
    for (size_t i = 0; i < answer_count; i++) {
        for (size_t k = 0; k < answers[i].count; k++) {
            const struct observation *item = &answers[i].items[k];

            if (!item->foreign && item->unread == NULL &&
                (item->absent || item->version != NULL || item->commit != NULL))
                add_seen(expected, item, arena, &entries, torn);
        }
    }
    add_configurations(expected, answers, answer_count, arena, &entries);
    add_unread(answers, answer_count, arena, &entries);
    *state =
        (struct manifest_state){ .label = arena_printf(arena, "%s observed", expected->environment),
                                 .environment = expected->environment,
                                 .partial = true,
                                 .entries = vector_to_arena(&entries, arena),
                                 .count = entries.count };
    vector_release(&entries);
}

/* --- Words ------------------------------------------------------------------------------------ */

const char *verify_expected_word(const struct verify_cell *cell, struct arena *arena)
{
    (void)arena;
    return cell->expected->version != NULL ? cell->expected->version : "?";
}

const char *verify_observed_word(const struct verify_cell *cell, struct arena *arena)
{
    const struct observation *seen = cell->observed;

    if (seen == NULL || seen->unread != NULL)
        return "?";
    if (seen->absent)
        return "nothing";
    if (seen->version != NULL)
        return seen->version;
    if (seen->commit != NULL)
        return arena_printf(arena, "%.7s", seen->commit);
    return seen->digest != NULL ? arena_printf(arena, "%.19s", seen->digest) : "?";
}
