/*
 * Picks the face, and sets up once what belongs to the whole process.
 */
#include <config.h>

#include <ctype.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <pwd.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/cli/cli.h>
#include <pilab/cli/render.h>
#include <pilab/net/askpass.h>
#include <pilab/tui/studio.h>

/* The one variable that a signal handler may touch. */
static atomic_bool cancelled;

static void on_signal(int number)
{
    (void)number;
    atomic_store(&cancelled, true);
}

/* A second ^C ends the program at once: SA_RESETHAND puts the default back. */
static void catch_signals(void)
{
    struct sigaction stop = { .sa_handler = on_signal, .sa_flags = (int)SA_RESETHAND };
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    sigaction(SIGINT, &stop, NULL);
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGHUP, &stop, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    /* A limit on file sizes shall be an error of the write, not the end. */
    sigaction(SIGXFSZ, &ignore, NULL);
}

/* Descriptors 0 to 2 must be open, or the next file opened takes their place. */
static bool open_standard_streams(void)
{
    int descriptor;

    do {
        descriptor = open("/dev/null", O_RDWR | O_CLOEXEC);
    } while (descriptor >= 0 && descriptor <= STDERR_FILENO);
    if (descriptor < 0)
        return false;
    close(descriptor);
    return true;
}

/* Of a locale it is the characters that matter. What is read and written for programs has one form
 * everywhere: a point in numbers, and "I" and "i" for the same letter, which they are not in
 * Turkish. Over ssh the variables often name a locale that is not installed here: C.UTF-8 is always
 * there. */
static void choose_locale(void)
{
    static const char *const variables[] = { "LC_ALL", "LC_CTYPE", "LANG" };
    bool utf8;

    if (setlocale(LC_CTYPE, "") != NULL) {
        utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
        if (utf8 || toupper('i') != 'I')
            setlocale(LC_CTYPE, utf8 ? "C.UTF-8" : "C");
        return;
    }
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++) {
        const char *value = getenv(variables[i]);

        if (value == NULL || *value == '\0')
            continue;
        if (strcasestr(value, "utf-8") != NULL || strcasestr(value, "utf8") != NULL)
            setlocale(LC_CTYPE, "C.UTF-8");
        return;
    }
}

/* Started by something that gives no surroundings (a service, env -i), a person's home is still
 * known to the system. */
static void find_home(void)
{
    const char *home = getenv("HOME");
    const struct passwd *user = home == NULL || *home == '\0' ? getpwuid(getuid()) : NULL;

    if (user != NULL && user->pw_dir[0] == '/')
        setenv("HOME", user->pw_dir, 1);
}

/* What holds for the whole process: files are private, no core holds a secret, libraries are
 * started before the first thread. */
static bool runtime_start(struct error *error)
{
    struct rlimit none = { 0, 0 };

    umask(077);
    choose_locale();
    find_home();
    setrlimit(RLIMIT_CORE, &none);
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    if (!open_standard_streams())
        return error_set(error, ERROR_IO, "cannot open /dev/null");
    if (sodium_init() < 0)
        return error_set(error, ERROR_INTERNAL, "libsodium cannot be started");
    catch_signals();
    return true;
}

static void say_error(const struct error *error)
{
    struct output errors = output_for(STDERR_FILENO, NULL, 0, false);

    render_error(&errors, error, false);
}

int main(int argc, char **argv)
{
    struct settings settings = { 0 };
    struct error error = { 0 };
    bool screen = false;
    int status;

    if (!runtime_start(&error)) {
        say_error(&error);
        return EXIT_FAILURE;
    }
    if (askpass_is_asked())
        return askpass_run(argc, argv);
    status = cli_run(argc, argv, &cancelled, &screen, &settings);
    if (screen && !studio_run(&settings, &status, &error)) {
        say_error(&error);
        status = error_exit_code(error.code);
    }
    settings_release(&settings);
    return status;
}
