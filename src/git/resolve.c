/* From what a person typed to the commit it means. */
#include "internal.h"
#include "replaced.h"

#include <stdio.h>
#include <string.h>

#include <pilab/base/vector.h>

#define SIMILAR_NAMES 3
#define NAME_LIMIT    64 /* longer names are not looked at for similar ones */

/* The reference's name that a revision begins with: "v1" of "v1~2^{commit}", "main" of "main@{1}".
 */
static size_t base_length(const char *revision)
{
    size_t length = strcspn(revision, "^~:");
    const char *at = strstr(revision, "@{");
    return at && (size_t)(at - revision) < length ? (size_t)(at - revision) : length;
}

static bool commit_at(struct repository *repository, const char *prefix, const char *name,
                      size_t length, struct object_id *commit)
{
    char full[1024];
    git_reference *reference = NULL;
    git_object *object = NULL;
    if (snprintf(full, sizeof(full), "%s%.*s", prefix, (int)length, name) >= (int)sizeof(full) ||
        git_reference_lookup(&reference, repository->git, full) < 0)
        return false;
    bool ok = git_reference_peel(&object, reference, GIT_OBJECT_COMMIT) == 0;
    if (ok)
        *commit = object_id_from_git(git_object_id(object));
    git_object_free(object);
    git_reference_free(reference);
    return ok;
}

/* git takes the tag and warns; a release must not be compared with what nobody meant. */
static bool check_unambiguous(struct repository *repository, const char *revision,
                              struct error *error)
{
    struct object_id tag, branch;
    size_t length = base_length(revision);
    if (!commit_at(repository, "refs/tags/", revision, length, &tag) ||
        !commit_at(repository, "refs/heads/", revision, length, &branch) ||
        object_id_equal(&tag, &branch))
        return true;
    char tag_hex[OBJECT_ID_HEX_SIZE], branch_hex[OBJECT_ID_HEX_SIZE];
    error_set(error, ERROR_AMBIGUOUS, "%.*s is a tag (%.12s) and a branch (%.12s)", (int)length,
              revision, object_id_hex(&tag, tag_hex), object_id_hex(&branch, branch_hex));
    return error_hint(error, "say tags/%.*s or heads/%.*s", (int)length, revision, (int)length,
                      revision);
}

/* --- Names that may have been meant --------------------------------------------------------- */

struct similar {
    char name[NAME_LIMIT + 1];
    unsigned distance;
};

static unsigned smallest(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

/* Levenshtein's distance; both names are at most NAME_LIMIT long. */
static unsigned name_distance(const char *a, const char *b)
{
    unsigned row[NAME_LIMIT + 1];
    size_t width = strlen(b);
    for (size_t k = 0; k <= width; k++)
        row[k] = (unsigned)k;
    for (size_t i = 0; a[i]; i++) {
        unsigned diagonal = row[0];
        row[0] = (unsigned)i + 1;
        for (size_t k = 0; k < width; k++) {
            unsigned above = row[k + 1];
            row[k + 1] = smallest(above + 1, row[k] + 1, diagonal + (a[i] != b[k]));
            diagonal = above;
        }
    }
    return row[width];
}

static const char *short_name(const char *full)
{
    static const char *const prefixes[] = { "refs/tags/", "refs/heads/", "refs/remotes/" };
    for (size_t i = 0; i < sizeof(prefixes) / sizeof(*prefixes); i++)
        if (strncmp(full, prefixes[i], strlen(prefixes[i])) == 0)
            return full + strlen(prefixes[i]);
    return full;
}

/* Keeps the nearest names, nearest first, and of those that are as near the newest. "feature" is
 * near "origin/feature". */
static void consider(struct similar nearest[SIMILAR_NAMES], const char *wanted, const char *full)
{
    const char *name = short_name(full);
    if (strlen(name) > NAME_LIMIT)
        return;
    const char *slash = strrchr(name, '/');
    unsigned distance = name_distance(wanted, name);
    if (slash && name_distance(wanted, slash + 1) < distance)
        distance = name_distance(wanted, slash + 1);
    if (distance > 2 + strlen(wanted) / 5)
        return;
    for (size_t i = 0; i < SIMILAR_NAMES; i++) {
        if (nearest[i].name[0] &&
            (nearest[i].distance < distance ||
             (nearest[i].distance == distance && version_compare(nearest[i].name, name) >= 0)))
            continue;
        memmove(&nearest[i + 1], &nearest[i], (SIMILAR_NAMES - 1 - i) * sizeof(*nearest));
        snprintf(nearest[i].name, sizeof(nearest[i].name), "%s", name);
        nearest[i].distance = distance;
        return;
    }
}

static void hint_similar(struct repository *repository, const char *wanted, struct error *error)
{
    struct similar nearest[SIMILAR_NAMES] = { { .name = "" } };
    git_reference_iterator *iterator = NULL;
    const char *name;
    struct strbuf hint = STRBUF_INIT;
    if (strlen(wanted) <= NAME_LIMIT && git_reference_iterator_new(&iterator, repository->git) == 0)
        while (git_reference_next_name(&name, iterator) == 0)
            consider(nearest, wanted, name);
    git_reference_iterator_free(iterator);
    for (size_t i = 0; i < SIMILAR_NAMES && nearest[i].name[0]; i++)
        strbuf_printf(&hint, "%s%s", i ? ", " : "did you mean ", nearest[i].name);
    if (hint.length)
        error_hint(error, "%s?", hint.data);
    else
        error_hint(error, "`git fetch --tags` brings what the remote has; `git tag --list` lists "
                          "the versions");
    strbuf_release(&hint);
}

/* Braces that do not close: libgit2 would leak what stands before them. */
static bool is_malformed(const char *revision)
{
    const char *open = strchr(revision, '{');
    return open && !strchr(open, '}');
}

static bool malformed(const char *revision, struct error *error)
{
    error_set(error, ERROR_INVALID, "%s is not how a revision is written", revision);
    return error_hint(error, "gitrevisions(7) tells the forms: a tag, a branch, an id, HEAD~2");
}

/* What the name before any ~, ^ or @ leads to. */
static bool referenced_object(struct repository *repository, const char *revision, git_oid *id)
{
    char name[1024];
    git_reference *reference = NULL;
    size_t length = base_length(revision);
    if (length >= sizeof(name))
        return false;
    snprintf(name, sizeof(name), "%.*s", (int)length, revision);
    if (git_reference_dwim(&reference, repository->git, name) < 0)
        return false;
    const git_oid *target = git_reference_target(reference);
    if (target)
        *id = *target;
    git_reference_free(reference);
    return target != NULL;
}

static bool is_full_id(const char *revision, git_oid *id)
{
    return base_length(revision) == OBJECT_ID_HEX_SIZE - 1 &&
           git_oid_fromstrn(id, revision, OBJECT_ID_HEX_SIZE - 1) == 0;
}

static bool object_is_damaged(struct repository *repository, const char *revision,
                              struct error *error)
{
    git_oid target;
    git_object *object = NULL;
    bool named = referenced_object(repository, revision, &target) || is_full_id(revision, &target);
    if (!named || git_odb_exists(repository->objects, &target) == 0)
        return false;
    int result = git_object_lookup(&object, repository->git, &target, GIT_OBJECT_ANY);
    git_object_free(object);
    if (result == 0)
        return false;
    struct object_id id = object_id_from_git(&target);
    char hex[OBJECT_ID_HEX_SIZE];
    git_failed(error, result, "%s leads to object %s, which cannot be read", revision,
               object_id_hex(&id, hex));
    if (error)
        error->code = ERROR_CORRUPT;
    error_hint(error, "`git fsck` tells what else is damaged; fetch it again");
    return true;
}

static bool resolve_failed(struct repository *repository, const char *revision, int result,
                           struct error *error)
{
    if (result == GIT_EAMBIGUOUS) {
        error_set(error, ERROR_AMBIGUOUS, "several objects in %s begin with %s", repository->name,
                  revision);
        return error_hint(error, "give more digits");
    }
    if (strcmp(revision, "HEAD") == 0 && git_repository_head_unborn(repository->git) == 1) {
        error_set(error, ERROR_NOT_FOUND, "%s has no commit yet", repository->name);
        return error_hint(error, "commit something, or name another revision");
    }
    if (result == GIT_EINVALIDSPEC)
        return malformed(revision, error);
    if (object_is_damaged(repository, revision, error))
        return false;
    error_set(error, ERROR_NOT_FOUND, "%s has no revision %s", repository->name, revision);
    if (error != NULL) /* nobody reads the hint otherwise, and it costs a look at every name */
        hint_similar(repository, revision, error);
    return false;
}

/* A reference that is there but whose object is not: damage, and no spelling mistake. Asked first,
 * for libgit2's own parser leaks when it meets one. */
static bool reference_is_broken(struct repository *repository, const char *revision,
                                struct error *error)
{
    git_oid target;
    if (!referenced_object(repository, revision, &target) ||
        git_odb_exists(repository->objects, &target) == 1)
        return false;
    struct object_id id = object_id_from_git(&target);
    char hex[OBJECT_ID_HEX_SIZE];
    error_set(error, ERROR_CORRUPT, "%s leads to object %s, which is missing from %s", revision,
              object_id_hex(&id, hex), repository->directory);
    error_hint(error, "`git fsck` tells what else is missing; fetch it again");
    return true;
}

static bool peel_to_commit(const char *revision, git_object *object, struct object_id *commit,
                           struct error *error)
{
    git_object *peeled = NULL;
    if (git_object_peel(&peeled, object, GIT_OBJECT_COMMIT) < 0)
        return error_set(error, ERROR_INVALID, "%s is a %s, not a commit", revision,
                         git_object_type2string(git_object_type(object)));
    *commit = object_id_from_git(git_object_id(peeled));
    git_object_free(peeled);
    return true;
}

bool repository_resolve(struct repository *repository, const char *revision,
                        struct object_id *commit, struct error *error)
{
    git_object *object = NULL;
    bool found;
    if (!*revision) {
        error_set(error, ERROR_INVALID, "no revision is given");
        return error_hint(error, "a tag, a branch, an id, HEAD~2");
    }
    if (is_malformed(revision))
        return malformed(revision, error);
    if (!check_unambiguous(repository, revision, error) ||
        reference_is_broken(repository, revision, error))
        return false;
    if (replaced_resolve(repository, revision, commit, &found))
        return found || resolve_failed(repository, revision, GIT_ENOTFOUND, error);
    int result = git_revparse_single(&object, repository->git, revision);
    if (result < 0)
        return resolve_failed(repository, revision, result, error);
    bool ok = peel_to_commit(revision, object, commit, error);
    git_object_free(object);
    return ok;
}
