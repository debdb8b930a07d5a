#include "observe_parts.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/file.h>
#include <pilab/base/memory.h>

#define OUTPUT_LIMIT (1u << 20)

/* --- A command on another host ---------------------------------------------------------------- */

/* "[user@]host[:port]", the host in brackets when it is an address with colons. */
static bool parse_host(struct observing *observing, struct ssh_host *host, struct error *error)
{
    const char *text = observing->observer->host, *at = strrchr(text, '@'), *end, *colon;
    struct arena *arena = observing->arena;

    *host = (struct ssh_host){ 0 };
    if (at != NULL) {
        host->user = arena_bytes(arena, text, (size_t)(at - text));
        text = at + 1;
    }
    end = *text == '[' ? strchr(text, ']') : NULL;
    colon = end != NULL ? (end[1] == ':' ? end + 1 : NULL) : strrchr(text, ':');
    if (end != NULL)
        host->host = arena_bytes(arena, text + 1, (size_t)(end - text - 1));
    else
        host->host =
            arena_bytes(arena, text, colon != NULL ? (size_t)(colon - text) : strlen(text));
    if (colon != NULL) {
        char *rest;
        long port = strtol(colon + 1, &rest, 10);

        if (colon[1] < '0' || colon[1] > '9' || *rest != '\0' || port < 1 || port > 65535)
            return error_set(error, ERROR_INVALID, "'%s' is no host: the port is none",
                             observing->observer->host);
        host->port = (int)port;
    }
    if (*host->host == '\0' || *host->host == '-' || strpbrk(host->host, " \t\n") != NULL ||
        (host->user != NULL && (*host->user == '\0' || *host->user == '-')))
        return error_set(error, ERROR_INVALID, "'%s' is no host", observing->observer->host);
    return true;
}

/* Each word is quoted for the shell over there, so that it is the same word there. */
static void write_command(const struct observer_settings *observer, struct strbuf *command)
{
    if (observer->path != NULL) {
        strbuf_add(command, "cat -- ");
        ssh_quote(command, observer->path);
        return;
    }
    for (size_t i = 0; i < observer->command_count; i++) {
        strbuf_add(command, i > 0 ? " " : "");
        ssh_quote(command, observer->command[i]);
    }
}

static bool read_all(const struct ssh_transport *ssh, void *stream, struct strbuf *out,
                     struct error *error)
{
    char buffer[4096];
    size_t length;

    do {
        if (!ssh->read(stream, buffer, sizeof buffer, &length, error))
            return false;
        strbuf_add_bytes(out, buffer, length);
    } while (length > 0 && out->length <= OUTPUT_LIMIT);
    return out->length <= OUTPUT_LIMIT ||
           error_set(error, ERROR_LIMIT, "the command says more than %u bytes", OUTPUT_LIMIT);
}

bool observe_ssh(struct observing *observing, struct error *error)
{
    const struct ssh_transport *ssh = observing->request->ssh;
    struct ssh_options options = *observing->request->ssh_options;
    struct strbuf command = STRBUF_INIT, text = STRBUF_INIT;
    struct ssh_host host;
    void *stream = NULL;
    bool ok;

    options.connect_limit = observing->milliseconds;
    options.silence_limit = observing->milliseconds;
    write_command(observing->observer, &command);
    ok = parse_host(observing, &host, error);
    if (ok) {
        stream = ssh->open(&host, command.data, &options, observing->progress, error);
        ok = stream != NULL && read_all(ssh, stream, &text, error);
        if (stream != NULL)
            ssh->close(stream);
    }
    ok = ok &&
         observing_document(observing, observing->observer->host, text.data, text.length, error);
    strbuf_release(&command);
    strbuf_release(&text);
    return ok;
}

/* --- A file of this machine ------------------------------------------------------------------- */

bool observe_file(struct observing *observing, struct error *error)
{
    char *path = observing_path(observing, observing->observer->path);
    struct strbuf text = STRBUF_INIT;
    bool ok = file_read(path, OUTPUT_LIMIT, true, &text, error) &&
              observing_document(observing, path, text.data, text.length, error);

    strbuf_release(&text);
    free(path);
    return ok;
}
