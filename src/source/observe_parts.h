/* What the files of observing share. Private to this folder. */
#ifndef PILAB_SRC_SOURCE_OBSERVE_PARTS_H
#define PILAB_SRC_SOURCE_OBSERVE_PARTS_H

#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/source/observe.h>

/* One observer while it is asked. */
struct observing {
    const struct observe_request *request;
    const struct observer_settings *observer;
    struct arena *arena;
    const struct progress *progress; /* ends when the observer's time is over */
    int milliseconds;                /* of which that is */
    struct vector items;             /* struct observation */
    const char *revision;
};

/* observe_parts.c */
/* Adds what was seen of a module; the version is taken out of `said` (NULL: none). */
struct observation *observing_add(struct observing *observing, const char *module, const char *said,
                                  const char *place);
/* The project's module of that name; NULL: there is none. */
const struct observed_module *observing_module(const struct observing *observing, const char *name);
/* A path of the settings, from home or from the project's folder; the caller frees. */
char *observing_path(const struct observing *observing, const char *path);
/* Appends the token of the observer, when it has one. */
bool observing_token(const struct observing *observing, struct strbuf *token, struct error *error);

/* observe_document.c: what the observer's pointers, or its first line, say in a text, which
 * messages call `name`. */
bool observing_document(struct observing *observing, const char *name, const char *text,
                        size_t length, struct error *error);

/* observe_config.c: the whole of a text as the configuration of the observer's module. */
bool observing_whole(struct observing *observing, const char *name, const char *text, size_t length,
                     struct error *error);
/* One more document of how a module is configured; `text` is copied. `place` is where it was seen.
 */
void observing_add_file(struct observing *observing, const char *module, const char *place,
                        enum document_format format, const char *text, size_t length);
/* Why it is not known how a module is configured; what was seen of it so far is forgotten. */
void observing_unconfigured(struct observing *observing, const char *module, const char *place,
                            const char *why);
/* The files of the repository, which is open, at a commit; of modules that the pattern's files name
 * besides those that are named. */
bool observe_gitops_configuration(struct observing *observing, struct error *error);

/* One for each type. */
bool observe_gitops(struct observing *observing, struct error *error);
bool observe_kubernetes(struct observing *observing, struct error *error);
bool observe_http(struct observing *observing, struct error *error);
bool observe_ssh(struct observing *observing, struct error *error);
bool observe_file(struct observing *observing, struct error *error);

#endif
