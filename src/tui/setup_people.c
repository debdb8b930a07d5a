#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

static const char *const roles[] = { "OWNER", "ADMIN", "CONTRIBUTOR", "VIEWER", NULL };

static const char *text_of(const json_t *object, const char *id)
{
    const char *text = json_member_text(object, id);

    return text != NULL ? text : "";
}

/* "person:carla" → "carla" with *group false. */
static const char *name_in(const char *identity, bool *group)
{
    const char *colon = identity != NULL ? strchr(identity, ':') : NULL;

    *group = colon != NULL && strncmp(identity, "group:", 6) == 0;
    return colon != NULL ? colon + 1 : NULL;
}

static const json_t *find_item(const json_t *items, const char *member, const char *name)
{
    const json_t *item;
    size_t i;

    json_array_foreach(items, i, item)
    {
        if (strcmp(text_of(item, member), name) == 0)
            return item;
    }
    return NULL;
}

/* --- What is known before the key ------------------------------------------------------------- */

static size_t count_owners(const struct setup_screen *screen)
{
    const json_t *item;
    size_t i, owners = 0;

    json_array_foreach(screen->data->members, i, item)
    {
        owners += strcmp(text_of(item, "role"), "OWNER") == 0;
    }
    return owners;
}

bool setup_people_allows(const struct setup_screen *screen, const char *identity, bool removing,
                         struct strbuf *why)
{
    const struct call *call = &screen->studio->call;
    struct permission_circumstances facts = { 0 };
    struct error error = { 0 };
    const json_t *person;
    const char *name;
    bool group;

    name = name_in(identity, &group);
    if (name == NULL)
        return setup_may(screen, PERMISSION_SET_MEMBER, why);
    if (group)
        return setup_may(screen, PERMISSION_CONFIGURE_PROJECT, why);
    facts.concerns_own_role = strcmp(name, call->actor.login) == 0;
    if (!permission_check(&call->actor.rights, PERMISSION_SET_MEMBER, &facts, &error)) {
        strbuf_add(why, error.message);
        return false;
    }
    person = find_item(screen->data->members, "login", name);
    if (person == NULL || strcmp(text_of(person, "role"), "OWNER") != 0 || count_owners(screen) > 1)
        return true;
    strbuf_printf(why, "%s is the only OWNER: make somebody else OWNER first", name);
    (void)removing;
    return false;
}

/* --- People ----------------------------------------------------------------------------------- */

static bool is_login(const void *context, const struct form *form, const char *value,
                     struct error *error)
{
    const struct setup_screen *screen = context;

    (void)form;
    if (!group_login_valid(value))
        return error_set(error, ERROR_INVALID, "no machine has such a login");
    return find_item(screen->data->members, "login", value) == NULL ||
           error_set(error, ERROR_EXISTS, "has a role here already");
}

static void person_given(void *context, struct form *form, bool done)
{
    struct setup_screen *screen = context;
    const char *words[10] = { "member", "add", form_text(form, "login"), "--role",
                              form_text(form, "role") };
    size_t count = 5;

    if (!done)
        return;
    if (form_text(form, "name")[0] != '\0') {
        words[count++] = "--name";
        words[count++] = form_text(form, "name");
    }
    if (form_text(form, "email")[0] != '\0') {
        words[count++] = "--email";
        words[count++] = form_text(form, "email");
    }
    screen->studio->actions->run_words(screen->studio, words);
}

static void ask_person(struct setup_screen *screen)
{
    struct form_owner owner = { .context = screen };
    /* clang-format off */
    const struct form_field fields[] = {
        { .id = "login", .label = "Login", .required = true, .check = is_login,
          .help = "The name on this machine" },
        { .id = "role", .kind = FORM_CHOICE, .label = "Role", .options = roles,
          .value = "CONTRIBUTOR", .help = "A VIEWER looks, a CONTRIBUTOR drafts, an ADMIN approves "
                                          "and sets up, an OWNER may do all of it" },
        { .id = "name", .label = "Name", .help = "First and last name, if nobody knows them yet" },
        { .id = "email", .label = "E-mail" },
    };
    /* clang-format on */

    dialog_form(screen->studio->workspace, "Give somebody a role",
                form_new(fields, sizeof fields / sizeof *fields, &owner), person_given, screen);
}

/* A question about somebody, which remembers whom. */
struct about {
    struct setup_screen *screen;
    bool group;
    char *name;
};

static struct about *about_new(struct setup_screen *screen, bool group, const char *name)
{
    struct about *about = memory_new(sizeof *about);

    *about = (struct about){ screen, group, memory_copy_text(name) };
    return about;
}

static void about_free(struct about *about)
{
    free(about->name);
    free(about);
}

static void role_given(void *context, struct form *form, bool done)
{
    struct about *about = context;
    struct studio *studio = about->screen->studio;

    if (done && form_is_changed(form))
        studio->actions->run_words(studio, (const char *const[]){ "member", "role", about->name,
                                                                  form_text(form, "role"), NULL });
    about_free(about);
}

static void ask_role(struct setup_screen *screen, const char *login)
{
    const json_t *person = find_item(screen->data->members, "login", login);
    const struct form_field fields[] = {
        {.kind = FORM_SECTION,    .label = login},
        { .id = "role",
         .kind = FORM_CHOICE,
         .label = "Role",
         .options = roles,
         .value = text_of(person, "role") },
    };

    dialog_form(screen->studio->workspace, "Another role", form_new(fields, 2, NULL), role_given,
                about_new(screen, false, login));
}

/* --- Groups ----------------------------------------------------------------------------------- */

static bool is_group(const void *context, const struct form *form, const char *value,
                     struct error *error)
{
    (void)context;
    (void)form;
    return group_name_valid(value) ||
           error_set(error, ERROR_INVALID, "a letter first, then letters, digits, . - _");
}

static bool are_logins(const void *context, const struct form *form, const char *value,
                       struct error *error)
{
    (void)context;
    (void)form;
    return value[strspn(value, " ")] != '\0' ||
           error_set(error, ERROR_INVALID, "a group has at least one login");
}

static void group_given(void *context, struct form *form, bool done)
{
    struct about *about = context;
    struct studio *studio = about->screen->studio;
    char *people = memory_copy_text(form_text(form, "people")), *rest = people, *word;
    size_t most = strlen(people) / 2 + 6, count = 3;
    const char **words = memory_array(most, sizeof *words);

    words[0] = "group";
    words[1] = "set";
    words[2] = *about->name != '\0' ? about->name : form_text(form, "group");
    while ((word = strsep(&rest, " ,")) != NULL)
        if (*word != '\0')
            words[count++] = word;
    if (done)
        studio->actions->run_words(studio, words);
    free(words);
    free(people);
    about_free(about);
}

static void ask_group(struct setup_screen *screen, const char *name)
{
    const json_t *group = name != NULL ? find_item(screen->data->groups, "name", name) : NULL;
    const json_t *logins = json_object_get(group, "logins");
    struct strbuf people = STRBUF_INIT;
    bool fresh = name == NULL;

    for (size_t i = 0; i < json_array_size(logins); i++)
        strbuf_printf(&people, "%s%s", i > 0 ? " " : "",
                      json_string_value(json_array_get(logins, i)));
    /* clang-format off */
    const struct form_field fields[] = {
        { .id = fresh ? "group" : NULL, .kind = fresh ? FORM_TEXT : FORM_SECTION,
          .label = fresh ? "Group" : name, .required = fresh, .check = fresh ? is_group : NULL,
          .help = "What approval rules call it" },
        { .id = "people", .label = "People", .required = true, .check = are_logins,
          .value = people.data, .help = "Logins with blanks between" },
    };
    /* clang-format on */

    dialog_form(screen->studio->workspace, "Who is in the group", form_new(fields, 2, NULL),
                group_given, about_new(screen, true, name));
    strbuf_release(&people);
}

/* --- The keys --------------------------------------------------------------------------------- */

static void new_chosen(void *context, uint64_t value)
{
    if (value == 0)
        ask_person(context);
    else
        ask_group(context, NULL);
}

void setup_people_new(struct setup_screen *screen)
{
    struct strbuf why = STRBUF_INIT;
    struct menu *menu = menu_new("Who");

    menu_add(menu, &(struct menu_item){ .key = 'p',
                                        .label = "person",
                                        .detail = "give somebody a role",
                                        .refusal = setup_may(screen, PERMISSION_SET_MEMBER, &why)
                                                       ? NULL
                                                       : why.data });
    strbuf_clear(&why);
    menu_add(menu,
             &(struct menu_item){ .key = 'g',
                                  .label = "group",
                                  .detail = "a name for people, for approval rules",
                                  .value = 1,
                                  .refusal = setup_may(screen, PERMISSION_CONFIGURE_PROJECT, &why)
                                                 ? NULL
                                                 : why.data });
    dialog_menu(screen->studio->workspace, menu, new_chosen, screen);
    strbuf_release(&why);
}

void setup_people_edit(struct setup_screen *screen, const char *identity)
{
    bool group;
    const char *name = name_in(identity, &group);

    if (name == NULL)
        return;
    if (group)
        ask_group(screen, name);
    else
        ask_role(screen, name);
}

static void remove_agreed(void *context, bool yes)
{
    struct about *about = context;
    struct studio *studio = about->screen->studio;

    if (yes)
        studio->actions->run_words(studio, (const char *const[]){ about->group ? "group" : "member",
                                                                  "remove", about->name, NULL });
    about_free(about);
}

void setup_people_remove(struct setup_screen *screen, const char *identity)
{
    struct confirmation confirmation = { .action = "remove", .dangerous = true };
    bool group;

    confirmation.name = name_in(identity, &group);
    if (confirmation.name == NULL)
        return;
    confirmation.title = group ? "Remove the group" : "Take the role away";
    confirmation.text = group ? "Its people stay what they are. Rules that name it ask for nobody."
                              : "What they did stays, with their name.";
    dialog_confirm(screen->studio->workspace, &confirmation, remove_agreed,
                   about_new(screen, group, confirmation.name));
}
