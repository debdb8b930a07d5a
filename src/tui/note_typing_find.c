#include "note_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

/* Which text that is typed is meant: by its note, its view, its session, or a question about it. */

static struct note_typing *typing_at(const struct studio *studio, size_t index)
{
    return *(struct note_typing **)vector_at(&studio->typings, index);
}

struct note_typing *note_typing_of(const struct studio *studio, const char *note)
{
    for (size_t i = 0; i < studio->typings.count; i++) {
        if (strcmp(typing_at(studio, i)->note, note) == 0)
            return typing_at(studio, i);
    }
    return NULL;
}

struct note_typing *note_typing_in(const struct studio *studio, const struct view *view)
{
    for (size_t i = 0; view != NULL && i < studio->typings.count; i++) {
        if (typing_at(studio, i)->view == view)
            return typing_at(studio, i);
    }
    return NULL;
}

struct note_typing *note_typing_by_session(const struct studio *studio, const char *session)
{
    for (size_t i = 0; i < studio->typings.count; i++) {
        if (strcmp(typing_at(studio, i)->session, session) == 0)
            return typing_at(studio, i);
    }
    return NULL;
}

struct note_typing_question {
    const struct studio *studio;
    char session[UUID_SIZE];
};

struct note_typing_question *note_typing_question(const struct note_typing *typing)
{
    struct note_typing_question *question = memory_new(sizeof *question);

    question->studio = typing->studio;
    memcpy(question->session, typing->session, sizeof question->session);
    return question;
}

struct note_typing *note_typing_asked(struct note_typing_question *question)
{
    struct note_typing *typing = note_typing_by_session(question->studio, question->session);

    free(question);
    return typing;
}
