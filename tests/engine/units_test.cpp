// Units of the national axis: who may tell of them, and who a receiver outside the province is by them.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::code;
using test::HubBench;

namespace {

Unit unit(std::string_view present, std::string_view old_code, std::string name, bool is_closed = false) {
    return {.code = code(present),
            .old_code = old_code.empty() ? std::nullopt : std::optional{code(old_code)},
            .name = std::move(name),
            .parent = std::nullopt,
            .is_closed = is_closed,
            .version = 1,
            .modified_at = {}};
}

const std::vector<Unit> usual{unit("G22", "000.00.00.G22", "Văn phòng Chính phủ"), unit("G05", "000.00.00.G05", "Bộ Công an"),
                              unit("G99", "", "Bộ đã giải thể", true)};

struct UnitsHub : HubBench {
    explicit UnitsHub(AxisRules given = {}) {
        directory = std::make_shared<const Directory>(
            Directory::build({{.code = code("H43")}, {.code = code("H43.01")}, {.code = code("AXIS"), .is_axis = true}},
                             {code("H43"), code("000.00.00.H43")})
                .value());
        rules_of_axis = given;
        begin();
    }
    void begin() {
        start();
        relay = std::make_unique<Relay>(directory, rules, *view, view->heads().value(), rules_of_axis);
        engine = std::make_unique<Engine>(*relay, *view, committer, bus, desk);
        give(BusUp{});
    }
    void give(const Event& event) {
        REQUIRE(take(event).has_value());
        settle();
    }
    Delivered page(std::uint8_t n, UnitsPage content, std::string queue = "AXIS") {
        EnvelopeHeader header = document(n, {});
        header.kind = Kind::service;
        header.sender = code(queue);
        header.document.reset();
        header.parts.push_back({.name = "units", .media_type = std::string{units_media_type}, .size_bytes = 5});
        Delivered event = delivered(std::move(header), "page" + std::to_string(n), std::move(queue));
        event.verdict.units = std::make_shared<const UnitsPage>(std::move(content));
        return event;
    }
    void tell_all(std::uint8_t n = 100) { give(page(n, {test::id(n), 1, true, true, usual})); }
    Delivered written(std::uint8_t n, std::vector<AgencyCode> receivers) {
        return delivered(document(n, std::move(receivers)), "frame" + std::to_string(n));
    }
    Delivered status(std::uint8_t n, std::string_view reporter, std::uint8_t answers, std::string_view status_code = "03") {
        EnvelopeHeader header = document(n, {code("H43")});
        header.kind = Kind::status;
        header.sender = code(reporter);
        header.document.reset();
        header.status = StatusReport{.code = std::string{status_code},
                                     .answers_document_id = "H43,2026/11/24," + std::to_string(answers)};
        return delivered(std::move(header), "status" + std::to_string(n), "AXIS");
    }
    std::vector<std::string> stations(std::uint8_t n) {
        std::vector<std::string> found;
        const auto known = view->known(code("H43"), test::id(n)).value();
        REQUIRE(known);
        for (const DeliveryRecord& d : view->deliveries(known->seq, code("AXIS")).value())
            found.push_back(d.receiver.text() + " " + std::string{name_of(d.station)});
        return found;
    }
    /// The last thing that `agency` was told: what, code, field, text.
    std::string told(std::string_view agency) {
        confirm_receipts();
        std::string last;
        for (const PublishReceipts& message : bus.receipts)
            for (const ReceiptItem& item : message.items)
                if (message.addressee == code(agency))
                    last = std::string{what_of(item.entry)} + " " + item.entry.code + " " + item.entry.field + " "
                           + item.entry.text;
        return last;
    }

    AxisRules rules_of_axis;
    using Stations = std::vector<std::string>;
};

}  // namespace

TEST_CASE("old and new form of a unit are one receiver under its present code", "[relay][units]") {
    UnitsHub hub;
    hub.tell_all();
    CHECK(hub.told("AXIS") == "accepted   ");
    hub.give(hub.written(1, {code("000.00.00.G22"), code("G05"), code("G22")}));
    CHECK(hub.stations(1) == UnitsHub::Stations{"G22 accepted", "G05 accepted"});
    REQUIRE(hub.bus.envelopes.size() == 1);
    CHECK(*hub.bus.envelopes[0].frame == "frame1");
    hub.give(hub.status(2, "000.00.00.G22", 1, "02"));
    hub.give(hub.status(3, "000.00.00.G05", 1));
    CHECK(hub.stations(1) == UnitsHub::Stations{"G22 02", "G05 03"});
}

TEST_CASE("a document from before the units came is found under the code of that time", "[relay][units]") {
    UnitsHub hub;
    hub.give(hub.written(1, {code("000.00.00.G22"), code("G05")}));
    CHECK(hub.stations(1) == UnitsHub::Stations{"000.00.00.G22 accepted", "G05 accepted"});
    hub.tell_all();
    hub.give(hub.status(2, "G22", 1));
    CHECK(hub.stations(1) == UnitsHub::Stations{"000.00.00.G22 03", "G05 accepted"});
    // A recall names it by its other form.
    EnvelopeHeader recall = HubBench::document(4, {code("G22")});
    recall.business = Business::recall;
    recall.business_refers_to = "H43,2026/11/24,1";
    hub.give(hub.delivered(std::move(recall), "recall"));
    const auto asked = hub.view->deliveries(hub.view->known(code("H43"), test::id(1)).value()->seq, code("AXIS")).value();
    CHECK(asked.at(0).change.state == ChangeState::asked);
    CHECK(asked.at(1).change.state == ChangeState::none);
    hub.give(hub.status(5, "G22", 4, "15"));
    const auto agreed = hub.view->deliveries(hub.view->known(code("H43"), test::id(1)).value()->seq, code("AXIS")).value();
    CHECK(agreed.at(0).change.state == ChangeState::agreed);
}

TEST_CASE("a sender outside recalls under either of its codes, and nobody else's document", "[relay][units]") {
    UnitsHub hub;
    hub.tell_all();
    const auto from = [&](std::uint8_t n, std::string_view issuer, Business business) {
        EnvelopeHeader header = HubBench::document(n, {code("H43.01")});
        header.sender = code(issuer);
        header.document->issuer = issuer;
        header.document->document_id = "số 7";
        header.business = business;
        header.business_refers_to = business == Business::fresh ? "" : "số 7";
        hub.give(hub.delivered(std::move(header), "from" + std::to_string(n), "AXIS"));
        const std::string last = hub.told("AXIS");
        return last.substr(0, last.find(' ', last.find(' ') + 1));
    };
    CHECK(from(1, "000.00.00.G22", Business::fresh) == "accepted ");
    CHECK(from(2, "G05", Business::recall) == "refused document_of_another");
    CHECK(from(3, "G22", Business::recall) == "recall ");
    const auto known = hub.view->known(code("AXIS"), test::id(1)).value();
    CHECK(hub.view->deliveries(known->seq, code("H43.01")).value().at(0).change.state == ChangeState::asked);
}

TEST_CASE("what is not yet committed counts", "[relay][units]") {
    UnitsHub hub;
    REQUIRE(hub.take(hub.page(100, {test::id(100), 1, true, true, usual})).has_value());
    REQUIRE(hub.take(hub.written(1, {code("000.00.00.G22")})).has_value());
    REQUIRE(hub.take(hub.written(2, {code("G99")})).has_value());
    hub.settle();
    CHECK(hub.stations(1) == UnitsHub::Stations{"G22 accepted"});
    CHECK(hub.told("H43") == "refused receiver_closed receivers[0] G99 (Bộ đã giải thể)");
}

TEST_CASE("closed units are refused with their name, unless the settings say otherwise", "[relay][units]") {
    UnitsHub hub;
    hub.tell_all();
    hub.give(hub.written(1, {code("G22"), code("G99")}));
    CHECK(hub.told("H43") == "refused receiver_closed receivers[1] G99 (Bộ đã giải thể)");
    // It has sent something itself before: an answer goes to it.
    EnvelopeHeader answer = HubBench::document(2, {code("G99")});
    answer.kind = Kind::status;
    answer.document.reset();
    answer.status = StatusReport{.code = "01", .answers_code = "1/X"};
    hub.give(hub.delivered(std::move(answer), "answer"));
    CHECK(hub.told("H43") == "accepted   ");

    UnitsHub lenient{{.refuses_closed = false}};
    lenient.tell_all();
    lenient.give(lenient.written(1, {code("G99")}));
    CHECK(lenient.stations(1) == UnitsHub::Stations{"G99 accepted"});
}

TEST_CASE("unknown units are carried, or refused once a whole pass has ended", "[relay][units]") {
    UnitsHub hub;
    hub.tell_all();
    hub.give(hub.written(1, {code("X1")}));
    CHECK(hub.stations(1) == UnitsHub::Stations{"X1 accepted"});

    UnitsHub strict{{.refuses_unknown = true}};
    strict.give(strict.written(1, {code("X1")}));
    CHECK(strict.stations(1) == UnitsHub::Stations{"X1 accepted"});
    strict.give(strict.page(99, {test::id(99), 1, true, false, usual}));
    strict.give(strict.written(2, {code("X1")}));
    CHECK(strict.stations(2) == UnitsHub::Stations{"X1 accepted"});
    strict.tell_all();
    strict.give(strict.written(3, {code("G22"), code("X1")}));
    CHECK(strict.told("H43") == "refused receiver_unknown receivers[1] X1");
    // Also after a start, when the ledger alone knows.
    strict.begin();
    strict.give(strict.written(4, {code("X1")}));
    CHECK(strict.told("H43") == "refused receiver_unknown receivers[0] X1");
    strict.give(strict.written(5, {code("H43.01")}));
    CHECK(strict.told("H43") == "accepted   ");
}

TEST_CASE("the axis participant itself is no receiver", "[relay][units]") {
    UnitsHub hub;
    hub.give(hub.written(1, {code("H43.01"), code("AXIS")}));
    CHECK(hub.told("H43") == "refused receiver_unknown receivers[1] AXIS");
}

TEST_CASE("only the axis participant tells of units", "[relay][units]") {
    UnitsHub hub;
    hub.give(hub.page(1, {test::id(1), 1, true, true, usual}, "H43.01"));
    CHECK(hub.told("H43.01") == "refused kind_not_allowed units H43.01 is not the axis participant");
    CHECK_FALSE(hub.view->unit(code("G22")).value());
}

TEST_CASE("what the connector says of the axis is noted, and nothing is written", "[relay][axis]") {
    UnitsHub hub;
    const auto word = [&](std::string_view status_code, std::string queue = "AXIS") {
        EnvelopeHeader header = hub.document(1, {});
        header.kind = Kind::service;
        header.sender = code(queue);
        header.document.reset();
        header.status = StatusReport{.code = std::string{status_code}, .reported_at = "1"};
        return hub.delivered(std::move(header), "word", std::move(queue));
    };
    const auto link = [&] { return hub.relay->counters().axis[code("AXIS")]; };
    const auto written = hub.view->heads().value().entry;
    hub.give(word("axis-down"));
    CHECK(link().heard_at == hub.now);
    CHECK(link().down_since == Instant{std::chrono::milliseconds{1}});
    CHECK_FALSE(link().figures);
    AxisFigures figures;
    figures.unclear = {2, Instant{std::chrono::milliseconds{1}}};
    Delivered telling = word("axis-up");
    EnvelopeHeader with_figures = *telling.verdict.header;
    with_figures.status->description = text_of(figures);
    telling.verdict.header = std::make_shared<const EnvelopeHeader>(with_figures);
    hub.give(telling);
    CHECK(link().figures == figures);
    // A connector of an earlier version took its place.
    hub.give(word("axis-up"));
    CHECK_FALSE(link().figures);
    CHECK_FALSE(link().down_since);
    CHECK(hub.view->heads().value().entry == written);

    // Nobody takes from its inbox: the first count says since when.
    hub.give(word("axis-down"));
    hub.give(InboxCounted{code("AXIS"), 0, 0});
    const Instant unread = hub.now;
    hub.now += std::chrono::seconds{5};
    hub.give(InboxCounted{code("AXIS"), 0, 0});
    CHECK(link().unread_since == unread);
    CHECK_FALSE(link().down_since);
    hub.give(InboxCounted{code("AXIS"), 0, 1});
    CHECK_FALSE(link().unread_since);
    hub.give(InboxCounted{code("AXIS"), 0, 0});
    hub.give(BusDown{});
    CHECK_FALSE(link().unread_since);
    hub.give(BusUp{});

    // An old one is passed over, one of another agency is refused.
    Delivered old = word("axis-down");
    EnvelopeHeader header = *old.verdict.header;
    header.expires_at = hub.now;
    old.verdict.header = std::make_shared<const EnvelopeHeader>(header);
    hub.give(old);
    CHECK_FALSE(link().down_since);
    hub.give(word("axis-down", "H43.01"));
    CHECK(hub.told("H43.01") == "refused kind_not_allowed status H43.01 is not the axis participant");
}

TEST_CASE("words about the axis that are refused fill no ledger: one in an hour stands there", "[relay][axis]") {
    UnitsHub hub;
    const auto say = [&](std::uint8_t n, std::string queue = "AXIS") {
        EnvelopeHeader header = hub.document(n, {});
        header.kind = Kind::service;
        header.sender = code(queue);
        header.document.reset();
        header.status = StatusReport{.code = "axis-up", .reported_at = "1"};
        Delivered word = hub.delivered(std::move(header), "word" + std::to_string(n), std::move(queue));
        word.verdict.signer_valid_until = Instant{std::chrono::seconds{100}};
        const auto acknowledged = hub.bus.acknowledged.size();
        hub.give(word);
        CHECK(hub.bus.acknowledged.size() == acknowledged + 1);
    };
    const auto heads = [&] { return hub.view->heads().value(); };
    say(1);
    CHECK(hub.told("AXIS").starts_with("refused certificate_not_valid_now"));
    const auto first = heads();
    for (std::uint8_t n = 2; n <= 50; ++n) {
        hub.now += std::chrono::seconds{10};
        say(n);
    }
    CHECK(heads().entry == first.entry);
    CHECK(heads().envelope == first.envelope);
    CHECK(hub.relay->counters().axis_words_refused == 50);
    CHECK(hub.relay->counters().refused == 1);
    CHECK_FALSE(hub.relay->counters().axis.contains(code("AXIS")));
    hub.now += std::chrono::hours{1};
    say(51);
    CHECK(heads().entry == after(first.entry));
    // Each agency is told of its own.
    say(52, "H43.01");
    say(53, "H43.01");
    CHECK(heads().entry == after(first.entry, 2));
    // Whatever else it sends is refused on record each time.
    Delivered ended = hub.delivered(hub.document(54, {code("H43.01")}));
    ended.verdict.signer_valid_until = hub.now;
    hub.give(ended);
    CHECK(heads().entry == after(first.entry, 3));
}

TEST_CASE("a page must follow the one before it", "[relay][units]") {
    UnitsHub hub;
    const auto give = [&](std::uint8_t n, std::uint8_t pass, std::uint32_t number, bool is_last, std::vector<Unit> units,
                          bool is_full = true) {
        hub.give(hub.page(n, {test::id(pass), number, is_last, is_full, std::move(units)}));
        const std::string last = hub.told("AXIS");
        return last.substr(0, last.find(' '));
    };
    CHECK(give(1, 10, 2, false, {usual[0]}) == "refused");
    CHECK(give(2, 10, 1, false, {usual[0]}) == "accepted");
    CHECK(give(3, 10, 3, true, {usual[1]}) == "refused");
    CHECK(give(4, 11, 2, true, {usual[1]}) == "refused");
    CHECK(give(5, 10, 2, true, {usual[1]}, false) == "refused");
    CHECK_FALSE(hub.view->heads().value().units.full_ended_at);
    // The process ends in between.
    hub.begin();
    CHECK(give(6, 10, 2, true, {usual[1]}) == "accepted");
    CHECK(hub.view->heads().value().units.full_ended_at == hub.now);
    CHECK(give(7, 10, 3, true, {}) == "refused");
    // The same envelope again is answered again and changes nothing.
    CHECK(give(6, 10, 2, true, {usual[1]}) == "accepted");
    CHECK(hub.relay->counters().repeated == 1);
    // A pass that was given up is followed by another one.
    CHECK(give(8, 12, 1, false, {usual[0]}) == "accepted");
    CHECK(give(9, 13, 1, true, {usual[0]}) == "accepted");
    CHECK(hub.view->unit(code("G05")).value()->is_closed);
}

TEST_CASE("a page leaves nothing to be published and no octets", "[relay][units]") {
    UnitsHub hub;
    hub.tell_all();
    CHECK(hub.bus.envelopes.empty());
    CHECK(hub.bus.dead.empty());
    CHECK(hub.view->keeping(test::id(100), 1).value().at(0).is_retired);
    CHECK_FALSE(hub.view->frame(EnvelopeSeq{1}).has_value());
}
