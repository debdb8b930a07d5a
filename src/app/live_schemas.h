/*
 * The live databases that a comparison reads: those that its modules name for the environments that
 * its sides are now. Passwords are looked up here, by the one thread that has the store; reading is
 * what several threads may do at once. And the servers that run their SQL. Private to this folder.
 */
#ifndef PILAB_SRC_APP_LIVE_SCHEMAS_H
#define PILAB_SRC_APP_LIVE_SCHEMAS_H

#include <pilab/app/call.h>
#include <pilab/source/request.h>

struct live_schemas;

/* Connects to nothing yet. What is wrong with an address or its secret is told when it is asked
 * for, and so is that the call is offline. The caller closes it before the call ends. */
struct live_schemas *live_schemas_open(struct call *call, const struct comparison_request *request);
void live_schemas_close(struct live_schemas **schemas);

const struct schema_asker *live_schemas_asker(const struct live_schemas *schemas);

#endif
