#include "openssh.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>
#include <pilab/base/words.h>

void openssh_words_init(struct openssh_words *words)
{
    vector_init(&words->words, sizeof(char *));
    words->place = 0;
    words->simple = false;
}

void openssh_words_release(struct openssh_words *words)
{
    words_release(&words->words);
}

void openssh_add(struct openssh_words *words, const char *format, ...)
{
    struct strbuf word = STRBUF_INIT;
    va_list arguments;
    char *owned;

    va_start(arguments, format);
    strbuf_vprintf(&word, format, arguments);
    va_end(arguments);
    owned = strbuf_steal(&word);
    vector_push(&words->words, &owned);
}

const char *const *openssh_list(struct openssh_words *words)
{
    const char *const *list;

    vector_add(&words->words); /* the end, which is no word */
    words->words.count--;
    list = words->words.items;
    return list;
}

/* Those of PuTTY speak ssh but take other options. */
static bool is_putty(const char *program)
{
    static const char *const names[] = { "plink", "putty", "tortoiseplink" };
    const char *name = path_base_name(program);

    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcasecmp(name, names[i]) == 0)
            return true;
    return false;
}

/* git hands such a command to a shell, which none is started for here: a path with a blank or a
 * variable of somebody else's would be run. */
static bool refuse_shell(const char *program, struct error *error)
{
    error_set(error, ERROR_UNSUPPORTED, "the command for ssh is for a shell, and none is run: %s",
              program);
    return error_hint(error, "put it into a script of its own, and name that: GIT_SSH_COMMAND or "
                             "core.sshCommand, with ssh.variant ssh");
}

/* Behind the word that is ssh, which a wrapper may start ("sshpass -e ssh"); behind all of them
 * when none is, since a wrapper's own options are not ours to come between. */
static size_t place_of_options(const struct vector *words)
{
    for (size_t i = 0; i < words->count; i++)
        if (strcmp(path_base_name(*(char **)vector_at(words, i)), "ssh") == 0)
            return i + 1;
    return words->count;
}

bool openssh_program(struct openssh_words *words, const struct ssh_options *options,
                     struct error *error)
{
    const char *program = options->program != NULL ? options->program : "ssh";

    if (words_need_shell(program))
        return refuse_shell(program, error);
    if (!words_split(program, &words->words, error))
        return error_prefix(error, "the command for ssh");
    words_expand_home(&words->words, 0);
    if (words->words.count == 0)
        return error_set(error, ERROR_INVALID, "the command for ssh is empty");
    words->place = place_of_options(&words->words);
    words->simple = options->variant == SSH_VARIANT_SIMPLE;
    if (!words->simple && is_putty(*(char **)vector_at(&words->words, 0))) {
        error_set(error, ERROR_UNSUPPORTED, "%s takes other options than ssh", program);
        return error_hint(error, "name one that takes those of OpenSSH");
    }
    return true;
}

static void insert(struct openssh_words *words, const char *word)
{
    char **all;

    openssh_add(words, "%s", word);
    all = words->words.items;
    for (size_t i = words->words.count - 1; i > words->place; i--) {
        char *moved = all[i];

        all[i] = all[i - 1];
        all[i - 1] = moved;
    }
    words->place++;
}

void openssh_set(struct openssh_words *words, const char *assignment)
{
    if (words->simple)
        return;
    insert(words, "-o");
    insert(words, assignment);
}

static int seconds(int milliseconds, int usual)
{
    int limit = milliseconds > 0 ? milliseconds : usual;

    return (limit + 999) / 1000;
}

bool openssh_options(struct openssh_words *words, const struct ssh_host *host,
                     const struct ssh_options *options, struct error *error)
{
    /* The configuration may be made for people at a terminal. */
    static const char *const settings[] = {
        "StrictHostKeyChecking=yes", "ForwardAgent=no", "ForwardX11=no",
        "ClearAllForwardings=yes",   "RequestTTY=no",   "RemoteCommand=none",
        "PermitLocalCommand=no",     "LogLevel=INFO",   "ServerAliveCountMax=3",
    };
    int alive = seconds(options->alive_limit, SSH_ALIVE_LIMIT) / 3;
    char text[64];

    if (words->simple && host->port > 0)
        return error_set(error, ERROR_UNSUPPORTED,
                         "a port cannot be given to this command for ssh (variant simple)");
    for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
        openssh_set(words, settings[i]);
    openssh_set(words, options->asker != NULL ? "BatchMode=no" : "BatchMode=yes");
    snprintf(text, sizeof text, "ConnectTimeout=%d",
             seconds(options->connect_limit, SSH_CONNECT_LIMIT));
    openssh_set(words, text);
    snprintf(text, sizeof text, "ServerAliveInterval=%d", alive > 0 ? alive : 1);
    openssh_set(words, text);
    if (host->port > 0) {
        openssh_add(words, "-p");
        openssh_add(words, "%d", host->port);
    }
    return true;
}

/* What would be an option, a control character or two words to somebody on the way. */
static bool is_plain(const char *text)
{
    if (*text == '-' || *text == '\0')
        return false;
    for (; *text != '\0'; text++)
        if ((unsigned char)*text <= ' ' || *text == 0x7f)
            return false;
    return true;
}

bool openssh_command(struct openssh_words *words, const struct ssh_host *host, const char *command,
                     struct error *error)
{
    if (!is_plain(host->host) || (host->user != NULL && !is_plain(host->user)))
        return error_set(error, ERROR_INVALID, "%s%s%s is no host for ssh",
                         host->user != NULL ? host->user : "", host->user != NULL ? "@" : "",
                         host->host);
    if (!words->simple)
        openssh_add(words, "--");
    openssh_add(words, "%s%s%s", host->user != NULL ? host->user : "",
                host->user != NULL ? "@" : "", host->host);
    if (command != NULL)
        openssh_add(words, "%s", command);
    return true;
}

void ssh_quote(struct strbuf *out, const char *word)
{
    strbuf_add_char(out, '\'');
    for (; *word != '\0'; word++) {
        if (*word == '\'' || *word == '!')
            strbuf_printf(out, "'\\%c'", *word);
        else
            strbuf_add_char(out, *word);
    }
    strbuf_add_char(out, '\'');
}
