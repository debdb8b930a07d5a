#include "setup_wizard_parts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>

#define USUAL_ENVIRONMENTS "DEV SIT UAT PROD"
#define KEEP_EVERY         1000 /* ms: what a dropped session loses at most */

/* --- The draft -------------------------------------------------------------------------------- */

static void keep_draft(struct project_wizard *wizard)
{
    struct error error = { 0 };
    json_t *draft;

    wizard->kept_at = clock_monotonic();
    if (!wizard_is_changed(wizard->wizard))
        return;
    draft = wizard_export(wizard->wizard);
    if (!setup_draft_write(draft, &error))
        workspace_say_error(wizard->studio->workspace, &error);
    json_decref(draft);
}

/* --- Looking into repositories ---------------------------------------------------------------- */

/* What is known of a slot's module: its fields without the slot behind their ids. */
static json_t *fields_of(const struct project_wizard *wizard, size_t slot)
{
    static const char *const ids[] = { "name", "path", "tags", "config", "migrations" };
    const struct form *form = wizard_form(wizard->wizard, STEP_MODULES);
    json_t *fields = json_object();

    json_put_text(fields, "repository", wizard_address(wizard, slot));
    for (size_t i = 0; i < sizeof ids / sizeof *ids; i++) {
        char id[40];

        snprintf(id, sizeof id, "%s:%zu", ids[i], slot);
        json_put_text(fields, ids[i], form_text(form, id));
    }
    return fields;
}

static json_t *environment_names(const struct project_wizard *wizard)
{
    char *copy =
        memory_copy_text(form_text(wizard_form(wizard->wizard, STEP_ENVIRONMENTS), "names"));
    char *rest = copy, *word;
    json_t *names = json_array();

    while ((word = strsep(&rest, " \t,")) != NULL)
        if (*word != '\0')
            json_append(names, json_text(word));
    free(copy);
    return names;
}

/* Beside the module's name: who is at that step does not see the repository's field, and would take
 * empty fields for all that there is to know. What is wrong with the name comes first. */
static void say_of_module(struct project_wizard *wizard, size_t slot, enum form_verdict verdict,
                          const char *said)
{
    struct form *form = wizard_form(wizard->wizard, STEP_MODULES);
    char id[40];

    snprintf(id, sizeof id, "name:%zu", slot);
    if (form_verdict(form, id) != FORM_WRONG)
        form_set_check(form, id, verdict, said);
}

/* The next one that is to be looked into, one at a time. */
static void look_on(struct project_wizard *wizard)
{
    for (size_t i = 0; i < WIZARD_SLOTS && !wizard->checker.running; i++) {
        json_t *fields, *names;

        if (!wizard->slots[i].pending || *wizard_address(wizard, i) == '\0')
            continue;
        wizard->slots[i].pending = false;
        fields = fields_of(wizard, i);
        names = environment_names(wizard);
        say_of_module(wizard, i, FORM_UNCHECKED, "being looked into");
        setup_check_start(&wizard->checker, i, fields, names);
        json_decref(names);
        json_decref(fields);
    }
}

/* What the files say goes into fields that nobody has filled. */
static void fill(struct form *form, const char *id, size_t slot, const char *text)
{
    char name[40];

    snprintf(name, sizeof name, "%s:%zu", id, slot);
    if (text != NULL && form_text(form, name)[0] == '\0')
        form_set_text(form, name, text);
}

static void take_guesses(struct project_wizard *wizard, size_t slot,
                         const struct module_checked *found)
{
    struct form *form = wizard_form(wizard->wizard, STEP_MODULES);
    struct strbuf layers = STRBUF_INIT;
    char type[40];

    for (size_t i = 0; i < found->config_guess_count; i++)
        strbuf_printf(&layers, "%s%s", i > 0 ? " " : "", found->config_guess[i]);
    fill(form, "tags", slot, found->tags_guess);
    fill(form, "config", slot, layers.length > 0 ? layers.data : NULL);
    fill(form, "migrations", slot, found->migrations_guess);
    snprintf(type, sizeof type, "type:%zu", slot);
    if (found->type != NULL)
        form_set_text(form, type, found->type);
    strbuf_release(&layers);
}

static void take_check(struct project_wizard *wizard, const struct setup_checked *checked)
{
    struct wizard_slot *slot = &wizard->slots[checked->slot];
    const char *address = json_member_text(checked->fields, "repository");
    char suffix[24];
    bool first;

    wizard->checker.running = false;
    if (address == NULL || strcmp(address, wizard_address(wizard, checked->slot)) != 0) {
        /* Somebody typed on meanwhile. */
        slot->pending = strchr(wizard_address(wizard, checked->slot), ':') == NULL;
        return;
    }
    first = slot->address == NULL || strcmp(slot->address, address) != 0;
    free(slot->address);
    free(slot->said);
    slot->address = memory_copy_text(address);
    slot->said = memory_copy_text(checked->error.message);
    slot->answered = true;
    slot->good = checked->good;
    snprintf(suffix, sizeof suffix, ":%zu", checked->slot);
    setup_check_show(wizard_form(wizard->wizard, STEP_REPOSITORIES), suffix, checked);
    say_of_module(wizard, checked->slot, checked->good ? FORM_GOOD : FORM_UNCHECKED,
                  checked->good ? NULL : slot->said);
    /* Only once the step is there do its fields have names; then it is asked again. */
    if (first && checked->good && wizard_step(wizard->wizard) >= STEP_MODULES) {
        /* What was found of fields that were empty says nothing of what stands in them now. */
        take_guesses(wizard, checked->slot, &checked->checked);
        slot->pending = true;
        return;
    }
    if (first && checked->good) {
        free(slot->address);
        slot->address = NULL;
    }
    setup_check_show(wizard_form(wizard->wizard, STEP_MODULES), suffix, checked);
}

/* --- Steps ------------------------------------------------------------------------------------ */

static void entered(void *context, struct wizard *pane, size_t step)
{
    struct project_wizard *wizard = context;

    (void)pane;
    /* It is asked before the wizard is whole, while a draft is put in. */
    if (wizard->wizard == NULL)
        return;
    if (step >= STEP_MODULES) {
        wizard_modules_again(wizard);
        for (size_t i = 0; i < WIZARD_SLOTS; i++) {
            struct wizard_slot *slot = &wizard->slots[i];

            if (slot->address == NULL || strcmp(slot->address, wizard_address(wizard, i)) != 0)
                slot->pending = true;
            else if (slot->answered && !slot->good)
                say_of_module(wizard, i, FORM_UNCHECKED, slot->said);
        }
        look_on(wizard);
    }
    keep_draft(wizard);
}

static void typed(struct project_wizard *wizard)
{
    /* Whichever step one is in by now: keys are quicker than events. */
    wizard_environments_again(wizard);
    wizard_repositories_again(wizard);
    look_on(wizard);
    if (clock_monotonic() - wizard->kept_at >= KEEP_EVERY)
        keep_draft(wizard);
}

/* --- As a view -------------------------------------------------------------------------------- */

static void wizard_title(const struct view *view, struct strbuf *out)
{
    (void)view;
    strbuf_add(out, "New project");
}

static void wizard_layout(struct view *view, struct rectangle area)
{
    struct project_wizard *wizard = view_state(view);

    pane_place(wizard_pane(wizard->wizard), area);
}

static unsigned wizard_event(struct view *view, const struct event *event)
{
    struct project_wizard *wizard = view_state(view);

    if (event->view != 0 && event->kind == SETUP_TYPED) {
        typed(wizard);
    } else if (event->view != 0 && event->kind == SETUP_CHECKED) {
        take_check(wizard, event->data);
        look_on(wizard);
    } else if (event->view != 0 && event->kind == SETUP_MADE) {
        wizard->written = true;
        setup_draft_remove();
    } else {
        studio_take_events(wizard->studio);
    }
    return REFRESH_DRAW;
}

static void wizard_close(struct view *view)
{
    struct project_wizard *wizard = view_state(view);

    if (!wizard->written)
        keep_draft(wizard);
    wizard_free(&wizard->wizard);
    for (size_t i = 0; i < WIZARD_SLOTS; i++) {
        free(wizard->slots[i].address);
        free(wizard->slots[i].said);
    }
    json_decref(wizard->projects);
    free(wizard);
}

static const struct view_ops wizard_view_ops = {
    .name = "New project",
    .title = wizard_title,
    .layout = wizard_layout,
    .event = wizard_event,
    .close = wizard_close,
};

static void open_with(struct studio *studio, const json_t *draft)
{
    const json_t *forms = json_object_get(draft, "forms");
    const json_t *repositories = json_object_get(forms, "Repositories");
    const char *names = json_member_text(json_object_get(forms, "Environments"), "names");
    struct project_wizard *wizard = memory_new(sizeof *wizard);
    struct wizard_owner owner = {
        .context = wizard, .summary = wizard_summary, .done = wizard_write, .entered = entered
    };

    wizard->studio = studio;
    wizard->view = view_new(studio->workspace, &wizard_view_ops, wizard);
    wizard->checker = (struct setup_checker){ .studio = studio, .view = view_id(wizard->view) };
    if (studio->call.store != NULL)
        wizard->projects =
            setup_query(&studio->call,
                        (const char *const[]){ "project", "list", "--limit", "1000", NULL }, NULL);
    struct wizard_step steps[] = {
        {"Project",                      wizard_project_form(wizard)                },
        {  "Environments",
         wizard_environment_form(wizard, names != NULL ? names : USUAL_ENVIRONMENTS) },
        { "Repositories", wizard_repository_form(wizard,              wizard_slots_of(repositories)) },
        { "Modules",     wizard_module_form(wizard,                               repositories) },
    };
    struct wizard *pane = wizard_new(steps, STEP_SUMMARY, "Summary", &owner);

    if (draft != NULL)
        wizard_import(pane, draft);
    wizard->wizard = pane;
    wizard->kept_at = clock_monotonic();
    if (draft != NULL && wizard_step(pane) > STEP_PROJECT)
        entered(wizard, pane, wizard_step(pane));
    view_add_pane(wizard->view, wizard_pane(pane));
    workspace_open(studio->workspace, wizard->view);
}

/* --- Opening ---------------------------------------------------------------------------------- */

enum draft_choice { DRAFT_GO_ON, DRAFT_BEGIN_ANEW };

static void draft_chosen(void *context, uint64_t value)
{
    json_t *draft;

    if (value == DRAFT_BEGIN_ANEW)
        setup_draft_remove();
    draft = setup_draft_read();
    open_with(context, draft);
    json_decref(draft);
}

/* Declining the menu leaves the draft where it is. */
static void offer_draft(struct studio *studio, const json_t *draft)
{
    const json_t *project = json_object_get(json_object_get(draft, "forms"), "Project");
    const char *name = json_member_text(project, "name");
    struct menu *menu = menu_new("A draft was kept");

    menu_add(menu, &(struct menu_item){
                       .key = 'c',
                       .label = "go on",
                       .detail = name != NULL && *name != '\0' ? name : "with what was typed",
                       .value = DRAFT_GO_ON });
    menu_add(menu, &(struct menu_item){ .key = 'n',
                                        .label = "begin anew",
                                        .detail = "the draft is thrown away",
                                        .flags = KEYS_DANGEROUS,
                                        .value = DRAFT_BEGIN_ANEW });
    dialog_menu(studio->workspace, menu, draft_chosen, studio);
}

void setup_open_wizard(struct studio *studio)
{
    json_t *draft = setup_draft_read();

    if (workspace_place(studio->workspace) != PLACE_SETUP)
        workspace_go(studio->workspace, PLACE_SETUP);
    if (draft == NULL)
        open_with(studio, NULL);
    else
        offer_draft(studio, draft);
    json_decref(draft);
}
