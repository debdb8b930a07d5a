#include <pilab/app/use_cases.h>

#include "command_group.h"

/* clang-format off */
static const struct argument_spec login_argument[] = {
    { "login", false, false, "who, by the name on this machine" },
};

static const struct argument_spec role_arguments[] = {
    { "login", false, false, "who, by the name on this machine" },
    { "role", false, false, "OWNER, ADMIN, CONTRIBUTOR or VIEWER" },
};

static const struct option_spec add_options[] = {
    { "role", 'r', "ROLE", NULL, "OWNER, ADMIN, CONTRIBUTOR or VIEWER (CONTRIBUTOR)" },
    { "name", 0, "NAME", NULL, "first and last name, when the store does not know them" },
    { "email", 0, "ADDRESS", NULL, "e-mail address, when the store does not know them" },
};

static const struct argument_spec group_set_arguments[] = {
    { "group", false, false, "the group" },
    { "login", false, true, "everybody who is in it" },
};

static const struct argument_spec group_argument[] = {
    { "group", false, false, "the group" },
};

static const struct command rows[] = {
    { "member list", "List the people of the project and their roles",
      NULL, NULL,
      NONE, LISTING_OPTIONS,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_member_list },
    { "member add", "Give somebody a role in the project",
      "Who the store does not know yet becomes known by their login. A VIEWER looks, a CONTRIBUTOR "
      "compares and drafts, an ADMIN approves, deploys and sets up, an OWNER may do all of it.",
      "pilab member add carla --role ADMIN --name \"Carla Meier\"",
      ARGUMENTS(login_argument), OPTIONS(add_options),
      SCOPE_PROJECT, PERMISSION_SET_MEMBER, true, false, app_member_add },
    { "member role", "Change somebody's role in the project",
      "Nobody who is not OWNER changes their own role, and the last OWNER stays one.",
      "pilab member role carla OWNER",
      ARGUMENTS(role_arguments), NONE,
      SCOPE_PROJECT, PERMISSION_SET_MEMBER, true, false, app_member_role },
    { "member remove", "Take somebody's role in the project away",
      "What they did stays, with their name. The last OWNER cannot be removed.",
      "pilab member remove carla",
      ARGUMENTS(login_argument), NONE,
      SCOPE_PROJECT, PERMISSION_SET_MEMBER, true, false, app_member_remove },
    { "group list", "List the project's groups of people",
      NULL, NULL,
      NONE, NONE,
      SCOPE_PROJECT, PERMISSION_READ, false, true, app_group_list },
    { "group set", "Say who is in a group",
      "A group is a name for people whom approval rules ask for together; it gives no right by "
      "itself. All who are in it are named each time. pilab.yaml keeps groups, too.",
      "pilab group set security carla dan",
      ARGUMENTS(group_set_arguments), NONE,
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_group_set },
    { "group remove", "Remove a group",
      "Its people stay what they are.",
      "pilab group remove security",
      ARGUMENTS(group_argument), NONE,
      SCOPE_PROJECT, PERMISSION_CONFIGURE_PROJECT, true, false, app_group_remove },
};
/* clang-format on */

const struct command_group member_commands = COMMAND_GROUP(rows);
