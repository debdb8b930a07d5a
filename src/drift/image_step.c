/*
 * How far it is from one tag of an image to another: back, or to another major version of what
 * holds data.
 */
#include "image.h"

#include <string.h>

#include <pilab/base/glob.h>
#include <pilab/drift/rules.h>
#include <pilab/packages/version.h>

/* Only what orders numbers: no letters of an ecosystem. */
#define ECOSYSTEM "other"

/* Those whose makers name the files' format by the first number. */
static const char data_stores[] =
    "{**/,}{postgres,postgresql,postgresql-repmgr,postgis,pgvector,timescaledb,timescaledb-ha,"
    "spilo-*,edb-postgres*,redis,redis-stack,redis-stack-server,redis-cluster,valkey,valkey-"
    "cluster,"
    "keydb,elasticsearch,elasticsearch-oss,opensearch,solr,kafka,cp-kafka,cp-server,zookeeper,"
    "cp-zookeeper,rabbitmq,activemq,activemq-*,artemis,cassandra,scylla,couchdb,couchbase,influxdb,"
    "neo4j,etcd,arangodb,rethinkdb,mssql/server,minio,consul,weaviate,qdrant,milvus}";
/* … and those that name it by the first two. */
static const char of_two_numbers[] =
    "{**/,}{mysql,mysql-server,mariadb,mariadb-galera,percona,percona-server,"
    "percona-xtradb-cluster,mongo,mongodb,mongodb-sharded,mongodb-community-server,"
    "percona-server-mongodb,clickhouse,clickhouse-server,cockroach}";

/* A tag that is a version and no hash of a commit, which may begin with digits, too. */
static bool is_version(const char *tag)
{
    const char *at = tag != NULL ? tag + (*tag == 'v' || *tag == 'V') : "";
    size_t digits = strspn(at, "0123456789");

    return digits > 0 && (at[digits] == '.' || digits <= 3) &&
           (at[digits] == '.' || at[digits] == '-' || at[digits] == '\0') &&
           package_version_valid(ECOSYSTEM, tag);
}

static bool is_early(const char *tag)
{
    return glob_match_fold("*[-.]{rc,alpha,beta,snapshot,pre,dev,milestone}*", tag, '\n');
}

/* What only is another flavour ("-alpine") is neither back nor on. */
static bool goes_back(const struct version_change *change, const char *previous,
                      const char *current)
{
    switch (change->step) {
    case VERSION_PATCH:
    case VERSION_MINOR:
    case VERSION_MAJOR:
        return change->downgrade;
    case VERSION_PRERELEASE:
        return change->downgrade && is_early(current) &&
               (is_early(previous) || strchr(previous, '-') == NULL);
    default:
        return false;
    }
}

unsigned image_step_marks(const char *repository, const char *previous, const char *current)
{
    struct version_change change;
    bool other;

    if (!is_version(previous) || !is_version(current))
        return 0;
    change = package_version_change(ECOSYSTEM, previous, current);
    other = change.step == VERSION_MAJOR
                ? glob_match(data_stores, repository, '/') ||
                      glob_match(of_two_numbers, repository, '/')
                : change.step == VERSION_MINOR && glob_match(of_two_numbers, repository, '/');
    return (goes_back(&change, previous, current) ? MARK_BACK : 0) | (other ? MARK_DATA : 0);
}
