#include "setup_parts.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/memory.h>

#define AS_PROJECT "as the project"

static const char *const ways[] = { AS_PROJECT, "openssh", "libssh2", NULL };

static const char way_help[] = "Of ssh: openssh is the system's program, libssh2 the built-in one";

/* --- A new one -------------------------------------------------------------------------------- */

static void add_option(const char **words, size_t *count, const char *option, const char *value)
{
    if (*value == '\0' || strcmp(value, AS_PROJECT) == 0)
        return;
    words[(*count)++] = option;
    words[(*count)++] = value;
}

/* As the command does it: the repository is reached before it is written, and whoever has to be
 * asked is. */
static void repository_given(void *context, struct form *form, bool done)
{
    struct setup_screen *screen = context;
    const char *words[12] = { "repo", "add" };
    size_t count = 2;

    if (!done)
        return;
    add_option(words, &count, "--module", form_text(form, "module"));
    add_option(words, &count, "--gitops", form_text(form, "gitops"));
    add_option(words, &count, "--transport", form_text(form, "transport"));
    words[count++] = "--";
    words[count++] = form_text(form, "address");
    screen->studio->actions->run_words(screen->studio, words);
}

void setup_new_repository(struct setup_screen *screen)
{
    /* clang-format off */
    const struct form_field fields[] = {
        { .id = "address", .kind = FORM_PATH, .label = "Address", .required = true,
          .help = "A folder, or an address that git knows (https://, ssh://, git@host:path)" },
        { .id = "module", .kind = FORM_TEXT, .label = "Module", .check = setup_is_word,
          .help = "The module that lies in it; empty: one that is called as the repository" },
        { .id = "gitops", .kind = FORM_TEXT, .label = "Versions",
          .help = "Where it says what runs where: envs/{env}/{module}/values.yaml; empty: nowhere" },
        { .id = "transport", .kind = FORM_CHOICE, .label = "Transport", .options = ways,
          .value = AS_PROJECT, .help = way_help },
    };
    /* clang-format on */
    struct form_owner owner = { .context = screen };

    dialog_form(screen->studio->workspace, "A new repository",
                form_new(fields, sizeof fields / sizeof *fields, &owner), repository_given, screen);
}

/* --- One that is there ------------------------------------------------------------------------ */

void setup_edit_repository(struct setup_screen *screen, const char *address)
{
    const struct project_settings *settings = &screen->data->settings;
    const struct repository_settings *said =
        repository_settings_find(settings->repositories, settings->repository_count, address);
    const struct form_field fields[] = {
        {.kind = FORM_NOTE,                                                               .label = "Every module that lies in it follows."},
        { .id = "address",
         .kind = FORM_PATH,
         .label = "Address",
         .value = address,
         .required = true,
         .help = "A folder, or an address that git knows" },
        {                                                                                 .id = "transport",
         .kind = FORM_CHOICE,
         .label = "Transport",
         .options = ways,
         .value = said != NULL && said->transport != NULL ? said->transport : AS_PROJECT,
         .help = way_help },
    };

    setup_edit_form(screen, "Where the repository is",
                    form_new(fields, sizeof fields / sizeof *fields, NULL), PART_REPOSITORY,
                    ACT_CHANGE, address);
}

struct about {
    struct setup_screen *screen;
    char *address;
};

static void remove_agreed(void *context, bool yes)
{
    struct about *about = context;
    struct studio *studio = about->screen->studio;

    if (yes)
        studio->actions->run_words(studio, (const char *const[]){ "repo", "remove", "--yes", "--",
                                                                  about->address, NULL });
    free(about->address);
    free(about);
}

static void name_modules(const struct setup_screen *screen, const char *address, struct strbuf *out)
{
    const struct project_settings *settings = &screen->data->settings;
    size_t count = 0;

    for (size_t i = 0; i < settings->module_count; i++) {
        const struct module_settings *module = &settings->modules[i];

        if (module->repository != NULL && strcmp(module->repository, address) == 0)
            strbuf_printf(out, "%s%s", count++ > 0 ? ", " : "In it lie: ", module->name);
    }
    strbuf_add(out, count == 0 ? "No module lies in it.\n"
                               : ".\nThey stay, without anything to compare.\n");
    strbuf_add(out, "What was fetched of it goes from the cache.");
}

void setup_remove_repository(struct setup_screen *screen, const char *address)
{
    struct strbuf text = STRBUF_INIT;
    struct confirmation confirmation = {
        .title = "Remove the repository", .action = "remove", .name = address, .dangerous = true
    };
    struct about *about = memory_new(sizeof *about);

    name_modules(screen, address, &text);
    confirmation.text = text.data;
    *about = (struct about){ screen, memory_copy_text(address) };
    dialog_confirm(screen->studio->workspace, &confirmation, remove_agreed, about);
    strbuf_release(&text);
}
