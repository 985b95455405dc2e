#include "hub/core/envelope.hpp"

#include "hub/core/axis_link.hpp"
#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/unit.hpp"

#include <algorithm>
#include <set>

namespace hub {
namespace {

Fault fault(Errc code, std::string field, std::string_view text = {}) {
    return {code, std::move(field), std::string{text.substr(0, limits::fault_text_bytes_max)}};
}

bool is_control(char c) noexcept {
    const auto octet = static_cast<unsigned char>(c);
    return (octet < 0x20 && c != '\n' && c != '\t' && c != '\r') || octet == 0x7F;
}

Result<void> check_text(std::string_view text, std::string_view field) {
    if (text.size() > limits::text_bytes_max)
        return fault(Errc::field_invalid, std::string{field}, "longer than 4096 bytes");
    if (!is_utf8(text))
        return fault(Errc::field_invalid, std::string{field}, "not UTF-8");
    if (std::ranges::any_of(text, is_control))
        return fault(Errc::field_invalid, std::string{field}, "control character");
    return {};
}

struct NamedText {
    std::string_view field;
    std::string_view text;
};

Result<void> check_texts(std::initializer_list<NamedText> texts) {
    for (const auto& [field, text] : texts)
        if (auto checked = check_text(text, field); !checked)
            return checked.error();
    return {};
}

Result<void> check_receivers(const EnvelopeHeader& header) {
    const bool is_for_hub = header.kind == Kind::acknowledgement || header.kind == Kind::service;
    if (header.receivers.empty() && !is_for_hub)
        return fault(Errc::receiver_missing, "receivers");
    if (header.receivers.size() > limits::receivers_max)
        return fault(Errc::field_invalid, "receivers", "more than 2000");
    if (header.kind == Kind::status && header.receivers.size() > 1)
        return fault(Errc::field_invalid, "receivers", "a status goes to the sender of the document that it answers");
    std::set<std::string_view> seen;
    for (std::size_t i = 0; i < header.receivers.size(); ++i)
        if (!seen.insert(header.receivers[i].text()).second)
            return fault(Errc::receiver_duplicate, "receivers[" + std::to_string(i) + "]", header.receivers[i].text());
    return {};
}

Result<void> check_parts(const EnvelopeHeader& header) {
    // A recall says all in its header.
    if (header.kind == Kind::document && header.business != Business::recall && header.parts.empty())
        return fault(Errc::part_missing, "parts", "a document has at least one");
    if (header.parts.size() > limits::parts_max)
        return fault(Errc::field_invalid, "parts", "more than 64");
    for (std::size_t i = 0; i < header.parts.size(); ++i) {
        const Part& part = header.parts[i];
        const std::string field = "parts[" + std::to_string(i) + "]";
        const std::string id = field + ".content_id", name = field + ".name", type = field + ".media_type";
        if (auto checked = check_texts({{id, part.content_id}, {name, part.name}, {type, part.media_type}}); !checked)
            return checked.error();
        if (part.is_inline)
            continue;
        // Only documents are kept and fetched by receivers; all else is read from the envelope itself.
        if (header.kind != Kind::document)
            return fault(Errc::field_invalid, field + ".is_inline", "must be inline: not a document");
        if (part.size_bytes == 0 || part.size_bytes > limits::part_bytes_max)
            return fault(Errc::field_invalid, field + ".size_bytes", std::to_string(part.size_bytes));
    }
    return {};
}

}  // namespace

Result<void> check_content(const EnvelopeHeader& header) {
    if (header.document) {
        const DocumentName& d = *header.document;
        if (auto checked = check_texts({{"document.issuer", d.issuer}, {"document.number", d.number},
                                        {"document.notation", d.notation},
                                        {"document.promulgated_on", d.promulgated_on},
                                        {"document.document_id", d.document_id}, {"document.subject", d.subject},
                                        {"document.type_name", d.type_name}});
            !checked)
            return checked.error();
    }
    if (header.status) {
        const StatusReport& s = *header.status;
        if (auto checked = check_texts({{"status.code", s.code}, {"status.description", s.description},
                                        {"status.staff", s.staff}, {"status.reported_at", s.reported_at},
                                        {"status.answers_issuer", s.answers_issuer},
                                        {"status.answers_code", s.answers_code},
                                        {"status.answers_date", s.answers_date},
                                        {"status.answers_document_id", s.answers_document_id}});
            !checked)
            return checked.error();
        if (s.code.empty())
            return fault(Errc::field_invalid, "status.code", "empty");
    }
    if (header.kind == Kind::document && !header.document)
        return fault(Errc::field_invalid, "document", "missing");
    if (header.kind == Kind::status && !header.status)
        return fault(Errc::field_invalid, "status", "missing");
    if (header.kind == Kind::service && !brings_units(header) && !tells_of_axis(header)
        && (!header.refusal || disposition_of(header.refusal->code) != Disposition::reject))
        return fault(Errc::field_invalid, "refusal", header.refusal ? name_of(header.refusal->code) : "missing");
    if (header.refusal)
        if (auto checked = check_texts({{"refusal.field", header.refusal->field}, {"refusal.text", header.refusal->peer_text}});
            !checked)
            return checked.error();
    return check_texts({{"business.refers_to", header.business_refers_to},
                        {"business.reason", header.business_reason},
                        {"traceparent", header.traceparent}});
}

Result<void> check(const EnvelopeHeader& header) {
    if (!header.secrecy.empty())
        return fault(Errc::document_secret, "secrecy");
    if (header.expires_at <= header.created_at)
        return fault(Errc::field_invalid, "expires_at", "not after created_at");
    if (auto checked = check_receivers(header); !checked)
        return checked.error();
    if (auto checked = check_content(header); !checked)
        return checked.error();
    return check_parts(header);
}

bool is_changeable(const EnvelopeHeader& header) noexcept {
    return header.kind == Kind::document && header.document
           && (header.business == Business::fresh || header.business == Business::replace);
}

bool is_update(const EnvelopeHeader& header) noexcept {
    return header.kind == Kind::document && header.document && header.business == Business::update;
}

std::string full_number(std::string_view number, std::string_view notation) {
    std::string out{number};
    if (!notation.empty())
        out.append("/").append(notation);
    return out;
}

}  // namespace hub
