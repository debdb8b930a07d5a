/*
 * What a resource is for, judged by its type: what is lost with it, what it opens.
 *
 * The table holds the types of AWS, Azure, Google Cloud, Kubernetes and a few others by patterns;
 * the first row that matches counts. A type that nobody listed is FAMILY_OTHER.
 */
#ifndef PILAB_TERRAFORM_FAMILY_H
#define PILAB_TERRAFORM_FAMILY_H

enum terraform_family {
    FAMILY_OTHER,
    FAMILY_DATA,     /* holds data or state: databases, buckets, disks, queues, zones, clusters */
    FAMILY_KEY,      /* keys, secrets, certificates */
    FAMILY_IDENTITY, /* who may do what */
    FAMILY_NETWORK,  /* who reaches what: firewalls, security groups, access lists, peerings */
    FAMILY_STORAGE_ACCESS, /* who reads a bucket */
    FAMILY_HELPER,         /* lives in the state only: null, random, time, local files */
    FAMILY_COUNT
};

enum terraform_family terraform_family(const char *type);
/* "resource", "data_store", "key", "identity", "network", "storage_access", "helper": the category
 * of its items. */
const char *terraform_family_name(enum terraform_family family);

#endif
