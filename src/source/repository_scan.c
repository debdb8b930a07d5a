#include <pilab/source/repository_scan.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/source/project_guess.h>

#define USUAL_DEPTH   5
#define USUAL_FOLDERS 20000
#define FILE_LIMIT    (256u << 10)

/* Large, and never what one is looking for. */
static const char *const skipped[] = {
    "node_modules", "bower_components", "vendor", "third_party",
    "target",       "__pycache__",      "venv",   "build",
    "dist",         "Library",
};

/* Folders whose names say where something lies and not what it is. */
static const char *const nameless[] = { "src",   "repo",     "repository", "git",
                                        "code",  "main",     "trunk",      "master",
                                        "clone", "checkout", "work",       "workspace" };

struct scanner {
    const struct scan_limits *limits;
    struct arena *arena;
    const struct progress *progress;
    struct repository_scan *scan;
    struct vector found;  /* struct scanned_repository */
    struct vector shared; /* const char *: the real folder that each keeps its objects in */
    unsigned folders;
    int64_t deadline; /* monotonic; 0: none */
};

static bool is_one_of(const char *name, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (strcasecmp(words[i], name) == 0)
            return true;
    }
    return false;
}

static bool is_folder_at(int folder, const char *name)
{
    struct stat status;

    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode);
}

static bool is_file_at(int folder, const char *name)
{
    struct stat status;

    return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(status.st_mode);
}

/* gitrepository-layout(5): what makes a folder a repository. */
static bool is_repository(int folder)
{
    return is_file_at(folder, "HEAD") && is_folder_at(folder, "objects") &&
           is_folder_at(folder, "refs");
}

static char *line_after(const char *text, const char *word, struct arena *arena)
{
    const char *at = strstr(text, word);

    if (at == NULL)
        return NULL;
    at += strlen(word);
    at += strspn(at, " \t");
    return arena_bytes(arena, at, strcspn(at, "\r\n"));
}

/* "url" of the remote "origin", or of any; NULL. */
static const char *remote_of(const char *git_folder, struct arena *arena)
{
    char *path = path_join(git_folder, "config");
    struct strbuf text = STRBUF_INIT;
    const char *url = NULL, *origin;

    if (file_read(path, FILE_LIMIT, true, &text, NULL)) {
        origin = strstr(text.data, "[remote \"origin\"]");
        url = line_after(origin != NULL ? origin : text.data, "url =", arena);
    }
    strbuf_release(&text);
    free(path);
    return url;
}

static const char *name_of(const struct scanner *scanner, const char *path, const char *git_folder)
{
    const char *name = project_name_of(path, scanner->arena), *remote;

    if (!is_one_of(name, nameless, sizeof nameless / sizeof *nameless))
        return name;
    remote = remote_of(git_folder, scanner->arena);
    if (remote == NULL)
        return name;
    remote = project_name_of(remote, scanner->arena);
    return *remote != '\0' ? remote : name;
}

/* Whether a repository of these objects is there already; else it is from now on. */
static bool is_known(struct scanner *scanner, const char *git_folder)
{
    char *real = realpath(git_folder, NULL);
    bool known = false;

    for (size_t i = 0; real != NULL && i < scanner->shared.count && !known; i++)
        known = strcmp(*(const char **)vector_at(&scanner->shared, i), real) == 0;
    if (real != NULL && !known)
        *(const char **)vector_add(&scanner->shared) = arena_text(scanner->arena, real);
    free(real);
    return known;
}

static void add(struct scanner *scanner, const char *path, const char *git_folder, bool bare)
{
    struct scanned_repository *repository;

    if (is_known(scanner, git_folder))
        return;
    repository = vector_add(&scanner->found);
    repository->path = arena_text(scanner->arena, path);
    repository->name = name_of(scanner, path, git_folder);
    repository->bare = bare;
}

/* A `.git` file names a folder elsewhere: of a second work tree, of a submodule, or one that
 * somebody keeps apart (--separate-git-dir). */
static void follow_file(struct scanner *scanner, const char *path, const char *file)
{
    struct strbuf text = STRBUF_INIT;
    char *named = NULL, *folder = NULL, *common;

    if (file_read(file, FILE_LIMIT, false, &text, NULL))
        named = line_after(text.data, "gitdir:", scanner->arena);
    strbuf_release(&text);
    if (named == NULL || strstr(named, "/modules/") != NULL)
        return;
    folder = path_join(path, named);
    common = strstr(folder, "/worktrees/");
    if (common != NULL)
        *common = '\0';
    if (file_is_directory(folder))
        add(scanner, path, folder, false);
    free(folder);
}

static bool is_over(struct scanner *scanner)
{
    unsigned most = scanner->limits->folders > 0 ? scanner->limits->folders : USUAL_FOLDERS;

    if (scanner->folders >= most || progress_cancelled(scanner->progress) ||
        (scanner->deadline > 0 && clock_monotonic() >= scanner->deadline))
        scanner->scan->complete = false;
    return !scanner->scan->complete;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The folders in a folder, in the order of their names whatever the file system's. */
static void list_folders(struct scanner *scanner, DIR *directory, struct vector *names)
{
    struct dirent *entry;

    while ((entry = readdir(directory)) != NULL) {
        if (entry->d_name[0] == '.' ||
            is_one_of(entry->d_name, skipped, sizeof skipped / sizeof *skipped))
            continue;
        if (entry->d_type == DT_DIR ||
            (entry->d_type == DT_UNKNOWN && is_folder_at(dirfd(directory), entry->d_name)))
            *(const char **)vector_add(names) = arena_text(scanner->arena, entry->d_name);
    }
    vector_sort(names, by_name);
}

static void look_into(struct scanner *scanner, const char *path, unsigned depth);

static void look_below(struct scanner *scanner, const char *path, DIR *directory, unsigned depth)
{
    struct vector names;

    vector_init(&names, sizeof(const char *));
    list_folders(scanner, directory, &names);
    for (size_t i = 0; i < names.count && !is_over(scanner); i++) {
        char *below = path_join(path, *(const char **)vector_at(&names, i));

        look_into(scanner, below, depth - 1);
        free(below);
    }
    vector_release(&names);
}

/* Opened without following a link, so that what was a folder when it was listed still is one. */
static void look_into(struct scanner *scanner, const char *path, unsigned depth)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
    DIR *directory = folder >= 0 ? fdopendir(folder) : NULL;
    char *git = path_join(path, ".git");

    scanner->folders++;
    if (directory == NULL) {
        scanner->scan->closed++;
        if (folder >= 0)
            close(folder);
    } else if (is_repository(folder)) {
        add(scanner, path, path, true);
    } else {
        if (is_folder_at(folder, ".git"))
            add(scanner, path, git, false);
        else if (is_file_at(folder, ".git"))
            follow_file(scanner, path, git);
        if (depth > 1)
            look_below(scanner, path, directory, depth);
    }
    if (directory != NULL)
        closedir(directory);
    free(git);
}

bool repository_scan(const char *folder, const struct scan_limits *limits, struct arena *arena,
                     struct repository_scan *scan, const struct progress *progress,
                     struct error *error)
{
    static const struct scan_limits usual = { 0 };
    struct scanner scanner = { .limits = limits != NULL ? limits : &usual,
                               .arena = arena,
                               .progress = progress,
                               .scan = scan };
    char *whole = realpath(folder, NULL);

    if (whole == NULL)
        return error_errno(error, errno, "%s", folder);
    if (!file_is_directory(whole)) {
        free(whole);
        return error_set(error, ERROR_INVALID, "%s is not a folder", folder);
    }
    *scan = (struct repository_scan){ .complete = true };
    scanner.deadline =
        scanner.limits->milliseconds > 0 ? clock_monotonic() + scanner.limits->milliseconds : 0;
    vector_init(&scanner.found, sizeof(struct scanned_repository));
    vector_init(&scanner.shared, sizeof(const char *));
    look_into(&scanner, whole, scanner.limits->depth > 0 ? scanner.limits->depth : USUAL_DEPTH);
    scan->repositories = vector_to_arena(&scanner.found, arena);
    scan->count = scanner.found.count;
    vector_release(&scanner.found);
    vector_release(&scanner.shared);
    free(whole);
    return progress_check(progress, error);
}
