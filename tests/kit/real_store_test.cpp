// The kit's client and the hub's own content server: what one says the other understands.

#include "adapters/kit/transfers.hpp"

#include "hub/core/signature.hpp"
#include "tests/contents/trial_desk.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

struct Trial {
    const FreshFolder folder;
    TrialServer server{[&](http::ContentServer::Settings& settings) {
                           const KeyPair pair = make_key(KeyKind::p256, "localhost");
                           write_file(settings.certificate_file, pair.certificate_pem);
                           write_file(settings.key_file, pair.key_pem);
                           write_file(folder / "server.pem", pair.certificate_pem);
                       }};
    const Bytes octets = octets_of(70'000'000);       // More than one request takes.
    const StoredContent content{sha256(octets), octets.size()};
    std::stop_source stop;

    Trial() { write_file(folder / "vb.edxml", octets); }
    ContentAccess access(const KeyPair& key) const {
        write_file(folder / "own.pem", key.certificate_pem);
        write_file(folder / "own.key", key.key_pem);
        return {{"localhost", std::to_string(server.server->port())},
                TlsIdentity::load(folder / "own.pem", folder / "own.key", folder / "server.pem").value()};
    }
    Result<void> upload(ContentClient& client) {
        return client.upload(content, folder / "vb.edxml", [](std::uint64_t) {}, stop.get_token());
    }
    Result<void> download(ContentClient& client) {
        return client.download(content, folder / "fetched", [](std::uint64_t) {}, stop.get_token());
    }
};

}  // namespace

TEST_CASE("what one agency puts another one fetches, when it may", "[real_store]") {
    Trial trial;
    ContentClient sender{trial.access(trial.server.a_key)};
    REQUIRE(trial.upload(sender).has_value());
    REQUIRE(trial.upload(sender).has_value());
    CHECK(trial.server.desk->record(trial.content.digest).bytes == trial.octets.size());

    ContentClient receiver{trial.access(trial.server.b_key)};
    CHECK(trial.download(receiver).error().code == Errc::not_found);
    trial.server.desk->let_fetch(trial.server.b, trial.content.digest);
    REQUIRE(trial.download(receiver).has_value());
    CHECK(read_file(trial.folder / "fetched") == trial.octets);
}

TEST_CASE("both ways go on after the server was away", "[real_store]") {
    Trial trial;
    const auto port = trial.server.server->port();
    trial.server.settings.port = port;
    const auto cut = [&](const Result<void>& result) {
        CHECK(result.error().code == Errc::hub_unreachable);
        trial.server.start();
    };
    ContentClient client{trial.access(trial.server.a_key)};
    std::uint64_t first = 0;
    const auto stop_at = [&](std::uint64_t octets) {
        first = 0;
        return [&, octets](std::uint64_t done) {
            if (first == 0)
                first = done + 1;
            if (done >= octets)
                trial.server.stop();
        };
    };
    cut(client.upload(trial.content, trial.folder / "vb.edxml", stop_at(30'000'000), trial.stop.get_token()));
    const auto nothing = [&](std::uint64_t done) { first = first == 0 ? done + 1 : first; };
    first = 0;
    REQUIRE(client.upload(trial.content, trial.folder / "vb.edxml", nothing, trial.stop.get_token()).has_value());
    CHECK(first > 1'000'000);

    cut(client.download(trial.content, trial.folder / "fetched", stop_at(30'000'000), trial.stop.get_token()));
    CHECK(std::filesystem::file_size(trial.folder / "fetched.partial") > 20'000'000);
    REQUIRE(trial.download(client).has_value());
    CHECK(read_file(trial.folder / "fetched") == trial.octets);
}

TEST_CASE("a file that is not what it was is refused by the server and known here", "[real_store]") {
    Trial trial;
    ContentClient client{trial.access(trial.server.a_key)};
    Bytes other = trial.octets;
    other[9] = static_cast<char>(other[9] ^ 1);
    write_file(trial.folder / "vb.edxml", other);
    CHECK(trial.upload(client).error().code == Errc::part_digest_mismatch);
}

TEST_CASE("who is no agency puts nothing", "[real_store]") {
    Trial trial;
    ContentClient client{trial.access(make_key(KeyKind::p256, "stranger"))};
    CHECK(trial.upload(client).error().code == Errc::not_found);
}

TEST_CASE("many at once, and the same content twice", "[real_store]") {
    Trial trial;
    Transfers transfers{trial.access(trial.server.a_key)};
    constexpr unsigned count = 12;
    for (unsigned i = 0; i < count; ++i) {
        const Bytes octets = octets_of(2'000'000, 1 + i % (count - 1));
        const auto file = trial.folder / std::to_string(i);
        write_file(file, octets);
        transfers.order({true, std::to_string(i), {sha256(octets), octets.size()}, file, Urgency::normal});
    }
    std::size_t finished = 0;
    CHECK(eventually([&] {
        for (const auto& one : transfers.finished()) {
            CHECK_FALSE(one.fault);
            ++finished;
        }
        return finished == count;
    }));
}
