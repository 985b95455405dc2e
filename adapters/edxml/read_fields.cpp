#include "adapters/edxml/read_fields.hpp"

#include "hub/core/envelope.hpp"

#include <algorithm>
#include <array>

namespace hub::edxml {
namespace {

// Those that receivers know what to do with; 07 to 12 and 14 were never seen.
constexpr std::array<std::string_view, 9> status_codes{"01", "02", "03", "04", "05", "06", "13", "15", "16"};

}  // namespace

std::optional<Organ> read_organ(FieldReader& reader, const Node& node) {
    auto code = reader.agency(node);
    std::string name = reader.text(node, "OrganName");
    std::string in_charge = reader.text(node, "OrganizationInCharge");
    std::string address = reader.text(node, "OrganAdd");
    std::string email = reader.text(node, "Email");
    std::string telephone = reader.text(node, "Telephone", noted);
    std::string fax = reader.text(node, "Fax", noted);
    std::string website = reader.text(node, "Website", noted);
    if (name.empty())
        reader.note(PacketRule::field_missing, node, "OrganName", {});
    if (!code)
        return std::nullopt;
    return Organ{std::move(*code),  std::move(name),      std::move(in_charge), std::move(address),
                 std::move(email), std::move(telephone), std::move(fax),       std::move(website)};
}

Staff read_staff(FieldReader& reader, const Node& node, TextRule rule) {
    return {.department = reader.text(node, "Department", rule), .name = reader.text(node, "Staff", rule),
            .mobile = reader.text(node, "Mobile", rule), .email = reader.text(node, "Email", rule),
            .department_id = reader.text(node, "DepartmentId", noted), .id = reader.text(node, "StaffId", noted)};
}

std::string read_full_number(FieldReader& reader, const Node& parent, TextRule rule) {
    const auto code = reader.child(parent, "Code", rule.severity);
    if (!code)
        return {};
    const std::string number = reader.text(*code, "CodeNumber", rule);
    if (number.empty())
        return reader.own_text(*code, rule);
    return full_number(number, reader.text(*code, "CodeNotation", rule));
}

TraceList read_traces(FieldReader& reader, const XmlDocument& document, const Node& header) {
    TraceList out;
    // That there is but one is looked at where Bussiness is read.
    const auto lists = reader.children(header, "TraceHeaderList");
    if (lists.empty())
        return out;
    const Node list{lists.front().element, "TraceHeaderList"};
    out.id = document.attribute(list.element, "id");
    out.version = document.attribute(list.element, "version");
    // Another system's code is its own affair: real packets have "null" here, and nothing.
    for (const Node& node : reader.children(list, "TraceHeader"))
        out.traces.push_back(
            {.organ = reader.text(node, "OrganId", noted), .at = reader.time(node, "Timestamp", noted)});
    return out;
}

std::vector<PeerError> read_errors(FieldReader& reader, const Node& header, const Node& message) {
    std::vector<PeerError> out;
    for (const Node* parent : {&header, &message})
        for (const Node& list : reader.children(*parent, "ErrorList"))
            for (const Node& node : reader.children(list, "Error"))
                out.push_back({.code = reader.text(node, "ErrorCode", noted),
                               .description = reader.text(node, "Description", noted)});
    return out;
}

StatusPacket read_status(FieldReader& reader, const Node& message) {
    StatusPacket out;
    out.code = reader.text(message, "StatusCode", {.is_required = true});
    if (out.code.size() == 1 && out.code[0] >= '1' && out.code[0] <= '9')
        out.code.insert(0, "0");  // A number where the regulation has two digits.
    if (!out.code.empty() && std::ranges::find(status_codes, out.code) == status_codes.end())
        reader.note(PacketRule::status_unknown, message, "StatusCode", out.code);
    out.description = reader.text(message, "Description");
    if (out.description.empty() && (out.code == "02" || out.code == "13"))
        reader.note(PacketRule::reason_missing, message, "Description", {});
    out.reported_at = reader.time(message, "Timestamp");
    // Several may be given; the first one speaks.
    if (const auto staff = reader.children(message, "StaffInfo"); !staff.empty())
        out.staff = read_staff(reader, staff.front(), {});
    const auto answers = reader.required_child(message, "ResponseFor");
    if (!answers)
        return out;
    if (const auto organ = reader.agency(*answers))
        out.answers.organ = organ->text();
    out.answers.code = read_full_number(reader, *answers);
    out.answers.document_id = reader.text(*answers, "DocumentId");
    out.answers.promulgated_on = reader.date(*answers, "PromulgationDate", {}, true);
    // A document need not have an id, so either one is enough to find it by.
    if (out.answers.code.empty() && out.answers.document_id.empty())
        reader.fail(PacketRule::field_missing, *answers, "Code", {});
    return out;
}

}  // namespace hub::edxml
