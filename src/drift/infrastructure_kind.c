#include "infrastructure_kind.h"

const struct drift_kind drift_infrastructure_kind = {
    .collect = drift_infrastructure_collect,
    .write = drift_infrastructure_write,
    .read = drift_infrastructure_read,
    .detail = drift_infrastructure_detail,
    .things = "infrastructure differences",
};
