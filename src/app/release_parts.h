/*
 * What the use cases of releases share. Private to this folder.
 */
#ifndef PILAB_SRC_APP_RELEASE_PARTS_H
#define PILAB_SRC_APP_RELEASE_PARTS_H

#include <pilab/app/arguments.h>
#include <pilab/app/release.h>
#include <pilab/app/result.h>

/* Modules named on the command line: words from `first` on, or what an option lists with commas. */
struct module_names {
    const char **items; /* in the call's arena */
    size_t count;
};

void module_names_words(struct call *call, const struct arguments *arguments, size_t first,
                        struct module_names *names);
void module_names_option(struct call *call, const struct arguments *arguments, const char *option,
                         struct module_names *names);
bool module_names_have(const struct module_names *names, const char *module);
/* That the project has all of them; else ERROR_NOT_FOUND with those that it has. */
bool module_names_check(struct call *call, const struct module_names *names,
                        const struct store_matrix *matrix, struct error *error);

/* Reads the release anew and makes it the result: document and text. `said` is rich text that
 * stands before it (NULL: nothing); screens show the first line of it. */
bool release_result(struct call *call, const struct store_release *release,
                    const struct strbuf *said, struct result *result, struct error *error);

/* What would be frozen (release_plan.c). */
struct release_plan {
    const char *name, *from, *to;
    const struct store_release_entry *entries;
    const char **there; /* of each, the version that the target has; NULL: none is known */
    size_t count;
    const char *mark;   /* as release_preview has it */
    const char *others; /* NULL: no other one is open */
    bool off_path;
};

void release_plan_result(const struct release_plan *plan, struct result *result);

/* Rich lines about what is odd with it; none without `others`. */
void release_warn_others(struct strbuf *out, const char *others);
void release_warn_path(struct strbuf *out, const char *from, const char *to);

/* The audit's body about a release: name, number, rev, digest. New reference. */
json_t *release_audit_body(const struct store_release *release);

bool release_audit(struct call *call, const char *action, const struct store_release *release,
                   const json_t *body, struct error *error);

/* What becomes of the notes about a release whose list has just been changed, within the
 * transaction that did it: reviews and approvals of those that are not published lapse, and what
 * was reviewed or approved is a draft again, each with an entry in the audit. Nothing lapses where
 * the list stayed as it was. Appends an object for each note that was about the list as it was to
 * `lapses`. */
bool release_lapse_notes(struct call *call, const struct store_release *row,
                         const char *digest_before, json_t *lapses, struct error *error);
/* The same for people, as rich text: what lapsed, to stand behind a sentence; and which notes are
 * about the list as it was, a line each. */
void release_say_lapsed(const json_t *lapses, struct strbuf *said);
void release_say_lapses(const json_t *lapses, struct strbuf *said);

#endif
