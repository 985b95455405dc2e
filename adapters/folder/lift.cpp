#include "adapters/folder/lift.hpp"

namespace hub::folder {

kit::Outgoing lift(const edxml::Packet& packet, const std::string& file_name, Bytes octets) {
    kit::Outgoing out{.id = std::nullopt, .kind = Kind::document, .sender = packet.from.id};
    out.secrecy = packet.secrecy;
    if (packet.is_status) {
        const edxml::ResponseFor& answer = packet.response_for.front();
        out.kind = Kind::status;
        out.receivers.push_back(AgencyCode::parse(answer.organ_id).value());
        out.status = StatusReport{packet.status_code, packet.status_description, packet.staff.line(),
                                  packet.status_time, answer.organ_id,           answer.code,
                                  answer.promulgated_on, answer.document_id};
    } else {
        for (const edxml::Organ& to : packet.to)
            out.receivers.push_back(to.id);
        out.urgency = packet.urgency;
        out.document = packet.document;
        out.business = packet.business;
        out.business_refers_to = packet.business_refers_to;
        out.business_reason = packet.business_reason;
    }
    out.contents.push_back({file_name, "application/edxml+xml", std::move(octets)});
    return out;
}

}  // namespace hub::folder
