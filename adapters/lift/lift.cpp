#include "adapters/lift/lift.hpp"

namespace hub::lift {
namespace {

void lift(const edxml::StatusPacket& status, kit::Outgoing& out) {
    out.kind = Kind::status;
    out.receivers.push_back(AgencyCode::parse(status.answers.organ).value());
    out.status = StatusReport{.code = status.code,
                              .description = status.description,
                              .staff = status.staff.text(),
                              .reported_at = status.reported_at,
                              .answers_issuer = status.answers.organ,
                              .answers_code = status.answers.code,
                              .answers_date = status.answers.promulgated_on,
                              .answers_document_id = status.answers.document_id};
}

void lift(const edxml::DocumentPacket& document, const AgencyCode& issuer, kit::Outgoing& out) {
    out.kind = Kind::document;
    for (const edxml::Organ& to : document.to)
        out.receivers.push_back(to.code);
    out.urgency = document.urgency;
    out.business = document.business;
    out.business_refers_to = document.business_refers_to;
    out.business_reason = document.business_reason;
    out.document = DocumentName{.issuer = issuer.text(),
                                .number = document.number,
                                .notation = document.notation,
                                .promulgated_on = document.promulgated_on,
                                .document_id = document.document_id,
                                .subject = document.subject,
                                .type_name = document.type_name};
}

}  // namespace

kit::Outgoing lift(const edxml::Packet& packet, kit::Content content) {
    kit::Outgoing out{.id = std::nullopt, .kind = Kind::document, .sender = packet.from.code};
    if (packet.secrecy)
        out.secrecy = packet.secrecy->mark;
    if (const auto* status = std::get_if<edxml::StatusPacket>(&packet.content))
        lift(*status, out);
    else
        lift(std::get<edxml::DocumentPacket>(packet.content), packet.from.code, out);
    out.contents.push_back(std::move(content));
    return out;
}

}  // namespace hub::lift
