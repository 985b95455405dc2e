#pragma once
// A hub with two agencies and the axis, and what is asked about documents there.

#include "tests/engine/hub_bench.hpp"

#include <catch2/catch.hpp>

namespace hub::test {

inline const std::string original = "H43,2026/11/24,1";

struct ChangesHub : HubBench {
    ChangesHub() {
        directory = std::make_shared<const Directory>(
            Directory::build({{.code = code("H43")},
                              {.code = code("H43.01")},
                              {.code = code("H43.02")},
                              {.code = code("AXIS"), .is_axis = true}},
                             {code("H43")})
                .value());
        start();
        give(BusUp{});
    }
    void give(const Event& event) {
        REQUIRE(take(event).has_value());
        settle();
        confirm_receipts();
    }
    /// The answer to the sender.
    std::string answer(Delivered event) {
        const AgencyCode sender = event.queue;
        give(event);
        for (auto message = bus.receipts.rbegin(); message != bus.receipts.rend(); ++message)
            for (auto item = message->items.rbegin(); item != message->items.rend(); ++item)
                if (message->addressee == sender
                    && (item->entry.kind == EntryKind::accepted || item->entry.kind == EntryKind::refused))
                    return item->entry.kind == EntryKind::accepted ? "accepted" : item->entry.code + " " + item->entry.text;
        return "nothing";
    }
    std::string send(std::uint8_t n, EnvelopeHeader header, std::string queue = "H43") {
        return answer(delivered(std::move(header), "frame" + std::to_string(n), std::move(queue)));
    }
    std::string send(std::uint8_t n, std::vector<AgencyCode> receivers) {
        return send(n, document(n, std::move(receivers)));
    }
    static EnvelopeHeader change(std::uint8_t n, Business business, std::vector<AgencyCode> receivers,
                                 std::string refers_to = original) {
        EnvelopeHeader header = document(n, std::move(receivers));
        header.business = business;
        header.business_refers_to = std::move(refers_to);
        header.business_reason = "Sai thẩm quyền";
        return header;
    }
    std::string status(std::uint8_t n, const std::string& from, const std::string& to, std::string_view status_code,
                       std::optional<EnvelopeId> answers = std::nullopt) {
        EnvelopeHeader header = document(n, {code(to)});
        header.kind = Kind::status;
        header.sender = code(from);
        header.document.reset();
        header.status = StatusReport{.code = std::string{status_code}, .answers_document_id = original,
                                     .answers_envelope = answers};
        return send(n, std::move(header), from);
    }
    DeliveryRecord at(std::uint64_t envelope, std::string_view receiver) {
        return view->deliveries(EnvelopeSeq{envelope}, code(receiver)).value().at(0);
    }
    std::string state(std::string_view receiver, std::uint64_t envelope = 1) {
        const DeliveryRecord delivery = at(envelope, receiver);
        return std::string{name_of(delivery.change.kind)} + " " + std::string{name_of(delivery.change.state)} + ", "
               + std::string{name_of(delivery.station)};
    }
    /// What the sender was told of its document at this receiver, in order.
    std::string told(std::string_view receiver) {
        std::string found;
        for (const PublishReceipts& message : bus.receipts)
            for (const ReceiptItem& item : message.items)
                if (item.envelope == id(1) && item.entry.receiver == code(receiver)
                    && item.entry.event != ReceiptEvent::confirmed)
                    found += std::string{what_of(item.entry)} + " ";
        return found;
    }
};

}  // namespace hub::test
