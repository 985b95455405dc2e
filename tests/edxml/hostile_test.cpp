#include "hub/core/fold.hpp"
#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace hub::edxml::test {
namespace {

Bytes utf16(BytesView ascii, bool is_big_endian, bool has_mark) {
    Bytes out = !has_mark ? "" : is_big_endian ? "\xFE\xFF" : "\xFF\xFE";
    for (const char c : ascii)
        out += is_big_endian ? Bytes{'\0', c} : Bytes{c, '\0'};
    return out;
}

constexpr std::string_view declaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

}  // namespace

TEST_CASE("a DOCTYPE is refused before it is parsed", "[edxml]") {
    const std::string body = DocumentText{}.text().substr(declaration.size());
    for (const std::string doctype :
         {"<!DOCTYPE edXML [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>",
          "<!DOCTYPE edXML SYSTEM \"http://127.0.0.1:1/x.dtd\">",
          "<!doctype edXML [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\"><!ENTITY c \"&b;&b;&b;&b;&b;\">]>"})
        for (const std::string& start : {std::string{declaration}, std::string{}, std::string{"\xEF\xBB\xBF"}})
            CHECK(fault_of(start + doctype + body).code == Errc::packet_has_doctype);
}

TEST_CASE("an entity that nobody declared is an error, not a text", "[edxml]") {
    CHECK(fault_of(DocumentText{.subject = "<Subject>&xxe;</Subject>"}.text()).code == Errc::packet_malformed);
    CHECK(document_of(DocumentText{.subject = "<Subject>A &amp; B &#7853;</Subject>"}.text()).subject == "A & B ậ");
}

TEST_CASE("an XInclude is an element like any other", "[edxml]") {
    const std::string include = "<xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" href=\"file:///etc/passwd\" parse=\"text\"/>";
    CHECK(document_of(DocumentText{.subject = "<Subject>x" + include + "</Subject>"}.text()).subject == "x");
}

TEST_CASE("only UTF-8", "[edxml]") {
    const Bytes text = DocumentText{.subject = "<Subject>x</Subject>", .more = ""}.text();
    for (const bool is_big_endian : {false, true})
        for (const bool has_mark : {false, true}) {
            const Fault fault = fault_of(utf16(text, is_big_endian, has_mark));
            CHECK(fault.code == Errc::packet_dialect_unsupported);
            CHECK(fault.field == "encoding");
        }
    Bytes other = text;
    other.replace(other.find("UTF-8"), 5, "windows-1258");
    CHECK(fault_of(other).code == Errc::packet_dialect_unsupported);
    other = text;
    other.replace(other.find("UTF-8"), 5, "UTF-\xAB");
    CHECK(is_utf8(fault_of(other).peer_text));
    CHECK(fault_of(other).peer_text.starts_with("UTF-\uFFFD"));
    other = text;
    other.replace(other.find("UTF-8"), 5, "utf-8");
    CHECK_NOTHROW(document_of(other));
    CHECK_NOTHROW(document_of("\xEF\xBB\xBF" + text));
    CHECK(fault_of(DocumentText{.subject = "<Subject>\xE1\x28</Subject>"}.text()).code == Errc::packet_malformed);
    CHECK(fault_of(DocumentText{.subject = Bytes{"<Subject>a\0b</Subject>", 22}}.text()).code == Errc::packet_malformed);
}

TEST_CASE("other dialects are named", "[edxml]") {
    CHECK(fault_of("<SOAP:Envelope xmlns:SOAP=\"http://schemas.xmlsoap.org/soap/envelope/\"/>").peer_text
          == "SOAP frame of before 2016");
    CHECK(fault_of("<EdXMLEnvelope xmlns=\"http://www.go.vn/eDoc\"/>").field == "EdXMLEnvelope");
    CHECK(fault_of("<html/>").code == Errc::packet_dialect_unsupported);
    CHECK(fault_of("<edXML xmlns=\"urn:other\"/>").code == Errc::packet_dialect_unsupported);
    CHECK(fault_of("<edXML/>").field == "edXMLEnvelope");
    CHECK(fault_of("<edXML><edXMLEnvelope/></edXML>").field == "edXMLEnvelope/edXMLHeader");
    CHECK(fault_of("<edXML><edXMLEnvelope><edXMLHeader/></edXMLEnvelope></edXML>").field == "MessageHeader");
}

TEST_CASE("stray bytes before the declaration are named", "[edxml]") {
    const Fault fault = fault_of("??? " + DocumentText{}.text());
    CHECK(fault.code == Errc::packet_malformed);
    CHECK(fault.peer_text == "4 stray bytes before <?xml: remove them");
    CHECK(fault_of("\n" + DocumentText{}.text()).peer_text.starts_with("1 stray"));
    CHECK(fault_of("").code == Errc::packet_malformed);
    CHECK(fault_of(" \n ").code == Errc::packet_malformed);
    CHECK(fault_of(DocumentText{}.text() + "x").code == Errc::packet_malformed);
}

TEST_CASE("bombs of depth and of size", "[edxml]") {
    std::string deep, wide;
    for (int i = 0; i < 100'000; ++i)
        deep += "<a>";
    CHECK(fault_of(deep).code == Errc::packet_malformed);
    CHECK(fault_of("<edXML>" + deep).code == Errc::packet_malformed);
    std::string open, close;
    for (int i = 0; i < 40; ++i) {
        open += "<a>";
        close += "</a>";
    }
    CHECK(fault_of(DocumentText{.more = open + close}.text()).peer_text == "elements deeper than 32");
    CHECK(fault_of(Bytes(limits::envelope_bytes_max + 1, ' ')).code == Errc::packet_too_large);

    // Many elements under a long name: paths must not be built for each of them.
    for (int i = 0; i < 100'000; ++i)
        wide += "<a/>";
    const std::string name(40'000, 'n');
    CHECK_NOTHROW(document_of(DocumentText{.more = "<" + name + ">" + wide + "</" + name + ">"}.text()));
    std::string attributes;
    for (int i = 0; i < 20'000; ++i)
        attributes += " a" + std::to_string(i) + "=\"1\"";
    CHECK_NOTHROW(document_of(DocumentText{.more = "<x" + attributes + "/>"}.text()));
}

TEST_CASE("a packet cut anywhere is refused, and nothing else happens", "[edxml]") {
    for (const char* name : {"edoc_new.edxml", "status_01_inbox.edxml"}) {
        const Bytes whole = sample(name);
        const std::size_t end = whole.rfind('>');
        for (std::size_t size = 0; size < end; size += 7)
            CHECK(read_packet(BytesView{whole}.substr(0, size), {}).has_error());
    }
}

TEST_CASE("changed and random octets never do harm", "[edxml]") {
    const auto seed = std::random_device{}();
    CAPTURE(seed);
    std::mt19937 random{seed};
    const auto below = [&](std::size_t bound) { return std::uniform_int_distribution<std::size_t>{0, bound - 1}(random); };
    const Bytes whole = sample("received_2025_zip_payload.edxml");
    for (int round = 0; round < 400; ++round) {
        Bytes changed = whole;
        for (std::size_t i = 0; i < 1 + below(8); ++i)
            changed[below(changed.size())] = static_cast<char>(below(256));
        if (const auto read = read_packet(changed, {}); !read)
            CHECK(disposition_of(read.error().code) == Disposition::reject);
        Bytes noise(below(500), '\0');
        for (char& c : noise)
            c = static_cast<char>(below(256));
        CHECK(read_packet(noise, {}).has_error());
    }
}

}  // namespace hub::edxml::test
