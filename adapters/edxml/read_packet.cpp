#include "adapters/edxml/read_packet.hpp"

#include "adapters/edxml/read_fields.hpp"
#include "adapters/edxml/secrecy.hpp"
#include "adapters/edxml/xml_parser.hpp"

#include <algorithm>

namespace hub::edxml {
namespace {

struct SecrecyFound {
    Secrecy secrecy;
    std::uint32_t line;
};

/// Goes through all elements under the header; signatures hold nothing for people. Paths are made only for what
/// is found: names may be long, and elements many. `unread`: one whose text was cut, so that nobody knows.
std::optional<SecrecyFound> find_secrecy(const Element& header, std::optional<Element>& unread) {
    std::vector<Element> open{header};
    while (!open.empty()) {
        const Element element = open.back();
        open.pop_back();
        const auto children = element.children();
        for (auto child = children.rbegin(); child != children.rend(); ++child)
            if (child->name() != "Signature")
                open.push_back(*child);
        if (element.is_text_cut() && !unread)
            unread = element;
        // Also of an element with children: its own text is read as its value.
        const std::string_view value = trimmed(element.text());
        auto mark = whole_mark(value);
        if (!mark)
            mark = named_mark(element.name(), value);
        if (!mark && (element.name() == "Subject" || element.name() == "Content"))
            mark = stamped_mark(value);
        if (mark)
            return SecrecyFound{{std::move(*mark), element.path_below(header)}, element.line()};
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

/// The whole tree, as far as it can be read; nullopt: there is not even a sender.
std::optional<Packet> read_tree(FieldReader& reader, const XmlDocument& document, const Limits& limits,
                                std::uint32_t& secrecy_line) {
    const Node root{document.root(), ""};
    const auto envelope = reader.required_child(root, "edXMLEnvelope");
    const auto header = envelope ? reader.required_child(*envelope, "edXMLHeader") : std::nullopt;
    if (!header)
        return std::nullopt;
    const Node header_node{header->element, ""};
    // Older status packets call the container Status.
    auto message = reader.child(header_node, "MessageHeader");
    if (!message)
        message = reader.child(header_node, "Status");
    if (!message) {
        reader.fail(PacketRule::field_missing, header_node, "MessageHeader", {});
        return std::nullopt;
    }
    const auto sender = reader.required_child(*message, "From");
    auto from = sender ? read_organ(reader, *sender) : std::nullopt;
    // Without a sender the rest is read for its faults.
    Packet packet{.from = from ? std::move(*from) : Organ{AgencyCode::parse("none").value()},
                  .content = StatusPacket{}};

    std::optional<Element> unread;
    auto found = find_secrecy(header->element, unread);
    if (found) {
        packet.secrecy = found->secrecy;
        secrecy_line = found->line;
    }
    const bool is_document = !message->element.children("Subject").empty() || !message->element.children("Code").empty();
    const bool is_status = !message->element.children("StatusCode").empty();
    if (is_document && is_status)
        reader.fail(PacketRule::status_in_document, *message, "StatusCode", "in a document packet");
    packet.traces = read_traces(reader, document, header_node);
    if (is_status) {
        packet.content = read_status(reader, *message);
    } else {
        DocumentPacket read = read_document(reader, header_node, *message, limits, packet.secrecy);
        if (packet.secrecy && !found)
            secrecy_line = message->element.children("OtherInfo").front().line();
        if (packet.traces.traces.empty())
            reader.note(PacketRule::field_missing, {header->element, "TraceHeaderList/TraceHeader"});
        read_attachments(reader, document, *envelope, limits, read);
        packet.content = std::move(read);
    }
    packet.errors = read_errors(reader, header_node, *message);
    const auto children = header->element.all_children();
    const auto signature = std::ranges::find(children, "Signature", &Element::name);
    packet.has_signature = signature != children.end();
    packet.signature = signature_text(document, header->element);
    if (packet.has_signature)
        reader.note(PacketRule::signature_not_checked, {*signature, "Signature"});
    if (unread)
        reader.fail(PacketRule::field_too_long, {*unread, unread->path_below(header->element)},
                    "longer than " + std::to_string(text_kept_bytes_max) + " bytes");
    return packet;
}

Report report_of(const XmlDocument& document, const Limits& limits) {
    if (auto known = check_root(document.root()); !known) {
        Finding finding = finding_of(known.error());
        finding.line = document.root().line();
        return {.packet = std::nullopt, .error = finding, .findings = {finding}};
    }
    FieldReader reader{limits};
    std::uint32_t secrecy_line = 0;
    Report out;
    out.packet = read_tree(reader, document, limits, secrecy_line);
    out.error = reader.error();
    out.findings = reader.take_findings();
    out.left_out = reader.left_out();
    if (out.packet && out.packet->secrecy)
        out.findings.push_back({.rule = PacketRule::secret, .field = out.packet->secrecy->field, .line = secrecy_line,
                                .text = out.packet->secrecy->mark});
    // Whatever else is wrong: nothing of a secret document may be kept.
    if (out.error && out.packet && out.packet->secrecy)
        out.error = out.findings.back();
    if (out.error)
        out.packet.reset();
    return out;
}

}  // namespace

std::string Staff::text() const {
    std::string out;
    for (const std::string& one : {department, name, mobile, email})
        if (!one.empty())
            out.append(out.empty() ? "" : ", ").append(one);
    return out;
}

Result<Report> inspect_packet_from(OctetSource& source, const Limits& limits, const std::optional<SpoolPlace>& spool) {
    ContentInspector inspector{limits, spool};
    const auto document = parse_xml(source, limits, inspector);
    if (document)
        return report_of(*document, limits);
    if (disposition_of(document.error().code) != Disposition::reject || document.error().code == Errc::not_found)
        return document.error();
    Report out;
    out.error = finding_of(document.error());
    out.findings = {*out.error};
    return out;
}

Result<Report> inspect_packet_file(const std::filesystem::path& file, const Limits& limits,
                                   const std::filesystem::path& spool) {
    auto source = FileSource::open(file);
    if (!source)
        return source.error();
    return inspect_packet_from(*source, limits, SpoolPlace{.folder = spool});
}

Result<Packet> read_packet_from(OctetSource& source, const Limits& limits, const std::optional<SpoolPlace>& spool) {
    auto report = inspect_packet_from(source, limits, spool);
    if (!report)
        return report.error();
    if (report->error)
        return fault_of(*report->error);
    return std::move(*report->packet);
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
