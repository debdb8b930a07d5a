#include <pilab/source/well_known.h>

#include <stddef.h>
#include <stdlib.h>

#include <pilab/base/array.h>
#include <pilab/base/glob.h>
#include <pilab/base/memory.h>
#include <pilab/document/document.h>

#define YAML_NAMES   ".{yaml,yml}"
#define CONFIG_NAMES ".{yaml,yml,json,properties}"

/* Looked at in this order: the first pattern that matches decides, and one that begins with ! says
 * no. Letters are alike in either case. */
static const char *const config_patterns[] = {
    /* Not what a deployment reads; "test", though, may be an environment. */
    "!**/{node_modules,bower_components,vendor,third_party}/**",
    "!**/{testdata,test-data,test_data,fixtures,__tests__,__fixtures__,e2e}/**",
    "**/{overlays,environments,envs,stages,clusters}/test/**/*" CONFIG_NAMES,
    "!**/{test,tests,spec,specs,example,examples,sample,samples}/**",
    "!**/{doc,docs}/**",
    "!**/{.github,.gitlab,.circleci,.idea,.vscode,.changeset,.devcontainer,.husky}/**",
    "!**/{i18n,l10n,lang,locale,locales,translations}/**",
    "!**/{templates,dashboards}/**",
    "!**/ci/*values" YAML_NAMES,
    "!**/*.schema.json",
    "!**/{angular,bower,composer,jsconfig*,lerna,npm-shrinkwrap,nx,package,package-lock}.json",
    "!**/{project,tsconfig*,turbo}.json",
    "!**/{chart,chart.lock,codecov,dependabot,lerna,mkdocs,pnpm-lock}" YAML_NAMES,
    "!**/{pnpm-workspace,pubspec,pubspec.lock,renovate,requirements}" YAML_NAMES,
    "!**/.*" CONFIG_NAMES,
    "!**/{gradle,gradle-wrapper,lombok,maven-wrapper,messages,messages_*}.properties",
    "!**/sonar-project.properties",
    "!**/*.{dist,example,sample,template,tmpl,tpl}",
    "!**/{,*.,*-,*_}{example,sample}{" CONFIG_NAMES ",.env}",
    /* What it does read. */
    "**/values{,-*,.*,_*}" YAML_NAMES,
    "**/*values" YAML_NAMES,
    "**/values/**/*" YAML_NAMES,
    "**/{.env,*.env,.env.*}",
    "**/{application,bootstrap}{,-*}.{yaml,yml,properties}",
    "**/appsettings{,.*}.json",
    "**/{docker-compose,compose}{,.*,-*}" YAML_NAMES,
    "**/{kustomization,helmfile,serverless}" YAML_NAMES,
    "**/{config,configs,conf,configuration,settings,group_vars,host_vars}/**/*" CONFIG_NAMES,
    "**/{deploy,deployment,deployments,k8s,kubernetes,kustomize,helm,charts}/**/*" CONFIG_NAMES,
    "**/{manifests,overlays,environments,envs,stages,clusters,argocd,gitops}/**/*" CONFIG_NAMES,
    "**/{config,settings}{,-*,.*}" CONFIG_NAMES,
};

static const char *const helm_patterns[] = {
    "**/values{,-*,.*,_*}" YAML_NAMES,
    "**/*values" YAML_NAMES,
    "**/values/**/*" YAML_NAMES,
};

static const char *const secrets_patterns[] = {
    "**/{secret,secrets,credentials}/**",
    "**/{secret,secrets,credentials}{,.*,-*,_*}",
    "**/*{.,-,_}{secret,secrets,credentials}{,.*}",
};

struct name_rule {
    struct glob *glob;
    bool yes;
};

struct well_known {
    struct name_rule config[COUNT(config_patterns)];
    struct name_rule helm[COUNT(helm_patterns)];
    struct name_rule secrets[COUNT(secrets_patterns)];
};

static void translate(struct name_rule *rules, const char *const *patterns, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        rules[i].yes = patterns[i][0] != '!';
        rules[i].glob = glob_new(patterns[i] + !rules[i].yes, '/', true);
    }
}

static void free_rules(struct name_rule *rules, size_t count)
{
    for (size_t i = 0; i < count; i++)
        glob_free(&rules[i].glob);
}

static bool judge(const struct name_rule *rules, size_t count, const char *path)
{
    for (size_t i = 0; i < count; i++) {
        if (glob_test(rules[i].glob, path))
            return rules[i].yes;
    }
    return false;
}

struct well_known *well_known_new(void)
{
    struct well_known *names = memory_new(sizeof *names);

    translate(names->config, config_patterns, COUNT(config_patterns));
    translate(names->helm, helm_patterns, COUNT(helm_patterns));
    translate(names->secrets, secrets_patterns, COUNT(secrets_patterns));
    return names;
}

void well_known_free(struct well_known **names)
{
    if (names == NULL || *names == NULL)
        return;
    free_rules((*names)->config, COUNT(config_patterns));
    free_rules((*names)->helm, COUNT(helm_patterns));
    free_rules((*names)->secrets, COUNT(secrets_patterns));
    free(*names);
    *names = NULL;
}

bool well_known_config(const struct well_known *names, const char *path)
{
    enum document_format format;

    return document_format_of(path, &format) && judge(names->config, COUNT(config_patterns), path);
}

bool well_known_helm_values(const struct well_known *names, const char *path)
{
    return judge(names->helm, COUNT(helm_patterns), path);
}

bool well_known_secrets(const struct well_known *names, const char *path)
{
    return judge(names->secrets, COUNT(secrets_patterns), path);
}
