#include <config.h> /* nftw */

#include "fixture_repository.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <ftw.h>
#include <git2.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#define FIRST_COMMIT_AT INT64_C(1735689600000) /* 2025-01-01T00:00:00Z */

struct fixture_repository {
    char *directory, *path, *git_path;
    struct builder *builder;
    struct repository *repository;
};

/* libgit2 1.5 never frees what it matches names of configuration with, so every opening of a
 * repository that has an extension leaks in libpcre2. (The leak sanitizer calls this.) */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libpcre2-8";
}

int fixture_library_start(void **state)
{
    struct error error;
    (void)state;
    if (!repository_library_start(&error)) {
        print_error("%s\n", error.message);
        return -1;
    }
    for (int level = GIT_CONFIG_LEVEL_SYSTEM; level <= GIT_CONFIG_LEVEL_GLOBAL; level++)
        git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, level, "");
    return 0;
}

int fixture_library_stop(void **state)
{
    (void)state;
    repository_library_stop();
    return 0;
}

char *fixture_directory(void)
{
    const char *parent = getenv("TMPDIR");
    char *directory = memory_printf("%s/pilab-test-XXXXXX", parent && *parent ? parent : "/tmp");
    assert_non_null(mkdtemp(directory));
    char *real = realpath(directory, NULL);
    assert_non_null(real);
    free(directory);
    return real;
}

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *where)
{
    (void)status;
    (void)where;
    if (kind == FTW_DNR)
        chmod(path, 0700);
    return remove(path);
}

void fixture_directory_free(char **directory)
{
    if (*directory)
        nftw(*directory, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
    free(*directory);
    *directory = NULL;
}

struct fixture_repository *fixture_new(void)
{
    struct error error;
    struct fixture_repository *fixture = memory_new(sizeof(*fixture));
    fixture->directory = fixture_directory();
    fixture->path = path_join(fixture->directory, "repository");
    fixture->git_path = path_join(fixture->path, ".git");
    fixture->builder = builder_new(fixture->path, false, &error);
    if (!fixture->builder)
        fail_msg("%s", error.message);
    builder_author(fixture->builder, "Ada Example", "ada@example.org");
    builder_time(fixture->builder, FIRST_COMMIT_AT);
    return fixture;
}

void fixture_free(struct fixture_repository **fixture)
{
    struct fixture_repository *f = *fixture;
    *fixture = NULL;
    if (!f)
        return;
    builder_free(&f->builder, NULL);
    repository_free(&f->repository);
    fixture_directory_free(&f->directory);
    free(f->path);
    free(f->git_path);
    free(f);
}

struct builder *fixture_builder(struct fixture_repository *fixture)
{
    return fixture->builder;
}

const char *fixture_path(const struct fixture_repository *fixture)
{
    return fixture->path;
}

const char *fixture_git_path(const struct fixture_repository *fixture)
{
    return fixture->git_path;
}

struct object_id fixture_commit(struct fixture_repository *fixture, const char *path,
                                const char *text, const char *message)
{
    builder_write(fixture->builder, path, text);
    return builder_commit(fixture->builder, message);
}

void fixture_assert_error(const struct error *error, enum error_code code, const char *message,
                          const char *hint)
{
    assert_string_equal(error_code_name(error->code), error_code_name(code));
    if (!strstr(error->message, message))
        fail_msg("\"%s\" does not say \"%s\"", error->message, message);
    if (!strstr(error->hint, hint))
        fail_msg("hint \"%s\" does not say \"%s\"", error->hint, hint);
}

void fixture_assert_references(const char *path, const char *expected)
{
    struct error error;
    struct repository *mirror = NULL;
    struct strbuf names = STRBUF_INIT;
    assert_true(repository_open(&mirror, path, &error));
    assert_null(repository_work_tree(mirror));
    struct reference_list *list = repository_references(mirror, &error);
    for (size_t i = 0; i < list->count; i++)
        strbuf_printf(&names, "%s ", list->references[i].name);
    assert_string_equal(names.data, expected);
    reference_list_free(&list);
    repository_free(&mirror);
    strbuf_release(&names);
}

struct repository *fixture_open(struct fixture_repository *fixture)
{
    struct error error;
    if (!builder_free(&fixture->builder, &error))
        fail_msg("%s", error.message);
    repository_free(&fixture->repository);
    if (!repository_open(&fixture->repository, fixture->path, &error))
        fail_msg("%s", error.message);
    return fixture->repository;
}

struct fixture_repository *fixture_two_versions(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);

    builder_write(builder, "values.yaml", "timeout: 30\n");
    builder_commit(builder, "Begin");
    builder_tag(builder, "v2.0.6");
    builder_write(builder, "values.yaml", "timeout: 15\n");
    builder_commit(builder, "MB-1 Shorten the timeout");
    builder_tag(builder, "v2.0.7");
    fixture_open(fixture);
    return fixture;
}

struct object_id fixture_resolve(struct fixture_repository *fixture, const char *revision)
{
    struct error error;
    struct object_id id;
    if (!repository_resolve(fixture->repository, revision, &id, &error))
        fail_msg("%s", error.message);
    return id;
}

static struct object_id write_object(struct fixture_repository *fixture, const void *data,
                                     size_t length, git_object_t type)
{
    git_repository *git = NULL;
    git_odb *objects = NULL;
    git_oid id;
    struct object_id result;
    assert_int_equal(git_repository_open(&git, fixture->path), 0);
    assert_int_equal(git_repository_odb(&objects, git), 0);
    assert_int_equal(git_odb_write(&id, objects, data, length, type), 0);
    git_odb_free(objects);
    git_repository_free(git);
    memcpy(result.bytes, id.id, OBJECT_ID_SIZE);
    return result;
}

struct object_id fixture_raw_commit(struct fixture_repository *fixture, const char *text,
                                    size_t length)
{
    return write_object(fixture, text, length, GIT_OBJECT_COMMIT);
}

struct object_id fixture_raw_tree(struct fixture_repository *fixture, const void *bytes,
                                  size_t length)
{
    return write_object(fixture, bytes, length, GIT_OBJECT_TREE);
}

struct object_id fixture_tree_of(struct fixture_repository *fixture, const struct object_id *tree,
                                 int times)
{
    struct strbuf text = STRBUF_INIT;
    for (int i = 0; i < times; i++) {
        strbuf_printf(&text, "40000 d%d", i);
        strbuf_add_char(&text, '\0');
        strbuf_add_bytes(&text, tree->bytes, OBJECT_ID_SIZE);
    }
    struct object_id id = write_object(fixture, text.data, text.length, GIT_OBJECT_TREE);
    strbuf_release(&text);
    return id;
}

static char *object_path(const struct fixture_repository *fixture, const struct object_id *id)
{
    char hex[OBJECT_ID_HEX_SIZE];
    object_id_hex(id, hex);
    return memory_printf("%s/objects/%.2s/%s", fixture->git_path, hex, hex + 2);
}

void fixture_lose_object(struct fixture_repository *fixture, const struct object_id *id)
{
    char *path = object_path(fixture, id);
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(text, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

void fixture_damage_object(struct fixture_repository *fixture, const struct object_id *id)
{
    char *path = object_path(fixture, id);
    assert_int_equal(unlink(path), 0);
    write_file(path, "this is no zlib stream");
    free(path);
}

void fixture_write_git_file(struct fixture_repository *fixture, const char *name, const char *text)
{
    char *path = path_join(fixture->git_path, name);
    write_file(path, text);
    free(path);
}

void fixture_write_work_file(struct fixture_repository *fixture, const char *name, const char *text)
{
    char *path = path_join(fixture->path, name);
    write_file(path, text);
    free(path);
}

static void read_all(int descriptor, struct strbuf *out)
{
    char buffer[8192];
    ssize_t count;
    while ((count = read(descriptor, buffer, sizeof(buffer))) > 0)
        strbuf_add_bytes(out, buffer, (size_t)count);
}

void fixture_git(const struct fixture_repository *fixture, struct strbuf *out,
                 const char *const arguments[])
{
    const char *command[32] = { "git", "-C", fixture->path };
    char no_system[] = "GIT_CONFIG_NOSYSTEM=1", no_home[] = "HOME=/nonexistent";
    char path[] = "PATH=/usr/local/bin:/usr/bin:/bin", language[] = "LC_ALL=C";
    char *environment[] = { no_system, no_home, path, language, NULL };
    size_t count = 3;
    for (; arguments[count - 3]; count++) {
        assert_true(count + 1 < sizeof(command) / sizeof(*command));
        command[count] = arguments[count - 3];
    }
    int pipes[2], status = 0;
    pid_t child;
    posix_spawn_file_actions_t actions;
    assert_int_equal(pipe(pipes), 0);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], 1);
    posix_spawn_file_actions_addclose(&actions, pipes[0]);
    int failure = posix_spawnp(&child, "git", &actions, NULL, (char *const *)command, environment);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    if (failure) {
        close(pipes[0]);
        print_message("git is not installed\n");
        skip();
    }
    strbuf_clear(out);
    read_all(pipes[0], out);
    close(pipes[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

void fixture_listing(const char *directory, struct strbuf *out)
{
    struct dirent **entries = NULL;
    int count = scandir(directory, &entries, NULL, alphasort);
    assert_true(count >= 0);
    for (int i = 0; i < count; i++) {
        const char *name = entries[i]->d_name;
        if (strcmp(name, ".") != 0 && strcmp(name, "..") != 0) {
            struct stat status;
            char *path = path_join(directory, name);
            assert_int_equal(lstat(path, &status), 0);
            strbuf_printf(out, "%s %lld %o %lld.%09ld\n", path, (long long)status.st_size,
                          (unsigned)status.st_mode, (long long)status.st_mtim.tv_sec,
                          status.st_mtim.tv_nsec);
            if (S_ISDIR(status.st_mode))
                fixture_listing(path, out);
            free(path);
        }
        free(entries[i]);
    }
    free(entries);
}
