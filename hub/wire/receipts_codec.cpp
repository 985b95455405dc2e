#include "hub/wire/envelope_codec.hpp"

#include "hub/core/limits.hpp"

#include "hub/v1/envelope.pb.h"

namespace hub::wire {
namespace {

namespace pb = lgsp::hub::v1;

}  // namespace

Bytes encode_receipts(std::span<const ReceiptItem> items) {
    pb::Receipts message;
    for (const ReceiptItem& item : items) {
        pb::Receipt& r = *message.add_receipts();
        r.set_entry(number(item.entry.seq));
        r.set_at_ms(item.entry.at.time_since_epoch().count());
        r.set_what(std::string{what_of(item.entry)});
        if (item.envelope)
            r.set_envelope_id(Bytes{item.envelope->bytes()});
        if (item.envelope_sender)
            r.set_envelope_sender(item.envelope_sender->text());
        if (item.entry.receiver)
            r.set_receiver(item.entry.receiver->text());
        for (const AgencyCode& receiver : item.receivers)
            r.add_receivers(receiver.text());
        r.set_code(item.entry.code);
        r.set_field(item.entry.field);
        r.set_text(item.entry.text);
        const DocumentName& d = item.document;
        if (d != DocumentName{}) {
            pb::DocumentName& out = *r.mutable_document();
            out.set_issuer(d.issuer);
            out.set_number(d.number);
            out.set_notation(d.notation);
            out.set_promulgated_on(d.promulgated_on);
            out.set_document_id(d.document_id);
            out.set_subject(d.subject);
            out.set_type_name(d.type_name);
        }
    }
    return message.SerializeAsString();
}

Result<std::vector<Receipt>> decode_receipts(BytesView part) {
    pb::Receipts message;
    if (!message.ParseFromArray(part.data(), static_cast<int>(std::min(part.size(), limits::envelope_bytes_max))))
        return Fault{Errc::envelope_malformed, "receipts", {}};
    std::vector<Receipt> receipts;
    receipts.reserve(static_cast<std::size_t>(message.receipts_size()));
    for (const pb::Receipt& r : message.receipts()) {
        Receipt out;
        out.entry = EntrySeq{r.entry()};
        out.at = Instant{std::chrono::milliseconds{r.at_ms()}};
        out.what = r.what();
        if (const auto id = EnvelopeId::from_bytes(r.envelope_id()); id)
            out.envelope = *id;
        out.envelope_sender = r.envelope_sender();
        out.receiver = r.receiver();
        out.receivers.assign(r.receivers().begin(), r.receivers().end());
        out.code = r.code();
        out.field = r.field();
        out.text = r.text();
        const pb::DocumentName& d = r.document();
        out.document = {d.issuer(),         d.number(),  d.notation(), d.promulgated_on(),
                        d.document_id(), d.subject(), d.type_name()};
        receipts.push_back(std::move(out));
    }
    return receipts;
}

}  // namespace hub::wire
