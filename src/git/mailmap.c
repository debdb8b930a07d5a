#include <pilab/git/mailmap.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/arena.h>
#include <pilab/base/map.h>
#include <pilab/base/memory.h>

#define FILE_NAME  ".mailmap"
#define FILE_LIMIT ((size_t)16 << 20)
#define BLANKS     " \t\n\r"

/* What stands in the place of a person of the history. */
struct person {
    const char *name, *email; /* NULL: stays as it is */
};

/* Both maps in lower case: of ASCII only, whatever the locale, as git compares. */
struct mailmap {
    struct arena *arena;
    struct map *by_email; /* address → struct person */
    struct map *by_both;  /* "address\nname" → struct person */
};

static void put_key(struct strbuf *key, const char *email, const char *name)
{
    strbuf_clear(key);
    strbuf_add(key, email);
    if (name) {
        strbuf_add_char(key, '\n');
        strbuf_add(key, name);
    }
    for (char *p = key->data; *p; p++)
        if (*p >= 'A' && *p <= 'Z')
            *p = (char)(*p - 'A' + 'a');
}

/* An address alone adds to what is known of it; with a name it is told anew. */
static void add(struct mailmap *mailmap, const char *new_name, const char *new_email,
                const char *old_name, const char *old_email)
{
    struct map *map = old_name ? mailmap->by_both : mailmap->by_email;
    if (!old_email) {
        old_email = new_email;
        new_email = NULL;
    }
    struct strbuf key = STRBUF_INIT;
    put_key(&key, old_email, old_name);
    struct person *person = map_get(map, key.data);
    if (!person) {
        person = arena_alloc(mailmap->arena, sizeof(*person));
        map_put(map, key.data, person);
    }
    strbuf_release(&key);
    if (old_name)
        *person = (struct person){ new_name, new_email };
    if (new_name)
        person->name = new_name;
    if (new_email)
        person->email = new_email;
}

/* "Name <address>", of which the name may be missing; gives what follows, or NULL when there is no
 * address, and takes the line apart in its place. */
static char *take_person(char *line, bool may_be_empty, const char **name, const char **email)
{
    *name = *email = NULL;
    char *open = strchr(line, '<');
    char *close = open ? strchr(open + 1, '>') : NULL;
    if (!close || (close == open + 1 && !may_be_empty))
        return NULL;
    char *end = open;
    line += strspn(line, BLANKS);
    while (end > line && strchr(BLANKS, end[-1]))
        end--;
    *end = '\0';
    *close = '\0';
    if (line < end)
        *name = line;
    *email = open + 1;
    return close + 1;
}

static void read_line(struct mailmap *mailmap, char *line)
{
    const char *new_name, *new_email, *old_name = NULL, *old_email = NULL;
    if (*line == '#')
        return;
    char *rest = take_person(line, false, &new_name, &new_email);
    if (!rest)
        return;
    take_person(rest, true, &old_name, &old_email);
    add(mailmap, new_name, new_email, old_name, old_email);
}

struct mailmap *mailmap_parse(const char *text, size_t length)
{
    struct mailmap *mailmap = memory_new(sizeof(*mailmap));
    const char *nul = memchr(text, '\0', length);
    const char *end = nul ? nul : text + length;
    mailmap->arena = arena_new();
    mailmap->by_email = map_new();
    mailmap->by_both = map_new();
    while (text < end) {
        const char *newline = memchr(text, '\n', (size_t)(end - text));
        const char *stop = newline ? newline : end;
        read_line(mailmap, arena_bytes(mailmap->arena, text, (size_t)(stop - text)));
        text = newline ? newline + 1 : end;
    }
    return mailmap;
}

void mailmap_free(struct mailmap **mailmap)
{
    struct mailmap *m = *mailmap;
    *mailmap = NULL;
    if (!m)
        return;
    map_free(&m->by_email);
    map_free(&m->by_both);
    arena_free(&m->arena);
    free(m);
}

bool mailmap_read(struct repository *repository, const struct object_id *commit,
                  struct mailmap **out, struct error *error)
{
    struct strbuf text = STRBUF_INIT;
    struct error failure = { 0 };
    *out = NULL;
    bool ok = repository_read_file(repository, commit, FILE_NAME, FILE_LIMIT, &text, &failure);
    if (ok)
        *out = mailmap_parse(text.data, text.length);
    else if (failure.code != ERROR_NOT_FOUND && error)
        *error = failure;
    strbuf_release(&text);
    return ok || failure.code == ERROR_NOT_FOUND;
}

bool mailmap_read_for(struct repository *repository, const struct object_id *newest,
                      struct mailmap **out, struct error *error)
{
    struct object_id place = *newest;
    if (!repository_work_tree(repository) && !repository_resolve(repository, "HEAD", &place, NULL))
        place = *newest;
    return mailmap_read(repository, &place, out, error);
}

bool mailmap_apply(const struct mailmap *mailmap, const char **name, const char **email)
{
    if (!mailmap)
        return false;
    struct strbuf key = STRBUF_INIT;
    put_key(&key, *email, *name);
    const struct person *person = map_get(mailmap->by_both, key.data);
    if (!person) {
        put_key(&key, *email, NULL);
        person = map_get(mailmap->by_email, key.data);
    }
    strbuf_release(&key);
    if (!person || (!person->name && !person->email))
        return false;
    *name = person->name ? person->name : *name;
    *email = person->email ? person->email : *email;
    return true;
}

static void name_one(const struct mailmap *mailmap, struct arena *arena, const char **name,
                     const char **email)
{
    if (!mailmap_apply(mailmap, name, email))
        return;
    *name = arena_text(arena, *name);
    *email = arena_text(arena, *email);
}

void mailmap_name_people(const struct mailmap *mailmap, struct arena *arena, struct commit *commit)
{
    name_one(mailmap, arena, &commit->author_name, &commit->author_email);
    name_one(mailmap, arena, &commit->committer_name, &commit->committer_email);
}
