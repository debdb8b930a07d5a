#include "mirror_news.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#include "internal.h"

void mirror_tell(const struct mirror_options *options, enum mirror_event event, const char *name,
                 const git_oid *before, const git_oid *after)
{
    static const git_oid none;
    const struct mirror_news news = { .event = event,
                                      .name = name,
                                      .before = object_id_from_git(before ? before : &none),
                                      .after = object_id_from_git(after ? after : &none) };
    if (options->tell)
        options->tell(options->tell_context, &news);
}

/* The commit that a tag leads to; what it names, when that is none or is not there. */
static git_oid commit_of(git_repository *git, const git_oid *id)
{
    git_object *object = NULL, *commit = NULL;
    git_oid found = *id;
    if (git_object_lookup(&object, git, id, GIT_OBJECT_ANY) == 0 &&
        git_object_peel(&commit, object, GIT_OBJECT_COMMIT) == 0)
        found = *git_object_id(commit);
    git_object_free(commit);
    git_object_free(object);
    return found;
}

static void read_head(git_repository *git, git_oid *head)
{
    memset(head, 0, sizeof(*head));
    git_reference_name_to_id(head, git, "HEAD");
}

void mirror_watch_start(struct mirror_watch *watch, git_repository *git,
                        const struct mirror_options *options)
{
    *watch = (struct mirror_watch){ .git = git, .options = options };
    read_head(git, &watch->head);
}

void mirror_watch_reference(void *context, const char *name, const git_oid *before,
                            const git_oid *after)
{
    static const char tags[] = "refs/tags/";
    const struct mirror_watch *watch = context;
    if (strncmp(name, tags, sizeof(tags) - 1) != 0 || git_oid_is_zero(before))
        return;
    name += sizeof(tags) - 1;
    git_oid old = commit_of(watch->git, before);
    if (git_oid_is_zero(after)) {
        mirror_tell(watch->options, MIRROR_TAG_GONE, name, &old, NULL);
        return;
    }
    /* A tag that was signed again leads where it did. */
    git_oid fresh = commit_of(watch->git, after);
    if (!git_oid_equal(&old, &fresh))
        mirror_tell(watch->options, MIRROR_TAG_MOVED, name, &old, &fresh);
}

void mirror_watch_end(const struct mirror_watch *watch)
{
    git_oid head, base;
    read_head(watch->git, &head);
    if (git_oid_is_zero(&watch->head) || git_oid_is_zero(&head) ||
        git_oid_equal(&watch->head, &head))
        return;
    if (git_merge_base(&base, watch->git, &watch->head, &head) == GIT_ENOTFOUND)
        mirror_tell(watch->options, MIRROR_REPLACED, "HEAD", &watch->head, &head);
}

/* --- From one mirror to the next ------------------------------------------------------------- */

/* Zero when there is no such tag. */
static git_oid tag_id(git_repository *git, const char *name)
{
    char *reference = memory_printf("refs/tags/%s", name);
    git_oid id = { { 0 } };
    if (git_reference_name_to_id(&id, git, reference) != 0)
        memset(&id, 0, sizeof(id));
    free(reference);
    return id;
}

void mirror_tags_read(struct mirror_tags *tags, git_repository *git)
{
    *tags = (struct mirror_tags){
        .names = {NULL, 0}
    };
    if (!git || git_tag_list(&tags->names, git) != 0)
        return;
    tags->ids = memory_array(tags->names.count, sizeof(*tags->ids));
    tags->commits = memory_array(tags->names.count, sizeof(*tags->commits));
    for (size_t i = 0; i < tags->names.count; i++) {
        tags->ids[i] = tag_id(git, tags->names.strings[i]);
        tags->commits[i] = commit_of(git, &tags->ids[i]);
    }
}

void mirror_tags_compare(const struct mirror_tags *tags, const char *path,
                         const struct mirror_options *options)
{
    git_repository *git = NULL;
    if (git_repository_open_ext(&git, path, GIT_REPOSITORY_OPEN_NO_SEARCH, NULL) != 0)
        return;
    for (size_t i = 0; i < tags->names.count; i++) {
        const char *name = tags->names.strings[i];
        git_oid id = tag_id(git, name), commit = commit_of(git, &id);
        if (git_oid_is_zero(&tags->ids[i]))
            continue;
        if (git_oid_is_zero(&id))
            mirror_tell(options, MIRROR_TAG_GONE, name, &tags->commits[i], NULL);
        else if (!git_oid_equal(&id, &tags->ids[i]) && !git_oid_equal(&commit, &tags->commits[i]))
            mirror_tell(options, MIRROR_TAG_MOVED, name, &tags->commits[i], &commit);
    }
    git_repository_free(git);
}

void mirror_tags_release(struct mirror_tags *tags)
{
    git_strarray_dispose(&tags->names);
    free(tags->ids);
    free(tags->commits);
}
