/*
 * Groups of people: named sets of logins within a project, whom rules can name ("two of security").
 *
 * Letters of a group's name are alike in either case; a login stands as the machine writes it. A
 * group has at least one login and each of them once. Texts are borrowed from whoever made the
 * list.
 */
#ifndef PILAB_DRIFT_GROUP_SETTINGS_H
#define PILAB_DRIFT_GROUP_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

struct group_settings {
    const char *name;
    const char **logins; /* in the order given */
    size_t login_count;
};

/* A letter first, then letters, digits, dots, dashes and underscores; 64 at most. */
bool group_name_valid(const char *name);
/* Whether a machine could have such a login: 1 to 64 visible characters, no blank or comma, no dash
 * at its start. */
bool group_login_valid(const char *login);

/* NULL: there is no such group. */
struct group_settings *group_settings_find(struct group_settings *groups, size_t count,
                                           const char *name);
bool group_settings_has(const struct group_settings *group, const char *login);
/* In the order of their names, whatever the case of the letters. */
void group_settings_sort(struct group_settings *groups, size_t count);

#endif
