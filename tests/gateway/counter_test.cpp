#include "tests/gateway/told_kit.hpp"

#include "adapters/edxml/dates.hpp"
#include "hub/core/working_calendar.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/support/eventually.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <future>
#include <thread>

using namespace hub;
using namespace hub::gateway;
using namespace hub::gateway::test;
using edxml::test::DocumentText;
using hub::test::eventually;

namespace {

Bytes letter(const std::string& number, const std::string& to = "<To><OrganId>H43.02</OrganId></To>") {
    DocumentText text;
    text.to = to;
    text.code = "<Code><CodeNumber>" + number + "</CodeNumber><CodeNotation>SNV-VP</CodeNotation></Code>";
    return text.text();
}

}  // namespace

TEST_CASE("a packet that the hub has accepted is taken under its DocId", "[gateway]") {
    Desk desk;
    const auto submitted = desk.submit(letter("1"));
    REQUIRE(submitted.has_value());
    CHECK(submitted->state == SendState::accepted);
    CHECK_FALSE(submitted->is_repeat);
    REQUIRE(desk.kit->handed_in().size() == 1);
    const kit::Outgoing outgoing = desk.kit->handed_in().front();
    CHECK(outgoing.id == submitted->id);
    CHECK(outgoing.signed_by_gateway);
    CHECK(outgoing.sender == code("H43.01"));
    CHECK(outgoing.document.value().number == "1");
    CHECK(eventually([&] { return desk.files().empty(); }));
    const auto row = desk.counter->sent(*desk.line, submitted->id.text()).value();
    CHECK(row.number == "1/SNV-VP");
    CHECK(row.receivers.at(0).code == "H43.02");

    const auto repeat = desk.submit(letter("1"));
    REQUIRE(repeat.has_value());
    CHECK(repeat->id == submitted->id);
    CHECK(repeat->is_repeat);
    CHECK(repeat->state == SendState::accepted);
    CHECK(desk.kit->handed_in().size() == 1);
}

TEST_CASE("a document of a day that is still to come is refused", "[gateway]") {
    Desk desk;
    const auto on = [](std::chrono::days later) {
        const std::chrono::year_month_day day{
            std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now() + WorkingCalendar::zone) + later};
        DocumentText text;
        const std::string date = edxml::edxml_time(Instant{std::chrono::sys_days{day}}).substr(0, 10);
        text.promulgation = "<PromulgationInfo><PromulgationDate>" + date + "</PromulgationDate></PromulgationInfo>";
        return text.text();
    };
    const auto refused = desk.submit(on(std::chrono::days{2}));
    REQUIRE(refused.has_error());
    CHECK(refused.error().code == Errc::packet_field_invalid);
    CHECK(refused.error().field == "MessageHeader/PromulgationInfo/PromulgationDate");
    CHECK(desk.submit(on(std::chrono::days{0})).has_value());
}

TEST_CASE("a refusal of the hub comes as one, and is asked for again", "[gateway]") {
    Desk desk;
    wire::Receipt refusal = receipt(EnvelopeId::make(1, {}), "refused");
    refusal.code = "receiver_unknown";
    refusal.field = "receivers[0]";
    refusal.text = "H43.02";
    desk.kit->answer_by(refusal);
    const auto refused = desk.submit(letter("1"));
    REQUIRE(refused.has_error());
    CHECK(refused.error() == Fault{Errc::receiver_unknown, "receivers[0]", "H43.02"});
    desk.kit->answer_by(std::nullopt);
    CHECK(desk.submit(letter("1")).has_value());
    CHECK(desk.kit->handed_in().size() == 2);
    refusal.code = "a_code_of_a_newer_hub";
    desk.kit->answer_by(refusal);
    CHECK(desk.submit(letter("2")).error().code == Errc::field_invalid);
}

TEST_CASE("what must not be sent is refused before anything is kept", "[gateway]") {
    Desk desk;
    DocumentText text;
    text.from = "<OrganId>H43.02</OrganId>";
    CHECK(desk.submit(text.text()).error().code == Errc::sender_mismatch);
    text.from = "<OrganId>000.00.01.H43</OrganId>";
    CHECK(desk.submit(text.text()).has_value());
    text.subject = "<Subject>MẬT: kế hoạch</Subject>";
    const auto secret = desk.submit(text.text());
    REQUIRE(secret.has_error());
    CHECK(secret.error().code == Errc::document_secret);
    CHECK(secret.error().peer_text.empty());
    DocumentText early;
    early.promulgation = "<PromulgationInfo><PromulgationDate>2999/01/01</PromulgationDate></PromulgationInfo>";
    const auto of_the_future = desk.submit(early.text());
    REQUIRE(of_the_future.has_error());
    CHECK(of_the_future.error().field.find("PromulgationDate") != std::string::npos);
    CHECK(desk.submit("<edXML>").has_error());
    CHECK(desk.submit(letter("1"), {"H43.07"}).error() == Fault{Errc::receiver_unknown, "to", "H43.07"});
    CHECK(desk.counter->submit(*desk.line, {desk.packet(letter("1")), Kind::status, {}}).error().code ==
          Errc::kind_not_allowed);
    CHECK(desk.kit->handed_in().size() == 1);
    CHECK(desk.counter->sent(*desk.line, Kind::document).value().size() == 1);
}

TEST_CASE("a packet may go to some of its receivers, and is the same one then only with these", "[gateway]") {
    Desk desk;
    const Bytes both = letter("1", "<To><OrganId>H43.02</OrganId></To><To><OrganId>H43.03</OrganId></To>");
    const auto to_one = desk.submit(both, {"H43.03"});
    REQUIRE(to_one.has_value());
    CHECK(desk.kit->handed_in().front().receivers == std::vector{code("H43.03")});
    const auto to_all = desk.submit(both);
    CHECK(to_all.value().id != to_one->id);
    CHECK(desk.submit(both, {"H43.03"}).value().id == to_one->id);
}

TEST_CASE("without the hub's answer a packet is taken, and goes on after an end", "[gateway]") {
    Desk desk{{.answer_time = std::chrono::milliseconds{1}}};
    desk.kit->answer_by(std::nullopt, true);
    const Bytes both = letter("1", "<To><OrganId>H43.02</OrganId></To><To><OrganId>H43.03</OrganId></To>");
    const auto submitted = desk.submit(both, {"H43.03"});
    REQUIRE(submitted.has_value());
    CHECK(submitted->state == SendState::waiting);
    CHECK(desk.submit(both, {"H43.03"}).value().id == submitted->id);
    // The kit kept nothing: all that is known stands in the mailbox.
    desk.open();
    REQUIRE(eventually([&] { return desk.kit->handed_in().size() == 1; }));
    CHECK(desk.kit->handed_in().front().id == submitted->id);
    CHECK(desk.kit->handed_in().front().receivers == std::vector{code("H43.03")});
    CHECK(eventually([&] {
        return desk.counter->sent(*desk.line, submitted->id.text()).value().state == SendState::accepted;
    }));
    CHECK(desk.files().empty());
}

TEST_CASE("a kit that cannot take a packet gets it later", "[gateway]") {
    Desk desk{{.answer_time = std::chrono::milliseconds{1}}};
    desk.kit->refuse_submissions(Fault{Errc::ledger_full, {}, {}});
    const auto submitted = desk.submit(letter("1"));
    REQUIRE(submitted.has_value());
    desk.kit->refuse_submissions(std::nullopt);
    CHECK(eventually([&] { return desk.kit->handed_in().size() == 1; }));
    desk.kit->refuse_submissions(Fault{Errc::field_invalid, "subject", {}});
    CHECK(eventually([&] { return desk.submit(letter("2")).has_error(); }));
}

TEST_CASE("to name all receivers of a packet is to name none", "[gateway]") {
    Desk desk;
    const Bytes both = letter("1", "<To><OrganId>H43.02</OrganId></To><To><OrganId>H43.03</OrganId></To>");
    const auto first = desk.submit(both);
    CHECK(desk.submit(both, {"H43.03", "H43.02"}).value().id == first.value().id);
    const auto to_one = desk.submit(both, {"H43.03"});
    CHECK(to_one.value().id != first.value().id);
    CHECK(desk.submit(both, {"H43.03", "H43.03"}).value().id == to_one.value().id);
}

TEST_CASE("a packet that a receiver could not take is sent anew to this one when it is handed in again", "[gateway]") {
    Desk desk;
    const Bytes both = letter("1", "<To><OrganId>H43.02</OrganId></To><To><OrganId>000.00.03.H43</OrganId></To>");
    const auto first = desk.submit(both).value();
    const auto reach = [&](const EnvelopeId& id, const std::string& what, const std::string& receiver) {
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(id, what, receiver)); });
        desk.workers->wake(*desk.line);
        const auto station = parse_station(what);
        REQUIRE(eventually([&] {
            const auto row = desk.counter->sent(*desk.line, id.text()).value();
            return std::ranges::any_of(row.receivers, [&](const SentReceiver& each) {
                return each.own_code == receiver && each.station == station;
            });
        }));
    };
    reach(first.id, "retrieved", "H43.02");
    CHECK(desk.submit(both).value().id == first.id);
    reach(first.id, "failed", "000.00.03.H43");
    const auto again = desk.submit(both).value();
    CHECK(again.id != first.id);
    CHECK(again.ended == first.id);
    CHECK_FALSE(again.is_repeat);
    REQUIRE(desk.kit->handed_in().size() == 2);
    CHECK(desk.kit->handed_in()[1].id == again.id);
    CHECK(desk.kit->handed_in()[1].receivers == std::vector{code("000.00.03.H43")});
    // And that one is safe to repeat, too.
    const auto repeat = desk.submit(both).value();
    CHECK(repeat.id == again.id);
    CHECK(repeat.is_repeat);
    CHECK_FALSE(repeat.ended);
    CHECK(desk.counter->sent(*desk.line, Kind::document).value().size() == 2);
}

TEST_CASE("who has a packet gets it by none of its later sendings", "[gateway]") {
    Desk desk;
    const Bytes both = letter("1", "<To><OrganId>000.00.01.H01</OrganId></To><To><OrganId>H43.02</OrganId></To>");
    const auto reach = [&](const EnvelopeId& id, const std::string& what, const std::string& receiver) {
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(id, what, receiver)); });
        desk.workers->wake(*desk.line);
        REQUIRE(eventually([&] {
            const auto rows = desk.counter->sent(*desk.line, id.text()).value().receivers;
            return std::ranges::any_of(
                rows, [&](const SentReceiver& each) { return each.station == parse_station(what); });
        }));
    };
    wire::Receipt accepted = receipt(EnvelopeId::make(1, {}), "accepted");
    accepted.receivers = {"H01.01", "H43.02"};
    desk.kit->answer_by(accepted);
    auto last = desk.submit(both).value();
    reach(last.id, "retrieved", "H43.02");
    accepted.receivers = {"H01.01"};
    desk.kit->answer_by(accepted);
    for (std::size_t sending = 2; sending <= 4; ++sending) {
        reach(last.id, "failed", "H01.01");
        const auto again = desk.submit(both).value();
        CHECK(again.ended == last.id);
        REQUIRE(desk.kit->handed_in().size() == sending);
        CHECK(desk.kit->handed_in().back().receivers == std::vector{code("000.00.01.H01")});
        last = again;
    }
    // The hub refuses one in between, and the first one's word still stands.
    reach(last.id, "failed", "H01.01");
    wire::Receipt refusal = receipt(EnvelopeId::make(1, {}), "refused");
    refusal.code = "receiver_closed";
    desk.kit->answer_by(refusal);
    REQUIRE(desk.submit(both).has_error());
    desk.kit->answer_by(accepted);
    REQUIRE(desk.submit(both).has_value());
    CHECK(desk.kit->handed_in().back().receivers == std::vector{code("000.00.01.H01")});
}

TEST_CASE("one who fails after a packet was sent anew to another gets it with the next sending", "[gateway]") {
    Desk desk;
    const Bytes both = letter("1", "<To><OrganId>H43.02</OrganId></To><To><OrganId>H43.03</OrganId></To>");
    const auto reach = [&](const EnvelopeId& id, const std::string& what, const std::string& receiver) {
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(id, what, receiver)); });
        desk.workers->wake(*desk.line);
        REQUIRE(eventually([&] {
            const auto rows = desk.counter->sent(*desk.line, id.text()).value().receivers;
            return std::ranges::any_of(rows, [&](const SentReceiver& each) {
                return each.code == receiver && each.station == parse_station(what);
            });
        }));
    };
    const auto first = desk.submit(both).value();
    reach(first.id, "failed", "H43.02");
    const auto second = desk.submit(both).value();
    CHECK(desk.kit->handed_in().back().receivers == std::vector{code("H43.02")});
    reach(second.id, "retrieved", "H43.02");
    reach(first.id, "failed", "H43.03");
    const auto third = desk.submit(both).value();
    CHECK(third.ended == second.id);
    CHECK(desk.kit->handed_in().back().receivers == std::vector{code("H43.03")});
}

TEST_CASE("what was refused or given back is sent anew when it is handed in again", "[gateway]") {
    Desk desk;
    const Bytes both = letter("1", "<To><OrganId>H43.02</OrganId></To><To><OrganId>H43.03</OrganId></To>");
    const auto reach = [&](const EnvelopeId& id, const std::string& what, const std::string& receiver) {
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(id, what, receiver)); });
        desk.workers->wake(*desk.line);
        REQUIRE(eventually([&] {
            const auto rows = desk.counter->sent(*desk.line, id.text()).value().receivers;
            return std::ranges::any_of(rows, [&](const SentReceiver& each) {
                return each.code == receiver && each.station == parse_station(what);
            });
        }));
    };
    const auto first = desk.submit(both).value();
    reach(first.id, "03", "H43.02");
    reach(first.id, "03", "H43.03");
    CHECK(desk.submit(both).value().id == first.id);
    reach(first.id, "02", "H43.03");
    const auto second = desk.submit(both).value();
    CHECK(second.ended == first.id);
    CHECK(desk.kit->handed_in().back().receivers == std::vector{code("H43.03")});
    CHECK(desk.submit(both).value().id == second.id);
    reach(first.id, "15", "H43.02");
    const auto third = desk.submit(both).value();
    CHECK(third.ended == second.id);
    CHECK(desk.kit->handed_in().back().receivers == std::vector{code("H43.02")});
}

TEST_CASE("a recall that was declined may be asked again by the same packet", "[gateway]") {
    Desk desk;
    DocumentText document;
    document.more = "<DocumentId>d-1</DocumentId>";
    const auto id = desk.submit(document.text()).value().id;
    DocumentText recall = document;
    recall.more = "<DocumentId>d-2</DocumentId>";
    recall.subject = "<Subject>Thu hồi</Subject>";
    recall.traces = "<TraceHeader><OrganId>H43.01</OrganId><Timestamp>2026/11/20 08:00:00</Timestamp></TraceHeader>"
                    "<Bussiness><DocumentId>d-1</DocumentId><BussinessDocType>1</BussinessDocType>"
                    "<BussinessDocReason>Sai</BussinessDocReason></Bussiness>";
    const auto becomes = [&](const std::string& what, ChangeState state) {
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(id, what, "H43.02")); });
        desk.workers->wake(*desk.line);
        REQUIRE(eventually([&] {
            return desk.counter->sent(*desk.line, id.text()).value().receivers.at(0).change.state == state;
        }));
    };
    const auto is_fetched = [&](const EnvelopeId& request) {
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(request, "retrieved", "H43.02")); });
        desk.workers->wake(*desk.line);
        REQUIRE(eventually([&] {
            return desk.counter->sent(*desk.line, request.text()).value().receivers.at(0).station == Station::retrieved;
        }));
    };
    const auto first = desk.submit(recall.text()).value();
    becomes("recall", ChangeState::asked);
    CHECK(desk.submit(recall.text()).value().id == first.id);
    is_fetched(first.id);
    becomes("16", ChangeState::declined);
    const auto second = desk.submit(recall.text()).value();
    CHECK(second.ended == first.id);
    CHECK_FALSE(second.is_repeat);
    // Whoever repeats it before the hub has told of the second one is not sent a third.
    CHECK(desk.submit(recall.text()).value().id == second.id);
    becomes("recall", ChangeState::asked);
    CHECK(desk.submit(recall.text()).value().id == second.id);
    // The document itself has stayed there.
    CHECK(desk.submit(document.text()).value().id == id);
    // As a status of the axis's own protocol asks.
    becomes("16", ChangeState::declined);
    CHECK(desk.submit(document.text()).value().id == id);
}

TEST_CASE("a unit is one row under the code that the packet has, whatever the hub calls it", "[gateway]") {
    Desk desk;
    REQUIRE(desk.mailbox->set_webhook_agencies({code("H43.01")}).has_value());
    wire::Receipt accepted = receipt(EnvelopeId::make(1, {}), "accepted");
    accepted.receivers = {"H43.02", "Z01.01", "A01.01"};
    desk.kit->answer_by(accepted);
    const auto sent = desk.submit(letter("1", "<To><OrganId>000.00.01.Z01</OrganId></To><To><OrganId>000.00.01.A01"
                                              "</OrganId></To><To><OrganId>000.00.02.H43</OrganId></To>")).value();
    for (const std::string receiver : {"A01.01", "H43.02"})
        desk.kit->then([=](kit::Handler& handler) { (void)handler.on_receipt(receipt(sent.id, "retrieved", receiver)); });
    desk.workers->wake(*desk.line);
    const auto station = [&](const std::string& named) {
        const auto rows = desk.counter->sent(*desk.line, sent.id.text()).value().receivers;
        const auto row = std::ranges::find(rows, named, &SentReceiver::code);
        return rows.size() == 3 && row != rows.end() ? std::optional{row->station} : std::nullopt;
    };
    REQUIRE(eventually([&] { return station("000.00.02.H43") == Station::retrieved; }));
    CHECK(station("000.00.01.A01") == Station::retrieved);
    CHECK(station("000.00.01.Z01") == Station::accepted);
    std::vector<std::string> told;
    for (const WebhookEvent& each : desk.mailbox->due_events(code("H43.01"), Instant::max(), 10).value())
        if (each.station)
            told.push_back(each.party);
    CHECK(told == std::vector<std::string>{"000.00.01.A01", "000.00.02.H43"});
}

TEST_CASE("two codes of one unit in a packet are one row", "[gateway]") {
    Desk desk;
    wire::Receipt accepted = receipt(EnvelopeId::make(1, {}), "accepted");
    accepted.receivers = {"H01.01"};
    desk.kit->answer_by(accepted);
    const auto sent =
        desk.submit(letter("1", "<To><OrganId>000.00.01.H01</OrganId></To><To><OrganId>H01.01</OrganId></To>")).value();
    const auto rows = desk.counter->sent(*desk.line, sent.id.text()).value().receivers;
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].code == "H01.01");
}

TEST_CASE("what the hub has accepted is not refused by a second look at it", "[gateway]") {
    Desk desk{{.answer_time = std::chrono::milliseconds{1}}};
    desk.kit->answer_by(std::nullopt, true);
    const auto submitted = desk.submit(letter("1")).value();
    Answers::Waiter waiter{*desk.answers, submitted.id};
    // Found in the mailbox and handed over: the second one finds no file any more.
    std::optional<Answers::Waiter> later;
    std::promise<void> done;
    desk.kit->then([&](kit::Handler& handler) {
        desk.kit->refuse_submissions(Fault{Errc::not_found, "file", {}});
        desk.line->hand_over({.id = submitted.id, .sender = code("H43.01")});
        (void)handler.on_receipt(receipt(submitted.id, "accepted"));
        // After the first word and before the second look, which is the worker's next turn.
        later.emplace(*desk.answers, submitted.id);
        done.set_value();
    });
    desk.workers->wake(*desk.line);
    done.get_future().wait();
    const auto answer = waiter.wait(std::chrono::seconds{20});
    REQUIRE(answer);
    CHECK(answer->is_accepted);
    const auto second = later->wait(std::chrono::seconds{20});
    REQUIRE(second);
    CHECK(second->is_accepted);
}

TEST_CASE("callers with the same packet at once get the same DocId", "[gateway]") {
    Desk desk;
    std::mutex mutex;
    std::set<EnvelopeId> ids;
    std::vector<std::thread> callers;
    for (int i = 0; i < 6; ++i)
        callers.emplace_back([&, file = desk.packet(letter("1"))] {
            const auto submitted = desk.counter->submit(*desk.line, {file, std::nullopt, {}});
            const std::scoped_lock lock{mutex};
            ids.insert(submitted.value().id);
        });
    for (std::thread& caller : callers)
        caller.join();
    CHECK(ids.size() == 1);
    CHECK(desk.kit->handed_in().size() == 1);
}
