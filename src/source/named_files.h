/*
 * What two files are that a person named: what is in them says it, whatever they are called. Inside
 * of the source room.
 */
#ifndef PILAB_SOURCE_NAMED_FILES_H
#define PILAB_SOURCE_NAMED_FILES_H

#include <pilab/source/reader.h>

/* What can be read of two files, for hints. */
#define NAMED_FILES_READ                                                                           \
    "configuration is read from .yaml .yml .json .env and .properties; plans and states of "       \
    "Terraform, lock files, manifests and bills of materials by what is in them, or by a name "    \
    "like package-lock.json, go.mod or pom.xml; .tfvars and Dockerfiles by their names"

/* Fills in reader->named. Folders are not looked into, and what cannot be read is told by who reads
 * it. */
void named_files_recognise(struct module_reader *reader);
/* False when nothing that was asked for is read of two files: they are of another type, or SQL,
 * which is compared elsewhere. */
bool named_files_check(const struct module_reader *reader, struct error *error);

#endif
