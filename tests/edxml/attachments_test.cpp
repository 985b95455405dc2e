#include "tests/edxml/packet_text.hpp"

#include <catch2/catch.hpp>

namespace hub::edxml::test {
namespace {

const std::string entry_name = "7091b48b-9e89-4b11-bdb8-4265d0200f0e.pdf";
const Bytes small_pdf = "%PDF-1.4\n%\xC4\xE5\xF2\xE5 nội dung\n%%EOF";

Attachment attached(BytesView octets, const Limits& limits = {}) {
    DocumentText text;
    attach(text, "1", octets);
    return document_of(text.text(), limits).attachments.at(0);
}

std::string refusal(BytesView octets, const Limits& limits = {}) {
    DocumentText text;
    attach(text, "1", octets);
    const Fault fault = fault_of(text.text(), limits);
    CHECK(fault.code == Errc::packet_attachment_broken);
    CHECK(fault.field == "AttachmentEncoded/Attachment[1]/ContentTransferEncoded");
    return fault.peer_text;
}

bool says(const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("the octets decide what a file is", "[edxml]") {
    const Attachment zipped = attached(zip_of({{entry_name, small_pdf}}));
    CHECK(zipped.carried == ContentKind::zip);
    CHECK(zipped.content == ContentKind::pdf);
    CHECK(zipped.content_bytes == small_pdf.size());
    const Attachment bare = attached(small_pdf);
    CHECK(bare.carried == ContentKind::pdf);
    CHECK(bare.content_bytes == small_pdf.size());
    CHECK(attached("plain text").carried == ContentKind::raw);
    // A Word file is a ZIP itself; carried as it is, it is one file all the same.
    const Attachment office = attached(zip_of({{"[Content_Types].xml", "<Types/>"}, {"word/document.xml", "<d/>"}}));
    CHECK(office.carried == ContentKind::raw);
}

TEST_CASE("a ZIP holds exactly one file", "[edxml]") {
    CHECK(says(refusal(zip_of({{"a.pdf", "1"}, {"b.pdf", "2"}})), "2 entries"));
    CHECK(says(refusal(Bytes{"PK\5\6", 4} + Bytes(18, '\0')), "ZIP"));
}

TEST_CASE("no path in an entry's name", "[edxml]") {
    for (const char* name : {"../a.pdf", "/etc/passwd", "thu muc/a.pdf", "..\\a.pdf", "c:a.pdf", ".."})
        CHECK(says(refusal(zip_of({{name, "x"}})), "path"));
}

TEST_CASE("bombs are refused before they are unpacked", "[edxml]") {
    const Bytes zeros(8 * 1024 * 1024, '\0');
    CHECK(says(refusal(zip_of({{entry_name, zeros}})), "packed more than"));
    Limits limits;
    limits.content_bytes_max = 1000;
    CHECK(says(refusal(zip_of({{entry_name, Bytes(1001, 'x')}}), limits), "larger than 1000"));
    CHECK(attached(zip_of({{entry_name, Bytes(1000, 'x')}}), limits).content_bytes == 1000);
    limits = {};
    limits.attachments_max = 1;
    DocumentText text;
    attach(text, "1", "a");
    attach(text, "2", "b");
    CHECK(fault_of(text.text(), limits).field == "AttachmentEncoded");
}

TEST_CASE("a ZIP that lies about its size is found out", "[edxml]") {
    Bytes lying = zip_of({{entry_name, Bytes(5000, 'x')}});
    // Uncompressed size, in the local header and in the central directory.
    const auto directory = lying.find("PK\1\2");
    REQUIRE(directory != Bytes::npos);
    for (const std::size_t at : {std::size_t{22}, directory + 24}) {
        lying[at] = 100;
        lying[at + 1] = 0;
    }
    CHECK(says(refusal(lying), "ZIP"));
}

TEST_CASE("a damaged ZIP is found out at every octet of its data", "[edxml]") {
    const Bytes whole = zip_of({{entry_name, small_pdf}});
    const auto data = whole.find("%PDF");
    REQUIRE(data != Bytes::npos);  // Too short to be packed: stored.
    for (std::size_t i = data; i < data + small_pdf.size(); ++i) {
        Bytes damaged = whole;
        damaged[i] = static_cast<char>(damaged[i] ^ 0x20);
        CHECK(says(refusal(damaged), "ZIP"));
    }
    for (std::size_t size = 4; size < whole.size(); ++size)
        CHECK(says(refusal(BytesView{whole}.substr(0, size)), "ZIP"));
}

TEST_CASE("a PDF that was read as text is refused with the reason", "[edxml]") {
    Bytes damaged = "%PDF-1.4\n";
    for (int i = 0; i < 50; ++i)
        damaged += "stream \xEF\xBF\xBD\xEF\xBF\xBD";
    CHECK(says(refusal(damaged), "EF BF BD"));
    CHECK(says(refusal(zip_of({{entry_name, damaged}})), "EF BF BD"));
    // Text in a PDF may well hold one.
    CHECK(attached("%PDF-1.4\n \xEF\xBF\xBD \n" + Bytes(2000, 'x')).carried == ContentKind::pdf);
    // And what is no PDF is none of our business.
    CHECK(attached("x" + damaged).carried == ContentKind::raw);
}

TEST_CASE("base64", "[edxml]") {
    const auto encoded = [](const std::string& content) {
        return DocumentText{.references = "<Reference><ContentId>1</ContentId></Reference>",
                            .attachments = "<Attachment><ContentId>cid:1</ContentId><ContentTransferEncoded>" + content
                                           + "</ContentTransferEncoded></Attachment>"}
            .text();
    };
    CHECK(document_of(encoded("aGVs\n bG8=")).attachments.at(0).content_bytes == 5);
    CHECK(document_of(encoded("<![CDATA[aGVsbG8h]]>")).attachments.at(0).content_bytes == 6);
    for (const char* wrong : {"aGVsbG8", "aGVsb", "aGVsbG8==", "aGVs=bG8", "aG*sbG8=", "====", "=", "a===",
                              "${__StringFromFile(test.txt,,,)}"})
        CHECK(fault_of(encoded(wrong)).peer_text == "not base64");
    CHECK(fault_of(encoded(" ")).peer_text == "empty");
}

TEST_CASE("manifest and attachments name the same contents", "[edxml]") {
    DocumentText text;
    attach(text, "1", "a");
    SECTION("attached, not listed") { text.references = ""; }
    SECTION("listed, not attached") { text.attachments = ""; }
    SECTION("listed twice") { text.references += text.references; }
    SECTION("attached twice") { text.attachments += text.attachments; }
    SECTION("without its content") {
        text.attachments = "<Attachment><ContentId>1</ContentId></Attachment>";
        CHECK(fault_of(text.text()).code == Errc::packet_field_missing);
        return;
    }
    CHECK(fault_of(text.text()).code == Errc::packet_attachment_broken);
}

}  // namespace hub::edxml::test
