/* Who works on the sample world. */
#ifndef PILAB_DEMO_PEOPLE_INTERNAL_H
#define PILAB_DEMO_PEOPLE_INTERNAL_H

struct person {
    const char *key; /* what stories call them */
    const char *name, *email;
};

/* NULL when nobody is called so. */
const struct person *person_find(const char *key);

#endif
