/* Maven and Gradle. */
#include "package_support.h"

#include <string.h>

static void a_pom_fills_in_its_properties(void **state)
{
    (void)state;
    assert_packages_read(
        "pom.xml",
        "<?xml version=\"1.0\"?>\n"
        "<project xmlns=\"http://maven.apache.org/POM/4.0.0\">\n"
        "  <parent><groupId>org.base</groupId><artifactId>base</artifactId>\n"
        "    <version>3.1.0</version></parent>\n"
        "  <artifactId>app</artifactId>\n"
        "  <properties><core>2.0</core><web>${core}.${minor}</web><minor>7</minor>\n"
        "    <loop>${pool}</loop><pool>${loop}</pool></properties>\n"
        "  <dependencyManagement><dependencies>\n"
        "    <dependency><groupId>m</groupId><artifactId>set</artifactId>\n"
        "      <version>9</version></dependency>\n"
        "    <dependency><groupId>b</groupId><artifactId>bom</artifactId>\n"
        "      <version>5</version><type>pom</type><scope>import</scope></dependency>\n"
        "  </dependencies></dependencyManagement>\n"
        "  <dependencies>\n"
        "    <dependency><groupId>g</groupId><artifactId>web</artifactId>\n"
        "      <version>${web}</version></dependency>\n"
        "    <dependency><groupId>m</groupId><artifactId>set</artifactId></dependency>\n"
        "    <dependency><groupId>g</groupId><artifactId>elsewhere</artifactId>\n"
        "      <scope>test</scope></dependency>\n"
        "    <dependency><groupId>${project.groupId}</groupId><artifactId>own</artifactId>\n"
        "      <version>${project.version}</version><optional>true</optional></dependency>\n"
        "    <dependency><groupId>g</groupId><artifactId>unknown</artifactId>\n"
        "      <version>${nobody.knows}</version><scope>provided</scope></dependency>\n"
        "  </dependencies>\n"
        "  <build><plugins><plugin><artifactId>maven-jar-plugin</artifactId>\n"
        "    <version>3</version></plugin></plugins></build>\n"
        "</project>\n",
        NULL,
        "org.base:base 3.1.0 runtime direct\n"
        "g:web 2.0.7 runtime direct\n"
        "m:set 9 runtime direct\n"
        "g:elsewhere - dev direct\n"
        "org.base:own 3.1.0 optional direct\n"
        "g:unknown ${nobody.knows} peer direct\n"
        "m:set 9 managed direct\n"
        "b:bom 5 runtime direct\n"
        "org.apache.maven.plugins:maven-jar-plugin 3 build direct\n");
}

static void properties_that_name_each_other_come_to_an_end(void **state)
{
    struct package_list *list =
        read_packages("pom.xml",
                      "<project><properties><a>${b}${b}</a><b>${a}${a}</b></properties>\n"
                      "<dependencies><dependency><groupId>g</groupId><artifactId>x</artifactId>\n"
                      "<version>${a}</version></dependency></dependencies></project>",
                      NULL);

    (void)state;
    assert_int_equal(list->count, 1);
    assert_true(strlen(list->packages[0].version) < 8192);
    package_list_free(&list);
}

static const char parent[] =
    "<project><groupId>org.us</groupId><artifactId>parent</artifactId><version>1</version>\n"
    "<properties><shared>4.2</shared></properties>\n"
    "<dependencyManagement><dependencies><dependency><groupId>g</groupId>\n"
    "<artifactId>set</artifactId><version>${shared}</version></dependency>\n"
    "</dependencies></dependencyManagement></project>";

static void a_parent_in_the_repository_decides_versions(void **state)
{
    static const char child[] =
        "<project><parent><groupId>org.us</groupId><artifactId>parent</artifactId>\n"
        "<version>1</version></parent><artifactId>child</artifactId>\n"
        "<dependencies><dependency><groupId>g</groupId><artifactId>set</artifactId></dependency>\n"
        "<dependency><groupId>g</groupId><artifactId>other</artifactId>\n"
        "<version>${shared}</version></dependency></dependencies></project>";
    static const char *const beside[] = { "pom.xml", parent, NULL };
    static const char *const another[] = {
        "pom.xml", "<project><artifactId>no-relative</artifactId></project>", NULL
    };

    (void)state;
    assert_packages_read("child/pom.xml", child, beside,
                         "g:set 4.2 runtime direct\n"
                         "g:other 4.2 runtime direct\n");
    /* What stands there by chance is no parent. */
    assert_packages_read("child/pom.xml", child, another,
                         "org.us:parent 1 runtime direct\n"
                         "g:set - runtime direct\n"
                         "g:other ${shared} runtime direct\n");
}

static void a_pom_that_is_its_own_parent_is_read_once(void **state)
{
    static const char text[] =
        "<project><parent><groupId>g</groupId><artifactId>me</artifactId><version>1</version>\n"
        "<relativePath>./pom.xml</relativePath></parent><artifactId>me</artifactId></project>";
    static const char *const beside[] = { "pom.xml", text, NULL };

    (void)state;
    assert_packages_read("pom.xml", text, beside, "g:me 1 runtime direct\n");
}

static void what_is_no_project_is_refused_with_its_line(void **state)
{
    (void)state;
    assert_packages_refused("pom.xml", "\n<settings/>",
                            "pom.xml:2: its root is <settings>, not <project>");
    assert_packages_refused("pom.xml", "<project>\n<a></b>", "pom.xml:2: mismatched tag");
    assert_packages_refused("pom.xml",
                            "<!DOCTYPE p [<!ENTITY a \"aaaa\">\n<!ENTITY b "
                            "\"&a;&a;\">]>\n<project/>",
                            "pom.xml:1: it declares entities, which are not read");
}

static void a_gradle_lock_file_tells_what_is_shipped(void **state)
{
    struct package_list *list;

    (void)state;
    assert_packages_read("gradle.lockfile",
                         "# This is a Gradle generated file\n"
                         "org.a:a:1.0=compileClasspath,runtimeClasspath,testRuntimeClasspath\n"
                         "org.b:b:2.0=testCompileClasspath\r\n"
                         "org.c:c:3.0=annotationProcessor\n"
                         "empty=\n",
                         NULL,
                         "org.a:a 1.0 runtime -\n"
                         "org.b:b 2.0 dev -\n"
                         "org.c:c 3.0 build -\n");
    list = read_packages("gradle.lockfile", "one line\norg.a:a:1=x\n", NULL);
    assert_int_equal(list->problem_count, 1);
    assert_int_equal(list->problems[0].line, 1);
    assert_string_equal(list->problems[0].message,
                        "expected group:name:version, found \"one line\"");
    package_list_free(&list);
}

static void a_catalogue_names_versions_by_reference(void **state)
{
    (void)state;
    assert_packages_read("gradle/libs.versions.toml",
                         "[versions]\n"
                         "core = \"1.2.3\"\n"
                         "rich = { strictly = \"[1.7, 1.8[\", prefer = \"1.7.25\" }\n"
                         "[libraries]\n"
                         "core = { module = \"org.a:core\", version.ref = \"core\" }\n"
                         "whole = \"org.a:whole:4.0\"\n"
                         "apart = { group = \"org.b\", name = \"apart\", version.ref = \"rich\" }\n"
                         "by-bom = { module = \"org.c:by-bom\" }\n"
                         "[plugins]\n"
                         "tool = { id = \"org.tool\", version = \"5\" }\n",
                         NULL,
                         "org.a:core 1.2.3 runtime direct\n"
                         "org.a:whole 4.0 runtime direct\n"
                         "org.b:apart [1.7, 1.8[ runtime direct\n"
                         "org.c:by-bom - runtime direct\n"
                         "org.tool 5 build direct\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_pom_fills_in_its_properties),
        cmocka_unit_test(properties_that_name_each_other_come_to_an_end),
        cmocka_unit_test(a_parent_in_the_repository_decides_versions),
        cmocka_unit_test(a_pom_that_is_its_own_parent_is_read_once),
        cmocka_unit_test(what_is_no_project_is_refused_with_its_line),
        cmocka_unit_test(a_gradle_lock_file_tells_what_is_shipped),
        cmocka_unit_test(a_catalogue_names_versions_by_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
