// Files taken out of packets again.

#include "adapters/edxml/extract.hpp"

#include "adapters/edxml/read_packet.hpp"
#include "adapters/edxml/write_packet.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/edxml/trial_folder.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace hub::edxml::test {
namespace {

const Bytes pdf = "%PDF-1.4 and more";
const Bytes large(3'000'000, 'x');

/// A PDF in a ZIP, a large file in a ZIP, and a plain PDF.
Bytes packet() {
    auto read = read_packet(DocumentText{}.text(), {});
    auto& document = std::get<DocumentPacket>(read.value().content);
    document.manifest.clear();
    document.attachments = {{.content_id = "a", .name = "a.pdf", .carried = ContentKind::zip},
                            {.content_id = "b", .name = "b.bin", .carried = ContentKind::zip},
                            {.content_id = "c", .name = "c.pdf", .carried = ContentKind::pdf}};
    MemorySink out;
    const auto open = [](const Attachment& each) -> Result<std::unique_ptr<OctetSource>> {
        return std::make_unique<MemorySource>(each.content_id == "b" ? large : pdf);
    };
    REQUIRE(write_packet(*read, open, out).has_value());
    return out.take();
}

}  // namespace

TEST_CASE("each file comes out as it went in", "[edxml]") {
    const TrialFolder folder;
    const auto path = folder.path() / "packet.edxml";
    std::ofstream{path, std::ios::binary} << packet();
    Limits limits;
    limits.packet_bytes_max = 64 * 1024 * 1024;
    limits.ratio_max = 10'000;
    const auto file = [&](std::size_t index) -> Result<Bytes> {
        MemorySink out;
        const auto done = extract_file(path, limits, folder.path(), index, out);
        return done ? Result<Bytes>{out.take()} : Result<Bytes>{done.error()};
    };
    CHECK(file(0).value() == pdf);
    CHECK((file(1).value() == large));
    CHECK(file(2).value() == pdf);
    CHECK(file(3).error().code == Errc::not_found);
    limits.ratio_max = 200;
    CHECK(file(1).error().code == Errc::packet_attachment_broken);
    CHECK(extract_file(folder.path() / "none", limits, folder.path(), 0, *std::make_unique<MemorySink>()).error().code ==
          Errc::not_found);
}

}  // namespace hub::edxml::test
