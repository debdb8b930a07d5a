#include <pilab/base/array.h>

#include "sql_cursor.h"

/* What can be made, changed and dropped, the longer words first. */
static const struct object_word {
    const char *words;
    enum sql_object_kind kind;
} object_words[] = {
    {"MATERIALIZED VIEW",     SQL_MATERIALIZED_VIEW},
    { "FOREIGN DATA WRAPPER", SQL_OTHER_OBJECT     },
    { "FOREIGN TABLE",        SQL_TABLE            },
    { "EXTERNAL TABLE",       SQL_TABLE            },
    { "VIRTUAL TABLE",        SQL_TABLE            },
    { "EVENT TRIGGER",        SQL_TRIGGER          },
    { "TEXT SEARCH",          SQL_OTHER_OBJECT     },
    { "ACCESS METHOD",        SQL_OTHER_OBJECT     },
    { "OPERATOR CLASS",       SQL_OTHER_OBJECT     },
    { "OPERATOR FAMILY",      SQL_OTHER_OBJECT     },
    { "USER MAPPING",         SQL_ROLE             },
    { "DEFAULT PRIVILEGES",   SQL_ROLE             },
    { "TABLE",                SQL_TABLE            },
    { "INDEX",                SQL_INDEX            },
    { "VIEW",                 SQL_VIEW             },
    { "SEQUENCE",             SQL_SEQUENCE         },
    { "TYPE",                 SQL_TYPE             },
    { "DOMAIN",               SQL_DOMAIN           },
    { "FUNCTION",             SQL_FUNCTION         },
    { "AGGREGATE",            SQL_FUNCTION         },
    { "PROCEDURE",            SQL_PROCEDURE        },
    { "ROUTINE",              SQL_FUNCTION         },
    { "PACKAGE",              SQL_PROCEDURE        },
    { "TRIGGER",              SQL_TRIGGER          },
    { "EVENT",                SQL_EVENT            },
    { "POLICY",               SQL_POLICY           },
    { "RULE",                 SQL_RULE             },
    { "EXTENSION",            SQL_EXTENSION        },
    { "SCHEMA",               SQL_SCHEMA           },
    { "DATABASE",             SQL_DATABASE         },
    { "ROLE",                 SQL_ROLE             },
    { "USER",                 SQL_ROLE             },
    { "GROUP",                SQL_ROLE             },
    { "COLUMN",               SQL_COLUMN           },
    { "CONSTRAINT",           SQL_CONSTRAINT       },
    { "CAST",                 SQL_OTHER_OBJECT     },
    { "COLLATION",            SQL_OTHER_OBJECT     },
    { "CONVERSION",           SQL_OTHER_OBJECT     },
    { "LANGUAGE",             SQL_OTHER_OBJECT     },
    { "OPERATOR",             SQL_OTHER_OBJECT     },
    { "PUBLICATION",          SQL_OTHER_OBJECT     },
    { "SERVER",               SQL_OTHER_OBJECT     },
    { "STATISTICS",           SQL_OTHER_OBJECT     },
    { "SUBSCRIPTION",         SQL_OTHER_OBJECT     },
    { "SYNONYM",              SQL_OTHER_OBJECT     },
    { "TABLESPACE",           SQL_OTHER_OBJECT     },
    { "TRANSFORM",            SQL_OTHER_OBJECT     },
};

bool sql_take_object_kind(struct sql_cursor *cursor, enum sql_object_kind *kind, const char **words)
{
    for (size_t i = 0; i < COUNT(object_words); i++) {
        if (sql_take_words(cursor, object_words[i].words)) {
            *kind = object_words[i].kind;
            if (words != NULL)
                *words = object_words[i].words;
            return true;
        }
    }
    return false;
}
