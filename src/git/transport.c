#include "transport.h"

#include <git2/sys/transport.h>
#include <stdlib.h>

#include <pilab/base/memory.h>

struct stream {
    git_smart_subtransport_stream base; /* first: libgit2 hands it back */
    struct transport_call *call;
    void *handle;
};

struct subtransport {
    git_smart_subtransport base; /* first: libgit2 hands it back */
    struct transport_call *call;
    struct stream *stream; /* the one connection; libgit2 frees it */
};

/* libgit2 gets a result, the caller of the mirror the transport's own words. What has failed once
 * is not tried again: libgit2 would still say goodbye, to a host that may not take it. */
static int transport_failed(const struct transport_call *call)
{
    git_error_set_str(GIT_ERROR_NET, call->error.message);
    return call->error.code == ERROR_CANCELLED ? GIT_EUSER : GIT_ERROR;
}

static int stream_read(git_smart_subtransport_stream *base, char *buffer, size_t room,
                       size_t *length)
{
    struct stream *stream = (struct stream *)base;
    struct transport_call *call = stream->call;
    bool ok = call->error.code == ERROR_NONE &&
              call->transport->read(stream->handle, buffer, room, length, &call->error);
    return ok ? 0 : transport_failed(call);
}

static int stream_write(git_smart_subtransport_stream *base, const char *data, size_t length)
{
    struct stream *stream = (struct stream *)base;
    struct transport_call *call = stream->call;
    bool ok = call->error.code == ERROR_NONE &&
              call->transport->write(stream->handle, data, length, &call->error);
    return ok ? 0 : transport_failed(call);
}

static void stream_free(git_smart_subtransport_stream *base)
{
    struct stream *stream = (struct stream *)base;
    struct subtransport *owner = (struct subtransport *)base->subtransport;
    stream->call->transport->close(stream->handle);
    if (owner->stream == stream)
        owner->stream = NULL;
    free(stream);
}

static int subtransport_action(git_smart_subtransport_stream **out, git_smart_subtransport *base,
                               const char *url, git_smart_service_t action)
{
    struct subtransport *self = (struct subtransport *)base;
    struct transport_call *call = self->call;
    if (action != GIT_SERVICE_UPLOADPACK_LS && action != GIT_SERVICE_UPLOADPACK) {
        git_error_set_str(GIT_ERROR_NET, "mirrors only fetch");
        return GIT_ERROR;
    }
    if (!self->stream) {
        void *handle = NULL;
        if (!call->transport->open(call->transport->context, url, call->progress, &handle,
                                   &call->error))
            return transport_failed(call);
        self->stream = memory_new(sizeof(*self->stream));
        self->stream->base.subtransport = base;
        self->stream->base.read = stream_read;
        self->stream->base.write = stream_write;
        self->stream->base.free = stream_free;
        self->stream->call = call;
        self->stream->handle = handle;
    }
    *out = &self->stream->base;
    return 0;
}

static int subtransport_close(git_smart_subtransport *base)
{
    (void)base; /* the stream is closed when libgit2 frees it */
    return 0;
}

static void subtransport_free(git_smart_subtransport *base)
{
    free(base);
}

static int subtransport_make(git_smart_subtransport **out, git_transport *owner, void *payload)
{
    struct subtransport *self = memory_new(sizeof(*self));
    (void)owner;
    self->base.action = subtransport_action;
    self->base.close = subtransport_close;
    self->base.free = subtransport_free;
    self->call = payload;
    *out = &self->base;
    return 0;
}

int transport_make(git_transport **out, git_remote *owner, void *payload)
{
    git_smart_subtransport_definition definition = {
        .callback = subtransport_make,
        .rpc = 0, /* one connection for all requests */
        .param = payload,
    };
    return git_transport_smart(out, owner, &definition);
}
