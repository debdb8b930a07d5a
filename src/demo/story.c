#include "story.h"
#include "people.h"
#include "small_change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS   (60 * MINUTE_MS)
#define DAY_MS    (24 * HOUR_MS)

#define FIRST_HOUR 9
#define LAST_HOUR  18

/* From this day on work goes on at weekends, so that the end is never passed. */
#define LAST_DAYS (-5)

#define WORDS_LIMIT 8

struct story {
    const char *name;
    int64_t end;
    int64_t now; /* of the next commit */
    struct builder *builder;
    struct arena *arena;
    struct random random; /* for the minutes between commits */
    struct map *labels;   /* label → struct object_id */
    struct vector tags;   /* of struct story_tag */
    size_t commits;
    const char *cursor; /* the next line */
    unsigned line;
    char *words[WORDS_LIMIT];     /* of the command; NULL beyond the last */
    const char *rest;             /* of a "~" line: the subject */
    struct strbuf text, old, new; /* the lines below it, by their first character */
    struct error *error;
};

/* --- Time ----------------------------------------------------------------------------------- */

int64_t story_day(int64_t end, int day)
{
    return end / DAY_MS * DAY_MS + day * DAY_MS;
}

static bool is_weekend(int64_t at)
{
    int64_t weekday = (at / DAY_MS + 4) % 7; /* 1970-01-01 was a Thursday */
    return weekday == 0 || weekday == 6;
}

static int64_t next_workday(const struct story *story, int64_t morning)
{
    while (morning < story_day(story->end, LAST_DAYS) && is_weekend(morning))
        morning += DAY_MS;
    return morning;
}

/* Sets the time of the next commit, and moves on for the one after it. */
static void take_time(struct story *story)
{
    unsigned char draw;
    if (story->now % DAY_MS >= LAST_HOUR * HOUR_MS) {
        int64_t tomorrow = story->now / DAY_MS * DAY_MS + DAY_MS + FIRST_HOUR * HOUR_MS;
        story->now = next_workday(story, tomorrow);
    }
    builder_time(story->builder, story->now);
    random_bytes(&story->random, &draw, 1);
    story->now += (20 + draw % 50) * MINUTE_MS;
    story->commits++;
}

/* --- Commands ------------------------------------------------------------------------------- */

static bool story_failed(struct story *story, const char *what)
{
    return error_set(story->error, ERROR_INVALID, "%s:%u: %s", story->name, story->line, what);
}

static void remember(struct story *story, const char *label, const struct object_id *id)
{
    if (!label)
        return;
    struct object_id *copy = arena_alloc(story->arena, sizeof(*copy));
    *copy = *id;
    map_put(story->labels, label, copy);
}

static bool do_day(struct story *story)
{
    int64_t morning = story_day(story->end, atoi(story->words[1])) + FIRST_HOUR * HOUR_MS;
    morning = next_workday(story, morning);
    if (morning > story->now)
        story->now = morning;
    return true;
}

static bool do_by(struct story *story)
{
    const struct person *person = person_find(story->words[1]);
    if (!person)
        return story_failed(story, "nobody is called so");
    builder_author(story->builder, person->name, person->email);
    return true;
}

static bool do_write(struct story *story)
{
    builder_write(story->builder, story->words[1], story->text.data);
    return true;
}

static bool do_append(struct story *story)
{
    builder_append(story->builder, story->words[1], story->text.data);
    return true;
}

static bool do_replace(struct story *story)
{
    /* The lines end where the text does: what follows them in the file stays on its line. */
    strbuf_truncate(&story->old, story->old.length - (story->old.length > 0));
    strbuf_truncate(&story->new, story->new.length - (story->new.length > 0));
    builder_replace(story->builder, story->words[1], story->old.data, story->new.data);
    return true;
}

static bool do_bump(struct story *story)
{
    const char *old = story->words[1], *new = story->words[2];
    for (size_t i = 3; i < WORDS_LIMIT && story->words[i]; i++) {
        struct strbuf text = STRBUF_INIT, result = STRBUF_INIT;
        builder_read(story->builder, story->words[i], &text);
        const char *from = text.data, *found;
        while ((found = strstr(from, old))) {
            strbuf_add_bytes(&result, from, (size_t)(found - from));
            strbuf_add(&result, new);
            from = found + strlen(old);
        }
        bool changed = from != text.data;
        strbuf_add(&result, from);
        builder_write(story->builder, story->words[i], result.data);
        strbuf_release(&text);
        strbuf_release(&result);
        if (!changed)
            return story_failed(story, "the old version does not stand in every file");
    }
    return true;
}

static bool do_remove(struct story *story)
{
    builder_remove(story->builder, story->words[1]);
    return true;
}

static bool do_move(struct story *story)
{
    builder_move(story->builder, story->words[1], story->words[2]);
    return true;
}

static bool do_commit(struct story *story)
{
    take_time(story);
    struct object_id id = builder_commit(story->builder, story->text.data);
    remember(story, story->words[1], &id);
    return true;
}

static bool do_small_change(struct story *story)
{
    take_time(story);
    small_change(story->builder, story->words[1], story->rest);
    strbuf_printf(&story->text, "%s\n", story->rest);
    builder_commit(story->builder, story->text.data);
    return true;
}

static bool do_branch(struct story *story)
{
    builder_branch(story->builder, story->words[1]);
    return true;
}

static bool do_switch(struct story *story)
{
    builder_switch(story->builder, story->words[1]);
    return true;
}

static bool do_merge(struct story *story)
{
    take_time(story);
    builder_merge(story->builder, story->words[1], story->text.data);
    builder_delete_branch(story->builder, story->words[1]);
    return true;
}

static bool do_squash(struct story *story)
{
    take_time(story);
    builder_squash(story->builder, story->words[1], story->text.data);
    builder_delete_branch(story->builder, story->words[1]);
    return true;
}

static bool do_pick(struct story *story)
{
    const struct object_id *id = map_get(story->labels, story->words[1]);
    if (!id)
        return story_failed(story, "no commit has that label");
    take_time(story);
    builder_pick(story->builder, id, story->words[2] != NULL);
    return true;
}

static bool do_revert(struct story *story)
{
    const struct object_id *id = map_get(story->labels, story->words[1]);
    if (!id)
        return story_failed(story, "no commit has that label");
    take_time(story);
    builder_revert(story->builder, id);
    return true;
}

static bool do_tag(struct story *story)
{
    struct story_tag *tag = vector_add(&story->tags);
    tag->name = arena_text(story->arena, story->words[1]);
    tag->commit = builder_head(story->builder);
    tag->at = story->now;
    builder_annotated_tag(story->builder, tag->name, story->text.data);
    return true;
}

struct story_command {
    const char *word;
    size_t arguments; /* at least */
    bool (*run)(struct story *story);
};

static const struct story_command commands[] = {
    {"append",   1, do_append      },
    { "branch",  1, do_branch      },
    { "bump",    3, do_bump        },
    { "by",      1, do_by          },
    { "commit",  0, do_commit      },
    { "day",     1, do_day         },
    { "merge",   1, do_merge       },
    { "move",    2, do_move        },
    { "pick",    1, do_pick        },
    { "remove",  1, do_remove      },
    { "replace", 1, do_replace     },
    { "revert",  1, do_revert      },
    { "squash",  1, do_squash      },
    { "switch",  1, do_switch      },
    { "tag",     1, do_tag         },
    { "write",   1, do_write       },
    { "~",       2, do_small_change},
};

/* --- Reading -------------------------------------------------------------------------------- */

/* Puts the days in: "{day -12}" becomes "20250110". */
static char *expand(const struct story *story, const char *line, size_t length)
{
    struct strbuf out = STRBUF_INIT;
    char *copy = arena_bytes(story->arena, line, length);
    const char *from = copy, *mark;
    while ((mark = strstr(from, "{day ")) && strchr(mark, '}')) {
        char date[TIMESTAMP_SIZE];
        timestamp_format(story_day(story->end, atoi(mark + 5)), date);
        strbuf_add_bytes(&out, from, (size_t)(mark - from));
        strbuf_printf(&out, "%.4s%.2s%.2s", date, date + 5, date + 8);
        from = strchr(mark, '}') + 1;
    }
    strbuf_add(&out, from);
    char *result = strbuf_to_arena(&out, story->arena);
    strbuf_release(&out);
    return result;
}

/* The next line with its days put in, or NULL at the end. */
static char *next_line(struct story *story)
{
    if (!*story->cursor)
        return NULL;
    size_t length = strcspn(story->cursor, "\n");
    char *line = expand(story, story->cursor, length);
    story->cursor += length + (story->cursor[length] == '\n');
    story->line++;
    return line;
}

/* The lines of text below a command. */
static void read_block(struct story *story)
{
    strbuf_clear(&story->text);
    strbuf_clear(&story->old);
    strbuf_clear(&story->new);
    while (*story->cursor && strchr("|-+", *story->cursor)) {
        const char *line = next_line(story);
        struct strbuf *out = *line == '|' ? &story->text : *line == '-' ? &story->old : &story->new;
        strbuf_add(out, line + 1 + (line[1] == ' '));
        strbuf_add_char(out, '\n');
    }
}

static size_t split_words(struct story *story, char *line)
{
    size_t count = 0;
    memset(story->words, 0, sizeof(story->words));
    char *bar = *line == '~' ? strstr(line, " | ") : NULL;
    story->rest = bar ? bar + 3 : NULL;
    if (bar)
        *bar = '\0';
    while (*line && count < WORDS_LIMIT) {
        story->words[count++] = line;
        line += strcspn(line, " ");
        if (*line)
            *line++ = '\0';
    }
    return count + (bar != NULL);
}

static bool run_line(struct story *story, char *line)
{
    size_t words = split_words(story, line);
    read_block(story);
    for (size_t i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
        if (strcmp(commands[i].word, story->words[0]) != 0)
            continue;
        if (words < commands[i].arguments + 1)
            return story_failed(story, "a word is missing");
        if (!commands[i].run(story))
            return false;
        const struct error *failure = builder_failure(story->builder);
        return failure ? story_failed(story, failure->message) : true;
    }
    return story_failed(story, "there is no such command");
}

bool story_run(const char *name, const char *text, int64_t end, struct builder *builder,
               struct arena *arena, struct story_outcome *outcome, struct error *error)
{
    struct story story = { .name = name,
                           .end = end,
                           .builder = builder,
                           .arena = arena,
                           .random = random_seeded(strlen(text)),
                           .labels = map_new(),
                           .cursor = text,
                           .text = STRBUF_INIT,
                           .old = STRBUF_INIT,
                           .new = STRBUF_INIT,
                           .error = error };
    bool ok = true;
    char *line;
    vector_init(&story.tags, sizeof(struct story_tag));
    while (ok && (line = next_line(&story)))
        if (*line && *line != '#')
            ok = run_line(&story, line);
    if (ok && story.now > end)
        ok = story_failed(&story, "the story goes on after the end");
    if (ok)
        *outcome = (struct story_outcome){ .commits = story.commits,
                                           .tags = vector_to_arena(&story.tags, arena),
                                           .tag_count = story.tags.count };
    vector_release(&story.tags);
    map_free(&story.labels);
    strbuf_release(&story.text);
    strbuf_release(&story.old);
    strbuf_release(&story.new);
    return ok;
}
