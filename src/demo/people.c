#include "people.h"

#include <stddef.h>
#include <string.h>

static const struct person people[] = {
    {"bot",         "Dependency Bot", "dependency-bot@example.org"},
    { "deploy-bot", "Deploy Bot",     "deploy-bot@example.org"    },
    { "nora",       "Nora Duarte",    "nora@example.org"          },
    { "kenji",      "Kenji Watanabe", "kenji@example.org"         },
    { "lena",       "Lena Fischer",   "lena@example.org"          },
    { "mira",       "Mira Novak",     "mira@example.org"          },
    { "olga",       "Olga Petrova",   "olga@example.org"          },
    { "ravi",       "Ravi Menon",     "ravi@example.org"          },
    { "tom",        "Tom Okafor",     "tom@example.org"           },
};

const struct person *person_find(const char *key)
{
    for (size_t i = 0; i < sizeof(people) / sizeof(*people); i++)
        if (strcmp(people[i].key, key) == 0)
            return &people[i];
    return NULL;
}
