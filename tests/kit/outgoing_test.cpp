#include "adapters/kit/outgoing.hpp"

#include "tests/support/fresh_folder.hpp"
#include "tests/support/full_disk.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

EnvelopeId outgoing_id(unsigned n) { return EnvelopeId::make(n, {static_cast<std::uint8_t>(n)}); }
OutgoingStore open_outgoing(const FreshFolder& folder) { return OutgoingStore::open(folder / "outgoing").value(); }

}  // namespace

TEST_CASE("what was handed in is there again after reopening, the same bytes", "[outgoing]") {
    const FreshFolder folder;
    {
        OutgoingStore store = open_outgoing(folder);
        CHECK(store.ids().empty());
        REQUIRE(store.add(outgoing_id(2), Bytes{"two\0\n", 5}).has_value());
        REQUIRE(store.add(outgoing_id(1), "one").has_value());
        REQUIRE(store.add(outgoing_id(3), "three").has_value());
        REQUIRE(store.remove(outgoing_id(3)).has_value());
        store.set_sent(outgoing_id(1), true);
    }
    const OutgoingStore store = open_outgoing(folder);
    // Sent was said of a connection that is no more.
    CHECK(store.ids() == std::map<EnvelopeId, bool>{{outgoing_id(1), false}, {outgoing_id(2), false}});
    CHECK(store.frame(outgoing_id(2)).value() == Bytes{"two\0\n", 5});
    CHECK(store.has(outgoing_id(1)));
    CHECK_FALSE(store.has(outgoing_id(3)));
    CHECK(store.frame(outgoing_id(3)).error().code == Errc::not_found);
}

TEST_CASE("a new connection knows of nothing that was sent", "[outgoing]") {
    const FreshFolder folder;
    OutgoingStore store = open_outgoing(folder);
    for (const unsigned n : {1U, 2U})
        REQUIRE(store.add(outgoing_id(n), "frame").has_value());
    store.set_sent(outgoing_id(1), true);
    CHECK(store.ids() == std::map<EnvelopeId, bool>{{outgoing_id(1), true}, {outgoing_id(2), false}});
    store.forget_sent();
    CHECK(store.ids() == std::map<EnvelopeId, bool>{{outgoing_id(1), false}, {outgoing_id(2), false}});
}

TEST_CASE("halves of files and strangers are no submissions", "[outgoing]") {
    const FreshFolder folder;
    REQUIRE(open_outgoing(folder).add(outgoing_id(1), "frame").has_value());
    write_file(folder / "outgoing" / ("." + outgoing_id(2).text() + ".tmp"), "fra");
    write_file(folder / "outgoing" / (outgoing_id(3).text() + "~"), "frame");
    write_file(folder / "outgoing/notes.txt", "frame");
    CHECK(open_outgoing(folder).ids() == std::map<EnvelopeId, bool>{{outgoing_id(1), false}});
}

TEST_CASE("what did not get onto the disk was not handed in", "[outgoing]") {
    const FreshFolder folder;
    OutgoingStore store = open_outgoing(folder);
    const auto added = [&] {
        const FullDisk full{10};
        return store.add(outgoing_id(1), "a frame of more than ten octets");
    }();
    CHECK(added.has_error());
    CHECK_FALSE(store.has(outgoing_id(1)));
    CHECK(names_in(folder / "outgoing").empty());
    CHECK(store.add(outgoing_id(1), "a frame of more than ten octets").has_value());
}

TEST_CASE("the files of large parts are known again when the store is opened again", "[outgoing]") {
    const FreshFolder folder;
    {
        auto store = OutgoingStore::open(folder.path()).value();
        const std::vector<PartSource> parts{std::filesystem::path{"/srv/lgsp/a\nname.edxml"}, BytesView{"octets"},
                                            std::filesystem::path{"relative"}};
        REQUIRE(store.add(outgoing_id(1), "frame", parts).has_value());
    }
    auto store = OutgoingStore::open(folder.path()).value();
    CHECK(store.ids().size() == 1);
    CHECK(store.frame(outgoing_id(1)).value() == "frame");
    const auto files = store.files(outgoing_id(1)).value();
    REQUIRE(files.size() == 3);
    CHECK(files[0] == "/srv/lgsp/a\nname.edxml");
    CHECK(read_file(files[1]) == "octets");
    CHECK(files[2] == std::filesystem::absolute("relative"));
    REQUIRE(store.remove(outgoing_id(1)).has_value());
    CHECK(names_in(folder.path()).empty());
}

TEST_CASE("parts without their frame were promised to nobody", "[outgoing]") {
    const FreshFolder folder;
    write_file(folder / (outgoing_id(1).text() + ".1"), "octets");
    write_file(folder / (outgoing_id(1).text() + ".files"), "a list");
    write_file(folder / "another", "thing");
    const auto store = OutgoingStore::open(folder.path()).value();
    CHECK(store.ids().empty());
    CHECK(names_in(folder.path()) == std::vector<std::string>{"another"});
}
