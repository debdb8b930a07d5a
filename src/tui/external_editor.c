#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/escape.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/program.h>
#include <pilab/base/utf8.h>
#include <pilab/base/words.h>
#include <pilab/tui/external_editor.h>
#include <pilab/tui/workspace.h>

/* ---- which editor ---- */

bool external_editor_allowed(struct error *error)
{
    const char *restricted = getenv("PILAB_RESTRICTED");

    if (restricted == NULL || restricted[0] == '\0' || strcmp(restricted, "0") == 0)
        return true;
    error_set(error, ERROR_DENIED,
              "no other editor can be started: this session is restricted (PILAB_RESTRICTED)");
    return error_hint(error, "i edits here");
}

bool editor_command_split(const char *value, struct vector *words, struct error *error)
{
    if (!words_split(value, words, error))
        return error_prefix(error, "the editor");
    if (words->count == 0)
        return error_set(error, ERROR_INVALID, "the editor \"%s\" names no program", value);
    return true;
}

static const char *chosen_editor(void)
{
    static const char *const fallbacks[] = { "vi", "nano" };
    static const char *const names[] = { "VISUAL", "EDITOR" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *value = getenv(names[i]);

        if (value != NULL && value[strspn(value, " \t")] != '\0')
            return value;
    }
    for (size_t i = 0; i < sizeof fallbacks / sizeof fallbacks[0]; i++)
        if (program_is_in_path(fallbacks[i]))
            return fallbacks[i];
    return NULL;
}

/* ---- the folder ---- */

/* Nobody else may look into it, whatever it was before. */
static bool is_private(const char *folder, struct error *error)
{
    struct stat status;

    if (lstat(folder, &status) != 0)
        return error_errno(error, errno, "%s: cannot be examined", folder);
    if (!S_ISDIR(status.st_mode) || status.st_uid != geteuid())
        return error_set(error, ERROR_INVALID, "%s is no folder of yours", folder);
    if ((status.st_mode & 077) != 0 && chmod(folder, 0700) != 0)
        return error_errno(error, errno, "%s: others can read it", folder);
    return true;
}

/* Makes a folder for this text alone; NULL with the reason. The caller frees the path. */
static char *make_folder(struct error *error)
{
    const char *runtime = getenv("XDG_RUNTIME_DIR");
    char *base = NULL, *all = NULL, *folder = NULL;

    if (runtime != NULL && runtime[0] == '/' && access(runtime, W_OK | X_OK) == 0)
        base = path_join(runtime, "pilab");
    else
        base = path_cache_home(error);
    if (base == NULL)
        return NULL;
    all = path_join(base, "edit");
    if (file_make_directories(all, 0700, error) && is_private(all, error)) {
        folder = path_join(all, "text-XXXXXX");
        if (mkdtemp(folder) == NULL) {
            error_errno(error, errno, "no folder can be made in %s", all);
            free(folder);
            folder = NULL;
        }
    }
    free(base);
    free(all);
    return folder;
}

/* With what the editor left there: backups hold the text too. */
static void remove_folder(const char *folder)
{
    DIR *entries = opendir(folder);
    const struct dirent *entry;

    while (entries != NULL && (entry = readdir(entries)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(entries), entry->d_name, 0);
    if (entries != NULL)
        closedir(entries);
    rmdir(folder);
}

/* ---- there and back ---- */

/* What is being edited. */
struct round {
    const struct program_runner *runner;
    const char *text;
    size_t length;
    size_t limit;
    char *folder;
    char *path;
    struct vector words; /* of char *: the editor's */
};

static bool run_editor(const struct round *round, struct error *error)
{
    const char **argv = memory_array(round->words.count + 2, sizeof *argv);
    int status = 0;
    bool done;

    for (size_t i = 0; i < round->words.count; i++)
        argv[i] = *(char **)vector_at(&round->words, i);
    argv[round->words.count] = round->path;
    done = round->runner->run(round->runner->context, argv, &status, error);
    if (!done)
        error_hint(error, "set EDITOR to an editor that is installed; i edits here");
    else if (WIFSIGNALED(status))
        done = error_set(error, ERROR_CANCELLED, "%s was ended by signal %d: nothing was taken",
                         argv[0], WTERMSIG(status));
    else if (WEXITSTATUS(status) != 0)
        done = error_set(error, ERROR_CANCELLED, "%s ended with %d: nothing was taken", argv[0],
                         WEXITSTATUS(status));
    free(argv);
    return done;
}

/* Line ends that the editor has put in place of those of the text are no change of it, and would
 * make each line another one for a merge. */
static void settle_lines(const struct round *round, struct strbuf *found)
{
    if (round->length == 0 || memchr(round->text, '\r', round->length) == NULL)
        strbuf_unix_text(found);
}

static bool read_back(const struct round *round, struct strbuf *found, struct error *error)
{
    struct stat status;

    if (lstat(round->path, &status) != 0)
        return error_errno(error, errno, "%s: the editor left no text", round->path);
    if (!S_ISREG(status.st_mode) || status.st_uid != geteuid())
        return error_set(error, ERROR_INVALID,
                         "%s is not a regular file of yours any more: nothing was taken",
                         round->path);
    if (!file_read(round->path, round->limit, false, found, error))
        return false;
    settle_lines(round, found);
    return true;
}

/* A newline at the end is what most editors add to a text without one. */
static bool is_unchanged(const struct round *round, const struct strbuf *found)
{
    size_t length = found->length;

    if (length == round->length + 1 && found->data[length - 1] == '\n' &&
        (round->length == 0 || round->text[round->length - 1] != '\n'))
        length--;
    return length == round->length && memcmp(found->data, round->text, length) == 0;
}

/* Whether the file holds what was not there before: then it is not removed. */
static bool holds_work(const struct round *round)
{
    struct strbuf found = STRBUF_INIT;
    struct error error = { 0 };
    bool work = false;

    if (file_read(round->path, round->limit, false, &found, &error)) {
        settle_lines(round, &found);
        work = !is_unchanged(round, &found);
    } else {
        work = error.code != ERROR_NOT_FOUND;
    }
    strbuf_release(&found);
    return work;
}

static enum external_result edit_file(const struct round *round, struct strbuf *out,
                                      struct error *error)
{
    enum external_result result = EXTERNAL_FAILED;
    struct strbuf found = STRBUF_INIT;

    if (!file_write_atomic(round->path, round->text, round->length, 0600, error) ||
        !run_editor(round, error) || !read_back(round, &found, error))
        goto out;
    if (is_unchanged(round, &found)) {
        result = EXTERNAL_UNCHANGED;
        goto out;
    }
    if (!utf8_valid(found.data, found.length)) {
        error_set(error, ERROR_INVALID, "%s is not UTF-8: nothing was taken", round->path);
        goto out;
    }
    strbuf_add_bytes(out, found.data, found.length);
    result = EXTERNAL_CHANGED;
out:
    strbuf_release(&found);
    return result;
}

static char *file_path(const char *folder, const char *name)
{
    struct strbuf slug = STRBUF_INIT;
    char *path;

    slug_file_name(&slug, name, strlen(name));
    strbuf_add(&slug, ".md");
    path = path_join(folder, slug.data);
    strbuf_release(&slug);
    return path;
}

/* After the editor: the folder goes, unless it holds somebody's work. */
static void clear_away(const struct round *round, enum external_result result, struct error *error)
{
    if (result != EXTERNAL_FAILED || !holds_work(round))
        remove_folder(round->folder);
    else
        error_hint(error, "what was written is kept in %s", round->path);
}

enum external_result external_edit(const struct program_runner *runner, const char *name,
                                   const char *text, size_t length, size_t limit,
                                   struct strbuf *out, struct error *error)
{
    struct round round = { .runner = runner, .text = text, .length = length, .limit = limit };
    enum external_result result = EXTERNAL_FAILED;
    const char *editor = chosen_editor();

    vector_init(&round.words, sizeof(char *));
    if (!external_editor_allowed(error))
        goto out;
    if (editor == NULL) {
        error_set(error, ERROR_NOT_FOUND, "no editor was found");
        error_hint(error, "set EDITOR to one that is installed; i edits here");
        goto out;
    }
    if (!editor_command_split(editor, &round.words, error))
        goto out;
    round.folder = make_folder(error);
    if (round.folder == NULL)
        goto out;
    round.path = file_path(round.folder, name);
    result = edit_file(&round, out, error);
    clear_away(&round, result, error);
out:
    words_release(&round.words);
    free(round.folder);
    free(round.path);
    return result;
}

static bool run_in_workspace(void *context, const char *const argv[], int *status,
                             struct error *error)
{
    return workspace_run_program(context, argv, status, error);
}

enum external_result external_edit_in(struct workspace *workspace, const char *name,
                                      const char *text, size_t length, size_t limit,
                                      struct strbuf *out, struct error *error)
{
    const struct program_runner runner = { workspace, run_in_workspace };

    return external_edit(&runner, name, text, length, limit, out, error);
}
