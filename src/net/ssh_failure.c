#include "ssh_failure.h"

#include <string.h>

#include <pilab/base/strbuf.h>

/* What cannot be told from its words is told by the last of them, and no more than so many. */
#define LAST_LINES 3

struct known_failure {
    const char *sign; /* in what was said */
    enum error_code code;
    const char *words; /* NULL: the line that holds the sign */
    const char *hint;
    /* Adds to the words what the line or those around it name; may be NULL. */
    void (*name)(const char *line, struct strbuf *out);
};

/* Without the blanks and the carriage return that end a line of ssh's. */
static size_t line_length(const char *line)
{
    size_t length = strcspn(line, "\n");

    while (length > 0 && (line[length - 1] == '\r' || line[length - 1] == ' '))
        length--;
    return length;
}

static const char *line_around(const char *text, const char *at)
{
    while (at > text && at[-1] != '\n')
        at--;
    return at;
}

/* Where known_hosts holds the key that is not the host's any more. */
static void name_offending(const char *line, struct strbuf *out)
{
    static const char sign[] = "Offending ";
    const char *at = strstr(line, sign);
    const char *place = at != NULL ? strstr(at, " in ") : NULL;

    if (place != NULL && place < at + strcspn(at, "\n"))
        strbuf_printf(out, " (the key you knew is in %.*s)", (int)line_length(place + 4),
                      place + 4);
}

/* "No ED25519 host key is known for [git.example]:2222 and you have …": it may be a jump host's. */
static void name_host(const char *line, struct strbuf *out)
{
    static const char sign[] = "is known for ";
    const char *host = strstr(line, sign);
    const char *end = host != NULL ? strstr(host, " and ") : NULL;

    if (end == NULL)
        return;
    host += sizeof sign - 1;
    strbuf_printf(out, " %.*s is not known yet", (int)(end - host), host);
}

/* The first row whose sign was said decides: what explains comes before what follows from it. Signs
 * are those of OpenSSH 8.4 to 9.9 (sshconnect.c, sshconnect2.c, clientloop.c, packet.c) and of
 * git-upload-pack and the well-known hosts of repositories. */
/* clang-format off: a row a failure */
static const struct known_failure failures[] = {
    {.sign = "REMOTE HOST IDENTIFICATION HAS CHANGED",
     .code = ERROR_UNTRUSTED,
     .words = "THE KEY OF THE HOST HAS CHANGED: it is not the host that you knew, or somebody"
               " is in between",                                                                                                       .name = name_offending,
     .hint = "ask who runs the host for the new fingerprint, by another way than this; only "
              "if it is theirs: ssh-keygen -R HOST, and test the repository again" },
    { .sign = "REVOKED HOST KEY DETECTED",
     .code = ERROR_UNTRUSTED,
     .words = "THE KEY OF THE HOST IS REVOKED: whoever shows it is not to be trusted",
     .hint = "known_hosts has it as @revoked; ask who runs the host" },
    { .sign = "host key is known for",
     .code = ERROR_UNVERIFIED,
     .words = "the key of",
     .name = name_host,
     .hint = "`pilab repo test` in a terminal shows its fingerprint and asks; so does ssh" },
    { .sign = "Host key verification failed",
     .code = ERROR_UNTRUSTED,
     .hint = "ssh, by hand, says what is wrong with the key of the host"                                                                                                               },
    { .sign = "WARNING: UNPROTECTED PRIVATE KEY FILE",
     .code = ERROR_DENIED,
     .words = "others can read the file of the key, so ssh does not use it",
     .hint = "chmod 600 that file" },
    { .sign = "no matching host key type",
     .code = ERROR_UNSUPPORTED,
     .hint = "the server is too old, or its list too short: HostKeyAlgorithms in "
              "~/.ssh/config"                                                                                                            },
    { .sign = "no matching",
     .code = ERROR_UNSUPPORTED,
     .hint = "the two have no algorithm in common: Ciphers, MACs, KexAlgorithms in "
              "ssh_config(5)"                                                           },
    { .sign = "Too many authentication failures",
     .code = ERROR_DENIED,
     .hint = "the agent has too many keys: name the right one with IdentityFile and "
              "IdentitiesOnly yes"},
    { .sign = "Permission denied (",
     .code = ERROR_DENIED,
     .hint = "the server took none of your keys: ssh-add -l lists the agent's, ssh -v HOST "
              "says which were tried"},
    { .sign = "ERROR: Repository not found",
     .code = ERROR_NOT_FOUND,
     .words = "there is no such repository, or not for you",
     .hint = "check the path; what is private looks absent" },
    { .sign = "does not appear to be a git repository",
     .code = ERROR_NOT_FOUND,
     .hint = "check the path on that host"                                                        },
    { .sign = "detected dubious ownership",
     .code = ERROR_DENIED,
     .hint = "there the repository belongs to somebody else: see safe.directory in git-"
              "config(1)"                                                                       },
    { .sign = "git-upload-pack: command not found",
     .code = ERROR_UNSUPPORTED,
     .words = "there is no git on that host",
     .hint = "install git there, or ask who runs the host" },
    { .sign = "git-upload-pack: not found",
     .code = ERROR_UNSUPPORTED,
     .words = "there is no git on that host",
     .hint = "install git there, or ask who runs the host" },
    { .sign = "Could not resolve hostname",
     .code = ERROR_NETWORK,
     .hint = "check the name of the host, and whether the network is there"                                                                           },
    { .sign = "Connection refused",
     .code = ERROR_NETWORK,
     .hint = "check host and port, and whether sshd runs there"                                                                                         },
    { .sign = "timed out during banner exchange",
     .code = ERROR_NETWORK,
     .words = "something takes the connection there and says nothing",
     .hint = "check host and port: it may be no ssh server, or one that hangs" },
    { .sign = "timed out",
     .code = ERROR_NETWORK,
     .hint = "check host and port, and whether a firewall or a jump host (ProxyJump) is in "
              "between"                                                                                                           },
    { .sign = "not responding",
     .code = ERROR_NETWORK,
     .hint = "the host or the way to it hangs; try again later"                                                                                                           },
    { .sign = "No route to host",
     .code = ERROR_NETWORK,
     .hint = "check the network, or whether a jump host (ProxyJump) is needed"                               },
    { .sign = "Network is unreachable",                                                               .code = ERROR_NETWORK,                                                              .hint = "check the network"},
    { .sign = "Bad configuration option",                       .code = ERROR_INVALID,                      .hint = "mend ~/.ssh/config"},
    { .sign = "Bad owner or permissions",        .code = ERROR_DENIED,       .hint = "chmod 600 ~/.ssh/config"},
    { .sign = "stdio forwarding failed",
     .code = ERROR_NETWORK,
     .hint = "the jump host cannot reach it: check name and port as seen from there"                          },
    { .sign = "Broken pipe",                                                    .code = ERROR_NETWORK,                              .hint = "the connection was cut; try again"                                                                                                           },
    { .sign = "Connection reset",
     .code = ERROR_NETWORK,
     .hint = "the connection was cut; try again"                                                               },
    { .sign = "Connection closed",
     .code = ERROR_NETWORK,
     .hint = "the server ended it: its log says why"},
};
/* clang-format on */

/* Lines that are about nothing. */
static bool is_noise(const char *line, size_t length)
{
    static const char *const noise[] = { "Warning: Permanently added",
                                         "debug1:",
                                         "debug2:",
                                         "debug3:",
                                         "@@@@",
                                         "**",
                                         "Pseudo-terminal will not",
                                         "fatal: Could not read from remote",
                                         "Please make sure you",
                                         "and the repository exists" };

    for (size_t i = 0; i < sizeof noise / sizeof *noise; i++)
        if (length >= strlen(noise[i]) && strncmp(line, noise[i], strlen(noise[i])) == 0)
            return true;
    return length == 0;
}

/* The last lines that say something, joined. */
static void last_words(const char *said, struct strbuf *out)
{
    const char *lines[LAST_LINES];
    size_t count = 0;

    for (const char *at = said; *at != '\0'; at += strcspn(at, "\n"), at += *at == '\n') {
        if (is_noise(at, line_length(at)))
            continue;
        if (count == LAST_LINES)
            memmove(lines, lines + 1, (LAST_LINES - 1) * sizeof *lines);
        else
            count++;
        lines[count - 1] = at;
    }
    for (size_t i = 0; i < count; i++) {
        strbuf_add(out, i > 0 ? "; " : "");
        strbuf_add_bytes(out, lines[i], line_length(lines[i]));
    }
}

/* NULL: none of its words say what went wrong. */
static const struct known_failure *find_known(const char *said)
{
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (strstr(said, failures[i].sign) != NULL)
            return &failures[i];
    return NULL;
}

bool ssh_failure_is_known(const char *said)
{
    return find_known(said) != NULL;
}

static bool tell_known(const struct known_failure *known, const char *said, struct error *error)
{
    const char *line = line_around(said, strstr(said, known->sign));
    struct strbuf words = STRBUF_INIT;

    if (known->words != NULL)
        strbuf_add(&words, known->words);
    else
        strbuf_add_bytes(&words, line, line_length(line));
    if (known->name != NULL)
        known->name(line, &words);
    error_set(error, known->code, "%s", words.data);
    strbuf_release(&words);
    return error_hint(error, "%s", known->hint);
}

bool ssh_failure(struct error *error, const char *said, int status)
{
    const struct known_failure *known = find_known(said);
    struct strbuf words = STRBUF_INIT;

    if (known != NULL)
        return tell_known(known, said, error);
    last_words(said, &words);
    if (words.length == 0 && status > 128)
        error_set(error, ERROR_NETWORK, "ssh was ended by signal %d", status - 128);
    else if (words.length == 0)
        error_set(error, ERROR_NETWORK, "ssh ended with status %d and did not say why", status);
    else
        error_set(error, ERROR_NETWORK, "%s", words.data);
    strbuf_release(&words);
    return false;
}
