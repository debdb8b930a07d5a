#include "dependency.h"

#include <stdlib.h>
#include <string.h>

#include <pilab/base/map.h>
#include <pilab/base/memory.h>
#include <pilab/drift/mask.h>

/* One module while its files are compared. */
struct dependency_scan {
    struct report_builder *builder;
    const struct module_input *module;
    const struct dependency_pair *pair;
    size_t file;
    struct drift_dependency *result;
    struct vector changes; /* struct dependency_change */
    struct map *told;      /* changes that were told already, for pairs that inherit */
    uint64_t *said;        /* which of the rules' words an item has */
};

/* --- What may be shown ----------------------------------------------------------------------- */

/* Addresses that stand for versions may hold passwords. */
static const char *shown(struct arena *arena, const char *text, bool *masked)
{
    struct strbuf out = STRBUF_INIT;
    const char *result;

    if (text == NULL)
        return NULL;
    if (mask_value(&out, NULL, text, strlen(text)) != SECRET_NONE)
        *masked = true;
    result = strbuf_to_arena(&out, arena);
    strbuf_release(&out);
    return result;
}

static void set_side(struct arena *arena, struct dependency_side *side,
                     const struct package_state *state, bool *masked)
{
    side->versions = arena_array(arena, state->version_count, sizeof *side->versions);
    for (size_t i = 0; i < state->version_count; i++) {
        if (state->versions[i] != NULL)
            side->versions[side->version_count++] = shown(arena, state->versions[i], masked);
        else
            side->undecided = true;
    }
    side->scope = state->scope;
    side->relation = state->relation;
    side->license = arena_text(arena, state->license);
}

/* What differs besides the versions, of either side. */
static void set_sources(struct arena *arena, struct dependency_change *kept,
                        const struct package_change *change)
{
    bool masked = false;

    kept->previous.digest = shown(arena, change->previous_digest, &masked);
    kept->current.digest = shown(arena, change->current_digest, &masked);
    kept->previous.revision = shown(arena, change->previous_revision, &masked);
    kept->current.revision = shown(arena, change->current_revision, &masked);
    kept->previous.origin = shown(arena, change->previous_origin, &masked);
    kept->current.origin = shown(arena, change->current_origin, &masked);
}

/* What a version is where the file names none. */
static const char *undecided_word(const char *ecosystem)
{
    return strcmp(ecosystem, "maven") == 0 ? "inherited" : "any";
}

#define SUM_SHOWN 12 /* letters of a checksum or commit, behind what kind it is */

/* Whether one of the sums of `all`, between blanks, is this one. */
static bool has_sum(const char *all, const char *sum, size_t length)
{
    for (; *all != '\0'; all += strspn(all, " ")) {
        size_t one = strcspn(all, " ");

        if (one == length && memcmp(all, sum, length) == 0)
            return true;
        all += one;
    }
    return false;
}

/* The first of a side's sums that the other side has not: an older kind may be the same on both. */
static const char *differing_sum(const char *sums, const char *other)
{
    for (const char *at = sums; other != NULL && *at != '\0'; at += strspn(at, " ")) {
        size_t length = strcspn(at, " ");

        if (!has_sum(other, at, length))
            return at;
        at += length;
    }
    return sums;
}

/* "sha512-1a2b3c4d5e6f", "1a2b3c4d5e6f"; what is not told apart from the other side's by that is
 * not cut, nor is a branch or a tag. */
static void add_cut(struct strbuf *text, const char *sum, const char *other)
{
    const char *mark = strpbrk(sum, "-#");
    size_t length = strcspn(sum, " ");
    size_t kind = mark != NULL && mark < sum + length ? (size_t)(mark - sum) + 1 : 0;
    size_t cut = length < kind + SUM_SHOWN ? length : kind + SUM_SHOWN;

    strbuf_add_bytes(text, sum, other != NULL && strncmp(sum, other, cut) == 0 ? length : cut);
}

static bool is_commit(const char *revision)
{
    return strspn(revision, "0123456789abcdef") == strlen(revision);
}

static void add_revision(struct strbuf *text, const char *revision, const char *other)
{
    if (revision == NULL) {
        strbuf_add(text, " (no commit)");
        return;
    }
    strbuf_add(text, " (commit ");
    if (is_commit(revision))
        add_cut(text, revision, other);
    else
        strbuf_add(text, revision);
    strbuf_add_char(text, ')');
}

static bool starts_with(const char *text, const char *start)
{
    return strncmp(text, start, strlen(start)) == 0;
}

/* What else it is by, where the version alone says nothing: its commit, its checksum, its place. */
static void add_source(struct strbuf *text, const struct package_change *change,
                       const struct dependency_side *side, const struct dependency_side *other)
{
    if (change->revision_changed)
        add_revision(text, side->revision, other->revision);
    if (change->content_changed && side->digest != NULL) {
        strbuf_add(text, " (");
        add_cut(text, differing_sum(side->digest, other->digest),
                other->digest != NULL ? differing_sum(other->digest, side->digest) : NULL);
        strbuf_add_char(text, ')');
    }
    if (change->origin_changed && side->origin != NULL &&
        !starts_with(text->data, side->origin)) /* Go's replacements are named by it */
        strbuf_printf(text, " (%s)", side->origin);
}

/* "5.1.1, 6.0.1", and what besides the versions makes the difference. */
static void set_value(const struct dependency_scan *scan, struct drift_value *value,
                      const struct package_change *change, const struct dependency_side *side,
                      const struct dependency_side *other, bool present, bool masked)
{
    struct strbuf text = STRBUF_INIT;

    if (!present)
        return;
    if (side->undecided)
        strbuf_add(&text, undecided_word(change->ecosystem));
    for (size_t i = 0; i < side->version_count; i++)
        strbuf_printf(&text, "%s%s", text.length > 0 ? ", " : "", side->versions[i]);
    if (change->event == PACKAGE_MOVED && change->scope_changed)
        strbuf_printf(&text, " (%s)", package_scope_name(side->scope));
    if (change->license_changed)
        strbuf_printf(&text, " (%s)", side->license);
    add_source(&text, change, side, other);
    *value = (struct drift_value){ .present = true,
                                   .masked = masked,
                                   .kind = NODE_STRING,
                                   .text = strbuf_to_arena(&text, scan->builder->arena) };
    strbuf_release(&text);
}

static struct drift_provenance place_of(const struct dependency_scan *scan, const char *file,
                                        const struct package_state *state)
{
    struct drift_provenance place = { 0 };

    if (file == NULL || state->count == 0)
        return place;
    place.file = arena_text(scan->builder->arena, file);
    place.line = state->entries[state->count - 1]->line;
    for (size_t i = 0; i < state->count; i++) {
        if (state->entries[i]->relation == PACKAGE_DIRECT)
            place.line = state->entries[i]->line;
    }
    return place;
}

/* --- Items ----------------------------------------------------------------------------------- */

static void judge(struct dependency_scan *scan, struct drift_item *item, const char *words)
{
    const struct word_lists *lists = rule_set_words(scan->builder->rules);

    memset(scan->said, 0, word_lists_size(lists) * sizeof *scan->said);
    word_lists_find(lists, words, scan->said);
    builder_judge_marked(scan->builder, item, scan->said, 0);
}

static void bind_packages(const struct dependency_scan *scan, struct strbuf *all,
                          const struct package *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        const struct package *entry = entries[i];
        const char *const parts[] = { entry->name, entry->version, entry->revision, entry->digest,
                                      entry->origin };

        for (size_t k = 0; k < sizeof parts / sizeof *parts; k++)
            builder_bind_text(scan->builder, all, NULL, parts[k]);
    }
}

/* Only the checksum of what changed is shown, and that is cut. */
static void bind(struct dependency_scan *scan, struct drift_item *item,
                 const struct package_change *change)
{
    struct strbuf all = STRBUF_INIT;

    if (!change->content_changed && !change->revision_changed)
        return;
    bind_packages(scan, &all, change->previous.entries, change->previous.count);
    strbuf_add_char(&all, '\n');
    bind_packages(scan, &all, change->current.entries, change->current.count);
    builder_bind(scan->builder, item, &all);
    strbuf_release(&all);
}

/* Of a file that came or went, how many packages it has is shown. */
static void bind_list(struct dependency_scan *scan, struct drift_item *item,
                      const struct package_list *list)
{
    struct strbuf all = STRBUF_INIT;

    for (size_t i = 0; i < list->count; i++) {
        const struct package *entry = &list->packages[i];

        bind_packages(scan, &all, &entry, 1);
    }
    builder_bind(scan->builder, item, &all);
    strbuf_release(&all);
}

static enum change_type type_of(enum package_event event)
{
    return event == PACKAGE_ADDED     ? CHANGE_TYPE_ADDED
           : event == PACKAGE_REMOVED ? CHANGE_TYPE_DELETED
                                      : CHANGE_TYPE_MODIFIED;
}

static void add_item(struct dependency_scan *scan, const struct package_change *change)
{
    struct report_builder *builder = scan->builder;
    struct arena *arena = builder->arena;
    const struct package_state *last =
        change->current.count > 0 ? &change->current : &change->previous;
    struct dependency_change *kept = vector_add(&scan->changes);
    struct strbuf words = STRBUF_INIT;
    bool previous_masked = false, current_masked = false;
    struct drift_item *item =
        builder_add_item(builder, DRIFT_DEPENDENCY, dependency_category(last), scan->module->name,
                         scan->module->name,
                         arena_printf(arena, "%s%s", scan->pair->prefix, change->name),
                         change->name);

    *kept = (struct dependency_change){ .ecosystem = arena_text(arena, change->ecosystem),
                                        .name = arena_text(arena, change->name),
                                        .file = scan->file,
                                        .step = change->step,
                                        .several = change->several,
                                        .license_changed = change->license_changed,
                                        .content_changed = change->content_changed,
                                        .revision_changed = change->revision_changed,
                                        .origin_changed = change->origin_changed };
    set_side(arena, &kept->previous, &change->previous, &previous_masked);
    set_side(arena, &kept->current, &change->current, &current_masked);
    set_sources(arena, kept, change);
    item->change_type = type_of(change->event);
    set_value(scan, &item->previous, change, &kept->previous, &kept->current,
              change->previous.count > 0, previous_masked);
    set_value(scan, &item->current, change, &kept->current, &kept->previous,
              change->current.count > 0, current_masked);
    item->previous_at = place_of(scan, scan->pair->previous_file, &change->previous);
    item->current_at = place_of(scan, scan->pair->current_file, &change->current);
    dependency_words(&words, change);
    bind(scan, item, change);
    judge(scan, item, words.data);
    strbuf_release(&words);
}

static size_t count_direct(const struct package_list *list)
{
    size_t count = 0;

    for (size_t i = 0; i < list->count; i++)
        count += list->packages[i].relation == PACKAGE_DIRECT;
    return count;
}

static void set_file_value(const struct dependency_scan *scan, struct drift_value *value,
                           const struct package_list *list)
{
    size_t direct = count_direct(list);
    struct strbuf text = STRBUF_INIT;

    strbuf_printf(&text, "%zu package%s", list->count, list->count == 1 ? "" : "s");
    if (direct > 0 && direct < list->count)
        strbuf_printf(&text, ", %zu direct", direct);
    *value = (struct drift_value){ .present = true,
                                   .kind = NODE_STRING,
                                   .text = strbuf_to_arena(&text, scan->builder->arena) };
    strbuf_release(&text);
}

/* A file on one side only is one difference: each of its packages would say no more. */
static void add_file_item(struct dependency_scan *scan)
{
    const struct dependency_pair *pair = scan->pair;
    const char *file = pair->current_file != NULL ? pair->current_file : pair->previous_file;
    struct dependency_change *kept = vector_add(&scan->changes);
    struct drift_item *item = builder_add_item(scan->builder, DRIFT_DEPENDENCY, "file",
                                               scan->module->name, scan->module->name, file, file);

    kept->file = scan->file;
    item->change_type = pair->current != NULL ? CHANGE_TYPE_ADDED : CHANGE_TYPE_DELETED;
    if (pair->current != NULL) {
        set_file_value(scan, &item->current, pair->current);
        item->current_at.file = arena_text(scan->builder->arena, file);
    } else {
        set_file_value(scan, &item->previous, pair->previous);
        item->previous_at.file = arena_text(scan->builder->arena, file);
    }
    bind_list(scan, item, pair->current != NULL ? pair->current : pair->previous);
    judge(scan, item, "");
}

/* --- Which of them, and in which order ------------------------------------------------------- */

/* What a person reads first. */
static int nearness(const struct package_change *change)
{
    static const char *const order[] = { "direct", "package",     "managed",
                                         "build",  "development", "transitive" };
    const char *category =
        dependency_category(change->current.count > 0 ? &change->current : &change->previous);

    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        if (strcmp(order[i], category) == 0)
            return (int)i;
    }
    return (int)(sizeof order / sizeof *order);
}

static int by_nearness(const void *a, const void *b)
{
    return nearness(a) - nearness(b);
}

static void add_versions(struct strbuf *out, const struct package_state *state)
{
    for (size_t i = 0; i < state->version_count; i++)
        strbuf_printf(out, "%s,", state->versions[i] != NULL ? state->versions[i] : "");
    strbuf_add_char(out, '\n');
}

/* Whether a pair before has told this change; notes it for those that follow. */
static bool was_told(struct dependency_scan *scan, const struct package_change *change)
{
    struct strbuf key = STRBUF_INIT;
    bool told;

    strbuf_printf(&key, "%s\n%s\n", change->ecosystem, change->name);
    add_versions(&key, &change->previous);
    add_versions(&key, &change->current);
    told = map_has_bytes(scan->told, key.data, key.length);
    map_put_bytes(scan->told, key.data, key.length, scan);
    strbuf_release(&key);
    return told && scan->pair->inherits;
}

/* Where only the distance changed, or a scope among those that are not shipped, nothing that runs
 * is different. */
static bool matters(const struct package_change *change)
{
    if (change->event != PACKAGE_MOVED || change->license_changed || change->content_changed ||
        change->revision_changed || change->origin_changed)
        return true;
    return change->scope_changed &&
           (change->previous.scope > PACKAGE_BUILD) != (change->current.scope > PACKAGE_BUILD);
}

static void compare_pair(struct dependency_scan *scan)
{
    const struct dependency_pair *pair = scan->pair;
    struct package_difference *difference;

    if (pair->previous == NULL || pair->current == NULL) {
        add_file_item(scan);
        return;
    }
    difference = package_difference_of(pair->previous, pair->current);
    sort_stable(difference->changes, difference->count, sizeof *difference->changes, by_nearness);
    for (size_t i = 0; i < difference->count; i++) {
        if (matters(&difference->changes[i]) && !was_told(scan, &difference->changes[i]))
            add_item(scan, &difference->changes[i]);
    }
    package_difference_free(&difference);
}

static void add_file(struct dependency_scan *scan)
{
    struct arena *arena = scan->builder->arena;
    const struct dependency_pair *pair = scan->pair;

    scan->result->files[scan->file] = (struct dependency_file){
        .previous = arena_text(arena, pair->previous_file),
        .current = arena_text(arena, pair->current_file),
        .title = arena_text(arena, pair->title),
        .previous_count = pair->previous != NULL ? pair->previous->count : 0,
        .current_count = pair->current != NULL ? pair->current->count : 0,
    };
}

const void *dependency_collect(struct report_builder *builder, const struct module_input *module)
{
    const struct dependency_input *input = module->dependency;
    struct dependency_scan scan = { .builder = builder, .module = module };

    if (input == NULL || input->pair_count == 0)
        return NULL;
    scan.result = arena_alloc(builder->arena, sizeof *scan.result);
    scan.result->files = arena_array(builder->arena, input->pair_count, sizeof *scan.result->files);
    scan.result->file_count = input->pair_count;
    scan.told = map_new();
    scan.said = memory_array(word_lists_size(rule_set_words(builder->rules)), sizeof *scan.said);
    vector_init(&scan.changes, sizeof(struct dependency_change));
    for (; scan.file < input->pair_count; scan.file++) {
        scan.pair = &input->pairs[scan.file];
        add_file(&scan);
        compare_pair(&scan);
    }
    scan.result->changes = vector_to_arena(&scan.changes, builder->arena);
    scan.result->change_count = scan.changes.count;
    vector_release(&scan.changes);
    map_free(&scan.told);
    free(scan.said);
    return scan.result;
}
