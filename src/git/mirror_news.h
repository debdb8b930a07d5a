/* What a fetch changes that somebody may have built on. */
#ifndef PILAB_GIT_MIRROR_NEWS_INTERNAL_H
#define PILAB_GIT_MIRROR_NEWS_INTERNAL_H

#include <git2.h>

#include <pilab/git/mirror.h>

struct mirror_watch {
    git_repository *git;
    const struct mirror_options *options; /* whom to tell */
    git_oid head;                         /* before; zero: there was none */
};

/* Before a fetch. */
void mirror_watch_start(struct mirror_watch *watch, git_repository *git,
                        const struct mirror_options *options);
/* For talk.on_reference; the context is the watch. */
void mirror_watch_reference(void *context, const char *name, const git_oid *before,
                            const git_oid *after);
/* After it. */
void mirror_watch_end(const struct mirror_watch *watch);

/* Where all tags led, of a mirror that another one takes the place of. */
struct mirror_tags {
    git_strarray names;
    git_oid *ids, *commits; /* of each; zero: it cannot be read */
};
void mirror_tags_read(struct mirror_tags *tags, git_repository *git);
/* Tells which of them lead elsewhere in the mirror at `path`, or are not there. */
void mirror_tags_compare(const struct mirror_tags *tags, const char *path,
                         const struct mirror_options *options);
void mirror_tags_release(struct mirror_tags *tags);

void mirror_tell(const struct mirror_options *options, enum mirror_event event, const char *name,
                 const git_oid *before, const git_oid *after);

#endif
