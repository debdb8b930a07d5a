/*
 * What commit messages say of each other: picked from, takes back, says the same. Inside of the app
 * room.
 */
#ifndef PILAB_SRC_APP_WHERE_MESSAGES_H
#define PILAB_SRC_APP_WHERE_MESSAGES_H

#include "where_relatives.h"

/* Adds what the messages of the list lead to, and what leads to them, until nothing new is found;
 * and the branch of every merge that was reverted and brought one of them. False when something
 * could not be read. */
bool where_messages_find(struct relatives *relatives, struct error *error);

#endif
