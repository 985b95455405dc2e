#include "adapters/edxml/xml_parser.hpp"

#include "adapters/edxml/checked_octets.hpp"
#include "adapters/edxml/tree_builder.hpp"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>

#include <exception>

namespace hub::edxml {
namespace {

// The library lets go of what it has read, but not within a tag and not of blanks outside of the root.
constexpr std::ptrdiff_t held_bytes_max = 2 * markup_bytes_max;

struct FirstError {
    bool is_set = false;
    int line = 0;
    std::string text;
};

/// What the library's callbacks work on.
struct Pass {
    CheckedOctets& octets;
    TreeBuilder& tree;
    xmlParserCtxt* context = nullptr;
    bool has_held_too_much = false;
    FirstError first{};
    std::exception_ptr thrown{};
};

struct FreeContext {
    void operator()(xmlParserCtxt* context) const noexcept { xmlFreeParserCtxt(context); }
};
using Context = std::unique_ptr<xmlParserCtxt, FreeContext>;

const char* text_of(const xmlChar* text) noexcept { return reinterpret_cast<const char*>(text); }

/// No exception may pass through the library; after a fault it stops.
template <class Step>
void guarded(void* user_data, Step step) noexcept {
    auto* const context = static_cast<xmlParserCtxt*>(user_data);
    auto& pass = *static_cast<Pass*>(context->_private);
    try {
        step(pass.tree);
    } catch (...) {
        pass.thrown = std::current_exception();
    }
    if (pass.thrown || pass.tree.fault())
        xmlStopParser(context);
}

extern "C" {

static void keep_first_error(void* user_data, xmlErrorPtr error) {
    auto* const context = static_cast<xmlParserCtxt*>(user_data);
    auto* const pass = context ? static_cast<Pass*>(context->_private) : nullptr;
    if (!pass || pass->first.is_set || !error || error->level < XML_ERR_ERROR)
        return;
    pass->first = {true, error->line, std::string{trimmed(error->message ? error->message : "")}};
}

static void start_element(void* user_data, const xmlChar* name, const xmlChar*, const xmlChar* namespace_name,
                          int namespaces, const xmlChar**, int attributes, int, const xmlChar** attribute) {
    guarded(user_data, [&](TreeBuilder& tree) {
        for (int i = 0; i < namespaces + attributes && !tree.fault(); ++i)
            tree.charge_name();
        const xmlParserInput* const input = static_cast<xmlParserCtxt*>(user_data)->input;
        tree.start(text_of(name), text_of(namespace_name), input ? static_cast<std::uint32_t>(input->line) : 0);
        // Five of each: local name, prefix, namespace, and where its value begins and ends.
        for (int i = 0; i < attributes && !tree.fault(); ++i, attribute += 5)
            if (!attribute[2])
                tree.attribute(text_of(attribute[0]), {text_of(attribute[3]), text_of(attribute[4])});
    });
}

static void end_element(void* user_data, const xmlChar*, const xmlChar*, const xmlChar*) {
    guarded(user_data, [](TreeBuilder& tree) { tree.end(); });
}

static void characters(void* user_data, const xmlChar* text, int size) {
    guarded(user_data, [&](TreeBuilder& tree) { tree.text({text_of(text), static_cast<std::size_t>(size)}); });
}

static void processing_instruction(void* user_data, const xmlChar*, const xmlChar*) {
    guarded(user_data, [](TreeBuilder& tree) { tree.charge_name(); });
}

/// Nothing to do; but with no handler the library's errors do not quote a comment any more.
static void comment(void*, const xmlChar*) {}

static int read_octets(void* user_data, char* to, int size) {
    auto& pass = *static_cast<Pass*>(user_data);
    const xmlParserInput* const input = pass.context->input;
    if (input && input->end - input->base > held_bytes_max) {
        pass.has_held_too_much = true;
        return -1;
    }
    try {
        const auto got = pass.octets.read(to, static_cast<std::size_t>(size));
        return got ? static_cast<int>(*got) : -1;
    } catch (...) {
        pass.thrown = std::current_exception();
        return -1;
    }
}

}  // extern "C"

/// nullptr: no memory.
Context context_for(Pass& pass) {
    static const bool is_library_ready = (xmlInitParser(), true);
    (void)is_library_ready;
    Context context{xmlNewParserCtxt()};
    if (!context)
        return context;
    context->_private = &pass;
    pass.context = context.get();
    // Handlers of our own only: the library builds no tree, and no handler knows of entities.
    *context->sax = {};
    context->sax->initialized = XML_SAX2_MAGIC;
    context->sax->startElementNs = start_element;
    context->sax->endElementNs = end_element;
    context->sax->characters = characters;
    context->sax->ignorableWhitespace = characters;
    context->sax->processingInstruction = processing_instruction;
    context->sax->comment = comment;
    context->sax->serror = keep_first_error;
    return context;
}

std::string line(int number) { return "line " + std::to_string(number); }

}  // namespace

Result<XmlDocument> parse_xml(OctetSource& source, const Limits& limits, ContentSink& contents) {
    CheckedOctets octets{source, limits};
    TreeBuilder tree{limits, contents};
    Pass pass{octets, tree};
    const Context context = context_for(pass);
    if (!context)
        return Fault{Errc::internal, "", "no memory for the XML parser"};
    // Neither XML_PARSE_NOENT nor XML_PARSE_DTDLOAD, so no entity is ever replaced and nothing is fetched; and
    // not XML_PARSE_HUGE, so the library's own bounds on depth and names stay on. Pulled and not pushed: pushing
    // gives other errors and lines, and looks through a long tag again with every piece of it.
    constexpr int options = XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOCDATA;
    // The encoding is given, so that no declaration can switch to another one.
    xmlFreeDoc(xmlCtxtReadIO(context.get(), read_octets, nullptr, &pass, nullptr, "UTF-8", options));
    if (pass.thrown)
        std::rethrow_exception(pass.thrown);
    const bool is_ours = tree.fault() && disposition_of(tree.fault()->code) != Disposition::reject;
    if (is_ours)
        return *tree.fault();
    octets.drain();
    if (auto fault = octets.fault())
        return *std::move(fault);
    if (octets.has_cut_markup() || pass.has_held_too_much)
        return Fault{Errc::packet_malformed, line(context->input ? context->input->line : 1),
                     "markup of more than " + std::to_string(markup_bytes_max) + " bytes"};
    if (tree.fault())
        return *tree.fault();
    const bool is_whole = tree.is_complete() || tree.is_too_deep();
    if (context->wellFormed != 1 || context->nsWellFormed != 1 || context->disableSAX != 0 || !is_whole)
        return Fault{Errc::packet_malformed, line(pass.first.line), cut(pass.first.text)};
    if (tree.is_too_deep())
        return Fault{Errc::packet_malformed, "packet", "elements deeper than " + std::to_string(limits.depth_max)};
    (void)xmlDictReference(context->dict);
    return tree.take({context->dict, [](xmlDict* names) { xmlDictFree(names); }});
}

}  // namespace hub::edxml
