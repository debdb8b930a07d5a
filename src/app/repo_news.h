/* What fetches have found out about repositories that somebody may have built on: a tag that leads
 * elsewhere, another history at the same address. */
#ifndef PILAB_APP_REPO_NEWS_H
#define PILAB_APP_REPO_NEWS_H

#include <jansson.h>

#include <pilab/app/call.h>
#include <pilab/app/result.h>
#include <pilab/source/repository_health.h>

/* "news" of an item of the list of repositories; nothing when there are none. */
void repo_news_put(json_t *item, const struct repository_health *health);
/* Says those of the last two weeks before the result's table, after what is said there already. */
void repo_news_say(const struct call *call, struct result *result);
/* Keeps a copy as what the result says. */
void repo_say(struct result *result, const struct strbuf *said);

#endif
