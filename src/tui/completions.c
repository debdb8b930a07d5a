#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "workspace_internal.h"

void completions_init(struct completions *completions)
{
    vector_init(&completions->words, sizeof(char *));
}

void completions_release(struct completions *completions)
{
    for (size_t i = 0; i < completions->words.count; i++)
        free(*(char **)vector_at(&completions->words, i));
    vector_release(&completions->words);
}

void completions_add(struct completions *completions, const char *word)
{
    char *copy;

    for (size_t i = 0; i < completions->words.count; i++)
        if (strcmp(*(char **)vector_at(&completions->words, i), word) == 0)
            return;
    copy = memory_copy_text(word);
    vector_push(&completions->words, &copy);
}
