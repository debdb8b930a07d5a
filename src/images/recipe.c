#include <config.h> /* strcasestr is a GNU extension */

#include <pilab/images/recipe.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

/* Who runs it: nobody said, root, or another. */
enum recipe_user { USER_UNSAID, USER_ROOT, USER_OTHER };

struct recipe {
    enum recipe_user user;  /* of the stage at hand, and of the last in the end */
    struct map *root, *own; /* stages by name whose user is that */
    char escape;            /* what joins lines: a backslash, or ` */
    char stage[128];
    struct map *piped, *remote, *unverified; /* hosts; flags */
};

static struct recipe recipe_new(void)
{
    return (struct recipe){ .escape = '\\',
                            .root = map_new(),
                            .own = map_new(),
                            .piped = map_new(),
                            .remote = map_new(),
                            .unverified = map_new() };
}

static void recipe_release(struct recipe *recipe)
{
    map_free(&recipe->root);
    map_free(&recipe->own);
    map_free(&recipe->piped);
    map_free(&recipe->remote);
    map_free(&recipe->unverified);
}

/* ---- words ---- */

static bool is_instruction(const char *text, const char *name)
{
    size_t length = strlen(name);

    return strncasecmp(text, name, length) == 0 && strchr(" \t", text[length]) != NULL &&
           text[length] != '\0';
}

static const char *arguments(const char *text)
{
    text += strcspn(text, " \t");
    return text + strspn(text, " \t");
}

static bool is_of_word(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '-' || c == '.';
}

/* Where the word stands by itself; NULL: it does not. */
static const char *find_word(const char *text, const char *word)
{
    size_t length = strlen(word);

    for (const char *at = text; (at = strcasestr(at, word)) != NULL; at++) {
        if ((at == text || !is_of_word(at[-1])) && !is_of_word(at[length]))
            return at;
    }
    return NULL;
}

/* The host of the first address, so that another version from there is nothing new; "?" where a
 * variable says which. */
static void add_host(struct map *hosts, const char *text)
{
    const char *at = strstr(text, "://");
    size_t length = at != NULL ? strcspn(at + 3, "/ \t\"'|)$") : 0;

    if (length > 0)
        map_put_bytes(hosts, at + 3, length, hosts);
    else
        map_put(hosts, "?", hosts);
}

/* ---- who runs it ---- */

static enum recipe_user user_of(const char *name)
{
    size_t length = strcspn(name, ": \t");

    if (*name == '"' || *name == '\'') {
        name++;
        length = strcspn(name, ":\"' \t");
    }
    return (length == 4 && strncasecmp(name, "root", 4) == 0) || (length == 1 && *name == '0')
               ? USER_ROOT
               : USER_OTHER;
}

static void keep_stage(const struct recipe *recipe)
{
    if (*recipe->stage == '\0')
        return;
    if (recipe->user == USER_ROOT)
        map_put(recipe->root, recipe->stage, recipe->root);
    else if (recipe->user == USER_OTHER)
        map_put(recipe->own, recipe->stage, recipe->own);
}

/* "gcr.io/distroless/static:nonroot". */
static bool says_no_root(const char *image, size_t length)
{
    static const char *const words[] = { "nonroot", "non-root", "rootless", "unprivileged" };

    for (size_t i = 0; i < COUNT(words); i++) {
        const char *at = strcasestr(image, words[i]);

        if (at != NULL && (size_t)(at - image) < length)
            return true;
    }
    return false;
}

/* FROM [--platform=x] image [AS name]: the user of a stage that it goes on from is its own. */
static void begin_stage(struct recipe *recipe, const char *text)
{
    char name[sizeof recipe->stage];
    size_t length;

    keep_stage(recipe);
    while (strncmp(text, "--", 2) == 0)
        text = arguments(text);
    length = strcspn(text, " \t");
    recipe->user = map_has_bytes(recipe->root, text, length) ? USER_ROOT
                   : map_has_bytes(recipe->own, text, length) || says_no_root(text, length)
                       ? USER_OTHER
                       : USER_UNSAID;
    text = arguments(text);
    length = is_instruction(text, "AS") ? strcspn(arguments(text), " \t") : 0;
    if (length >= sizeof name)
        length = 0;
    memcpy(recipe->stage, arguments(text), length);
    recipe->stage[length] = '\0';
}

/* ---- what is fetched ---- */

static const char *const fetchers[] = { "curl",   "wget", "fetch",
                                        "aria2c", "iwr",  "Invoke-WebRequest" };
static const struct {
    const char *name;
    bool shell;
} runners[] = {
    {"sh",                 true },
    { "bash",              true },
    { "zsh",               true },
    { "ash",               true },
    { "dash",              true },
    { "ksh",               true },
    { "python",            false},
    { "python2",           false},
    { "python3",           false},
    { "perl",              false},
    { "ruby",              false},
    { "node",              false},
    { "php",               false},
    { "iex",               true },
    { "Invoke-Expression", true },
};

static const char *find_fetch(const char *text)
{
    const char *first = NULL;

    for (size_t i = 0; i < COUNT(fetchers); i++) {
        const char *at = find_word(text, fetchers[i]);

        if (at != NULL && (first == NULL || at < first))
            first = at;
    }
    return first;
}

static bool is_it(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

/* "sudo -E /bin/bash -", "env A=b sh": behind the name of what runs programs; NULL: it is none.
 * `shell`: it is one, or takes whatever is put into it. */
static const char *behind_runner(const char *text, bool *shell)
{
    for (;;) {
        size_t length, from;

        text += strspn(text, " \t");
        length = from = strcspn(text, " \t;&|)\"'");
        while (from > 0 && text[from - 1] != '/')
            from--;
        for (size_t i = 0; i < COUNT(runners); i++) {
            if (is_it(text + from, length - from, runners[i].name)) {
                *shell = runners[i].shell;
                return text + length;
            }
        }
        if (length == 0 || !(is_it(text, length, "sudo") || is_it(text, length, "env") ||
                             *text == '-' || memchr(text, '=', length) != NULL))
            return NULL;
        text += length;
    }
}

/* Whether it runs what comes in: a program of its own, "python -c …", only reads it. */
static bool runs_input(const char *text)
{
    bool shell = false;
    size_t length;

    text = behind_runner(text, &shell);
    if (text == NULL)
        return false;
    text += strspn(text, " \t");
    length = strcspn(text, " \t;&|)\"'");
    return length == 0 || is_it(text, length, "-") ||
           (shell && *text == '-' && !is_it(text, length, "-c"));
}

/* Behind what fetches, "… | sh" before the command ends. */
static bool is_piped_on(const char *fetch)
{
    for (const char *at = fetch; *at != '\0' && *at != ';'; at++) {
        if (strncmp(at, "&&", 2) == 0 || strncmp(at, "||", 2) == 0)
            return false;
        if (*at == '|' && runs_input(at + 1))
            return true;
    }
    return false;
}

/* Whether nothing but options stands between. */
static bool are_options(const char *from, const char *to)
{
    while (from < to) {
        size_t length;

        from += strspn(from, " \t\"'\\");
        length = strcspn(from, " \t\"'");
        if (from < to && *from != '-')
            return false;
        from += length;
    }
    return true;
}

/* "sh -c "$(curl …)"", "bash <(curl …)", "eval `curl …`", ". <(curl …)". */
static bool is_taken_in(const char *text, const char *fetch)
{
    const char *open = fetch, *at, *behind;
    bool shell = false;

    while (open > text && strchr(" \t", open[-1]) != NULL)
        open--;
    if (open - text < 2 || !(open[-1] == '`' || (open[-1] == '(' && strchr("$<", open[-2]))))
        return false;
    open -= open[-1] == '`' ? 1 : 2;
    for (at = open; at > text && strchr(";&|", at[-1]) == NULL; at--)
        continue;
    at += strspn(at, " \t");
    if (is_instruction(at, "RUN"))
        at = arguments(at);
    if (is_instruction(at, "eval") || is_instruction(at, "source") || is_instruction(at, "."))
        return are_options(arguments(at), open);
    behind = behind_runner(at, &shell);
    return behind != NULL && behind <= open && are_options(behind, open);
}

static void look_at_fetches(struct recipe *recipe, const char *text)
{
    const char *at = text;

    while ((at = find_fetch(at)) != NULL) {
        if (is_piped_on(at) || is_taken_in(text, at))
            add_host(recipe->piped, at);
        at++;
    }
}

/* ADD [--checksum=…] https://…, git@…; a repository at a commit is pinned as well. */
static void look_at_add(struct recipe *recipe, const char *text)
{
    if (strstr(text, "--checksum=") == NULL &&
        (strstr(text, "http://") != NULL || strstr(text, "https://") != NULL))
        add_host(recipe->remote, text);
}

/* ---- what is not looked at ---- */

/* "-k" of curl, also among others: "-fsSLk". */
static bool is_curl_insecure(const char *text)
{
    for (const char *curl = text; (curl = find_word(curl, "curl")) != NULL; curl++) {
        for (const char *at = curl; *at != '\0' && strchr(";|&", *at) == NULL; at++) {
            size_t letters;

            if (*at != '-' || strchr(" \t", at[-1]) == NULL)
                continue;
            letters = strspn(at + 1, "fsSLkgiIjlnOoqRvN46#");
            if (memchr(at + 1, 'k', letters) != NULL && strchr(" \t", at[1 + letters]) != NULL)
                return true;
        }
    }
    return false;
}

static void look_at_checks(struct recipe *recipe, const char *text)
{
    static const char *const flags[] = { "--no-check-certificate",
                                         "--insecure",
                                         "--trusted-host",
                                         "--allow-unauthenticated",
                                         "--allow-insecure-repositories",
                                         "--allow-untrusted",
                                         "--force-yes",
                                         "--nogpgcheck",
                                         "--no-gpg-check",
                                         "--no-gpg-checks",
                                         "trusted=yes",
                                         "NODE_TLS_REJECT_UNAUTHORIZED=0",
                                         "NODE_TLS_REJECT_UNAUTHORIZED 0",
                                         "PYTHONHTTPSVERIFY=0",
                                         "GIT_SSL_NO_VERIFY=1",
                                         "GIT_SSL_NO_VERIFY=true",
                                         "http.sslVerify false",
                                         "http.sslVerify=false",
                                         "strict-ssl false",
                                         "strict-ssl=false",
                                         "Verify-Peer=false" };

    for (size_t i = 0; i < COUNT(flags); i++) {
        if (find_word(text, flags[i]) != NULL)
            map_put(recipe->unverified, flags[i], recipe->unverified);
    }
    if (is_curl_insecure(text))
        map_put(recipe->unverified, "--insecure", recipe->unverified);
}

/* ---- all of it ---- */

/* What asks whether it is well speaks with itself. */
static void read_instruction(struct recipe *recipe, const char *text)
{
    if (is_instruction(text, "FROM")) {
        begin_stage(recipe, arguments(text));
    } else if (is_instruction(text, "USER")) {
        recipe->user = user_of(arguments(text));
    } else if (is_instruction(text, "ADD")) {
        look_at_add(recipe, arguments(text));
    } else if (!is_instruction(text, "HEALTHCHECK") && !is_instruction(text, "LABEL")) {
        look_at_fetches(recipe, text);
        look_at_checks(recipe, text);
    }
}

/* Lines that belong together as one, without comments. Lines of here-documents are instructions of
 * their own, which is as well. */
static struct recipe recipe_read(const char *text, size_t length)
{
    struct recipe recipe = recipe_new();
    struct strbuf line = STRBUF_INIT;
    const char *end = text + length;

    if (length > 10 && strncasecmp(text, "# escape=`", 10) == 0)
        recipe.escape = '`';
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *next = newline != NULL ? newline + 1 : end;
        size_t size = (size_t)((newline != NULL ? newline : end) - text), from = 0;
        bool more;

        while (from < size && isspace((unsigned char)text[from]))
            from++;
        while (size > from && isspace((unsigned char)text[size - 1]))
            size--;
        more = size > from && text[size - 1] == recipe.escape;
        if (size > from && text[from] != '#') {
            strbuf_add_bytes(&line, text + from, size - from - more);
            strbuf_add_char(&line, ' ');
        } else {
            more = line.length > 0;
        }
        text = next;
        if ((!more || text >= end) && line.length > 0) {
            read_instruction(&recipe, line.data);
            strbuf_clear(&line);
        }
    }
    strbuf_release(&line);
    return recipe;
}

static bool has_more(const struct map *is, const struct map *was)
{
    for (size_t i = 0; i < map_count(is); i++) {
        if (!map_has(was, map_key_at(is, i)))
            return true;
    }
    return false;
}

unsigned image_recipe_risks(const char *previous, size_t previous_length, const char *current,
                            size_t current_length)
{
    struct recipe was = previous != NULL ? recipe_read(previous, previous_length) : recipe_new();
    struct recipe is = recipe_read(current, current_length);
    unsigned risks = 0;

    if ((is.user == USER_ROOT && was.user != USER_ROOT) ||
        (is.user == USER_UNSAID && was.user == USER_OTHER))
        risks |= IMAGE_RECIPE_ROOT;
    if (has_more(is.piped, was.piped))
        risks |= IMAGE_RECIPE_PIPED;
    if (has_more(is.remote, was.remote))
        risks |= IMAGE_RECIPE_REMOTE;
    if (has_more(is.unverified, was.unverified))
        risks |= IMAGE_RECIPE_UNVERIFIED;
    recipe_release(&was);
    recipe_release(&is);
    return risks;
}
