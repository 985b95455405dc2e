#include "adapters/edxml/attachment.hpp"
#include "adapters/edxml/packet.hpp"
#include "adapters/edxml/xml.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>
#include <set>

namespace hub::edxml {
namespace {

constexpr std::string_view edxml_namespace = "http://www.mic.gov.vn/TBT/QCVN_102_2016";
// codes/field_limits.csv: enforced on what identifies a document, in characters.
constexpr std::size_t number_characters_max = 11;
constexpr std::size_t notation_characters_max = 30;
constexpr std::size_t subject_characters_max = 500;

Fault missing(std::string field) { return {Errc::packet_field_missing, std::move(field), {}}; }
Fault invalid(std::string field, std::string_view text) {
    return {Errc::packet_field_invalid, std::move(field), std::string{text.substr(0, 100)}};
}

std::size_t characters(std::string_view utf8) noexcept {
    return static_cast<std::size_t>(
        std::ranges::count_if(utf8, [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Result<Organ> organ(const Element& element, const std::string& field) {
    const std::string id = element.text_of("OrganId");
    if (id.empty())
        return missing(field + "/OrganId");
    auto code = AgencyCode::parse(id);
    if (!code)
        return invalid(field + "/OrganId", id);
    return Organ{std::move(*code), element.text_of("OrganName")};
}

/// Optional dates: empty, or as the rule says.
Result<std::string> date(const Element& parent, std::string_view name, const std::string& field) {
    const std::string text = parent.text_of(name);
    if (text.empty())
        return std::string{};
    auto iso = iso_date(text);
    if (!iso)
        return invalid(field + "/" + std::string{name}, text);
    return std::move(*iso);
}

std::string without_cid(std::string text) { return text.starts_with("cid:") ? text.substr(4) : text; }

/// A value that is a secrecy mark as a whole, or a subject that begins with a stamped one. Words such as "bí mật"
/// or "mật độ" inside a sentence are no marks.
std::string secrecy_of(const Element& header, const std::string& subject) {
    static const std::set<std::string, std::less<>> marks{"mat", "toi mat", "tuyet mat"};
    for (const auto name : {"Secrecy", "SecurityLevel", "SecretLevel", "DoMat", "Confidential"})
        for (const Element& place : {header, header.child("OtherInfo")})
            if (const std::string value = place.text_of(name); marks.contains(fold(value)))
                return value;
    const std::string folded = fold(subject);
    for (const std::string& mark : marks)
        for (const auto& [open, close] : {std::pair{"[", "]"}, std::pair{"(", ")"}})
            if (folded.starts_with(open + mark + close))
                return mark;
    for (const auto upper : {"MẬT -", "MẬT:", "TỐI MẬT -", "TỐI MẬT:", "TUYỆT MẬT -", "TUYỆT MẬT:"})
        if (subject.starts_with(upper))
            return upper;
    return {};
}

Result<void> read_other_info(const Element& header, Packet& packet) {
    const std::string priority = header.child("OtherInfo").text_of("Priority");
    if (priority.empty())
        return {};
    if (priority.size() != 1 || priority[0] < '0' || priority[0] > '4')
        return invalid("MessageHeader/OtherInfo/Priority", priority);
    packet.urgency = static_cast<Urgency>(priority[0] - '0');
    return {};
}

Result<void> read_response_for(const Element& header, Packet& packet) {
    std::size_t n = 0;
    for (const Element& element : header.children("ResponseFor")) {
        const std::string field = "MessageHeader/ResponseFor[" + std::to_string(++n) + "]";
        auto day = date(element, "PromulgationDate", field);
        if (!day)
            return day.error();
        ResponseFor answer{element.text_of("OrganId"), element.text_of("Code"), std::move(*day),
                           element.text_of("DocumentId")};
        // Templates carry empty ones.
        if (!answer.organ_id.empty() || !answer.code.empty() || !answer.document_id.empty())
            packet.response_for.push_back(std::move(answer));
    }
    return {};
}

Staff staff_of(const Element& element) {
    return {element.text_of("Department"), element.text_of("Staff"), element.text_of("Mobile"),
            element.text_of("Email")};
}

Result<void> read_business(const Element& trace, Packet& packet) {
    const Element business = trace.child("Bussiness");  // The real spelling.
    if (!business)
        return {};
    const std::string type = business.text_of("BussinessDocType");
    if (type.size() > 1 || (!type.empty() && (type[0] < '0' || type[0] > '3')))
        return invalid("TraceHeaderList/Bussiness/BussinessDocType", type);
    packet.business = static_cast<Business>(type.empty() ? 0 : type[0] - '0');
    packet.business_reason = business.text_of("BussinessDocReason");
    packet.staff = staff_of(business.child("StaffInfo"));
    if (packet.business == Business::fresh)
        return {};
    packet.business_refers_to = business.text_of("DocumentId");
    if (packet.business_refers_to.empty())
        packet.business_refers_to =
            business.child("ReplacementInfoList").child("ReplacementInfo").text_of("DocumentId");
    if (packet.business_refers_to.empty() && !packet.response_for.empty())
        packet.business_refers_to = packet.response_for.front().document_id;
    return {};
}

Result<void> read_receivers(const Element& header, Packet& packet) {
    std::set<AgencyCode> seen;
    std::size_t n = 0;
    for (const Element& element : header.children("To")) {
        const std::string field = "MessageHeader/To[" + std::to_string(++n) + "]";
        auto to = organ(element, field);
        if (!to)
            return to.error();
        if (!seen.insert(to->id).second)
            return Fault{Errc::receiver_duplicate, field + "/OrganId", to->id.text()};
        packet.to.push_back(std::move(*to));
    }
    if (packet.to.empty())
        return Fault{Errc::receiver_missing, "MessageHeader/To", {}};
    return {};
}

Result<std::string> required(const Element& parent, std::string_view name, const std::string& field,
                             std::size_t characters_max) {
    std::string text = parent.text_of(name);
    if (text.empty())
        return missing(field + "/" + std::string{name});
    if (characters(text) > characters_max)
        return invalid(field + "/" + std::string{name}, "longer than " + std::to_string(characters_max));
    return text;
}

Result<void> read_document_name(const Element& header, const ReadLimits& limits, Packet& packet) {
    auto number = required(header.child("Code"), "CodeNumber", "MessageHeader/Code", number_characters_max);
    if (!number)
        return number.error();
    auto notation = required(header.child("Code"), "CodeNotation", "MessageHeader/Code", notation_characters_max);
    if (!notation)
        return notation.error();
    auto subject = required(header, "Subject", "MessageHeader", subject_characters_max);
    if (!subject)
        return subject.error();
    auto day = date(header.child("PromulgationInfo"), "PromulgationDate", "MessageHeader/PromulgationInfo");
    if (!day)
        return day.error();
    if (day->empty())
        return missing("MessageHeader/PromulgationInfo/PromulgationDate");
    if (limits.today.ok()) {
        char today[16];
        std::snprintf(today, sizeof today, "%04d-%02u-%02u", static_cast<int>(limits.today.year()),
                      static_cast<unsigned>(limits.today.month()), static_cast<unsigned>(limits.today.day()));
        if (*day > today)
            return invalid("MessageHeader/PromulgationInfo/PromulgationDate", *day);
    }
    packet.document = {packet.from.id.text(),  std::move(*number),
                       std::move(*notation),   std::move(*day),
                       header.text_of("DocumentId"), std::move(*subject),
                       header.child("DocumentType").text_of("TypeName")};
    return {};
}

Result<void> read_attachments(const Element& root, const Element& envelope, const ReadLimits& limits,
                              Packet& packet) {
    std::set<std::string> named;
    const auto references = envelope.child("edXMLBody").child("edXMLManifest").children("Reference");
    for (const Element& reference : references)
        named.insert(without_cid(reference.text_of("ContentId")));
    std::size_t n = 0;
    for (const Element& element : root.child("AttachmentEncoded").children("Attachment")) {
        const std::string field = "AttachmentEncoded/Attachment[" + std::to_string(++n) + "]";
        Attachment attachment{without_cid(element.text_of("ContentId")), element.text_of("AttachmentName"), {}, 0};
        if (!named.erase(attachment.content_id))
            return Fault{Errc::packet_attachment_broken, field + "/ContentId", "not in the manifest"};
        std::string base64 = element.text_of("ContentTransferEncoded");
        auto inspected = inspect(base64, limits, field + "/ContentTransferEncoded", attachment);
        if (!inspected)
            return inspected;
        packet.attachments.push_back(std::move(attachment));
    }
    if (!named.empty())
        return Fault{Errc::packet_attachment_broken, "edXMLManifest/Reference", *named.begin() + " has no attachment"};
    return {};
}

Result<void> read_status(const Element& header, Packet& packet) {
    packet.is_status = true;
    packet.status_code = header.text_of("StatusCode");
    packet.status_description = header.text_of("Description");
    packet.status_time = header.text_of("Timestamp");
    packet.staff = staff_of(header.child("StaffInfo"));
    if (packet.status_code.size() > 4)
        return invalid("MessageHeader/StatusCode", packet.status_code);
    if (packet.response_for.empty())
        return missing("MessageHeader/ResponseFor");
    const ResponseFor& answer = packet.response_for.front();
    if (!AgencyCode::parse(answer.organ_id))
        return answer.organ_id.empty() ? missing("MessageHeader/ResponseFor/OrganId")
                                       : invalid("MessageHeader/ResponseFor/OrganId", answer.organ_id);
    if (answer.code.empty() && answer.document_id.empty())
        return missing("MessageHeader/ResponseFor/DocumentId");
    return {};
}

Result<Element> envelope_of(const Element& root) {
    if (root.name() == "edXML" && root.namespace_uri() == edxml_namespace && root.child("edXMLEnvelope"))
        return root.child("edXMLEnvelope");
    return Fault{Errc::packet_dialect_unsupported, std::string{root.name().substr(0, 60)},
                 std::string{root.namespace_uri().substr(0, 120)}};
}

Result<Packet> read(const Element& root, const ReadLimits& limits) {
    const auto envelope = envelope_of(root);
    if (!envelope)
        return envelope.error();
    const Element frame = envelope->child("edXMLHeader");
    Element header = frame.child("MessageHeader");
    if (!header)
        header = frame.child("Status");  // The older name in status packets.
    if (!header)
        return missing("edXMLHeader/MessageHeader");
    auto from = organ(header.child("From"), "MessageHeader/From");
    if (!from)
        return from.error();
    Packet packet{.from = std::move(*from)};
    if (auto done = read_response_for(header, packet); !done)
        return done.error();
    const bool is_status = header.child("StatusCode") && !header.child("Subject");
    if (is_status) {
        if (auto done = read_status(header, packet); !done)
            return done.error();
        return packet;
    }
    if (auto done = read_receivers(header, packet); !done)
        return done.error();
    if (auto done = read_document_name(header, limits, packet); !done)
        return done.error();
    if (auto done = read_other_info(header, packet); !done)
        return done.error();
    if (auto done = read_business(frame.child("TraceHeaderList"), packet); !done)
        return done.error();
    packet.has_signature = static_cast<bool>(frame.child("Signature"));
    packet.secrecy = secrecy_of(header, packet.document.subject);
    if (auto done = read_attachments(root, *envelope, limits, packet); !done)
        return done.error();
    return packet;
}

}  // namespace

Result<Packet> read_packet(BytesView octets, const ReadLimits& limits) {
    if (octets.size() > limits.packet_bytes_max)
        return Fault{Errc::packet_too_large, "packet", std::to_string(octets.size())};
    const auto document = Document::parse(octets, limits.depth_max);
    if (!document)
        return document.error();
    return read(document->root(), limits);
}

}  // namespace hub::edxml
