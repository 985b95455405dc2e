#include "adapters/edxml/read_packet.hpp"

#include "adapters/edxml/field_reader.hpp"
#include "adapters/edxml/secrecy.hpp"
#include "adapters/edxml/xml_parser.hpp"

#include <algorithm>
#include <set>

namespace hub::edxml {
namespace {

// domain/codes/field_limits.csv, in characters. Telephone, Fax and Website are left out: real packets exceed
// their 20, and nobody is helped when a document is refused for them.
constexpr std::size_t organ_name_max = 200;
constexpr std::size_t organ_text_max = 500;
constexpr std::size_t email_max = 100;
constexpr std::size_t number_max = 11;
constexpr std::size_t notation_max = 30;
constexpr std::size_t subject_max = 500;
constexpr std::size_t status_code_max = 10;

std::optional<Organ> read_organ(FieldReader& reader, const Node& node) {
    auto code = reader.agency(node);
    std::string name = reader.text(node, "OrganName", {.characters_max = organ_name_max});
    (void)reader.text(node, "OrganizationInCharge", {.characters_max = organ_text_max});
    (void)reader.text(node, "OrganAdd", {.characters_max = organ_text_max});
    (void)reader.text(node, "Email", {.characters_max = email_max});
    if (!code)
        return std::nullopt;
    return Organ{std::move(*code), std::move(name)};
}

std::vector<Organ> read_receivers(FieldReader& reader, const Node& message, const Limits& limits) {
    std::vector<Organ> out;
    std::set<std::string> seen;
    const auto nodes = reader.children(message, "To");
    if (nodes.empty())
        reader.fail(Errc::packet_field_missing, message.path + "/To");
    if (nodes.size() > limits.receivers_max)
        reader.fail(Errc::packet_field_invalid, message.path + "/To",
                    "more than " + std::to_string(limits.receivers_max));
    for (const Node& node : nodes) {
        auto organ = read_organ(reader, node);
        if (!organ)
            break;
        if (!seen.insert(organ->code.text()).second)
            reader.fail(Errc::packet_field_invalid, node.path + "/OrganId", organ->code.text() + ": named twice");
        out.push_back(std::move(*organ));
    }
    return out;
}

Staff read_staff(FieldReader& reader, const Node& parent) {
    // Several may be given (domain 1.2: `*`); the first one speaks.
    const auto nodes = reader.children(parent, "StaffInfo");
    if (nodes.empty())
        return {};
    const Node& node = nodes.front();
    return {.department = reader.text(node, "Department"), .name = reader.text(node, "Staff"),
            .mobile = reader.text(node, "Mobile"), .email = reader.text(node, "Email")};
}

/// Text, or (some writers) CodeNumber and CodeNotation as in a document's own Code.
std::string read_full_number(FieldReader& reader, const Node& parent) {
    const auto code = reader.child(parent, "Code");
    if (!code)
        return {};
    const std::string number = reader.text(*code, "CodeNumber");
    if (number.empty())
        return reader.own_text(*code);
    return full_number(number, reader.text(*code, "CodeNotation"));
}

void read_urgency(FieldReader& reader, const Node& message, DocumentPacket& out, std::optional<Secrecy>& secrecy) {
    const auto other = reader.child(message, "OtherInfo");
    if (!other)
        return;
    const std::string written = reader.text(*other, "Priority");
    if (written.empty() || secrecy)
        return;
    const std::string field = other->path + "/Priority";
    if (!std::ranges::all_of(written, [](char c) { return c >= '0' && c <= '9'; }))
        return reader.fail(Errc::packet_field_invalid, field, written);
    // Decree 30, App. VI uses one digit for urgency and secrecy; what is above the degrees of urgency is a
    // degree of secrecy.
    if (written.size() > 1 || written[0] > '4')
        secrecy = Secrecy{"Priority " + written.substr(0, 8), field};
    else
        out.urgency = static_cast<Urgency>(written[0] - '0');
}

/// What a recall, update or replacement is about: Bussiness/DocumentId, or where the SDK's samples have it.
std::string read_reference(FieldReader& reader, const Node& business, const DocumentPacket& out) {
    if (std::string own = reader.text(business, "DocumentId"); !own.empty())
        return own;
    for (const Node& list : reader.children(business, "ReplacementInfoList"))
        for (const Node& one : reader.children(list, "ReplacementInfo"))
            if (std::string replaced = reader.text(one, "DocumentId"); !replaced.empty())
                return replaced;
    for (const ResponseFor& answered : out.response_for)
        if (!answered.document_id.empty())
            return answered.document_id;
    return {};
}

void read_business(FieldReader& reader, const Node& header, DocumentPacket& out) {
    const auto traces = reader.child(header, "TraceHeaderList");
    const auto business = traces ? reader.child(*traces, "Bussiness") : std::nullopt;
    if (!business)
        return;
    const std::string type = reader.text(*business, "BussinessDocType");
    if (type.size() > 1 || (!type.empty() && (type[0] < '0' || type[0] > '3')))
        return reader.fail(Errc::packet_field_invalid, business->path + "/BussinessDocType", type);
    out.business = type.empty() ? Business::fresh : static_cast<Business>(type[0] - '0');
    out.business_reason = reader.text(*business, "BussinessDocReason");
    out.staff = read_staff(reader, *business);
    // A new document may name one here too (a sample does), but it acts on none.
    if (out.business == Business::fresh)
        return;
    out.business_refers_to = read_reference(reader, *business, out);
    if (out.business_refers_to.empty())
        reader.fail(Errc::packet_field_missing, business->path + "/DocumentId");
}

std::string without_cid(std::string id) { return id.starts_with("cid:") ? id.substr(4) : id; }

/// Manifest and attachments must name the same contents; each once.
void read_attachments(FieldReader& reader, const XmlDocument& document, const Node& envelope, const Limits& limits,
                      std::vector<Attachment>& out) {
    const Errc broken = Errc::packet_attachment_broken;
    std::set<std::string> listed;
    if (const auto body = reader.child(envelope, "edXMLBody"))
        if (const auto manifest = reader.child(Node{body->element, ""}, "edXMLManifest"))
            for (const Node& reference : reader.children(*manifest, "Reference")) {
                const std::string id = without_cid(reader.text(reference, "ContentId", {.is_required = true}));
                if (!listed.insert(id).second)
                    reader.fail(broken, reference.path + "/ContentId", id + ": listed twice");
            }
    std::set<std::string> attached;
    const auto encoded = reader.child(Node{document.root(), ""}, "AttachmentEncoded");
    const auto nodes = encoded ? reader.children(*encoded, "Attachment") : std::vector<Node>{};
    if (nodes.size() > limits.attachments_max)
        reader.fail(broken, "AttachmentEncoded", "more than " + std::to_string(limits.attachments_max) + " attachments");
    for (const Node& node : nodes) {
        Attachment one{.content_id = without_cid(reader.text(node, "ContentId", {.is_required = true})),
                       .name = reader.text(node, "AttachmentName"),
                       .declared_type = reader.text(node, "ContentType")};
        if (!reader.fault() && !attached.insert(one.content_id).second)
            reader.fail(broken, node.path + "/ContentId", one.content_id + ": attached twice");
        if (!reader.fault() && !listed.contains(one.content_id))
            reader.fail(broken, node.path + "/ContentId", one.content_id + ": not in edXMLManifest");
        const auto content = reader.required_child(node, "ContentTransferEncoded");
        if (reader.fault() || !content)
            return;
        const Inspection* const found = document.content_of(content->element);
        if (!found || !found->broken.empty())
            return reader.fail(broken, content->path, found ? found->broken : "not looked at");
        one.carried = found->carried;
        one.content = found->content;
        one.carried_bytes = found->carried_bytes;
        one.content_bytes = found->content_bytes;
        out.push_back(std::move(one));
    }
    for (const std::string& id : listed)
        if (!attached.contains(id))
            reader.fail(broken, "edXMLManifest/Reference", id + ": no Attachment of this ContentId");
}

DocumentPacket read_document(FieldReader& reader, const Node& header, const Node& message, const Limits& limits,
                             std::optional<Secrecy>& secrecy) {
    DocumentPacket out;
    out.to = read_receivers(reader, message, limits);
    out.document_id = reader.text(message, "DocumentId");
    if (const auto code = reader.required_child(message, "Code")) {
        out.number = reader.text(*code, "CodeNumber", {.is_required = true, .characters_max = number_max});
        out.notation = reader.text(*code, "CodeNotation", {.is_required = true, .characters_max = notation_max});
    }
    if (const auto promulgation = reader.required_child(message, "PromulgationInfo")) {
        out.place = reader.text(*promulgation, "Place");
        out.promulgated_on = reader.date(*promulgation, "PromulgationDate", true, false);
    }
    if (const auto type = reader.child(message, "DocumentType")) {
        out.type = reader.text(*type, "Type");
        out.type_name = reader.text(*type, "TypeName");
    }
    out.subject = reader.text(message, "Subject", {.is_required = true, .characters_max = subject_max});
    for (const Node& node : reader.children(message, "ResponseFor"))
        out.response_for.push_back({.organ = reader.text(node, "OrganId"), .code = read_full_number(reader, node),
                                    .promulgated_on = reader.text(node, "PromulgationDate"),
                                    .document_id = reader.text(node, "DocumentId")});
    read_urgency(reader, message, out, secrecy);
    read_business(reader, header, out);
    return out;
}

StatusPacket read_status(FieldReader& reader, const Node& message) {
    StatusPacket out;
    out.code = reader.text(message, "StatusCode", {.is_required = true, .characters_max = status_code_max});
    if (out.code.size() == 1 && out.code[0] >= '1' && out.code[0] <= '9')
        out.code.insert(0, "0");  // A number where the regulation has two digits.
    out.description = reader.text(message, "Description");
    out.reported_at = reader.text(message, "Timestamp");
    out.staff = read_staff(reader, message);
    const auto answers = reader.required_child(message, "ResponseFor");
    if (!answers)
        return out;
    if (const auto organ = reader.agency(*answers))
        out.answers.organ = organ->text();
    out.answers.code = read_full_number(reader, *answers);
    out.answers.document_id = reader.text(*answers, "DocumentId");
    out.answers.promulgated_on = reader.date(*answers, "PromulgationDate", false, true);
    // A document need not have an id (domain 1.2), so either one is enough to find it by.
    if (out.answers.code.empty() && out.answers.document_id.empty())
        reader.fail(Errc::packet_field_missing, answers->path + "/Code");
    return out;
}

/// Goes through all elements under the header; signatures hold nothing for people. Paths are made only for what
/// is found: names may be long, and elements many. `unread`: one whose text was cut, so that nobody knows.
std::optional<Secrecy> find_secrecy(const Element& header, std::optional<std::string>& unread) {
    std::vector<Element> open{header};
    while (!open.empty()) {
        const Element element = open.back();
        open.pop_back();
        const auto children = element.children();
        for (auto child = children.rbegin(); child != children.rend(); ++child)
            if (child->name() != "Signature")
                open.push_back(*child);
        if (!children.empty())
            continue;
        if (element.is_text_cut() && !unread)
            unread = element.path_below(header);
        const std::string_view value = trimmed(element.text());
        auto mark = whole_mark(value);
        if (!mark)
            mark = named_mark(element.name(), value);
        if (!mark && (element.name() == "Subject" || element.name() == "Content"))
            mark = stamped_mark(value);
        if (mark)
            return Secrecy{std::move(*mark), element.path_below(header)};
    }
    return std::nullopt;
}

Result<void> check_root(const Element& root) {
    if (root.name() == "edXML" && root.is_edxml())
        return {};
    const std::string field = cut(root.name(), 80);
    if (root.name() == "Envelope")
        return Fault{Errc::packet_dialect_unsupported, field, "SOAP frame of before 2016"};
    if (root.name() == "EdXMLEnvelope")
        return Fault{Errc::packet_dialect_unsupported, field, "flat frame of http://www.go.vn/eDoc"};
    return Fault{Errc::packet_dialect_unsupported, field, "root must be edXML of " + std::string{edxml_namespace}};
}

Result<Packet> read_whole(const XmlDocument& document, const Limits& limits) {
    const Node root{document.root(), ""};
    if (auto known = check_root(root.element); !known)
        return known.error();

    FieldReader reader{limits};
    const auto envelope = reader.required_child(root, "edXMLEnvelope");
    const auto header = envelope ? reader.required_child(*envelope, "edXMLHeader") : std::nullopt;
    if (!header)
        return *reader.fault();
    const Node header_node{header->element, ""};
    // Older status packets call the container Status (domain 1.7).
    auto message = reader.child(header_node, "MessageHeader");
    if (!message)
        message = reader.child(header_node, "Status");
    if (!message)
        reader.fail(Errc::packet_field_missing, "MessageHeader");
    const auto sender = message ? reader.required_child(*message, "From") : std::nullopt;
    auto from = sender ? read_organ(reader, *sender) : std::nullopt;
    if (!from || reader.fault())
        return *reader.fault();

    std::optional<std::string> unread;
    Packet packet{.from = std::move(*from), .content = StatusPacket{}, .secrecy = find_secrecy(header->element, unread),
                  .has_signature = header->element.has_child_of_any_namespace("Signature")};
    const bool is_document = !message->element.children("Subject").empty() || !message->element.children("Code").empty();
    const bool is_status = !message->element.children("StatusCode").empty();
    if (is_document && is_status)
        reader.fail(Errc::packet_field_invalid, message->path + "/StatusCode", "in a document packet");
    if (is_status) {
        packet.content = read_status(reader, *message);
    } else {
        DocumentPacket read = read_document(reader, header_node, *message, limits, packet.secrecy);
        read_attachments(reader, document, *envelope, limits, read.attachments);
        packet.content = std::move(read);
    }
    if (unread)
        reader.fail(Errc::packet_field_invalid, *unread, "longer than " + std::to_string(text_kept_bytes_max) + " bytes");
    if (reader.fault())
        return *reader.fault();
    return packet;
}

}  // namespace

std::string Staff::text() const {
    std::string out;
    for (const std::string& one : {department, name, mobile, email})
        if (!one.empty())
            out.append(out.empty() ? "" : ", ").append(one);
    return out;
}

Result<Packet> read_packet_from(OctetSource& source, const Limits& limits, const std::optional<SpoolPlace>& spool) {
    ContentInspector inspector{limits, spool};
    const auto document = parse_xml(source, limits, inspector);
    return document ? read_whole(*document, limits) : document.error();
}

Result<Packet> read_packet(BytesView octets, const Limits& limits) {
    MemorySource source{octets};
    return read_packet_from(source, limits, std::nullopt);
}

Result<Packet> read_packet_file(const std::filesystem::path& file, const Limits& limits,
                                const std::filesystem::path& spool) {
    auto source = FileSource::open(file);
    if (!source)
        return source.error();
    return read_packet_from(*source, limits, SpoolPlace{.folder = spool});
}

}  // namespace hub::edxml
