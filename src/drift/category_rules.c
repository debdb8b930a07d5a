#include <pilab/drift/category_rules.h>

#include <string.h>

#include <pilab/base/array.h>
#include <pilab/drift/span.h>

/* Tuned on one half of 1,127 titles that people had put into categories in their change log, and
 * kept to words that mean the same in any project; tests/integration/test_categories measures it.
 */
static const struct category_rule rules[] = {
    {EVIDENCE_TYPE,      CATEGORY_FEATURES,      30, "feat"                                           },
    { EVIDENCE_TYPE,     CATEGORY_FEATURES,      40, "feature|new|add|added"                          },
    { EVIDENCE_TYPE,     CATEGORY_BUG_FIXES,     50, "fix"                                            },
    { EVIDENCE_TYPE,     CATEGORY_BUG_FIXES,     60, "bug|bugfix|bugfixes|hotfix|fixed"               },
    { EVIDENCE_TYPE,     CATEGORY_PERFORMANCE,   60, "perf|performance"                               },
    { EVIDENCE_TYPE,     CATEGORY_DOCUMENTATION, 60, "doc|docs|documentation"                         },
    { EVIDENCE_TYPE,     CATEGORY_INTERNAL,      56, "build|chore|refactor|refactoring|style"         },
    { EVIDENCE_TYPE,     CATEGORY_INTERNAL,      60, "ci|cleanup|internal|release|test|tests"         },
    { EVIDENCE_TYPE,     CATEGORY_IMPROVEMENTS,  20, "deps"                                           },
    { EVIDENCE_TYPE,     CATEGORY_IMPROVEMENTS,  60, "enhance|enhancement|imp|improve|improvement"    },
    { EVIDENCE_TYPE,     CATEGORY_SECURITY,      60, "sec|security"                                   },
    { EVIDENCE_TYPE,     CATEGORY_DEPRECATED,    60, "deprecate|deprecated|deprecation"               },
    { EVIDENCE_TYPE,     CATEGORY_CHANGED,       60, "breaking|change|changed|remove|removed"         },
    { EVIDENCE_TYPE,     CATEGORY_CHANGED,       40, "revert"                                         },
 /* says how much, not what */
    { EVIDENCE_TYPE,     CATEGORY_IMPROVEMENTS,  0,  "major|minor|nfc|nit|trivial"                    },

    { EVIDENCE_LABEL,    CATEGORY_BUG_FIXES,     60, "bug|bugfix|fix|fixed|hotfix"                    },
    { EVIDENCE_LABEL,    CATEGORY_FEATURES,      60, "feat|feature"                                   },
    { EVIDENCE_LABEL,    CATEGORY_FEATURES,      50, "added|new"                                      },
    { EVIDENCE_LABEL,    CATEGORY_IMPROVEMENTS,  60, "enhance|enhancement|improvement"                },
    { EVIDENCE_LABEL,    CATEGORY_CHANGED,       60, "breaking|breaking change|change|changed|removed"},
    { EVIDENCE_LABEL,    CATEGORY_PERFORMANCE,   60, "optimization|perf|performance"                  },
    { EVIDENCE_LABEL,    CATEGORY_SECURITY,      60, "security"                                       },
    { EVIDENCE_LABEL,    CATEGORY_DEPRECATED,    60, "deprecated|deprecation"                         },
    { EVIDENCE_LABEL,    CATEGORY_DOCUMENTATION, 60, "doc|docs|documentation"                         },
    { EVIDENCE_LABEL,    CATEGORY_INTERNAL,      60,
     "build|chore|ci|cleanup|internal|refactor|refactoring|test|tests"                                },
    { EVIDENCE_LABEL,    CATEGORY_INTERNAL,      90, "maven-release-plugin"                           },
    { EVIDENCE_LABEL,    CATEGORY_INTERNAL,      30, "ci skip|skip ci"                                },
    { EVIDENCE_LABEL,    CATEGORY_IMPROVEMENTS,  0,  "major|minor|nfc|nit|trivial"                    },

    { EVIDENCE_MARK,     CATEGORY_FEATURES,      40, ":sparkles:|✨"                                 },
    { EVIDENCE_MARK,     CATEGORY_BUG_FIXES,     50, ":bug:|🐛|:ambulance:|🚑"                    },
    { EVIDENCE_MARK,     CATEGORY_PERFORMANCE,   50, ":zap:|⚡|⚡️"                               },
    { EVIDENCE_MARK,     CATEGORY_SECURITY,      60, ":lock:|🔒"                                    },
    { EVIDENCE_MARK,     CATEGORY_DOCUMENTATION, 50, ":memo:|📝"                                    },
    { EVIDENCE_MARK,     CATEGORY_CHANGED,       20, ":fire:|🔥"                                    },
    { EVIDENCE_MARK,     CATEGORY_CHANGED,       50, ":boom:|💥"                                    },
    { EVIDENCE_MARK,     CATEGORY_DEPRECATED,    50, ":wastebasket:|🗑|🗑️"                     },
    { EVIDENCE_MARK,     CATEGORY_IMPROVEMENTS,  20, ":arrow_up:|⬆|⬆️|:lipstick:|💄"          },
    { EVIDENCE_MARK,     CATEGORY_INTERNAL,      50,
     ":art:|🎨|:bookmark:|🔖|:construction:|🚧|:construction_worker:|👷|:green_heart:|💚|"
      ":recycle:|♻|♻️|:rotating_light:|🚨|:white_check_mark:|✅"                             },

    { EVIDENCE_LEAD,     CATEGORY_BUG_FIXES,     30,
     "bugfix|correct|corrected|correcting|correctly|corrects|ensure|ensures|fix|fixed|fixes|"
      "fixing|guard|handle|handles|handling|hotfix|prevent|preventing|prevents|protect|recover|"
      "repair|resolve|resolved|resolves|restore|workaround"                                           },
    { EVIDENCE_LEAD,     CATEGORY_BUG_FIXES,     14, "avoid|avoiding|avoids"                          },
    { EVIDENCE_LEAD,     CATEGORY_BUG_FIXES,     16,
     "always|check|close|consistent|don't|dont|ignore|never|only|properly|return|skip|stop|"
      "validate|wait"                                                                                 },
    { EVIDENCE_LEAD,     CATEGORY_FEATURES,      20,
     "add|added|adding|adds|create|created|creates|implement|implemented|implementing|"
      "implements|initial|introduce|introduced|introduces|introducing|new|provide|provides"           },
    { EVIDENCE_LEAD,     CATEGORY_IMPROVEMENTS,  20,
     "accept|allow|allows|attach|better|clarify|display|displays|enable|enables|enhance|"
      "enhanced|enhances|expose|exposes|extend|extends|human-friendly|improve|improved|improves|"
      "improving|include|includes|log|logs|make|makes|more|nicer|polish|print|re-use|reuse|"
      "reword|show|shows|simplify|sort|streamline|support|supporting|supports|upgrade|upgraded|"
      "use|uses"                                                                                      },
    { EVIDENCE_LEAD,     CATEGORY_IMPROVEMENTS,  8,
     "adjust|bump|bumps|tune|tweak|update|updated|updates"                                            },
    { EVIDENCE_LEAD,     CATEGORY_PERFORMANCE,   24,
     "batch|cache|faster|optimise|optimises|optimising|optimize|optimized|optimizes|optimizing|"
      "parallelize|preallocate|reduce|reduces|speed|speedup"                                          },
    { EVIDENCE_LEAD,     CATEGORY_CHANGED,       14,
     "change|changed|changes|delete|deleted|deletes|deleting|disable|drop|dropped|drops|invert|"
      "migrate|migrates|move|moves|promote|remove|removed|removes|rename|renamed|renames|replace|"
      "replaces|require|requires|retire|rollback|split|switch|switches|unify"                         },
    { EVIDENCE_LEAD,     CATEGORY_CHANGED,       90, "reapply|revert"                                 },
    { EVIDENCE_LEAD,     CATEGORY_DEPRECATED,    50, "deprecate|deprecated|deprecates"                },
    { EVIDENCE_LEAD,     CATEGORY_DOCUMENTATION, 30, "docs|document|documents|readme"                 },
    { EVIDENCE_LEAD,     CATEGORY_INTERNAL,      40,
     "cleanup|lint|refactor|refactored|refactoring|refactors|reformat|tidy"                           },
    { EVIDENCE_LEAD,     CATEGORY_INTERNAL,      24, "test|testing|tests"                             },
    { EVIDENCE_LEAD,     CATEGORY_INTERNAL,      12, "cut|prepare|release"                            },

    { EVIDENCE_WORD,     CATEGORY_BUG_FIXES,     14,
     "breaks|broken|bug|bugfix|bugs|corrupt|corrupted|corruption|crash|crashed|crashes|crashing|"
      "deadlock|deadlocks|double free|duplicate|duplicated|duplicates|exception|exceptions|"
      "failing|fails|failure|hang|hangs|inconsistent|incorrect|incorrectly|infinite loop|leak|"
      "leaking|leaks|memory leak|misleading|missing|nan|nil|nil pointer|npe|null|null pointer|"
      "off by one|out of bounds|overflow|overflows|panic|panics|race|race condition|races|"
      "regression|segfault|stuck|unclosed|underflow|unexpected|use after free|wrong|wrongly"          },
    { EVIDENCE_WORD,     CATEGORY_BUG_FIXES,     24, "fix|fixed|fixes|fixing"                         },
    { EVIDENCE_WORD,     CATEGORY_BUG_FIXES,     6,
     "after|are|can't|correctly|doesn't|don't|empty|error|errors|if|instead of|invalid|is|never|"
      "not|properly|should|shouldn't|when"                                                            },
    { EVIDENCE_WORD,     CATEGORY_PERFORMANCE,   14,
     "allocation|allocations|allocs|cache|caching|contention|cpu|efficiency|efficient|"
      "efficiently|faster|garbage|latency|lock contention|memory consumption|memory usage|"
      "optimisation|optimization|optimizations|perf|performance|slow|speed|speedup|throughput"        },
    { EVIDENCE_WORD,     CATEGORY_FEATURES,      6,
     "api|command|dark mode|dark theme|endpoint|experimental|feature|feature flag|flag|function|"
      "functions|integration|modifier|operator|option|parser|plugin|subcommand"                       },
    { EVIDENCE_WORD,     CATEGORY_IMPROVEMENTS,  14,
     "attribute|attributes|button|buttons|color|colour|column|columns|details|field|fields|icon|"
      "label|labels|layout|log|logging|message|messages|page|pages|styling|tooltip|warnings"          },
    { EVIDENCE_WORD,     CATEGORY_IMPROVEMENTS,  8,  "meta|metadata|metric|metrics|queries|ui"        },
    { EVIDENCE_WORD,     CATEGORY_IMPROVEMENTS,  5,
     "additional|also|better|human|improve|improved|improvement|improvements|in|more|nicer|to"        },
    { EVIDENCE_WORD,     CATEGORY_IMPROVEMENTS,  3,  "as|by|on|per"                                   },
    { EVIDENCE_WORD,     CATEGORY_CHANGED,       10,
     "backward incompatible|backwards incompatible|breaking change|by default|default|defaults|"
      "incompatible|legacy|no longer|obsolete|old|stable|unused"                                      },
    { EVIDENCE_WORD,     CATEGORY_DEPRECATED,    30, "deprecate|deprecated|deprecating|deprecation"   },
    { EVIDENCE_WORD,     CATEGORY_DOCUMENTATION, 10,
     "comment|comments|docs|docstring|documentation|javadoc|readme"                                   },
    { EVIDENCE_WORD,     CATEGORY_DOCUMENTATION, 60, "spelling|typo|typos"                            },
    { EVIDENCE_WORD,     CATEGORY_INTERNAL,      30,
     "add test|add tests|e2e test|e2e tests|integration test|integration tests|missing tests|"
      "more tests|regression test|test case|test cases|test coverage|unit test|unit tests"            },
    { EVIDENCE_WORD,     CATEGORY_INTERNAL,      60,
     "back to develop|back to main|back to master|bump version|changelog|clean up|code cleanup|"
      "dev dependencies|dev dependency|devdependencies|merge back|next development iteration|"
      "prepare for next|prepare release|unused import|unused imports|version bump"                    },
    { EVIDENCE_WORD,     CATEGORY_INTERNAL,      70,
     "address review|checkstyle|code review|codeowners|dockerignore|editorconfig|fix build|"
      "fix checkstyle|fix ci|fix compilation|fix compile error|fix lint|fix lint errors|"
      "fix linter|fix merge conflict|fix merge conflicts|fix test|fix tests|fix the build|"
      "fix unit test|fix unit tests|flaky|github action|github actions|gitignore|jenkinsfile|"
      "linter|merge conflicts|pr comments|pre-commit|release notes|review comments|"
      "review feedback|sonar"                                                                         },

    { EVIDENCE_SECURITY, CATEGORY_SECURITY,      10, "security"                                       },
    { EVIDENCE_SECURITY, CATEGORY_SECURITY,      60,
     "security advisory|security bug|security fix|security fixes|security hardening|"
      "security hole|security issue|security issues|security patch|security patches|"
      "security update|security vulnerabilities|security vulnerability"                               },
    { EVIDENCE_SECURITY, CATEGORY_SECURITY,      70,
     "auth bypass|authentication bypass|authorization bypass|code injection|command injection|"
      "cross-site scripting|csrf|denial of service|directory traversal|exploit|exploitable|"
      "header injection|open redirect|path traversal|privilege escalation|rce|sql injection|ssrf|"
      "timing attack|vulnerabilities|vulnerability|vulnerable|xss|xxe"                                },
    { EVIDENCE_SECURITY, CATEGORY_SECURITY,      70,
     "buffer overflow|buffer overflows|buffer overrun|cve|cves|heap corruption|heap overflow|"
      "integer overflow|memory corruption|type confusion|uaf|uafs|use after free|use-after-free|"
      "use-after-frees"                                                                               },
};

const struct category_rule *category_rules(size_t *count)
{
    *count = sizeof rules / sizeof rules[0];
    return rules;
}

bool category_next_pattern(struct span *rest, struct span *pattern)
{
    size_t end;

    if (rest->length == 0)
        return false;
    end = span_find_char(*rest, '|');
    *pattern = span_slice(*rest, 0, end);
    *rest = end == SPAN_NONE ? span_from(*rest, rest->length) : span_from(*rest, end + 1);
    return true;
}

static bool pattern_known(enum category_evidence evidence, struct span word)
{
    size_t i;

    for (i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        struct span rest = span_of(rules[i].patterns);
        struct span pattern;

        while (rules[i].evidence == evidence && category_next_pattern(&rest, &pattern)) {
            if (span_same_fold(pattern, word))
                return true;
        }
    }
    return false;
}

bool category_type_known(struct span word)
{
    return pattern_known(EVIDENCE_TYPE, word);
}

bool category_label_known(struct span word)
{
    return pattern_known(EVIDENCE_LABEL, word);
}

size_t category_mark_length(struct span text)
{
    struct span mark;

    /* an emoji, or the name of one; nearly all titles begin with a letter */
    if (text.length == 0 || (text.at[0] != ':' && (unsigned char)text.at[0] < 0x80))
        return 0;
    mark = span_slice(text, 0, span_find_char(text, ' '));

    return mark.length > 0 && pattern_known(EVIDENCE_MARK, mark) ? mark.length : 0;
}

struct path_rule {
    enum path_class class;
    const char *text;
    size_t length;
};

#define TEXT(text) text, sizeof text - 1

static const struct path_rule folder_rules[] = {
    {PATH_TOOLING,        TEXT(".github")      },
    { PATH_TOOLING,       TEXT(".gitlab")      },
    { PATH_TOOLING,       TEXT(".circleci")    },
    { PATH_TOOLING,       TEXT(".ci")          },
    { PATH_TOOLING,       TEXT(".vscode")      },
    { PATH_TOOLING,       TEXT(".idea")        },
    { PATH_TEST,          TEXT("test")         },
    { PATH_TEST,          TEXT("tests")        },
    { PATH_TEST,          TEXT("testing")      },
    { PATH_TEST,          TEXT("testdata")     },
    { PATH_TEST,          TEXT("spec")         },
    { PATH_TEST,          TEXT("__tests__")    },
    { PATH_TEST,          TEXT("e2e")          },
    { PATH_DOCUMENTATION, TEXT("doc")          },
    { PATH_DOCUMENTATION, TEXT("docs")         },
    { PATH_DOCUMENTATION, TEXT("documentation")},
};

static const struct path_rule name_start_rules[] = {
    {PATH_TOOLING,        TEXT(".gitlab-ci")     },
    { PATH_TOOLING,       TEXT(".travis")        },
    { PATH_TOOLING,       TEXT(".pre-commit")    },
    { PATH_TOOLING,       TEXT(".editorconfig")  },
    { PATH_TOOLING,       TEXT(".git")           },
    { PATH_TOOLING,       TEXT(".clang-")        },
    { PATH_TOOLING,       TEXT(".eslint")        },
    { PATH_TOOLING,       TEXT(".prettier")      },
    { PATH_TOOLING,       TEXT(".golangci")      },
    { PATH_TOOLING,       TEXT("Jenkinsfile")    },
    { PATH_TOOLING,       TEXT("azure-pipelines")},
    { PATH_TOOLING,       TEXT("CODEOWNERS")     },
    { PATH_TOOLING,       TEXT("CHANGELOG")      },
    { PATH_TOOLING,       TEXT("renovate.json")  },
    { PATH_TEST,          TEXT("test_")          },
    { PATH_DOCUMENTATION, TEXT("README")         },
    { PATH_DOCUMENTATION, TEXT("CONTRIBUTING")   },
    { PATH_DOCUMENTATION, TEXT("LICENSE")        },
};

static const struct path_rule name_end_rules[] = {
    {PATH_TEST,           TEXT("_test.go")  },
    { PATH_TEST,          TEXT("_test.py")  },
    { PATH_TEST,          TEXT("_spec.rb")  },
    { PATH_TEST,          TEXT(".test.js")  },
    { PATH_TEST,          TEXT(".test.ts")  },
    { PATH_TEST,          TEXT(".test.tsx") },
    { PATH_TEST,          TEXT(".spec.js")  },
    { PATH_TEST,          TEXT(".spec.ts")  },
    { PATH_TEST,          TEXT("Test.java") },
    { PATH_TEST,          TEXT("Tests.java")},
    { PATH_TEST,          TEXT("IT.java")   },
    { PATH_TEST,          TEXT("Test.kt")   },
    { PATH_TEST,          TEXT("Tests.cs")  },
    { PATH_DOCUMENTATION, TEXT(".md")       },
    { PATH_DOCUMENTATION, TEXT(".rst")      },
    { PATH_DOCUMENTATION, TEXT(".adoc")     },
};

static enum path_class weightier(enum path_class a, enum path_class b)
{
    return a > b ? a : b;
}

/* Most rules are refused by their first letter. */
static bool stands_at(const struct path_rule *rule, const char *at)
{
    return rule->text[0] == at[0] && memcmp(rule->text, at, rule->length) == 0;
}

static enum path_class classify_folder(struct span folder)
{
    enum path_class class = PATH_SOURCE;
    size_t i;

    for (i = 0; i < COUNT(folder_rules); i++) {
        const struct path_rule *rule = &folder_rules[i];

        if (rule->length == folder.length && stands_at(rule, folder.at))
            class = weightier(class, rule->class);
    }
    return class;
}

static enum path_class classify_name(struct span name)
{
    enum path_class class = PATH_SOURCE;
    size_t i;

    for (i = 0; i < COUNT(name_start_rules); i++) {
        const struct path_rule *rule = &name_start_rules[i];

        if (rule->length <= name.length && stands_at(rule, name.at))
            class = weightier(class, rule->class);
    }
    for (i = 0; i < COUNT(name_end_rules); i++) {
        const struct path_rule *rule = &name_end_rules[i];

        if (rule->length <= name.length && stands_at(rule, name.at + name.length - rule->length))
            class = weightier(class, rule->class);
    }
    return class;
}

enum path_class path_classify(const char *path)
{
    struct span rest = span_of(path);
    enum path_class class = PATH_SOURCE;
    size_t slash;

    while ((slash = span_find_char(rest, '/')) != SPAN_NONE) {
        class = weightier(class, classify_folder(span_slice(rest, 0, slash)));
        rest = span_from(rest, slash + 1);
    }
    return weightier(class, classify_name(rest));
}
