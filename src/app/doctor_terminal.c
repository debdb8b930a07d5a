/* The terminal, its locale, tmux, the way to the clipboard, the editor. */
#include <config.h> /* wcwidth is a system extension */

#include "doctor.h"

#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <pilab/base/file.h>

#define TMUX_PATIENCE 600
#define TERMINFO_SIZE 32768
#define MAX_COLORS    13 /* the place of "colors" among the numbers of terminfo(5) */

/* --- The terminal's description --------------------------------------------------------------- */

/* The folders that terminfo(5) looks in, as far as they can be told without the library. */
static const char *const terminfo_folders[] = {
    "/etc/terminfo",
    "/lib/terminfo",
    "/usr/share/terminfo",
    "/usr/lib/terminfo",
    "/usr/local/share/terminfo",
};

static bool read_entry_in(const char *folder, const char *term, struct strbuf *entry)
{
    struct strbuf path = STRBUF_INIT;
    bool found;

    strbuf_printf(&path, "%s/%c/%s", folder, term[0], term);
    found = file_read(path.data, TERMINFO_SIZE, true, entry, NULL);
    if (!found) { /* where letters of either case are one, folders are named by the letter's code */
        strbuf_clear(&path);
        strbuf_printf(&path, "%s/%02x/%s", folder, (unsigned)(unsigned char)term[0], term);
        found = file_read(path.data, TERMINFO_SIZE, true, entry, NULL);
    }
    strbuf_release(&path);
    return found;
}

static bool read_entry(const char *term, struct strbuf *entry)
{
    const char *own = doctor_variable("TERMINFO"), *home = doctor_variable("HOME");
    bool found = own != NULL && read_entry_in(own, term, entry);

    if (!found && home != NULL) {
        char *folder = path_join(home, ".terminfo");

        found = read_entry_in(folder, term, entry);
        free(folder);
    }
    for (size_t i = 0; i < sizeof terminfo_folders / sizeof *terminfo_folders && !found; i++)
        found = read_entry_in(terminfo_folders[i], term, entry);
    return found;
}

static int short_at(const struct strbuf *entry, size_t at)
{
    const unsigned char *bytes = (const unsigned char *)entry->data;

    return at + 1 < entry->length ? bytes[at] | bytes[at + 1] << 8 : -1;
}

/* "colors" of a compiled entry, term(5): 0 when it has none, -1 when it cannot be read. */
static int colours_of(const struct strbuf *entry)
{
    int magic = short_at(entry, 0), width = magic == 01036 ? 4 : 2;
    int names = short_at(entry, 2), flags = short_at(entry, 4), numbers = short_at(entry, 6);
    size_t at;
    int value;

    if ((magic != 0432 && magic != 01036) || names < 0 || flags < 0 || numbers < 0)
        return -1;
    if (numbers <= MAX_COLORS)
        return 0;
    at = 12 + (size_t)names + (size_t)flags;
    at += at % 2;
    at += (size_t)MAX_COLORS * (size_t)width;
    value = short_at(entry, at);
    if (width == 4 && value >= 0)
        value |= short_at(entry, at + 2) << 16;
    return value < 0 || (width == 2 && value == 0xffff) ? 0 : value;
}

static void check_term(struct doctor *doctor)
{
    const char *term = doctor_variable("TERM");
    struct strbuf entry = STRBUF_INIT;
    int colours;

    if (term == NULL || strcmp(term, "dumb") == 0) {
        doctor_say(doctor, DOCTOR_WARNING,
                   "The full screen needs a terminal; subcommands work without one.", "TERM is %s",
                   term == NULL ? "not set" : "dumb");
        return;
    }
    if (strchr(term, '/') != NULL || !read_entry(term, &entry)) {
        doctor_say(doctor, DOCTOR_PROBLEM,
                   "Set TERM to one that is known here (xterm-256color), or copy the entry over: "
                   "infocmp -x | ssh HOST tic -x -",
                   "TERM is %s, which this machine does not know", term);
    } else {
        colours = colours_of(&entry);
        if (colours < 8)
            doctor_say(doctor, DOCTOR_NOTE, "Meaning is never in the colour alone.",
                       "TERM is %s, without colours", term);
        else
            doctor_say(doctor, DOCTOR_OK, NULL, "TERM is %s, %d colours%s", term, colours,
                       doctor_variable("NO_COLOR") != NULL ? ", and NO_COLOR is set" : "");
    }
    strbuf_release(&entry);
}

static void check_size(struct doctor *doctor)
{
    struct winsize size = { 0 };
    int terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);

    if (terminal < 0 || ioctl(terminal, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        doctor_say(doctor, DOCTOR_NOTE, NULL, "there is no terminal here");
    else if (size.ws_col < 80 || size.ws_row < 24)
        doctor_say(doctor, DOCTOR_WARNING, "Make it larger: screens are made for 80x24 and up.",
                   "%d columns and %d lines", size.ws_col, size.ws_row);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "%d columns and %d lines", size.ws_col, size.ws_row);
    if (terminal >= 0)
        close(terminal);
}

/* --- Text ------------------------------------------------------------------------------------- */

static const char *locale_asked(void)
{
    const char *value = doctor_variable("LC_ALL");

    if (value == NULL)
        value = doctor_variable("LC_CTYPE");
    return value != NULL ? value : doctor_variable("LANG");
}

static void check_locale(struct doctor *doctor)
{
    const char *asked = locale_asked();
    locale_t locale = asked != NULL ? newlocale(LC_CTYPE_MASK, asked, (locale_t)0) : (locale_t)0;
    bool utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;

    if (!utf8)
        doctor_say(doctor, DOCTOR_WARNING,
                   "export LANG=C.UTF-8 (or another UTF-8 locale that `locale -a` lists).",
                   "the locale is %s, which is not UTF-8: what is not ASCII is spelt out",
                   asked != NULL ? asked : "not set");
    else if (locale == (locale_t)0)
        doctor_say(doctor, DOCTOR_NOTE,
                   "Install it, or export LANG=C.UTF-8, so that other programs do not complain.",
                   "the locale %s is not installed here; C.UTF-8 is used", asked);
    else
        doctor_say(doctor, DOCTOR_OK, NULL, "the locale is %s", asked);
    if (utf8 && (wcwidth(L'\u65e5') != 2 || wcwidth(L'\u0301') != 0))
        doctor_say(doctor, DOCTOR_WARNING, "Use C.UTF-8, or install the machine's locales anew.",
                   "the locale does not know how wide characters are: columns will not line up");
    if (locale != (locale_t)0)
        freelocale(locale);
}

/* --- tmux ------------------------------------------------------------------------------------- */

/* One option's value, or NULL. */
static const char *tmux_option(struct doctor *doctor, const char *scope, const char *name)
{
    const char *const words[] = { "tmux", "show-options", scope, name, NULL };
    struct strbuf out = STRBUF_INIT;
    const char *value = NULL;
    bool missing;

    if (doctor_run(words, TMUX_PATIENCE / 4, &out, &missing) && out.length > 0)
        value = doctor_first_line(doctor, &out);
    strbuf_release(&out);
    return value;
}

static void check_tmux_options(struct doctor *doctor)
{
    const char *clipboard = tmux_option(doctor, "-svq", "set-clipboard");
    const char *terminal = tmux_option(doctor, "-gvq", "default-terminal");
    const char *escape = tmux_option(doctor, "-svq", "escape-time");

    if (clipboard != NULL && strcmp(clipboard, "off") == 0)
        doctor_say(doctor, DOCTOR_WARNING, "In ~/.tmux.conf: set -s set-clipboard on",
                   "tmux keeps what is copied to itself (set-clipboard off)");
    if (terminal != NULL && strncmp(terminal, "tmux", 4) != 0 &&
        strncmp(terminal, "screen", 6) != 0)
        doctor_say(doctor, DOCTOR_WARNING, "In ~/.tmux.conf: set -g default-terminal tmux-256color",
                   "tmux says it is %s (default-terminal)", terminal);
    if (escape != NULL && strtol(escape, NULL, 10) > 100)
        doctor_say(doctor, DOCTOR_NOTE, "In ~/.tmux.conf: set -s escape-time 20",
                   "tmux holds Escape back for %s ms (escape-time)", escape);
}

static void check_tmux(struct doctor *doctor)
{
    static const char *const version[] = { "tmux", "-V", NULL };
    struct strbuf out = STRBUF_INIT;
    bool missing, inside = doctor_variable("TMUX") != NULL;

    if (!inside) {
        doctor_say(doctor, DOCTOR_NOTE,
                   doctor_variable("SSH_CONNECTION") != NULL
                       ? "Inside of tmux a dropped connection ends nothing."
                       : NULL,
                   "not inside of tmux");
    } else if (!doctor_run(version, TMUX_PATIENCE / 4, &out, &missing)) {
        doctor_say(doctor, DOCTOR_WARNING, "Copying needs it: see that `tmux -V` works.",
                   missing ? "inside of tmux, but there is no program tmux here"
                           : "inside of tmux, which does not answer");
    } else {
        doctor_say(doctor, DOCTOR_OK, NULL, "inside of %s", doctor_first_line(doctor, &out));
        check_tmux_options(doctor);
    }
    strbuf_release(&out);
}

static void check_clipboard(struct doctor *doctor)
{
    if (doctor_variable("TMUX") != NULL)
        doctor_say(doctor, DOCTOR_OK, NULL, "copies go to tmux, and from there to the terminal");
    else if (doctor_variable("STY") != NULL)
        doctor_say(doctor, DOCTOR_WARNING, "Use tmux, or copy with the mouse.",
                   "screen(1) does not pass copies on to the terminal");
    else
        doctor_say(doctor, DOCTOR_OK, NULL,
                   "copies go to the terminal (OSC 52), where it allows programs to set them");
}

/* --- The editor ------------------------------------------------------------------------------- */

static bool is_program(const char *path)
{
    return access(path, X_OK) == 0 && !file_is_directory(path);
}

static bool found_along_path(const char *name)
{
    const char *path = doctor_variable("PATH");
    bool found = strchr(name, '/') != NULL && is_program(name);

    while (path != NULL && !found && strchr(name, '/') == NULL) {
        struct strbuf candidate = STRBUF_INIT;
        size_t length = strcspn(path, ":");

        strbuf_add_bytes(&candidate, path, length);
        strbuf_printf(&candidate, "%s%s", length > 0 ? "/" : "", name);
        found = is_program(candidate.data);
        strbuf_release(&candidate);
        path = path[length] == ':' ? path + length + 1 : NULL;
    }
    return found;
}

static void check_editor(struct doctor *doctor)
{
    const char *variable = doctor_variable("VISUAL") != NULL ? "VISUAL" : "EDITOR";
    const char *editor = doctor_variable(variable), *program;

    if (editor == NULL) {
        if (found_along_path("vi"))
            doctor_say(doctor, DOCTOR_OK, NULL, "neither VISUAL nor EDITOR is set: vi is used");
        else
            doctor_say(doctor, DOCTOR_NOTE, "export EDITOR=… for editing outside of PiLabStudio.",
                       "neither VISUAL nor EDITOR is set, and there is no vi");
        return;
    }
    program = arena_bytes(doctor->arena, editor, strcspn(editor, " \t"));
    if (found_along_path(program))
        doctor_say(doctor, DOCTOR_OK, NULL, "%s is %s", variable, editor);
    else
        doctor_say(doctor, DOCTOR_WARNING, "Install it, or name another one.",
                   "%s is %s, which is not to be found", variable, editor);
}

/* clang-format off */
const struct doctor_check doctor_terminal_checks[] = {
    { "Terminal", "terminal", check_term },
    { "Terminal", "size", check_size },
    { "Terminal", "locale", check_locale },
    { "Terminal", "tmux", check_tmux },
    { "Terminal", "clipboard", check_clipboard },
    { "Terminal", "editor", check_editor },
    { NULL, NULL, NULL },
};
/* clang-format on */
