/*
 * Rules in words: what they look at, and all of them as a page of the guide.
 */
#ifndef PILAB_DRIFT_RULE_TEXT_H
#define PILAB_DRIFT_RULE_TEXT_H

#include <pilab/base/strbuf.h>
#include <pilab/drift/rules.h>

/* Appends what a row looks at, as it is written in it: "key API_KEY *_API_KEY; added or modified".
 * Patterns may be a person's: they are appended as they are. Nothing for a row that looks at all of
 * its type. */
void rule_conditions(struct strbuf *out, const struct rule *rule);

/* "code", "config", … as a heading of the built-in rows; all of them as Markdown. */
void rules_render_markdown(struct strbuf *out);

#endif
