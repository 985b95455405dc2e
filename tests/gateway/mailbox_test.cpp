#include "tests/gateway/told_kit.hpp"

#include "adapters/gateway/mailbox_schema.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <atomic>
#include <thread>

using namespace hub;
using namespace hub::gateway;
using namespace hub::gateway::test;
using namespace std::chrono_literals;

namespace {

SentPacket sent_packet(std::uint64_t number, std::uint8_t content) {
    SentPacket packet{.id = EnvelopeId::make(number, {}),
                      .agency = code("H43.01"),
                      .from = "H43.01",
                      .kind = Kind::document};
    packet.sent_at = at(static_cast<std::int64_t>(number));
    packet.content.octets.fill(content);
    packet.receivers.push_back({.code = "000.00.02.H43", .own_code = "H43.02", .text = {}});
    return packet;
}

ReceivedPacket received_packet(const std::string& agency, std::uint64_t number, Kind kind = Kind::document) {
    const auto envelope = EnvelopeId::make(number, {});
    return {.doc_id = doc_id_of(code(agency), code("H43.09"), envelope),
            .agency = code(agency),
            .envelope = envelope,
            .sender = code("H43.09"),
            .to = agency,
            .kind = kind,
            .at = at(static_cast<std::int64_t>(number)),
            .bytes = 7};
}

std::unique_ptr<Mailbox> open(const hub::test::FreshFolder& folder) {
    return Mailbox::open(folder.path()).value();
}

}  // namespace

TEST_CASE("the same content is sent once, until it was refused", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = open(folder);
    const auto first = sent_packet(1, 7);
    CHECK(mailbox->add_sent(first).value() == first.id);
    CHECK(mailbox->add_sent(sent_packet(2, 7)).value() == first.id);
    auto of_another = sent_packet(3, 7);
    of_another.agency = code("H43.02");
    CHECK(mailbox->add_sent(of_another).value() == of_another.id);
    CHECK(mailbox->sendings(code("H43.01"), first.content).value().at(0).id == first.id);
    REQUIRE(mailbox->note_refused(first.id, {"receiver_unknown", "receivers[0]", "H43.99"}).has_value());
    CHECK(mailbox->sendings(code("H43.01"), first.content).value().empty());
    CHECK(mailbox->add_sent(sent_packet(4, 7)).value() == EnvelopeId::make(4, {}));
    // The hub's first word stands.
    REQUIRE(mailbox->note_accepted(first.id).has_value());
    mailbox.reset();
    mailbox = open(folder);
    const auto row = mailbox->find_sent(code("H43.01"), first.id).value();
    CHECK(row.state == SendState::refused);
    CHECK(row.refusal.text == "H43.99");
    CHECK(mailbox->unanswered(code("H43.01"), 10).value() == std::vector{EnvelopeId::make(4, {})});
    CHECK(mailbox->find_sent(code("H43.02"), first.id).error().code == Errc::not_found);
}

TEST_CASE("the last sending of a packet is found after a clock was set back, and ended by the next", "[gateway]") {
    const hub::test::FreshFolder folder;
    const auto mailbox = open(folder);
    const auto first = sent_packet(9, 7), second = sent_packet(5, 7), third = sent_packet(7, 7);
    const auto last = [&] { return mailbox->sendings(code("H43.01"), first.content).value().at(0).id; };
    REQUIRE(mailbox->add_sent(first).value() == first.id);
    REQUIRE(mailbox->add_sent(second, last()).value() == second.id);
    CHECK(last() == second.id);
    CHECK(mailbox->add_sent(third, last()).value() == third.id);
    CHECK(last() == third.id);
    CHECK(mailbox->sendings(code("H43.01"), first.content).value().size() == 3);
}

TEST_CASE("codes that only the hub knows are told apart by their places in one inbox alone", "[gateway]") {
    const hub::test::FreshFolder folder;
    const auto mailbox = open(folder);
    std::uint64_t number = 0;
    // What each receiver is called once the hub has named them.
    const auto named = [&](const std::vector<std::string>& written, const std::vector<std::string>& by_hub) {
        ++number;
        SentPacket packet = sent_packet(number, static_cast<std::uint8_t>(number));
        packet.receivers.clear();
        for (const std::string& each : written)
            packet.receivers.push_back({.code = each, .own_code = each, .text = {}});
        REQUIRE(mailbox->add_sent(packet).has_value());
        REQUIRE(mailbox->note_accepted(packet.id, by_hub).has_value());
        const auto rows = mailbox->find_sent(code("H43.01"), packet.id).value().receivers;
        std::vector<std::string> found;
        for (const std::string& each : written)
            found.push_back(std::ranges::find(rows, each, &SentReceiver::code)->own_code);
        return found;
    };
    using Codes = std::vector<std::string>;
    CHECK(named({"000.00.01.Z01", "H43.02", "000.00.01.A01"}, {"Z01.01", "A01.01", "H43.02"})
          == Codes{"Z01.01", "H43.02", "A01.01"});
    // The hub knows one of the province by an alias that is not known here, and names it behind those outside.
    const Codes mixed{"000.00.01.Z01", "000.00.07.H43", "000.00.01.A01"};
    CHECK(named(mixed, {"Z01.01", "A01.01", "H43.07"}) == mixed);
    const Codes inside{"000.00.08.H43", "000.00.07.H43"};
    CHECK(named(inside, {"H43.07", "H43.08"}) == inside);
    const Codes irregular{"so-noi-vu", "000.00.01.A01"};
    CHECK(named(irregular, {"A01.01", "B01.02"}) == irregular);
    CHECK(named({"H43.02", "000.00.07.H43"}, {"H43.02", "H43.07"}) == Codes{"H43.02", "H43.07"});
}

TEST_CASE("a receiver's station never moves back, and is found by its own code", "[gateway]") {
    const hub::test::FreshFolder folder;
    const auto mailbox = open(folder);
    const auto packet = sent_packet(1, 1);
    REQUIRE(mailbox->add_sent(packet).has_value());
    const auto station = [&] {
        return mailbox->find_sent(code("H43.01"), packet.id).value().receivers.at(0);
    };
    const auto note = [&](Station reached) {
        return mailbox->note_station(
            packet.id,
            {.code = "H43.02", .own_code = "H43.02", .station = reached, .text = "t", .changed_at = at(9)},
            true);
    };
    CHECK(station().station == Station::accepted);
    REQUIRE(note(Station::in_hand).has_value());
    REQUIRE(note(Station::registered).has_value());
    REQUIRE(note(Station::retrieved).has_value());
    CHECK(station().station == Station::in_hand);
    CHECK(station().code == "000.00.02.H43");
    CHECK(mailbox->find_sent(code("H43.01"), packet.id).value().receivers.size() == 1);
    // Nothing is known of this packet here: an acknowledgement's own receipts.
    REQUIRE(mailbox
                ->note_station(EnvelopeId::make(99, {}),
                               {.code = "x", .own_code = "x", .station = Station::queued, .text = {}}, true)
                .has_value());
    CHECK(mailbox->find_sent(code("H43.01"), EnvelopeId::make(99, {})).has_error());
}

TEST_CASE("what came waits for its agency's word, and that stands", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = open(folder);
    const auto one = received_packet("H43.01", 1);
    const auto two = received_packet("H43.01", 2);
    const auto status = received_packet("H43.01", 3, Kind::status);
    for (const auto& each : {one, two, status, one, received_packet("H43.02", 1)})
        REQUIRE(mailbox->add_received(each).has_value());
    const auto waiting = [&](Kind kind = Kind::document) {
        std::vector<std::string> ids;
        for (const ReceivedPacket& each : mailbox->pending(code("H43.01"), kind).value())
            ids.push_back(each.doc_id);
        return ids;
    };
    CHECK(waiting() == std::vector{one.doc_id, two.doc_id});
    CHECK(waiting(Kind::status) == std::vector{status.doc_id});
    CHECK(mailbox->count_pending(code("H43.01"), Kind::document).value() == 2);
    CHECK(mailbox->set_state(code("H43.02"), one.doc_id, HoldState::done, "", at(5)).error().code ==
          Errc::not_found);
    REQUIRE(mailbox->set_state(code("H43.01"), one.doc_id, HoldState::processing, "", at(5)).has_value());
    CHECK(mailbox->pending(code("H43.01"), Kind::document).value().at(0).state == HoldState::processing);
    REQUIRE(mailbox->set_state(code("H43.01"), one.doc_id, HoldState::failed, "hỏng", at(6)).has_value());
    REQUIRE(mailbox->set_state(code("H43.01"), one.doc_id, HoldState::done, "", at(7)).has_value());
    CHECK(waiting() == std::vector{two.doc_id});
    // The same one again is not listed again.
    REQUIRE(mailbox->add_received(one).has_value());
    CHECK(waiting() == std::vector{two.doc_id});
    mailbox.reset();
    mailbox = open(folder);
    REQUIRE(mailbox->untold(code("H43.01"), 10).value().size() == 1);
    CHECK(mailbox->untold(code("H43.01"), 10).value().at(0).state == HoldState::failed);
    CHECK(mailbox->untold(code("H43.01"), 10).value().at(0).description == "hỏng");
    REQUIRE(mailbox->note_told(one.doc_id).has_value());
    CHECK(mailbox->untold(code("H43.01"), 10).value().empty());
}

TEST_CASE("what is over is forgotten with its files, nothing else is", "[gateway]") {
    const hub::test::FreshFolder folder;
    auto mailbox = open(folder);
    const auto over = received_packet("H43.01", 1);
    const auto untold = received_packet("H43.01", 2);
    const auto pending = received_packet("H43.01", 3);
    for (const auto& each : {over, untold, pending}) {
        hub::test::write_file(mailbox->file_of(each.doc_id), "packet");
        REQUIRE(mailbox->add_received(each).has_value());
    }
    for (const auto& each : {over, untold})
        REQUIRE(mailbox->set_state(code("H43.01"), each.doc_id, HoldState::done, "", at(5)).has_value());
    REQUIRE(mailbox->note_told(over.doc_id).has_value());
    REQUIRE(mailbox->add_sent(sent_packet(1, 1)).has_value());
    REQUIRE(mailbox->add_sent(sent_packet(2, 2)).has_value());
    REQUIRE(mailbox->note_accepted(EnvelopeId::make(1, {})).has_value());
    CHECK_FALSE(mailbox->prune(at(5), at(1)).value());
    CHECK(std::filesystem::exists(mailbox->file_of(over.doc_id)));
    CHECK_FALSE(mailbox->prune(at(6), at(100)).value());
    CHECK_FALSE(std::filesystem::exists(mailbox->file_of(over.doc_id)));
    CHECK(std::filesystem::exists(mailbox->file_of(untold.doc_id)));
    CHECK(std::filesystem::exists(mailbox->file_of(pending.doc_id)));
    CHECK(mailbox->find_received(code("H43.01"), over.doc_id).error().code == Errc::not_found);
    CHECK(mailbox->find_sent(code("H43.01"), EnvelopeId::make(1, {})).has_error());
    CHECK(mailbox->find_sent(code("H43.01"), EnvelopeId::make(2, {})).has_value());

    // Files that no row knows, or whose row is over, go at the next start.
    const auto stray = mailbox->file_of("00000000000000000000000000000abc");
    hub::test::write_file(stray, "packet");
    const auto unanswered = mailbox->file_of(EnvelopeId::make(2, {}).text());
    hub::test::write_file(unanswered, "packet");
    mailbox.reset();
    mailbox = open(folder);
    CHECK_FALSE(std::filesystem::exists(stray));
    CHECK(std::filesystem::exists(unanswered));
    CHECK(std::filesystem::exists(mailbox->file_of(pending.doc_id)));
}

TEST_CASE("a mailbox is one gateway's", "[gateway]") {
    const hub::test::FreshFolder folder;
    const auto mailbox = open(folder);
    CHECK(Mailbox::open(folder.path()).error().code == Errc::setting_invalid);
}

TEST_CASE("many write at once, and what failed takes nothing else with it", "[gateway]") {
    const hub::test::FreshFolder folder;
    const auto mailbox = open(folder);
    constexpr std::uint64_t each_count = 50;
    std::atomic<std::size_t> written = 0;
    std::vector<std::thread> threads;
    for (std::uint64_t t = 0; t < 8; ++t)
        threads.emplace_back([&, t] {
            for (std::uint64_t n = 0; n < each_count; ++n) {
                written +=
                    mailbox->add_received(received_packet("H43.01", t * each_count + n)).has_value() ? 1 : 0;
                const auto failed = mailbox->set_state(code("H43.01"), "unknown", HoldState::done, "", {});
                written += failed.has_error() && failed.error().code == Errc::not_found ? 1 : 0;
            }
        });
    for (std::thread& thread : threads)
        thread.join();
    CHECK(written == 2 * 8 * each_count);
    CHECK(mailbox->count_pending(code("H43.01"), Kind::document).value() == 8 * each_count);
}

TEST_CASE("an end between a packet's file and its row leaves neither, behind the row both", "[gateway]") {
    const hub::test::FreshFolder folder;
    int parts = 0;
    const auto file_from = [&](const std::string& octets) {
        const auto file = folder / "spool" / (std::to_string(++parts) + ".part");
        hub::test::write_file(file, octets);
        return file;
    };
    const SentPacket with_row = sent_packet(1, 7), without_row = sent_packet(2, 8);
    const ReceivedPacket held = received_packet("H43.01", 3), unheld = received_packet("H43.01", 4);
    {
        const auto mailbox = open(folder);
        for (const std::string& doc_id : {with_row.id.text(), without_row.id.text(), held.doc_id, unheld.doc_id})
            REQUIRE(mailbox->take_file(file_from("of " + doc_id), doc_id).has_value());
        REQUIRE(mailbox->add_sent(with_row).value() == with_row.id);
        REQUIRE(mailbox->add_received(held).has_value());
    }
    const auto mailbox = open(folder);
    CHECK(hub::test::read_file(mailbox->file_of(with_row.id.text())) == "of " + with_row.id.text());
    CHECK(hub::test::read_file(mailbox->file_of(held.doc_id)) == "of " + held.doc_id);
    CHECK_FALSE(std::filesystem::exists(mailbox->file_of(without_row.id.text())));
    CHECK_FALSE(std::filesystem::exists(mailbox->file_of(unheld.doc_id)));
    // The hub brings it again.
    REQUIRE(mailbox->take_file(file_from("again"), unheld.doc_id).has_value());
    REQUIRE(mailbox->add_received(unheld).has_value());
    CHECK(hub::test::read_file(mailbox->file_of(unheld.doc_id)) == "again");
}

TEST_CASE("with the reserve reached there is no room for a packet", "[gateway]") {
    const hub::test::FreshFolder folder;
    CHECK(open(folder)->has_room());
    constexpr std::uint64_t more_than_any_disk = std::uint64_t{1} << 60;
    const auto mailbox = Mailbox::open(folder.path(), more_than_any_disk).value();
    CHECK_FALSE(mailbox->has_room());
    // What is known of packets that are here is still written.
    CHECK(mailbox->add_received(received_packet("H43.01", 1)).has_value());
}

TEST_CASE("a mailbox of the first version is brought up to date, with what is in it", "[gateway]") {
    const hub::test::FreshFolder folder;
    ReceivedPacket early = received_packet("H43.01", 1), late = received_packet("H43.01", 2);
    late.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    {
        auto database = ledger::Database::open((folder / "mailbox.db").string(), ledger::Database::Mode::read_write).value();
        REQUIRE(database.execute(mailbox_schema).has_value());
        const std::string row = "INSERT INTO received (doc_id, agency, envelope, sender, receiver, kind, title, number, at, "
                                "changed_at, bytes, state, description, is_signed_by_gateway) VALUES ('"
                                + early.doc_id + "', 'H43.01', '" + early.envelope.text()
                                + "', 'H43.09', 'H43.01', 1, '', '', 1, 1, 7, 0, '', 0)";
        REQUIRE(database.execute(row.c_str()).has_value());
    }
    for (int start = 0; start < 2; ++start) {
        auto mailbox = open(folder);
        REQUIRE(mailbox->add_received(late).has_value());
        CHECK(mailbox->find_received(code("H43.01"), early.doc_id)->traceparent.empty());
        CHECK(mailbox->find_received(code("H43.01"), late.doc_id)->traceparent == late.traceparent);
        const auto early_seq = mailbox->find_received(code("H43.01"), early.doc_id)->seq;
        CHECK(early_seq == 1);
        CHECK(mailbox->pending_after(code("H43.01"), late.kind, early_seq, 10)->at(0).doc_id == late.doc_id);
    }
}
