// The process ends between any two steps: each folder state that this can leave is made, the exchange opened
// again, and the file must go under the same id, once, to the right place.

#include "tests/folder/agency.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>
#include <unistd.h>

namespace {

using namespace hub;
using namespace hub::test;
using Names = std::vector<std::string>;

const EnvelopeId id = EnvelopeId::make(1'750'000'000'000, {1});
const std::string sending_name = id.text() + "~vb.edxml";

void put(const Agency& agency, const std::string& file, BytesView octets) { write_file(agency.base() / file, octets); }

/// One submission in all, under one id, with one header.
void check_once(const Agency& agency) {
    CHECK(agency.kit.headers.size() == 1);
    for (const auto& [one, headers] : agency.kit.headers)
        CHECK(headers.size() == 1);
}

}  // namespace

TEST_CASE("before the rename into sending the file has no id yet", "[takes up]") {
    Agency agency;
    agency.drop("vb.edxml", letter("12"));
    REQUIRE(agency.open().has_value());
    CHECK(agency.kit.handed_in.empty());
    CHECK(agency.scan() == 1);
    check_once(agency);
}

TEST_CASE("from the rename on the file goes under the id in its name", "[takes up]") {
    Agency agency;
    put(agency, "sending/" + sending_name, letter("12"));
    REQUIRE(agency.open().has_value());
    CHECK(agency.names("sending") == Names{sending_name});
    CHECK(agency.kit.kept == std::set{id});
    CHECK(agency.kit.handed_in.front().contents.front().name == "vb.edxml");
    SECTION("accepted") {
        REQUIRE(agency.answer(id, "accepted").has_value());
        CHECK(agency.names("sent") == Names{"vb.edxml"});
        CHECK(agency.read("sent/vb.edxml") == letter("12"));
        CHECK(agency.is_empty({"outbox", "sending", "refused"}));
    }
    SECTION("refused") {
        REQUIRE(agency.answer(id, "refused", "receiver_unknown").has_value());
        CHECK(agency.names("refused") == Names{"vb.edxml", "vb.edxml.reason.json"});
        CHECK(agency.is_empty({"outbox", "sending", "sent"}));
    }
    SECTION("ended again and again") {
        for (int times = 0; times < 3; ++times)
            REQUIRE(agency.open().has_value());
        CHECK(agency.kit.handed_in.size() == 1);
    }
    SECTION("the hub answered, the kit forgot the envelope, and the answer was not noted") {
        agency.kit.kept.clear();
        REQUIRE(agency.open().has_value());
        CHECK(agency.kit.handed_in.size() == 2);
    }
    CHECK(agency.scan() == 0);
    check_once(agency);
}

TEST_CASE("handed to the kit in one life, answered in the next", "[takes up]") {
    Agency agency;
    agency.drop("vb.edxml", letter("12"));
    agency.scan();
    const EnvelopeId chosen = *agency.kit.handed_in.front().id;
    REQUIRE(agency.open().has_value());
    CHECK(agency.kit.handed_in.size() == 1);
    REQUIRE(agency.answer(chosen, "accepted").has_value());
    CHECK(agency.names("sent") == Names{"vb.edxml"});
    check_once(agency);
}

TEST_CASE("an answer that was not noted comes again and finds its work done", "[takes up]") {
    Agency agency;
    put(agency, "sending/" + sending_name, letter("12"));
    const std::string what = GENERATE("accepted", "refused");
    CAPTURE(what);
    REQUIRE(agency.open().has_value());
    SECTION("receipt written, file not moved") {
        REQUIRE(agency.answer(id, what).has_value());
        std::filesystem::rename(agency.base() / (what == "accepted" ? "sent/vb.edxml" : "refused/vb.edxml"),
                                agency.base() / "sending" / sending_name);
    }
    SECTION("file moved") { REQUIRE(agency.answer(id, what).has_value()); }
    SECTION("and the process goes on") {
        REQUIRE(agency.answer(id, what).has_value());
        REQUIRE(agency.answer(id, what).has_value());
    }
    REQUIRE(agency.open().has_value());
    REQUIRE(agency.answer(id, what).has_value());
    CHECK(agency.is_empty({"outbox", "sending"}));
    CHECK(agency.names("sent") == (what == "accepted" ? Names{"vb.edxml"} : Names{}));
    CHECK(agency.names("refused") == (what == "accepted" ? Names{} : Names{"vb.edxml", "vb.edxml.reason.json"}));
    check_once(agency);
}

TEST_CASE("the reason written, the file not moved: refused once", "[takes up]") {
    Agency agency;
    put(agency, "refused/vb.edxml.reason.json", "{}");
    agency.drop("vb.edxml", "<edXML");
    REQUIRE(agency.open().has_value());
    CHECK(agency.scan() == 1);
    CHECK(agency.is_empty({"outbox", "sending", "sent"}));
    CHECK(agency.names("refused") == Names{"vb.edxml", "vb.edxml.reason.json"});
    CHECK(agency.read("refused/vb.edxml.reason.json").find("packet_malformed") != Bytes::npos);
}

TEST_CASE("what is refused now that it is taken up keeps no adapter from starting", "[takes up]") {
    Agency agency;
    const EnvelopeId other = EnvelopeId::make(1'750'000'000'000, {2});
    const auto [octets, code] = GENERATE(table<Bytes, std::string>({{secret_letter(), "document_secret"},
                                                                    {"<edXML", "packet_malformed"},
                                                                    {"", "packet_malformed"},
                                                                    {Bytes(1024 * 1024, 'x'), "packet_too_large"}}));
    CAPTURE(code);
    put(agency, "sending/" + sending_name, octets);
    put(agency, "sending/" + other.text() + "~good.edxml", letter("12"));
    REQUIRE(agency.open().has_value());
    CHECK(agency.names("refused") == Names{"vb.edxml", "vb.edxml.reason.json"});
    CHECK(agency.read("refused/vb.edxml") == octets);
    CHECK(agency.read("refused/vb.edxml.reason.json").find(code) != Bytes::npos);
    CHECK(agency.names("sending") == Names{other.text() + "~good.edxml"});
    CHECK(agency.kit.kept == std::set{other});
}

TEST_CASE("a file that the kit cannot take now is taken later, under the same id", "[takes up]") {
    Agency agency;
    agency.drop("1.edxml", letter("1"));
    agency.kit.fault = Fault{Errc::ledger_full, "outgoing", "no space"};
    CHECK(agency.exchange->scan().error().code == Errc::ledger_full);
    const Names sending = agency.names("sending");
    REQUIRE(sending.size() == 1);
    SECTION("in the same life") {}
    SECTION("in the next, which may begin with the disk still full") { REQUIRE(agency.open().has_value()); }
    // Those behind it wait in outbox/: they would be turned away as well.
    agency.drop("2.edxml", letter("2"));
    CHECK(agency.exchange->scan().has_error());
    CHECK(agency.names("outbox") == Names{"2.edxml"});
    CHECK(agency.names("sending") == sending);
    agency.kit.fault.reset();
    CHECK(agency.scan() == 1);
    REQUIRE(agency.kit.handed_in.size() == 2);
    CHECK(sending.front().starts_with(agency.kit.handed_in[0].id->text()));
    CHECK(agency.scan() == 0);
    CHECK(agency.kit.handed_in.size() == 2);
}

TEST_CASE("answered before the kit could take it once more: done", "[takes up]") {
    Agency agency;
    put(agency, "sending/" + sending_name, letter("12"));
    agency.kit.fault = Fault{Errc::ledger_full, "outgoing", "no space"};
    REQUIRE(agency.open().has_value());
    REQUIRE(agency.answer(id, "accepted").has_value());
    CHECK(agency.names("sent") == Names{"vb.edxml"});
    CHECK(agency.exchange->scan().has_value());
    CHECK(agency.kit.handed_in.empty());
}

TEST_CASE("trouble of ours ends the start and moves nothing", "[takes up]") {
    Agency agency;
    put(agency, "sending/" + sending_name, letter("12"));
    agency.kit.fault = Fault{Errc::internal, "signature", ""};
    CHECK(agency.open().error().code == Errc::internal);
    CHECK(agency.names("sending") == Names{sending_name});
}

TEST_CASE("files in sending that are not ours are left where they are", "[takes up]") {
    Agency agency;
    const Names strangers{"." + sending_name + ".tmp", id.text(), id.text() + "~", "notes.txt"};
    for (const std::string& name : strangers)
        put(agency, "sending/" + name, letter("12"));
    REQUIRE(agency.open().has_value());
    CHECK(agency.names("sending").size() == strangers.size());
    CHECK(agency.kit.handed_in.empty());
}

TEST_CASE("a file in sending that cannot be read is sent when it can be", "[takes up]") {
    Agency agency;
    std::filesystem::create_directories(agency.base() / "sending" / sending_name);
    REQUIRE(agency.open().has_value());
    CHECK(agency.exchange->scan().has_value());
    std::filesystem::remove(agency.base() / "sending" / sending_name);
    put(agency, "sending/" + sending_name, letter("12"));
    // It is left alone for a while, but not by the next start.
    CHECK(agency.exchange->scan().has_value());
    CHECK(agency.kit.handed_in.empty());
    REQUIRE(agency.open().has_value());
    CHECK(agency.kit.handed_in.size() == 1);
}

TEST_CASE("a folder of another file system is named", "[takes up]") {
    const std::filesystem::path memory = "/dev/shm/lgsp-" + std::to_string(::getpid());
    Agency agency;
    struct stat here {}, there {};
    REQUIRE(::stat(agency.base().c_str(), &here) == 0);
    if (::stat("/dev/shm", &there) != 0 || here.st_dev == there.st_dev)
        return;
    std::filesystem::create_directory(memory);
    std::filesystem::remove_all(agency.base() / "inbox");
    std::filesystem::create_directory_symlink(memory, agency.base() / "inbox");
    const auto opened = agency.open();
    std::filesystem::remove_all(memory);
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::setting_invalid);
    CHECK(opened.error().field == (agency.base() / "inbox").string());
}

TEST_CASE("a folder that cannot be made is named", "[takes up]") {
    Agency agency;
    std::filesystem::remove_all(agency.base() / "inbox");
    put(agency, "inbox", "a file");
    const auto opened = agency.open();
    REQUIRE(opened.has_error());
    CHECK(opened.error().code == Errc::setting_invalid);
    CHECK(opened.error().field == (agency.base() / "inbox").string());
}
