// The whole connector but for its program: the axis's server half over sockets of this machine on one side, a kit that
// the test tells what to do on the other.

#include "adapters/axis/connector.hpp"
#include "tests/axis/departures.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/support/eventually.hpp"
#include "tests/vxp/trial_axis.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::axis;
using namespace std::chrono_literals;
using hub::test::eventually;
using Names = std::vector<std::string>;

AgencyCode code(const std::string& text) { return AgencyCode::parse(text).value(); }

/// Keeps what it was given, as the real one does on its disk.
class KeptKit final : public kit::Kit {
public:
    Result<EnvelopeId> submit(const kit::Outgoing& outgoing) override {
        if (fault)
            return *fault;
        submitted.emplace(*outgoing.id, outgoing);
        octets.emplace(*outgoing.id, hub::test::read_file(outgoing.contents.front().file));
        return *outgoing.id;
    }
    Result<void> acknowledge(const Acknowledgement::Item& item) override {
        told.push_back(item);
        return {};
    }
    Result<void> poll(std::chrono::milliseconds, kit::Handler&) override { return {}; }
    Result<wire::Receipt> submit_and_wait(const kit::Outgoing&, std::chrono::milliseconds, kit::Handler&) override {
        return Fault{Errc::timed_out, {}, {}};
    }
    bool has_taken(const EnvelopeId&) const override { return false; }
    bool is_connected() const override { return true; }
    std::size_t unanswered() const override { return 0; }

    std::map<EnvelopeId, kit::Outgoing> submitted;
    std::map<EnvelopeId, Bytes> octets;
    std::vector<Acknowledgement::Item> told;
    std::optional<Fault> fault;
};

class Trial {
public:
    Trial() { begin(); }

    /// Ends without a word, and begins anew.
    void begin() {
        connector.reset();
        callers.reset();
        store.reset();
        store = Store::open(folder.path()).value();
        CallerSettings calling{
            .client = {.trust = vxp::TlsTrust::load({}).value(), .secret = vxp::Secret{vxp::test::secret}},
            .limits = {},
            .spool = store->spool(),
            .threads = 4};
        calling.client.address =
            vxp::AxisAddress::parse("http://127.0.0.1:" + std::to_string(axis.port()) + "/XrdAdapter/adapter").value();
        calling.client.system_id = vxp::test::province;
        callers = std::make_unique<Callers>(std::move(calling));
        ConnectorSettings settings{code("00.43.W00"), InboundSettings{hub::axis::test::trial_province()}};
        settings.inbound.documents_every = settings.inbound.statuses_every = lists_every;
        settings.inbound.retry_first = settings.outbound.retry_first = 10ms;
        settings.inbound.fetches_at_once = 2;
        settings.outbound.settle = 100ms;
        settings.outbound.sends_at_once = 2;
        settings.retried_codes = {"15", "901"};
        connector = Connector::open(std::move(settings), *store, *callers, kit, vxp::test::system_now()).value();
    }

    template <class Condition>
    bool until(Condition condition) {
        return eventually([&] {
            connector->turn(vxp::test::system_now()).value();
            return condition();
        });
    }

    /// The axis has it for `to`.
    void list(const std::string& doc_id, const std::string& to, BytesView octets, const std::string& kind = "edoc") {
        const auto file = axis.file(doc_id, octets);
        auto held = axis.axis.held();
        held->by_doc_id[doc_id] = file;
        held->waiting.push_back({.doc_id = doc_id, .from = "H99", .to = to, .message_type = kind, .status = "initial"});
    }
    Names words() { return axis.axis.held()->acknowledged; }
    /// At least once, as often as it was listed.
    bool has_word(const std::string& doc_id, const std::string& word) {
        const Names all = words();
        return std::ranges::any_of(all, [&](const std::string& each) { return each.starts_with(doc_id + " " + word); });
    }
    void answer(const EnvelopeId& id, const std::string& what, const std::string& why = {},
                const std::string& receiver = {}) {
        wire::Receipt receipt;
        receipt.what = what;
        receipt.receiver = receiver;
        receipt.envelope = id;
        receipt.code = why;
        connector->on_receipt(receipt).value();
    }
    std::size_t packets_at_axis() { return axis.axis.held()->packets.size(); }

    std::chrono::milliseconds lists_every = 20ms;
    hub::test::FreshFolder folder;
    vxp::test::Trial axis;
    KeptKit kit;
    std::unique_ptr<Store> store;
    std::unique_ptr<Callers> callers;
    std::unique_ptr<Connector> connector;
};

Bytes letter(const std::string& from, const std::string& to, const std::string& subject = "V/v báo cáo") {
    edxml::test::DocumentText text;
    text.from = "<OrganId>" + from + "</OrganId><OrganName>Gửi</OrganName>";
    text.to = to;
    text.subject = "<Subject>" + subject + "</Subject>";
    return text.text();
}

std::string to(const std::string& organ) { return "<To><OrganId>" + organ + "</OrganId></To>"; }

kit::Received envelope(std::uint8_t number, BytesView octets, std::vector<AgencyCode> receivers) {
    auto header = std::make_shared<EnvelopeHeader>(
        EnvelopeHeader{.id = EnvelopeId::make(1'790'000'000'000, {number}),
                       .kind = Kind::document,
                       .sender = code("H43.01"),
                       .receivers = std::move(receivers),
                       .created_at = vxp::test::system_now(),
                       .expires_at = vxp::test::system_now() + 24h});
    header->document =
        DocumentName{"H43.01", std::to_string(number), "SNV-VP", "2026-05-04", "", "Trích yếu", "Công văn"};
    return {std::move(header), {{"a.edxml", "application/edxml+xml", Bytes{octets}}}, {}, false};
}

}  // namespace

TEST_CASE("a packet for two of ours becomes an envelope for each, and is done when the hub has it",
          "[axis][connector]") {
    Trial trial;
    const Bytes octets = letter("H99", to("H43.01") + to("H43.02") + to("H99.01"));
    trial.list("A1", "H43.01", octets);
    trial.list("A2", "H43.02", octets);
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 2; }));
    CHECK(trial.words().empty());
    std::set<std::string> receivers;
    for (const auto& [id, outgoing] : trial.kit.submitted) {
        REQUIRE(outgoing.receivers.size() == 1);
        receivers.insert(outgoing.receivers.front().text());
        CHECK(outgoing.sender == code("H99"));
        CHECK(trial.kit.octets.at(id) == octets);
    }
    CHECK(receivers == std::set<std::string>{"H43.01", "H43.02"});
    for (const auto& [id, outgoing] : trial.kit.submitted)
        trial.answer(id, "accepted");
    REQUIRE(trial.until([&] { return trial.has_word("A1", "done") && trial.has_word("A2", "done"); }));
    CHECK(hub::test::names_in(trial.folder / "in").empty());
    CHECK(trial.kit.submitted.size() == 2);
}

TEST_CASE("a packet that a receiver could not take is handed to it again when it comes again", "[axis][connector]") {
    Trial trial;
    const Bytes octets = letter("H99", to("000.00.03.H43") + to("H43.02"));
    trial.list("A1", "00.43.W00", octets);
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    const EnvelopeId first = trial.kit.submitted.begin()->first;
    CHECK(trial.kit.submitted.begin()->second.receivers.size() == 2);
    trial.answer(first, "accepted");
    REQUIRE(trial.until([&] { return trial.has_word("A1", "done"); }));
    trial.answer(first, "retrieved", {}, "H43.02");
    trial.answer(first, "failed", {}, "H43.03");
    const auto come_again = [&](const std::string& doc_id) {
        trial.kit.submitted.clear();
        trial.list(doc_id, "00.43.W00", octets);
    };
    come_again("A2");
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    const auto& [second, outgoing] = *trial.kit.submitted.begin();
    CHECK(outgoing.receivers == std::vector{code("000.00.03.H43")});
    trial.answer(second, "accepted");
    REQUIRE(trial.until([&] { return trial.has_word("A2", "done"); }));
    SECTION("it has it now") { trial.answer(second, "retrieved", {}, "H43.03"); }
    SECTION("it has the first one after all, by an operator") {
        trial.answer(second, "failed", {}, "H43.03");
        trial.answer(first, "retrieved", {}, "H43.03");
    }
    come_again("A3");
    REQUIRE(trial.until([&] { return trial.has_word("A3", "done"); }));
    CHECK(trial.kit.submitted.empty());
}

TEST_CASE("an end before the hub's answer: the same envelope again, and no other", "[axis][connector]") {
    Trial trial;
    trial.list("A1", "H43.01", letter("H99", to("H43.01")));
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    const auto first = trial.kit.submitted;
    trial.kit.submitted.clear();
    trial.begin();
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    CHECK(trial.kit.submitted.begin()->first == first.begin()->first);
    CHECK(trial.kit.submitted.begin()->second.receivers == first.begin()->second.receivers);
    trial.answer(first.begin()->first, "accepted");
    trial.begin();
    REQUIRE(trial.until([&] { return trial.has_word("A1", "done"); }));
    // Listed again, told again.
    trial.axis.axis.held()->acknowledged.clear();
    REQUIRE(trial.until([&] { return trial.has_word("A1", "done"); }));
    CHECK(trial.kit.submitted.size() == 1);
}

TEST_CASE("a copy is no repetition before the hub has accepted the first", "[axis][connector]") {
    Trial trial;
    const Bytes octets = letter("H99", to("H43.01"));
    trial.list("A1", "H43.01", octets);
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    const EnvelopeId first = trial.kit.submitted.begin()->first;
    trial.list("A2", "H43.01", octets);
    bool is_restarted = false;
    SECTION("in one run") {}
    SECTION("over a restart") { is_restarted = true; }
    if (is_restarted)
        trial.begin();
    // It was listed behind the copy, so the copy has been looked at.
    trial.list("A3", "H43.02", letter("H99", to("H43.02"), "Việc khác"));
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 2; }));
    CHECK(trial.until([&] { return std::filesystem::exists(trial.store->in_file("A2")); }));
    CHECK(trial.words().empty());
    trial.answer(first, "refused", "receiver_unknown");
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 3; }));
    REQUIRE(trial.until([&] { return trial.has_word("A1", "fail receiver_unknown"); }));
    CHECK_FALSE(trial.has_word("A2", ""));
    for (const auto& [id, outgoing] : std::map{trial.kit.submitted})
        trial.answer(id, "accepted");
    REQUIRE(trial.until([&] { return trial.has_word("A2", "done") && trial.has_word("A3", "done"); }));
    CHECK_FALSE(trial.has_word("A2", "fail"));
}

TEST_CASE("what cannot be handed on is answered with fail and a description, and does not stay", "[axis][connector]") {
    Trial trial;
    std::string expected;
    SECTION("no packet") {
        trial.list("A1", "H43.01", "<edXML>broken");
        expected = "packet_malformed: ";
    }
    SECTION("marked secret") {
        trial.list("A1", "H43.01", letter("H99", to("H43.01"), "TỐI MẬT - kế hoạch"));
        expected = "document_secret: ";
    }
    SECTION("of a day that is still to come") {
        edxml::test::DocumentText text;
        text.to = to("H43.01");
        text.from = "<OrganId>H99</OrganId><OrganName>Gửi</OrganName>";
        text.promulgation = "<PromulgationInfo><PromulgationDate>2999/01/01</PromulgationDate></PromulgationInfo>";
        trial.list("A1", "H43.01", text.text());
        expected = "packet_field_invalid: ";
    }
    SECTION("refused by the kit") {
        trial.list("A1", "H43.01", letter("H99", to("H43.01")));
        trial.kit.fault = Fault{Errc::envelope_too_large, "envelope", "1"};
        expected = "envelope_too_large: ";
    }
    trial.list("A2", "H43.01", letter("H99", to("H43.01"), "Việc khác"));
    REQUIRE(trial.until([&] { return trial.has_word("A1", "fail " + expected); }));
    for (const std::string& word : trial.words())
        CHECK(word.size() <= std::string{"A1 fail "}.size() + 300);
    trial.kit.fault.reset();
    if (expected != "envelope_too_large: ")
        CHECK(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    CHECK(hub::test::names_in(trial.folder / "spool").empty());
}

TEST_CASE("what the hub refuses is answered with fail and the hub's code", "[axis][connector]") {
    Trial trial;
    trial.list("A1", "H43.77", letter("H99", to("H43.77")));
    REQUIRE(trial.until([&] { return trial.kit.submitted.size() == 1; }));
    trial.answer(trial.kit.submitted.begin()->first, "refused", "receiver_unknown");
    REQUIRE(trial.until([&] { return trial.has_word("A1", "fail receiver_unknown: "); }));
}

TEST_CASE("an envelope of the hub is sent once, to all outside, its octets untouched", "[axis][connector]") {
    Trial trial;
    const Bytes octets = letter("H43.01", to("H99") + to("H43.02") + to("G12"));
    const auto received = envelope(1, octets, {code("H99"), code("H43.02"), code("G12")});
    trial.connector->on_envelope(received).value();
    // The kit hands it over again when it ended before it noted it.
    trial.connector->on_envelope(received).value();
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK(trial.kit.told[0].is_stored);
    CHECK(trial.kit.told[0].detail == "DocId doc-1");
    const auto packets = trial.axis.axis.held()->packets;
    REQUIRE(packets.size() == 1);
    CHECK(packets[0].first.to == std::vector<std::string>{"H99", "G12"});
    CHECK(packets[0].first.from == "H43.01");
    CHECK(packets[0].second == octets);
    CHECK(hub::test::names_in(trial.folder / "out").empty());
    trial.begin();
    trial.connector->on_envelope(received).value();
    CHECK(trial.connector->figures().value().departing.waiting == 0);
}

TEST_CASE("an echo of what was sent is done, and handed to nobody", "[axis][connector]") {
    Trial trial;
    edxml::test::DocumentText text;
    text.from = "<OrganId>H43.01</OrganId><OrganName>Gửi</OrganName>";
    text.to = to("H43.02") + to("H99");
    text.code = "<Code><CodeNumber>1</CodeNumber><CodeNotation>SNV-VP</CodeNotation></Code>";
    trial.connector->on_envelope(envelope(1, text.text(), {code("H99"), code("H43.02")})).value();
    text.traces = "<TraceHeader><OrganId>000.00.00.G22</OrganId></TraceHeader>";
    trial.list("A1", "H43.02", text.text());
    REQUIRE(trial.until([&] { return trial.has_word("A1", "done"); }));
    CHECK(trial.kit.submitted.empty());
}

TEST_CASE("without an answer the axis's list decides: found, it is not sent again", "[axis][connector]") {
    Trial trial;
    vxp::Disturbance unheard;
    unheard.instead = vxp::SiteReply{};
    unheard.instead->manner = vxp::SiteReply::Manner::hung_up;
    trial.axis.axis.disturb(vxp::Operation::send_packet, unheard);
    trial.connector->on_envelope(envelope(1, letter("H43.01", to("H99")), {code("H99")})).value();
    REQUIRE(trial.until([&] { return trial.packets_at_axis() == 1; }));
    trial.axis.axis.held()->given_away.push_back({.sender_doc_id = "doc-1",
                                                  .from = "H43.01",
                                                  .to = "H99",
                                                  .title = "Trích yếu",
                                                  .notation = "1/SNV-VP"});
    SECTION("in the same run") {}
    SECTION("after an end") { trial.begin(); }
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK(trial.kit.told[0].detail == "DocId doc-1");
    CHECK(trial.packets_at_axis() == 1);
}

TEST_CASE("without an answer the axis's list decides: absent, it is sent again", "[axis][connector]") {
    Trial trial;
    vxp::Disturbance lost;
    lost.is_performed = false;
    lost.instead = vxp::SiteReply{};
    lost.instead->manner = vxp::SiteReply::Manner::hung_up;
    trial.axis.axis.disturb(vxp::Operation::send_packet, lost);
    trial.connector->on_envelope(envelope(1, letter("H43.01", to("H99")), {code("H99")})).value();
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK(trial.packets_at_axis() == 1);
}

TEST_CASE("a refusal of the axis is told to the sender in its words", "[axis][connector]") {
    Trial trial;
    trial.axis.axis.refuse_all(vxp::Refusal{"18", "Don vi nhan khong ton tai: H99"});
    trial.connector->on_envelope(envelope(1, letter("H43.01", to("H99")), {code("H99")})).value();
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK_FALSE(trial.kit.told[0].is_stored);
    CHECK(trial.kit.told[0].code == "axis_refused");
    CHECK(trial.kit.told[0].detail == "18: Don vi nhan khong ton tai: H99");
}

TEST_CASE("an axis that is away is waited for, and then all goes on", "[axis][connector]") {
    Trial trial;
    trial.axis.axis.is_closed = true;
    trial.connector->on_envelope(envelope(1, letter("H43.01", to("H99")), {code("H99")})).value();
    REQUIRE(trial.until([&] { return trial.connector->figures().value().down_since.has_value(); }));
    CHECK(trial.connector->figures().value().departing.waiting == 1);
    const auto last = [&](AxisCall call) {
        return trial.connector->figures().value().calls[static_cast<std::size_t>(call)];
    };
    CHECK(last(AxisCall::list).failed_at);
    CHECK_FALSE(last(AxisCall::send).succeeded_at);
    trial.axis.axis.is_closed = false;
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK(last(AxisCall::list).succeeded_at);
    CHECK(last(AxisCall::send).succeeded_at);
    CHECK_FALSE(trial.connector->figures().value().down_since);
    CHECK(trial.packets_at_axis() == 1);
}

TEST_CASE("a refusal that is about us is no answer to the packet", "[axis][connector]") {
    Trial trial;
    trial.axis.axis.refuse_all(vxp::Refusal{"15", "Sai ma he thong"});
    trial.connector->on_envelope(envelope(1, letter("H43.01", to("H99")), {code("H99")})).value();
    REQUIRE(trial.until([&] { return trial.connector->figures().value().down_since.has_value(); }));
    trial.axis.axis.refuse_all(std::nullopt);
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK(trial.kit.told[0].is_stored);
    CHECK(trial.packets_at_axis() == 1);
}

TEST_CASE("whom the hub carries outside gets it, whatever else is in the packet, and by one code", "[axis][connector]") {
    Trial trial;
    auto received = envelope(1, letter("H43.01", to("H43.02") + to("000.00.00.G22") + to("G22") + to("H43.05")),
                             {code("H43.02"), code("000.00.00.G22"), code("G22"), code("H43.05")});
    // H43.05 is none of the hub's any more.
    received.receivers = {{wire::AddressRule::axis, {code("000.00.00.G22"), code("G22")}},
                          {wire::AddressRule::axis, {code("H43.05")}}};
    trial.connector->on_envelope(received).value();
    REQUIRE(trial.until([&] { return trial.kit.told.size() == 1; }));
    CHECK(trial.axis.axis.held()->packets.at(0).first.to == std::vector<std::string>{"000.00.00.G22", "H43.05"});
}

TEST_CASE("packets that the axis does not like are not taken for an axis that is away", "[axis][connector]") {
    Trial trial;
    // No list that comes in between shows that it is there.
    trial.lists_every = 1h;
    trial.begin();
    trial.connector->on_envelope(envelope(1, letter("H43.01", to("H99")), {code("H99")})).value();
    vxp::Disturbance turned_away;
    turned_away.is_performed = false;
    turned_away.instead = vxp::SiteReply{};
    SECTION("by a refusal that is not final") {
        turned_away.instead->body.emplace_back(std::string{R"({"status":"FAIL","ErrorCode":"901","ErrorDesc":"x"})"});
    }
    SECTION("by somebody before it") { turned_away.instead->status = 413; }
    bool was_down = false;
    REQUIRE(trial.until([&] {
        constexpr unsigned turned_away_most = 4;
        const auto waiting = trial.store->open_departures(0, 1).value();
        if (!waiting.empty() && waiting[0].attempts < turned_away_most)
            trial.axis.axis.disturb(vxp::Operation::send_packet, turned_away);
        was_down = was_down || trial.connector->figures().value().down_since.has_value();
        return trial.kit.told.size() == 1;
    }));
    CHECK_FALSE(was_down);
    CHECK(trial.packets_at_axis() == 1);
}

TEST_CASE("an envelope for nobody outside is not held", "[axis][connector]") {
    Trial trial;
    const auto held = trial.connector->on_envelope(envelope(1, "x", {code("H43.02")}));
    REQUIRE(held.has_error());
    CHECK(disposition_of(held.error().code) == Disposition::reject);
}
