#include "chance.h"

uint64_t chance(struct random *random, uint64_t below)
{
    uint64_t value;

    random_bytes(random, &value, sizeof value);
    return value % below;
}
