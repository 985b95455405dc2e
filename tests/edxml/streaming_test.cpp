// A packet means the same however its octets come.

#include "adapters/edxml/base64.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/edxml/sources.hpp"
#include "tests/edxml/trial_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>
#include <random>

namespace hub::edxml::test {
namespace {

std::vector<std::filesystem::path> packets() {
    std::vector<std::filesystem::path> out;
    for (const char* folder : {"/tests/edxml/samples", "/tests/fuzz/corpus/packet"})
        for (const auto& entry : std::filesystem::directory_iterator{std::string{LGSP_SOURCE_DIR} + folder})
            out.push_back(entry.path());
    return out;
}

void check_same(BytesView octets, const TrialFolder& spool) {
    const auto whole = read_packet(octets, {});
    for (const std::size_t block : {1u, 2u, 7u, 4096u})
        for (const std::size_t memory_bytes_max : {0u, 1024u * 1024u}) {
            CAPTURE(block, memory_bytes_max);
            BlockSource source{octets, block};
            const auto read = read_packet_from(source, {}, SpoolPlace{spool.path(), memory_bytes_max});
            if (!read && !whole) {
                CHECK(name_of(read.error().code) == name_of(whole.error().code));
                CHECK(read.error().field == whole.error().field);
                CHECK(read.error().peer_text == whole.error().peer_text);
            }
            CHECK((read == whole));
        }
}

Bytes with_content(const std::string& text) {
    return DocumentText{.references = "<Reference><ContentId>1</ContentId></Reference>",
                        .attachments = "<Attachment><ContentId>1</ContentId><ContentTransferEncoded>" + text
                                       + "</ContentTransferEncoded></Attachment>"}
        .text();
}

}  // namespace

TEST_CASE("every packet reads the same from memory and from a file", "[edxml]") {
    const TrialFolder spool;
    CHECK(packets().size() > 40);
    for (const auto& path : packets()) {
        CAPTURE(path);
        CHECK((read_packet(octets_of(path), {}) == read_packet_file(path, {}, spool.path())));
    }
    CHECK(std::filesystem::is_empty(spool.path()));
}

TEST_CASE("every packet reads the same in blocks of any size", "[edxml]") {
    const TrialFolder spool;
    for (const auto& path : packets()) {
        CAPTURE(path);
        check_same(octets_of(path), spool);
    }
}

TEST_CASE("what stands on the border of two blocks is seen", "[edxml]") {
    const TrialFolder spool;
    const Bytes text = DocumentText{}.text();
    for (const std::string hostile :
         {"<!DOCTYPE x>", "<!-- <!dOcTyPe -->", "<<!DOCTYPE>", "]]>", "\xC3", "\xE1\xBA", "&x;", "<![CDATA[a]]>",
          "<![CDATA[]]]]>", "<?p a?b? ?>", "<a b='>' c=\"/>\"/>", "<!-- - -- -->", "\r\n", "<q:a/>", "<?xml version='1.0'?>"})
        for (const char* where : {"</Subject>", "<edXML ", "</edXML>"}) {
            CAPTURE(hostile, where);
            Bytes changed = text;
            changed.insert(changed.find(where), hostile);
            check_same(changed, spool);
        }
    for (const std::string start : {"\xEF\xBB\xBF", "?", "\n", "\xFF\xFE", "\xEF\xBB"})
        check_same(start + text, spool);
    // Longer than a piece of what the parser is given, so that it ends everywhere.
    for (std::size_t size = 3970; size < 4030; ++size) {
        const Bytes long_text = DocumentText{.more = "<X>" + Bytes(size, 'x') + "]]></X>"}.text();
        CHECK(fault_of(long_text).code == Errc::packet_malformed);
    }
}

TEST_CASE("a DOCTYPE or a wrong octet behind an error of syntax is what is told", "[edxml]") {
    const Bytes broken = "<a></b>" + Bytes(300'000, ' ');
    CHECK(fault_of(broken).field == "line 1");
    CHECK(fault_of(broken + "<!DOCTYPE").code == Errc::packet_has_doctype);
    CHECK(fault_of(broken + "\xFF").field == "encoding");
    CHECK(fault_of(broken + "\xFF <!DOCTYPE").code == Errc::packet_has_doctype);
    CHECK(fault_of(Bytes(300'000, '?') + "<?xml version=\"1.0\"?><a/>").peer_text == "300000 stray bytes before <?xml: remove them");
}

TEST_CASE("base64 is the same in pieces of any size", "[edxml]") {
    const auto decoded = [](std::string_view text, std::size_t piece) -> std::optional<Bytes> {
        Base64Decoder decoder;
        Bytes out;
        while (!text.empty()) {
            (void)decoder.add(text.substr(0, piece), out);
            text.remove_prefix(std::min(piece, text.size()));
        }
        return decoder.finish(out) ? std::optional{out} : std::nullopt;
    };
    for (const std::string text : {"", "aGVsbG8h", "aGVs\r\nbG8=", " a G V s b A = = ", "aGVsbG8", "aGVsb", "aGVsbG8==",
                                   "aGVs=bG8", "aG*sbG8=", "====", "=", "a===", "aA=", "aA==", "aA=\n=", "aA== aGVs"})
        for (std::size_t piece = 1; piece < 9; ++piece) {
            CAPTURE(text, piece);
            CHECK((decoded(text, piece) == decoded(text, 1000)));
        }
    CHECK(decoded(" a G V s b A = = ", 3) == "hel" + Bytes{"l"});
    CHECK_FALSE(decoded("aGVs=bG8", 5));
    std::mt19937 random{std::random_device{}()};
    Bytes octets(10'000, '\0');
    for (char& c : octets)
        c = static_cast<char>(random());
    for (const std::size_t size : {9'998u, 9'999u, 10'000u})
        CHECK(decoded(base64_of(BytesView{octets}.substr(0, size)), 77) == octets.substr(0, size));
}

TEST_CASE("a content may be text and CDATA in turns, with comments between", "[edxml]") {
    const Attachment plain = document_of(with_content("aGVsbG8h")).attachments.at(0);
    for (const char* text : {"aGVs<!-- x -->bG8h", "<![CDATA[aGV]]>sbG<![CDATA[8h]]>", "aGVs<other>%%%</other>bG8h", "aGVs&#98;G8h"})
        CHECK((document_of(with_content(text)).attachments.at(0) == plain));
}

TEST_CASE("a content named twice, or one too many, is told as ever", "[edxml]") {
    DocumentText text;
    attach(text, "1", "a");
    const std::string one = "<ContentTransferEncoded>YQ==</ContentTransferEncoded>";
    text.attachments.insert(text.attachments.find("<ContentTransferEncoded>"), repeated(one, 99));
    CHECK(fault_of(text.text()).peer_text == "given 100 times");
    // Elsewhere it is an element like any other, and does not count.
    DocumentText other;
    attach(other, "1", "a");
    const Bytes elsewhere = "<Else><Attachment>" + repeated("<ContentTransferEncoded>!</ContentTransferEncoded>", 99)
                            + "</Attachment></Else>";
    Bytes octets = other.text();
    octets.insert(octets.find("<AttachmentEncoded>"), elsewhere);
    CHECK(document_of(octets).attachments.size() == 1);
}

}  // namespace hub::edxml::test
