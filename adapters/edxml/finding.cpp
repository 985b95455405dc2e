#include "adapters/edxml/finding.hpp"

#include "adapters/edxml/xml_document.hpp"

#include <charconv>

namespace hub::edxml {

Errc code_of(PacketRule rule) noexcept {
    switch (rule) {
    case PacketRule::xml_broken: return Errc::packet_malformed;
    case PacketRule::doctype: return Errc::packet_has_doctype;
    case PacketRule::dialect: return Errc::packet_dialect_unsupported;
    case PacketRule::too_large: return Errc::packet_too_large;
    case PacketRule::secret: return Errc::document_secret;
    case PacketRule::field_missing:
    case PacketRule::reference_missing:
    case PacketRule::reason_missing: return Errc::packet_field_missing;
    case PacketRule::field_repeated:
    case PacketRule::field_too_long:
    case PacketRule::control_character:
    case PacketRule::text_damaged:
    case PacketRule::value_not_allowed:
    case PacketRule::number_form:
    case PacketRule::date_form:
    case PacketRule::date_in_future:
    case PacketRule::time_form:
    case PacketRule::organ_code:
    case PacketRule::receiver_repeated:
    case PacketRule::receivers_too_many:
    case PacketRule::status_in_document:
    case PacketRule::status_unknown:
    case PacketRule::signature_not_checked: return Errc::packet_field_invalid;
    case PacketRule::manifest_disagrees:
    case PacketRule::attachments_too_many:
    case PacketRule::base64_broken:
    case PacketRule::content_empty:
    case PacketRule::content_type_wrong:
    case PacketRule::zip_broken:
    case PacketRule::zip_entries:
    case PacketRule::zip_path:
    case PacketRule::zip_too_large:
    case PacketRule::zip_not_supported:
    case PacketRule::pdf_read_as_text: return Errc::packet_attachment_broken;
    }
    return Errc::packet_field_invalid;
}

Fault fault_of(const Finding& finding) {
    const bool is_of_a_line = finding.field.empty() && finding.line > 0;
    return {code_of(finding.rule), is_of_a_line ? "line " + std::to_string(finding.line) : finding.field, finding.text};
}

Finding finding_of(const Fault& fault) {
    Finding out{.rule = PacketRule::xml_broken, .field = fault.field, .text = fault.peer_text};
    if (fault.code == Errc::packet_has_doctype)
        out.rule = PacketRule::doctype;
    else if (fault.code == Errc::packet_dialect_unsupported)
        out.rule = PacketRule::dialect;
    else if (fault.code == Errc::packet_too_large)
        out.rule = PacketRule::too_large;
    constexpr std::string_view line = "line ";
    if (fault.field.starts_with(line)) {
        (void)std::from_chars(fault.field.data() + line.size(), fault.field.data() + fault.field.size(), out.line);
        out.field.clear();
    }
    return out;
}

std::string error_code_of(const Finding& finding) {
    const Errc code = code_of(finding.rule);
    std::string out = "M.";
    if (code == Errc::packet_field_missing)
        out = "N.";
    else if (code == Errc::packet_too_large || finding.rule == PacketRule::field_too_long)
        out = "R.";
    else if (finding.rule == PacketRule::number_form || finding.rule == PacketRule::date_form
             || finding.rule == PacketRule::time_form)
        out = "T.";
    bool is_in_brackets = false;
    for (const char c : finding.field) {
        is_in_brackets = c == '[' || (is_in_brackets && c != ']');
        if (!is_in_brackets && c != ']')
            out += c == '/' ? '.' : c;
    }
    return out;
}

}  // namespace hub::edxml
