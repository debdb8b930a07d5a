#include <pilab/release/release.h>

#include <inttypes.h>
#include <string.h>

#include <pilab/base/clock.h>
#include <pilab/base/utf8.h>

#define LONGEST_NAME 80

static bool same_text(const char *a, const char *b)
{
    return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

#define SHORTEST_COMMIT 7 /* as git abbreviates */

/* A pipeline may have recorded an abbreviated id. */
static bool same_commit(const char *a, const char *b)
{
    size_t length = strlen(a) < strlen(b) ? strlen(a) : strlen(b);

    return strcmp(a, b) == 0 || (length >= SHORTEST_COMMIT && strncmp(a, b, length) == 0);
}

bool release_same(const char *version, const char *commit, const char *image,
                  const char *other_version, const char *other_commit, const char *other_image)
{
    /* One tag, two images: what runs is not what was frozen, whatever it is called. */
    if (image != NULL && other_image != NULL && strcmp(image, other_image) != 0)
        return false;
    if (commit != NULL && other_commit != NULL)
        return same_commit(commit, other_commit);
    return same_text(version, other_version);
}

/* --- The two environments --------------------------------------------------------------------- */

const char *release_source_name(enum release_source source)
{
    static const char *const names[] = { [RELEASE_SOURCE_SAME] = "same",
                                         [RELEASE_SOURCE_MOVED] = "moved",
                                         [RELEASE_SOURCE_KEPT] = "kept",
                                         [RELEASE_SOURCE_GONE] = "gone" };

    return names[source];
}

enum release_source release_compare_source(const struct release_module *module,
                                           const struct release_cell *source)
{
    if (source->version == NULL)
        return RELEASE_SOURCE_GONE;
    if (release_same(module->version, module->commit, module->image, source->version,
                     source->commit, source->image))
        return RELEASE_SOURCE_SAME;
    /* Only the very version that somebody has looked at is decided. */
    if (module->kept_version != NULL && release_same(module->kept_version, module->kept_commit,
                                                     NULL, source->version, source->commit, NULL))
        return RELEASE_SOURCE_KEPT;
    return RELEASE_SOURCE_MOVED;
}

const char *release_target_name(enum release_target target)
{
    static const char *const names[] = { [RELEASE_TARGET_NONE] = "none",
                                         [RELEASE_TARGET_OTHER] = "other",
                                         [RELEASE_TARGET_SAME] = "same",
                                         [RELEASE_TARGET_RUNNING] = "running",
                                         [RELEASE_TARGET_FAILED] = "failed" };

    return names[target];
}

enum release_target release_compare_target(const struct release_module *module,
                                           const struct release_cell *target)
{
    bool ours = target->later != NULL && same_text(target->later_version, module->version);

    if (ours && (strcmp(target->later, "FAILED") == 0 || strcmp(target->later, "UNKNOWN") == 0))
        return RELEASE_TARGET_FAILED;
    if (ours || (target->later != NULL && strcmp(target->later, "ROLLING_BACK") == 0))
        return RELEASE_TARGET_RUNNING;
    if (target->version == NULL)
        return RELEASE_TARGET_NONE;
    return release_same(module->version, module->commit, module->image, target->version,
                        target->commit, target->image)
               ? RELEASE_TARGET_SAME
               : RELEASE_TARGET_OTHER;
}

/* --- The next step ---------------------------------------------------------------------------- */

const char *release_step_name(enum release_step step)
{
    static const char *const names[RELEASE_STEP_COUNT] = {
        [RELEASE_STEP_DECIDE] = "decide",   [RELEASE_STEP_DRIFT] = "drift",
        [RELEASE_STEP_NOTES] = "notes",     [RELEASE_STEP_REVIEW] = "review",
        [RELEASE_STEP_APPROVE] = "approve", [RELEASE_STEP_PUBLISH] = "publish",
        [RELEASE_STEP_DEPLOY] = "deploy",   [RELEASE_STEP_CLOSE] = "close",
        [RELEASE_STEP_NONE] = "none",
    };

    return names[step];
}

/* "SIT moved: mb-auth 2.0.7 → 2.0.8: keep or take" */
static enum release_step say_moved(const struct release_facts *facts, bool utf8, struct strbuf *out)
{
    size_t count = facts->moved + facts->gone;

    if (count == 1 && facts->moved == 1 && facts->moved_module != NULL)
        strbuf_printf(out, "%s moved: %s %s %s %s: keep or take", facts->source,
                      facts->moved_module, facts->moved_from, utf8 ? "→" : "->", facts->moved_to);
    else if (facts->moved > 0)
        strbuf_printf(out, "%s moved for %zu modules: keep or take", facts->source, count);
    else
        strbuf_printf(out, "%zu module%s not in %s any more: keep or take", count,
                      count == 1 ? " is" : "s are", facts->source);
    return RELEASE_STEP_DECIDE;
}

static enum release_step say_deployment(const struct release_facts *facts, struct strbuf *out)
{
    if (facts->note > 0 && facts->notes == RELEASE_NOTES_PUBLISHED && !facts->started)
        strbuf_printf(out, "note %" PRId64 " is published, waits for deployment: ", facts->note);
    strbuf_printf(out, "%zu of %zu deployed", facts->deployed, facts->modules);
    if (facts->running > 0)
        strbuf_printf(out, ", %zu under way", facts->running);
    if (facts->failed == 1 && facts->failed_module != NULL)
        strbuf_printf(out, ", %s failed", facts->failed_module);
    else if (facts->failed > 0)
        strbuf_printf(out, ", %zu failed", facts->failed);
    return RELEASE_STEP_DEPLOY;
}

static enum release_step say_notes(const struct release_facts *facts, struct strbuf *out)
{
    switch (facts->notes) {
    case RELEASE_NOTES_DRAFT:
        strbuf_printf(out, "note %" PRId64 " needs a review", facts->note);
        return RELEASE_STEP_REVIEW;
    case RELEASE_NOTES_REVIEWED:
        strbuf_printf(out, "note %" PRId64 " needs approval", facts->note);
        if (facts->waits_for != NULL)
            strbuf_printf(out, " of %s", facts->waits_for);
        return RELEASE_STEP_APPROVE;
    case RELEASE_NOTES_APPROVED:
        strbuf_printf(out, "note %" PRId64 " is approved: ready to publish", facts->note);
        return RELEASE_STEP_PUBLISH;
    case RELEASE_NOTES_PUBLISHING:
        strbuf_printf(out, "note %" PRId64 " is being published", facts->note);
        return RELEASE_STEP_PUBLISH;
    default:
        return say_deployment(facts, out);
    }
}

/* What has to be there before anything can be deployed. */
static enum release_step say_preparation(const struct release_facts *facts, struct strbuf *out)
{
    if (facts->report == 0 && facts->note == 0) {
        strbuf_add(out, "needs a drift report");
        return RELEASE_STEP_DRIFT;
    }
    if (facts->report_outdated && (facts->note == 0 || facts->notes_outdated)) {
        strbuf_printf(out, "report %" PRId64 " is older than the list: needs a new drift report",
                      facts->report);
        return RELEASE_STEP_DRIFT;
    }
    if (facts->note == 0 || facts->notes == RELEASE_NOTES_NONE) {
        strbuf_add(out, "needs release notes");
        if (facts->blockers > 0)
            strbuf_printf(out, "; %" PRId64 " blocker%s in report %" PRId64, facts->blockers,
                          facts->blockers == 1 ? "" : "s", facts->report);
        return RELEASE_STEP_NOTES;
    }
    if (facts->notes_outdated) {
        strbuf_printf(out, "note %" PRId64 " is older than the list: needs a new one", facts->note);
        return RELEASE_STEP_NOTES;
    }
    return say_notes(facts, out);
}

/* "; planned in 3 h" as far as it lies ahead, or that it has passed. */
static void say_plan(const struct release_facts *facts, struct strbuf *out)
{
    char when[TIMESTAMP_SIZE];

    if (facts->planned_at == 0)
        return;
    strbuf_printf(out, "; planned %s", timestamp_relative(facts->planned_at, facts->now, when));
}

enum release_step release_next_step(const struct release_facts *facts, bool utf8,
                                    struct strbuf *sentence)
{
    enum release_step step;

    if (facts->closed || facts->cancelled) {
        strbuf_add(sentence, facts->closed ? "closed" : "cancelled");
        return RELEASE_STEP_NONE;
    }
    if (facts->modules > 0 && facts->deployed == facts->modules) {
        strbuf_printf(sentence, "all %zu deployed: close it", facts->modules);
        return RELEASE_STEP_CLOSE;
    }
    /* While it is deployed the source goes on, as it should. */
    if (facts->started || facts->running > 0 || facts->failed > 0)
        return say_deployment(facts, sentence);
    if (facts->moved + facts->gone > 0 && facts->notes != RELEASE_NOTES_PUBLISHED)
        step = say_moved(facts, utf8, sentence);
    else
        step = say_preparation(facts, sentence);
    say_plan(facts, sentence);
    return step;
}

/* --- Names ------------------------------------------------------------------------------------ */

static bool bad_name(const char *why, struct error *error)
{
    error_set(error, ERROR_INVALID, "the name of a release %s", why);
    return error_hint(error, "for example R2025.03");
}

bool release_name_check(const char *name, struct error *error)
{
    size_t length = strlen(name);

    if (length == 0 || length > LONGEST_NAME)
        return bad_name("has 1 to 80 bytes", error);
    if (!utf8_valid(name, length))
        return bad_name("must be UTF-8", error);
    for (size_t i = 0; i < length; i++) {
        unsigned char c = (unsigned char)name[i];

        if (c < 0x20 || c == 0x7f || strchr("\"'\\/,", c) != NULL)
            return bad_name("has no quotes, slashes, commas or control characters", error);
    }
    if (strstr(name, "..") != NULL)
        return bad_name("has no \"..\" in it: that stands between two states", error);
    if (name[0] == '-' || name[0] == ' ' || name[length - 1] == ' ')
        return bad_name("neither begins with '-' nor begins or ends with a blank", error);
    if (strspn(name + (name[0] == '#'), "0123456789") == length - (name[0] == '#'))
        return bad_name("is no number: releases have numbers besides", error);
    return true;
}
