#include "terminal_internal.h"

#include <stdlib.h>
#include <string.h>
#include <term.h>

#include <pilab/base/memory.h>

/* <term.h> makes macros of short words such as `columns`: this file alone includes it. */

/* Tried in this order when TERM is empty or not known to the terminfo of this machine. */
static const char *const fallback_names[] = { "xterm-256color", "xterm", "vt100" };

static bool known(const char *name, int fd)
{
    int status;
    bool found = setupterm(name, fd, &status) == OK;

    /* Generic and hard-copy entries make newterm() fail though they are found. */
    if (found)
        del_curterm(cur_term);
    return found;
}

static bool can_move_cursor(const char *name, int fd)
{
    int status;
    const char *capability;

    if (setupterm(name, fd, &status) != OK)
        return false;
    capability = tigetstr("cup");
    del_curterm(cur_term);
    return capability != NULL && capability != (const char *)-1;
}

const char *terminfo_choose(struct terminal *terminal, struct error *error)
{
    const char *name = getenv("TERM");
    bool set = name != NULL && name[0] != '\0';

    if (set && known(name, terminal->output_fd)) {
        if (can_move_cursor(name, terminal->output_fd))
            return name;
        error_set(error, ERROR_UNSUPPORTED,
                  "the terminal (TERM=%s) cannot move its cursor: no screens on it", name);
        error_hint(error, "use the subcommands, or set TERM to what the terminal really is");
        return NULL;
    }
    for (size_t i = 0; i < sizeof fallback_names / sizeof fallback_names[0]; i++) {
        const char *fallback = fallback_names[i];

        if (!known(fallback, terminal->output_fd))
            continue;
        if (set)
            terminal->notice =
                memory_printf("TERM=%s is not known here: taking it for %s", name, fallback);
        else
            terminal->notice = memory_printf("TERM is not set: taking it for %s", fallback);
        return fallback;
    }
    error_set(error, ERROR_UNSUPPORTED, "no terminfo entry for TERM=%s, nor for xterm or vt100",
              set ? name : "");
    error_hint(error, "install the package ncurses-base");
    return NULL;
}

const char *terminfo_text(const char *name)
{
    const char *text = tigetstr(name);

    return text == (const char *)-1 ? NULL : text;
}

bool terminfo_flag(const char *name)
{
    return tigetflag(name) > 0;
}

void terminfo_add(struct strbuf *out, const char *name)
{
    const char *text = terminfo_text(name);

    while (text != NULL && *text != '\0') {
        size_t plain = strcspn(text, "$");

        strbuf_add_bytes(out, text, plain);
        text += plain;
        if (text[0] == '$' && text[1] == '<')
            text += strcspn(text, ">") + (strchr(text, '>') != NULL);
        else if (text[0] == '$')
            strbuf_add_char(out, *text++);
    }
}
