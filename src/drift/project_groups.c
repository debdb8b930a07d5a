#include "project_groups.h"

/* Somebody who is named twice would count twice where two are asked for. */
static bool add_login(struct project_reader *reader, const struct node *node,
                      struct group_settings *group, const char *login)
{
    if (!group_login_valid(login)) {
        project_refuse(reader, node, "'%s' cannot be a login", login);
        return error_hint(reader->error, "a login is 1 to 64 characters without blanks and commas");
    }
    if (group_settings_has(group, login))
        return project_refuse(reader, node, "the group %s names %s twice", group->name, login);
    group->logins[group->login_count++] = login;
    return true;
}

static bool read_group(struct project_reader *reader, const struct node *node,
                       struct group_settings *group)
{
    size_t count;

    if (!group_name_valid(node->key)) {
        project_refuse(reader, node, "a group cannot be called '%s'", node->key);
        return error_hint(reader->error, "a letter first, then letters, digits, '.', '-' and '_'");
    }
    group->name = arena_text(reader->arena, node->key);
    if (!project_texts_read(reader, node, group->name, &group->logins, &count))
        return false;
    if (count == 0) {
        project_refuse(reader, node, "the group %s has nobody in it", group->name);
        return error_hint(reader->error, "name the logins, or leave the group out");
    }
    for (size_t i = 0; i < count; i++) {
        if (!add_login(reader, node, group, group->logins[i]))
            return false;
    }
    return true;
}

bool project_groups_read(struct project_reader *reader, const struct node *map,
                         struct group_settings **groups, size_t *count)
{
    if (map->kind != NODE_MAP)
        return project_refuse(reader, map, "groups must be of type map, not %s",
                              node_kind_name(map->kind));
    *count = 0;
    *groups = arena_array(reader->arena, map->count, sizeof **groups);
    for (size_t i = 0; i < map->count; i++) {
        const struct node *node = map->children[i];

        if (group_settings_find(*groups, *count, node->key) != NULL)
            return project_refuse(reader, node, "the group %s is there twice", node->key);
        if (!read_group(reader, node, &(*groups)[i]))
            return false;
        (*count)++;
    }
    group_settings_sort(*groups, *count);
    return true;
}
