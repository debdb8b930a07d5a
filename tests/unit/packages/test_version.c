#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/packages/version.h>

/* Each is less than the one after it. */
static void assert_order(const char *ecosystem, const char *const *versions, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < count; k++) {
            int order = package_version_compare(ecosystem, versions[i], versions[k]);

            if ((i < k && order >= 0) || (i > k && order <= 0) || (i == k && order != 0))
                fail_msg("%s: %s and %s: %d", ecosystem, versions[i], versions[k], order);
        }
    }
}

#define ORDER(ecosystem, ...)                                                                      \
    do {                                                                                           \
        static const char *const list[] = { __VA_ARGS__ };                                         \
        assert_order(ecosystem, list, sizeof list / sizeof *list);                                 \
    } while (0)

static void each_ecosystem_has_its_own_order(void **state)
{
    (void)state;
    /* semver.org, section 11 */
    ORDER("npm", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta", "1.0.0-beta.2",
          "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.9.0", "1.10.0", "2.0.0",
          "99999999999999999999999.0.0");
    ORDER("golang", "v0.0.0-20180830191138-d8f796af33cc", "v0.0.0-20190101000000-aaaaaaaaaaaa",
          "v1.1.1", "v1.1.2-0.20180830191138-d8f796af33cc", "v1.1.2", "v2.0.0+incompatible");
    /* peps.python.org/pep-0440, "Summary of permitted suffixes and relative ordering" */
    ORDER("pypi", "1.0.dev456", "1.0a1", "1.0a2.dev456", "1.0a2", "1.0b1.dev456", "1.0b2",
          "1.0b2.post345.dev456", "1.0b2.post345", "1.0rc1.dev456", "1.0rc1", "1.0", "1.0+abc.5",
          "1.0+abc.7", "1.0+5", "1.0.post456.dev34", "1.0.post456", "1.1.dev1", "1!0.1");
    /* Maven's ComparableVersion */
    ORDER("maven", "1-alpha-1", "1-alpha-2", "1-beta-1", "1-milestone-1", "1-rc-1", "1-SNAPSHOT",
          "1", "1-sp", "1-xyz", "1-1", "1.1", "1.2");
    ORDER("gem", "1.0.0.alpha", "1.0.0.beta2", "1.0.0.rc1", "1.0.0", "1.0.1");
    ORDER("composer", "dev-main", "v1.0.0-alpha1", "1.0.0-beta2", "1.0.0-RC1", "1.0.0", "1.0.0-p1",
          "v1.0.1");
    ORDER("nuget", "1.0.0-preview.2", "1.0.0", "1.0.0.1", "1.0.1");
    assert_true(package_version_compare("npm", NULL, "1") < 0);
    assert_int_equal(package_version_compare("npm", NULL, NULL), 0);
}

struct step_row {
    const char *ecosystem, *previous, *current, *step;
    const char *marks; /* d: downgrade, z: 0.x, c: calendar, k: commit, b: breaking */
};

static void assert_step(const struct step_row *row)
{
    struct version_change change =
        package_version_change(row->ecosystem, row->previous, row->current);
    char marks[8] = "";

    strcat(marks, change.downgrade ? "d" : "");
    strcat(marks, change.zero ? "z" : "");
    strcat(marks, change.calendar ? "c" : "");
    strcat(marks, change.commit ? "k" : "");
    strcat(marks, change.breaking ? "b" : "");
    if (strcmp(version_step_name(change.step), row->step) != 0 || strcmp(marks, row->marks) != 0)
        fail_msg("%s: %s -> %s is %s (%s)", row->ecosystem, row->previous ? row->previous : "NULL",
                 row->current ? row->current : "NULL", version_step_name(change.step), marks);
}

static void a_step_has_a_size_and_a_direction(void **state)
{
    static const struct step_row rows[] = {
        {"npm",       "1.2.3",                              "2.0.0",                                "major",      "b" },
        { "npm",      "2.0.0",                              "1.9.9",                                "major",      "db"},
        { "npm",      "1.2.3",                              "1.3.0",                                "minor",      ""  },
        { "npm",      "1.2.3",                              "1.2.4",                                "patch",      ""  },
        { "npm",      "1.2.4",                              "1.2.3",                                "patch",      "d" },
        { "npm",      "0.2.3",                              "0.3.0",                                "minor",      "zb"},
        { "npm",      "0.2.3",                              "0.2.4",                                "patch",      "z" },
        { "npm",      "0.0.3",                              "0.0.4",                                "patch",      "zb"},
        { "npm",      "0.9.0",                              "1.0.0",                                "major",      "b" },
        { "npm",      "1.0.0-rc.1",                         "1.0.0",                                "prerelease", ""  },
        { "npm",      "1.0.0",                              "1.0.0-rc.1",                           "prerelease", "d" },
        { "npm",      "1.0.0+a",                            "1.0.0+b",                              "build",      ""  },
        { "npm",      "1.0",                                "1.0.0",                                "same",       ""  },
        { "npm",      "1.0.0",                              "git+ssh://git@example.org/x.git#abc",  "other",      ""  },
        { "npm",      "1.0.0",                              NULL,                                   "other",      ""  },
        { "npm",      "workspace:*",                        "1.0.0",                                "other",      ""  },
        { "golang",   "v1.1.1",                             "v1.1.2-0.20180830191138-d8f796af33cc", "patch",      ""  },
        { "golang",   "v0.0.0-20180830191138-d8f796af33cc", "v0.0.0-20190101000000-aaaaaaaaaaaa",
         "prerelease",                                                                                            "zk"},
        { "golang",   "v2.0.0",                             "v2.0.0+incompatible",                  "build",      ""  },
        { "pypi",     "2024.8.30",                          "2025.1.31",                            "major",      "cb"},
        { "pypi",     "1.0",                                "1.0.post1",                            "prerelease", ""  },
        { "pypi",     "1.0",                                "1!1.0",                                "major",      "b" },
        { "maven",    "33.0.0-jre",                         "33.0.0-android",                       "build",      ""  },
        { "maven",    "33.0.0-jre",                         "33.1.0-jre",                           "minor",      ""  },
        { "maven",    "5.4.0.Final",                        "5.4.1.Final",                          "patch",      ""  },
        { "maven",    "4.0.0-SNAPSHOT",                     "4.0.0",                                "prerelease", ""  },
        { "maven",    "1.0.Final",                          "1.0",                                  "same",       ""  },
        { "composer", "v1.0.0",                             "dev-main",                             "other",      ""  },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        assert_step(&rows[i]);
}

static void a_range_begins_with_a_version(void **state)
{
    static const struct {
        const char *range, *version;
    } rows[] = {
        {"^1.2.3",                 "1.2.3"},
        { ">=1.2,<2",              "1.2"  },
        { "~> 3.1",                "3.1"  },
        { "[1.0,2.0)",             "1.0"  },
        { "1.x",                   "1"    },
        { "==1.4.*",               "1.4"  },
        { "npm:real@^2.0.0",       "2.0.0"},
        { "workspace:^1.0.0",      "1.0.0"},
        { "*",                     NULL   },
        { "^1 || ^2",              NULL   },
        { "latest",                NULL   },
        { "https://x.example/1.2", NULL   },
        { "",                      NULL   },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        size_t length = 0;
        const char *start = package_version_of_range(rows[i].range, &length);

        if ((start == NULL) != (rows[i].version == NULL) ||
            (start != NULL &&
             (length != strlen(rows[i].version) || memcmp(start, rows[i].version, length) != 0)))
            fail_msg("%s begins with %.*s", rows[i].range, (int)length, start ? start : "");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_ecosystem_has_its_own_order),
        cmocka_unit_test(a_step_has_a_size_and_a_direction),
        cmocka_unit_test(a_range_begins_with_a_version),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
