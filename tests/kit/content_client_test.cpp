// One try at a time, against a store over real TLS: what goes over, where it goes on, and what each answer means.

#include "tests/kit/scripted_store.hpp"

#include "hub/core/signature.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

constexpr std::size_t size = 3'000'000;

struct ClientTrial : StoreTrial {
    const Bytes octets = some_octets(size);
    const StoredContent content{sha256(octets), size};
    const std::filesystem::path file = *this / "content";
    const std::filesystem::path partial = *this / "content.partial";
    std::stop_source stop;
    std::uint64_t done = 0;
    ContentClient client{access()};

    Result<void> upload() {
        return client.upload(content, file, [&](std::uint64_t bytes) { done = bytes; }, stop.get_token());
    }
    Result<void> download() {
        return client.download(content, file, [&](std::uint64_t bytes) { done = bytes; }, stop.get_token());
    }
};

Errc code_of(const Result<void>& result) {
    REQUIRE(result.has_error());
    CAPTURE(result.error().peer_text);
    return result.error().code;
}

}  // namespace

TEST_CASE("a file is put into the store, once", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    REQUIRE(trial.upload().has_value());
    CHECK(trial.store.content(trial.content.digest) == trial.octets);
    CHECK(trial.done == size);
    REQUIRE(trial.upload().has_value());
    CHECK(trial.store.count("HEAD") == 2);
    CHECK(trial.store.count("PATCH") == 1);
}

TEST_CASE("an upload goes on where the connection broke", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    trial.store.hang_up_receiving({2'000'000, 500'000});
    CHECK(code_of(trial.upload()) == Errc::hub_unreachable);
    CHECK(code_of(trial.upload()) == Errc::hub_unreachable);
    REQUIRE(trial.upload().has_value());
    const std::string patch = "PATCH " + trial.content.digest.text();
    CHECK(trial.store.count(patch) == 3);
    CHECK(trial.store.count(patch + " 0") == 1);
    CHECK(trial.store.count(patch + " 2000000") == 1);
    CHECK(trial.store.count(patch + " 2500000") == 1);
    CHECK(trial.store.content(trial.content.digest) == trial.octets);
}

TEST_CASE("an upload goes on where the hub says, but not for ever", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    trial.store.hang_up_receiving({1'000'000});
    CHECK(trial.upload().has_error());
    const CannedAnswer lie{"HEAD", 200, {}, {{"Upload-Complete", "?0"},
                                             {"Upload-Offset", "2000000"},
                                             {"Upload-Length", std::to_string(size)}}};
    trial.store.answer(lie);
    SECTION("it holds less than it said") {
        REQUIRE(trial.upload().has_value());
        CHECK(trial.store.content(trial.content.digest) == trial.octets);
    }
    SECTION("it never says what it holds") {
        for (int i = 0; i < 10; ++i)
            trial.store.answer({"PATCH", 409, "upload_offset_wrong", {{"Upload-Offset", "7"}}});
        CHECK(code_of(trial.upload()) == Errc::upload_offset_wrong);
    }
    SECTION("it holds more than there is") {
        trial.store.answer({"PATCH", 409, "upload_offset_wrong", {{"Upload-Offset", "3000001"}}});
        CHECK(code_of(trial.upload()) == Errc::upload_offset_wrong);
    }
}

TEST_CASE("an upload of another size under the same digest is begun anew", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    trial.store.answer({"HEAD", 200, {}, {{"Upload-Complete", "?0"}, {"Upload-Offset", "5"}, {"Upload-Length", "6"}}});
    REQUIRE(trial.upload().has_value());
    CHECK(trial.store.count("PATCH " + trial.content.digest.text() + " 0") == 1);
}

TEST_CASE("each refusal of an upload is known by its code", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    struct Case {
        unsigned status;
        const char* code;
        Errc expected;
    };
    const auto& [status, code, expected] = GENERATE(values<Case>({{409, "upload_busy", Errc::upload_busy},
                                                                  {413, "part_too_large", Errc::part_too_large},
                                                                  {507, "quota_exceeded", Errc::quota_exceeded},
                                                                  {507, "contents_full", Errc::contents_full},
                                                                  {404, "not_found", Errc::not_found},
                                                                  {503, "folder_unusable", Errc::folder_unusable},
                                                                  {500, "internal", Errc::internal},
                                                                  {500, "what_is_this", Errc::hub_unreachable},
                                                                  {502, "", Errc::hub_unreachable}}));
    CAPTURE(code);
    trial.store.answer({"PATCH", status, code, {{"Retry-After", "7"}}});
    CHECK(code_of(trial.upload()) == expected);
    CHECK(trial.client.retry_after() == std::chrono::seconds{7});
    REQUIRE(trial.upload().has_value());
    CHECK(trial.client.retry_after() == std::chrono::seconds{0});
}

TEST_CASE("what was sent and refused has not arrived", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    trial.store.answer({"PATCH", 503, "folder_unusable", {{"Retry-After", "60"}}});
    const auto refused = trial.upload();
    CHECK(code_of(refused) == Errc::folder_unusable);
    CHECK(trial.done == 0);
    // Whose folder it is stands beside it.
    CHECK(refused.error().field == "contents");
    CHECK(refused.error().peer_text.starts_with("at the hub"));
    trial.store.hang_up_receiving({2'000'000});
    CHECK(code_of(trial.upload()) == Errc::hub_unreachable);
    CHECK(trial.done == 0);
    REQUIRE(trial.upload().has_value());
    CHECK(trial.done == size);
}

TEST_CASE("nobody is made to wait for longer than five minutes", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    trial.store.answer({"PATCH", 507, "contents_full", {{"Retry-After", "99999999"}}});
    CHECK(code_of(trial.upload()) == Errc::contents_full);
    CHECK(trial.client.retry_after() == std::chrono::minutes{5});
}

TEST_CASE("a file that is not what it was is told from damage on the way", "[content_client]") {
    ClientTrial trial;
    SECTION("other octets") {
        Bytes other = trial.octets;
        other[7] = static_cast<char>(other[7] ^ 1);
        write_file(trial.file, other);
        CHECK(code_of(trial.upload()) == Errc::part_digest_mismatch);
    }
    SECTION("fewer octets") {
        write_file(trial.file, BytesView{trial.octets}.substr(0, 1'000'000));
        CHECK(code_of(trial.upload()) == Errc::part_digest_mismatch);
    }
    SECTION("none") { CHECK(code_of(trial.upload()) == Errc::part_missing); }
    SECTION("damage") {
        write_file(trial.file, trial.octets);
        trial.store.answer({"PATCH", 422, "part_digest_mismatch", {}});
        CHECK(code_of(trial.upload()) == Errc::part_damaged);
        CHECK(trial.upload().has_value());
    }
}

TEST_CASE("a content is fetched, verified and put in its place", "[content_client]") {
    ClientTrial trial;
    trial.store.put(trial.octets);
    REQUIRE(trial.download().has_value());
    CHECK(read_file(trial.file) == trial.octets);
    CHECK_FALSE(std::filesystem::exists(trial.partial));
    CHECK(trial.done == size);
    // Again: what is there is verified, not fetched.
    REQUIRE(trial.download().has_value());
    CHECK(trial.store.count("GET") == 1);
}

TEST_CASE("a download goes on where the connection broke", "[content_client]") {
    ClientTrial trial;
    trial.store.put(trial.octets);
    trial.store.hang_up_sending({2'000'000});
    CHECK(code_of(trial.download()) == Errc::hub_unreachable);
    CHECK_FALSE(std::filesystem::exists(trial.file));
    const auto held = std::filesystem::file_size(trial.partial);
    CHECK(held > 1'000'000);
    REQUIRE(trial.download().has_value());
    CHECK(read_file(trial.file) == trial.octets);
    CHECK(trial.store.count("GET " + trial.content.digest.text() + " bytes=" + std::to_string(held) + "-") == 1);
}

TEST_CASE("octets of another digest are dropped and never shown", "[content_client]") {
    ClientTrial trial;
    trial.store.put(trial.octets);
    SECTION("the hub sends others") { trial.store.lie(1); }
    SECTION("what was there before is damaged") { write_file(trial.partial, some_octets(1000, 2)); }
    SECTION("what was there before is too long") { write_file(trial.partial, trial.octets + "!"); }
    SECTION("what was there before is as long") { write_file(trial.file, some_octets(size, 2)); }
    CHECK(code_of(trial.download()) == Errc::part_digest_mismatch);
    CHECK_FALSE(std::filesystem::exists(trial.file));
    CHECK_FALSE(std::filesystem::exists(trial.partial));
    REQUIRE(trial.download().has_value());
    CHECK(read_file(trial.file) == trial.octets);
}

TEST_CASE("an answer that is not a part but the whole replaces what was there", "[content_client]") {
    ClientTrial trial;
    trial.store.put(trial.octets);
    write_file(trial.partial, BytesView{trial.octets}.substr(0, 1'000'000));
    SECTION("a part") {
        REQUIRE(trial.download().has_value());
        CHECK(trial.store.count("GET " + trial.content.digest.text() + " bytes=1000000-") == 1);
    }
    SECTION("there is no such part") {
        trial.store.answer({"GET", 416, "field_invalid", {}});
        CHECK(code_of(trial.download()) == Errc::part_digest_mismatch);
        REQUIRE(trial.download().has_value());
    }
    CHECK(read_file(trial.file) == trial.octets);
}

TEST_CASE("a content that is not there, or damaged, leaves nothing", "[content_client]") {
    ClientTrial trial;
    SECTION("not there") { CHECK(code_of(trial.download()) == Errc::not_found); }
    SECTION("damaged") {
        trial.store.answer({"GET", 503, "part_damaged", {{"Retry-After", "60"}}});
        CHECK(code_of(trial.download()) == Errc::part_damaged);
        CHECK(trial.client.retry_after() == std::chrono::seconds{60});
    }
    CHECK_FALSE(std::filesystem::exists(trial.file));
}

TEST_CASE("what does not fit the disk is not begun, and what is there of it stays", "[content_client]") {
    ClientTrial trial;
    StoredContent content = trial.content;
    content.bytes = std::uint64_t{1} << 60;
    write_file(trial.partial, "begun");
    std::uint64_t moved = 0;
    const auto done =
        trial.client.download(content, trial.file, [&](std::uint64_t bytes) { moved = bytes; }, trial.stop.get_token());
    CHECK(code_of(done) == Errc::folder_unusable);
    CHECK(done.error().field == "disk");
    CHECK(done.error().peer_text.find("64 MiB") != std::string::npos);
    CHECK(moved == 0);
    CHECK(read_file(trial.partial) == "begun");
}

TEST_CASE("a download that meets the reserve of the disk in its middle goes on there when there is room",
          "[content_client]") {
    constexpr std::uint64_t mib = 1 << 20, reserve = 64 * mib;
    ClientTrial trial;
    trial.store.put(trial.octets);
    std::uint64_t room = reserve + size;
    ContentClient client{trial.access(), [&](const std::filesystem::path&) { return std::optional{room}; }};
    const auto fetch = [&] {
        return client.download(
            trial.content, trial.file,
            [&](std::uint64_t bytes) {
                // Somebody else fills the disk meanwhile.
                if (bytes > mib)
                    room = std::min(room, reserve + 10);
            },
            trial.stop.get_token());
    };
    auto done = fetch();
    CHECK(code_of(done) == Errc::folder_unusable);
    CHECK(done.error().field == "disk");
    const auto held = std::filesystem::file_size(trial.partial);
    CHECK(held > mib);
    CHECK(held < size);
    // Full as it is, nothing is asked of the hub, and what is there stays.
    done = fetch();
    CHECK(code_of(done) == Errc::folder_unusable);
    CHECK(trial.store.count("GET") == 1);
    CHECK(std::filesystem::file_size(trial.partial) == held);
    room = reserve + size - held;
    REQUIRE(client.download(trial.content, trial.file, [](std::uint64_t) {}, trial.stop.get_token()).has_value());
    CHECK(read_file(trial.file) == trial.octets);
    CHECK(trial.store.count("GET " + trial.content.digest.text() + " bytes=" + std::to_string(held) + "-") == 1);
}

TEST_CASE("nothing is told to a hub that is not the one, and nothing taken from it", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    const auto refused = [&](ContentAccess access) {
        ContentClient client{std::move(access)};
        const auto done = client.upload(trial.content, trial.file, [](std::uint64_t) {}, trial.stop.get_token());
        CHECK(code_of(done) == Errc::hub_unreachable);
        CHECK(trial.store.requests().empty());
    };
    const auto port = HttpsAddress::parse(trial.store.url())->port;
    SECTION("its certificate is not trusted") {
        write_file(trial / "other.pem", make_key(KeyKind::p256, "localhost").certificate_pem);
        refused({trial.access().address,
                 TlsIdentity::load(trial / "agency.pem", trial / "agency.key", trial / "other.pem").value()});
    }
    SECTION("its certificate has another name") { refused({{"127.0.0.1", port}, trial.access().identity}); }
    SECTION("we have another certificate") {
        const KeyPair other = make_key(KeyKind::p256, "H43.02");
        write_file(trial / "other.pem", other.certificate_pem);
        write_file(trial / "other.key", other.key_pem);
        refused({trial.access().address,
                 TlsIdentity::load(trial / "other.pem", trial / "other.key", trial / "server.pem").value()});
    }
    SECTION("nobody is there") { refused({{"localhost", "1"}, trial.access().identity}); }
}

TEST_CASE("files of keys that are not there are named", "[content_client]") {
    ClientTrial trial;
    const auto loaded = TlsIdentity::load(trial / "agency.pem", trial / "agency.key", trial / "no.pem");
    REQUIRE(loaded.has_error());
    CHECK(loaded.error().code == Errc::setting_invalid);
    CHECK(loaded.error().field == (trial / "no.pem").string());
    CHECK(TlsIdentity::load(trial / "no.pem", trial / "agency.key", trial / "server.pem").error().field
          == (trial / "no.pem").string());
    CHECK(TlsIdentity::load(trial / "agency.pem", trial / "server.pem", trial / "server.pem").has_error());
}

TEST_CASE("a client that is to stop does so while the hub is silent", "[content_client]") {
    ClientTrial trial;
    write_file(trial.file, trial.octets);
    trial.store.shut_gate(true);
    std::thread stopping{[&] {
        eventually([&] { return trial.store.count("HEAD") == 1; });
        trial.stop.request_stop();
    }};
    CHECK(code_of(trial.upload()) == Errc::timed_out);
    stopping.join();
}

TEST_CASE("an address is one of https and nothing else", "[content_client]") {
    CHECK(HttpsAddress::parse("https://hub.h43.gov.vn")->port == "443");
    CHECK(HttpsAddress::parse("https://hub.h43.gov.vn:7790/")->port == "7790");
    CHECK(HttpsAddress::parse("https://hub.h43.gov.vn:7790")->host == "hub.h43.gov.vn");
    CHECK(HttpsAddress::parse("https://[::1]:7790")->host == "::1");
    for (const char* wrong : {"", "http://hub", "hub:7790", "https://", "https://hub:", "https://hub:0",
                              "https://hub:65536", "https://hub:7790/v1", "https://user@hub", "https://[::1", "https://h b"})
        CHECK(HttpsAddress::parse(wrong).has_error());
}
