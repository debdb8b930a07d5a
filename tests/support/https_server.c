#include "https_server.h"

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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "relay.h"
#include "scratch.h"

#define BACKEND "/usr/lib/git-core/git-http-backend"
#define MODULE  "/usr/lib/lighttpd/mod_openssl.so"
/* sd_listen_fds(3): the first descriptor that is handed over. */
#define FIRST_HANDED 3

struct https_server {
    char *directory, *authority;
    int sockets[CERTIFICATE_COUNT];
    unsigned short ports[CERTIFICATE_COUNT];
    int trap;
    unsigned short trap_port;
    pid_t process;
};

static const struct {
    const char *name, *host, *signer, *days;
} certificates[CERTIFICATE_COUNT] = {
    [CERTIFICATE_GOOD] = {"good",       "localhost",       "authority", "2" },
    [CERTIFICATE_EXPIRED] = { "expired",   "localhost",       "authority", "-1"},
    [CERTIFICATE_OTHER_HOST] = { "elsewhere", "git.example.org", "authority", "2" },
    [CERTIFICATE_OTHER_AUTHORITY] = { "odd",       "localhost",       "stranger",  "2" },
    [CERTIFICATE_ALL_WRONG] = { "wrong",     "git.example.org", "stranger",  "-1"},
    [CERTIFICATE_MUTUAL] = { "mutual",    "localhost",       "authority", "2" },
};

const char *https_server_missing(void)
{
    static const struct {
        const char *path, *package;
    } needed[] = {
        {"/usr/sbin/lighttpd", "lighttpd"            },
        { MODULE,              "lighttpd-mod-openssl"},
        { BACKEND,             "git"                 },
        { "/usr/bin/openssl",  "openssl"             },
    };

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++) {
        if (access(needed[i].path, R_OK) != 0)
            return needed[i].package;
    }
    return NULL;
}

/* Runs a command line of our own making in the server's directory. */
static pid_t start_shell(const struct https_server *server, const char *script, const int *handed)
{
    char *text = memory_printf("cd '%s' && %s", server->directory, script);
    const char *const words[] = { "sh", "-c", text, NULL };
    char path[] = "PATH=/usr/sbin:/usr/bin:/bin", home[] = "HOME=/nonexistent";
    char *environment[] = { path, home, NULL };
    posix_spawn_file_actions_t actions;
    pid_t process;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO);
    for (int i = 0; handed != NULL && i < CERTIFICATE_COUNT; i++)
        posix_spawn_file_actions_adddup2(&actions, handed[i], FIRST_HANDED + i);
    assert_int_equal(posix_spawnp(&process, "sh", &actions, NULL, (char *const *)words,
                                  environment),
                     0);
    posix_spawn_file_actions_destroy(&actions);
    free(text);
    return process;
}

static void run_shell(const struct https_server *server, const char *script)
{
    pid_t process = start_shell(server, script, NULL);
    int status;

    assert_int_equal(waitpid(process, &status, 0), process);
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
        fail_msg("failed: %s", script);
}

static void make_certificates(const struct https_server *server)
{
    static const char *const authorities[] = { "authority", "stranger" };
    static const char key[] = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

    for (size_t i = 0; i < 2; i++) {
        char *script = memory_printf("openssl req -x509 %s -keyout %s.key -out %s.pem -days 2 "
                                     "-subj '/CN=%s' 2>>openssl.log",
                                     key, authorities[i], authorities[i], authorities[i]);

        run_shell(server, script);
        free(script);
    }
    for (size_t i = 0; i < CERTIFICATE_COUNT; i++) {
        const char *name = certificates[i].name, *host = certificates[i].host;
        const char *signer = certificates[i].signer;
        char *script = memory_printf(
            "openssl req %s -keyout %s.key -out %s.csr -subj '/CN=%s' 2>>openssl.log && "
            "echo 'subjectAltName=DNS:%s' >%s.ext && "
            "openssl x509 -req -in %s.csr -CA %s.pem -CAkey %s.key -CAcreateserial -days %s "
            "-extfile %s.ext -out %s.pem 2>>openssl.log && cat %s.key >>%s.pem",
            key, name, name, host, host, name, name, signer, signer, certificates[i].days, name,
            name, name, name);

        run_shell(server, script);
        free(script);
    }
}

static void write_settings(const struct https_server *server, const char *repositories)
{
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text,
                  "server.systemd-socket-activation = \"enable\"\n"
                  "server.document-root = \"%1$s/pages\"\n"
                  "server.errorlog = \"%1$s/server.log\"\n"
                  "server.bind = \"127.0.0.1\"\n"
                  "server.port = %2$u\n"
                  "server.stream-response-body = 1\n"
                  "server.modules = (\"mod_alias\", \"mod_setenv\", \"mod_auth\", "
                  "\"mod_authn_file\", \"mod_redirect\", \"mod_cgi\", \"mod_openssl\")\n"
                  "mimetype.assign = (\"\" => \"text/html\")\n"
                  "auth.backend = \"plain\"\n"
                  "auth.backend.plain.userfile = \"%1$s/nobody\"\n",
                  server->directory, (unsigned)server->ports[CERTIFICATE_GOOD]);
    strbuf_printf(&text, "ssl.engine = \"enable\"\nssl.pemfile = \"%s/good.pem\"\n",
                  server->directory);
    for (int i = 1; i < CERTIFICATE_COUNT; i++)
        strbuf_printf(&text,
                      "$SERVER[\"socket\"] == \"127.0.0.1:%u\" {\n"
                      "  ssl.engine = \"enable\"\n  ssl.pemfile = \"%s/%s.pem\"\n%s%s%s}\n",
                      (unsigned)server->ports[i], server->directory, certificates[i].name,
                      i == CERTIFICATE_MUTUAL
                          ? "  ssl.verifyclient.activate = \"enable\"\n"
                            "  ssl.verifyclient.enforce = \"enable\"\n  ssl.ca-file = \""
                          : "",
                      i == CERTIFICATE_MUTUAL ? server->authority : "",
                      i == CERTIFICATE_MUTUAL ? "\"\n" : "");
    strbuf_printf(&text,
                  "alias.url = (\"/git/\" => \"" BACKEND "/\", \"/private/\" => \"" BACKEND "/\", "
                  "\"/broken/\" => \"/bin/false/\")\n"
                  "$HTTP[\"url\"] =~ \"^/(git|private|guarded|broken)/\" {\n"
                  "  cgi.assign = (\"\" => \"\")\n"
                  "  setenv.set-environment = (\"GIT_PROJECT_ROOT\" => \"%1$s\", "
                  "\"GIT_HTTP_EXPORT_ALL\" => \"1\")\n}\n"
                  "$HTTP[\"url\"] =~ \"^/(private|guarded)/\" { auth.require = (\"\" => "
                  "(\"method\" => "
                  "\"basic\", \"realm\" => \"pilab\", \"require\" => \"valid-user\")) }\n"
                  "url.redirect = (\"^/guarded/(.*)\" => \"https://localhost:%2$u/git/$1\",\n"
                  "  \"^/via/([0-9]+)/(.*)\" => \"https://localhost:$1/private/$2\",\n"
                  "  \"^/moved/(.*)\" => \"/git/$1\",\n"
                  "  \"^/plain/(.*)\" => \"http://localhost:%2$u/git/$1\",\n"
                  "  \"^/away/(.*)\" => \"https://127.0.0.1:%2$u/git/$1\")\n",
                  repositories, (unsigned)server->trap_port);
    free(scratch_file(server->directory, "lighttpd.conf", text.data));
    free(scratch_file(server->directory, "nobody", ""));
    free(scratch_file(server->directory, "pages/login/shop.git/info/refs", "<h1>Log in</h1>\n"));
    strbuf_release(&text);
}

/* The sockets are listening already: who comes before lighttpd is up waits in their queue. */
struct https_server *https_server_start(const char *directory, const char *repositories)
{
    struct https_server *server = memory_new(sizeof *server);
    int handed[CERTIFICATE_COUNT];
    char *script;

    server->directory = memory_copy_text(directory);
    server->authority = scratch_path(directory, "authority.pem");
    server->trap = loopback_listen(&server->trap_port);
    for (int i = 0; i < CERTIFICATE_COUNT; i++)
        server->sockets[i] = loopback_listen(&server->ports[i]);
    make_certificates(server);
    write_settings(server, repositories);
    /* Copies above the places they go to, so that none is overwritten before it is copied. */
    for (int i = 0; i < CERTIFICATE_COUNT; i++) {
        handed[i] = dup_above(server->sockets[i], FIRST_HANDED + CERTIFICATE_COUNT);
    }
    script = memory_printf("LISTEN_FDS=%d LISTEN_PID=$$ exec lighttpd -D -f lighttpd.conf",
                           CERTIFICATE_COUNT);
    server->process = start_shell(server, script, handed);
    for (int i = 0; i < CERTIFICATE_COUNT; i++)
        close(handed[i]);
    free(script);
    return server;
}

void https_server_stop(struct https_server **out)
{
    struct https_server *server = *out;

    if (server == NULL)
        return;
    *out = NULL;
    kill(server->process, SIGTERM);
    waitpid(server->process, NULL, 0);
    for (int i = 0; i < CERTIFICATE_COUNT; i++)
        close(server->sockets[i]);
    close(server->trap);
    free(server->directory);
    free(server->authority);
    free(server);
}

unsigned short https_server_port(const struct https_server *server, enum https_certificate which)
{
    return server->ports[which];
}

const char *https_server_authority(const struct https_server *server)
{
    return server->authority;
}

void https_server_let_in(const struct https_server *server, const char *lines)
{
    free(scratch_file(server->directory, "nobody", lines));
}

size_t https_server_trapped_bytes(const struct https_server *server, char *bytes, size_t room)
{
    size_t length = 0;

    while (https_server_trapped(server)) {
        int visitor = accept(server->trap, NULL, NULL);
        ssize_t got = recv(visitor, bytes + length, room - length, 0);

        length += got > 0 ? (size_t)got : 0;
        close(visitor);
    }
    return length;
}

bool https_server_trapped(const struct https_server *server)
{
    struct pollfd visitor = { .fd = server->trap, .events = POLLIN };

    return poll(&visitor, 1, 0) > 0;
}
