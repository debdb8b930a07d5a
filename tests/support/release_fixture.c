#include "release_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>

#include <pilab/base/memory.h>

#include "scratch.h"

static void first_release(struct builder *builder)
{
    builder_write(builder, "README.md", "# shop-api\n\nSells things.\n");
    builder_write(builder, "src/session.c", "int timeout = 30;\n");
    builder_write(builder, "src/cart.c", "int items;\nint total;\n");
    builder_write(builder, "deploy/values.yaml",
                  "replicas: 2\n"
                  "image:\n"
                  "  tag: v1.0.0\n"
                  "env:\n"
                  "  SESSION_TIMEOUT: \"30\"\n"
                  "  DB_PASSWORD: not-a-real-one\n");
    builder_write(builder, "deploy/values-uat.yaml", "replicas: 3\n");
    builder_commit(builder, "feat: sell things");
    builder_annotated_tag(builder, "v1.0.0", "The first release");
}

static struct object_id fix_on_main(struct builder *builder)
{
    builder_write(builder, "src/cart.c", "int items;\nint total; /* rounded once */\n");
    return builder_commit(builder, "fix(cart): round the total once [SHOP-12]");
}

static void merge_feature(struct builder *builder)
{
    builder_branch(builder, "feature/login");
    builder_author(builder, "Ben Example", "ben@example.org");
    builder_write(builder, "src/login.c", "int fingerprint;\n");
    builder_commit(builder, "feat(login): sign in with a fingerprint\n\nRefs: SHOP-20\n");
    builder_write(builder, "src/login.c", "int fingerprint;\nint fallback;\n");
    builder_commit(builder, "feat(login): fall back to the PIN\n\nRefs: SHOP-20\n");
    builder_switch(builder, "main");
    builder_merge(builder, "feature/login", "Merge branch 'feature/login'");
    builder_delete_branch(builder, "feature/login");
    builder_author(builder, "Ada Example", "ada@example.org");
}

static void second_release(struct builder *builder)
{
    struct object_id banner;

    builder_write(builder, "src/banner.c", "int banner;\n");
    banner = builder_commit(builder, "feat: show a banner (#31)");
    builder_replace(builder, "deploy/values.yaml", "\"30\"", "\"15\"");
    builder_replace(builder, "deploy/values.yaml", "not-a-real-one", "another-unreal-one");
    builder_append(builder, "deploy/values.yaml", "  PUSH_ENABLED: \"true\"\n");
    builder_commit(builder, "[SHOP-23] shorten sessions\n\nSigned-off-by: Ada Example "
                            "<ada@example.org>\n");
    builder_revert(builder, &banner);
    builder_write(builder, "src/session.c", "int timeout = 15;\n");
    builder_commit(builder, "feat(api)!: drop the old session header\n\n"
                            "BREAKING CHANGE: clients must send X-Session.\n");
    builder_append(builder, "README.md", "\nRun `make`.\n");
    builder_commit(builder, "docs: say how to build");
    builder_replace(builder, "deploy/values.yaml", "v1.0.0", "v1.1.0");
    builder_commit(builder, "chore: release 1.1.0");
    builder_annotated_tag(builder, "v1.1.0", "The second release");
}

struct fixture_repository *release_fixture_new(void)
{
    struct fixture_repository *fixture = fixture_new();
    struct builder *builder = fixture_builder(fixture);
    struct object_id fix;

    first_release(builder);
    builder_branch(builder, "release/1.0");
    builder_switch(builder, "main");
    fix = fix_on_main(builder);
    builder_switch(builder, "release/1.0");
    builder_pick(builder, &fix, true); /* the fix goes out early */
    builder_tag(builder, "v1.0.1");
    builder_switch(builder, "main");
    merge_feature(builder);
    second_release(builder);
    fixture_open(fixture);
    return fixture;
}

char *release_fixture_project(const struct fixture_repository *fixture, const char *directory)
{
    char *text = memory_printf("pilab: 1\n"
                               "project: {name: Example Shop, code: SHOP, tickets: [SHOP]}\n"
                               "environments:\n"
                               "  - {name: DEV, stage: DEV}\n"
                               "  - {name: UAT, stage: UAT, from: [DEV]}\n"
                               "  - {name: PROD, stage: PROD, from: [UAT]}\n"
                               "modules:\n"
                               "  - name: shop-api\n"
                               "    type: BACKEND\n"
                               "    repository: %s\n"
                               "    tags: \"v{version}\"\n"
                               "    config: [deploy/values.yaml, \"deploy/values-{env}.yaml\"]\n",
                               fixture_path(fixture));
    char *path = scratch_file(directory, "pilab.yaml", text);

    free(text);
    return path;
}
