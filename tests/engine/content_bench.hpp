#pragma once
// A hub on the bench that has large parts.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

namespace hub::test {

using namespace std::chrono_literals;

inline constexpr std::uint64_t large = 20'000'000;
inline const Digest annex = sha256("annex");

struct ContentBench : HubBench {
    explicit ContentBench(RetentionRules given = {}) : HubBench{std::move(given)} {
        REQUIRE(take(BusUp{}).has_value());
        settle();
    }
    void put(std::string_view agency, CopyId copy, const Digest& digest = annex) {
        REQUIRE(take(ContentStored{Ticket{1}, code(agency), digest, large, copy}).has_value());
        settle();
    }
    static EnvelopeHeader naming(std::uint8_t n, std::uint64_t bytes = large, const Digest& digest = annex) {
        EnvelopeHeader header = HubBench::document(n, {code("H43.01")});
        header.parts.push_back({"1", "phu-luc.pdf", "application/pdf", bytes, digest, false});
        return header;
    }
    /// What the sender is told: "accepted", or the code of the refusal.
    std::string submit(EnvelopeHeader header, std::string queue = "H43") {
        header.sender = code(queue);
        const std::string frame = "frame of " + header.id.text();
        REQUIRE(take(delivered(std::move(header), frame, queue)).has_value());
        settle();
        confirm_receipts();
        const auto told = std::ranges::find(bus.receipts.rbegin(), bus.receipts.rend(), code(queue),
                                            &PublishReceipts::addressee);
        const Entry& entry = told->items.back().entry;
        return entry.kind == EntryKind::accepted ? "accepted" : entry.code;
    }
    void retrieve(std::uint8_t n, std::string_view receiver = "H43.01") {
        EnvelopeHeader header = HubBench::document(static_cast<std::uint8_t>(n + 100), {});
        header.kind = Kind::acknowledgement;
        header.sender = code(receiver);
        header.document.reset();
        Delivered event = delivered(std::move(header), "ack " + std::to_string(n), std::string{receiver});
        event.verdict.acknowledgement = Acknowledgement{{{code("H43"), test::id(n), true, {}, {}}}, {}};
        REQUIRE(take(event).has_value());
        settle();
    }
    /// One whole look through the ledger.
    void pass() {
        now += 2h;
        for (int i = 0; i < 6; ++i) {
            REQUIRE(take(Tick{}).has_value());
            settle();
        }
    }
    ContentState state(const Digest& digest = annex) { return view->content(digest).value()->state; }
    bool is_frame_kept(std::uint64_t seq) { return view->frame(EnvelopeSeq{seq}).has_value(); }
};

}  // namespace hub::test
