#include "adapters/axis/packet_facts.hpp"

#include "adapters/edxml/natural_key.hpp"
#include "adapters/edxml/read_packet.hpp"
#include "adapters/lift/lift.hpp"
#include "adapters/vxp/file_hash.hpp"

#include "hub/core/receipt.hpp"

namespace hub::axis {
namespace {

constexpr char between = '\x1f';

std::string number_lane(std::string_view full_number) {
    return std::string{"number"} + between + std::string{full_number};
}

/// A DocumentId, and the number in it where it is a triple.
void add_named(std::string_view document_id, std::vector<std::string>& lanes) {
    if (document_id.empty())
        return;
    lanes.push_back(std::string{"id"} + between + std::string{document_id});
    if (const auto key = edxml::parse_document_id(document_id))
        lanes.push_back(number_lane(key->number));
}

}  // namespace

std::string echo_key(const AgencyCode& sender, const std::optional<DocumentName>& document,
                     const std::optional<StatusReport>& status) {
    if (document && !document->number.empty())
        return sender.text() + between + document->promulgated_on + between
               + full_number(document->number, document->notation);
    if (status)
        return sender.text() + between + status->answers_code + between + status->answers_document_id + between
               + status->code;
    return {};
}

std::vector<std::string> lanes_of(const EnvelopeHeader& header) {
    std::vector<std::string> lanes;
    if (header.document) {
        if (!header.document->number.empty())
            lanes.push_back(number_lane(full_number(header.document->number, header.document->notation)));
        add_named(header.document->document_id, lanes);
        add_named(header.business_refers_to, lanes);
    }
    if (!header.status)
        return lanes;
    const StatusReport& status = *header.status;
    // Without a code the axis's list tells them apart by their title alone, and what they are about by its DocumentId.
    const std::string own = std::string{"status"} + between + header.sender.text() + between;
    lanes.push_back(own + (status.answers_code.empty() ? title_of(header) : status.answers_code));
    if (status.answers_code.empty() && !status.answers_document_id.empty())
        lanes.push_back(own + "id" + between + status.answers_document_id);
    // It is about a document of its own sender, which goes first.
    if (status_event(status.code) == ReceiptEvent::status_13) {
        if (!status.answers_code.empty())
            lanes.push_back(number_lane(status.answers_code));
        add_named(status.answers_document_id, lanes);
    }
    return lanes;
}

std::string title_of(const EnvelopeHeader& header) {
    if (header.status)
        return header.status->code + " " + header.status->description;
    return header.document ? header.document->subject : std::string{};
}

std::string notation_of(const EnvelopeHeader& header) {
    if (header.status)
        return header.status->answers_code;
    return header.document ? full_number(header.document->number, header.document->notation) : std::string{};
}

Result<LookedAt> look_at(const std::filesystem::path& file, const edxml::Limits& limits,
                         const std::filesystem::path& spool) {
    const auto packet = edxml::read_packet_file(file, limits, spool);
    if (!packet)
        return packet.error();
    if (packet->secrecy)
        return Fault{Errc::document_secret, packet->secrecy->field, {}};
    const auto measured = vxp::measure_file(file);
    if (!measured)
        return measured.error();
    kit::Content content{file.filename().string(), std::string{lift::packet_media_type}, {}, file};
    return LookedAt{lift::lift(*packet, std::move(content)), measured->digest};
}

}  // namespace hub::axis
