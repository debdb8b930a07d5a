#include <pilab/app/kept_fields.h>

#include <inttypes.h>
#include <string.h>

#include <pilab/base/strbuf.h>

/* In the order of the enums of the same states. */
static const char *const report_states[] = { "DETECTED", "REVIEWED", "APPROVED",
                                             "RESOLVED", "IGNORED",  NULL };
static const char *const note_states[] = { "DRAFT",      "GENERATED", "REVIEWED",  "APPROVED",
                                           "PUBLISHING", "PUBLISHED", "WITHDRAWN", NULL };
/* In the order of store_severities and store_report_runs, which no constant table can borrow. */
static const char *const severities[] = { "INFO", "LOW", "MEDIUM", "HIGH", "CRITICAL", NULL };
static const char *const runs[] = {
    "PENDING", "ANALYZING", "COMPLETED", "PARTIAL", "FAILED", NULL
};

enum report_field {
    REPORT_BASE,
    REPORT_TARGET,
    REPORT_MODULE,
    REPORT_SEVERITY,
    REPORT_STATE,
    REPORT_RUN,
    REPORT_DIFFERENCES,
    REPORT_BLOCKERS,
    REPORT_AUTHOR,
    REPORT_AT,
    REPORT_FIELDS
};

enum note_field {
    NOTE_FIELD_STATE,
    NOTE_FIELD_RELEASE,
    NOTE_FIELD_FOR,
    NOTE_FIELD_MODULE,
    NOTE_FIELD_AUTHOR,
    NOTE_FIELD_REV,
    NOTE_FIELD_AT,
    NOTE_FIELDS
};

/* clang-format off */
static const struct filter_field report_fields[REPORT_FIELDS] = {
    [REPORT_BASE] = { "base", FILTER_TEXT, NULL, 0, "what is there: UAT, v2.0.6" },
    [REPORT_TARGET] = { "target", FILTER_TEXT, NULL, 0, "what would replace it: SIT, R2025.03" },
    [REPORT_MODULE] = { "module", FILTER_TEXT, NULL, 0, "the modules that differ" },
    [REPORT_SEVERITY] = { "severity", FILTER_ORDER, severities, 0, "the gravest difference" },
    [REPORT_STATE] = { "state", FILTER_CHOICE, report_states, 0, "what people made of it" },
    [REPORT_RUN] = { "run", FILTER_CHOICE, runs, 0, "how the comparison ended" },
    [REPORT_DIFFERENCES] = { "differences", FILTER_NUMBER, NULL, 0, "how many there are" },
    [REPORT_BLOCKERS] = { "blockers", FILTER_NUMBER, NULL, 0, "how many of them are blockers" },
    [REPORT_AUTHOR] = { "author", FILTER_TEXT, NULL, 0, "who compared" },
    [REPORT_AT] = { "at", FILTER_TIME, NULL, 0, "when it was made" },
};

static const struct filter_field note_fields[NOTE_FIELDS] = {
    [NOTE_FIELD_STATE] = { "state", FILTER_CHOICE, note_states, 0, "how far they are" },
    [NOTE_FIELD_RELEASE] = { "release", FILTER_TEXT, NULL, 0, "the release or version" },
    [NOTE_FIELD_FOR] = { "for", FILTER_NAME, NULL, 0, "the environment they are for" },
    [NOTE_FIELD_MODULE] = { "module", FILTER_TEXT, NULL, 0, "the modules that changed" },
    [NOTE_FIELD_AUTHOR] = { "author", FILTER_TEXT, NULL, 0, "who began them" },
    [NOTE_FIELD_REV] = { "rev", FILTER_NUMBER, NULL, 0, "how often their text was changed" },
    [NOTE_FIELD_AT] = { "at", FILTER_TIME, NULL, 0, "when they were changed last" },
};
/* clang-format on */

/* --- Modules ---------------------------------------------------------------------------------- */

struct kept_modules {
    const struct call *call;
    struct arena *arena;
    const char *report_id; /* NULL: of none */
    bool read;
    const char *const *names;
    size_t count;
};

static struct kept_modules *modules_new(const struct call *call, const char *report_id,
                                        struct arena *arena)
{
    struct kept_modules *modules = arena_array(arena, 1, sizeof *modules);

    *modules = (struct kept_modules){ .call = call, .arena = arena, .report_id = report_id };
    return modules;
}

/* What cannot be read has none, and is tried again. */
static const char *module_at(struct kept_modules *modules, size_t index)
{
    if (!modules->read && modules->report_id != NULL)
        modules->read = store_item_modules(modules->call->connection, modules->report_id,
                                           modules->arena, &modules->names, &modules->count, NULL);
    return index < modules->count ? modules->names[index] : NULL;
}

struct kept_thing kept_report_thing(const struct call *call, const struct store_report *report,
                                    struct arena *arena)
{
    return (struct kept_thing){ .report = report, .modules = modules_new(call, report->id, arena) };
}

struct kept_thing kept_note_thing(const struct call *call, const struct store_note *note,
                                  struct arena *arena)
{
    return (struct kept_thing){ .note = note,
                                .modules = modules_new(call, note->report_id, arena) };
}

/* --- Fields ----------------------------------------------------------------------------------- */

/* The one at `index` of two, without those that are empty or the same. */
static const char *one_of(const char *first, const char *second, size_t index)
{
    const char *texts[] = { first, second };
    size_t at = 0;

    for (size_t i = 0; i < 2; i++) {
        if (texts[i] == NULL || *texts[i] == '\0' ||
            (i > 0 && first != NULL && strcmp(texts[i], first) == 0))
            continue;
        if (at++ == index)
            return texts[i];
    }
    return NULL;
}

static const char *report_text(const void *thing, size_t field, size_t index)
{
    const struct store_report *report = ((const struct kept_thing *)thing)->report;

    switch (field) {
    case REPORT_BASE:
        return one_of(report->previous_label, report->previous_spec, index);
    case REPORT_TARGET:
        return one_of(report->current_label, report->current_spec, index);
    case REPORT_MODULE:
        return module_at(((const struct kept_thing *)thing)->modules, index);
    case REPORT_AUTHOR:
        return one_of(report->created_by, NULL, index);
    default:
        return NULL;
    }
}

static bool word_number(const char *const words[], const char *word, int64_t *number)
{
    for (size_t i = 0; word != NULL && words[i] != NULL; i++) {
        if (strcmp(words[i], word) == 0) {
            *number = (int64_t)i;
            return true;
        }
    }
    return false;
}

static bool report_number(const void *thing, size_t field, int64_t *number)
{
    const struct store_report *report = ((const struct kept_thing *)thing)->report;

    switch (field) {
    case REPORT_SEVERITY:
        return word_number(severities, report->severity, number);
    case REPORT_STATE:
        return word_number(report_states, report_status_name(report->status), number);
    case REPORT_RUN:
        return word_number(runs, report->run, number);
    case REPORT_DIFFERENCES:
        *number = report->counts.total;
        return true;
    case REPORT_BLOCKERS:
        *number = report->counts.blockers;
        return true;
    case REPORT_AT:
        *number = report->created_at;
        return true;
    default:
        return false;
    }
}

static const char *note_text(const void *thing, size_t field, size_t index)
{
    const struct store_note *note = ((const struct kept_thing *)thing)->note;

    switch (field) {
    case NOTE_FIELD_RELEASE:
        return one_of(note->release, note->version, index);
    case NOTE_FIELD_FOR:
        return one_of(note->environment, NULL, index);
    case NOTE_FIELD_MODULE:
        return module_at(((const struct kept_thing *)thing)->modules, index);
    case NOTE_FIELD_AUTHOR:
        return one_of(note->created_by, NULL, index);
    default:
        return NULL;
    }
}

static bool note_number(const void *thing, size_t field, int64_t *number)
{
    const struct store_note *note = ((const struct kept_thing *)thing)->note;

    switch (field) {
    case NOTE_FIELD_STATE:
        return word_number(note_states, note_status_name(note->status), number);
    case NOTE_FIELD_REV:
        *number = note->rev;
        return true;
    case NOTE_FIELD_AT:
        *number = note->updated_at;
        return true;
    default:
        return false;
    }
}

const struct filter_fields kept_report_fields = { report_fields, REPORT_FIELDS, report_text,
                                                  report_number };
const struct filter_fields kept_note_fields = { note_fields, NOTE_FIELDS, note_text, note_number };

/* --- Passing ---------------------------------------------------------------------------------- */

static void add_line(struct strbuf *out, const char *text)
{
    if (text != NULL)
        strbuf_printf(out, "%s\n", text);
}

static void add_report_words(struct strbuf *out, const struct store_report *report)
{
    strbuf_printf(out, "%" PRId64 "\n", report->number);
    add_line(out, report->title);
    add_line(out, report->previous_label);
    add_line(out, report->current_label);
    add_line(out, report->severity);
    add_line(out, report->run);
    add_line(out, report_status_name(report->status));
    add_line(out, report->created_by);
}

static void add_note_words(struct strbuf *out, const struct store_note *note)
{
    strbuf_printf(out, "%" PRId64 "\n", note->number);
    add_line(out, note->title);
    add_line(out, note->version);
    add_line(out, note->previous_version);
    add_line(out, note->release);
    add_line(out, note->environment);
    add_line(out, note_status_name(note->status));
    add_line(out, note->created_by);
}

bool kept_passes(const struct kept_thing *thing, const struct filter *filter)
{
    struct strbuf words = STRBUF_INIT;
    bool passes;

    if (filter_has_words(filter) && thing->report != NULL)
        add_report_words(&words, thing->report);
    else if (filter_has_words(filter))
        add_note_words(&words, thing->note);
    passes = filter_test(filter, thing, words.data, words.length);
    strbuf_release(&words);
    return passes;
}

void kept_field_values(const struct kept_thing *thing, size_t field,
                       void (*offer)(void *to, const char *value), void *to)
{
    const struct filter_fields *fields =
        thing->report != NULL ? &kept_report_fields : &kept_note_fields;
    const char *value;

    for (size_t i = 0; (value = fields->text(thing, field, i)) != NULL; i++)
        offer(to, value);
}
