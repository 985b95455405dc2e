#include "adapters/edxml/read_fields.hpp"

#include "hub/core/envelope.hpp"

#include <algorithm>
#include <set>

namespace hub::edxml {
namespace {

std::vector<Organ> read_receivers(FieldReader& reader, const Node& message, const Limits& limits) {
    std::vector<Organ> out;
    std::set<std::string> seen;
    const auto nodes = reader.children(message, "To", limits.receivers_max, PacketRule::receivers_too_many);
    if (nodes.empty())
        reader.fail(PacketRule::field_missing, message, "To", {});
    for (const Node& node : nodes) {
        auto organ = read_organ(reader, node);
        if (!organ)
            continue;
        if (!seen.insert(organ->code.text()).second)
            reader.fail(PacketRule::receiver_repeated, node, "OrganId", organ->code.text() + ": named twice");
        out.push_back(std::move(*organ));
    }
    return out;
}

void read_urgency(FieldReader& reader, const Node& other, DocumentPacket& out, std::optional<Secrecy>& secrecy) {
    const std::string written = reader.text(other, "Priority");
    if (written.empty() || secrecy)
        return;
    if (!std::ranges::all_of(written, [](char c) { return c >= '0' && c <= '9'; }))
        return reader.fail(PacketRule::value_not_allowed, other, "Priority", written);
    // Decree 30, App. VI uses one digit for urgency and secrecy; what is above the degrees of urgency is a
    // degree of secrecy.
    if (written.size() > 1 || written[0] > '4')
        secrecy = Secrecy{"Priority " + written.substr(0, 8), other.path + "/Priority"};
    else
        out.urgency = static_cast<Urgency>(written[0] - '0');
}

/// A list within an element of its own, such as Appendixes.
std::vector<std::string> read_list(FieldReader& reader, const Node& parent, std::string_view list,
                                   std::string_view item) {
    const auto node = reader.child(parent, list, Severity::warning);
    if (!node)
        return {};
    auto out = reader.texts(*node, item);
    // Some write the one value right into the list.
    if (out.empty())
        if (std::string own = reader.own_text(*node, noted); !own.empty())
            out.push_back(std::move(own));
    return out;
}

void read_other_info(FieldReader& reader, const Node& message, DocumentPacket& out, std::optional<Secrecy>& secrecy) {
    const auto other = reader.child(message, "OtherInfo");
    if (!other)
        return;
    read_urgency(reader, *other, out, secrecy);
    out.other.sphere = reader.text(*other, "SphereOfPromulgation", noted);
    out.other.typer = reader.text(*other, "TyperNotation", noted);
    out.other.copies = reader.digits(*other, "PromulgationAmount");
    out.other.pages = reader.digits(*other, "PageAmount");
    out.other.direction = reader.flag(*other, "Direction");
    // How their items are called is not known; none was ever seen.
    out.other.reply_for = read_list(reader, *other, "ReplyFors", "");
    out.other.reference_codes = read_list(reader, *other, "ReferenceCodes", "");
    out.other.appendixes = read_list(reader, *other, "Appendixes", "Appendix");
}

std::vector<Change> read_changes(FieldReader& reader, const Node& business) {
    std::vector<Change> out;
    for (const Node& node : reader.children(business, "BussinessDocumentInfo")) {
        Change& change = out.emplace_back(Change{.is_content_changed = reader.flag(node, "DocumentInfo"),
                                                 .are_receivers_changed = reader.flag(node, "DocumentReceiver"),
                                                 .receivers = {}});
        if (const auto list = reader.child(node, "ReceiverList", Severity::warning))
            for (const Node& one : reader.children(*list, "Receiver"))
                change.receivers.push_back({.organ = reader.text(one, "OrganId", {true, Severity::warning}),
                                            .is_added = reader.flag(one, "ReceiverType")});
    }
    return out;
}

std::vector<Replacement> read_replacements(FieldReader& reader, const Node& business) {
    std::vector<Replacement> out;
    for (const Node& list : reader.children(business, "ReplacementInfoList"))
        for (const Node& node : reader.children(list, "ReplacementInfo")) {
            Replacement& one = out.emplace_back();
            one.document_id = reader.text(node, "DocumentId");
            if (const auto organs = reader.child(node, "OrganIdList", Severity::warning))
                one.organs = reader.texts(*organs, "OrganId");
        }
    return out;
}

/// What a recall, update or replacement is about: Bussiness/DocumentId, or where the SDK's samples have it.
std::string reference_of(const DocumentPacket& out) {
    if (!out.business_document_id.empty())
        return out.business_document_id;
    for (const Replacement& replaced : out.replacements)
        if (!replaced.document_id.empty())
            return replaced.document_id;
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
        return reader.fail(PacketRule::value_not_allowed, *business, "BussinessDocType", type);
    out.business = type.empty() ? Business::fresh : static_cast<Business>(type[0] - '0');
    out.business_document_id = reader.text(*business, "DocumentId");
    out.business_reason = reader.text(*business, "BussinessDocReason");
    out.has_paper = reader.flag(*business, "Paper");
    out.changes = read_changes(reader, *business);
    out.replacements = read_replacements(reader, *business);
    for (const Node& node : reader.children(*business, "StaffInfo"))
        out.staff.push_back(read_staff(reader, node, noted));
    // A new document may name one here too (a sample does), but it acts on none.
    if (out.business == Business::fresh)
        return;
    out.business_refers_to = reference_of(out);
    if (out.business_refers_to.empty())
        reader.fail(PacketRule::reference_missing, *business, "DocumentId", {});
    if (out.business_reason.empty())
        reader.note(PacketRule::reason_missing, *business);
}

void read_type(FieldReader& reader, const Node& message, DocumentPacket& out) {
    const auto type = reader.child(message, "DocumentType");
    if (!type)
        return reader.note(PacketRule::field_missing, message, "DocumentType", {});
    out.type = reader.text(*type, "Type");
    if (out.type != "1" && out.type != "2")
        reader.note(PacketRule::value_not_allowed, *type, "Type", out.type);
    out.type_detail = reader.digits(*type, "TypeDetail");
    out.type_name = reader.text(*type, "TypeName");
    if (out.type_name.empty())
        reader.note(PacketRule::field_missing, *type, "TypeName", {});
}

void read_answers(FieldReader& reader, const Node& message, DocumentPacket& out) {
    for (const Node& node : reader.children(message, "ResponseFor"))
        out.response_for.push_back({.organ = reader.text(node, "OrganId"), .code = read_full_number(reader, node),
                                    .promulgated_on = reader.date(node, "PromulgationDate", noted, true),
                                    .document_id = reader.text(node, "DocumentId")});
    out.steering_type = reader.digits(message, "SteeringType");
    if (out.steering_type.size() > 1 || out.steering_type > "3")
        reader.note(PacketRule::value_not_allowed, message, "SteeringType", out.steering_type);
    if (const auto tasks = reader.child(message, "ResponseForTask", Severity::warning))
        out.task_codes = reader.texts(*tasks, "TaskCode");
    out.application_type = reader.text(message, "ApplicationType", noted);
}

}  // namespace

DocumentPacket read_document(FieldReader& reader, const Node& header, const Node& message, const Limits& limits,
                             std::optional<Secrecy>& secrecy) {
    DocumentPacket out;
    out.to = read_receivers(reader, message, limits);
    out.document_id = reader.text(message, "DocumentId");
    if (const auto code = reader.required_child(message, "Code")) {
        out.number = reader.text(*code, "CodeNumber", {.is_required = true});
        out.notation = reader.text(*code, "CodeNotation", {.is_required = true});
    }
    if (const auto promulgation = reader.required_child(message, "PromulgationInfo")) {
        out.place = reader.text(*promulgation, "Place");
        out.promulgated_on = reader.date(*promulgation, "PromulgationDate", {.is_required = true}, false);
    }
    read_type(reader, message, out);
    out.subject = reader.text(message, "Subject", {.is_required = true});
    out.summary = reader.text(message, "Content", noted);
    if (const auto signer = reader.child(message, "SignerInfo", Severity::warning))
        out.signer = {.competence = reader.text(*signer, "Competence", noted),
                      .position = reader.text(*signer, "Position", noted),
                      .name = reader.text(*signer, "FullName", noted)};
    out.due_on = reader.date(message, "DueDate", noted, true);
    if (const auto places = reader.child(message, "ToPlaces", Severity::warning))
        out.to_places = reader.texts(*places, "Place");
    read_answers(reader, message, out);
    read_other_info(reader, message, out, secrecy);
    read_business(reader, header, out);
    return out;
}

}  // namespace hub::edxml
