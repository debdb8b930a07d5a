/*
 * By which tag, and on which branch, a commit is known first. Inside of the app room.
 *
 * Of tags those that are versions of the module come before any others (other modules of the same
 * repository, "latest"); among them history decides, then the version, then the time.
 */
#ifndef PILAB_SRC_APP_WHERE_TIPS_H
#define PILAB_SRC_APP_WHERE_TIPS_H

#include <pilab/drift/project_file.h>
#include <pilab/git/graph.h>
#include <pilab/git/repository.h>

struct where_tips {
    const struct reference **references; /* borrowed */
    uint32_t *first;                     /* of commits: which of them; UINT32_MAX: none */
};

/* The graph and the references must outlive it. */
void where_tips_of_tags(const struct commit_graph *graph, const struct reference_list *references,
                        const struct module_settings *module, struct where_tips *tips);
void where_tips_of_branches(const struct commit_graph *graph,
                            const struct reference_list *references, struct where_tips *tips);
void where_tips_end(struct where_tips *tips);

/* The name of the first that holds the commit; NULL: none does. */
const char *where_tips_first(const struct where_tips *tips, size_t number);

/* Whether a tag is a version of the module: of its pattern, or of the usual forms when it has none
 * ("2.0.7", "v2.0.7", "release-2.0.7", "mb-auth-v2.0.7", "mb-auth/2.0.7"). */
bool where_tag_is_version(const struct module_settings *module, const char *tag);

#endif
