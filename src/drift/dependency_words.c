/* What a change of a package is called, for rules and for people. */
#include "dependency.h"

#include <string.h>
#include <strings.h>

static bool is_shipped(const struct package_state *state)
{
    return state->scope > PACKAGE_BUILD;
}

const char *dependency_category(const struct package_state *state)
{
    if (state->scope == PACKAGE_MANAGED)
        return "managed";
    if (state->relation == PACKAGE_TRANSITIVE)
        return "transitive";
    if (state->scope == PACKAGE_DEV)
        return "development";
    if (state->scope == PACKAGE_BUILD)
        return "build";
    return state->relation == PACKAGE_DIRECT ? "direct" : "package";
}

/* --- Licences -------------------------------------------------------------------------------- */

/* Licences that ask something of who ships or serves the program, or forbid it. LGPL asks less. */
static bool is_strict(const char *license)
{
    static const char *const names[] = { "GPL-",    "AGPL",           "SSPL",    "BUSL",
                                         "Elastic", "Commons-Clause", "CC-BY-NC" };

    if (license == NULL)
        return false;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        size_t length = strlen(names[i]);

        for (const char *at = license; *at != '\0'; at++) {
            if (strncasecmp(at, names[i], length) == 0 &&
                (at == license || strchr("( ,/", at[-1]) != NULL))
                return true;
        }
    }
    return false;
}

/* Somebody else's licence may be chosen: "MIT OR GPL-2.0-only". */
static bool leaves_a_choice(const char *license)
{
    return license != NULL && strstr(license, " OR ") != NULL;
}

/* --- Versions -------------------------------------------------------------------------------- */

static bool is_address(const struct package_state *state)
{
    /* Composer's registry names the commit of whatever it has. */
    for (size_t i = 0; i < state->count; i++) {
        if (state->entries[i]->revision != NULL &&
            strcmp(state->entries[i]->ecosystem, "composer") != 0)
            return true;
    }
    for (size_t i = 0; i < state->version_count; i++) {
        const char *version = state->versions[i];

        if (version != NULL &&
            (strstr(version, "://") != NULL || strncmp(version, "git@", 4) == 0 ||
             strncmp(version, "github:", 7) == 0 || strncmp(version, "file:", 5) == 0))
            return true;
    }
    return false;
}

static const char *step_word(const struct version_change *step)
{
    if (!step->downgrade && step->step == VERSION_MAJOR && step->calendar)
        return "calendar";
    return version_step_name(step->step);
}

static void add_step(struct strbuf *out, const struct package_change *change)
{
    const struct version_change *step = &change->step;

    if (step->step == VERSION_OTHER) {
        strbuf_add(out, "other-version ");
    } else if (step->step == VERSION_SAME) {
        if (change->current.version_count > change->previous.version_count)
            strbuf_add(out, "more-versions ");
        else if (change->current.version_count < change->previous.version_count)
            strbuf_add(out, "fewer-versions ");
    } else {
        strbuf_printf(out, "%s-%s ", step->downgrade ? "downgrade" : "upgrade", step_word(step));
        if (step->breaking && step->zero && !step->downgrade)
            strbuf_add(out, "upgrade-breaking ");
    }
}

void dependency_words(struct strbuf *out, const struct package_change *change)
{
    const struct package_state *previous = &change->previous, *current = &change->current;
    bool both = previous->count > 0 && current->count > 0;

    if (change->event == PACKAGE_CHANGED)
        add_step(out, change);
    if (is_address(current) && !is_address(previous))
        strbuf_add(out, "address ");
    if (change->license_changed)
        strbuf_add(out, "license-changed ");
    if (is_strict(current->license) && !leaves_a_choice(current->license) &&
        (previous->count == 0 || (previous->license != NULL && !is_strict(previous->license))))
        strbuf_add(out, "license-strict ");
    if (change->content_changed)
        strbuf_add(out, "content-changed ");
    if (change->revision_changed)
        strbuf_add(out, "commit-changed ");
    if (change->origin_changed)
        strbuf_add(out, change->same_content ? "mirror " : "other-origin ");
    if (both && is_shipped(previous) != is_shipped(current))
        strbuf_add(out, is_shipped(current) ? "now-shipped " : "no-longer-shipped ");
}

void dependency_step_words(struct strbuf *out, const struct version_change *step)
{
    static const char *const words[] = {
        [VERSION_BUILD] = "another build of the same version",
        [VERSION_PRERELEASE] = "the same numbers, another pre-release",
        [VERSION_PATCH] = "patch",
        [VERSION_MINOR] = "minor",
        [VERSION_MAJOR] = "major",
        [VERSION_OTHER] = "not to be compared as versions",
    };

    if (step->step == VERSION_SAME)
        return;
    if (step->commit && step->step == VERSION_PRERELEASE) {
        strbuf_add(out, step->downgrade ? "an older commit" : "a newer commit");
        return;
    }
    strbuf_add(out, words[step->step]);
    if (step->step == VERSION_PRERELEASE && step->downgrade)
        strbuf_add(out, ", an older one");
    if (step->step < VERSION_PATCH || step->step == VERSION_OTHER)
        return;
    strbuf_add(out, step->downgrade ? " downgrade" : " upgrade");
    if (step->calendar)
        strbuf_add(out, ", by the calendar");
    else if (step->zero && step->breaking)
        strbuf_add(out, ", below 1.0: it may break what uses it");
}
