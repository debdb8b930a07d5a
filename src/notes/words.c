#include "words.h"

#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/drift/mask.h>

static const char *const section_places[NOTE_SECTION_COUNT] = {
    [NOTE_CODE] = "code",         [NOTE_CONFIGURATION] = "configuration",
    [NOTE_DATABASE] = "database", [NOTE_INFRASTRUCTURE] = "infrastructure",
    [NOTE_IMAGES] = "images",     [NOTE_DEPENDENCIES] = "dependencies",
};

static size_t count_of(const struct note *note, enum note_section section)
{
    size_t first;

    return section == NOTE_CODE
               ? note->change_count - note_category_changes(note, CATEGORY_INTERNAL, &first)
               : note_section_items(note, section, &first);
}

void note_words_counts(struct strbuf *out, const struct note *note)
{
    size_t parts = 0, said = 0;

    for (int section = 0; section < NOTE_SECTION_COUNT; section++)
        parts += count_of(note, (enum note_section)section) > 0;
    for (int section = 0; section < NOTE_SECTION_COUNT; section++) {
        size_t count = count_of(note, (enum note_section)section);

        if (count == 0)
            continue;
        if (parts > 1)
            strbuf_printf(out, "%s%zu ", said++ > 0 ? ", " : ": ", count);
        else
            strbuf_add_char(out, ' ');
        strbuf_printf(out, "in %s", section_places[section]);
    }
}

void note_words_taken(struct strbuf *out, const struct note *note)
{
    const struct note_release *release = &note->release;

    strbuf_printf(out, "%zu commit%s of %s %s not in %s", note->taken_count,
                  note->taken_count == 1 ? "" : "s",
                  release->to_env ? release->to_env : release->previous_version,
                  note->taken_count == 1 ? "is" : "are", release->version);
}

static bool is_listed(const struct note_summary *summary, const char *service)
{
    for (size_t i = 0; service != NULL && i < summary->service_count; i++) {
        if (strcmp(summary->services[i], service) == 0)
            return true;
    }
    return false;
}

const char *note_words_service(const struct note *note, const struct note_item *item)
{
    return !is_listed(&note->summary, item->service) && is_listed(&note->summary, item->module)
               ? item->module
               : item->service;
}

bool note_words_masked_alike(const struct note_item *item)
{
    return item->previous != NULL && item->current != NULL &&
           strcmp(item->previous, item->current) == 0 && strstr(item->current, MASK_TEXT) != NULL;
}

/* What a resource is made anew for, on either side. */
static bool is_object(const char *value)
{
    return value != NULL && *value == '{';
}

const char *note_words_whole(const struct note_item *item)
{
    /* A resource is called TYPE.NAME; attributes, outputs and variables have plain keys. */
    if (item->type != DRIFT_INFRASTRUCTURE || !item->key || !strchr(item->key, '.') ||
        !item->category || strcmp(item->category, "variable") == 0 ||
        strcmp(item->category, "import") == 0)
        return NULL;
    if (strcmp(item->category, "other_action") == 0)
        return "an action that is not known here";
    if (item->change_type == CHANGE_TYPE_MODIFIED) {
        if (!is_object(item->previous) || !is_object(item->current))
            return NULL;
        return item->forgotten ? "forgotten, and a new one created" : "destroyed and created anew";
    }
    if (item->forgotten)
        return "stays, no longer managed";
    return item->change_type == CHANGE_TYPE_ADDED ? "created" : "goes away";
}

/* What a statement is that is about no object of the database. */
static const char *about_no_object(const char *words)
{
    static const struct {
        const char *begin, *about;
    } known[] = {
        {"DO",              "a block of code"             },
        { "SET ",           "a setting"                   },
        { "ALTER SYSTEM",   "a setting"                   },
        { "KILL",           "somebody's connection"       },
        { "SHUTDOWN",       "the server itself"           },
        { "RESTART",        "the server itself"           },
        { "CLONE INSTANCE", "the server itself"           },
        { "FLUSH ",         "the server itself"           },
        { "RESET MASTER",   "the binary logs"             },
        { "RESET BINARY",   "the binary logs"             },
        { "PURGE ",         "the binary logs"             },
        { "RESET SLAVE",    "a replica"                   },
        { "RESET REPLICA",  "a replica"                   },
        { "START ",         "a replica"                   },
        { "STOP ",          "a replica"                   },
        { "CHANGE ",        "a replica"                   },
        { "INSTALL ",       "a library of the server"     },
        { "UNINSTALL ",     "a library of the server"     },
        { "LOAD",           "a library of the server"     },
        { "PREPARE",        "a statement that is prepared"},
        { "SELECT INTO ",   "a file of the server"        },
    };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        size_t length = strlen(known[i].begin);

        if (strncmp(words, known[i].begin, length) == 0 &&
            (words[length] == '\0' || words[length - 1] == ' ' || words[length] == ' '))
            return known[i].about;
    }
    return "a statement that names nothing";
}

const char *note_words_key(const struct note_item *item)
{
    const char *key = item->key ? item->key : item->path;

    if (item->type != DRIFT_DATABASE || !item->category || strcmp(key, item->category) != 0)
        return key;
    return about_no_object(item->category);
}

bool note_words_repeats(const struct note_item *item)
{
    return item->type == DRIFT_DATABASE && item->category && item->current &&
           strcmp(item->category, item->current) == 0;
}

char *note_words_breaking(const struct note_item *item)
{
    const char *key = item->key ? item->key : item->path;
    bool said = item->current && item->category && strcmp(item->current, item->category) != 0 &&
                strstr(item->current, MASK_TEXT) == NULL;

    if (item->type != DRIFT_DATABASE || !item->category)
        return memory_copy_text(item->path);
    return memory_printf("%s%s%s%s%s", item->category, strcmp(key, item->category) != 0 ? " " : "",
                         strcmp(key, item->category) != 0 ? key : "", said ? ": " : "",
                         said ? item->current : "");
}
