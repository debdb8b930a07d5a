/*
 * Which category of release notes a commit belongs to, by everything it says: conventional type,
 * label, first word, words, advisories, and the files it touches.
 *
 * Each piece of evidence gives points to one category; the most points win. A prefix is evidence,
 * not truth: against what people wrote into their change logs it is right in 58 to 84 % of cases,
 * so "chore: fix crash on start" is a bug fix. The table is in category_rules.c.
 */
#ifndef PILAB_DRIFT_CATEGORY_H
#define PILAB_DRIFT_CATEGORY_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/span.h>
#include <pilab/drift/subject.h>
#include <pilab/drift/tickets.h>
#include <pilab/drift/types.h>
#include <pilab/git/changes.h>
#include <pilab/git/message.h>

/* The table, made ready for looking things up. Made once for many commits. */
struct category_book;

struct category_book *category_book_new(void);
void category_book_free(struct category_book **book);

struct category_input {
    const struct commit_message *message;
    const struct subject *subject;
    const struct ticket_set *tickets;
    const struct file_change_list *files; /* what the commit touches; NULL: not known */
};

struct category_judgement {
    int points[CATEGORY_COUNT];
    enum change_category category;
    const char *basis; /* the weightiest evidence for it: "type feat", "word crash" */
    bool breaking;
    const char *breaking_note; /* what the BREAKING CHANGE trailer says, or NULL */
    bool security;             /* it names an advisory or uses a word of security */
    bool removal;              /* the title begins with "remove", "drop" or the like */
};

void category_judge(struct arena *arena, const struct category_book *book,
                    const struct category_input *input, struct category_judgement *out);

/* The category with the most points; improvements when nothing has any. */
enum change_category category_of_points(const int points[CATEGORY_COUNT]);

#endif
