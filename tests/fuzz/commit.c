/*
 * Any bytes as a commit: its parts are texts that end, and times that a person can read.
 */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/git/commit.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const int64_t year_10000 = INT64_C(253402300800000);

static void must(bool true_always)
{
    if (!true_always)
        abort();
}

static void check_message(const struct commit_message *message)
{
    must(strchr(message->subject, '\n') == NULL);
    must((message->revert_depth > 0) == (message->reverted_subject != NULL));
    for (size_t i = 0; i < message->trailer_count; i++)
        must(message->trailers[i].key[0] != '\0' && message->trailers[i].value != NULL);
    for (size_t i = 0; i < message->picked_count; i++)
        must(strlen(message->picked_from[i]) >= 7 && strlen(message->picked_from[i]) <= 40);
    for (size_t i = 0; i < message->revert_count; i++)
        must(strlen(message->reverts[i]) >= 7 && strlen(message->reverts[i]) <= 40);
    must(strlen(message->body) < SIZE_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct object_id id = { { 1 } };
    struct arena *arena = arena_new();
    struct commit commit;
    if (commit_parse((const char *)data, size, &id, arena, &commit)) {
        must(commit.author_name && commit.author_email);
        must(commit.committer_name && commit.committer_email);
        must(commit.author_time >= 0 && commit.author_time < year_10000);
        must(commit.committer_time >= 0 && commit.committer_time < year_10000);
        check_message(commit.message);
    }
    check_message(commit_message_parse(arena, (const char *)data, size));
    arena_free(&arena);
    return 0;
}
