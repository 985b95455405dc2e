// Packets of any size in little memory.

#include "adapters/edxml/tree_builder.hpp"
#include "tests/edxml/own_process.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/edxml/sources.hpp"
#include "tests/edxml/trial_folder.hpp"

#include <boost/crc.hpp>
#include <catch2/catch.hpp>
#include <signal.h>
#include <sys/resource.h>

#include <fstream>
#include <random>

namespace hub::edxml::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t large_bytes = 20 * mebibyte;  // Memory is not measured there, and all is slow.
constexpr std::uint64_t long_bytes = 10 * mebibyte;
#else
constexpr std::uint64_t large_bytes = 300 * mebibyte;
constexpr std::uint64_t long_bytes = 100 * mebibyte;
#endif

Limits generous() {
    Limits limits;
    limits.packet_bytes_max = limits.content_bytes_max = std::uint64_t{1} << 40;
    return limits;
}

Bytes number(std::uint64_t value, std::size_t size) {
    Bytes out;
    for (std::size_t i = 0; i < size; ++i)
        out += static_cast<char>((value >> (8 * i)) & 0xFF);
    return out;
}

/// A packet in two halves, and what is between them within ContentTransferEncoded.
struct Halves {
    Bytes before;
    Bytes after;
};
Halves halves(DocumentText text = {}) {
    attach(text, "1", "@");
    const Bytes whole = text.text();
    const Bytes content = base64_of("@");
    const auto at = whole.find(content);
    return {whole.substr(0, at), whole.substr(at + content.size())};
}

/// A ZIP of one stored file, as base64. The file is `block` again and again; all but the end is written by whole
/// groups of base64.
struct LargeZip {
    Bytes start, block, end;        ///< In base64.
    std::uint64_t blocks;
    std::uint64_t file_bytes;

    explicit LargeZip(std::uint64_t packet_bytes) {
        std::mt19937_64 random{1};
        Bytes octets = "%PDF-1.4\n" + Bytes(48 * 1024 - 9, '\0');
        for (std::size_t i = 9; i < octets.size(); ++i)
            octets[i] = static_cast<char>(random());
        block = base64_of(octets);
        blocks = packet_bytes / block.size();
        file_bytes = blocks * octets.size();
        boost::crc_32_type checksum;
        for (std::uint64_t i = 0; i < blocks; ++i)
            checksum.process_bytes(octets.data(), octets.size());
        const Bytes name = "noi-dung.pdf";
        const Bytes shared = number(20, 2) + number(0, 2) + number(0, 2) + number(0, 2) + number(0x21, 2)
                             + number(checksum.checksum(), 4) + number(file_bytes, 4) + number(file_bytes, 4)
                             + number(name.size(), 2) + number(0, 2);
        const Bytes local = "PK\3\4" + shared + name;
        const Bytes directory = "PK\1\2" + number(20, 2) + shared + Bytes(14, '\0') + name;
        const Bytes last = Bytes{"PK\5\6"} + number(0, 4) + number(1, 2) + number(1, 2) + number(directory.size(), 4)
                           + number(local.size() + file_bytes, 4) + number(0, 2);
        REQUIRE(local.size() % 3 == 0);
        start = base64_of(local);
        end = base64_of(directory + last);
    }
};

std::filesystem::path write_packet(const TrialFolder& folder, const LargeZip& zip, bool has_end = true) {
    const auto [before, after] = halves();
    const auto path = folder.path() / "goi.edxml";
    std::ofstream file{path, std::ios::binary};
    file << before << zip.start;
    for (std::uint64_t i = 0; i < zip.blocks; ++i)
        file << zip.block;
    file << (has_end ? zip.end : "") << after;
    REQUIRE(file.flush().good());
    return path;
}

std::string words(const Result<Packet>& read) {
    if (!read)
        return std::string{name_of(read.error().code)} + " " + read.error().field;
    const auto* const document = std::get_if<DocumentPacket>(&read->content);
    std::string out = "read";
    if (document)
        for (const Attachment& one : document->attachments)
            out += " " + std::to_string(one.content_bytes);
    return out;
}

Bytes many(BytesView piece) {
    Bytes out;
    while (out.size() < 4096)
        out += piece;
    return out;
}

/// What reading `bytes` of `filler`, again and again, between `before` and `after` comes to.
std::string long_read(const Bytes& before, const Bytes& filler, const Bytes& after, std::uint64_t bytes = long_bytes) {
    const Report report = in_own_process([&] {
        LongSource source{before, filler, bytes, after};
        return words(read_packet_from(source, generous(), SpoolPlace{std::filesystem::temp_directory_path()}));
    });
    CAPTURE(before.substr(before.size() - std::min<std::size_t>(before.size(), 30)), filler.substr(0, 30));
    CHECK(report.growth_kib < growth_kib_max);
    return report.words;
}

std::string long_field(const std::string& open, const Bytes& filler, const std::string& close = "",
                       std::uint64_t bytes = long_bytes) {
    const Bytes whole = DocumentText{.more = open + "@" + close}.text();
    const auto at = whole.find('@');
    return long_read(whole.substr(0, at), filler, whole.substr(at + 1), bytes);
}

}  // namespace

TEST_CASE("a large packet is read in little memory", "[edxml]") {
    const TrialFolder folder;
    const LargeZip zip{large_bytes};
    const auto path = write_packet(folder, zip);
    const Report report = in_own_process([&] { return words(read_packet_file(path, generous(), folder.path())); });
    CHECK(report.words == "read " + std::to_string(zip.file_bytes));
    CHECK(report.growth_kib < growth_kib_max);
    // Within the limits of every day it is refused, and for what it is.
    CHECK(words(read_packet_file(path, {}, folder.path())) == "packet_too_large packet");
    Limits limits = generous();
    limits.content_bytes_max = zip.file_bytes - 1;
    CHECK(words(read_packet_file(path, limits, folder.path()))
          == "packet_attachment_broken AttachmentEncoded/Attachment[1]/ContentTransferEncoded");

    std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
    CHECK(words(read_packet_file(path, generous(), folder.path())) == "packet_malformed line 2");
    std::filesystem::remove(path);
    CHECK(std::filesystem::is_empty(folder.path()));
}

TEST_CASE("a large ZIP that is cut or damaged is found out", "[edxml]") {
    const TrialFolder folder;
    LargeZip zip{8 * mebibyte};
    const std::string refused = "packet_attachment_broken AttachmentEncoded/Attachment[1]/ContentTransferEncoded";
    CHECK(words(read_packet_file(write_packet(folder, zip, false), generous(), folder.path())) == refused);
    CHECK(words(read_packet_file(write_packet(folder, zip), generous(), folder.path())).starts_with("read "));
    zip.block[40'000] = zip.block[40'000] == 'A' ? 'B' : 'A';
    CHECK(words(read_packet_file(write_packet(folder, zip), generous(), folder.path())) == refused);
}

TEST_CASE("no room for a content is not the sender's fault", "[edxml]") {
    const TrialFolder folder;
    const auto path = write_packet(folder, LargeZip{20 * mebibyte});
    const Report report = in_own_process([&] {
        const rlimit limit{4 * mebibyte, 4 * mebibyte};
        (void)::signal(SIGXFSZ, SIG_IGN);
        if (::setrlimit(RLIMIT_FSIZE, &limit) != 0)
            return std::string{"no limit"};
        const auto read = read_packet_file(path, generous(), folder.path());
        return words(read) + (!read && disposition_of(read.error().code) == Disposition::retry ? " retry" : "");
    });
    CHECK(report.words == "ledger_full spool retry");
    const auto unusable = read_packet_file(path, generous(), folder.path() / "none");
    REQUIRE(unusable.has_error());
    CHECK(disposition_of(unusable.error().code) == Disposition::halt);
    CHECK(read_packet_file(folder.path() / "none", {}, folder.path()).error().code == Errc::not_found);
}

TEST_CASE("contents that are no ZIP need no room at all", "[edxml]") {
    const auto [before, after] = halves();
    const Bytes raw = many("A");
    CHECK(long_read(before, raw, after) == "read " + std::to_string(long_bytes / 4 * 3));
    CHECK(long_read(before + "<![CDATA[", raw, "]]>" + after) == "read " + std::to_string(long_bytes / 4 * 3));
    const Bytes lines = many(Bytes(76, 'A') + "\r\n");
    CHECK(long_read(before, lines, after) == "read " + std::to_string(long_bytes / lines.size() * (lines.size() / 78 * 57)));
    const Bytes blanks = many("A A A A\n ");
    CHECK(long_read(before, blanks, after) == "read " + std::to_string(long_bytes / blanks.size() * (blanks.size() / 9 * 3)));
    CHECK(long_read(before, many("*"), after) == "packet_attachment_broken AttachmentEncoded/Attachment[1]/ContentTransferEncoded");
    // One writer repeats the content behind its element.
    const auto behind = after.find("</Attachment>");
    CHECK(long_read(before + "AAAA" + after.substr(0, behind), raw, after.substr(behind)) == "read 3");
}

TEST_CASE("what is long and no content is refused in little memory", "[edxml]") {
    const Bytes x = many("x");
    const Bytes blank = many(" ");
    CHECK(long_field("<DocumentId>", x, "</DocumentId>") == "packet_field_invalid MessageHeader/DocumentId");
    CHECK(long_field("<DocumentId>", blank, "</DocumentId>") == "packet_field_invalid MessageHeader/DocumentId");
    // Nobody reads it, but it might be a secrecy mark.
    CHECK(long_field("<Note>", x, "</Note>") == "packet_field_invalid MessageHeader/Note");
    CHECK(long_field("<Signature>", x, "</Signature>") == "read");
    CHECK(long_field("<Note a='", x, "'/>") == "packet_malformed line 2");
    CHECK(long_field("<Note ", many("a='' "), "/>") == "packet_malformed line 2");
    CHECK(long_field("<", x, "/>") == "packet_malformed line 2");
    CHECK(long_field("<!-- ", x, " -->") == "packet_malformed line 2");
    CHECK(long_field("<?x ", x, "?>") == "packet_malformed line 2");
    CHECK(long_field("", many("<a>")) == "packet_malformed line 2");
    CHECK(long_field("", many("<a/>")) == "packet_too_large packet");
    CHECK(long_field("", many("<a x='' y='' z=''/>")) == "packet_too_large packet");
    CHECK(long_field("", many("<?x?>")) == "packet_too_large packet");
    // Each short enough, all together more than the tree may take.
    CHECK(long_field("", "<Note>" + Bytes(500'000, 'x') + "</Note>", "", tree_bytes_max + 2 * mebibyte)
          == "packet_too_large packet");
    CHECK(long_read("<?xml version='1.0' ", x, "") == "packet_malformed line 1");
    CHECK(long_read("", many("?"), "<?xml version='1.0'?><a/>") == "packet_malformed line 1");
    CHECK(long_read("", blank, "") == "packet_malformed line 1");
    CHECK(long_read("<?xml version='1.0'?>", blank, "<a/>") == "packet_malformed line 1");
    CHECK(long_read(DocumentText{}.text(), blank, "") == "packet_malformed line 2");
    CHECK(long_read("<a></b>", x, "<!DOCTYPE") == "packet_has_doctype DOCTYPE");
}

TEST_CASE("bombs in a directory are refused before the library reads it", "[edxml]") {
    const auto refusal = [](const Bytes& zip) {
        DocumentText text;
        attach(text, "1", zip);
        const Fault fault = fault_of(text.text(), generous());
        CHECK(fault.code == Errc::packet_attachment_broken);
        return fault.peer_text;
    };
    std::vector<std::pair<std::string, Bytes>> entries;
    for (int i = 0; i < 40'000; ++i)
        entries.emplace_back(std::to_string(i) + ".txt", "");
    CHECK(refusal(zip_of(entries)) == "ZIP: directory larger than 2097152 bytes");

    // Two to the power of 40 entries, says ZIP64.
    const std::uint64_t many = std::uint64_t{1} << 40;
    const Bytes start = "PK\3\4" + Bytes(40, '\0');
    const Bytes end64 = "PK\6\6" + number(44, 8) + number(45, 4) + Bytes(8, '\0') + number(many, 8) + number(many, 8)
                        + number(46, 8) + number(4, 8);
    const Bytes locator = "PK\6\7" + number(0, 4) + number(start.size(), 8) + number(1, 4);
    const Bytes end = "PK\5\6" + number(0, 4) + number(0xFFFF, 2) + number(0xFFFF, 2) + number(46, 4) + number(4, 4)
                      + number(0, 2);
    CHECK(refusal(start + end64 + locator + end) == "ZIP: directory shorter than its entries");
    const Bytes zeros(8 * mebibyte, '\0');
    CHECK(refusal(zip_of({{"a.pdf", zeros}})).find("packed more than") != std::string::npos);
}

}  // namespace hub::edxml::test
