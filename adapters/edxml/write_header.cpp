#include "adapters/edxml/write_header.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/xml_document.hpp"
#include "adapters/edxml/xml_text.hpp"

namespace hub::edxml {
namespace {

class Writer {
public:
    void raw(std::string_view text) { out_ += text; }
    /// `attributes` begins with a blank.
    void open(std::string_view name, std::string_view attributes = {}) {
        indent();
        out_.append("<edXML:").append(name).append(attributes).append(">\n");
        ++depth_;
    }
    void close(std::string_view name) {
        --depth_;
        indent();
        out_.append("</edXML:").append(name).append(">\n");
    }
    void field(std::string_view name, std::string_view text) {
        if (!text.empty())
            filled(name, text);
    }
    void flag(std::string_view name, const std::optional<bool>& value, std::string_view yes = "1",
              std::string_view no = "0") {
        if (value)
            filled(name, *value ? yes : no);
    }
    void list(std::string_view name, std::string_view item, const std::vector<std::string>& texts) {
        if (texts.empty())
            return;
        open(name);
        for (const std::string& text : texts)
            field(item, text);
        close(name);
    }
    Bytes take() { return std::move(out_); }

private:
    void filled(std::string_view name, std::string_view text) {
        indent();
        out_.append("<edXML:").append(name).append(">").append(escaped_text(text)).append("</edXML:");
        out_.append(name).append(">\n");
    }
    void indent() { out_.append(2 * depth_, ' '); }
    Bytes out_;
    std::size_t depth_ = 2;
};

void write(Writer& writer, std::string_view name, const Organ& organ) {
    writer.open(name);
    writer.field("OrganId", organ.code.text());
    writer.field("OrganizationInCharge", organ.in_charge);
    writer.field("OrganName", organ.name);
    writer.field("OrganAdd", organ.address);
    writer.field("Email", organ.email);
    writer.field("Telephone", organ.telephone);
    writer.field("Fax", organ.fax);
    writer.field("Website", organ.website);
    writer.close(name);
}

void write(Writer& writer, const ResponseFor& answers) {
    writer.open("ResponseFor");
    writer.field("OrganId", answers.organ);
    writer.field("Code", answers.code);
    writer.field("PromulgationDate", edxml_date(answers.promulgated_on));
    writer.field("DocumentId", answers.document_id);
    writer.close("ResponseFor");
}

void write(Writer& writer, const Staff& staff) {
    writer.open("StaffInfo");
    writer.field("Department", staff.department);
    writer.field("DepartmentId", staff.department_id);
    writer.field("Staff", staff.name);
    writer.field("StaffId", staff.id);
    writer.field("Mobile", staff.mobile);
    writer.field("Email", staff.email);
    writer.close("StaffInfo");
}

void write_other_info(Writer& writer, const DocumentPacket& document) {
    writer.open("OtherInfo");
    writer.field("Priority", std::to_string(static_cast<int>(document.urgency)));
    writer.field("SphereOfPromulgation", document.other.sphere);
    writer.field("TyperNotation", document.other.typer);
    writer.field("PromulgationAmount", document.other.copies);
    writer.field("PageAmount", document.other.pages);
    writer.flag("Direction", document.other.direction, "true", "false");
    writer.list("ReplyFors", "ReplyFor", document.other.reply_for);
    writer.list("ReferenceCodes", "ReferenceCode", document.other.reference_codes);
    writer.list("Appendixes", "Appendix", document.other.appendixes);
    writer.close("OtherInfo");
}

void write_message(Writer& writer, const DocumentPacket& document) {
    for (const Organ& to : document.to)
        write(writer, "To", to);
    writer.field("DocumentId", document.document_id);
    writer.open("Code");
    writer.field("CodeNumber", document.number);
    writer.field("CodeNotation", document.notation);
    writer.close("Code");
    writer.open("PromulgationInfo");
    writer.field("Place", document.place);
    writer.field("PromulgationDate", edxml_date(document.promulgated_on));
    writer.close("PromulgationInfo");
    writer.open("DocumentType");
    writer.field("Type", document.type);
    writer.field("TypeDetail", document.type_detail);
    writer.field("TypeName", document.type_name);
    writer.close("DocumentType");
    writer.field("Subject", document.subject);
    writer.field("Content", document.summary);
    if (document.signer != Signer{}) {
        writer.open("SignerInfo");
        writer.field("Competence", document.signer.competence);
        writer.field("Position", document.signer.position);
        writer.field("FullName", document.signer.name);
        writer.close("SignerInfo");
    }
    writer.field("DueDate", edxml_date(document.due_on));
    write_other_info(writer, document);
    for (const ResponseFor& answers : document.response_for)
        write(writer, answers);
    writer.field("SteeringType", document.steering_type);
    writer.list("ToPlaces", "Place", document.to_places);
    writer.list("ResponseForTask", "TaskCode", document.task_codes);
    writer.field("ApplicationType", document.application_type);
}

void write_message(Writer& writer, const StatusPacket& status) {
    write(writer, status.answers);
    if (status.staff != Staff{})
        write(writer, status.staff);
    writer.field("StatusCode", status.code);
    writer.field("Description", status.description);
    writer.field("Timestamp", status.reported_at);
}

void write_changes(Writer& writer, const std::vector<Change>& changes) {
    for (const Change& change : changes) {
        writer.open("BussinessDocumentInfo");
        writer.flag("DocumentInfo", change.is_content_changed);
        writer.flag("DocumentReceiver", change.are_receivers_changed);
        if (!change.receivers.empty())
            writer.open("ReceiverList");
        for (const ChangedReceiver& receiver : change.receivers) {
            writer.open("Receiver");
            writer.field("OrganId", receiver.organ);
            writer.flag("ReceiverType", receiver.is_added);
            writer.close("Receiver");
        }
        if (!change.receivers.empty())
            writer.close("ReceiverList");
        writer.close("BussinessDocumentInfo");
    }
}

void write_business(Writer& writer, const DocumentPacket& document) {
    writer.open("Bussiness");
    writer.field("DocumentId", document.business_document_id);
    writer.field("BussinessDocType", std::to_string(static_cast<int>(document.business)));
    writer.field("BussinessDocReason", document.business_reason);
    writer.flag("Paper", document.has_paper);
    write_changes(writer, document.changes);
    if (!document.replacements.empty())
        writer.open("ReplacementInfoList");
    for (const Replacement& one : document.replacements) {
        writer.open("ReplacementInfo");
        writer.field("DocumentId", one.document_id);
        writer.list("OrganIdList", "OrganId", one.organs);
        writer.close("ReplacementInfo");
    }
    if (!document.replacements.empty())
        writer.close("ReplacementInfoList");
    for (const Staff& staff : document.staff)
        write(writer, staff);
    writer.close("Bussiness");
}

void write_traces(Writer& writer, const TraceList& list, const DocumentPacket* document) {
    if (!document && list == TraceList{})
        return;
    std::string attributes;
    if (!list.id.empty())
        attributes += " id=\"" + escaped_attribute(list.id) + "\"";
    if (!list.version.empty())
        attributes += " version=\"" + escaped_attribute(list.version) + "\"";
    writer.open("TraceHeaderList", attributes);
    for (const Trace& trace : list.traces) {
        writer.open("TraceHeader");
        writer.field("OrganId", trace.organ);
        writer.field("Timestamp", trace.at);
        writer.close("TraceHeader");
    }
    if (document)
        write_business(writer, *document);
    writer.close("TraceHeaderList");
}

void write_errors(Writer& writer, const std::vector<PeerError>& errors) {
    if (errors.empty())
        return;
    writer.open("ErrorList");
    for (const PeerError& error : errors) {
        writer.open("Error");
        writer.field("ErrorCode", error.code);
        writer.field("Description", error.description);
        writer.close("Error");
    }
    writer.close("ErrorList");
}

void write(Writer& writer, const Reference& reference) {
    writer.open("Reference");
    writer.field("ContentId", "cid:" + reference.content_id);
    writer.field("ContentType", reference.declared_type);
    writer.field("AttachmentName", reference.name);
    writer.field("Description", reference.description);
    writer.close("Reference");
}

void write_manifest(Writer& writer, const DocumentPacket& document) {
    writer.open("edXMLBody");
    writer.open("edXMLManifest", " version=\"1.0\"");
    for (const Reference& reference : document.manifest)
        write(writer, reference);
    if (document.manifest.empty())
        for (const Attachment& one : document.attachments)
            write(writer, Reference{one.content_id, one.declared_type, one.name, one.description});
    writer.close("edXMLManifest");
    writer.close("edXMLBody");
}

}  // namespace

Bytes envelope_text(const Packet& packet) {
    const auto* const document = std::get_if<DocumentPacket>(&packet.content);
    const std::string ns{edxml_namespace};
    Writer writer;
    writer.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<edXML xmlns=\"" + ns + "\">\n"
               "  <edXML:edXMLEnvelope xmlns:edXML=\"" + ns + "\">\n");
    writer.open("edXMLHeader");
    writer.open("MessageHeader");
    write(writer, "From", packet.from);
    if (document)
        write_message(writer, *document);
    else
        write_message(writer, std::get<StatusPacket>(packet.content));
    writer.close("MessageHeader");
    write_traces(writer, packet.traces, document);
    write_errors(writer, packet.errors);
    if (!packet.signature.empty())
        writer.raw("      " + packet.signature + "\n");
    writer.close("edXMLHeader");
    if (document)
        write_manifest(writer, *document);
    writer.raw("  </edXML:edXMLEnvelope>\n");
    return writer.take();
}

}  // namespace hub::edxml
