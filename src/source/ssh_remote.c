#include <pilab/source/ssh_remote.h>

#include <stdlib.h>

#include <pilab/base/memory.h>
#include <pilab/git/remote.h>

struct ssh_remote_stream {
    const struct ssh_transport *ssh;
    void *stream;
    struct remote_ssh address;
    struct ssh_host host; /* of the address */
};

static void close_stream(void *handle)
{
    struct ssh_remote_stream *stream = handle;

    if (stream->stream != NULL)
        stream->ssh->close(stream->stream);
    remote_ssh_release(&stream->address);
    free(stream);
}

static bool open_stream(void *context, const char *url, const struct progress *progress, void **out,
                        struct error *error)
{
    const struct ssh_remote *remote = context;
    struct ssh_remote_stream *stream = memory_new(sizeof *stream);
    struct strbuf command = STRBUF_INIT;

    stream->ssh = remote->ssh;
    if (remote_ssh_parse(url, &stream->address, error)) {
        stream->host = (struct ssh_host){ .user = stream->address.user,
                                          .host = stream->address.host,
                                          .port = stream->address.port };
        strbuf_add(&command, "git-upload-pack ");
        ssh_quote(&command, stream->address.path);
        stream->stream =
            remote->ssh->open(&stream->host, command.data, &remote->options, progress, error);
    }
    strbuf_release(&command);
    *out = stream;
    if (stream->stream != NULL)
        return true;
    close_stream(stream);
    *out = NULL;
    return false;
}

static bool read_stream(void *handle, char *buffer, size_t room, size_t *length,
                        struct error *error)
{
    struct ssh_remote_stream *stream = handle;

    return stream->ssh->read(stream->stream, buffer, room, length, error);
}

static bool write_stream(void *handle, const char *data, size_t length, struct error *error)
{
    struct ssh_remote_stream *stream = handle;

    return stream->ssh->write(stream->stream, data, length, error);
}

void ssh_remote_init(struct ssh_remote *remote, const struct ssh_transport *ssh,
                     const struct ssh_options *options)
{
    remote->transport = (struct remote_transport){ .open = open_stream,
                                                   .read = read_stream,
                                                   .write = write_stream,
                                                   .close = close_stream,
                                                   .context = remote };
    remote->ssh = ssh;
    remote->options = *options;
}
