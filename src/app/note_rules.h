/*
 * The rules and the people that decide about notes: the same for all notes of a project, so that
 * many can be judged without reading them again. Inside of the app room.
 */
#ifndef PILAB_SRC_APP_NOTE_RULES_H
#define PILAB_SRC_APP_NOTE_RULES_H

#include <pilab/app/call.h>
#include <pilab/release/approval.h>

struct environment_rules;

struct note_rules {
    const char *four_eyes;
    const struct group_settings *groups;
    size_t group_count;
    const struct approval_member *members; /* who may get in */
    size_t member_count;
    struct environment_rules *environments; /* those that were asked for */
    struct arena *arena;
};

/* Reads them anew, and the rights of the call's actor with them: they may have been changed since
 * the call began. */
bool note_rules_read(struct call *call, struct arena *arena, struct note_rules *rules,
                     struct error *error);
/* Puts them into a question; its environment is there already. */
bool note_rules_apply(struct call *call, struct note_rules *rules,
                      struct approval_question *question, struct error *error);

#endif
