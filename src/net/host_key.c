#include <config.h> /* strcasestr is a system extension */

#include <pilab/net/host_key.h>

#include "openssh.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include <sodium.h>

#include <pilab/base/clock.h>
#include <pilab/base/file.h>
#include <pilab/base/memory.h>

/* A line of known_hosts with an RSA key of 16384 bits and a long name. */
#define LINE_LIMIT 16384
/* What `ssh -G` says. */
#define CONFIGURATION_LIMIT 65536
/* How long somebody else may hold the file of known hosts, and how often that is looked at. */
#define LOCK_LIMIT_MS 5000
#define LOCK_LOOK_MS  50

/* Everything that ssh writes, to its end. False as ssh_openssh.read. */
static bool read_to_end(void *stream, struct strbuf *out, struct error *error)
{
    char bytes[4096];
    size_t length;

    do {
        if (!ssh_openssh.read(stream, bytes, sizeof bytes, &length, error))
            return false;
        if (out->length + length > CONFIGURATION_LIMIT)
            return error_set(error, ERROR_LIMIT, "ssh says more than is believable");
        strbuf_add_bytes(out, bytes, length);
    } while (length > 0);
    return true;
}

/* --- Where known hosts are kept --------------------------------------------------------------- */

/* Up to the next path: all are whole here, so one begins with a slash, and a blank before anything
 * else is in the middle of one (ssh does not quote what it shows). */
static size_t path_length(const char *paths)
{
    size_t length = strcspn(paths, "\n");
    const char *next = strstr(paths, " /");

    return next != NULL && (size_t)(next - paths) < length ? (size_t)(next - paths) : length;
}

/* The first path of the line that begins with `name`; NULL when there is no such line. */
static char *configured(const char *configuration, const char *name)
{
    size_t length = strlen(name);

    for (const char *line = configuration; line != NULL && *line != '\0';
         line = strchr(line, '\n'), line += line != NULL) {
        const char *value = line + length + 1;

        if (strncmp(line, name, length) == 0 && line[length] == ' ')
            return memory_copy_bytes(value, path_length(value));
    }
    return NULL;
}

/* As ssh itself works it out for this host. */
static char *known_hosts_file(const struct ssh_host *host, const struct ssh_options *options,
                              const struct progress *progress, struct error *error)
{
    const struct ssh_options alone = { .program = options->program, .variant = options->variant };
    struct strbuf configuration = STRBUF_INIT;
    struct openssh_words words;
    void *stream = NULL;
    char *file = NULL;

    openssh_words_init(&words);
    if (openssh_program(&words, options, error)) {
        openssh_add(&words, "-G");
        if (openssh_command(&words, host, NULL, error))
            stream = openssh_start(&words, &alone, progress, error);
    }
    if (stream != NULL && read_to_end(stream, &configuration, error)) {
        file = configured(configuration.data, "userknownhostsfile");
        if (file == NULL || file[0] != '/' || strcmp(file, "/dev/null") == 0) {
            error_set(error, ERROR_UNSUPPORTED,
                      "ssh keeps no known hosts for %s (UserKnownHostsFile %s)", host->host,
                      file != NULL ? file : "is not set");
            free(file);
            file = NULL;
        }
    }
    if (stream != NULL)
        ssh_openssh.close(stream);
    openssh_words_release(&words);
    strbuf_release(&configuration);
    return file;
}

/* --- The key ---------------------------------------------------------------------------------- */

/* What ssh reads as one word and expands no % in. */
static void add_path(struct strbuf *text, const char *path)
{
    strbuf_add(text, " \"");
    for (; *path != '\0'; path++) {
        strbuf_add(text, *path == '%' ? "%" : *path == '"' || *path == '\\' ? "\\" : "");
        strbuf_add_char(text, *path);
    }
    strbuf_add_char(text, '"');
}

/* New keys go to the first file. The person's own counts too: what a server says in words, such as
 * that its key is not known, must not lead to another key being shown for a host that is. */
static void set_known_hosts(struct openssh_words *words, const char *fresh, const char *own)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_add(&text, "UserKnownHostsFile");
    add_path(&text, fresh);
    add_path(&text, own);
    openssh_set(words, text.data);
    strbuf_release(&text);
}

/* A wrapper gets our options behind its own: where those name files of known hosts, the key would
 * be written there before anybody has seen it. */
static bool keeps_to_our_files(const struct openssh_words *words, struct error *error)
{
    if (words->place < words->words.count)
        return true;
    for (size_t i = 0; i < words->words.count; i++) {
        if (strcasestr(*(char **)vector_at(&words->words, i), "KnownHosts") == NULL)
            continue;
        error_set(error, ERROR_UNSUPPORTED,
                  "this command for ssh says itself where known hosts are, and cannot be asked for "
                  "a "
                  "host's key");
        return error_hint(error, "connect by hand once, or let core.sshCommand begin with ssh");
    }
    return true;
}

/* ssh writes what it sees to `path` and is then not let in, since it offers nothing. */
static bool visit(const struct ssh_host *host, const struct ssh_options *options,
                  const struct progress *progress, const char *path, const char *own,
                  struct error *error)
{
    static const char *const settings[] = {
        "StrictHostKeyChecking=accept-new",
        "PreferredAuthentications=none",
        "PubkeyAuthentication=no",
        "GSSAPIAuthentication=no",
        "ControlMaster=no",
        "ControlPath=none",
        "UpdateHostKeys=no",
        "CheckHostIP=no",
        "VerifyHostKeyDNS=no",
    };
    struct strbuf ignored = STRBUF_INIT;
    struct openssh_words words;
    void *stream = NULL;
    bool ok = false;

    openssh_words_init(&words);
    if (openssh_program(&words, options, error) && keeps_to_our_files(&words, error)) {
        set_known_hosts(&words, path, own);
        for (size_t i = 0; i < sizeof settings / sizeof *settings; i++)
            openssh_set(&words, settings[i]);
        if (openssh_options(&words, host, options, error) &&
            openssh_command(&words, host, "exit", error))
            stream = openssh_start(&words, options, progress, error);
    }
    if (stream != NULL) {
        ok = read_to_end(stream, &ignored, error);
        ssh_openssh.close(stream);
    }
    openssh_words_release(&words);
    strbuf_release(&ignored);
    return ok;
}

/* "host type base64": the fingerprint is that of the key's bytes. */
static bool read_line(struct host_key *key, struct error *error)
{
    unsigned char bytes[LINE_LIMIT], hash[crypto_hash_sha256_BYTES];
    char text[sodium_base64_ENCODED_LEN(sizeof hash, sodium_base64_VARIANT_ORIGINAL_NO_PADDING)];
    const char *type = key->line + strcspn(key->line, " ");
    const char *base64;
    size_t length;

    type += strspn(type, " ");
    base64 = type + strcspn(type, " ");
    key->type = memory_copy_bytes(type, (size_t)(base64 - type));
    base64 += strspn(base64, " ");
    if (sodium_base642bin(bytes, sizeof bytes, base64, strcspn(base64, " \n"), NULL, &length, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0 ||
        length == 0)
        return error_set(error, ERROR_CORRUPT, "the key of the host cannot be read: %s", key->line);
    crypto_hash_sha256(hash, bytes, length);
    sodium_bin2base64(text, sizeof text, hash, sizeof hash,
                      sodium_base64_VARIANT_ORIGINAL_NO_PADDING);
    key->fingerprint = memory_printf("SHA256:%s", text);
    return true;
}

/* The line that ssh wrote to the file; its own words when it wrote none. */
static bool take_line(const char *path, struct host_key *key, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    bool ok = file_read(path, LINE_LIMIT, false, &text, NULL) && text.length > 0;

    if (ok) {
        error_clear(error);
        key->line = memory_copy_bytes(text.data, strcspn(text.data, "\n"));
        ok = read_line(key, error);
    }
    strbuf_release(&text);
    return ok;
}

/* It has got as far as the login, and no key was new. */
static void say_known(const struct ssh_host *host, const char *file, struct error *error)
{
    error_set(error, ERROR_UNTRUSTED,
              "the key of %s is the one that is known already, though "
              "something on the way says that it is not",
              host->host);
    error_hint(error, "compare what ssh says by hand with %s", file);
}

bool host_key_fetch(const struct ssh_host *host, const struct ssh_options *options,
                    const struct progress *progress, struct host_key *key, struct error *error)
{
    const char *temporary = getenv("TMPDIR");
    char *folder = memory_printf("%s/pilab-host-XXXXXX",
                                 temporary != NULL && *temporary == '/' ? temporary : "/tmp");
    char *path = NULL;
    bool ok = false;

    *key = (struct host_key){ 0 };
    if (options->variant == SSH_VARIANT_SIMPLE) {
        error_set(error, ERROR_UNSUPPORTED,
                  "this command for ssh cannot be asked for a host's key");
        error_hint(error, "connect by hand once");
    } else if (mkdtemp(folder) == NULL) {
        error_errno(error, errno, "%s cannot be made", folder);
    } else {
        path = path_join(folder, "known_hosts");
        key->file = known_hosts_file(host, options, progress, error);
        if (key->file != NULL) {
            struct error refusal = { 0 };

            visit(host, options, progress, path, key->file, &refusal);
            ok = refusal.code != ERROR_CANCELLED && take_line(path, key, &refusal);
            if (!ok && (refusal.code == ERROR_DENIED || refusal.code == ERROR_UNVERIFIED))
                say_known(host, key->file, &refusal);
            if (!ok && refusal.code == ERROR_NONE)
                error_set(&refusal, ERROR_NETWORK, "%s has shown no key", host->host);
            if (!ok && error != NULL)
                *error = refusal;
        }
        unlink(path);
        rmdir(folder);
    }
    free(path);
    free(folder);
    if (!ok)
        host_key_release(key);
    return ok;
}

/* A last line without an end would take the new one into it. */
static bool ends_open(int descriptor)
{
    off_t size = lseek(descriptor, 0, SEEK_END);
    char last = '\n';

    return size > 0 && pread(descriptor, &last, 1, size - 1) == 1 && last != '\n';
}

/* Others who add keys have the file for a moment. */
static bool lock_file(int descriptor, const char *file, const struct progress *progress,
                      struct error *error)
{
    int64_t until = clock_monotonic() + LOCK_LIMIT_MS;

    while (flock(descriptor, LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK && errno != EINTR)
            return error_errno(error, errno, "%s cannot be locked", file);
        if (!progress_check(progress, error))
            return false;
        if (clock_monotonic() >= until) {
            error_set(error, ERROR_BUSY, "%s: another program holds its lock", file);
            return error_hint(error, "lslocks shows which; try again when it is done");
        }
        poll(NULL, 0, LOCK_LOOK_MS);
    }
    return true;
}

/* Half a line would make the next one part of it. */
static bool add_line(int descriptor, const struct host_key *key, struct error *error)
{
    off_t before = lseek(descriptor, 0, SEEK_END);
    struct strbuf text = STRBUF_INIT;
    ssize_t put;
    bool ok;

    strbuf_printf(&text, "%s%s\n", ends_open(descriptor) ? "\n" : "", key->line);
    put = write(descriptor, text.data, text.length);
    errno = put >= 0 && (size_t)put < text.length ? ENOSPC : errno;
    ok = put == (ssize_t)text.length && fsync(descriptor) == 0;
    if (!ok)
        error_errno(error, errno, "%s: the key of the host cannot be added", key->file);
    if (!ok && before >= 0 && ftruncate(descriptor, before) != 0)
        error_hint(error, "its last line is half a key: take it out");
    strbuf_release(&text);
    return ok;
}

bool host_key_trust(const struct host_key *key, const struct progress *progress,
                    struct error *error)
{
    char *folder = memory_copy_bytes(key->file, (size_t)(path_base_name(key->file) - key->file));
    bool ok = file_make_directories(folder, 0700, error);
    int descriptor = -1;

    free(folder);
    if (!ok)
        return false;
    descriptor = open(key->file, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
    if (descriptor < 0)
        return error_errno(error, errno, "%s: the key of the host cannot be added", key->file);
    ok = lock_file(descriptor, key->file, progress, error) && add_line(descriptor, key, error);
    close(descriptor);
    return ok;
}

void host_key_release(struct host_key *key)
{
    free(key->line);
    free(key->type);
    free(key->fingerprint);
    free(key->file);
    *key = (struct host_key){ 0 };
}
