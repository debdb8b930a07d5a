/*
 * What an environment is for, guessed from its name, and the way versions take through several.
 */
#ifndef PILAB_RELEASE_STAGE_H
#define PILAB_RELEASE_STAGE_H

#include <stdbool.h>
#include <stddef.h>

#include <pilab/base/arena.h>
#include <pilab/drift/project_file.h>

struct stage_guess {
    const char *stage; /* as in pilab.yaml: "UAT"; NULL: the name says nothing */
    const char *word;  /* what in the name said so: "preprod"; NULL with a NULL stage */
};

/* Words, numbers and capitals are told apart as people do: "uat2", "eu-PreProd", "mbprod",
 * "prod_dr". */
struct stage_guess stage_guess(const char *name);

/* Whether what runs there is used by customers: PROD, and DR in its place. */
bool stage_is_production(const char *stage);

/* Whether the names stand in the order from production down, which some tables are written in. */
bool stage_order_is_reversed(const char *const *names, size_t count);

/* Fills `from` of each environment that has none: each is filled from the one before it. Those of
 * one kind ("uat1" and "uat2", "prod-eu" and "prod-us") stand beside each other; PERF and SEC stand
 * beside the way, DR behind production. */
void stage_fill_path(struct arena *arena, struct environment_settings *environments, size_t count);

#endif
