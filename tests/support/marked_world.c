#include "marked_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <pilab/base/digest.h>
#include <pilab/base/memory.h>
#include <pilab/base/strbuf.h>

#include "scratch.h"

/* Every "@" becomes "a" in the first version and "b" in the second. */
/* clang-format off */
static const char project[] =
    "pilab: 1\n"
    "project: {name: Shop, code: SHP, tickets: [MB]}\n"
    "environments:\n"
    "  - {name: UAT, stage: UAT}\n"
    "  - {name: PROD, stage: PROD, from: [UAT]}\n"
    "registries:\n"
    "  - {name: images.example, folder: lay}\n"
    "modules:\n"
    "  - {name: shop, type: BACKEND, repository: ., tags: \"v{version}\",\n"
    "     config: [deploy/app.yaml, deploy/values.yaml], migrations: {path: db/migrations}}\n";

static const char values[] = "shop:\n  image: images.example/mb/auth:v@\n";

static const char app[] =
    "apiVersion: v1\n"
    "data: {k: zq10@}\n"
    "kind: Secret\n"
    "metadata:\n"
    "  name: s\n"
    "  annotations:\n"
    "    kubectl.kubernetes.io/last-applied-configuration: \"{\\\"kind\\\":\\\"Secret\\\",\\\"data\\\":{\\\"pw\\\":\\\"zq11@\\\"}}\"\n"
    "stringData:\n"
    "  z: zq12@\n"
    "---\n"
    "apiVersion: apps/v1\n"
    "kind: Deployment\n"
    "metadata: {name: d}\n"
    "spec:\n"
    "  template:\n"
    "    spec:\n"
    "      containers:\n"
    "        - name: c\n"
    "          args: [\"--password=zq13@\", \"--db-password\", \"zq14@\"]\n"
    "          command:\n"
    "            - run\n"
    "            - --token\n"
    "            - zq15@\n"
    "          env:\n"
    "            - {name: DB_PASSWORD, value: zq16@}\n"
    "            - {name: URL, value: \"postgres://u:zq17@:x@h/d\"}\n"
    "            - {name: AUTH, value: \"Authorization: Bearer zq18@\"}\n"
    "            - {name: DSN, value: \"Server=db;Password=zq19@;\"}\n"
    "            - {name: userPw, value: zq21@}\n"
    "            - {name: DRIVER, value: \"app:zq22@:x@tcp(db:3306)/d\"}\n"
    "            - {name: SAS, value: \"https://h/x?api_key=zq23@&sig=zq24@zzzz\"}\n"
    "            - {name: PIPE, value: \"curl --user=admin:zq25@ https://h\"}\n"
    "            - {name: pass, value: zq26@}\n"
    "            - {name: NESTED, value: '{\"auths\":{\"h\":{\"auth\":\"zq20@\"}}}'}\n";

/* Its kind stands far from its data, and no comparison of settings knows of it. */
static const char manifest_of_secret[] =
    "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\n  namespace: x\ntype: Opaque\n"
    "data:\n  dsn: zq90@\n  license: zq91@\n";

static const char migration[] =
    "-- password: zq30@\n"
    "create table t@(id int primary key, api_key text default 'zq31@', u text default 'postgres://u:zq32@:x@h/d');\n"
    "insert into t@ (id, api_key) values (1, 'zq33@');\n"
    "create function f@() returns void language plpgsql as $$ begin perform dblink_connect('host=h password=zq34@'); end $$;\n"
    "create role r@ password 'zq35@';\n"
    "create view v@ as select 'Bearer zq36@'::text as tok, 'zq37@' as password;\n"
    "alter table t@ add column client_secret text default 'zq38@';\n"
    "alter table t@ add column pw text default 'zq41@', alter column db_pw set default 'zq42@';\n"
    "comment on table t@ is 'login root password=zq43@';\n"
    "select set_config('app.password', 'zq44@', false);\n"
    "set app.pw = 'zq45@';\n"
    "create user mapping for public server s options (user 'u', password 'zq39@');\n"
    "create subscription sb connection 'host=h password=zq40@' publication p;\n";

static const char schema[] =
    "create table t(id int primary key, api_key text default 'zq50@', u text default 'postgres://u:zq51@:x@h/d', pw text default 'zq56@');\n"
    "create function f() returns void language plpgsql as $$ begin perform dblink_connect('host=h password=zq52@'); end $$;\n"
    "create view v as select 'Bearer zq53@'::text as tok, 'zq54@'::text as password;\n"
    "comment on table t is 'password: zq55@';\n";

static const char resource[] =
    "%s{\"address\":\"%s.x%zu\",\"mode\":\"managed\",\"type\":\"%s\",\"name\":\"x%zu\",\"provider_name\":\"p\","
    "\"change\":{\"actions\":[\"update\"],\"before\":%s,\"after\":%s}}";

static const char *const resources[][2] = {
    { "kubernetes_manifest", "{\"manifest\":{\"kind\":\"Secret\",\"data\":{\"k\":\"zq70@\"}}}" },
    { "helm_release", "{\"values\":[\"password: zq71@\"]}" },
    { "helm_release", "{\"set_sensitive\":[{\"name\":\"a\",\"value\":\"zq72@\"}],\"set\":[{\"name\":\"db.password\",\"value\":\"zq73@\"}]}" },
    { "aws_ecs_task_definition", "{\"container_definitions\":\"[{\\\"command\\\":[\\\"--password=zq74@\\\",\\\"--db-password\\\",\\\"zq75@\\\"]}]\"}" },
    { "null_resource", "{\"triggers\":{\"cmd\":\"curl -H 'Authorization: Bearer zq76@'\"}}" },
    { "kubernetes_secret", "{\"metadata\":[{\"annotations\":{\"kubectl.kubernetes.io/last-applied-configuration\":\"{\\\"data\\\":{\\\"pw\\\":\\\"zq77@\\\"}}\"}}]}" },
    { "aws_instance", "{\"user_data\":\"#!/bin/sh\\nexport DB_PASSWORD=zq78@\\n\"}" },
    { "azurerm_x", "{\"settings\":\"Server=x;Password=zq79@;\",\"u\":\"redis://:zq80@:x@h\"}" },
    { "kubectl_manifest", "{\"yaml_body\":\"data:\\n  k: zq81@\\nkind: Secret\\n\"}" },
};

static const char image[] =
    "{\"architecture\":\"amd64\",\"os\":\"linux\",\"config\":{\"Env\":[\"DB_PASSWORD=zq60@\",\"URL=https://u:zq61@:x@h\"],"
    "\"Cmd\":[\"run\",\"--password\",\"zq62@\"],\"Entrypoint\":[\"sh\",\"-c\",\"TOKEN=zq63@ run\"]},"
    "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[\"sha256:%s\"]},"
    "\"history\":[{\"created_by\":\"RUN |1 NPM_TOKEN=zq64@ /bin/sh -c npm ci --password=zq65@\"}]}";

static const char manifest[] =
    "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\","
    "\"config\":{\"mediaType\":\"application/vnd.oci.image.config.v1+json\",\"digest\":\"sha256:%s\",\"size\":%zu},"
    "\"layers\":[{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",\"digest\":\"sha256:%s\",\"size\":%zu}]}";
/* clang-format on */

/* ":x@" stays: it ends the password of a URL. */
static char *version_of(const char *text, char version)
{
    char *copy = memory_copy_text(text);

    for (char *at = copy; (at = strchr(at, '@')) != NULL; at++) {
        if (at - copy >= 2 && memcmp(at - 2, ":x", 2) == 0)
            continue;
        *at = version;
    }
    return copy;
}

static void write_version(const char *folder, const char *name, const char *text, char version)
{
    char *content = version_of(text, version);

    free(scratch_file(folder, name, content));
    free(content);
}

static void shell(const char *folder, const char *words)
{
    char *line = memory_printf("cd '%s' && %s", folder, words);

    if (system(line) != 0)
        fail_msg("%s", line);
    free(line);
}

static void write_plan(const char *folder)
{
    struct strbuf plan = STRBUF_INIT;

    strbuf_add(&plan, "{\"format_version\":\"1.2\",\"resource_changes\":[");
    for (size_t i = 0; i < sizeof resources / sizeof *resources; i++) {
        char *before = version_of(resources[i][1], 'a'), *after = version_of(resources[i][1], 'b');

        strbuf_printf(&plan, resource, i > 0 ? "," : "", resources[i][0], i, resources[i][0], i,
                      before, after);
        free(before);
        free(after);
    }
    strbuf_add(&plan, "]}");
    free(scratch_file(folder, "plan.json", plan.data));
    strbuf_release(&plan);
}

/* Writes a blob of the layout and leaves its digest. */
static void add_blob(const char *layout, const char *text, char digest[SHA256_HEX_SIZE])
{
    char *name;

    sha256_hex(text, strlen(text), digest);
    name = memory_printf("blobs/sha256/%s", digest);
    free(scratch_file(layout, name, text));
    free(name);
}

static void add_image(const char *layout, char version, struct strbuf *index)
{
    char layer[SHA256_HEX_SIZE], config[SHA256_HEX_SIZE], whole[SHA256_HEX_SIZE];
    char tag[] = { 'l', version, '\0' };
    char *text = version_of(image, version), *filled, *list;

    add_blob(layout, tag, layer);
    filled = memory_new(strlen(text) + SHA256_HEX_SIZE);
    snprintf(filled, strlen(text) + SHA256_HEX_SIZE, "%.*s%s%s", (int)(strstr(text, "%s") - text),
             text, layer, strstr(text, "%s") + 2);
    add_blob(layout, filled, config);
    list = memory_printf(manifest, config, strlen(filled), layer, strlen(tag));
    add_blob(layout, list, whole);
    strbuf_printf(index,
                  "%s{\"mediaType\":\"application/vnd.oci.image.manifest.v1+json\",\"digest\":"
                  "\"sha256:%s\",\"size\":%zu,\"annotations\":{"
                  "\"org.opencontainers.image.ref.name\":\"v%c\"}}",
                  version == 'b' ? "," : "", whole, strlen(list), version);
    free(text), free(filled), free(list);
}

static void write_images(const char *folder)
{
    char *layout = scratch_path(folder, "lay/mb/auth");
    struct strbuf index = STRBUF_INIT;

    strbuf_add(&index, "{\"schemaVersion\":2,\"manifests\":[");
    add_image(layout, 'a', &index);
    add_image(layout, 'b', &index);
    strbuf_add(&index, "]}");
    free(scratch_file(layout, "index.json", index.data));
    free(scratch_file(layout, "oci-layout", "{\"imageLayoutVersion\":\"1.0.0\"}"));
    strbuf_release(&index);
    free(layout);
}

char *marked_world_make(const char *folder)
{
    char *shop = scratch_path(folder, "shop");

    for (char version = 'a'; version <= 'b'; version++) {
        char *script = memory_printf("git add -A deploy db && git commit -qm 'feat: MB-%d change' "
                                     "&& git tag v1.%d.0",
                                     version - 'a' + 1, version - 'a');

        write_version(shop, "deploy/app.yaml", app, version);
        write_version(shop, "deploy/values.yaml", values, version);
        write_version(shop, "deploy/sealed.yaml", manifest_of_secret, version);
        write_version(shop, version == 'a' ? "db/migrations/V1__a.sql" : "db/migrations/V2__b.sql",
                      migration, version);
        write_version(shop, version == 'a' ? "a.sql" : "b.sql", schema, version);
        if (version == 'a')
            shell(shop, "git init -q && git config user.email a@example.org && "
                        "git config user.name A");
        shell(shop, script);
        free(script);
    }
    free(scratch_file(shop, "pilab.yaml", project));
    write_plan(shop);
    write_images(shop);
    return shop;
}

void assert_unmarked(const char *what, const void *bytes, size_t length)
{
    const char *text = bytes;

    for (size_t i = 0; i + 4 < length; i++) {
        if (text[i] == 'z' && text[i + 1] == 'q' && text[i + 2] >= '0' && text[i + 2] <= '9' &&
            text[i + 3] >= '0' && text[i + 3] <= '9')
            fail_msg("%s shows a secret: %.*s", what, (int)(length - i < 200 ? length - i : 200),
                     text + i);
    }
}
