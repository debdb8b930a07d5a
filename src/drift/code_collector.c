#include "code_collector.h"

const char *code_full_id(struct arena *arena, const struct object_id *id)
{
    char hex[OBJECT_ID_HEX_SIZE];

    return arena_text(arena, object_id_hex(id, hex));
}

const char *code_previous_name(const struct collector *collector)
{
    return collector->module->previous_version ? collector->module->previous_version
                                               : collector->builder->report->previous.label;
}
