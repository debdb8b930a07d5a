/*
 * Whose turn it is with a note on its way, and what they would do. Pure: Home, the list of notes
 * and the line of what waits all ask here, and so never disagree.
 */
#ifndef PILAB_RELEASE_TURN_H
#define PILAB_RELEASE_TURN_H

#include <stdbool.h>

#include <pilab/store/note.h>

struct turn_facts {
    enum note_status status;
    bool met;      /* it has all approvals that it needs */
    bool rejected; /* this revision was */
    bool outdated; /* it is about another list than the release has now */
    bool asked;    /* this person asked for the note */
    bool may_review, may_approve, may_publish;
};

enum turn_step {
    TURN_NONE, /* it has ended, or goes no further as it is: it has to be made anew */
    TURN_REVIEW,
    TURN_EDIT, /* it was rejected: whoever asked for it goes on with it */
    TURN_APPROVE,
    TURN_PUBLISH,
    TURN_FINISH /* publishing that was begun */
};

struct turn {
    enum turn_step step;
    bool theirs;       /* this person can take the step */
    const char *state; /* "reviewed: approve it"; NULL with TURN_NONE */
    const char *waits; /* "your approval": what the note waits for, where it is theirs; or NULL */
};

struct turn turn_of(const struct turn_facts *facts);

#endif
