#include <pilab/git/mirror.h>

#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "talk.h"
#include "version.h"

struct listing {
    struct arena *arena;
    struct remote_summary *summary;
};

static bool begins(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

/* As references are ordered: a stray "show" is not the last version. */
static bool is_later(const char *name, const char *last)
{
    int rank = version_rank(name) - version_rank(last);
    return rank < 0 || (rank == 0 && version_compare(name, last) > 0);
}

static void count_tag(struct listing *listing, const char *name)
{
    struct remote_summary *summary = listing->summary;
    summary->tags++;
    if (!summary->last_tag || is_later(name, summary->last_tag))
        summary->last_tag = arena_text(listing->arena, name);
}

/* "v1^{}" is what the tag before it leads to. */
static void count(struct listing *listing, const git_remote_head *head)
{
    size_t length = strlen(head->name);
    bool peeled = length > 3 && strcmp(head->name + length - 3, "^{}") == 0;
    listing->summary->branches += begins(head->name, "refs/heads/");
    if (begins(head->name, "refs/tags/") && !peeled)
        count_tag(listing, head->name + strlen("refs/tags/"));
    if (strcmp(head->name, "HEAD") == 0 && head->symref_target &&
        begins(head->symref_target, "refs/heads/"))
        listing->summary->branch =
            arena_text(listing->arena, head->symref_target + strlen("refs/heads/"));
}

static int look(git_remote *remote, const git_remote_connect_options *connect, void *context)
{
    const git_remote_head **heads;
    size_t heads_count;
    int result = git_remote_ls(&heads, &heads_count, remote);
    (void)connect;
    for (size_t i = 0; result == 0 && i < heads_count; i++)
        count(context, heads[i]);
    return result;
}

bool remote_summarize(const char *url, const struct mirror_options *options, struct arena *arena,
                      struct remote_summary *summary, const struct progress *progress,
                      struct error *error)
{
    struct talk talk;
    struct listing listing = { arena, summary };
    *summary = (struct remote_summary){ 0 };
    bool ok = talk_init(&talk, url, options, progress, error) && talk_check(&talk, error) &&
              talk_run(&talk, NULL, look, &listing, error);
    talk_release(&talk);
    return ok;
}
