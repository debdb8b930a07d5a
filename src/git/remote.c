#include <pilab/git/remote.h>

#include "url.h"

#include <ctype.h>
#include <netinet/in.h>
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

static bool refuse(struct error *error, const char *url, const char *why, const char *hint)
{
    error_set(error, ERROR_INVALID, "%s is refused: %s", url, why);
    return error_hint(error, "%s", hint);
}

static const char forms_hint[] =
    "a remote is a folder, file://, https:// or ssh:// (git@host:path)";

/* The longest name there can be (RFC 1035). TLS libraries leave out the check of a certificate's
 * name when they are given a longer one. */
#define HOST_LIMIT 253

/* What stands in the brackets: an address of IPv6, perhaps with the name of an interface. */
static bool is_address(const char *text, size_t length)
{
    size_t zone = 0, colons = 0;
    while (zone < length && text[zone] != '%')
        zone++;
    for (size_t i = 0; i < zone; i++) {
        colons += text[i] == ':';
        if (!isxdigit((unsigned char)text[i]) && text[i] != ':' && text[i] != '.')
            return false;
    }
    for (size_t i = zone + 1; i < length; i++)
        if (!isalnum((unsigned char)text[i]) && !strchr(".-_", text[i]))
            return false;
    return colons >= 2 && zone + 1 != length;
}

/* Names and addresses; a leading dash would be an option for the program behind it. */
static bool is_host(const char *host, size_t length)
{
    if (length == 0 || length > HOST_LIMIT || *host == '-')
        return false;
    if (*host == '[')
        return length > 2 && host[length - 1] == ']' && is_address(host + 1, length - 2);
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)host[i]) && !strchr(".-_", host[i]))
            return false;
    return true;
}

static bool is_port(const char *port, size_t length)
{
    return length > 0 && length <= 5 && strspn(port, "0123456789") >= length;
}

static bool is_user(const char *user, size_t length)
{
    if (length == 0 || *user == '-')
        return false;
    for (size_t i = 0; i < length; i++)
        if (!isalnum((unsigned char)user[i]) && !strchr("._-+", user[i]))
            return false;
    return true;
}

static bool is_loopback(const char *host, size_t length)
{
    char name[64] = "";
    struct in_addr four;
    struct in6_addr six;
    if (length >= sizeof(name))
        return false;
    bool brackets = length > 2 && host[0] == '[' && host[length - 1] == ']';
    memcpy(name, host + brackets, length - 2 * (size_t)brackets);
    if (strcasecmp(name, "localhost") == 0)
        return true;
    if (inet_pton(AF_INET, name, &four) == 1)
        return (ntohl(four.s_addr) >> 24) == 127;
    return inet_pton(AF_INET6, name, &six) == 1 && IN6_IS_ADDR_LOOPBACK(&six);
}

static bool check_authority(const char *url, const struct url_parts *parts, struct error *error)
{
    if (!is_host(parts->host, parts->host_length))
        return refuse(error, url, "it names no host", forms_hint);
    if (parts->port && !is_port(parts->port, parts->port_length))
        return refuse(error, url, "its port is no number", forms_hint);
    if (strcspn(parts->path, "/") == strlen(parts->path) || strlen(parts->path) < 2)
        return refuse(error, url, "it names no repository on that host", forms_hint);
    return true;
}

/* A password must not stand where everybody sees it, and not in the clear. `url` is not shown. */
static bool check_no_credentials(const struct url_parts *parts, bool user_allowed,
                                 struct error *error)
{
    bool password = parts->user && memchr(parts->user, ':', parts->user_length);
    if (!parts->user || (user_allowed && !password))
        return true;
    error_set(error, ERROR_INVALID, "the URL for %.*s is refused: it holds credentials",
              (int)parts->host_length, parts->host);
    return error_hint(error, "leave the user and the password out of the URL");
}

static bool check_https(const char *url, const char *rest, enum remote_kind *kind,
                        struct error *error)
{
    struct url_parts parts = url_split(rest);
    *kind = REMOTE_HTTPS;
    return check_no_credentials(&parts, false, error) && check_authority(url, &parts, error);
}

static bool check_http(const char *url, const char *rest, enum remote_kind *kind,
                       struct error *error)
{
    struct url_parts parts = url_split(rest);
    if (!check_https(url, rest, kind, error))
        return false;
    return is_loopback(parts.host, parts.host_length) ||
           refuse(error, url, "http:// is open to everybody on the way", "use https://");
}

static bool check_ssh(const char *url, const char *rest, enum remote_kind *kind,
                      struct error *error)
{
    struct url_parts parts = url_split(rest);
    *kind = REMOTE_SSH;
    if (!check_no_credentials(&parts, true, error) || !check_authority(url, &parts, error))
        return false;
    return !parts.user || is_user(parts.user, parts.user_length) ||
           refuse(error, url, "its user is not a name", forms_hint);
}

static bool check_directory(const char *shown, const char *path, struct error *error)
{
    struct stat status;
    if (stat(path, &status) != 0) {
        error_set(error, ERROR_NOT_FOUND, "there is no folder %s", shown);
        return error_hint(error, "%s", forms_hint);
    }
    return S_ISDIR(status.st_mode) || refuse(error, shown, "it is not a folder", forms_hint);
}

static bool check_file(const char *url, const char *rest, enum remote_kind *kind,
                       struct error *error)
{
    (void)rest;
    *kind = REMOTE_FILE;
    char *path = remote_local_path(url, REMOTE_FILE);
    bool ok = path ? check_directory(url, path, error)
                   : refuse(error, url, "it is not file:// and an absolute path", forms_hint);
    free(path);
    return ok;
}

struct scheme {
    const char *prefix;
    bool (*check)(const char *url, const char *rest, enum remote_kind *kind, struct error *error);
};

static const struct scheme schemes[] = {
    {"file://",   check_file },
    { "http://",  check_http },
    { "https://", check_https},
    { "ssh://",   check_ssh  },
};

char *remote_local_path(const char *url, enum remote_kind kind)
{
    if (kind == REMOTE_PATH)
        return memory_copy_text(url);
    const char *path = url + strlen("file://");
    if (strncasecmp(path, "localhost/", 10) == 0)
        path += 9;
    return *path == '/' ? url_decode(path) : NULL;
}

static bool check_scp_form(const char *url, const struct url_parts *parts, enum remote_kind *kind,
                           struct error *error)
{
    *kind = REMOTE_SSH;
    if (parts->user && !is_user(parts->user, parts->user_length))
        return refuse(error, url, "its user is not a name", forms_hint);
    if (!is_host(parts->host, parts->host_length))
        return refuse(error, url, "it names no host",
                      "with a port it is written ssh://git@host:2222/path");
    if (parts->path[0] == '\0' || parts->path[0] == '-')
        return refuse(error, url, "it names no repository on that host", forms_hint);
    return true;
}

static bool has_control(const char *url)
{
    for (const char *p = url; *p; p++)
        if ((unsigned char)*p < 0x20 || *p == 0x7f)
            return true;
    return false;
}

bool remote_check(const char *url, enum remote_kind *kind, struct error *error)
{
    enum remote_kind ignored;
    kind = kind ? kind : &ignored;
    if (!*url)
        return refuse(error, "an empty remote", "it names nothing", forms_hint);
    if (has_control(url))
        return refuse(error, "the remote", "it holds a line break or another control character",
                      forms_hint);
    if (*url == '-')
        return refuse(error, url, "it would be read as an option",
                      "a folder of that name is written ./-name");
    for (size_t i = 0; i < sizeof(schemes) / sizeof(*schemes); i++) {
        size_t length = strlen(schemes[i].prefix);
        if (strncasecmp(url, schemes[i].prefix, length) == 0)
            return schemes[i].check(url, url + length, kind, error);
    }
    if (strstr(url, "://") && strcspn(url, "/") == (size_t)(strstr(url, "://") - url) + 1)
        return refuse(error, url, "we do not speak that protocol", forms_hint);
    size_t word = strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+.-");
    if (word > 0 && strncmp(url + word, "::", 2) == 0)
        return refuse(error, url, "it would run a program", forms_hint);
    struct url_parts scp = url_split_scp(url);
    if (scp.path)
        return check_scp_form(url, &scp, kind, error);
    *kind = REMOTE_PATH;
    return check_directory(url, url, error);
}
