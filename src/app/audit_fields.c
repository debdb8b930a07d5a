#include <pilab/app/audit_log.h>

#include <inttypes.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/strbuf.h>

#define LOOKED_AT                                                                                  \
    20000 /* newest entries whose values are offered: a Tab must not be waited for                 \
           */
#define OFFERED 100

enum field {
    FIELD_ACTOR,
    FIELD_ACTION,
    FIELD_OBJECT,
    FIELD_PROJECT,
    FIELD_WHAT,
    FIELD_SEQ,
    FIELD_AT,
    FIELDS
};

/* clang-format off */
static const struct filter_field fields[FIELDS] = {
    [FIELD_ACTOR] = { "actor", FILTER_TEXT, NULL, 0, "who did it" },
    [FIELD_ACTION] = { "action", FILTER_TEXT, NULL, 0, "what was done: note.approve, drift.run" },
    [FIELD_OBJECT] = { "object", FILTER_TEXT, NULL, 0, "to what: report:3, mb-web in UAT" },
    [FIELD_PROJECT] = { "project", FILTER_TEXT, NULL, 0, "the code of its project" },
    [FIELD_WHAT] = { "what", FILTER_TEXT, NULL, 0, "what the entry adds" },
    [FIELD_SEQ] = { "seq", FILTER_NUMBER, NULL, 0, "its number" },
    [FIELD_AT] = { "at", FILTER_TIME, NULL, 0, "when it was done" },
};
/* clang-format on */

static const char *entry_text(const void *thing, size_t field, size_t index)
{
    const struct audit_log_entry *entry = thing;

    if (index > 0)
        return NULL;
    switch ((enum field)field) {
    case FIELD_ACTOR:
        return entry->entry.actor;
    case FIELD_ACTION:
        return entry->entry.action;
    case FIELD_OBJECT:
        return entry->object;
    case FIELD_PROJECT:
        return entry->project;
    case FIELD_WHAT:
        return entry->what;
    default:
        return NULL;
    }
}

static bool entry_number(const void *thing, size_t field, int64_t *number)
{
    const struct audit_log_entry *entry = thing;

    *number = field == FIELD_SEQ ? entry->entry.seq : entry->entry.at;
    return true;
}

const struct filter_fields audit_log_fields = { fields, FIELDS, entry_text, entry_number };

bool audit_log_passes(const struct audit_log_entry *entry, const struct filter *filter)
{
    struct strbuf words = STRBUF_INIT;
    char at[TIMESTAMP_SIZE];
    bool passes;

    if (filter_has_words(filter))
        strbuf_printf(&words, "%" PRId64 "\n%s\n%s\n%s\n%s\n%s\n%s", entry->entry.seq,
                      timestamp_format(entry->entry.at, at), entry->entry.actor,
                      entry->entry.action, entry->object != NULL ? entry->object : "", entry->what,
                      entry->project != NULL ? entry->project : "");
    passes = filter_test(filter, entry, words.data, words.length);
    strbuf_release(&words);
    return passes;
}

void audit_log_field_values(struct call *call, size_t field,
                            void (*offer)(void *to, const char *value), void *to)
{
    struct audit_filter scope = { 0 };
    struct audit_checkpoint newest;
    struct audit_word_list list;
    struct arena *arena;

    if ((field != FIELD_ACTOR && field != FIELD_ACTION) || !audit_log_scope(call, &scope, NULL) ||
        !audit_checkpoint_now(call->connection, &newest, NULL))
        return;
    arena = arena_new();
    if (audit_words_there(call->connection, &scope,
                          newest.count > LOOKED_AT ? newest.count - LOOKED_AT : 0,
                          field == FIELD_ACTOR ? AUDIT_WORD_ACTOR : AUDIT_WORD_ACTION, OFFERED,
                          arena, &list, NULL)) {
        for (size_t i = 0; i < list.count; i++)
            offer(to, list.items[i]);
    }
    arena_free(&arena);
}
