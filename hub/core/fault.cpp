#include "hub/core/fault.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>

namespace hub {

std::string_view name_of(Errc code) noexcept {
    switch (code) {
    case Errc::envelope_malformed: return "envelope_malformed";
    case Errc::envelope_too_large: return "envelope_too_large";
    case Errc::envelope_version_unsupported: return "envelope_version_unsupported";
    case Errc::envelope_expired: return "envelope_expired";
    case Errc::envelope_id_reused: return "envelope_id_reused";
    case Errc::sender_unknown: return "sender_unknown";
    case Errc::sender_closed: return "sender_closed";
    case Errc::sender_mismatch: return "sender_mismatch";
    case Errc::signature_missing: return "signature_missing";
    case Errc::signature_invalid: return "signature_invalid";
    case Errc::signer_unknown: return "signer_unknown";
    case Errc::certificate_not_valid_now: return "certificate_not_valid_now";
    case Errc::receiver_missing: return "receiver_missing";
    case Errc::receiver_duplicate: return "receiver_duplicate";
    case Errc::receiver_unknown: return "receiver_unknown";
    case Errc::receiver_closed: return "receiver_closed";
    case Errc::part_missing: return "part_missing";
    case Errc::part_digest_mismatch: return "part_digest_mismatch";
    case Errc::field_invalid: return "field_invalid";
    case Errc::document_secret: return "document_secret";
    case Errc::kind_not_allowed: return "kind_not_allowed";
    case Errc::part_not_uploaded: return "part_not_uploaded";
    case Errc::part_too_large: return "part_too_large";
    case Errc::document_of_another: return "document_of_another";
    case Errc::change_pending: return "change_pending";
    case Errc::document_recalled: return "document_recalled";
    case Errc::packet_malformed: return "packet_malformed";
    case Errc::packet_has_doctype: return "packet_has_doctype";
    case Errc::packet_dialect_unsupported: return "packet_dialect_unsupported";
    case Errc::packet_field_missing: return "packet_field_missing";
    case Errc::packet_field_invalid: return "packet_field_invalid";
    case Errc::packet_attachment_broken: return "packet_attachment_broken";
    case Errc::packet_too_large: return "packet_too_large";
    case Errc::axis_refused: return "axis_refused";
    case Errc::broker_unreachable: return "broker_unreachable";
    case Errc::broker_refused: return "broker_refused";
    case Errc::ledger_full: return "ledger_full";
    case Errc::ledger_busy: return "ledger_busy";
    case Errc::folder_unusable: return "folder_unusable";
    case Errc::timed_out: return "timed_out";
    case Errc::hub_unreachable: return "hub_unreachable";
    case Errc::operations_full: return "operations_full";
    case Errc::upload_offset_wrong: return "upload_offset_wrong";
    case Errc::upload_busy: return "upload_busy";
    case Errc::quota_exceeded: return "quota_exceeded";
    case Errc::contents_full: return "contents_full";
    case Errc::part_damaged: return "part_damaged";
    case Errc::ledger_corrupt: return "ledger_corrupt";
    case Errc::ledger_sync_failed: return "ledger_sync_failed";
    case Errc::ledger_version_unsupported: return "ledger_version_unsupported";
    case Errc::internal: return "internal";
    case Errc::not_found: return "not_found";
    case Errc::envelope_retired: return "envelope_retired";
    case Errc::not_held: return "not_held";
    case Errc::not_signed_in: return "not_signed_in";
    case Errc::sign_in_refused: return "sign_in_refused";
    case Errc::not_allowed: return "not_allowed";
    case Errc::name_in_use: return "name_in_use";
    case Errc::last_administrator: return "last_administrator";
    case Errc::too_many_requests: return "too_many_requests";
    case Errc::count_differs: return "count_differs";
    case Errc::operation_over: return "operation_over";
    case Errc::address_in_use: return "address_in_use";
    case Errc::setting_invalid: return "setting_invalid";
    }
    return "internal";
}

std::optional<Errc> parse_errc(std::string_view name) noexcept {
    for (int value = 0; value <= static_cast<int>(Errc::setting_invalid); ++value)
        if (name_of(static_cast<Errc>(value)) == name)
            return static_cast<Errc>(value);
    return std::nullopt;
}

void throw_exception_from_error(const Fault& fault, const boost::source_location&) {
    throw std::runtime_error(std::string{name_of(fault.code)} + " " + fault.field + " " + fault.peer_text);
}

void invariant_broken(const char* what, const char* file, int line) noexcept {
    std::fprintf(stderr, "%s:%d: broken invariant: %s\n", file, line, what);
    std::abort();
}

}  // namespace hub
