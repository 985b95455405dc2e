#include "adapters/gateway/json_document.hpp"

#include "adapters/edxml/natural_key.hpp"
#include "adapters/gateway/json_fields.hpp"

#include "hub/core/signature.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>

namespace hub::gateway {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> urgencies{"normal", "urgent", "very_urgent", "express", "express_timed"};
constexpr std::array<std::string_view, 4> businesses{"new", "recall", "update", "replace"};
/// DocumentType/Type: a document of the administration; 1 would be law.
constexpr std::string_view administrative = "2";

/// Of the form of a UUID, as systems on the axis expect it; the same for the same file at the same place.
std::string content_id_of(const Digest& digest, std::size_t index) {
    std::string id = sha256(digest.text() + std::to_string(index)).text().substr(0, 32);
    for (const std::size_t at : {20U, 16U, 12U, 8U})
        id.insert(at, "-");
    return id;
}

edxml::Attachment attachment_of(const SubmittedFile& file, std::size_t index) {
    return {.content_id = content_id_of(file.digest, index),
            .name = file.name,
            .declared_type = "application/zip",
            .carried = edxml::ContentKind::zip,
            .description = {},
            .field_name = {},
            .mime_type = file.media_type};
}

void read_receivers(JsonFields& fields, const Units& units, edxml::DocumentPacket& out) {
    const auto codes = fields.texts("receivers", Need::required);
    for (std::size_t i = 0; i < codes.size(); ++i) {
        const auto code = AgencyCode::parse(codes[i]);
        if (!code)
            fields.refuse("receivers[" + std::to_string(i) + "]", "not a code of an agency");
        else
            out.to.push_back(organ_of(*code, units));
    }
}

std::vector<std::string> organs_of(const std::vector<edxml::Organ>& receivers) {
    std::vector<std::string> codes;
    for (const edxml::Organ& each : receivers)
        codes.push_back(each.code.text());
    return codes;
}

edxml::Change read_change(JsonFields& fields) {
    edxml::Change change{.is_content_changed = true, .are_receivers_changed = false, .receivers = {}};
    for (const bool is_added : {false, true}) {
        const std::string key = is_added ? "receivers_added" : "receivers_removed";
        const auto codes = fields.texts(key, Need::optional);
        for (std::size_t i = 0; i < codes.size(); ++i) {
            if (!AgencyCode::parse(codes[i]))
                fields.refuse(key + "[" + std::to_string(i) + "]", "not a code of an agency");
            change.receivers.push_back({.organ = codes[i], .is_added = is_added});
        }
    }
    change.are_receivers_changed = !change.receivers.empty();
    return change;
}

/// Older documents besides the one that `refers_to` names.
void read_replaced(JsonFields& fields, edxml::DocumentPacket& out) {
    for (JsonFields& each : fields.objects("replaces")) {
        edxml::Replacement replaced{.document_id = each.text("document_id", Need::required),
                                    .organs = each.texts("receivers", Need::optional)};
        if (replaced.organs.empty())
            replaced.organs = organs_of(out.to);
        out.replacements.push_back(std::move(replaced));
        each.refuse_unknown();
    }
}

void read_business(JsonFields fields, edxml::DocumentPacket& out) {
    out.business = static_cast<Business>(fields.choice("kind", businesses));
    const bool refers = out.business != Business::fresh;
    out.business_document_id = fields.text("refers_to", refers ? Need::required : Need::optional);
    out.business_refers_to = refers ? out.business_document_id : std::string{};
    out.business_reason = fields.text("reason", refers ? Need::required : Need::optional);
    // As the axis has it: systems that read edXML look for the older document there.
    edxml::Change change = read_change(fields);
    if (out.business == Business::update)
        out.changes.push_back(std::move(change));
    else if (!change.receivers.empty())
        fields.refuse(change.receivers.back().is_added == true ? "receivers_added" : "receivers_removed", "of an update alone");
    if (out.business == Business::replace)
        out.replacements.push_back({.document_id = out.business_document_id, .organs = organs_of(out.to)});
    read_replaced(fields, out);
    if (out.business != Business::replace && !out.replacements.empty())
        fields.refuse("replaces", "of a replacement alone");
    fields.refuse_unknown();
}

void read_answers(JsonFields& fields, edxml::DocumentPacket& out) {
    for (JsonFields& each : fields.objects("response_for")) {
        out.response_for.push_back({.organ = each.text("agency", Need::required),
                                    .code = each.text("number", Need::required),
                                    .promulgated_on = each.date("date", Need::optional),
                                    .document_id = each.text("document_id", Need::optional)});
        each.refuse_unknown();
    }
}

json::array array_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

json::object business_of(const edxml::DocumentPacket& document) {
    json::array added, removed, replaced;
    for (const edxml::Change& change : document.changes)
        for (const edxml::ChangedReceiver& each : change.receivers)
            if (each.is_added)
                (*each.is_added ? added : removed).emplace_back(each.organ);
    bool is_named = false;
    for (const edxml::Replacement& each : document.replacements) {
        // That one is refers_to.
        if (!is_named && each.document_id == document.business_refers_to) {
            is_named = true;
            continue;
        }
        replaced.push_back(json::object{{"document_id", each.document_id}, {"receivers", array_of(each.organs)}});
    }
    return {{"kind", businesses[static_cast<std::size_t>(document.business)]},
            {"refers_to", document.business_refers_to},
            {"reason", document.business_reason},
            {"receivers_added", std::move(added)},
            {"receivers_removed", std::move(removed)},
            {"replaces", std::move(replaced)}};
}

json::object json_of(const edxml::DocumentPacket& document, const edxml::Organ& from) {
    json::array receivers;
    for (const edxml::Organ& to : document.to)
        receivers.emplace_back(to.code.text());
    json::array answered;
    for (const edxml::ResponseFor& each : document.response_for)
        answered.push_back(json::object{{"agency", each.organ},
                                        {"number", each.code},
                                        {"date", each.promulgated_on},
                                        {"document_id", each.document_id}});
    return {{"from", from.code.text()},
            {"from_name", from.name},
            {"receivers", std::move(receivers)},
            {"number", document.number},
            {"notation", document.notation},
            {"date", document.promulgated_on},
            {"place", document.place},
            {"subject", document.subject},
            {"summary", document.summary},
            {"type", document.type_name},
            {"urgency", urgencies[static_cast<std::size_t>(document.urgency)]},
            {"due", document.due_on},
            {"document_id", document.document_id},
            {"signer", json::object{{"competence", document.signer.competence},
                                    {"position", document.signer.position},
                                    {"name", document.signer.name}}},
            {"to_places", array_of(document.to_places)},
            {"response_for", std::move(answered)},
            {"business", business_of(document)}};
}

json::object json_of(const edxml::StatusPacket& status, const edxml::Organ& from) {
    return {{"from", from.code.text()},
            {"from_name", from.name},
            {"code", status.code},
            {"description", status.description},
            {"staff", status.staff.text()},
            {"reported_at", status.reported_at},
            {"answers", json::object{{"agency", status.answers.organ},
                                     {"number", status.answers.code},
                                     {"date", status.answers.promulgated_on},
                                     {"document_id", status.answers.document_id}}}};
}

json::array files_of(const edxml::DocumentPacket& document) {
    json::array files;
    for (const edxml::Attachment& each : document.attachments)
        files.push_back(json::object{{"n", files.size()},
                                     {"name", each.name},
                                     {"media_type", each.content == edxml::ContentKind::pdf ? "application/pdf"
                                                                                            : "application/octet-stream"},
                                     {"bytes", each.content_bytes},
                                     {"description", each.description}});
    return files;
}

}  // namespace

edxml::Organ organ_of(const AgencyCode& code, const Units& units) {
    edxml::Organ organ{.code = code};
    const auto found = units.find(code.text());
    organ.name = !found || found->name.empty() ? code.text() : found->name;
    return organ;
}

Result<edxml::Packet> packet_of(const json::object& metadata, const std::vector<SubmittedFile>& files,
                                const AgencyCode& own_code, const Units& units) {
    std::optional<Fault> fault;
    JsonFields fields{&metadata, "metadata.", fault};
    edxml::DocumentPacket out;
    const std::string from = fields.text("from", Need::optional);
    const auto sender = from.empty() ? Result<AgencyCode>{own_code} : AgencyCode::parse(from);
    if (!sender)
        fields.refuse("from", "not a code of an agency");
    read_receivers(fields, units, out);
    out.number = fields.text("number", Need::required);
    out.notation = fields.text("notation", Need::required);
    out.promulgated_on = fields.date("date", Need::required);
    out.place = fields.text("place", Need::optional);
    out.subject = fields.text("subject", Need::required);
    out.summary = fields.text("summary", Need::optional);
    out.type = administrative;
    out.type_name = fields.text("type", Need::optional);
    out.urgency = static_cast<Urgency>(fields.choice("urgency", urgencies));
    out.due_on = fields.date("due", Need::optional);
    out.document_id = fields.text("document_id", Need::optional);
    JsonFields signer = fields.object("signer");
    out.signer = {.competence = signer.text("competence", Need::optional),
                  .position = signer.text("position", Need::optional),
                  .name = signer.text("name", Need::optional)};
    signer.refuse_unknown();
    out.to_places = fields.texts("to_places", Need::optional);
    read_answers(fields, out);
    read_business(fields.object("business"), out);
    fields.refuse_unknown();
    if (fault)
        return *fault;
    for (std::size_t i = 0; i < files.size(); ++i)
        out.attachments.push_back(attachment_of(files[i], i));
    edxml::Packet packet{.from = organ_of(*sender, units), .content = edxml::StatusPacket{}};
    if (out.document_id.empty())
        out.document_id = edxml::natural_key(packet.from, out).document_id();
    packet.content = std::move(out);
    return packet;
}

json::object json_of(const edxml::Packet& packet) {
    if (const auto* const document = std::get_if<edxml::DocumentPacket>(&packet.content))
        return {{"document", json_of(*document, packet.from)}, {"files", files_of(*document)}};
    return {{"status", json_of(std::get<edxml::StatusPacket>(packet.content), packet.from)}};
}

}  // namespace hub::gateway
