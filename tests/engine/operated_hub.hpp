#pragma once
// A hub whose operator acts on many deliveries.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>

namespace hub::test {

inline const Cause no_room{"ledger_full", "no room"};

struct OperatedHub : HubBench {
    OperatedHub() { up(); }

    void up() {
        REQUIRE(take(BusUp{false, ++connection}).has_value());
        settle();
        confirm();
    }
    void confirm() {
        for (; envelopes_confirmed < bus.envelopes.size(); ++envelopes_confirmed) {
            REQUIRE(take(Confirmed{bus.envelopes[envelopes_confirmed].id}).has_value());
            settle();
        }
    }
    /// What was sent so far is confirmed and looked at.
    void forget_sent() {
        confirm();
        confirm_receipts();
        bus.clear();
        envelopes_confirmed = 0;
    }
    void restart() {
        crash();
        envelopes_confirmed = 0;
        up();
    }
    void tick(std::chrono::milliseconds passed = std::chrono::seconds{1}) {
        now += passed;
        REQUIRE(take(Tick{}).has_value());
        settle();
    }
    void accept(std::uint8_t n, std::string_view receiver = "H43.01") {
        REQUIRE(take(delivered(document(n, {code(receiver)}), "frame" + std::to_string(n))).has_value());
        settle();
        confirm();
    }
    void acknowledge(std::uint8_t n, bool is_stored, std::uint32_t attempt, std::string_view receiver = "H43.01",
                     const Cause& cause = no_room) {
        tell(receiver, {code("H43"), id(n), is_stored, is_stored ? "" : cause.code, is_stored ? "" : cause.detail,
                        false, attempt});
    }
    /// Its adapter holds it for a receiver that is to be asked.
    void hold(std::uint8_t n, std::uint32_t attempt, std::string_view receiver = "H43.01") {
        tell(receiver, {code("H43"), id(n), false, {}, {}, true, attempt});
    }
    void tell(std::string_view receiver, Acknowledgement::Item item) {
        EnvelopeHeader header = document(static_cast<std::uint8_t>(100 + acknowledgements++), {});
        header.kind = Kind::acknowledgement;
        header.sender = code(receiver);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack" + std::to_string(acknowledgements), std::string{receiver});
        event.verdict.acknowledgement = Acknowledgement{{std::move(item)}, {}};
        REQUIRE(take(event).has_value());
        settle();
    }
    /// The document came on paper too: H43.01 reports on it without its envelope.
    void report_by_number(std::string number) {
        EnvelopeHeader header = document(200, {code("H43")});
        header.kind = Kind::status;
        header.sender = code("H43.01");
        header.document.reset();
        header.status = StatusReport{.code = "03",
                                     .description = {},
                                     .staff = {},
                                     .reported_at = {},
                                     .answers_issuer = "H43",
                                     .answers_code = std::move(number),
                                     .answers_date = "2026-11-24",
                                     .answers_document_id = {},
                                     .answers_envelope = std::nullopt};
        REQUIRE(take(delivered(std::move(header), "status", "H43.01")).has_value());
        settle();
    }
    void fail(std::uint8_t n, std::string_view receiver = "H43.01", const Cause& cause = no_room) {
        accept(n, receiver);
        acknowledge(n, false, 1, receiver, cause);
    }
    DeliveryRecord delivery(std::uint8_t n, std::string_view receiver = "H43.01") const {
        return view->deliveries(view->known(code("H43"), id(n)).value()->seq, code(receiver)).value().at(0);
    }
    /// What the adapter of H43.01 holds.
    static Selection lost() { return {Standing::at_adapter, {}, {}, code("H43.01"), {}, {}, {}, {}}; }
    Operation wanted(DeliveryAct act, Selection selection = {}) const {
        Operation operation;
        operation.key = "key" + std::to_string(keys++);
        operation.act = act;
        operation.selection = std::move(selection);
        const Heads heads = view->heads().value();
        operation.seen = {heads.entry, heads.delivery};
        operation.expected = view->selected(operation.selection, operation.seen, {}, 1000).value().deliveries.size();
        operation.per_second = 1000;
        operation.reason = "disk replaced";
        return operation;
    }
    static Act act(Verb verb) { return {.actor = "an", .verb = verb, .reason = "wait"}; }
    std::optional<Errc> ask(const Operation& operation) {
        REQUIRE(take(OperationAsked{Ticket{++ticket}, operation, act(Verb::operation_run)}).has_value());
        settle();
        REQUIRE(desk.answers.back().ticket == Ticket{ticket});
        const auto& fault = desk.answers.back().fault;
        return fault ? std::optional{fault->code} : std::nullopt;
    }
    std::optional<Errc> turn(OperationSeq operation, OperationTurn turn, Act by = act(Verb::operation_stop),
                             std::uint64_t expected = 0) {
        REQUIRE(take(OperationTurned{Ticket{++ticket}, operation, turn, std::move(by), expected}).has_value());
        settle();
        const auto& fault = desk.answers.back().fault;
        return fault ? std::optional{fault->code} : std::nullopt;
    }
    Operation operation(std::string_view key) const { return view->operation(key).value().value(); }
    /// How often each document was published, and the highest attempt.
    std::map<EnvelopeId, std::pair<int, std::uint32_t>> published() const {
        std::map<EnvelopeId, std::pair<int, std::uint32_t>> found;
        for (const PublishEnvelope& each : bus.envelopes) {
            auto& [count, attempt] = found[each.envelope_id];
            ++count;
            attempt = std::max(attempt, each.attempt);
        }
        return found;
    }

    std::uint64_t connection = 0;
    std::size_t envelopes_confirmed = 0;
    int acknowledgements = 0;
    std::uint64_t ticket = 0;
    mutable int keys = 0;
};

}  // namespace hub::test
