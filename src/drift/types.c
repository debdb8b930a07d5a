#include <pilab/drift/types.h>

#include <stddef.h>

#include <pilab/base/array.h>

#include "ascii.h"

static const char *const drift_types[] = {
    [DRIFT_CODE] = "code",         [DRIFT_CONFIG] = "config",
    [DRIFT_DATABASE] = "database", [DRIFT_INFRASTRUCTURE] = "infrastructure",
    [DRIFT_IMAGE] = "image",       [DRIFT_DEPENDENCY] = "dependency",
};

static const char *const severities[] = {
    [SEVERITY_INFO] = "INFO", [SEVERITY_LOW] = "LOW",           [SEVERITY_MEDIUM] = "MEDIUM",
    [SEVERITY_HIGH] = "HIGH", [SEVERITY_CRITICAL] = "CRITICAL",
};

static const char *const attentions[] = {
    [ATTENTION_NONE] = "none",
    [ATTENTION_REVIEW] = "review",
    [ATTENTION_BLOCKER] = "blocker",
};

static const char *const change_types[] = {
    [CHANGE_TYPE_ADDED] = "added",
    [CHANGE_TYPE_MODIFIED] = "modified",
    [CHANGE_TYPE_DELETED] = "deleted",
};

static const char *const change_details[] = {
    [DETAIL_NONE] = "",
    [DETAIL_RENAMED] = "renamed",
    [DETAIL_COPIED] = "copied",
    [DETAIL_MOVED] = "moved",
    [DETAIL_FORGOTTEN] = "forgotten",
    [DETAIL_TYPE_CHANGED] = "type_changed",
    [DETAIL_REORDERED] = "reordered",
};

static const char *const source_states[] = {
    [SOURCE_READ] = "read",
    [SOURCE_FAILED] = "failed",
    [SOURCE_NOT_CONFIGURED] = "not_configured",
    [SOURCE_NOT_EXAMINED] = "not_examined",
};

static const char *const run_states[] = {
    [RUN_PENDING] = "PENDING", [RUN_ANALYZING] = "ANALYZING", [RUN_COMPLETED] = "COMPLETED",
    [RUN_PARTIAL] = "PARTIAL", [RUN_FAILED] = "FAILED",
};

static const char *const change_categories[] = {
    [CATEGORY_SECURITY] = "security",         [CATEGORY_FEATURES] = "features",
    [CATEGORY_IMPROVEMENTS] = "improvements", [CATEGORY_BUG_FIXES] = "bug_fixes",
    [CATEGORY_PERFORMANCE] = "performance",   [CATEGORY_CHANGED] = "changed",
    [CATEGORY_DEPRECATED] = "deprecated",     [CATEGORY_DOCUMENTATION] = "documentation",
    [CATEGORY_INTERNAL] = "internal",
};

static const char *const dispositions[] = {
    [DISPOSITION_UNEXPLAINED] = "unexplained",
    [DISPOSITION_IN_NOTES] = "in_notes",
    [DISPOSITION_ALREADY_SHIPPED] = "already_shipped",
    [DISPOSITION_INTERNAL] = "internal",
    [DISPOSITION_MERGE] = "merge",
    [DISPOSITION_REVERTED] = "reverted",
};

_Static_assert(COUNT(drift_types) == DRIFT_TYPE_COUNT, "a drift type without a name");
_Static_assert(COUNT(severities) == SEVERITY_COUNT, "a severity without a name");
_Static_assert(COUNT(attentions) == ATTENTION_COUNT, "an attention without a name");
_Static_assert(COUNT(change_types) == CHANGE_TYPE_COUNT, "a change type without a name");
_Static_assert(COUNT(change_details) == DETAIL_COUNT, "a change detail without a name");
_Static_assert(COUNT(source_states) == SOURCE_STATE_COUNT, "a source state without a name");
_Static_assert(COUNT(run_states) == RUN_STATE_COUNT, "a run state without a name");
_Static_assert(COUNT(change_categories) == CATEGORY_COUNT, "a category without a name");
_Static_assert(COUNT(dispositions) == DISPOSITION_COUNT, "a disposition without a name");

const char *drift_type_name(enum drift_type type)
{
    return drift_types[type];
}

const char *severity_name(enum severity severity)
{
    return severities[severity];
}

const char *attention_name(enum attention attention)
{
    return attentions[attention];
}

const char *change_type_name(enum change_type type)
{
    return change_types[type];
}

const char *change_detail_name(enum change_detail detail)
{
    return change_details[detail];
}

const char *source_state_name(enum source_state state)
{
    return source_states[state];
}

const char *run_state_name(enum run_state state)
{
    return run_states[state];
}

const char *change_category_name(enum change_category category)
{
    return change_categories[category];
}

const char *disposition_name(enum disposition disposition)
{
    return dispositions[disposition];
}

/* The index of a name, or `count`. */
static unsigned name_index(const char *const *names, size_t count, const char *name)
{
    unsigned index = 0;

    while (index < count && (!name || !ascii_equal(names[index], name)))
        index++;
    return index;
}

bool drift_type_parse(const char *name, enum drift_type *type)
{
    unsigned index = name_index(drift_types, DRIFT_TYPE_COUNT, name);

    if (index == DRIFT_TYPE_COUNT)
        return false;
    *type = (enum drift_type)index;
    return true;
}

bool severity_parse(const char *name, enum severity *severity)
{
    unsigned index = name_index(severities, SEVERITY_COUNT, name);

    if (index == SEVERITY_COUNT)
        return false;
    *severity = (enum severity)index;
    return true;
}

bool attention_parse(const char *name, enum attention *attention)
{
    unsigned index = name_index(attentions, ATTENTION_COUNT, name);

    if (index == ATTENTION_COUNT)
        return false;
    *attention = (enum attention)index;
    return true;
}

bool change_category_parse(const char *name, enum change_category *category)
{
    unsigned index = name_index(change_categories, CATEGORY_COUNT, name);

    if (index == CATEGORY_COUNT)
        return false;
    *category = (enum change_category)index;
    return true;
}

bool change_type_parse(const char *name, enum change_type *type)
{
    unsigned index = name_index(change_types, CHANGE_TYPE_COUNT, name);

    if (index == CHANGE_TYPE_COUNT)
        return false;
    *type = (enum change_type)index;
    return true;
}

bool change_detail_parse(const char *name, enum change_detail *detail)
{
    unsigned index = name_index(change_details, DETAIL_COUNT, name);

    if (index == DETAIL_COUNT)
        return false;
    *detail = (enum change_detail)index;
    return true;
}

bool source_state_parse(const char *name, enum source_state *state)
{
    unsigned index = name_index(source_states, SOURCE_STATE_COUNT, name);

    if (index == SOURCE_STATE_COUNT)
        return false;
    *state = (enum source_state)index;
    return true;
}

bool run_state_parse(const char *name, enum run_state *state)
{
    unsigned index = name_index(run_states, RUN_STATE_COUNT, name);

    if (index == RUN_STATE_COUNT)
        return false;
    *state = (enum run_state)index;
    return true;
}

bool disposition_parse(const char *name, enum disposition *disposition)
{
    unsigned index = name_index(dispositions, DISPOSITION_COUNT, name);

    if (index == DISPOSITION_COUNT)
        return false;
    *disposition = (enum disposition)index;
    return true;
}
