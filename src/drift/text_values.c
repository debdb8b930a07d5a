/* What an item's values are in one line: in words where the two would look the same. */
#include <pilab/drift/text.h>

#include <ctype.h>
#include <string.h>

#include <pilab/base/json.h>
#include <pilab/drift/mask.h>

#define SUM_LEAST 32 /* hex digits from which on it is a checksum */
#define SUM_SHOWN 12 /* of them in one line */

static const char *arrow(bool utf8)
{
    return utf8 ? "→" : "->";
}

void drift_text_value(struct strbuf *out, enum rich_role role, const struct drift_value *value,
                      bool utf8)
{
    struct strbuf masked = STRBUF_INIT;

    if (!value->present) {
        rich_word(out, RICH_DIM, "absent");
    } else if (value->text == NULL || *value->text == '\0') {
        rich_word(out, RICH_DIM, "empty");
    } else if (!value->masked || utf8) {
        rich_text(out, role, value->text, utf8);
    } else {
        mask_to_ascii(&masked, value->text);
        rich_text(out, role, masked.data, utf8);
    }
    strbuf_release(&masked);
}

/* --- In words -----------------------------------------------------------------------------------
 */

/* One that is made anew: what it is made anew for. */
static bool is_replaced(const struct drift_item *item)
{
    return item->type == DRIFT_INFRASTRUCTURE && item->change_type == CHANGE_TYPE_MODIFIED &&
           item->previous.present && item->current.present && item->previous.kind == NODE_MAP &&
           item->current.kind == NODE_MAP;
}

static void add_replaced(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    const char *key, *separator = ": ";
    json_t *object, *value;

    if (item->detail == DETAIL_FORGOTTEN) {
        rich_word(out, RICH_DELETED, "forgotten, and a new one created");
        return;
    }
    rich_word(out, RICH_DELETED, "replaced");
    object = json_read(item->path, item->current.text, strlen(item->current.text), NULL);
    json_object_foreach(object, key, value)
    {
        strbuf_add(out, separator);
        rich_text(out, RICH_PLAIN, key, utf8);
        separator = ", ";
    }
    json_decref(object);
}

/* A resource that comes or goes as a whole: all that it is would fill the line and say nothing. */
static const char *whole_resource(const struct drift_item *item)
{
    const struct drift_value *value =
        item->change_type == CHANGE_TYPE_ADDED ? &item->current : &item->previous;

    if (item->type != DRIFT_INFRASTRUCTURE || item->change_type == CHANGE_TYPE_MODIFIED ||
        value->kind != NODE_MAP || strcmp(item->category, "variable") == 0 ||
        strcmp(item->category, "output") == 0)
        return NULL;
    if (item->detail == DETAIL_FORGOTTEN)
        return "stays, no longer managed";
    return item->change_type == CHANGE_TYPE_ADDED ? "created" : "goes away";
}

bool drift_text_is_whole(const struct drift_item *item)
{
    return whole_resource(item) != NULL || is_replaced(item);
}

/* "known 365, really 90"; "UAT: known 365, really 90". */
static void add_outside(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    if (item->environment != NULL) {
        rich_text(out, RICH_PLAIN, item->environment, utf8);
        strbuf_add(out, ": ");
    }
    if (whole_resource(item) != NULL) {
        rich_word(out, RICH_PLAIN,
                  item->change_type == CHANGE_TYPE_ADDED ? "not known, really there"
                                                         : "known, really gone");
        return;
    }
    if (item->previous.present) {
        strbuf_add(out, "known ");
        drift_text_value(out, RICH_PLAIN, &item->previous, utf8);
    } else {
        strbuf_add(out, "not known");
    }
    strbuf_add(out, ", really ");
    drift_text_value(out, RICH_PLAIN, &item->current, utf8);
}

/* One environment alone has it, and keeps it. */
static void add_kept(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    drift_text_value(out, RICH_PLAIN, item->previous.present ? &item->previous : &item->current,
                     utf8);
    strbuf_add(out, item->previous.present ? ", here alone" : ", there alone");
}

/* --- Two values that one line can tell apart ---------------------------------------------------
 */

/* Both sides as they are shown. */
struct shown_pair {
    struct strbuf previous, current;
};

/* "1.0@sha256:1a2b3c4d5e6f": a whole checksum fills the line, and its end is not read. */
static void add_cut(struct strbuf *out, const char *text)
{
    bool word = false; /* within one */

    while (*text != '\0') {
        size_t length = word ? 0 : strspn(text, "0123456789abcdefABCDEF");

        if (length >= SUM_LEAST && !isalnum((unsigned char)text[length])) {
            strbuf_add_bytes(out, text, SUM_SHOWN);
            text += length;
            continue;
        }
        word = isalnum((unsigned char)*text);
        strbuf_add_char(out, *text++);
    }
}

/* Whether nothing but blanks at their ends tells them apart. */
static bool same_but_blanks(const char *a, const char *b)
{
    size_t left, right;

    a += strspn(a, " ");
    b += strspn(b, " ");
    for (left = strlen(a); left > 0 && a[left - 1] == ' '; left--)
        continue;
    for (right = strlen(b); right > 0 && b[right - 1] == ' '; right--)
        continue;
    return left > 0 && left == right && memcmp(a, b, left) == 0;
}

static bool has_text(const struct drift_value *value)
{
    return value->present && !value->masked && value->text != NULL && *value->text != '\0';
}

static void quote(struct strbuf *text, const char *whole)
{
    strbuf_printf(text, "\"%s\"", whole);
}

static void show_pair(struct shown_pair *pair, const struct drift_item *item, bool whole)
{
    const char *previous = has_text(&item->previous) ? item->previous.text : "";
    const char *current = has_text(&item->current) ? item->current.text : "";
    bool same = strcmp(previous, current) == 0;

    if (!same && same_but_blanks(previous, current)) {
        quote(&pair->previous, previous);
        quote(&pair->current, current);
        return;
    }
    if (!whole) {
        add_cut(&pair->previous, previous);
        add_cut(&pair->current, current);
        if (same || strcmp(pair->previous.data, pair->current.data) != 0)
            return;
    }
    strbuf_clear(&pair->previous);
    strbuf_clear(&pair->current);
    strbuf_add(&pair->previous, previous);
    strbuf_add(&pair->current, current);
}

/* --- Versions of a package that are there at once ------------------------------------------------
 */

/* The versions of "5.1.1, 6.0.1 (MIT)"; what stands in parentheses is not among them. */
static size_t versions_length(const char *text)
{
    const char *more = strstr(text, " (");

    return more != NULL ? (size_t)(more - text) : strlen(text);
}

static size_t next_version(const char *text, size_t length, size_t *at)
{
    const char *comma = *at < length ? strstr(text + *at, ", ") : NULL;

    return comma != NULL && comma < text + length ? (size_t)(comma - text) - *at : length - *at;
}

/* Versions alone, not ranges, which may have commas of their own. */
static size_t count_versions(const char *text)
{
    size_t length = versions_length(text), count = 0;

    for (size_t at = 0; at < length; count++) {
        if (!isdigit((unsigned char)text[at]) &&
            !(text[at] == 'v' && isdigit((unsigned char)text[at + 1])))
            return 0;
        at += next_version(text, length, &at) + 2;
    }
    return count;
}

static bool has_version(const char *text, const char *version, size_t bytes)
{
    size_t length = versions_length(text);

    for (size_t at = 0; at < length;) {
        size_t one = next_version(text, length, &at);

        if (one == bytes && memcmp(text + at, version, bytes) == 0)
            return true;
        at += one + 2;
    }
    return false;
}

/* Those that the other side has, or has not; returns how many. */
static size_t add_versions(struct strbuf *out, const char *text, const char *other, bool shared)
{
    size_t length = versions_length(text), count = 0;

    for (size_t at = 0; at < length;) {
        size_t one = next_version(text, length, &at);

        if (has_version(other, text + at, one) == shared) {
            strbuf_add(out, count++ > 0 ? ", " : "");
            strbuf_add_bytes(out, text + at, one);
        }
        at += one + 2;
    }
    return count;
}

/* "2.0 → 2.1 (beside 1.0, 1.1)": among many, those that stay would hide those that do not. False:
 * they are few, or the same. */
static bool add_version_sets(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    const char *before = item->previous.text, *after = item->current.text;
    struct strbuf gone = STRBUF_INIT, come = STRBUF_INIT, both = STRBUF_INIT;
    bool told = false;

    if (item->type != DRIFT_DEPENDENCY || !has_text(&item->previous) || !has_text(&item->current) ||
        count_versions(before) == 0 || count_versions(after) == 0)
        return false;
    add_versions(&gone, before, after, false);
    add_versions(&come, after, before, false);
    if (add_versions(&both, after, before, true) >= 2 && gone.length + come.length > 0) {
        strbuf_add(&gone, gone.length > 0 ? before + versions_length(before) : "");
        strbuf_add(&come, come.length > 0 ? after + versions_length(after) : "");
        if (come.length == 0)
            strbuf_add(out, "no longer ");
        rich_text(out, RICH_PLAIN, gone.data, utf8);
        if (come.length > 0)
            strbuf_printf(out, gone.length > 0 ? " %s " : "also ", arrow(utf8));
        rich_text(out, RICH_PLAIN, come.data, utf8);
        strbuf_add(out, " (beside ");
        rich_text(out, RICH_DIM, both.data, utf8);
        strbuf_add_char(out, ')');
        told = true;
    }
    strbuf_release(&gone);
    strbuf_release(&come);
    strbuf_release(&both);
    return told;
}

/* What two that read the same stand for: an image that is not there, or another one by now. */
static const char *same_words(const struct drift_item *item)
{
    if (item->type == DRIFT_IMAGE && strcmp(item->category, "missing") == 0)
        return ", not in the registry";
    if (item->type == DRIFT_IMAGE && strcmp(item->category, "moved") == 0)
        return ", which stands for another image by now";
    return ", named the same on both sides";
}

static void add_side(struct strbuf *out, const struct drift_value *value,
                     const struct strbuf *shown, bool utf8)
{
    if (has_text(value))
        rich_text(out, RICH_PLAIN, shown->data, utf8);
    else
        drift_text_value(out, RICH_PLAIN, value, utf8);
}

static void add_both(struct strbuf *out, const struct drift_item *item,
                     const struct shown_pair *pair, bool utf8)
{
    const struct drift_value *previous = &item->previous, *current = &item->current;

    if (has_text(previous) && has_text(current) && strcmp(previous->text, current->text) == 0 &&
        item->detail != DETAIL_TYPE_CHANGED) {
        add_side(out, current, &pair->current, utf8);
        strbuf_add(out, same_words(item));
        return;
    }
    add_side(out, previous, &pair->previous, utf8);
    strbuf_printf(out, " %s ", arrow(utf8));
    add_side(out, current, &pair->current, utf8);
    if (previous->masked && current->masked)
        rich_word(out, RICH_DIM, " (different)");
    if (item->detail == DETAIL_TYPE_CHANGED)
        strbuf_printf(out, " (%s %s %s)", node_kind_name(previous->kind), arrow(utf8),
                      node_kind_name(current->kind));
}

/* The value of a step that is to be done is what it does, also when that takes something away. */
static bool is_to_come(const struct drift_item *item)
{
    return item->change_type == CHANGE_TYPE_ADDED ||
           (item->type == DRIFT_DATABASE && item->current.present && !item->previous.present);
}

static void add_pair(struct strbuf *out, const struct drift_item *item,
                     const struct shown_pair *pair, bool utf8)
{
    if (is_to_come(item)) {
        add_side(out, &item->current, &pair->current, utf8);
    } else if (item->change_type == CHANGE_TYPE_DELETED) {
        strbuf_add(out, "was ");
        add_side(out, &item->previous, &pair->previous, utf8);
    } else {
        add_both(out, item, pair, utf8);
    }
}

/* What is told in words; false: the values tell it. */
static bool add_in_words(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    const char *whole = whole_resource(item);

    if (drift_item_is_outside(item)) {
        add_outside(out, item, utf8);
    } else if (drift_item_is_kept(item) && item->previous.present != item->current.present) {
        add_kept(out, item, utf8);
    } else if (whole != NULL) {
        rich_word(out, change_type_role(item->change_type), whole);
    } else if (item->type == DRIFT_INFRASTRUCTURE && strcmp(item->category, "other_action") == 0 &&
               !item->previous.present && item->current.present) {
        strbuf_add(out, "action not known here: ");
        rich_text(out, RICH_WARNING, item->current.text, utf8);
    } else if (is_replaced(item)) {
        add_replaced(out, item, utf8);
    } else if (item->detail == DETAIL_REORDERED) {
        strbuf_add(out, "another order");
    } else {
        return false;
    }
    return true;
}

static void add_values(struct strbuf *out, const struct drift_item *item, bool whole, bool utf8)
{
    struct shown_pair pair = { STRBUF_INIT, STRBUF_INIT };

    if (add_in_words(out, item, utf8) || (!whole && add_version_sets(out, item, utf8)))
        return;
    show_pair(&pair, item, whole);
    add_pair(out, item, &pair, utf8);
    strbuf_release(&pair.previous);
    strbuf_release(&pair.current);
}

void drift_text_values(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    add_values(out, item, false, utf8);
}

void drift_text_whole_values(struct strbuf *out, const struct drift_item *item, bool utf8)
{
    add_values(out, item, true, utf8);
}
