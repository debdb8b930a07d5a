/*
 * What a Dockerfile does that is new, beside the images that it names.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/strbuf.h>
#include <pilab/images/recipe.h>

#define BASE "FROM node:20 AS build\nRUN make\nFROM node:20\n"

struct change {
    const char *before, *after; /* behind BASE; before NULL: the file is new */
};

static unsigned risks_of(const struct change *change)
{
    char before[512], after[512];

    strcat(strcpy(before, BASE), change->before != NULL ? change->before : "");
    strcat(strcpy(after, BASE), change->after);
    return image_recipe_risks(change->before != NULL ? before : NULL, strlen(before), after,
                              strlen(after));
}

static void assert_risks(const struct change *changes, size_t count, unsigned risks)
{
    for (size_t i = 0; i < count; i++) {
        if (risks_of(&changes[i]) != risks)
            fail_msg("%s: %u and not %u", changes[i].after, risks_of(&changes[i]), risks);
    }
}

#define ASSERT_RISKS(changes, risks)                                                               \
    assert_risks(changes, sizeof(changes) / sizeof *(changes), risks)

static void who_runs_it_is_told_where_it_becomes_root(void **state)
{
    static const struct change root[] = {
        {"USER app\n",        "USER root\n"                           },
        { "USER app\n",       ""                                      },
        { "USER 1000:1000\n", "USER 0:0\n"                            },
        { "USER app\n",       "USER app\nRUN x\nuser \"root\"\n"      },
        { "",                 "USER root\nRUN apt-get update\n"       },
        { NULL,               "USER root\n"                           },
        { "USER app\n",       "USER app\nFROM build\n"                },
        { "USER app\n",       "FROM x AS base\nUSER root\nFROM base\n"},
        { "USER app\n",       "ARG U=root\nUSER $U\n"                 },
        { "USER app\n",       "ARG U=root\nUSER ${U}:${U}\n"          },
        { "USER app\n",       "ENV A=1 U=\"0\"\nUSER \"$U\"\n"        },
        { "USER app\n",       "ENV U root\nUSER $U\n"                 },
        { "USER app\n",       "USER ${U:-root}\n"                     },
    };
    static const struct change other[] = {
        {"USER root\n",  "USER app\n"                                              },
        { "USER app\n",  "USER root\nRUN apt-get update\nUSER app\n"               },
        { "USER root\n", "USER root\nRUN x\n"                                      },
        { "USER root\n", ""                                                        },
        { "",            ""                                                        },
        { NULL,          ""                                                        },
        { "USER app\n",  "# USER root\nUSER node\n"                                },
        { "USER app\n",  "FROM x AS base\nUSER app\nFROM base AS last\n"           },
        { "USER app\n",  "FROM gcr.io/distroless/static:nonroot\n"                 },
        { "USER app\n",  "FROM x AS Base\nUSER app\nFROM base\n"                   },
        { "USER app\n",  "USER app\nRUN python3 <<EOF\nfrom os import path\nEOF\n" },
        { "USER app\n",  "USER app\nCOPY <<EOF /q.sql\nSELECT 1\nFROM users\nEOF\n"},
        { "USER app\n",  "RUN echo \\\n  # USER root\n  x\nUSER ${UID}\n"          },
        { "USER app\n",  "ARG U=app\nUSER ${U:-root}\n"                            },
        { "USER app\n",  "ARG U=root\nFROM x\nUSER $U\n"                           },
        { "USER app\n",  "ARG U=root\nARG U=app\nUSER $U\n"                        },
    };

    (void)state;
    ASSERT_RISKS(root, IMAGE_RECIPE_ROOT);
    ASSERT_RISKS(other, 0);
}

static void what_is_fetched_and_run_unseen_is_told(void **state)
{
    static const struct change piped[] = {
        {"",                                     "RUN curl -fsSL https://a.example/x.sh | sh\n"                               },
        { "",                                    "RUN apt-get update && wget -qO- https://a.example/x \\\n | sudo -E bash -\n"},
        { "",                                    "RUN bash <(curl -s https://a.example/x)\n"                                  },
        { "",                                    "RUN sh -c \"$(curl -fsSL https://a.example/x)\"\n"                          },
        { "",                                    "RUN eval \"$(wget -O- https://a.example/x)\"\n"                             },
        { "",                                    "RUN curl https://a.example/x | python3 -\n"                                 },
        { "",                                    "RUN curl https://a.example/x | FOO=1 /bin/bash -s -- --yes\n"               },
        { "",                                    "RUN <<EOF\ncurl https://a.example/x | sh\nEOF\n"                            },
        { "",                                    "RUN <<EOF\ncurl https://a.example/x |\\\n sh\nEOF\n"                        },
        { "",                                    "RUN curl -o y https://a.example/y; curl https://a.example/x | sh\n"         },
        { "",                                    "RUN curl -fsSL https://a.example/i.sh -o /tmp/i.sh && sh /tmp/i.sh\n"       },
        { "",                                    "RUN curl -fsSLo i.sh https://a.example/x; bash -e ./i.sh --yes\n"           },
        { "",                                    "RUN wget https://a.example/i.sh && chmod +x i.sh && ./i.sh\n"               },
        { "",                                    "RUN wget -q -O /tmp/i https://a.example/x && sudo bash /tmp/i\n"            },
        { "",                                    "RUN curl https://a.example/x > i.py && python3 i.py\n"                      },
        { "",
         "RUN --mount=type=cache,target=/c curl --output=i https://a.example/x \\\n && sh i\n"                                },
        { NULL,                                  "RUN curl https://a.example/x | sh\n"                                        },
        { "RUN curl https://a.example/x | sh\n", "RUN curl https://b.example/x | sh\n"                                        },
    };
    static const struct change fine[] = {
        {"RUN curl https://a.example/v1 | sh\n",               "RUN curl https://a.example/v2 | sh\n"                                       },
        { "",                                                  "RUN curl -o x.tgz https://a.example/x && tar xf x.tgz\n"                    },
        { "",                                                  "RUN curl https://a.example/x | tar xz\n"                                    },
        { "",                                                  "RUN curl https://a.example/x | gpg --dearmor > y; sh z\n"                   },
        { "",                                                  "RUN curl https://a.example/x | python3 -c 'import json'\n"                  },
        { "",                                                  "RUN apk add curl bash | cat && sh x\n"                                      },
        { "",                                                  "RUN bash ./x.sh --version $(curl -s https://a.example/v)\n"                 },
        { "",                                                  "RUN V=$(curl -s https://a.example/v) && echo $V\n"                          },
        { "",                                                  "# RUN curl https://a.example/x | sh\n"                                      },
        { "",
         "RUN curl -o i.sh https://a.example/i.sh && echo 12 i.sh | sha256sum -c && sh i.sh\n"                                              },
        { "",                                                  "RUN curl -o /usr/bin/kubectl https://a.example/kubectl && kubectl version\n"},
        { "",                                                  "RUN curl -o a.tgz https://a.example/a.tgz && tar xf a.tgz && sh build.sh\n" },
        { "",                                                  "RUN curl -o i.sh https://a.example/i.sh && sh -c 'ls i.sh'\n"               },
        { "RUN curl -o i.sh https://a.example/1 && sh i.sh\n",
         "RUN curl -o i.sh https://a.example/2 && sh i.sh\n"                                                                                },
        { "RUN curl https://a.example/x | sh\n",               ""                                                                           },
    };

    (void)state;
    ASSERT_RISKS(piped, IMAGE_RECIPE_PIPED);
    ASSERT_RISKS(fine, 0);
}

static void what_is_added_or_fetched_unchecked_is_told(void **state)
{
    static const struct change remote[] = {
        {"",                              "ADD https://a.example/x.tgz /x\n"         },
        { NULL,                           "ADD --chown=1 http://a.example/x.tgz /x\n"},
        { "ADD https://a.example/x /x\n", "ADD https://b.example/x /x\n"             },
    };
    static const struct change unverified[] = {
        {"",  "RUN wget --no-check-certificate https://a.example/x\n"},
        { "", "RUN curl -fsSLk https://a.example/x -o x\n"           },
        { "", "RUN curl --insecure https://a.example/x -o x\n"       },
        { "", "ENV NODE_TLS_REJECT_UNAUTHORIZED=0\n"                 },
        { "", "RUN git config --global http.sslVerify false\n"       },
        { "", "RUN npm config set strict-ssl false\n"                },
        { "", "RUN git config --global http.sslVerify \"false\"\n"   },
        { "", "ENV NODE_TLS_REJECT_UNAUTHORIZED=\"0\"\n"             },
        { "", "RUN apt-get install --allow-unauthenticated -y x\n"   },
        { "", "RUN pip install --trusted-host a.example x\n"         },
    };
    static const struct change fine[] = {
        {"",                                           "ADD --checksum=sha256:1 https://a.example/x /x\n"                           },
        { "ADD https://a.example/x-1 /x\n",            "ADD https://a.example/x-2 /x\n"                                             },
        { "",                                          "ADD src /src\n"                                                             },
        { "",                                          "ADD https://a.example/y.git#0123456789abcdef0123456789abcdef01234567 /src\n"},
        { "",                                          "HEALTHCHECK CMD curl -k https://localhost/\n"                               },
        { "",                                          "RUN curl -fsSL https://a.example/k -o x\n"                                  },
        { "",                                          "RUN curl --key k https://a.example/x -o x\n"                                },
        { "RUN curl -k https://a.example/1\n",         "RUN curl -k https://a.example/2\n"                                          },
        { "RUN curl --insecure https://a.example/1\n", "RUN curl https://a.example/1\n"                                             },
    };

    (void)state;
    ASSERT_RISKS(remote, IMAGE_RECIPE_REMOTE);
    ASSERT_RISKS(unverified, IMAGE_RECIPE_UNVERIFIED);
    ASSERT_RISKS(fine, 0);
}

static bool is_secret(const char *name, const char *value, size_t length)
{
    assert_int_equal(strlen(value), length);
    return strcmp(name, "KEY") == 0 || strncmp(value, "ghp_", 4) == 0;
}

static bool bakes(const char *previous, const char *current)
{
    return image_recipe_bakes(previous, previous != NULL ? strlen(previous) : 0, current,
                              strlen(current), is_secret);
}

static void secrets_that_are_written_into_the_image_are_told(void **state)
{
    static const char *const yes[] = { "ENV KEY=abc\n", "env A=1 \\\n KEY='a b'\n",
                                       "ENV KEY a b\n", "ARG GH=ghp_1\nFROM x\n",
                                       "ARG KEY=x",     "ENV A=\"ghp_ 1\"\n" };
    static const char *const no[] = { "ARG KEY\n",          "ENV KEY=\n",    "ENV KEY=$KEY\n",
                                      "ENV KEY=/run/key\n", "# ENV KEY=a\n", "RUN KEY=abc make\n",
                                      "ENV A=1 B=KEY\n",    "ARG KEY A=b\n", "" };

    (void)state;
    for (size_t i = 0; i < sizeof yes / sizeof *yes; i++) {
        if (!bakes(NULL, yes[i]) || !bakes("FROM x\n", yes[i]) || bakes(yes[i], yes[i]))
            fail_msg("%s", yes[i]);
    }
    for (size_t i = 0; i < sizeof no / sizeof *no; i++) {
        if (bakes(NULL, no[i]))
            fail_msg("%s", no[i]);
    }
    assert_false(bakes("ENV KEY=a\n", "ENV KEY=b\n"));
}

/* Without a first line that says so, ` joins nothing. */
static void lines_are_joined_as_the_file_says(void **state)
{
    static const char plain[] = "FROM a\nRUN x `y`\nUSER app\n";
    static const char late[] = "# syntax=docker/dockerfile:1\n#escape = `\nFROM a\nUSER app\n"
                               "RUN curl https://a.example/x | `\n  sh\n";
    static const char windows[] = "# escape=`\nFROM a\nRUN x `\n USER root\nUSER app\n";

    (void)state;
    assert_int_equal(image_recipe_risks(plain, strlen(plain), plain, strlen(plain)), 0);
    assert_int_equal(image_recipe_risks(plain, strlen(plain), windows, strlen(windows)), 0);
    assert_int_equal(image_recipe_risks(windows, strlen(windows), "", 0), 0); /* makes no image */
    assert_int_equal(image_recipe_risks(windows, strlen(windows), "FROM a\n", 7),
                     IMAGE_RECIPE_ROOT);
    assert_int_equal(image_recipe_risks(plain, strlen(plain), late, strlen(late)),
                     IMAGE_RECIPE_PIPED);
    assert_int_equal(image_recipe_risks(NULL, 0, "ADD http://\\", 12), IMAGE_RECIPE_REMOTE);
}

/* Whoever writes a file like that does not hold up the report: much of it is read at once. */
static void long_lines_are_read_once(void **state)
{
    static const char *const parts[] = { "curl ",   "curl|x ", "$(curl ", "curl;", "`curl ",
                                         "`curl= ", "`curl",   "|a=b ",   "-k " };
    struct strbuf text = STRBUF_INIT;

    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        strbuf_clear(&text);
        strbuf_add(&text, "FROM a\nRUN ");
        strbuf_add_repeat(&text, parts[i], ((size_t)1 << 18) / strlen(parts[i]));
        assert_int_equal(image_recipe_risks(NULL, 0, text.data, text.length), 0);
    }
    strbuf_release(&text);
}

/* A file that was fetched once is told once, however often it is run. */
static void what_is_run_again_and_again_is_told_once(void **state)
{
    struct strbuf text = STRBUF_INIT;

    (void)state;
    strbuf_add(&text, "FROM a\nRUN curl -o x.sh ");
    strbuf_add_repeat(&text, "y ", 250000);
    strbuf_add_char(&text, ';');
    strbuf_add_repeat(&text, "sh x.sh;", 60000);
    assert_int_equal(image_recipe_risks(NULL, 0, text.data, text.length), IMAGE_RECIPE_PIPED);
    strbuf_release(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_runs_it_is_told_where_it_becomes_root),
        cmocka_unit_test(what_is_fetched_and_run_unseen_is_told),
        cmocka_unit_test(what_is_added_or_fetched_unchecked_is_told),
        cmocka_unit_test(secrets_that_are_written_into_the_image_are_told),
        cmocka_unit_test(lines_are_joined_as_the_file_says),
        cmocka_unit_test(long_lines_are_read_once),
        cmocka_unit_test(what_is_run_again_and_again_is_told_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
