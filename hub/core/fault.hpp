#pragma once
// What can go wrong, as a value. One code for the whole hub; each code has one disposition, so that
// call sites branch on what to do and seldom on what happened. Words for people are written elsewhere
// (telemetry/remedy.hpp); `peer_text` is foreign text and is never shown as ours.

#include <boost/system/result.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hub {

enum class Errc : std::uint8_t {
    // The sender's fault: a refusal goes back.
    envelope_malformed,
    envelope_too_large,
    envelope_version_unsupported,
    envelope_expired,
    envelope_id_reused,
    sender_unknown,
    sender_closed,
    sender_mismatch,
    signature_missing,
    signature_invalid,
    signer_unknown,
    certificate_not_valid_now,
    receiver_missing,
    receiver_duplicate,
    receiver_unknown,
    receiver_closed,
    part_missing,
    part_digest_mismatch,
    field_invalid,
    document_secret,
    kind_not_allowed,
    part_not_uploaded,
    part_too_large,
    document_of_another,
    change_pending,
    document_recalled,
    // The same, found by an adapter in an edXML packet before it became an envelope.
    packet_malformed,
    packet_has_doctype,
    packet_dialect_unsupported,
    packet_field_missing,
    packet_field_invalid,
    packet_attachment_broken,
    packet_too_large,
    // Said by the national axis of what was sent to it.
    axis_refused,
    // Wait and try again, bounded.
    broker_unreachable,
    broker_refused,
    ledger_full,
    ledger_busy,
    folder_unusable,
    timed_out,
    hub_unreachable,
    operations_full,
    upload_offset_wrong,
    upload_busy,
    quota_exceeded,
    contents_full,
    part_damaged,
    // Ours, or damage: stop, restart from the ledger.
    ledger_corrupt,
    ledger_sync_failed,
    ledger_version_unsupported,
    internal,
    // Somebody's request or settings.
    not_found,
    envelope_retired,
    not_held,
    not_signed_in,
    sign_in_refused,
    not_allowed,
    name_in_use,
    last_administrator,
    too_many_requests,
    count_differs,
    operation_over,
    address_in_use,
    setting_invalid,
};

enum class Disposition : std::uint8_t { reject, retry, halt };

constexpr Disposition disposition_of(Errc code) noexcept {
    switch (code) {
    case Errc::envelope_malformed:
    case Errc::envelope_too_large:
    case Errc::envelope_version_unsupported:
    case Errc::envelope_expired:
    case Errc::envelope_id_reused:
    case Errc::sender_unknown:
    case Errc::sender_closed:
    case Errc::sender_mismatch:
    case Errc::signature_missing:
    case Errc::signature_invalid:
    case Errc::signer_unknown:
    case Errc::certificate_not_valid_now:
    case Errc::receiver_missing:
    case Errc::receiver_duplicate:
    case Errc::receiver_unknown:
    case Errc::receiver_closed:
    case Errc::part_missing:
    case Errc::part_digest_mismatch:
    case Errc::field_invalid:
    case Errc::document_secret:
    case Errc::kind_not_allowed:
    case Errc::part_not_uploaded:
    case Errc::part_too_large:
    case Errc::document_of_another:
    case Errc::change_pending:
    case Errc::document_recalled:
    case Errc::packet_malformed:
    case Errc::packet_has_doctype:
    case Errc::packet_dialect_unsupported:
    case Errc::packet_field_missing:
    case Errc::packet_field_invalid:
    case Errc::packet_attachment_broken:
    case Errc::packet_too_large:
    case Errc::axis_refused:
    case Errc::not_found:
    case Errc::envelope_retired:
    case Errc::not_held:
    case Errc::not_signed_in:
    case Errc::sign_in_refused:
    case Errc::not_allowed:
    case Errc::name_in_use:
    case Errc::last_administrator:
    case Errc::count_differs:
    case Errc::operation_over:
        return Disposition::reject;
    case Errc::broker_unreachable:
    case Errc::broker_refused:
    case Errc::ledger_full:
    case Errc::ledger_busy:
    case Errc::folder_unusable:
    case Errc::timed_out:
    case Errc::hub_unreachable:
    case Errc::operations_full:
    case Errc::upload_offset_wrong:
    case Errc::upload_busy:
    case Errc::quota_exceeded:
    case Errc::contents_full:
    case Errc::part_damaged:
    case Errc::too_many_requests:
    case Errc::address_in_use: return Disposition::retry;
    case Errc::ledger_corrupt:
    case Errc::ledger_sync_failed:
    case Errc::ledger_version_unsupported:
    case Errc::internal:
    case Errc::setting_invalid: return Disposition::halt;
    }
    return Disposition::halt;
}

/// The code as it is written in receipts, in JSON and in the documentation: stable for ever.
std::string_view name_of(Errc code) noexcept;
std::optional<Errc> parse_errc(std::string_view name) noexcept;

struct Fault {
    Errc code;
    std::string field;      ///< Which field, e.g. "receivers[2]" or "MessageHeader/To/OrganId"; may be empty.
    std::string peer_text;  ///< The offending value or a library's words, cut to limits::fault_text_bytes_max.

    bool operator==(const Fault&) const = default;
};

template <class T>
using Result = boost::system::result<T, Fault>;

/// Found by argument-dependent lookup when value() is called on a failed Result (start-up and tests only).
[[noreturn]] void throw_exception_from_error(const Fault& fault, const boost::source_location& where);

/// A broken invariant of ours: prints and aborts, in release builds too. Outside input must never reach one.
[[noreturn]] void invariant_broken(const char* what, const char* file, int line) noexcept;

}  // namespace hub

#define HUB_ASSERT(condition) \
    ((condition) ? void(0) : ::hub::invariant_broken(#condition, __FILE__, __LINE__))
