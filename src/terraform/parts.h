/*
 * What the readers of plans and states share. Inside of the terraform room.
 */
#ifndef PILAB_TERRAFORM_PARTS_H
#define PILAB_TERRAFORM_PARTS_H

#include <pilab/base/arena.h>
#include <pilab/base/error.h>
#include <pilab/base/map.h>
#include <pilab/base/strbuf.h>
#include <pilab/base/vector.h>
#include <pilab/terraform/change.h>
#include <pilab/terraform/file.h>

/* The text of a string; NULL when there is none, or the member is something else. */
const char *member_text(const struct node *map, const char *key);
/* The text of any scalar, or NULL. */
const char *member_scalar(const struct node *map, const char *key);
bool member_is_true(const struct node *map, const char *key);
/* A member that is a list or a map with something in it; NULL otherwise. */
const struct node *member_list(const struct node *map, const char *key);
const struct node *member_map(const struct node *map, const char *key);

/* "file:LINE: what …". Returns false. */
bool fail_at_node(const struct node *node, struct error *error, const char *what);

/* "aws" of "registry.terraform.io/hashicorp/aws", of provider["…/aws"].west, of provider.aws. */
const char *provider_name(struct arena *arena, const char *provider);
/* The module's part of an address: "module.app" of "module.app.aws_instance.web"; NULL: the root.
 */
const char *address_module(struct arena *arena, const char *address);

/* A list of steps as a JSON pointer; steps are texts and numbers, or, as a state keeps them,
 * {"type": "get_attr", "value": …}. False when one is something else. */
bool steps_pointer(struct strbuf *out, const struct node *steps);

/* An empty set of changes in an arena of its own. */
struct terraform_changes *changes_new(void);
void changes_warn(struct terraform_changes *changes, struct vector *warnings, const char *format,
                  ...) __attribute__((format(printf, 3, 4)));

/* Reads the instances of a state, or says why not. */
bool state_read(struct terraform_file *file, const struct node *root, struct error *error);
bool raw_state_read(struct terraform_file *file, const struct node *root, struct error *error);

#endif
