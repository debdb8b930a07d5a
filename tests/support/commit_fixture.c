#include "commit_fixture.h"

#include <stdio.h>
#include <string.h>

const char *fixture_id(unsigned number, char out[FIXTURE_ID_SIZE])
{
    /* Spread over the digits, so that no two begin alike. */
    snprintf(out, FIXTURE_ID_SIZE, "%08x%032x", number * 2654435761u, number);
    return out;
}

struct object_id fixture_object(unsigned number)
{
    char hex[FIXTURE_ID_SIZE];
    struct object_id id;

    object_id_parse(fixture_id(number, hex), &id);
    return id;
}

void commit_fixture_start(struct commit_fixture *fixture, unsigned first)
{
    *fixture = (struct commit_fixture){
        .arena = arena_new(), .first = first, .time = 1700000000000, .author = "dev@example.org"
    };
    vector_init(&fixture->commits, sizeof(struct commit));
    vector_init(&fixture->patches, sizeof(struct object_id));
}

void commit_fixture_end(struct commit_fixture *fixture)
{
    vector_release(&fixture->commits);
    vector_release(&fixture->patches);
    arena_free(&fixture->arena);
}

static unsigned next_number(const struct commit_fixture *fixture)
{
    return fixture->first + (unsigned)fixture->commits.count;
}

unsigned commit_fixture_merge(struct commit_fixture *fixture, const char *message, unsigned first,
                              unsigned second)
{
    unsigned number = next_number(fixture);
    struct commit *commit = vector_add(&fixture->commits);

    commit->id = fixture_object(number);
    commit->parent_count = second != 0 ? 2 : first != 0 ? 1 : 0;
    commit->parents = arena_array(fixture->arena, 2, sizeof *commit->parents);
    commit->parents[0] = fixture_object(first);
    commit->parents[1] = fixture_object(second);
    commit->author_name = commit->committer_name = "Dev";
    commit->author_email = arena_text(fixture->arena, fixture->author);
    commit->committer_email = commit->author_email;
    commit->author_time = commit->committer_time = fixture->time;
    fixture->time += 60000;
    commit->message = commit_message_parse(fixture->arena, message, strlen(message));
    vector_add(&fixture->patches);
    return number;
}

unsigned commit_fixture_on(struct commit_fixture *fixture, const char *message, unsigned parent)
{
    return commit_fixture_merge(fixture, message, parent, 0);
}

unsigned commit_fixture_add(struct commit_fixture *fixture, const char *message)
{
    return commit_fixture_on(fixture, message,
                             fixture->commits.count > 0 ? next_number(fixture) - 1 : 0);
}

void commit_fixture_file(struct commit_fixture *fixture, const char *path, const char *old_path)
{
    struct commit *commit = vector_at(&fixture->commits, fixture->commits.count - 1);
    struct file_change_list *files = &commit->files;
    struct file_change *changes = arena_array(fixture->arena, files->count + 1, sizeof *changes);

    if (files->count > 0)
        memcpy(changes, files->changes, files->count * sizeof *changes);
    changes[files->count] = (struct file_change){
        .status = old_path ? FILE_RENAMED : FILE_MODIFIED,
        .path = arena_text(fixture->arena, path),
        .old_path = arena_text(fixture->arena, old_path),
    };
    files->changes = changes;
    files->count++;
    commit->files_known = true;
}

void commit_fixture_patch(struct commit_fixture *fixture, char letter)
{
    struct object_id *patch = vector_at(&fixture->patches, fixture->patches.count - 1);

    memset(patch->bytes, letter, sizeof patch->bytes);
}

const struct commit *commit_fixture_list(struct commit_fixture *fixture, size_t *count)
{
    size_t i;

    *count = fixture->commits.count;
    fixture->newest_first = arena_array(fixture->arena, *count, sizeof *fixture->newest_first);
    fixture->newest_first_patches =
        arena_array(fixture->arena, *count, sizeof *fixture->newest_first_patches);
    for (i = 0; i < *count; i++) {
        fixture->newest_first[i] = *(struct commit *)vector_at(&fixture->commits, *count - 1 - i);
        fixture->newest_first_patches[i] =
            *(struct object_id *)vector_at(&fixture->patches, *count - 1 - i);
    }
    return fixture->newest_first;
}

size_t commit_fixture_place(const struct commit_fixture *fixture, unsigned number)
{
    return fixture->commits.count - 1 - (number - fixture->first);
}
