#include <pilab/packages/formats.h>

#include <string.h>
#include <strings.h>

#include <pilab/base/glob.h>

#include "reader.h"

/* clang-format off */
static const struct package_format formats[] = {
    /* JavaScript; of two lock files npm itself prefers the shrinkwrap. */
    { "**/npm-shrinkwrap.json", "npm lock file", "npm", "npm", PACKAGE_FILE_LOCK, npm_lock_read },
    { "**/package-lock.json", "npm lock file", "npm", "npm", PACKAGE_FILE_LOCK, npm_lock_read },
    { "**/pnpm-lock.yaml", "pnpm lock file", "npm", "npm", PACKAGE_FILE_LOCK, pnpm_lock_read },
    { "**/yarn.lock", "Yarn lock file", "npm", "npm", PACKAGE_FILE_LOCK, yarn_lock_read },
    { "**/package.json", "npm manifest", "npm", "npm", PACKAGE_FILE_MANIFEST, npm_manifest_read },
    /* Java */
    { "**/pom.xml", "Maven project", NULL, "maven", PACKAGE_FILE_MANIFEST, pom_read },
    { "**/{gradle,*-gradle}.lockfile", "Gradle lock file", NULL, "maven", PACKAGE_FILE_LOCK,
      gradle_lock_read },
    { "**/gradle/dependency-locks/*.lockfile", "Gradle lock file", NULL, "maven",
      PACKAGE_FILE_LOCK, gradle_lock_read },
    { "**/*.versions.toml", "Gradle catalogue", NULL, "maven", PACKAGE_FILE_MANIFEST,
      gradle_catalog_read },
    /* Python */
    { "**/uv.lock", "uv lock file", "python", "pypi", PACKAGE_FILE_LOCK, python_lock_read },
    { "**/poetry.lock", "Poetry lock file", "python", "pypi", PACKAGE_FILE_LOCK,
      python_lock_read },
    { "**/pdm.lock", "PDM lock file", "python", "pypi", PACKAGE_FILE_LOCK, python_lock_read },
    { "**/pyproject.toml", "Python project", "python", "pypi", PACKAGE_FILE_MANIFEST,
      pyproject_read },
    { "**/Pipfile.lock", "Pipenv lock file", "pipenv", "pypi", PACKAGE_FILE_LOCK,
      pipfile_lock_read },
    { "**/Pipfile", "Pipenv manifest", "pipenv", "pypi", PACKAGE_FILE_MANIFEST, pipfile_read },
    { REQUIREMENTS_PATTERN, "Python requirements", NULL, "pypi", PACKAGE_FILE_MANIFEST,
      requirements_read },
    /* Go, Rust, Ruby, PHP */
    { "**/go.mod", "Go module", NULL, "golang", PACKAGE_FILE_LOCK, go_mod_read },
    { "**/Cargo.lock", "Cargo lock file", "cargo", "cargo", PACKAGE_FILE_LOCK, cargo_lock_read },
    { "**/Cargo.toml", "Cargo manifest", "cargo", "cargo", PACKAGE_FILE_MANIFEST,
      cargo_manifest_read },
    { "**/{Gemfile.lock,gems.locked}", "Bundler lock file", NULL, "gem", PACKAGE_FILE_LOCK,
      gemfile_lock_read },
    { "**/composer.lock", "Composer lock file", "composer", "composer", PACKAGE_FILE_LOCK,
      composer_lock_read },
    { "**/composer.json", "Composer manifest", "composer", "composer", PACKAGE_FILE_MANIFEST,
      composer_manifest_read },
    /* .NET */
    { "**/packages.lock.json", "NuGet lock file", "nuget", "nuget", PACKAGE_FILE_LOCK,
      nuget_lock_read },
    { "**/*.{cs,fs,vb}proj", "NuGet references", "nuget", "nuget", PACKAGE_FILE_MANIFEST,
      nuget_project_read },
    { "**/packages.config", "NuGet references", "nuget", "nuget", PACKAGE_FILE_MANIFEST,
      nuget_project_read },
    { "**/Directory.Packages.props", "NuGet versions", NULL, "nuget", PACKAGE_FILE_MANIFEST,
      nuget_project_read },
    /* Bills of materials */
    { "**/{bom,*[-_.]bom,*.cdx,sbom,*[-_.]sbom,sbom[-_.]*,*.cyclonedx,*.spdx}.json",
      "bill of materials", NULL, NULL, PACKAGE_FILE_BILL, bill_read },
};
/* clang-format on */

const struct package_format *package_formats(size_t *count)
{
    *count = sizeof formats / sizeof *formats;
    return formats;
}

/* What the names of all these files end in, so that most files of a repository need no glob. */
static bool may_be(const char *path)
{
    static const char *const ends[] = { ".json",   ".lock",   ".lockfile", ".yaml", ".xml",
                                        ".txt",    ".toml",   ".mod",      "proj",  ".props",
                                        ".config", ".locked", "Pipfile" };
    size_t length = strlen(path);

    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        size_t size = strlen(ends[i]);

        if (length >= size && strcasecmp(path + length - size, ends[i]) == 0)
            return true;
    }
    return false;
}

const struct package_format *package_format_of(const char *path)
{
    if (!may_be(path))
        return NULL;
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        if (glob_match_fold(formats[i].pattern, path, '/'))
            return &formats[i];
    }
    return NULL;
}
