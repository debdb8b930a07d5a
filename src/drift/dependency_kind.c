/* The row of dependencies in the table of kinds. */
#include "dependency.h"

const struct drift_kind dependency_kind = {
    .collect = dependency_collect,
    .write = dependency_write,
    .read = dependency_read,
    .detail = dependency_detail,
    .things = "dependency differences",
};
