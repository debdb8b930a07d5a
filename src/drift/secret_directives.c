#include <config.h> /* memmem is a system extension */

#include "secret_directives.h"

#include <string.h>

#include <pilab/base/array.h>
#include <pilab/drift/rules.h>

#include "ascii.h"
#include "secrets.h"

/* More words has no directive; a longer line is looked at for what is told by its shape. */
#define WORDS_MAX       32
#define NAME_MAX_LENGTH 64

/* A word of the line, without the quotes around it. */
struct word {
    size_t start, size;
};

struct words {
    const char *line;
    size_t length;
    struct word items[WORDS_MAX];
    size_t count;
    bool code;
    struct vector *secrets; /* struct secret_place_in_line, in order */
};

static void split(struct words *words, size_t at)
{
    while (at < words->length && words->count < WORDS_MAX) {
        char quote = words->line[at];
        bool quoted = quote == '"' || quote == '\'';
        size_t start = at + quoted, end = start;

        if (ascii_is_space(quote)) {
            at++;
            continue;
        }
        while (end < words->length &&
               (quoted ? words->line[end] != quote : !ascii_is_space(words->line[end])))
            end++;
        at = end + quoted;
        while (quoted && at < words->length && memchr(";,)", words->line[at], 3))
            at++;
        words->items[words->count++] = (struct word){ start, end - start };
    }
}

static bool is_word(const struct words *words, size_t index, const char *text)
{
    return index < words->count && words->items[index].size == strlen(text) &&
           memcmp(words->line + words->items[index].start, text, strlen(text)) == 0;
}

/* The index of a word, or the count. */
static size_t find_word(const struct words *words, const char *text)
{
    size_t index = 0;

    while (index < words->count && !is_word(words, index, text))
        index++;
    return index;
}

/* Where a program is called, by its name or its path; the count when it is not. */
static size_t find_program(const struct words *words, const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i < words->count; i++) {
        const struct word *word = &words->items[i];
        const char *text = words->line + word->start;

        if (word->size >= size && memcmp(text + word->size - size, name, size) == 0 &&
            (word->size == size || strchr("/(`;|&", text[word->size - size - 1])))
            return i;
    }
    return words->count;
}

static void add(struct words *words, size_t start, size_t size)
{
    struct secret_place_in_line *secrets;
    size_t at = words->secrets->count;

    while (size > 0 && strchr(";,)`", words->line[start + size - 1]))
        size--;
    if (size == 0 || strchr("$%", words->line[start]) ||
        secret_reference(words->line + start, size))
        return; /* what a program puts there later is none */
    vector_add(words->secrets);
    secrets = words->secrets->items;
    for (; at > 0 && secrets[at - 1].start > start; at--)
        secrets[at] = secrets[at - 1];
    secrets[at] = (struct secret_place_in_line){ start, size };
}

static void add_word(struct words *words, size_t index)
{
    if (index < words->count)
        add(words, words->items[index].start, words->items[index].size);
}

static bool name_of(const struct words *words, size_t index, char name[NAME_MAX_LENGTH])
{
    const struct word *word = &words->items[index];

    if (index >= words->count || word->size == 0 || word->size >= NAME_MAX_LENGTH)
        return false;
    memcpy(name, words->line + word->start, word->size);
    name[word->size] = '\0';
    return true;
}

/* ---- lines of configuration ---- */

/* What begins a line, and which word behind it is the secret. */
static const struct directive {
    const char *name;
    size_t argument; /* 0: the last */
} directives[] = {
  /* clang-format off */
    { "requirepass",         1 }, /* Redis */
    { "masterauth",          1 },
    { "masteruser-password", 1 },
    { "rootpw",              0 }, /* Kickstart, OpenLDAP */
    { "sshpw",               0 },
    { "insecure-password",   1 }, /* HAProxy */
  /* clang-format on */
};

static void find_directive(struct words *words)
{
    for (size_t i = 0; i < COUNT(directives); i++) {
        size_t index = directives[i].argument > 0 ? directives[i].argument : words->count - 1;

        if (is_word(words, 0, directives[i].name) && index > 0 && index < words->count &&
            words->line[words->items[index].start] != '-')
            add_word(words, index);
    }
    if (is_word(words, 0, "sentinel") && is_word(words, 1, "auth-pass"))
        add_word(words, 3);
    if (is_word(words, 0, "createUser")) { /* SNMP: NAME SHA X AES X */
        add_word(words, 3);
        add_word(words, 5);
    }
}

/* HAProxy: "stats auth user:X", "user NAME password X". */
static void find_proxy(struct words *words)
{
    const struct word *word = &words->items[2];
    const char *text = words->line + word->start, *colon;

    if (words->count < 3)
        return;
    if (is_word(words, 0, "stats") && is_word(words, 1, "auth")) {
        colon = memchr(text, ':', word->size);
        if (colon != NULL)
            add(words, (size_t)(colon + 1 - words->line), word->size - (size_t)(colon + 1 - text));
    }
    if (is_word(words, 0, "user") &&
        (is_word(words, 2, "password") || is_word(words, 2, "insecure-password")))
        add_word(words, 3);
}

/* .netrc: "machine x login y password X", on one line or on several. */
static void find_netrc(struct words *words)
{
    size_t password = find_word(words, "password");

    if (password > 0 && (is_word(words, 0, "machine") || is_word(words, 0, "login") ||
                         (is_word(words, 0, "default") && is_word(words, 1, "login"))))
        add_word(words, password + 1);
}

/* "user" "X" of pgbouncer: nothing else stands on the line. */
static void find_pair(struct words *words)
{
    if (words->code || words->count != 2)
        return;
    for (size_t i = 0; i < 2; i++) {
        const struct word *word = &words->items[i];

        if (word->start == 0 || words->line[word->start - 1] != '"' ||
            word->start + word->size >= words->length)
            return;
    }
    add_word(words, 1);
}

/* Whether a word has more than small letters, as few words of prose. */
static bool is_no_prose(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (ascii_is_digit(text[i]) || (i > 0 && ascii_is_upper(text[i])) ||
            memchr("!@#$%^&*_+=~/\\{}<>", text[i], 18))
            return true;
    }
    return false;
}

static bool is_of_passwords(const struct words *words, const struct word *word)
{
    static const char *const prose[] = { "again",  "change", "expired",   "expires",  "field",
                                         "fields", "for",    "hash",      "invalid",  "is",
                                         "policy", "prompt", "reset",     "required", "requisite",
                                         "rules",  "safe",   "sufficient" };

    for (size_t i = 0; i < COUNT(prose); i++) {
        if (strlen(prose[i]) == word->size &&
            ascii_alike(words->line + word->start, prose[i], word->size))
            return false;
    }
    return !strchr(".,:?!)", words->line[word->start + word->size - 1]);
}

/* "password X" and "shared_secret X" alone on a line. */
static void find_named(struct words *words)
{
    const struct word *value = &words->items[1];
    char name[NAME_MAX_LENGTH];

    if (words->code || words->count != 2 || value->size == 0 || !name_of(words, 0, name) ||
        !secret_key(name) || strpbrk(name, ":=()[]{}<>,;#$\"'`|&") != NULL)
        return;
    if (!secret_worthy(name, words->line + value->start, value->size) ||
        strchr("-=:|&({[<", words->line[value->start]))
        return;
    if (is_no_prose(words->line + value->start, value->size) ||
        (secret_password(name) && is_of_passwords(words, value)))
        add_word(words, 1);
}

/* ---- commands ---- */

/* "aws configure set aws_secret_access_key X", "npm config set //host/:_authToken X". */
static void find_setting(struct words *words)
{
    for (size_t i = 1; i + 2 < words->count; i++) {
        char before[NAME_MAX_LENGTH], name[NAME_MAX_LENGTH];
        const struct word *value = &words->items[i + 2];

        if (is_word(words, i, "set") && name_of(words, i - 1, before) &&
            strncmp(before, "config", 6) == 0 && name_of(words, i + 1, name) && secret_key(name) &&
            secret_worthy(name, words->line + value->start, value->size))
            add_word(words, i + 2);
    }
}

/* "htpasswd -b FILE USER X", "htpasswd -nbB USER X". */
static void find_htpasswd(struct words *words)
{
    size_t at = find_program(words, "htpasswd"), last = 0;
    bool batch = false, prints = false;

    for (size_t i = at + 1, plain = 0; i < words->count; i++) {
        const struct word *word = &words->items[i];
        const char *text = words->line + word->start;

        if (word->size > 1 && *text == '-') {
            batch = batch || memchr(text, 'b', word->size) != NULL;
            prints = prints || memchr(text, 'n', word->size) != NULL;
        } else if (++plain == (prints ? 2u : 3u)) {
            last = i;
            break;
        }
    }
    if (batch && last > 0)
        add_word(words, last);
}

/* "smbclient -U user%X", "openssl … -passin pass:X". */
static void find_marked(struct words *words)
{
    static const char *const programs[] = { "smbclient", "smbget", "rpcclient", "net" };
    bool samba = false, openssl = find_program(words, "openssl") < words->count;

    for (size_t i = 0; i < COUNT(programs); i++)
        samba = samba || find_program(words, programs[i]) < words->count;
    for (size_t i = 1; i < words->count && (samba || openssl); i++) {
        const struct word *word = &words->items[i];
        const char *text = words->line + word->start;
        const char *sign = samba ? memchr(text, '%', word->size) : NULL;

        if (sign != NULL && (is_word(words, i - 1, "-U") || is_word(words, i - 1, "--user") ||
                             (sign - text > 2 && memcmp(text, "-U", 2) == 0)))
            add(words, (size_t)(sign + 1 - words->line), word->size - (size_t)(sign + 1 - text));
        if (openssl && word->size > 5 && memcmp(text, "pass:", 5) == 0)
            add(words, word->start + 5, word->size - 5);
    }
}

/* "echo root:X | chpasswd", "echo X | docker login --password-stdin". */
static void find_echoed(struct words *words)
{
    size_t pipe = find_word(words, "|");
    size_t echo = find_program(words, "echo");
    bool pairs = find_program(words, "chpasswd") < words->count;
    bool read = pairs || find_word(words, "--password-stdin") < words->count ||
                (find_program(words, "passwd") < words->count &&
                 find_word(words, "--stdin") < words->count);
    const struct word *word;
    const char *colon;

    if (!read || pipe == words->count || echo + 1 >= pipe)
        return;
    word = &words->items[pipe - 1];
    colon = pairs ? memchr(words->line + word->start, ':', word->size) : NULL;
    if (colon == NULL) {
        add_word(words, pipe - 1);
    } else {
        size_t start = (size_t)(colon + 1 - words->line);

        add(words, start, word->start + word->size - start);
    }
}

/* ---- what is told by its shape ---- */

/* Where what has the signs of a hash ends. */
static size_t hash_end(const char *text, size_t length, size_t from, const char *signs)
{
    while (from < length && (ascii_is_alnum(text[from]) || strchr(signs, text[from])))
        from++;
    return from;
}

/* "user:$apr1$…", its dollars doubled where they are escaped, and "user:{SHA}…". How much of a text
 * has the form of a hash; it is one when it is as long as `least`. */
static size_t hash_size(const char *text, size_t length, size_t *least)
{
    static const char *const forms[] = { "apr1", "2a", "2b", "2y", "1", "5", "6", "y", "argon2" };
    size_t dollars = 0;

    *least = 28;
    if (length > *least && memcmp(text, "{SHA}", 5) == 0)
        return hash_end(text, length, 5, "+/=");
    *least = 20;
    while (dollars < length && dollars < 2 && text[dollars] == '$')
        dollars++;
    for (size_t i = 0; dollars > 0 && i < COUNT(forms); i++) {
        size_t size = strlen(forms[i]);

        if (length - dollars > size && memcmp(text + dollars, forms[i], size) == 0 &&
            (text[dollars + size] == '$' || forms[i][0] == 'a'))
            return hash_end(text, length, dollars + size,
                            forms[i][0] == 'a' ? "$./+=-_," : "$./+=-_");
    }
    return 0;
}

/* Those that are too short are stepped over as well: no longer one begins within. */
static void find_hashes(struct words *words)
{
    for (size_t at = 1; at < words->length; at++) {
        size_t size, least;

        if (!memchr("${", words->line[at], 2) ||
            !(words->line[at - 1] == ':' || (!words->code && strchr(" =\"'", words->line[at - 1]))))
            continue;
        size = hash_size(words->line + at, words->length - at, &least);
        if (size >= least)
            *(struct secret_place_in_line *)vector_add(words->secrets) =
                (struct secret_place_in_line){ at, size };
        at += size > 0 ? size - 1 : 0;
    }
}

/* Where something stands that is looked for again and again from further on. */
struct mark {
    const char *text;
    size_t size;
    const char *at; /* NULL: nowhere from here on */
};

static void find_mark(struct mark *mark, const char *from, const char *end)
{
    if (mark->at != NULL && mark->at < from)
        mark->at = memmem(from, (size_t)(end - from), mark->text, mark->size);
}

/* The length of the name of an element. */
static size_t element_name(const char *at, const char *end, char name[NAME_MAX_LENGTH])
{
    size_t size = 0;

    while (at + size < end && size + 1 < NAME_MAX_LENGTH &&
           (ascii_is_alnum(at[size]) || strchr("_-.:", at[size])))
        size++;
    memcpy(name, at, size);
    name[size] = '\0';
    return at + size < end && strchr("> \t", at[size]) ? size : 0;
}

/* "<dbPassword>X</dbPassword>" */
static void find_elements(struct words *words)
{
    const char *end = words->line + words->length, *at = words->line;
    struct mark opened = { ">", 1, words->line }, closed = { "</", 2, words->line };

    while ((at = memchr(at, '<', (size_t)(end - at))) != NULL) {
        char name[NAME_MAX_LENGTH];
        const char *start;
        size_t size;

        at++;
        if (element_name(at, end, name) == 0 || !secret_key(name))
            continue;
        find_mark(&opened, at, end);
        if (opened.at == NULL)
            return;
        start = opened.at + 1;
        find_mark(&closed, start, end);
        if (closed.at == NULL)
            return;
        size = (size_t)(closed.at - start);
        if (start[-2] == '/' || memchr(start, '<', size) != NULL ||
            !secret_worthy(name, start, size))
            continue;
        add(words, (size_t)(start - words->line), size);
        at = closed.at;
    }
}

/* An attribute of this name within an element, and the bytes between its quotes. */
static bool attribute(const struct words *words, const char *name, struct word *value)
{
    const char *at = words->line, *end = words->line + words->length;
    size_t size = strlen(name);

    while ((at = memmem(at, (size_t)(end - at), name, size)) != NULL) {
        const char *quote = at + size, *close;

        if (at > words->line && ascii_is_blank(at[-1]) && end - quote > 1 && *quote == '"' &&
            (close = memchr(quote + 1, '"', (size_t)(end - quote - 1))) != NULL) {
            *value =
                (struct word){ (size_t)(quote + 1 - words->line), (size_t)(close - quote - 1) };
            return true;
        }
        at++;
    }
    return false;
}

/* "<add key="DbPassword" value="X"/>" */
static void find_attributes(struct words *words, size_t first)
{
    static const char *const names[] = { "key=", "name=", "Key=", "Name=" };
    struct word name, value;
    char text[NAME_MAX_LENGTH];

    if (first >= words->length || words->line[first] != '<' ||
        !(attribute(words, "value=", &value) || attribute(words, "Value=", &value)))
        return;
    for (size_t i = 0; i < COUNT(names); i++) {
        if (!attribute(words, names[i], &name) || name.size >= sizeof text)
            continue;
        memcpy(text, words->line + name.start, name.size);
        text[name.size] = '\0';
        if (secret_key(text) && secret_worthy(text, words->line + value.start, value.size)) {
            add(words, value.start, value.size);
            return;
        }
    }
}

/* .pgpass: "host:5432:database:user:X", the only word of its line. */
static void find_pgpass(struct words *words)
{
    const struct word *word = &words->items[0];
    const char *at = words->line + word->start, *end = at + word->size, *fields[5];

    if (words->code || words->count != 1)
        return;
    for (size_t i = 0; i < COUNT(fields); i++) {
        fields[i] = at;
        at = memchr(at, ':', (size_t)(end - at));
        if (at == NULL && i + 1 < COUNT(fields))
            return;
        at = at != NULL ? at + 1 : end;
    }
    for (const char *port = fields[1]; port + 1 < fields[2]; port++) {
        if (!ascii_is_digit(*port) && *port != '*')
            return;
    }
    if (fields[1] - fields[0] > 1 && (*fields[1] == '*' || fields[2] - fields[1] > 4) &&
        fields[3] - fields[2] > 1 && fields[4] - fields[3] > 1)
        add(words, (size_t)(fields[4] - words->line), (size_t)(end - fields[4]));
}

size_t secret_directives(const char *line, size_t length, bool code, struct vector *secrets)
{
    struct words words = { .line = line, .length = length, .code = code, .secrets = secrets };
    size_t first = 0;

    while (first < length && (ascii_is_blank(line[first]) || line[first] == '-'))
        first++;
    find_hashes(&words);
    if (secrets->count > 0)
        return secrets->count;
    find_elements(&words);
    find_attributes(&words, first);
    split(&words, first);
    find_pgpass(&words);
    if (secrets->count > 0 || words.count < 2 || line[first] == '#')
        return secrets->count;
    find_directive(&words);
    find_proxy(&words);
    find_netrc(&words);
    find_pair(&words);
    find_setting(&words);
    find_htpasswd(&words);
    find_marked(&words);
    find_echoed(&words);
    if (secrets->count == 0)
        find_named(&words);
    return secrets->count;
}
