/*
 * The rules for code where a project says nothing else. What a row is worth is how rarely it
 * is wrong: a report that is all red is not read.
 */
#include <pilab/schema/migration.h>

#include "rule_rows.h"

/* Files that are read, not run. */
#define DOCUMENTATION                                                                              \
    "*.md *.markdown *.rst *.adoc README* CHANGELOG* CHANGES NEWS LICENSE* COPYING AUTHORS "       \
    "CODEOWNERS"
#define NOT_DOCUMENTATION                                                                          \
    "!*.md !*.markdown !*.rst !*.adoc !README* !CHANGELOG* !CHANGES !NEWS !LICENSE* !COPYING "     \
    "!AUTHORS !CODEOWNERS"
/* A way back is run by a person, and not when something is deployed. "0002_shut_down.sql" is none.
 */
#define NOT_BACK             NOT_DOCUMENTATION " !*.down.* !*.undo.* !*.rollback.* !down.sql !U[0-9]*__*"
#define DOCUMENTATION_FOLDER "{doc,docs,documentation}/**"

#define TEST_FILES  "*_test.* *.test.* *.spec.* *_spec.* test_*.*"
#define TEST_FOLDER "**/{test,tests,spec,specs,__tests__,testdata,fixtures}/**"

/* What builds and checks it. */
#define PIPELINE_FOLDER "**/{.github,.gitlab,.circleci,.buildkite}/**"

#define NOT_SHIPPED "{" DOCUMENTATION_FOLDER "," TEST_FOLDER "}"
#define NOT_RUN     "{" DOCUMENTATION_FOLDER "," TEST_FOLDER ",**/.devcontainer/**}"

/* What a commit says of itself is not said of its documentation, tests and pipelines. */
#define NOT_TOLD    NOT_DOCUMENTATION " !*_test.* !*.test.* !*.spec.* !*_spec.* !test_*.*"
#define NOT_TOLD_IN "{" DOCUMENTATION_FOLDER "," TEST_FOLDER "," PIPELINE_FOLDER "}"

/* Written by tools, not by people: their size says nothing. */
#define NOT_GENERATED                                                                              \
    "!*.lock !*-lock.json !*-lock.yaml !go.sum !*.lockfile !*.min.js !*.min.css !*.map !*.svg "    \
    "!*.snap !*.pb.go !*_pb2.py"
#define GENERATED_FOLDER "**/{vendor,node_modules,third_party,dist,generated,__snapshots__}/**"

/* One column a line. */
/* clang-format off */
static const struct rule rows[] = {
    { .id = "module.added",
      .type = DRIFT_CODE,
      .category = "module",
      .change_types = ADDED,
      .severity = SEVERITY_MEDIUM,
      .attention = ATTENTION_REVIEW,
      .sentence = "a module that was not there before" },
    { .id = "module.removed",
      .type = DRIFT_CODE,
      .category = "module",
      .change_types = DELETED,
      .severity = SEVERITY_HIGH,
      .sentence = "a whole module goes away: make sure nothing calls it any more" },
    { .id = "module.version",
      .type = DRIFT_CODE,
      .category = "version",
      .severity = SEVERITY_MEDIUM,
      .attention = ATTENTION_REVIEW,
      .sentence = "another version, and what lies between the two could not be read" },
    { .id = "code.security",
      .type = DRIFT_CODE,
      .key = NOT_TOLD,
      .except = NOT_TOLD_IN,
      .words = "security insecure vulnerability vulnerabilities vulnerable exploit exploitable cve "
               "cves cve-* ghsa-* xss csrf ssrf xxe rce uaf uafs use-after-free",
      .severity = SEVERITY_CRITICAL,
      .security = true,
      .sentence = "its commits speak of security" },
    { .id = "code.advisory",
      .type = DRIFT_CODE,
      .key = NOT_TOLD,
      .except = NOT_TOLD_IN,
      .marks = MARK_ADVISORY,
      .severity = SEVERITY_CRITICAL,
      .security = true,
      .sentence = "it came from a private fork, where advisories are worked on" },
    { .id = "code.breaking",
      .type = DRIFT_CODE,
      .key = NOT_TOLD,
      .except = NOT_TOLD_IN,
      .marks = MARK_BREAKING,
      .severity = SEVERITY_HIGH,
      .breaking = true,
      .sentence = "its commits say that it breaks something" },
    { .id = "code.bug",
      .type = DRIFT_CODE,
      .key = NOT_TOLD,
      .except = NOT_TOLD_IN,
      .marks = MARK_TICKET,
      .words = "bug bugs bugfix bugfixes hotfix hotfixes defect defects regression",
      .severity = SEVERITY_HIGH,
      .routine = true,
      .sentence = "it mends a reported bug" },
    { .id = "code.large",
      .type = DRIFT_CODE,
      .key = NOT_GENERATED,
      .except = GENERATED_FOLDER,
      .lines_over = 500,
      .severity = SEVERITY_MEDIUM,
      .sentence = "more than 500 changed lines" },
    { .id = "code.migration-new",
      .type = DRIFT_CODE,
      .key = NOT_BACK,
      .path = MIGRATION_FILES,
      .except = NOT_SHIPPED,
      .unmarked = MARK_TOLD,
      .change_types = ADDED,
      .severity = SEVERITY_MEDIUM,
      .attention = ATTENTION_REVIEW,
      .sentence = "a migration: it changes the database when this is deployed" },
    { .id = "code.migration-changed",
      .type = DRIFT_CODE,
      .key = NOT_BACK,
      .path = MIGRATION_FILES,
      .except = NOT_SHIPPED,
      .unmarked = MARK_TOLD,
      .change_types = MODIFIED | DELETED,
      .severity = SEVERITY_HIGH,
      .sentence = "a migration that may have run already is changed: it does not run again" },
    { .id = "code.told",
      .type = DRIFT_CODE,
      .marks = MARK_TOLD,
      .severity = SEVERITY_INFO,
      .sentence = "what it does is told, and judged, under Database or Dependencies" },
    { .id = "code.key-file",
      .type = DRIFT_CODE,
      .key = ".env .env.* *.pem *.p12 *.pfx *.jks *.keystore *.key .htpasswd id_rsa id_dsa "
             "id_ecdsa id_ed25519 !*.example !*.sample !*.template !*.dist",
      .except = NOT_SHIPPED,
      .change_types = ADDED | MODIFIED,
      .severity = SEVERITY_HIGH,
      .security = true,
      .sentence = "a file of a kind that holds keys or secrets: make sure it belongs here" },
    { .id = "code.pipeline",
      .type = DRIFT_CODE,
      .key = "Jenkinsfile .gitlab-ci.yml azure-pipelines.yml bitbucket-pipelines.yml .travis.yml",
      .severity = SEVERITY_MEDIUM,
      .sentence = "how it is built and released" },
    { .id = "code.workflow",
      .type = DRIFT_CODE,
      .path = "**/.github/workflows/**",
      .severity = SEVERITY_MEDIUM,
      .sentence = "how it is built and released" },
    { .id = "code.image",
      .type = DRIFT_CODE,
      .key = "Dockerfile Dockerfile.* *.Dockerfile Containerfile",
      .severity = SEVERITY_MEDIUM,
      .sentence = "what its image is made of" },
    { .id = "code.image-root",
      .type = DRIFT_CODE,
      .except = NOT_RUN,
      .marks = MARK_ROOT,
      .severity = SEVERITY_HIGH,
      .attention = ATTENTION_REVIEW,
      .security = true,
      .sentence = "what runs in its image is root from now on, and so is whoever breaks into it" },
    { .id = "code.image-piped",
      .type = DRIFT_CODE,
      .except = NOT_RUN,
      .marks = MARK_PIPED,
      .severity = SEVERITY_HIGH,
      .attention = ATTENTION_REVIEW,
      .security = true,
      .sentence = "it runs what it fetches, unseen: whoever serves that decides what it does" },
    { .id = "code.image-unverified",
      .type = DRIFT_CODE,
      .except = NOT_RUN,
      .marks = MARK_UNVERIFIED,
      .severity = SEVERITY_HIGH,
      .attention = ATTENTION_REVIEW,
      .security = true,
      .sentence = "checks of origin are switched off: what is fetched may be anybody's" },
    { .id = "code.image-secret",
      .type = DRIFT_CODE,
      .except = NOT_RUN,
      .marks = MARK_BAKED,
      .severity = SEVERITY_HIGH,
      .attention = ATTENTION_REVIEW,
      .security = true,
      .sentence = "a secret is written into its image: whoever has the image has it as well" },
    { .id = "code.image-remote",
      .type = DRIFT_CODE,
      .except = NOT_RUN,
      .marks = MARK_REMOTE,
      .severity = SEVERITY_MEDIUM,
      .attention = ATTENTION_REVIEW,
      .security = true,
      .sentence = "it adds a file from elsewhere that no checksum pins: it may change any time" },
    { .id = "code.deployment",
      .type = DRIFT_CODE,
      .key = "Chart.yaml values*.yaml values*.yml kustomization.yaml *.tf *.tfvars compose.yaml "
             "compose.yml docker-compose*.yaml docker-compose*.yml",
      .severity = SEVERITY_MEDIUM,
      .sentence = "how and where it is deployed" },
    { .id = "code.libraries",
      .type = DRIFT_CODE,
      .key = "package.json pom.xml build.gradle build.gradle.kts go.mod Cargo.toml Gemfile "
             "composer.json requirements*.txt pyproject.toml Pipfile *.csproj",
      .unmarked = MARK_TOLD,
      .severity = SEVERITY_LOW,
      .sentence = "which libraries it uses" },
    { .id = "code.type",
      .type = DRIFT_CODE,
      .details = 1u << DETAIL_TYPE_CHANGED,
      .severity = SEVERITY_MEDIUM,
      .sentence = "a file, a link or a submodule took the other's place" },
    { .id = "code.documentation",
      .type = DRIFT_CODE,
      .key = DOCUMENTATION,
      .severity = SEVERITY_INFO,
      .sentence = "documentation" },
    { .id = "code.documentation-folder",
      .type = DRIFT_CODE,
      .path = DOCUMENTATION_FOLDER,
      .severity = SEVERITY_INFO,
      .sentence = "documentation" },
    { .id = "code.test",
      .type = DRIFT_CODE,
      .key = TEST_FILES,
      .severity = SEVERITY_INFO,
      .sentence = "a test" },
    { .id = "code.test-folder",
      .type = DRIFT_CODE,
      .path = TEST_FOLDER,
      .severity = SEVERITY_INFO,
      .sentence = "a test" },
    { .id = "code.change",
      .type = DRIFT_CODE,
      .fallback = true,
      .severity = SEVERITY_LOW,
      .sentence = "what runs is changed" },
};
/* clang-format on */

const struct rule_rows rules_of_code = RULE_ROWS(rows);
