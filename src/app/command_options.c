#include "command_group.h"

const struct option_spec listing_options[LISTING_OPTION_COUNT] = {
    {"limit",  'n', "N",      NULL, "rows at most (50)"                                },
    { "after", 0,   "CURSOR", NULL, "go on behind the page that ended with this cursor"},
};

const struct option_spec export_options[EXPORT_OPTION_COUNT] = {
    {"output", 'o', "FILE", NULL, "write to this file instead of the screen"},
};
