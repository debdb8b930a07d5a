#include <pilab/app/settings.h>

#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/store/store.h>

#define MOST_THREADS 64

static const char *option(const struct arguments *arguments, const char *name)
{
    return arguments != NULL ? arguments_option(arguments, name) : NULL;
}

static char *copy(const char *text)
{
    return text != NULL ? memory_copy_text(text) : NULL;
}

static char *option_or_variable(const struct arguments *arguments, const char *name,
                                const char *variable)
{
    const char *text = option(arguments, name);

    if (text == NULL)
        text = getenv(variable);
    return text != NULL && *text != '\0' ? memory_copy_text(text) : NULL;
}

static char *local_login(void)
{
    const struct passwd *user = getpwuid(getuid());

    return user != NULL ? memory_copy_text(user->pw_name)
                        : memory_printf("uid-%lu", (unsigned long)getuid());
}

/* Where the clock stands still, which no real store allows, a name can be given: what a test shows
 * is then the same whoever runs it. */
static char *read_login(const struct settings *settings)
{
    const char *given = clock_is_frozen(&settings->clock) ? getenv("PILAB_LOGIN") : NULL;

    return given != NULL && *given != '\0' ? memory_copy_text(given) : local_login();
}

static bool is_option(const struct arguments *arguments, const char *name, const char *value)
{
    const char *text = option(arguments, name);

    return text != NULL && strcmp(text, value) == 0;
}

static bool read_clock(struct settings *settings, struct error *error)
{
    const char *text = getenv("PILAB_CLOCK");
    int64_t at;

    settings->clock = clock_system();
    if (text == NULL || *text == '\0')
        return true;
    if (!timestamp_parse(text, &at, error))
        return error_prefix(error, "PILAB_CLOCK");
    settings->clock = clock_frozen(at);
    return true;
}

/* What is read with one thread and with many is the same; the number is for machines that are
 * shared, and for tests. */
static bool read_threads(struct settings *settings, struct error *error)
{
    const char *text = getenv("PILAB_THREADS");
    char *end = NULL;
    unsigned long number;

    if (text == NULL || *text == '\0')
        return true;
    errno = 0;
    number = strtoul(text, &end, 10);
    if (*text < '0' || *text > '9' || *end != '\0' || errno != 0 || number < 1 ||
        number > MOST_THREADS) {
        error_set(error, ERROR_INVALID, "PILAB_THREADS: \"%s\" is no number from 1 to %d", text,
                  MOST_THREADS);
        return error_hint(error, "without it there are as many threads as processors, up to 4");
    }
    settings->threads = (unsigned)number;
    return true;
}

/* A log that cannot be written never keeps anybody from working. */
static struct log *open_log(const struct settings *settings)
{
    return settings->log_path != NULL
               ? log_open(settings->log_path, LOG_INFO, settings->clock, NULL)
               : NULL;
}

bool settings_read(struct settings *settings, const struct arguments *arguments,
                   struct error *error)
{
    char *directory;

    *settings = (struct settings){
        .store_path = store_path_resolve(option(arguments, "store"), error),
        .project = option_or_variable(arguments, "project", "PILAB_PROJECT"),
        .theme = option_or_variable(arguments, "theme", "PILAB_THEME"),
        .log_path = option_or_variable(NULL, "", "PILAB_LOG"),
        .offline = arguments != NULL && arguments_flag(arguments, "offline"),
        .ascii = is_option(arguments, "glyphs", "ascii"),
        .no_color = is_option(arguments, "color", "never"),
    };
    if (settings->store_path != NULL)
        settings->cache_directory = path_cache_home(error);
    if (settings->cache_directory == NULL || !read_clock(settings, error) ||
        !read_threads(settings, error)) {
        settings_release(settings);
        return false;
    }
    settings->login = read_login(settings);
    directory = getcwd(NULL, 0);
    settings->working_directory = directory != NULL ? directory : memory_copy_text("/");
    settings->log = open_log(settings);
    return true;
}

void settings_copy(struct settings *settings, const struct settings *from)
{
    *settings = *from;
    settings->store_path = copy(from->store_path);
    settings->cache_directory = copy(from->cache_directory);
    settings->working_directory = copy(from->working_directory);
    settings->project = copy(from->project);
    settings->login = copy(from->login);
    settings->theme = copy(from->theme);
    settings->log_path = copy(from->log_path);
    settings->log = open_log(settings);
}

void settings_release(struct settings *settings)
{
    free(settings->store_path);
    free(settings->cache_directory);
    free(settings->working_directory);
    free(settings->project);
    free(settings->login);
    free(settings->theme);
    free(settings->log_path);
    log_close(&settings->log);
    *settings = (struct settings){ 0 };
}
