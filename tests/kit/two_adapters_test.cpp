// Two adapters of one agency over a real broker, each with its own folder: RabbitMQ gives the inbox to one of them.

#include "adapters/kit/kit.hpp"

#include "hub/amqp/topology.hpp"
#include "tests/amqp/province.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;

struct Nothing final : kit::Handler {
    Result<void> on_envelope(const kit::Received&) override { return {}; }
    Result<void> on_receipt(const wire::Receipt&) override { return {}; }
};

struct Pair {
    BrokerNode& node = BrokerNode::running();
    const FreshFolder folder;
    const KeyPair keys = make_key(KeyKind::p256, "H43.01");
    Nothing handler;
    std::unique_ptr<kit::Kit> first, second;

    Pair() {
        make_fresh_topology(node, *make_province().directory);
        write_file(folder / "agency.pem", keys.certificate_pem);
        write_file(folder / "agency.key", keys.key_pem);
        first = open("first");
        poll(*first);
        second = open("second");
        poll(*second);
        REQUIRE(first->is_connected());
        REQUIRE(second->is_connected());
    }
    std::unique_ptr<kit::Kit> open(const std::string& journal) const {
        return kit::Kit::open({.agency = code("H43.01"),
                               .broker = node.address("H43.01"),
                               .certificate_file = folder / "agency.pem",
                               .key_file = folder / "agency.key",
                               .hub_certificate_file = folder / "agency.pem",
                               .journal_folder = folder / journal,
                               .silence_asked_after = std::chrono::milliseconds{100}})
            .value();
    }
    std::optional<Fault> poll(kit::Kit& kit) {
        const auto polled = kit.poll(std::chrono::milliseconds{20}, handler);
        return polled ? std::nullopt : std::optional{polled.error()};
    }
    static void submit(kit::Kit& kit) {
        kit::Outgoing letter{.id = {}, .kind = Kind::document, .sender = code("H43.01")};
        letter.receivers = {code("H43.02")};
        letter.document = DocumentName{.issuer = "H43.01", .number = "12"};
        letter.contents = {{"vb.edxml", "application/edxml+xml", "octets", {}}};
        REQUIRE(kit.submit(letter).has_value());
    }
};

}  // namespace

TEST_CASE("an adapter whose receipts go to another one of its agency says so, until that one has gone", "[kit]") {
    Pair adapters;
    Pair::submit(*adapters.second);
    std::optional<Fault> told;
    REQUIRE(eventually([&] { return (told = adapters.poll(*adapters.second)).has_value(); }));
    CHECK(told->code == Errc::timed_out);
    CHECK(told->field == amqp::inbox_queue(code("H43.01"), false));
    CHECK(told->peer_text.find("another adapter of this agency") != std::string::npos);
    CHECK(told->peer_text.find("bộ kết nối khác") != std::string::npos);
    CHECK(adapters.second->is_connected());
    adapters.first.reset();
    CHECK(eventually([&] { return !adapters.poll(*adapters.second); }));
}

TEST_CASE("an adapter that is alone, or has nothing to say, speaks of no other one", "[kit]") {
    Pair adapters;
    SECTION("alone, and the hub is away") {
        adapters.second.reset();
        Pair::submit(*adapters.first);
    }
    SECTION("nothing submitted") { adapters.first.swap(adapters.second); }
    std::optional<Fault> told;
    constexpr int polls = 25;
    for (int i = 0; i < polls && !told; ++i)
        told = adapters.poll(*adapters.first);
    CHECK_FALSE(told);
}
