// The kit with a large content to send, before any broker is there: what is promised with submit() is kept over
// the end of the process.

#include "adapters/kit/kit.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"
#include "tests/kit/scripted_store.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

struct NoHandler final : Handler {
    Result<void> on_envelope(const Received&) override { return {}; }
    Result<void> on_receipt(const wire::Receipt&) override { return {}; }
};

struct KitTrial : StoreTrial {
    const Bytes large = some_octets(limits::envelope_bytes_max);
    std::string url = store.url();
    std::unique_ptr<Kit> kit;

    KitTrial() { write_file(*this / "vb.edxml", large); }
    Result<void> open() {
        kit.reset();
        Settings settings{.agency = AgencyCode::parse("H43.01").value(),
                          .broker = {.port = 1, .user = "H43.01"},
                          .certificate_file = *this / "agency.pem",
                          .key_file = *this / "agency.key",
                          .hub_certificate_file = *this / "server.pem",
                          .journal_folder = *this / "journal"};
        settings.contents_url = url;
        settings.contents_ca_file = *this / "server.pem";
        auto opened = Kit::open(std::move(settings));
        if (!opened)
            return opened.error();
        kit = std::move(*opened);
        return {};
    }
    Outgoing letter() const {
        Outgoing out{.id = std::nullopt, .kind = Kind::document, .sender = AgencyCode::parse("H43.01").value()};
        out.receivers = {AgencyCode::parse("H43.02").value()};
        out.document = DocumentName{.issuer = "H43.01", .number = "12"};
        out.contents = {{"vb.edxml", "application/edxml+xml", {}, *this / "vb.edxml"}};
        return out;
    }
};

}  // namespace

TEST_CASE("a large content is put into the store without being asked for", "[kit]") {
    KitTrial trial;
    REQUIRE(trial.open().has_value());
    Outgoing letter = trial.letter();
    SECTION("from a file") {}
    SECTION("from bytes") { letter.contents = {{"vb.edxml", "application/edxml+xml", trial.large, {}}}; }
    REQUIRE(trial.kit->submit(letter).has_value());
    CHECK(trial.kit->unanswered() == 1);
    CHECK(eventually([&] { return trial.store.content(sha256(trial.large)) == trial.large; }));
    CHECK(eventually([&] { return trial.kit->transfers().empty(); }));
}

TEST_CASE("an upload goes on when the adapter is started again", "[kit]") {
    KitTrial trial;
    REQUIRE(trial.open().has_value());
    trial.store.shut_gate(true);
    const auto id = trial.kit->submit(trial.letter());
    REQUIRE(id.has_value());
    REQUIRE(trial.open().has_value());
    CHECK(trial.kit->unanswered() == 1);
    REQUIRE(trial.kit->transfers().size() == 1);
    CHECK(trial.kit->transfers().front().name == "vb.edxml");
    CHECK(trial.kit->transfers().front().is_upload);
    // Handed in once more by an adapter that does not know how far it got.
    Outgoing again = trial.letter();
    again.id = *id;
    CHECK(trial.kit->submit(again).value() == *id);
    CHECK(trial.kit->transfers().size() == 1);
    trial.store.shut_gate(false);
    CHECK(eventually([&] { return trial.store.content(sha256(trial.large)) == trial.large; }));
}

TEST_CASE("polling does not wait for transfers", "[kit]") {
    KitTrial trial;
    REQUIRE(trial.open().has_value());
    trial.store.shut_gate(true);
    REQUIRE(trial.kit->submit(trial.letter()).has_value());
    REQUIRE(eventually([&] { return trial.store.count("HEAD") == 1; }));
    NoHandler handler;
    for (int i = 0; i < 5; ++i)
        CHECK(trial.kit->poll(std::chrono::milliseconds{1}, handler).error().code == Errc::broker_unreachable);
    CHECK(trial.kit->transfers().size() == 1);
}

TEST_CASE("without a store what is too large is refused, and what fits is not", "[kit]") {
    KitTrial trial;
    trial.url.clear();
    REQUIRE(trial.open().has_value());
    CHECK(trial.kit->submit(trial.letter()).error().code == Errc::envelope_too_large);
    CHECK(trial.kit->unanswered() == 0);
    write_file(trial / "vb.edxml", "<edXML/>");
    CHECK(trial.kit->submit(trial.letter()).has_value());
    CHECK(trial.kit->transfers().empty());
}

TEST_CASE("a wrong address or an authority that is not there ends the start", "[kit]") {
    KitTrial trial;
    SECTION("address") {
        trial.url = "http://localhost";
        CHECK(trial.open().error().field == "contents_url");
    }
    SECTION("authority") {
        write_file(trial / "server.pem", "no certificate");
        CHECK(trial.open().error().code == Errc::setting_invalid);
    }
}
