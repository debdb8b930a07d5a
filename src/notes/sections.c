/*
 * The sections of notes: what they are called, and what stands in them.
 */
#include <pilab/notes/note.h>

static const char *const section_names[NOTE_SECTION_COUNT] = {
    [NOTE_CODE] = "code",         [NOTE_CONFIGURATION] = "configuration",
    [NOTE_DATABASE] = "database", [NOTE_INFRASTRUCTURE] = "infrastructure",
    [NOTE_IMAGES] = "images",     [NOTE_DEPENDENCIES] = "dependencies",
};

static const char *const state_names[NOTE_STATE_COUNT] = {
    [NOTE_CHANGED] = "changed",
    [NOTE_NONE] = "none",
    [NOTE_NOT_EXAMINED] = "not_examined",
    [NOTE_UNREAD] = "could_not_be_read",
};

const char *note_section_name(enum note_section section)
{
    return section_names[section];
}

const char *note_section_state_name(enum note_section_state state)
{
    return state_names[state];
}

enum note_section note_section_of(enum drift_type type)
{
    static const enum note_section sections[DRIFT_TYPE_COUNT] = {
        [DRIFT_CODE] = NOTE_CODE,         [DRIFT_CONFIG] = NOTE_CONFIGURATION,
        [DRIFT_DATABASE] = NOTE_DATABASE, [DRIFT_INFRASTRUCTURE] = NOTE_INFRASTRUCTURE,
        [DRIFT_IMAGE] = NOTE_IMAGES,      [DRIFT_DEPENDENCY] = NOTE_DEPENDENCIES,
    };

    return sections[type];
}

size_t note_section_items(const struct note *note, enum note_section section, size_t *first)
{
    size_t begin = 0, end;

    while (begin < note->item_count && note_section_of(note->items[begin].type) != section)
        begin++;
    for (end = begin; end < note->item_count && note_section_of(note->items[end].type) == section;)
        end++;
    *first = begin;
    return end - begin;
}

size_t note_category_changes(const struct note *note, enum change_category category, size_t *first)
{
    size_t begin = 0, end;

    while (begin < note->change_count && note->changes[begin].category != category)
        begin++;
    for (end = begin; end < note->change_count && note->changes[end].category == category;)
        end++;
    *first = begin;
    return end - begin;
}
