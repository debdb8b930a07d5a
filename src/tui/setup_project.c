#include "setup_parts.h"

#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/vector.h>

static const char *const four_eyes[] = { "auto", "on", "off", NULL };
static const char *const ways[] = { "auto", "openssh", "libssh2", NULL };

static bool are_keys(const void *context, const struct form *form, const char *value,
                     struct error *error)
{
    (void)context;
    (void)form;
    for (const char *at = value; *at != '\0'; at++) {
        bool fits = (*at >= 'A' && *at <= 'Z') || *at == ' ' || *at == ',' || *at == '_' ||
                    (*at >= '0' && *at <= '9');

        if (!fits)
            return error_set(error, ERROR_INVALID, "keys in capitals, with blanks between: MB PAY");
    }
    return true;
}

static bool is_offer_after(const void *context, const struct form *form, const char *value,
                           struct error *error)
{
    (void)context;
    (void)form;
    return project_offer_after_check(value) ||
           error_set(error, ERROR_INVALID, "a number of days, or never");
}

static bool is_registry(const void *context, const struct form *form, const char *value,
                        struct error *error)
{
    struct arena *arena = arena_new();
    struct registry_settings registry;
    bool ok = registry_settings_parse(value, arena, &registry, error);

    (void)context;
    (void)form;
    arena_free(&arena);
    return ok;
}

void setup_edit_project(struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;
    json_t *now = project_fields(settings);
    /* clang-format off */
    const struct form_field head[] = {
        { .kind = FORM_SECTION, .label = settings->code },
        { .id = "name", .kind = FORM_TEXT, .label = "Name", .value = settings->name,
          .required = true },
        { .id = "description", .kind = FORM_TEXT, .label = "Description",
          .value = settings->description },
        { .id = "tickets", .kind = FORM_TEXT, .label = "Ticket keys",
          .value = json_member_text(now, "tickets"), .check = are_keys,
          .help = "The keys of the tracker: MB PAY; the tab Tickets shows which are seen" },
        { .id = "four_eyes", .kind = FORM_CHOICE, .label = "Four eyes", .options = four_eyes,
          .value = json_member_text(now, "four_eyes"),
          .help = "on: nobody approves what they wrote; auto: where more than one could" },
        { .id = "transport", .kind = FORM_CHOICE, .label = "Over ssh", .options = ways,
          .value = json_member_text(now, "transport"),
          .help = "auto: by the ssh program, or the built-in libssh2 where there is none" },
        { .id = "offer_after", .kind = FORM_TEXT, .label = "Offer after",
          .value = json_member_text(now, "offer_after"), .check = is_offer_after,
          .help = "Days unchanged until a difference is offered to be accepted (180); or never" },
    };
    /* clang-format on */
    static const struct setup_lines registries = {
        PROJECT_REGISTRY_FIELD,
        "Registry",
        "New registry",
        is_registry,
        "name: registry.example, url: https://mirror.example, login: docker",
    };
    struct arena *arena = arena_new();
    struct vector fields;
    struct form *form;

    vector_init(&fields, sizeof(struct form_field));
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        vector_push(&fields, &head[i]);
    setup_add_lines(&registries, now, arena, &fields);
    form = form_new(fields.items, fields.count, NULL);
    vector_release(&fields);
    arena_free(&arena);
    json_decref(now);
    setup_edit_form(screen, "Project", form, PART_PROJECT, ACT_CHANGE, NULL);
}

/* --- Tickets ---------------------------------------------------------------------------------- */

static bool has_key(const char **keys, size_t count, const char *key)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(keys[i], key) == 0)
            return true;
    return false;
}

/* Those that count now, as they stand, and those that were seen. */
void setup_edit_tickets(struct setup_screen *screen)
{
    const struct project_settings *settings = &screen->data->settings;
    struct arena *arena = arena_new();
    const char **keys =
        arena_array(arena, settings->ticket_count + screen->seen_count + 1, sizeof *keys);
    struct strbuf ticked = STRBUF_INIT;
    size_t count = 0;

    for (size_t i = 0; i < settings->ticket_count; i++) {
        keys[count++] = settings->tickets[i];
        strbuf_printf(&ticked, "%s\n", settings->tickets[i]);
    }
    for (size_t i = 0; i < screen->seen_count; i++)
        if (!has_key(keys, count, screen->seen[i].key))
            keys[count++] = screen->seen[i].key;
    if (count == 0) {
        workspace_say(screen->studio->workspace, MESSAGE_INFO,
                      "No key was seen; the tab Project takes them by hand.");
    } else {
        const struct form_field fields[] = {
            {.id = "tickets",
             .kind = FORM_CHOICES,
             .label = "Tickets",
             .options = keys,
             .value = ticked.data,
             .help = "Space ticks what is a ticket"},
        };

        setup_edit_form(screen, "Which keys are tickets", form_new(fields, 1, NULL), PART_PROJECT,
                        ACT_CHANGE, NULL);
    }
    strbuf_release(&ticked);
    arena_free(&arena);
}
