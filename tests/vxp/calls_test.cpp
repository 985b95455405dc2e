// Every operation, from the client through a socket to the service and back.

#include "tests/support/eventually.hpp"
#include "tests/vxp/trial_axis.hpp"

#include <catch2/catch.hpp>

#include <random>

using namespace hub;
using namespace hub::vxp;
using namespace hub::vxp::test;
using namespace std::chrono_literals;
using Outcome = CallFailure::Outcome;

namespace {

Bytes random_octets(std::size_t size) {
    std::mt19937 random{7};
    Bytes octets(size, '\0');
    for (char& octet : octets)
        octet = static_cast<char>(random());
    return octets;
}

}  // namespace

TEST_CASE("a packet is sent as it is, whatever its size", "[vxp]") {
    for (const bool is_tls : {false, true}) {
        Trial trial{{}, is_tls};
        for (const std::size_t size : {1U, 1000U, 3'000'001U}) {
            const Bytes octets = random_octets(size);
            const auto packet = trial.file("packet", octets);
            const auto doc_id = trial.client().send(PacketKind::document, "H43", {"H01", "Đ02"}, packet);
            REQUIRE(doc_id.has_value());
            CHECK(*doc_id == "doc-" + std::to_string(trial.axis.held()->packets.size()));
            const auto [order, stored] = trial.axis.held()->packets.back();
            CHECK((stored == octets));
            CHECK(order.from == "H43");
            CHECK(order.kind == PacketKind::document);
            CHECK(order.to == std::vector<std::string>{"H01", "Đ02"});
        }
        CHECK(hub::test::eventually([&] { return std::filesystem::is_empty(trial.spool()); }));
    }
}

TEST_CASE("hash-file is checked in the form that the axis is set to", "[vxp]") {
    Trial trial;
    // Its SHA-256 has an octet below 16, so that the forms differ.
    const auto packet = trial.file("packet", "abc\n");
    const auto send = [&](std::optional<HashForm> form) {
        return trial.client([&](ClientSettings& settings) { settings.hash_form = form; })
            .send(PacketKind::document, "H43", {}, packet);
    };
    CHECK(send(HashForm::sdk).has_value());
    REQUIRE(send(HashForm::padded).has_error());
    CHECK(send(HashForm::padded).error().outcome == Outcome::refused);
    CHECK(send(HashForm::padded).error().code == error_code::hash_wrong);
    CHECK(send(HashForm::padded).error().text == "hash-file khong khop");
    CHECK(send(std::nullopt).error().code == error_code::hash_wrong);
    CHECK(send(std::nullopt).error().text == "Thieu hash-file");
    trial.axis.held()->check = HashCheck::padded;
    CHECK(send(HashForm::padded).has_value());
    CHECK(send(HashForm::sdk).has_error());
    trial.axis.held()->check = HashCheck::either;
    CHECK(send(HashForm::padded).has_value());
    CHECK(send(HashForm::sdk).has_value());
    CHECK(send(std::nullopt).has_value());
    trial.axis.held()->check = HashCheck::ignored;
    CHECK(send(std::nullopt).has_value());
}

TEST_CASE("lists, counts and acknowledgements", "[vxp]") {
    Trial trial;
    const auto client = trial.client();
    CHECK(client.received(PacketKind::document).value().empty());
    trial.axis.held()->waiting = {{.doc_id = "a", .from = "G22", .to = "H43", .message_type = "edoc", .status = "initial"},
                          {.doc_id = "b", .message_type = "status"}};
    const auto list = client.received(PacketKind::document).value();
    REQUIRE(list.size() == 1);
    CHECK(list[0].doc_id == "a");
    CHECK(list[0].status == "initial");
    CHECK(client.count(PacketKind::status).value() == 1);
    trial.axis.held()->given_away = {{.sender_doc_id = "s", .title = "Về việc \"x\""}, {.sender_doc_id = "t"}};
    CHECK(client.sent(PacketKind::document, "").value().size() == 2);
    const auto one = client.sent(PacketKind::document, "s").value();
    REQUIRE(one.size() == 1);
    CHECK(one[0].title == "Về việc \"x\"");

    REQUIRE(client.acknowledge("a", AckState::done, "").has_value());
    REQUIRE(client.acknowledge("b", AckState::failed, " Không đọc\r\nđược ").has_value());
    CHECK(trial.axis.held()->acknowledged == std::vector<std::string>{"a done ", "b fail Không đọc  được"});

    const NewAgency agency{.id = "9", .parent_code = "H43", .code = "H43.09", .name = "Sở"};
    REQUIRE(client.register_agency(agency).has_value());
    CHECK(trial.axis.held()->registered == std::vector{agency});
    REQUIRE(client.delete_agency("H43.09").has_value());
    CHECK(trial.axis.held()->deleted == std::vector<std::string>{"H43.09"});
}

TEST_CASE("directories come unit by unit", "[vxp]") {
    Trial trial;
    for (int i = 0; i < 20'000; ++i)
        trial.axis.held()->all_units.push_back({.id = std::to_string(i), .code = "H43." + std::to_string(i), .version = i});
    std::int64_t expected = 0;
    const auto done = trial.client().units([&](Unit&& unit) -> Result<void> {
        CHECK_FALSE(unit.version != expected++);
        return {};
    });
    REQUIRE(done.has_value());
    CHECK(expected == 20'000);
    int agencies = 0;
    const auto note = [&](auto&& each) -> Result<void> {
        agencies += each.code == "H43" ? 1 : 0;
        return {};
    };
    CHECK(trial.client().agencies(note).has_value());
    CHECK(trial.client().agencies_qd20("1", note).has_value());
    CHECK(agencies == 2);

    const auto stopped = trial.client().units([&](Unit&&) -> Result<void> { return Fault{Errc::ledger_full, "x", ""}; });
    REQUIRE(stopped.has_error());
    CHECK(stopped.error().outcome == Outcome::ours);
    CHECK(stopped.error().fault->code == Errc::ledger_full);
}

TEST_CASE("a packet is fetched both ways, octet for octet", "[vxp]") {
    for (const bool is_tls : {false, true}) {
        Trial trial{{}, is_tls};
        for (const std::size_t size : {1U, 2U, 3U, 64U * 1024U, 2'000'003U}) {
            const Bytes octets = "<" + random_octets(size);
            trial.axis.held()->by_doc_id["d"] = trial.file("stored", octets);
            const auto got = trial.fresh(), loaded = trial.fresh();
            CHECK(trial.client().get("d", got).value() == octets.size());
            CHECK((read_file(got) == octets));
            CHECK(trial.client().download("d", loaded).value() == octets.size());
            CHECK((read_file(loaded) == octets));
        }
    }
}

TEST_CASE("nothing is left of a packet that could not be fetched", "[vxp]") {
    Trial trial;
    const auto to = trial.fresh();
    for (const bool is_download : {false, true}) {
        const auto fetch = [&](const Client& client) { return is_download ? client.download("d", to) : client.get("d", to); };
        trial.axis.held()->by_doc_id.clear();
        const auto unknown = fetch(trial.client());
        REQUIRE(unknown.has_error());
        CHECK(unknown.error().outcome == Outcome::refused);
        CHECK(unknown.error().code == error_code::doc_id_unknown);
        CHECK_FALSE(std::filesystem::exists(to));

        trial.axis.held()->by_doc_id["d"] = trial.file("stored", "<" + random_octets(100'000));
        const auto large = fetch(trial.client([](ClientSettings& settings) { settings.packet_bytes_max = 50'000; }));
        REQUIRE(large.has_error());
        CHECK(large.error().outcome == Outcome::ours);
        CHECK(large.error().fault->code == Errc::packet_too_large);
        CHECK_FALSE(std::filesystem::exists(to));
    }
    trial.file("there", "x");
    const auto taken = trial.client().get("d", trial.folder_.path() / "there");
    CHECK(taken.error().outcome == Outcome::ours);
    CHECK(read_file(trial.folder_.path() / "there") == "x");
}

TEST_CASE("a refusal is the axis's own word", "[vxp]") {
    Trial trial;
    trial.axis.refuse_all(Refusal{"18", "Don vi nhan khong ton tai"});
    const auto packet = trial.file("packet", "<x/>");
    const auto sent = trial.client().send(PacketKind::status, "H43", {}, packet);
    REQUIRE(sent.has_error());
    CHECK(sent.error() == CallFailure{Outcome::refused, "18", "Don vi nhan khong ton tai", 200, {}});
    CHECK(trial.client().received(PacketKind::document).error().outcome == Outcome::refused);
}

TEST_CASE("a caller that is not believed is refused before its body, and no text holds the secret", "[vxp]") {
    Trial trial;
    const auto packet = trial.file("packet", random_octets(200'000));
    const auto refused = [&](const std::function<void(ClientSettings&)>& change) {
        const auto sent = trial.client(change).send(PacketKind::document, "H43", {}, packet);
        REQUIRE(sent.has_error());
        CHECK(sent.error().outcome == Outcome::refused);
        CHECK(sent.error().text.find(secret) == std::string::npos);
        return sent.error().code;
    };
    CHECK(refused([](ClientSettings& settings) { settings.secret = Secret{"another"}; }) == error_code::wrong_caller);
    CHECK(refused([](ClientSettings& settings) { settings.system_id = "00.44.W00"; }) == error_code::wrong_caller);
    trial.axis.held()->clock_ahead = 10min;
    CHECK(refused([](ClientSettings&) {}) == error_code::clock_off);
    CHECK(trial.axis.held()->packets.empty());
    for (const CallRecord& record : trial.axis.records()) {
        CHECK(record.system_id.empty());
        CHECK(record.body_bytes == 0);
    }
    CHECK(trial.axis.records().back().skew < -9min);
}

TEST_CASE("a refusal that comes early ends a large upload, and is heard", "[vxp]") {
    for (const bool is_tls : {false, true}) {
        Trial trial{{}, is_tls};
        const auto packet = trial.file("packet", Bytes(60'000'000, 'x'));
        const auto sent = trial.client([](ClientSettings& settings) { settings.secret = Secret{"another"}; })
                              .send(PacketKind::document, "H43", {}, packet);
        REQUIRE(sent.has_error());
        CHECK(sent.error().outcome == Outcome::refused);
        CHECK(sent.error().code == error_code::wrong_caller);
    }
}

TEST_CASE("how far the axis's clock is ahead is told by each answer", "[vxp]") {
    Trial trial;
    const auto client = trial.client();
    CHECK_FALSE(client.axis_clock_ahead().has_value());
    trial.axis.held()->clock_ahead = 2min;
    REQUIRE(client.count(PacketKind::document).has_value());
    REQUIRE(client.axis_clock_ahead().has_value());
    CHECK(std::abs((*client.axis_clock_ahead() - 120s).count()) <= 2);
    // Also where it is the reason of the refusal.
    trial.axis.held()->clock_ahead = -1h;
    CHECK(client.count(PacketKind::document).error().code == error_code::clock_off);
    CHECK(std::abs((*client.axis_clock_ahead() + 3600s).count()) <= 2);
}
