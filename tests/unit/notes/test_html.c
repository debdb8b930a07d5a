/* Release notes as a web page and as a table: whatever is in them, they are well-formed and run
 * nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <pilab/base/json.h>
#include <pilab/base/memory.h>
#include <pilab/notes/change_table.h>
#include <pilab/notes/html.h>
#include <pilab/notes/json.h>

/* --- A reader of XML that knows just enough to say whether a page is well-formed ----------------
 */

#define DEEPEST 256

struct xml {
    const char *at;
    const char *names[DEEPEST];
    size_t lengths[DEEPEST];
    size_t depth;
};

static void read_entity(struct xml *xml)
{
    static const char *const known[] = { "&amp;", "&lt;", "&gt;", "&quot;" };

    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (strncmp(xml->at, known[i], strlen(known[i])) == 0) {
            xml->at += strlen(known[i]);
            return;
        }
    }
    fail_msg("a bare & at \"%.40s\"", xml->at);
}

static void read_attributes(struct xml *xml)
{
    while (*xml->at == ' ') {
        xml->at++;
        if (*xml->at == '/')
            return;
        xml->at += strspn(xml->at, "abcdefghijklmnopqrstuvwxyz-");
        if (strncmp(xml->at, "=\"", 2) != 0)
            fail_msg("no attribute at \"%.40s\"", xml->at);
        xml->at += 2;
        while (*xml->at != '"') {
            assert_true(*xml->at != '\0' && *xml->at != '<');
            if (*xml->at == '&')
                read_entity(xml);
            else
                xml->at++;
        }
        xml->at++;
    }
}

static void read_tag(struct xml *xml)
{
    bool closes = xml->at[1] == '/';
    const char *name = xml->at + 1 + closes;
    size_t length = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789");

    if (length == 0)
        fail_msg("no tag at \"%.40s\"", xml->at);
    xml->at = name + length;
    if (closes) {
        assert_true(xml->depth > 0);
        xml->depth--;
        if (xml->lengths[xml->depth] != length ||
            strncmp(xml->names[xml->depth], name, length) != 0)
            fail_msg("</%.*s> closes <%.*s>", (int)length, name, (int)xml->lengths[xml->depth],
                     xml->names[xml->depth]);
    } else {
        read_attributes(xml);
        assert_true(xml->depth < DEEPEST);
        if (*xml->at != '/') {
            xml->names[xml->depth] = name;
            xml->lengths[xml->depth++] = length;
        } else {
            xml->at++;
        }
    }
    if (*xml->at != '>')
        fail_msg("a tag that does not end at \"%.40s\"", xml->at);
    xml->at++;
}

static void assert_well_formed(const char *page)
{
    static const char doctype[] = "<!DOCTYPE html>\n";
    struct xml xml = { .at = page + sizeof doctype - 1 };

    assert_int_equal(strncmp(page, doctype, sizeof doctype - 1), 0);
    while (*xml.at != '\0') {
        unsigned char c = (unsigned char)*xml.at;

        if (c < 0x20 && c != '\n' && c != '\t')
            fail_msg("the control %02x at \"%.40s\"", c, xml.at);
        if (c == '<')
            read_tag(&xml);
        else if (c == '&')
            read_entity(&xml);
        else
            xml.at++;
    }
    assert_int_equal(xml.depth, 0);
}

/* --- The page --------------------------------------------------------------------------------- */

static char *render(const char *title, const char *markdown, size_t length)
{
    struct note_page page = { .title = title,
                              .markdown = markdown,
                              .length = length,
                              .origin = "Note 3, revision 4",
                              .digest = "d1",
                              .markdown_digest = "d2" };
    struct strbuf out = STRBUF_INIT;
    struct error error = { 0 };

    if (!note_render_html(&out, &page, &error))
        fail_msg("%s", error.message);
    assert_well_formed(out.data);
    return strbuf_steal(&out);
}

static void says(const char *page, const char *part)
{
    if (strstr(page, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, page);
}

static void says_not(const char *page, const char *part)
{
    if (strstr(page, part) != NULL)
        fail_msg("\"%s\" is in:\n%s", part, page);
}

static void a_page_has_title_text_and_digests(void **state)
{
    static const char markdown[] = "# Notes\n\n| Key | New |\n|-----|-----|\n| A | *b* |\n\n"
                                   "- ~~gone~~ [link](https://example.org/a?b=1&c=2)\n";
    char *page = render("R2025.03 & more", markdown, strlen(markdown));

    (void)state;
    says(page, "<title>R2025.03 &amp; more</title>");
    says(page, "<meta name=\"pilab-content-sha256\" content=\"d1\" />");
    says(page, "SHA-256 of the Markdown <code>d2</code>");
    says(page, "Note 3, revision 4");
    says(page, "<h1>Notes</h1>");
    says(page, "<td><em>b</em></td>");
    says(page, "<del>gone</del>");
    says(page, "<a href=\"https://example.org/a?b=1&amp;c=2\">link</a>");
    says(page, "@media print");
    free(page);
}

static void nothing_in_the_text_runs(void **state)
{
    static const char markdown[] =
        "<script>alert(1)</script>\n\n"
        "<iframe src=\"https://example.org\"></iframe>\n\n"
        "inline <b onclick=\"x()\">bold</b> ]]> & <!channel>\n\n"
        "[go](javascript:alert(1)) [go](JaVaScRiPt:x) [go](data:text/html,x) <javascript:x>\n\n"
        "![seen](https://example.org/pixel.png) ![](https://example.org/other.png)\n\n"
        "| a |\n|---|\n| <script>x</script> ![p](https://example.org/p.png) |\n\n"
        "<style>body{display:none}</style>\n";
    char *page = render("<script>x</script>", markdown, strlen(markdown));
    const char *body = strstr(page, "<main>");

    (void)state;
    says_not(page, "<script");
    says_not(body, "<iframe");
    says_not(body, "<style");
    says_not(body, "<b ");
    says_not(body, "<img");
    says_not(body, "src=\"");
    says_not(body, "href=\"javascript");
    says_not(body, "href=\"JaVa");
    says_not(body, "href=\"data");
    says(body, "&lt;script&gt;alert(1)&lt;/script&gt;");
    says(body, "&lt;b onclick=&quot;x()&quot;&gt;bold&lt;/b&gt; ]]&gt; &amp; &lt;!channel&gt;");
    says(body, "<a href=\"https://example.org/pixel.png\">seen</a>");
    says(body, ">https://example.org/other.png</a>");
    free(page);
}

static void what_xml_cannot_have_is_left_out(void **state)
{
    static const char markdown[] = "a\x0b"
                                   "b\x1b[2J &#x0b;&#27; c\x7f \xef\xbf\xbe d\r\n"
                                   "e \xff\xc0\x80 \xe2\x80\xae"
                                   "f &#x202e;g `\xe2\x81\xa6` \xc2\x9b h\n";
    char *page = render("t\x0b\xe2\x80\xae", markdown, sizeof markdown - 1);

    (void)state;
    says(page, "<title>t[U+202E]</title>");
    says(page, "ab[2J");
    says(page, "[U+202E]f");
    says(page, "[U+202E]g");
    says(page, "<code>[U+2066]</code>");
    says(page, "\xef\xbf\xbd");
    says_not(page, "\xe2\x80\xae");
    says_not(page, "\xc2\x9b");
    says_not(page, "\xef\xbf\xbe");
    free(page);
}

static void the_same_text_gives_the_same_bytes(void **state)
{
    static const char markdown[] = "# A\n\n- b\n";
    char *first = render("t", markdown, strlen(markdown));
    char *second = render("t", markdown, strlen(markdown));

    (void)state;
    assert_string_equal(first, second);
    free(first);
    free(second);
}

static void any_bytes_make_a_page_that_is_well_formed(void **state)
{
    static const char pieces[][12] = { "<",     ">",    "&",     "\"",   "![",   "](",    ")",
                                       "|",     "\n",   "\n\n",  "    ", "`",    "```\n", "<a b='",
                                       "-->",   "<!--", "]]>",   "*",    "_",    "#",     "- ",
                                       "1. ",   "&#0;", "&#x1;", "\xff", "\x0b", "\\",    "~~",
                                       "[x]: ", "<?",   "|-|\n" };
    uint32_t seed = 12345;

    (void)state;
    for (int round = 0; round < 2000; round++) {
        struct strbuf text = STRBUF_INIT;
        char *page;

        for (int i = 0; i < 40; i++) {
            seed = seed * 1664525u + 1013904223u;
            strbuf_add(&text, pieces[(seed >> 16) % (sizeof pieces / sizeof *pieces)]);
        }
        page = render("t", text.data, text.length);
        says_not(strstr(page, "<main>"), "<img");
        free(page);
        strbuf_release(&text);
    }
}

/* --- The table -------------------------------------------------------------------------------- */

static void a_table_has_every_change_and_no_formula(void **state)
{
    static const char text[] =
        "{\"schema\":\"pilab.notes/1\",\"release\":{\"version\":\"v1\"},"
        "\"changes\":{\"features\":[{\"title\":\"=cmd|'/c calc'!A1\",\"type\":\"added\","
        "\"services\":[\"auth\",\"web\"],\"commits\":[\"aa\"],\"authors\":[],\"breaking\":true,"
        "\"tickets\":[{\"id\":\"MB-1\",\"kind\":\"key\"}]}],"
        "\"internal\":[{\"title\":\"hidden\",\"type\":\"modified\"}]},"
        "\"configuration_changes\":[{\"service\":\"auth\",\"path\":\"env.A\",\"key\":\"A\","
        "\"change_type\":\"modified\",\"previous\":\"1\",\"current\":\"-2\",\"severity\":\"LOW\"}]"
        "}";
    struct error error = { 0 };
    json_t *json = json_read("notes", text, strlen(text), &error);
    struct note *note = note_from_json(json, &error);
    struct strbuf out = STRBUF_INIT;

    (void)state;
    if (note == NULL)
        fail_msg("%s", error.message);
    note_render_csv(&out, note);
    assert_int_equal(strncmp(out.data, "\"Section\",\"Category\",\"Tickets\",", 31), 0);
    says(out.data, "\"code\",\"features\",\"MB-1\",\"'=cmd|'/c calc'!A1\",\"auth, web\",\"added\","
                   "\"\",\"\",\"\",\"\",\"yes\",\"no\",\"\",\"\",\"aa\"\r\n");
    says(out.data, "\"configuration\",");
    says(out.data, "\"env.A\",\"auth\",\"modified\",\"1\",\"'-2\",\"LOW\",");
    says_not(out.data, "hidden");
    strbuf_release(&out);
    note_free(&note);
    json_decref(json);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_page_has_title_text_and_digests),
        cmocka_unit_test(nothing_in_the_text_runs),
        cmocka_unit_test(what_xml_cannot_have_is_left_out),
        cmocka_unit_test(the_same_text_gives_the_same_bytes),
        cmocka_unit_test(any_bytes_make_a_page_that_is_well_formed),
        cmocka_unit_test(a_table_has_every_change_and_no_formula),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
