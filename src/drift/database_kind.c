/* The row of databases in the table of kinds. */
#include "database.h"

const struct drift_kind database_kind = {
    .collect = database_collect,
    .write = database_write,
    .read = database_read,
    .detail = database_detail,
    .remarks = database_remarks,
    .things = "database differences",
};
