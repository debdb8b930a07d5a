/*
 * What the collector of infrastructure is made of. Inside of the drift room.
 */
#ifndef PILAB_DRIFT_INFRASTRUCTURE_PARTS_H
#define PILAB_DRIFT_INFRASTRUCTURE_PARTS_H

#include <pilab/drift/builder.h>
#include <pilab/drift/infrastructure.h>

/* Fills `value` with what may be shown of one side of an attribute; `after`: what is planned. */
void infrastructure_show_attribute(struct report_builder *builder, struct drift_value *value,
                                   const struct terraform_change *change,
                                   const struct terraform_attribute *attribute, bool after);
/* Fills `value` with a whole object as compact JSON, less what says nothing. */
void infrastructure_show_object(struct report_builder *builder, struct drift_value *value,
                                const struct terraform_change *change, bool after);
/* Fills both values with the attributes that make a replacement necessary, else with those that
 * differ: {"storage_encrypted":false} and {"storage_encrypted":true}. */
void infrastructure_show_replaced(struct report_builder *builder, struct drift_item *item,
                                  const struct terraform_change *change);
/* A whole value under a name; `sensitive`: the file says so. */
void infrastructure_show_value(struct report_builder *builder, struct drift_value *value,
                               const struct node *node, const char *name, bool sensitive);

/* What one attribute puts at risk, as marks (drift/rules.h). */
unsigned infrastructure_risks(const struct terraform_change *change,
                              const struct terraform_attribute *attribute);
/* Whether `key`, a least number of `map`, is none (`after`), and the number beside it that is
 * wished for is not: what runs goes on. */
bool infrastructure_goes_on(const struct node *map, const char *key, const struct node *after);
/* MARK_LOST when what the resource holds is destroyed, and the plan has nothing that keeps it; or
 * nothing. */
unsigned infrastructure_lost(const struct terraform_change *change);

/* The items of two files of variables. */
void infrastructure_collect_variables(struct report_builder *builder,
                                      const struct module_input *module,
                                      const struct infrastructure_pair *pair);
/* Where a value stands. */
struct drift_provenance infrastructure_place(struct arena *arena, const struct node *node);

#endif
