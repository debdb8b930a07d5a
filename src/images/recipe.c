#include <config.h> /* strcasestr is a GNU extension */

#include <pilab/images/recipe.h>

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <pilab/base/array.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/images/dockerfile.h>

#include "recipe_fetched.h"
#include "recipe_parts.h"

#define LONGEST_START 512 /* of what takes in what is fetched: "sh -c \"$(" */

/* Who runs it: nobody said, root, or another. */
enum recipe_user { USER_UNSAID, USER_ROOT, USER_OTHER };

struct recipe {
    enum recipe_user user;     /* of the stage at hand, and of the last in the end */
    struct map *root, *own;    /* stages by name whose user is that */
    struct map *rooted;        /* variables of the stage whose value is root; flags */
    struct map *rooted_before; /* the same in front of all stages */
    char stage[128];
    bool has_stage;                          /* an image is made of it */
    struct map *piped, *remote, *unverified; /* hosts; flags */
};

static struct recipe recipe_new(void)
{
    return (struct recipe){ .root = map_new(),
                            .rooted = map_new(),
                            .rooted_before = map_new(),
                            .own = map_new(),
                            .piped = map_new(),
                            .remote = map_new(),
                            .unverified = map_new() };
}

static void recipe_release(struct recipe *recipe)
{
    map_free(&recipe->root);
    map_free(&recipe->own);
    map_free(&recipe->rooted);
    map_free(&recipe->rooted_before);
    map_free(&recipe->piped);
    map_free(&recipe->remote);
    map_free(&recipe->unverified);
}

/* ---- words ---- */

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

/* Where "://" of the first address before `end` stands; NULL: there is none. */
static const char *address_in(const char *text, const char *end)
{
    return memmem(text, (size_t)(end - text), "://", 3);
}

/* The host of an address, so that another version from there is nothing new; "?" where a variable
 * says which, or there is none. */
static void add_host(struct map *hosts, const char *address)
{
    size_t length = address != NULL ? strcspn(address + 3, "/ \t\"'|)$") : 0;

    if (length > 0)
        map_put_bytes(hosts, address + 3, length, hosts);
    else
        map_put(hosts, "?", hosts);
}

/* ---- who runs it ---- */

static bool is_root(const char *name, size_t length)
{
    return (length == 4 && strncasecmp(name, "root", 4) == 0) || (length == 1 && *name == '0');
}

/* "${RUN_AS:-root}", "$RUN_AS": what the stage says that it is, else what stands behind it. */
static bool is_rooted(const struct recipe *recipe, const char *text)
{
    bool braced = text[1] == '{';
    const char *name = text + 1 + braced;
    size_t length = 0;

    while (isalnum((unsigned char)name[length]) || name[length] == '_')
        length++;
    if (map_has_bytes(recipe->rooted, name, length))
        return map_get_bytes(recipe->rooted, name, length) != NULL;
    return braced && strncmp(name + length, ":-", 2) == 0 &&
           is_root(name + length + 2, strcspn(name + length + 2, "}: \t"));
}

static enum recipe_user user_of(const struct recipe *recipe, const char *name)
{
    name += *name == '"' || *name == '\'';
    if (*name == '$')
        return is_rooted(recipe, name) ? USER_ROOT : USER_OTHER;
    return is_root(name, strcspn(name, ":\"' \t")) ? USER_ROOT : USER_OTHER;
}

/* ARG without a value takes what stands in front of the stages. */
static void look_at_settings(struct recipe *recipe, const char *text, bool argument)
{
    struct strbuf name = STRBUF_INIT, value = STRBUF_INIT;
    bool valued;

    while (recipe_next_setting(&text, argument, &name, &value, &valued)) {
        struct map *into = recipe->has_stage ? recipe->rooted : recipe->rooted_before;
        bool root = valued ? is_root(value.data, value.length)
                           : map_get(recipe->rooted_before, name.data) != NULL;

        map_put(into, name.data, root ? recipe : NULL);
    }
    strbuf_release(&name);
    strbuf_release(&value);
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

/* Docker tells stages apart in small letters. Longer names than there is room for are none. */
static void take_stage(char *name, size_t size, const char *text)
{
    size_t length = strcspn(text, " \t");

    if (length >= size)
        length = 0;
    for (size_t i = 0; i < length; i++)
        name[i] = (char)tolower((unsigned char)text[i]);
    name[length] = '\0';
}

/* FROM [--platform=x] image [AS name]: the user of a stage that it goes on from is its own. */
static void begin_stage(struct recipe *recipe, const char *text)
{
    char base[sizeof recipe->stage];

    keep_stage(recipe);
    recipe->has_stage = true;
    map_free(&recipe->rooted);
    recipe->rooted = map_new();
    while (strncmp(text, "--", 2) == 0)
        text = recipe_arguments(text);
    take_stage(base, sizeof base, text);
    recipe->user = map_has(recipe->root, base) ? USER_ROOT
                   : map_has(recipe->own, base) || says_no_root(text, strcspn(text, " \t"))
                       ? USER_OTHER
                       : USER_UNSAID;
    text = recipe_arguments(text);
    if (recipe_is(text, "AS"))
        take_stage(recipe->stage, sizeof recipe->stage, recipe_arguments(text));
    else
        *recipe->stage = '\0';
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

/* What fetches and stands by itself; NULL: nothing does from here on. */
static const char *find_fetch(const char *text, const char *from)
{
    for (const char *at = from; *at != '\0'; at++) {
        if (at > text && is_of_word(at[-1]))
            continue;
        for (size_t i = 0; i < COUNT(fetchers); i++) {
            size_t length = strlen(fetchers[i]);

            if (strncasecmp(at, fetchers[i], length) == 0 && !is_of_word(at[length]))
                return at;
        }
    }
    return NULL;
}

static bool is_it(const char *text, size_t length, const char *word)
{
    return strlen(word) == length && strncasecmp(text, word, length) == 0;
}

static bool ends_command(char c)
{
    return c == ';' || c == '&' || c == '|';
}

static bool ends_word(char c)
{
    return c == ' ' || c == '\t' || c == ')' || c == '"' || c == '\'' || ends_command(c);
}

/* How long the word there is, as far as it stands before `end`. */
static size_t word_before(const char *text, const char *end)
{
    size_t length = 0;

    while (text + length < end && !ends_word(text[length]))
        length++;
    return length;
}

/* "sudo -E /bin/bash -", "env A=b sh": behind the name of what runs programs; NULL: none stands
 * before `end`. `shell`: it is one, or takes whatever is put into it. */
static const char *behind_runner(const char *text, const char *end, bool *shell)
{
    for (;;) {
        size_t length, from;

        text += strspn(text, " \t");
        length = from = word_before(text, end);
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
    const char *end = text + strcspn(text, ";&|");
    bool shell = false;
    size_t length;

    text = behind_runner(text, end, &shell);
    if (text == NULL)
        return false;
    text += strspn(text, " \t");
    length = word_before(text, end);
    return length == 0 || is_it(text, length, "-") ||
           (shell && *text == '-' && !is_it(text, length, "-c"));
}

/* Behind what fetches, "… | sh" before the command ends. *end is where it runs, or the command
 * ends. */
static bool is_piped_on(const char *fetch, const char **end)
{
    const char *at = fetch;
    bool piped = false;

    while (*at != '\0' && *at != ';' && !piped && strncmp(at, "&&", 2) != 0 &&
           strncmp(at, "||", 2) != 0) {
        piped = *at == '|' && runs_input(at + 1);
        at++;
    }
    *end = at;
    return piped;
}

/* Whether nothing but options stands between. */
static bool are_options(const char *from, const char *to)
{
    while (from < to) {
        size_t length;

        from += strspn(from, " \t\"'\\");
        if (from < to && *from != '-')
            return false;
        for (length = 0; from + length < to && strchr(" \t\"'", from[length]) == NULL;)
            length++;
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
    for (at = open; at > text && open - at < LONGEST_START && !ends_command(at[-1]); at--)
        continue;
    at += strspn(at, " \t");
    if (recipe_is(at, "RUN"))
        at = recipe_arguments(at);
    if (recipe_is(at, "eval") || recipe_is(at, "source") || recipe_is(at, "."))
        return are_options(recipe_arguments(at), open);
    behind = behind_runner(at, open, &shell);
    return behind != NULL && are_options(behind, open);
}

/* All that is fetched before a pipe goes through it: it is looked at once. */
static void look_at_fetches(struct recipe *recipe, const char *text)
{
    const char *at = text, *end = text, *address = strstr(text, "://");

    for (; (at = find_fetch(text, at)) != NULL; at++) {
        bool piped = at >= end && is_piped_on(at, &end);

        if (address != NULL && address < at)
            address = strstr(at, "://");
        if (piped || is_taken_in(text, at))
            add_host(recipe->piped, address != NULL && address < end ? address : NULL);
    }
}

/* "….git#8c2e…", a whole commit. */
static bool is_at_commit(const char *text)
{
    const char *mark = strchr(text, '#');

    return mark != NULL && strspn(mark + 1, "0123456789abcdef") >= 40;
}

static void add_run(void *context, const char *fetch)
{
    struct recipe *recipe = context;

    add_host(recipe->piped, address_in(fetch, fetch + strlen(fetch)));
}

/* ADD [--checksum=…] https://…, git@…; a repository at a commit is pinned as well. */
static void look_at_add(struct recipe *recipe, const char *text)
{
    if (strstr(text, "--checksum=") == NULL && !is_at_commit(text) &&
        (strstr(text, "http://") != NULL || strstr(text, "https://") != NULL))
        add_host(recipe->remote, address_in(text, text + strlen(text)));
}

/* ---- what is not looked at ---- */

/* "-k" of curl, also among others: "-fsSLk". */
static bool is_curl_insecure(const char *text)
{
    const char *at = text;

    while ((at = find_word(at, "curl")) != NULL) {
        for (; *at != '\0' && strchr(";|&", *at) == NULL; at++) {
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

/* FLAG="0", http.sslVerify 'false': quotes say nothing more. */
static void look_at_checks(struct recipe *recipe, const char *quoted)
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
                                         "Verify-Peer=false",
                                         "gpgcheck=0" };
    struct strbuf plain = STRBUF_INIT;
    const char *text;

    for (const char *c = quoted; *c != '\0'; c++)
        if (*c != '"' && *c != '\'')
            strbuf_add_char(&plain, *c);
    text = plain.data;
    for (size_t i = 0; i < COUNT(flags); i++) {
        if (find_word(text, flags[i]) != NULL)
            map_put(recipe->unverified, flags[i], recipe->unverified);
    }
    if (is_curl_insecure(text))
        map_put(recipe->unverified, "--insecure", recipe->unverified);
    strbuf_release(&plain);
}

/* ---- all of it ---- */

/* What asks whether it is well speaks with itself. */
static void read_instruction(void *context, const char *text)
{
    struct recipe *recipe = context;

    if (recipe_is(text, "FROM")) {
        begin_stage(recipe, recipe_arguments(text));
    } else if (recipe_is(text, "USER")) {
        recipe->user = user_of(recipe, recipe_arguments(text));
    } else if (recipe_is(text, "ADD")) {
        look_at_add(recipe, recipe_arguments(text));
    } else if (!recipe_is(text, "HEALTHCHECK") && !recipe_is(text, "LABEL")) {
        if (recipe_is(text, "ARG") || recipe_is(text, "ENV"))
            look_at_settings(recipe, recipe_arguments(text), recipe_is(text, "ARG"));
        look_at_fetches(recipe, text);
        recipe_look_at_fetched(text, add_run, recipe);
        look_at_checks(recipe, text);
    }
}

static struct recipe recipe_read(const char *text, size_t length)
{
    struct recipe recipe = recipe_new();

    recipe_each(text, length, read_instruction, &recipe);
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
        (is.user == USER_UNSAID && was.user == USER_OTHER && is.has_stage))
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
