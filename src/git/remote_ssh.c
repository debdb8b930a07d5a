#include <pilab/git/remote.h>

#include "internal.h"
#include "url.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/memory.h>

static const char scheme[] = "ssh://";

static char *without_brackets(const char *host, size_t length)
{
    bool brackets = length > 2 && host[0] == '[' && host[length - 1] == ']';

    return memory_copy_bytes(host + brackets, length - 2 * (size_t)brackets);
}

static bool parse_url(const char *rest, struct remote_ssh *remote)
{
    struct url_parts parts = url_split(rest);
    const char *path = parts.path;

    if (parts.user)
        remote->user = memory_copy_bytes(parts.user, parts.user_length);
    remote->host = without_brackets(parts.host, parts.host_length);
    remote->port = parts.port ? atoi(parts.port) : 0;
    remote->path = url_decode(path[0] == '/' && path[1] == '~' ? path + 1 : path);
    return remote->path && (!parts.port || (remote->port > 0 && remote->port < 65536));
}

/* "user@host:path" */
static bool parse_scp_form(const char *url, struct remote_ssh *remote)
{
    struct url_parts parts = url_split_scp(url);

    if (!parts.path)
        return false;
    if (parts.user)
        remote->user = memory_copy_bytes(parts.user, parts.user_length);
    remote->host = without_brackets(parts.host, parts.host_length);
    remote->path = memory_copy_text(parts.path);
    return true;
}

/* "%0a" is none in the address and one in what a server, its log and its shell would get. */
static bool has_control(const char *path)
{
    for (; *path; path++)
        if ((unsigned char)*path < 0x20 || *path == 0x7f)
            return true;
    return false;
}

bool remote_ssh_parse(const char *url, struct remote_ssh *remote, struct error *error)
{
    bool ok = true;

    *remote = (struct remote_ssh){ 0 };
    if (strncasecmp(url, scheme, sizeof scheme - 1) == 0)
        ok = parse_url(url + sizeof scheme - 1, remote);
    else
        ok = parse_scp_form(url, remote);
    if (ok && !has_control(remote->path))
        return true;
    remote_ssh_release(remote);
    error_set(error, ERROR_INVALID, "%s is refused: its port or its path is none", url);
    return error_hint(error, "ports go up to 65535; a path holds no control characters (%%0a)");
}

void remote_ssh_release(struct remote_ssh *remote)
{
    free(remote->user);
    free(remote->host);
    free(remote->path);
    *remote = (struct remote_ssh){ 0 };
}

/* --- The program ---------------------------------------------------------------------------- */

/* A variable, else a setting of git's; NULL when neither says anything. */
static char *variable_or_setting(const char *variable, git_config *config, const char *setting)
{
    const char *value = getenv(variable);
    git_buf text = { .ptr = NULL };
    char *found = NULL;

    if (value && *value)
        return memory_copy_text(value);
    if (config && git_config_get_string_buf(&text, config, setting) == 0 && text.size > 0)
        found = memory_copy_text(text.ptr);
    git_buf_dispose(&text);
    return found;
}

/* A program is one word, whatever is in its name. */
static char *as_word(const char *program)
{
    struct strbuf word = STRBUF_INIT;

    strbuf_add_char(&word, '\'');
    for (; *program; program++)
        strbuf_add(&word, *program == '\'' ? "'\\''" : (char[]){ *program, '\0' });
    strbuf_add_char(&word, '\'');
    return strbuf_steal(&word);
}

struct remote_ssh_program remote_ssh_program(void)
{
    struct remote_ssh_program program = { NULL, NULL };
    const char *alone = getenv("GIT_SSH");
    git_config *config = NULL;

    if (git_config_open_default(&config) != 0)
        config = NULL;
    program.command = variable_or_setting("GIT_SSH_COMMAND", config, "core.sshcommand");
    if (!program.command && alone && *alone)
        program.command = as_word(alone);
    program.variant = variable_or_setting("GIT_SSH_VARIANT", config, "ssh.variant");
    git_config_free(config);
    return program;
}

void remote_ssh_program_release(struct remote_ssh_program *program)
{
    free(program->command);
    free(program->variant);
}
