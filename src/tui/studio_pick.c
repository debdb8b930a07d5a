#include "studio_internal.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>
#include <pilab/tui/picker.h>

/* Both sides are asked for, one after the other. */
struct state_question {
    struct studio *studio;
    char *previous; /* the answer to the first */
};

static size_t around_states(const struct studio *studio)
{
    return studio->around != NULL ? studio->around->state_count : 0;
}

/* Everything that can be compared, except for one spec (NULL: none). */
static struct picker *state_picker(const struct studio *studio, const char *title,
                                   const char *except)
{
    struct picker *picker = picker_new(title);

    for (size_t i = 0; i < around_states(studio); i++) {
        const struct state_choice *choice = &studio->around->states[i];

        if (except == NULL || strcmp(choice->spec, except) != 0)
            picker_add(picker, choice->label, choice->detail, choice->spec);
    }
    picker_allow_free_text(picker, true);
    return picker;
}

/* As the pickers show it; what was typed instead of chosen is its own name. */
static const char *state_label(const struct studio *studio, const char *spec)
{
    for (size_t i = 0; i < around_states(studio); i++)
        if (strcmp(studio->around->states[i].spec, spec) == 0)
            return studio->around->states[i].label;
    return spec;
}

static void current_chosen(void *context, const char *value)
{
    struct state_question *question = context;

    if (value != NULL)
        studio_compare(question->studio, question->previous, value);
    free(question->previous);
    free(question);
}

static void previous_chosen(void *context, const char *value)
{
    struct studio *studio = context;
    struct state_question *question;
    char *title;

    if (value == NULL)
        return;
    question = memory_new(sizeof *question);
    question->studio = studio;
    question->previous = memory_copy_text(value);
    title = memory_printf("%s → … · What would replace it?", state_label(studio, value));
    picker_open(studio->workspace, state_picker(studio, title, value), current_chosen, question);
    free(title);
}

void studio_pick_states(struct studio *studio)
{
    picker_open(studio->workspace, state_picker(studio, "What is there now?", NULL),
                previous_chosen, studio);
}
