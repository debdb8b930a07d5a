#include <config.h> /* memrchr is a system extension */

#include <pilab/git/remote.h>

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
static void parse_scp_form(const char *url, struct remote_ssh *remote)
{
    const char *colon = strchr(url, ':');
    const char *at = memrchr(url, '@', (size_t)(colon - url));
    const char *host = at ? at + 1 : url;

    if (at)
        remote->user = memory_copy_bytes(url, (size_t)(at - url));
    remote->host = without_brackets(host, (size_t)(colon - host));
    remote->path = memory_copy_text(colon + 1);
}

bool remote_ssh_parse(const char *url, struct remote_ssh *remote, struct error *error)
{
    bool ok = true;

    *remote = (struct remote_ssh){ 0 };
    if (strncasecmp(url, scheme, sizeof scheme - 1) == 0)
        ok = parse_url(url + sizeof scheme - 1, remote);
    else
        parse_scp_form(url, remote);
    if (ok)
        return true;
    remote_ssh_release(remote);
    error_set(error, ERROR_INVALID, "%s is refused: its port or its path is none", url);
    return error_hint(error, "ports go up to 65535; a %%00 ends no path");
}

void remote_ssh_release(struct remote_ssh *remote)
{
    free(remote->user);
    free(remote->host);
    free(remote->path);
    *remote = (struct remote_ssh){ 0 };
}
