#include "builder_parts.h"

#include <git2/sys/mempack.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/memory.h>
#include <pilab/git/message.h>

/* --- Failing -------------------------------------------------------------------------------- */

bool builder_step(struct builder *builder, int result, const char *what, const char *name)
{
    if (builder->failed)
        return false;
    if (result >= 0)
        return true;
    const git_error *last = git_error_last();
    builder->failed = true;
    error_set(&builder->error, ERROR_INTERNAL, "%s %s: %s", what, name,
              last && last->message ? last->message : "libgit2 gives no reason");
    return false;
}

void builder_fail(struct builder *builder, const char *what, const char *name)
{
    if (!builder->failed)
        error_set(&builder->error, ERROR_INTERNAL, "%s %s", what, name);
    builder->failed = true;
}

static struct object_id from_git(const git_oid *id)
{
    struct object_id result;
    memcpy(result.bytes, id->id, OBJECT_ID_SIZE);
    return result;
}

git_oid builder_git_id(const struct object_id *id)
{
    git_oid result;
    memcpy(result.id, id->bytes, OBJECT_ID_SIZE);
    return result;
}

static const struct object_id no_object = { { 0 } };

/* --- Life ----------------------------------------------------------------------------------- */

struct builder *builder_new(const char *directory, bool bare, struct error *error)
{
    git_repository_init_options options;
    struct builder *builder = memory_new(sizeof(*builder));
    git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
    options.flags = GIT_REPOSITORY_INIT_MKPATH | (bare ? (unsigned)GIT_REPOSITORY_INIT_BARE : 0u);
    options.initial_head = "main";
    int result = git_repository_init_ext(&builder->git, directory, &options);
    if (result == 0)
        result = git_index_new(&builder->index);
    if (!builder_step(builder, result, "repository", directory)) {
        if (error)
            *error = builder->error;
        builder_free(&builder, NULL);
        return NULL;
    }
    vector_init(&builder->to_pack, sizeof(git_oid));
    builder->branch = memory_copy_text("refs/heads/main");
    builder->author_name = memory_copy_text("Nobody");
    builder->author_email = memory_copy_text("nobody@example.org");
    return builder;
}

void builder_pack(struct builder *builder)
{
    git_odb *objects = NULL;
    git_odb_backend *memory = NULL;
    if (!builder->failed &&
        builder_step(builder, git_repository_odb(&objects, builder->git), "no objects in",
                     builder->branch) &&
        builder_step(builder, git_mempack_new(&memory), "no memory for", builder->branch))
        builder->packed = builder_step(builder, git_odb_add_backend(objects, memory, 999),
                                       "no memory for", builder->branch);
    git_odb_free(objects);
}

/* Commits bring their trees and files along. */
static int collect(struct builder *builder, git_packbuilder *pack)
{
    int result = 0;
    for (size_t i = 0; i < builder->to_pack.count && result == 0; i++)
        result = git_packbuilder_insert_recur(pack, vector_at(&builder->to_pack, i), NULL);
    return result;
}

static void write_pack(struct builder *builder)
{
    git_packbuilder *pack = NULL;
    if (builder_step(builder, git_packbuilder_new(&pack, builder->git), "no pack for",
                     builder->branch) &&
        builder_step(builder, collect(builder, pack), "cannot pack", builder->branch))
        builder_step(builder, git_packbuilder_write(pack, NULL, 0444, NULL, NULL),
                     "cannot write the pack of", builder->branch);
    git_packbuilder_free(pack);
}

bool builder_free(struct builder **builder, struct error *error)
{
    struct builder *b = *builder;
    *builder = NULL;
    if (!b)
        return true;
    if (b->packed && !b->failed)
        write_pack(b);
    bool ok = !b->failed;
    if (!ok && error)
        *error = b->error;
    vector_release(&b->to_pack);
    git_index_free(b->index);
    git_repository_free(b->git);
    free(b->branch);
    free(b->author_name);
    free(b->author_email);
    free(b);
    return ok;
}

const struct error *builder_failure(const struct builder *builder)
{
    return builder->failed ? &builder->error : NULL;
}

void builder_author(struct builder *builder, const char *name, const char *email)
{
    free(builder->author_name);
    free(builder->author_email);
    builder->author_name = memory_copy_text(name);
    builder->author_email = memory_copy_text(email);
}

void builder_time(struct builder *builder, int64_t at)
{
    builder->time = at / 1000;
}

/* --- Committing ----------------------------------------------------------------------------- */

static bool branch_tip(struct builder *builder, const char *name, git_commit **commit)
{
    git_oid id;
    *commit = NULL;
    return git_reference_name_to_id(&id, builder->git, name) == 0 &&
           git_commit_lookup(commit, builder->git, &id) == 0;
}

static void set_branch(struct builder *builder, const git_oid *id)
{
    git_reference *reference = NULL;
    builder_step(builder,
                 git_reference_create(&reference, builder->git, builder->branch, id, 1, NULL),
                 "cannot move", builder->branch);
    git_reference_free(reference);
}

/* Commits `index` with the given parents. `author` NULL: the builder's. */
static struct object_id commit_index(struct builder *builder, git_index *index,
                                     const git_signature *author, const char *message,
                                     const git_commit *parents[], size_t parent_count)
{
    git_oid tree_id, id;
    git_tree *tree = NULL;
    git_signature *committer = NULL;
    struct object_id result = no_object;
    if (git_index_has_conflicts(index)) {
        builder_fail(builder, "there is a conflict in", message);
        return no_object;
    }
    if (builder_step(builder, git_index_write_tree_to(&tree_id, index, builder->git), "no tree for",
                     message) &&
        builder_step(builder, git_tree_lookup(&tree, builder->git, &tree_id), "no tree for",
                     message) &&
        builder_step(builder,
                     git_signature_new(&committer, builder->author_name, builder->author_email,
                                       builder->time, 0),
                     "no author for", message) &&
        builder_step(builder,
                     git_commit_create(&id, builder->git, NULL, author ? author : committer,
                                       committer, NULL, message, tree, parent_count, parents),
                     "cannot commit", message)) {
        set_branch(builder, &id);
        vector_push(&builder->to_pack, &id);
        builder->time += 60;
        result = from_git(&id);
    }
    git_signature_free(committer);
    git_tree_free(tree);
    return result;
}

/* Makes the next commit start from what `commit` holds. */
static void load_commit(struct builder *builder, git_commit *commit)
{
    git_tree *tree = NULL;
    if (builder_step(builder, git_commit_tree(&tree, commit), "no tree in", builder->branch))
        builder_step(builder, git_index_read_tree(builder->index, tree), "cannot read",
                     builder->branch);
    git_tree_free(tree);
}

static void load_tip(struct builder *builder)
{
    git_commit *tip = NULL;
    if (!builder->failed && branch_tip(builder, builder->branch, &tip))
        load_commit(builder, tip);
    git_commit_free(tip);
}

struct object_id builder_commit(struct builder *builder, const char *message)
{
    git_commit *parent = NULL;
    if (builder->failed)
        return no_object;
    branch_tip(builder, builder->branch, &parent);
    const git_commit *parents[] = { parent };
    struct object_id id =
        commit_index(builder, builder->index, NULL, message, parents, parent ? 1 : 0);
    git_commit_free(parent);
    return id;
}

/* The tips of the current branch and of another. */
static bool two_tips(struct builder *builder, const char *branch, git_commit **ours,
                     git_commit **theirs)
{
    char *name = memory_printf("refs/heads/%s", branch);
    *ours = *theirs = NULL;
    bool ok = !builder->failed && branch_tip(builder, builder->branch, ours) &&
              branch_tip(builder, name, theirs);
    if (!ok)
        builder_fail(builder, "there is no branch", branch);
    free(name);
    return ok;
}

static struct object_id join(struct builder *builder, const char *branch, const char *message,
                             size_t parent_count)
{
    git_commit *ours = NULL, *theirs = NULL;
    git_index *merged = NULL;
    struct object_id id = no_object;
    if (two_tips(builder, branch, &ours, &theirs) &&
        builder_step(builder, git_merge_commits(&merged, builder->git, ours, theirs, NULL),
                     "cannot merge", branch)) {
        const git_commit *parents[] = { ours, theirs };
        id = commit_index(builder, merged, NULL, message, parents, parent_count);
        load_tip(builder);
    }
    git_index_free(merged);
    git_commit_free(ours);
    git_commit_free(theirs);
    return id;
}

struct object_id builder_merge(struct builder *builder, const char *branch, const char *message)
{
    return join(builder, branch, message, 2);
}

struct object_id builder_squash(struct builder *builder, const char *branch, const char *message)
{
    return join(builder, branch, message, 1);
}

/* A commit and the tip of the current branch. */
static bool commit_and_tip(struct builder *builder, const struct object_id *id, git_commit **commit,
                           git_commit **tip)
{
    git_oid oid = builder_git_id(id);
    *commit = *tip = NULL;
    return !builder->failed &&
           builder_step(builder, git_commit_lookup(commit, builder->git, &oid), "no such commit on",
                        builder->branch) &&
           (branch_tip(builder, builder->branch, tip) ||
            (builder_fail(builder, "nothing is on", builder->branch), false));
}

/* The message with git's line about where it was picked from: a line of the trailers where there
 * are some, else a paragraph of its own. */
static char *picked_message(const char *message, const struct object_id *commit)
{
    char hex[OBJECT_ID_HEX_SIZE];
    size_t length = strlen(message);
    struct arena *arena = arena_new();
    const struct commit_message *parsed = commit_message_parse(arena, message, length);
    bool has_trailers = parsed->trailer_count > 0;
    arena_free(&arena);
    while (length > 0 && message[length - 1] == '\n')
        length--;
    return memory_printf("%.*s%s(cherry picked from commit %s)\n", (int)length, message,
                         has_trailers ? "\n" : "\n\n", object_id_hex(commit, hex));
}

struct object_id builder_pick(struct builder *builder, const struct object_id *commit, bool trailer)
{
    git_commit *picked = NULL, *tip = NULL;
    git_index *index = NULL;
    struct object_id id = no_object;
    if (commit_and_tip(builder, commit, &picked, &tip) &&
        builder_step(builder, git_cherrypick_commit(&index, builder->git, picked, tip, 0, NULL),
                     "cannot pick", git_commit_summary(picked))) {
        const git_commit *parents[] = { tip };
        const char *message = git_commit_message(picked);
        char *text = trailer ? picked_message(message, commit) : memory_copy_text(message);
        id = commit_index(builder, index, git_commit_author(picked), text, parents, 1);
        load_tip(builder);
        free(text);
    }
    git_index_free(index);
    git_commit_free(picked);
    git_commit_free(tip);
    return id;
}

struct object_id builder_revert(struct builder *builder, const struct object_id *commit)
{
    git_commit *reverted = NULL, *tip = NULL;
    git_index *index = NULL;
    struct object_id id = no_object;
    if (commit_and_tip(builder, commit, &reverted, &tip) &&
        builder_step(builder, git_revert_commit(&index, builder->git, reverted, tip, 0, NULL),
                     "cannot revert", git_commit_summary(reverted))) {
        char hex[OBJECT_ID_HEX_SIZE];
        const git_commit *parents[] = { tip };
        char *text = memory_printf("Revert \"%s\"\n\nThis reverts commit %s.\n",
                                   git_commit_summary(reverted), object_id_hex(commit, hex));
        id = commit_index(builder, index, NULL, text, parents, 1);
        load_tip(builder);
        free(text);
    }
    git_index_free(index);
    git_commit_free(reverted);
    git_commit_free(tip);
    return id;
}

struct object_id builder_tree(struct builder *builder)
{
    git_oid id;
    if (builder->failed ||
        !builder_step(builder, git_index_write_tree_to(&id, builder->index, builder->git),
                      "no tree on", builder->branch))
        return no_object;
    return from_git(&id);
}

/* --- References ----------------------------------------------------------------------------- */

struct object_id builder_head(struct builder *builder)
{
    git_oid id;
    if (builder->failed ||
        !builder_step(builder, git_reference_name_to_id(&id, builder->git, builder->branch),
                      "nothing is on", builder->branch))
        return no_object;
    return from_git(&id);
}

void builder_reference(struct builder *builder, const char *name, const struct object_id *id)
{
    git_reference *reference = NULL;
    git_oid oid = builder_git_id(id);
    if (!builder->failed)
        builder_step(builder, git_reference_create(&reference, builder->git, name, &oid, 1, NULL),
                     "cannot make", name);
    git_reference_free(reference);
}

static void use_branch(struct builder *builder, const char *name)
{
    free(builder->branch);
    builder->branch = memory_printf("refs/heads/%s", name);
}

void builder_branch(struct builder *builder, const char *name)
{
    struct object_id head = builder_head(builder);
    use_branch(builder, name);
    builder_reference(builder, builder->branch, &head);
    load_tip(builder);
}

void builder_switch(struct builder *builder, const char *name)
{
    use_branch(builder, name);
    builder_head(builder);
    load_tip(builder);
}

void builder_delete_branch(struct builder *builder, const char *name)
{
    char *full = memory_printf("refs/heads/%s", name);
    if (!builder->failed)
        builder_step(builder, git_reference_remove(builder->git, full), "cannot delete", name);
    free(full);
}

void builder_tag(struct builder *builder, const char *name)
{
    struct object_id head = builder_head(builder);
    char *full = memory_printf("refs/tags/%s", name);
    builder_reference(builder, full, &head);
    free(full);
}

void builder_annotated_tag(struct builder *builder, const char *name, const char *message)
{
    git_commit *tip = NULL;
    git_signature *tagger = NULL;
    git_oid id;
    if (builder->failed || !branch_tip(builder, builder->branch, &tip))
        builder_fail(builder, "there is nothing to tag as", name);
    else if (builder_step(builder,
                          git_signature_new(&tagger, builder->author_name, builder->author_email,
                                            builder->time, 0),
                          "no tagger for", name) &&
             builder_step(builder,
                          git_tag_create(&id, builder->git, name, (const git_object *)tip, tagger,
                                         message, 0),
                          "cannot tag", name))
        vector_push(&builder->to_pack, &id);
    git_signature_free(tagger);
    git_commit_free(tip);
}
