#include <pilab/notes/html.h>

#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>

#include <pilab/base/utf8.h>
#include <pilab/base/vector.h>

static const char style[] =
    "body { max-width: 50em; margin: 2em auto; padding: 0 1em; color: #1a1a1a; background: #fff;\n"
    "       font: 1em/1.5 sans-serif; overflow-wrap: anywhere; }\n"
    "h1, h2, h3 { line-height: 1.2; break-after: avoid; }\n"
    "table { border-collapse: collapse; width: 100%; }\n"
    "th, td { border: 1px solid #bbb; padding: 0.25em 0.5em; text-align: left;\n"
    "         vertical-align: top; }\n"
    "th { background: #f2f2f2; }\n"
    "tr { break-inside: avoid; }\n"
    "code, pre { font-family: monospace; background: #f5f5f5; }\n"
    "pre { padding: 0.5em; white-space: pre-wrap; }\n"
    "hr { border: 0; border-top: 1px solid #ccc; }\n"
    "footer { margin-top: 3em; color: #555; font-size: 0.8em; }\n"
    "@media print { body { max-width: none; margin: 0; font-size: 10pt; }\n"
    "               a { color: inherit; } }\n";

/* --- Text ------------------------------------------------------------------------------------- */

/* XML 1.0, section 2.2, without the C1 controls that it only discourages. */
static bool xml_has(int32_t codepoint)
{
    return codepoint == '\t' || codepoint == '\n' || (codepoint >= 0x20 && codepoint < 0x7f) ||
           (codepoint >= 0xa0 && codepoint != 0xfffe && codepoint != 0xffff);
}

static void add_clean(struct strbuf *out, const char *text, size_t length)
{
    const char *end = text + length;

    while (text < end) {
        int32_t codepoint = utf8_decode(&text, end);

        if (codepoint < 0)
            strbuf_add_codepoint(out, 0xfffd);
        else if (codepoint_deceptive((uint32_t)codepoint))
            strbuf_printf(out, "[U+%04X]", (unsigned)codepoint);
        else if (xml_has(codepoint))
            strbuf_add_codepoint(out, (unsigned)codepoint);
    }
}

static void add_escaped(struct strbuf *out, const char *text)
{
    struct strbuf clean = STRBUF_INIT;

    add_clean(&clean, text != NULL ? text : "", text != NULL ? strlen(text) : 0);
    for (size_t i = 0; i < clean.length; i++) {
        switch (clean.data[i]) {
        case '&':
            strbuf_add(out, "&amp;");
            break;
        case '<':
            strbuf_add(out, "&lt;");
            break;
        case '>':
            strbuf_add(out, "&gt;");
            break;
        case '"':
            strbuf_add(out, "&quot;");
            break;
        default:
            strbuf_add_char(out, clean.data[i]);
        }
    }
    strbuf_release(&clean);
}

/* --- Markdown --------------------------------------------------------------------------------- */

/* The library keeps its extensions for the whole process. */
static void register_extensions(void)
{
    cmark_gfm_core_extensions_ensure_registered();
}

static cmark_node *parse(const char *text, size_t length)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    cmark_parser *parser;
    cmark_node *document;

    pthread_once(&once, register_extensions);
    parser = cmark_parser_new(CMARK_OPT_DEFAULT);
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
    cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("strikethrough"));
    cmark_parser_feed(parser, text, length);
    document = cmark_parser_finish(parser);
    cmark_parser_free(parser);
    return document;
}

/* A node of another kind with the same text in its place. */
static void show_as_text(cmark_node *node, cmark_node_type type)
{
    cmark_node *shown = cmark_node_new(type);

    cmark_node_set_literal(shown, cmark_node_get_literal(node));
    /* What cannot be put there stays, and is left out by the safe renderer. */
    cmark_node_free(cmark_node_replace(node, shown) ? node : shown);
}

/* A picture is fetched by whoever looks at the page; a link is not. */
static void show_as_link(cmark_node *node)
{
    cmark_node *link = cmark_node_new(CMARK_NODE_LINK), *child;

    cmark_node_set_url(link, cmark_node_get_url(node));
    cmark_node_set_title(link, cmark_node_get_title(node));
    while ((child = cmark_node_first_child(node)) != NULL)
        cmark_node_append_child(link, child);
    if (cmark_node_first_child(link) == NULL) {
        child = cmark_node_new(CMARK_NODE_TEXT);
        cmark_node_set_literal(child, cmark_node_get_url(node));
        cmark_node_append_child(link, child);
    }
    cmark_node_set_url(node, "");
    cmark_node_free(cmark_node_replace(node, link) ? node : link);
}

static bool is_foreign(cmark_node *node)
{
    cmark_node_type type = cmark_node_get_type(node);

    return type == CMARK_NODE_HTML_BLOCK || type == CMARK_NODE_HTML_INLINE ||
           type == CMARK_NODE_IMAGE;
}

static void replace_foreign(cmark_node *document)
{
    struct vector nodes;
    cmark_iter *iterator = cmark_iter_new(document);
    cmark_event_type event;

    vector_init(&nodes, sizeof(cmark_node *));
    while ((event = cmark_iter_next(iterator)) != CMARK_EVENT_DONE) {
        cmark_node *node = cmark_iter_get_node(iterator);

        if (event == CMARK_EVENT_ENTER && is_foreign(node))
            vector_push(&nodes, &node);
    }
    cmark_iter_free(iterator);
    /* Inner ones first: what they stand in may go away. */
    for (size_t i = nodes.count; i > 0; i--) {
        cmark_node *node = *(cmark_node **)vector_at(&nodes, i - 1);
        cmark_node_type type = cmark_node_get_type(node);

        if (type == CMARK_NODE_IMAGE)
            show_as_link(node);
        else
            show_as_text(node,
                         type == CMARK_NODE_HTML_BLOCK ? CMARK_NODE_CODE_BLOCK : CMARK_NODE_TEXT);
    }
    vector_release(&nodes);
}

static bool add_body(struct strbuf *out, const char *markdown, size_t length, struct error *error)
{
    struct strbuf clean = STRBUF_INIT;
    cmark_node *document;
    char *html;

    add_clean(&clean, markdown, length);
    document = parse(clean.data, clean.length);
    strbuf_release(&clean);
    if (document == NULL)
        return error_set(error, ERROR_INTERNAL, "the Markdown could not be read");
    replace_foreign(document);
    html = cmark_render_html(document, CMARK_OPT_DEFAULT, NULL);
    /* An entity in the Markdown (&#x0b;, &#x202e;) becomes its character only now. */
    add_clean(out, html, strlen(html));
    cmark_get_default_mem_allocator()->free(html);
    cmark_node_free(document);
    return true;
}

bool note_render_html(struct strbuf *out, const struct note_page *page, struct error *error)
{
    size_t before = out->length;

    strbuf_add(out, "<!DOCTYPE html>\n"
                    "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
                    "<meta charset=\"utf-8\" />\n"
                    "<meta http-equiv=\"Content-Security-Policy\" "
                    "content=\"default-src 'none'; style-src 'unsafe-inline'\" />\n"
                    "<meta name=\"viewport\" content=\"width=device-width\" />\n"
                    "<meta name=\"generator\" content=\"PiLabStudio\" />\n"
                    "<meta name=\"pilab-content-sha256\" content=\"");
    add_escaped(out, page->digest);
    strbuf_add(out, "\" />\n<meta name=\"pilab-markdown-sha256\" content=\"");
    add_escaped(out, page->markdown_digest);
    strbuf_add(out, "\" />\n<title>");
    add_escaped(out, page->title);
    strbuf_printf(out, "</title>\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", style);
    if (!add_body(out, page->markdown, page->length, error)) {
        strbuf_truncate(out, before);
        return false;
    }
    strbuf_add(out, "</main>\n<footer>\n<p>");
    add_escaped(out, page->origin);
    strbuf_add(out, "<br />\nSHA-256 of the content <code>");
    add_escaped(out, page->digest);
    strbuf_add(out, "</code><br />\nSHA-256 of the Markdown <code>");
    add_escaped(out, page->markdown_digest);
    strbuf_add(out, "</code></p>\n</footer>\n</body>\n</html>\n");
    return true;
}
