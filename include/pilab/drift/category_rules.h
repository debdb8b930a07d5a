/*
 * The evidence for categories, as a table. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_CATEGORY_RULES_H
#define PILAB_DRIFT_CATEGORY_RULES_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/drift/span.h>
#include <pilab/drift/types.h>

enum category_evidence {
    EVIDENCE_TYPE,     /* "feat" in "feat: …" */
    EVIDENCE_LABEL,    /* "bugfix" in "[BUGFIX] …" */
    EVIDENCE_MARK,     /* an emoji or its name: "🐛", ":bug:" */
    EVIDENCE_LEAD,     /* the first word of the title */
    EVIDENCE_WORD,     /* one to three words anywhere in the title */
    EVIDENCE_SECURITY, /* the same, and the commit is one of security */
    EVIDENCE_COUNT
};

/* The longest pattern of EVIDENCE_WORD and EVIDENCE_SECURITY, in words. */
#define CATEGORY_PHRASE_WORDS 3

struct category_rule {
    enum category_evidence evidence;
    enum change_category category;
    int points;
    const char *patterns; /* small letters, separated by '|' */
};

const struct category_rule *category_rules(size_t *count);
/* Takes the next pattern of a row off `rest`. */
bool category_next_pattern(struct span *rest, struct span *pattern);

/* Whether it is a type ("feat: …") or a label ("[BUGFIX] …"), and how long the mark is that the
 * text begins with ("🐛 …", ":bug: …"; 0: none). Letters in either case. */
bool category_type_known(struct span word);
bool category_label_known(struct span word);
size_t category_mark_length(struct span text);

/* What kind of file a path names; where several would do, the one that stands last here. */
enum path_class { PATH_SOURCE, PATH_DOCUMENTATION, PATH_TEST, PATH_TOOLING, PATH_CLASS_COUNT };
enum path_class path_classify(const char *path);

#endif
