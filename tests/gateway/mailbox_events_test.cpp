#include "tests/gateway/told_kit.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace hub::gateway;
using namespace hub::gateway::test;

namespace {

constexpr Instant later = Instant::max();

ReceivedPacket received(const std::string& agency, std::uint64_t number) {
    const auto envelope = EnvelopeId::make(number, {});
    ReceivedPacket packet{.doc_id = doc_id_of(code(agency), code("H43.09"), envelope),
                          .agency = code(agency),
                          .envelope = envelope,
                          .sender = code("H43.09"),
                          .to = agency,
                          .kind = number % 2 == 0 ? Kind::status : Kind::document,
                          .at = at(static_cast<std::int64_t>(number)),
                          .bytes = 7};
    packet.content.octets.fill(static_cast<std::uint8_t>(number));
    return packet;
}

SentPacket sent(std::uint64_t number) {
    SentPacket packet{.id = EnvelopeId::make(number, {}), .agency = code("H43.01"), .from = "H43.01",
                      .kind = Kind::document};
    packet.sent_at = at(static_cast<std::int64_t>(number));
    packet.content.octets.fill(static_cast<std::uint8_t>(number));
    packet.receivers.push_back({.code = "H43.02", .own_code = "H43.02", .text = {}});
    return packet;
}

std::vector<std::string> types(Mailbox& mailbox, Instant now = later) {
    std::vector<std::string> found;
    for (const WebhookEvent& each : mailbox.due_events(code("H43.01"), now, 100).value())
        found.push_back(each.type);
    return found;
}

}  // namespace

TEST_CASE("what happens to an agency that wants to know is kept for it", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = Mailbox::open(folder.path()).value();
    REQUIRE(mailbox->set_webhook_agencies({code("H43.01")}).has_value());
    REQUIRE(mailbox->add_received(received("H43.02", 1)).has_value());
    CHECK(mailbox->agencies_with_events(later).value().empty());

    REQUIRE(mailbox->add_received(received("H43.01", 1)).has_value());
    REQUIRE(mailbox->add_received(received("H43.01", 1)).has_value());
    REQUIRE(mailbox->add_received(received("H43.01", 2)).has_value());
    for (std::uint64_t number : {3U, 4U})
        REQUIRE(mailbox->add_sent(sent(number)).has_value());
    REQUIRE(mailbox->note_accepted(EnvelopeId::make(3, {})).has_value());
    REQUIRE(mailbox->note_accepted(EnvelopeId::make(3, {})).has_value());
    REQUIRE(mailbox->note_refused(EnvelopeId::make(4, {}), {"receiver_unknown", "receivers[0]", "x"}).has_value());
    SentReceiver receiver{.code = "H43.02", .own_code = "H43.02", .station = Station::queued, .text = {}};
    REQUIRE(mailbox->note_station(EnvelopeId::make(3, {}), receiver, true).has_value());
    receiver.station = Station::registered;
    REQUIRE(mailbox->note_station(EnvelopeId::make(3, {}), receiver, true).has_value());
    receiver.own_code = "H43.05";
    REQUIRE(mailbox->note_station(EnvelopeId::make(3, {}), receiver, true).has_value());
    CHECK(types(*mailbox) == std::vector<std::string>{"document.received", "status.received", "document.accepted",
                                                      "document.refused", "receiver.changed", "receiver.changed"});
    const auto events = mailbox->due_events(code("H43.01"), later, 100).value();
    CHECK(events.at(0).party == "H43.09");
    CHECK(events.at(3).code == "receiver_unknown");
    CHECK(events.at(4).station == Station::registered);
    CHECK(events.at(5).party == "H43.05");
    CHECK(events.at(0).id.size() == 32);
    CHECK(events.at(0).id != events.at(1).id);
}

TEST_CASE("an event is kept until it is told, also by the next run", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = Mailbox::open(folder.path()).value();
    REQUIRE(mailbox->set_webhook_agencies({code("H43.01")}).has_value());
    REQUIRE(mailbox->add_received(received("H43.01", 1)).has_value());
    const auto event = mailbox->due_events(code("H43.01"), at(5000), 1).value().at(0);
    CHECK(event.tries == 0);
    REQUIRE(mailbox->postpone_event(event.seq, at(9000)).has_value());
    CHECK(types(*mailbox, at(8999)).empty());
    CHECK(mailbox->agencies_with_events(at(8999)).value().empty());
    mailbox.reset();
    mailbox = Mailbox::open(folder.path()).value();
    REQUIRE(mailbox->set_webhook_agencies({code("H43.01")}).has_value());
    CHECK(mailbox->agencies_with_events(at(9000)).value() == std::set<AgencyCode>{code("H43.01")});
    const auto again = mailbox->due_events(code("H43.01"), at(9000), 1).value().at(0);
    CHECK(again.id == event.id);
    CHECK(again.tries == 1);
    REQUIRE(mailbox->forget_event(again.seq).has_value());
    CHECK(types(*mailbox).empty());
}

TEST_CASE("who wants no webhooks any more has none waiting", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = Mailbox::open(folder.path()).value();
    REQUIRE(mailbox->set_webhook_agencies({code("H43.01")}).has_value());
    REQUIRE(mailbox->add_received(received("H43.01", 1)).has_value());
    REQUIRE(mailbox->set_webhook_agencies({}).has_value());
    CHECK(types(*mailbox).empty());
}

TEST_CASE("a request is known by its key again, and another under it is refused", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = Mailbox::open(folder.path()).value();
    Digest content;
    CHECK(mailbox->first_asked(code("H43.01"), "k", content, at(1)).value() == at(1));
    CHECK(mailbox->first_asked(code("H43.01"), "k", content, at(2)).value() == at(1));
    CHECK(mailbox->first_asked(code("H43.02"), "k", content, at(3)).value() == at(3));
    content.octets.fill(1);
    CHECK(mailbox->first_asked(code("H43.01"), "k", content, at(4)).error().code == Errc::envelope_id_reused);
    REQUIRE(mailbox->prune(at(0), at(2)).has_value());
    CHECK(mailbox->first_asked(code("H43.01"), "k", content, at(5)).value() == at(5));
}

TEST_CASE("lists are read page by page", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = Mailbox::open(folder.path()).value();
    for (std::uint64_t number : {1U, 3U, 5U}) {
        REQUIRE(mailbox->add_received(received("H43.01", number)).has_value());
        REQUIRE(mailbox->add_sent(sent(number)).has_value());
    }
    const auto page = mailbox->pending_after(code("H43.01"), Kind::document, 0, 2).value();
    REQUIRE(page.size() == 2);
    CHECK(page.at(1).at == at(3));
    const auto rest = mailbox->pending_after(code("H43.01"), Kind::document, page[1].seq, 2).value();
    REQUIRE(rest.size() == 1);
    CHECK(rest.at(0).at == at(5));
    const auto newest = mailbox->sent_before(code("H43.01"), Kind::document, std::nullopt, 2).value();
    REQUIRE(newest.size() == 2);
    CHECK(newest.at(0).sent_at == at(5));
    CHECK(newest.at(0).receivers.size() == 1);
    const auto older =
        mailbox->sent_before(code("H43.01"), Kind::document, ListPlace{newest[1].sent_at, newest[1].id.text()}, 2).value();
    REQUIRE(older.size() == 1);
    CHECK(older.at(0).sent_at == at(1));
}

TEST_CASE("what comes later is behind the last page, whatever the clock says", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = Mailbox::open(folder.path()).value();
    REQUIRE(mailbox->set_webhook_agencies({code("H43.01")}).has_value());
    const auto behind = [&](std::uint64_t after) {
        std::vector<std::string> found;
        for (const ReceivedPacket& each : mailbox->pending_after(code("H43.01"), Kind::document, after, 10).value())
            found.push_back(each.doc_id);
        return found;
    };
    const auto late = received("H43.01", 9), early = received("H43.01", 5);
    REQUIRE(mailbox->add_received(late).has_value());
    const std::uint64_t first = mailbox->find_received(code("H43.01"), late.doc_id).value().seq;
    REQUIRE(mailbox->add_received(early).has_value());
    CHECK(behind(first) == std::vector{early.doc_id});
    const std::uint64_t last = mailbox->find_received(code("H43.01"), early.doc_id).value().seq;

    // One that could not be taken is offered again: behind the last page, and by a webhook.
    REQUIRE(mailbox->set_state(code("H43.01"), late.doc_id, HoldState::failed, "hỏng", at(10)).has_value());
    REQUIRE(mailbox->offer_again(late.doc_id, at(11)).has_value());
    CHECK(behind(last) == std::vector{late.doc_id});
    CHECK(types(*mailbox) == std::vector<std::string>(3, "document.received"));
    CHECK(mailbox->due_events(code("H43.01"), later, 9).value().at(2).doc_id == late.doc_id);

    // A place is given once, though the packet that had it is forgotten.
    const std::uint64_t offered = mailbox->find_received(code("H43.01"), late.doc_id).value().seq;
    for (const auto& each : {early, late}) {
        REQUIRE(mailbox->set_state(code("H43.01"), each.doc_id, HoldState::done, "", at(12)).has_value());
        REQUIRE(mailbox->note_told(each.doc_id).has_value());
    }
    REQUIRE(mailbox->prune(at(99), at(99)).has_value());
    const auto next = received("H43.01", 7);
    REQUIRE(mailbox->add_received(next).has_value());
    CHECK(behind(offered) == std::vector{next.doc_id});
}
