// Packets of any size are written, and passed on with a trace, in little memory.

#include "adapters/edxml/rewrite.hpp"
#include "adapters/edxml/write_packet.hpp"
#include "tests/edxml/own_process.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/edxml/sources.hpp"
#include "tests/edxml/trial_folder.hpp"

#include <catch2/catch.hpp>

#include <random>

namespace hub::edxml::test {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr std::uint64_t file_bytes = 10 * mebibyte;  // Memory is not measured there, and all is slow.
#else
constexpr std::uint64_t file_bytes = 100 * mebibyte;
#endif

Limits wide() {
    Limits limits;
    limits.packet_bytes_max = 2 * file_bytes;
    return limits;
}

/// Longer than the window in which deflate looks for repetitions.
Bytes noise() {
    std::mt19937_64 random{1};
    Bytes out(64 * 1024, '\0');
    for (char& octet : out)
        octet = static_cast<char>(random());
    return out;
}

std::string written(const std::filesystem::path& path, BytesView block) {
    DocumentPacket document{.to = {{*AgencyCode::parse("H43.02"), "B"}}, .number = "12", .notation = "SNV-VP",
                            .promulgated_on = "2026-05-04", .type = "2", .type_name = "Công văn", .subject = "x"};
    document.attachments = {{.content_id = "1", .name = "a.pdf", .declared_type = "application/zip",
                             .carried = ContentKind::zip}};
    const OpenFile open = [&](const Attachment&) -> Result<std::unique_ptr<OctetSource>> {
        return std::make_unique<LongSource>("%PDF-1.4", block, file_bytes - block.size(), "");
    };
    auto sink = FileSink::create(path);
    if (!sink)
        return "no file";
    const auto done = write_packet({.from = {*AgencyCode::parse("H43.01"), "A"}, .content = document}, open, *sink);
    return done && sink->close() ? "written" : "not written";
}

std::string passed_on(const std::filesystem::path& from, const std::filesystem::path& to) {
    auto sink = FileSink::create(to);
    if (!sink)
        return "no file";
    const auto packet = rewrite_packet_file(
        from, wide(), from.parent_path(),
        [](Packet& one) { append_trace(one, *AgencyCode::parse("W43"), Instant{}); }, *sink);
    return packet && sink->close() ? "passed on" : "not passed on: " + packet.error().field + packet.error().peer_text;
}

}  // namespace

TEST_CASE("a file of 100 MB is written and passed on in little memory", "[edxml]") {
    const TrialFolder folder;
    const Bytes block = noise();
    const auto first = folder.path() / "1.edxml", second = folder.path() / "2.edxml";
    const Report written_so = in_own_process([&] { return written(first, block); });
    CHECK(written_so.words == "written");
    CHECK(written_so.growth_kib < growth_kib_max);
    REQUIRE(std::filesystem::file_size(first) > file_bytes);

    const Report passed_so = in_own_process([&] { return passed_on(first, second); });
    CHECK(passed_so.words == "passed on");
    CHECK(passed_so.growth_kib < growth_kib_max);

    auto before = read_packet_file(first, wide(), folder.path());
    const auto after = read_packet_file(second, wide(), folder.path());
    REQUIRE(before.has_value());
    REQUIRE(after.has_value());
    before->traces.traces.push_back({"W43", "1970/01/01 07:00:00"});
    CHECK(*after == *before);
    CHECK(std::get<DocumentPacket>(after->content).attachments.at(0).content_bytes == file_bytes - block.size() + 8);
}

}  // namespace hub::edxml::test
