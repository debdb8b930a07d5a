#include "repo_news.h"

#include <pilab/base/json.h>
#include <pilab/base/rich.h>

/* How long they are said: a fetch that something else has started must not have been their only
 * chance. */
#define SAID_FOR ((int64_t)14 * 24 * 3600 * 1000)

void repo_news_put(json_t *item, const struct repository_health *health)
{
    json_t *news;

    if (health->news_count == 0)
        return;
    news = json_array();
    for (size_t i = 0; i < health->news_count; i++) {
        const struct repository_novelty *novelty = &health->news[i];
        struct strbuf words = STRBUF_INIT;
        json_t *object = json_object();

        repository_novelty_words(&words, novelty);
        json_put_text(object, "event", repository_novelty_name(novelty->event));
        json_put_text(object, "name", novelty->name);
        if (*novelty->before != '\0')
            json_put_text(object, "before", novelty->before);
        if (*novelty->after != '\0')
            json_put_text(object, "after", novelty->after);
        json_put_time(object, "at", novelty->at);
        json_put_text(object, "message", words.data);
        json_array_append_new(news, object);
        strbuf_release(&words);
    }
    json_object_set_new(item, "news", news);
}

static void say(struct strbuf *said, const json_t *item, const json_t *novelty, int64_t now)
{
    const char *at = json_string_value(json_object_get(novelty, "at"));
    struct strbuf line = STRBUF_INIT;
    char when[TIMESTAMP_SIZE];
    int64_t time;

    if (at == NULL || !timestamp_parse(at, &time, NULL) || now - time > SAID_FOR)
        return;
    strbuf_printf(&line, "%s: %s (%s)", json_string_value(json_object_get(item, "address")),
                  json_string_value(json_object_get(novelty, "message")),
                  timestamp_relative(time, now, when));
    rich_text(said, RICH_WARNING, line.data, true);
    strbuf_add_char(said, '\n');
    strbuf_release(&line);
}

/* The result outlives the call that made it. */
void repo_say(struct result *result, const struct strbuf *said)
{
    if (result->arena == NULL)
        result->arena = arena_new();
    result->said = strbuf_to_arena(said, result->arena);
}

void repo_news_say(const struct call *call, struct result *result)
{
    struct strbuf said = STRBUF_INIT;
    int64_t now = clock_now(&call->clock);

    strbuf_add(&said, result->said != NULL ? result->said : "");
    for (size_t i = 0; i < json_array_size(result->items); i++) {
        const json_t *item = json_array_get(result->items, i),
                     *news = json_object_get(item, "news");

        for (size_t k = 0; k < json_array_size(news); k++)
            say(&said, item, json_array_get(news, k), now);
    }
    if (said.length > 0)
        repo_say(result, &said);
    strbuf_release(&said);
}
