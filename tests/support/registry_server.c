#include "registry_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include <zlib.h>

#include <pilab/base/clock.h>
#include <pilab/base/digest.h>
#include <pilab/base/file.h>
#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "patience.h"
#include "scratch.h"

struct registry_server {
    char *folder, *log, *name;
    unsigned short port;
    pid_t process;
};

const char *registry_server_missing(void)
{
    if (access("/usr/bin/docker-registry", X_OK) != 0)
        return "docker-registry";
    return access("/usr/bin/skopeo", X_OK) != 0 ? "skopeo" : NULL;
}

static pid_t start_shell(const char *folder, const char *script)
{
    char *text = memory_printf("cd '%s' && %s", folder, script);
    const char *const words[] = { "sh", "-c", text, NULL };
    char path[] = "PATH=/usr/sbin:/usr/bin:/bin", *home = memory_printf("HOME=%s", folder);
    char *environment[] = { path, home, NULL };
    posix_spawn_file_actions_t actions;
    pid_t process;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    assert_int_equal(posix_spawnp(&process, "sh", &actions, NULL, (char *const *)words,
                                  environment),
                     0);
    posix_spawn_file_actions_destroy(&actions);
    free(text);
    free(home);
    return process;
}

void registry_shell(const char *folder, const char *script)
{
    pid_t process = start_shell(folder, script);
    int status;

    assert_int_equal(waitpid(process, &status, 0), process);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("failed: %s", script);
}

/* It says where it listens in its log, once it does. */
static void wait_until_it_listens(struct registry_server *server)
{
    static const char mark[] = "listening on 127.0.0.1:";
    int64_t until = clock_monotonic() + patience(30000);

    while (server->port == 0) {
        char *text = scratch_read(server->log), *at = strstr(text, mark);

        if (at != NULL && strpbrk(at + sizeof mark - 1, "\" ,\n") != NULL)
            server->port = (unsigned short)strtoul(at + sizeof mark - 1, NULL, 10);
        else if (clock_monotonic() >= until || waitpid(server->process, NULL, WNOHANG) != 0)
            fail_msg("docker-registry does not start:\n%s", text);
        else
            poll(NULL, 0, 5);
        free(text);
    }
}

struct registry_server *registry_server_start(const char *folder, const char *storage,
                                              const char *settings)
{
    struct registry_server *server = memory_new(sizeof *server);
    char *config = memory_printf("version: 0.1\nlog: {level: info, formatter: json}\n"
                                 "storage: {filesystem: {rootdirectory: '%s'}}\n"
                                 "http: {addr: '127.0.0.1:0'}\n%s",
                                 storage, settings);

    server->folder = memory_copy_text(folder);
    server->log = scratch_file(folder, "registry.log", "");
    free(scratch_file(folder, "registry.yml", config));
    free(config);
    server->process = start_shell(folder, "exec docker-registry serve registry.yml "
                                          ">registry.log 2>&1");
    wait_until_it_listens(server);
    server->name = memory_printf("127.0.0.1:%u", (unsigned)server->port);
    return server;
}

void registry_server_stop(struct registry_server **out)
{
    struct registry_server *server = *out;

    if (server == NULL)
        return;
    *out = NULL;
    kill(server->process, SIGTERM);
    waitpid(server->process, NULL, 0);
    free(server->folder);
    free(server->log);
    free(server->name);
    free(server);
}

unsigned short registry_server_port(const struct registry_server *server)
{
    return server->port;
}

const char *registry_server_name(const struct registry_server *server)
{
    return server->name;
}

void registry_server_push(const struct registry_server *server, const char *layout, const char *tag,
                          const char *repository, const char *options)
{
    char *script =
        memory_printf("skopeo --insecure-policy --tmpdir . copy -q %s --dest-tls-verify=false "
                      "'oci:%s:%s' 'docker://%s/%s:%s' 2>>skopeo.log",
                      options, layout, tag, server->name, repository, tag);

    registry_shell(server->folder, script);
    free(script);
}

/* --- Images ----------------------------------------------------------------------------------- */

#define OCI "application/vnd.oci.image."

static char *digest_of(const void *bytes, size_t length)
{
    char hex[SHA256_HEX_SIZE];

    return memory_printf("sha256:%s", sha256_hex(bytes, length, hex));
}

/* "sha256:…" of what is put among the blobs; the caller frees. */
static char *add_blob_bytes(const char *folder, const void *bytes, size_t length)
{
    char *digest = digest_of(bytes, length);
    char *name = memory_printf("blobs/sha256/%s", digest + 7);

    free(scratch_file_bytes(folder, name, bytes, length));
    free(name);
    return digest;
}

static char *add_blob(const char *folder, const char *text)
{
    return add_blob_bytes(folder, text, strlen(text));
}

/* skopeo packs what is not packed, and the digests would be others: so it is gzip, without being
 * any smaller. */
static char *add_layer(const char *folder, const char *text, size_t *size)
{
    unsigned char packed[512];
    z_stream stream = { .next_out = packed, .avail_out = sizeof packed };
    char *copy = memory_copy_text(text), *digest;

    stream.next_in = (unsigned char *)copy;
    stream.avail_in = (unsigned)strlen(copy);
    assert_int_equal(deflateInit2(&stream, 0, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
    assert_int_equal(deflate(&stream, Z_FINISH), Z_STREAM_END);
    *size = stream.total_out;
    deflateEnd(&stream);
    digest = add_blob_bytes(folder, packed, *size);
    free(copy);
    return digest;
}

static void add_to_layout(const char *folder, const char *tag, const char *type, const char *digest,
                          size_t size)
{
    char *path = scratch_path(folder, "index.json"), *entry;
    struct strbuf text = STRBUF_INIT;

    free(scratch_file(folder, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"));
    entry = memory_printf("{\"mediaType\":\"" OCI "%s.v1+json\",\"digest\":\"%s\",\"size\":%zu,"
                          "\"annotations\":{\"org.opencontainers.image.ref.name\":\"%s\"}}]}",
                          type, digest, size, tag);
    if (file_exists(path)) {
        assert_true(file_read(path, 1 << 20, false, &text, NULL));
        strbuf_truncate(&text, text.length - 2);
        strbuf_add(&text, ",");
    } else {
        strbuf_add(&text, "{\"schemaVersion\":2,\"manifests\":[");
    }
    strbuf_add(&text, entry);
    free(scratch_file(folder, "index.json", text.data));
    strbuf_release(&text);
    free(entry);
    free(path);
}

char *layout_add(const char *folder, const char *tag, const struct layout_image *image)
{
    struct strbuf layers = STRBUF_INIT, diffs = STRBUF_INIT;
    char *config, *manifest, *config_digest, *digest;

    for (size_t i = 0; i < image->layer_count; i++) {
        size_t size;
        char *layer = add_layer(folder, image->layers[i], &size);
        char *diff = digest_of(image->layers[i], strlen(image->layers[i]));

        strbuf_printf(&layers,
                      "%s{\"mediaType\":\"" OCI "layer.v1.tar+gzip\",\"digest\":\"%s\","
                      "\"size\":%zu}",
                      i > 0 ? "," : "", layer, size);
        strbuf_printf(&diffs, "%s\"%s\"", i > 0 ? "," : "", diff);
        free(layer);
        free(diff);
    }
    config = memory_printf("{\"created\":\"2025-01-20T10:30:00Z\",\"os\":\"linux\","
                           "\"architecture\":\"%s\",\"config\":{%s},\"rootfs\":{\"type\":"
                           "\"layers\",\"diff_ids\":[%s]}}",
                           image->architecture, image->config, diffs.data);
    config_digest = add_blob(folder, config);
    manifest = memory_printf("{\"schemaVersion\":2,\"mediaType\":\"" OCI "manifest.v1+json\","
                             "\"config\":{\"mediaType\":\"" OCI "config.v1+json\",\"digest\":"
                             "\"%s\",\"size\":%zu},\"layers\":[%s]}",
                             config_digest, strlen(config), layers.data);
    digest = add_blob(folder, manifest);
    if (tag != NULL)
        add_to_layout(folder, tag, "manifest", digest, strlen(manifest));
    strbuf_release(&layers);
    strbuf_release(&diffs);
    free(config), free(manifest), free(config_digest);
    return digest;
}

static size_t blob_size(const char *folder, const char *digest)
{
    char *path = memory_printf("%s/blobs/sha256/%s", folder, digest + 7);
    struct stat status;

    assert_int_equal(stat(path, &status), 0);
    free(path);
    return (size_t)status.st_size;
}

char *layout_add_index(const char *folder, const char *tag, const char *const *digests,
                       const char *const *architectures, size_t count)
{
    struct strbuf text = STRBUF_INIT;
    char *digest;

    strbuf_add(&text,
               "{\"schemaVersion\":2,\"mediaType\":\"" OCI "index.v1+json\",\"manifests\":[");
    for (size_t i = 0; i < count; i++) {
        bool unknown = strcmp(architectures[i], "unknown") == 0;

        strbuf_printf(&text,
                      "%s{\"mediaType\":\"" OCI "manifest.v1+json\",\"digest\":\"%s\","
                      "\"size\":%zu,\"platform\":{\"os\":\"%s\",\"architecture\":\"%s\"}}",
                      i > 0 ? "," : "", digests[i], blob_size(folder, digests[i]),
                      unknown ? "unknown" : "linux", architectures[i]);
    }
    strbuf_add(&text, "]}");
    digest = add_blob(folder, text.data);
    add_to_layout(folder, tag, "index", digest, text.length);
    strbuf_release(&text);
    return digest;
}
