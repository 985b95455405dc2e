// Packets that fit into no envelope: sent from their file, received by a rename.

#include "tests/folder/agency.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using Names = std::vector<std::string>;

struct LargeAgency : Agency {
    LargeAgency() { settings.packet_bytes_max = std::size_t{64} << 20; }
};

ino_t inode_of(const std::filesystem::path& file) {
    struct stat status{};
    REQUIRE(::stat(file.c_str(), &status) == 0);
    return status.st_ino;
}

}  // namespace

TEST_CASE("a large packet is sent from its file in sending, and goes its way as others do", "[large]") {
    LargeAgency agency;
    const Bytes octets = large_letter("12");
    agency.drop("vb.edxml", octets);
    CHECK(agency.scan() == 1);
    REQUIRE(agency.kit.handed_in.size() == 1);
    const kit::Outgoing out = agency.kit.handed_in.front();
    const std::string name = out.id->text() + "~vb.edxml";
    CHECK(agency.names("sending") == Names{name});
    CHECK(out.contents.front().name == "vb.edxml");
    CHECK(out.contents.front().bytes.empty());
    CHECK(out.contents.front().file == agency.base() / "sending" / name);
    CHECK(out.document->number == "12");
    REQUIRE(agency.answer(*out.id, "accepted").has_value());
    CHECK(agency.names("sent") == Names{"vb.edxml"});
    CHECK(agency.read("sent/vb.edxml") == octets);
}

TEST_CASE("after a restart a large packet goes under the same id with the same header", "[large]") {
    LargeAgency agency;
    agency.drop("vb.edxml", large_letter("12"));
    agency.scan();
    agency.kit.kept.clear();
    REQUIRE(agency.open().has_value());
    CHECK(agency.kit.handed_in.size() == 2);
    REQUIRE(agency.kit.headers.size() == 1);
    CHECK(agency.kit.headers.begin()->second.size() == 1);
}

TEST_CASE("a large file that takes another one's place is read for itself", "[large]") {
    LargeAgency agency;
    agency.drop("first.edxml", letter("1", 3));
    agency.drop("vb.edxml", large_letter("2"));
    agency.kit.before_submit = [&] {
        if (!agency.kit.handed_in.empty())
            return;
        write_file(agency.base() / "outbox" / ".half", large_letter("3"));
        std::filesystem::rename(agency.base() / "outbox" / ".half", agency.base() / "outbox" / "vb.edxml");
    };
    CHECK(agency.scan() == 2);
    REQUIRE(agency.kit.handed_in.size() == 2);
    CHECK(agency.kit.handed_in[1].document->number == "3");
}

TEST_CASE("a packet over the limit is refused, and without a store the envelope is the limit", "[large]") {
    Agency agency;
    SECTION("over the limit") { agency.settings.packet_bytes_max = 2 * limits::envelope_bytes_max; }
    SECTION("without a store") {}
    agency.drop("vb.edxml", large_letter("12"));
    CHECK(agency.scan() == 1);
    CHECK(agency.kit.handed_in.empty());
    CHECK(agency.names("refused") == Names{"vb.edxml", "vb.edxml.reason.json"});
    CHECK(agency.read("refused/vb.edxml.reason.json").find("packet_too_large") != Bytes::npos);
}

TEST_CASE("a received large packet comes into the inbox by a rename, its bytes untouched", "[large]") {
    Agency agency;
    auto header = std::make_shared<EnvelopeHeader>(EnvelopeHeader{
        .id = EnvelopeId::make(1'750'000'000'000, {7}),
        .kind = Kind::document,
        .sender = AgencyCode::parse("H43.02").value(),
        .receivers = {AgencyCode::parse("H43.01").value()},
        .created_at = Instant{std::chrono::milliseconds{1'750'000'000'000}},
        .expires_at = Instant{std::chrono::milliseconds{1'760'000'000'000}}});
    header->document = DocumentName{.number = "12", .notation = "SNV-VP"};
    const auto spooled = agency.base() / "journal" / "spool" / "part";
    write_file(spooled, "any octets");
    const ino_t inode = inode_of(spooled);
    REQUIRE(agency.exchange->on_envelope({header, {{"a.edxml", "", {}, spooled}}, {}, false}).has_value());
    REQUIRE(agency.names("arriving").size() == 1);
    CHECK(inode_of(agency.base() / "arriving" / agency.names("arriving").front()) == inode);
    CHECK(agency.read("arriving/" + agency.names("arriving").front()) == "any octets");
    CHECK_FALSE(std::filesystem::exists(spooled));

    // Handed on again after the process ended before it was noted: fetched again, the same file.
    write_file(spooled, "any octets");
    REQUIRE(agency.exchange->on_envelope({header, {{"a.edxml", "", {}, spooled}}, {}, false}).has_value());
    CHECK(agency.names("arriving").size() == 1);
}
