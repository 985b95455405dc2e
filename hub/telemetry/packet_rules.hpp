#pragma once
// The rules that an edXML packet is held to, each with its name and its words: what is wrong, and what the person
// who made the packet can do. Finer than the codes of core/fault.hpp, by which machines decide. Plain data; any thread.

#include "hub/telemetry/remedy.hpp"

namespace hub {

enum class PacketRule : std::uint8_t {
    // The file.
    xml_broken,
    doctype,
    dialect,
    too_large,
    // Any field.
    field_missing,
    field_repeated,
    field_too_long,
    control_character,
    text_damaged,
    value_not_allowed,
    number_form,
    date_form,
    date_in_future,
    time_form,
    // What the fields say together.
    organ_code,
    receiver_repeated,
    receivers_too_many,
    reference_missing,
    reason_missing,
    status_in_document,
    status_unknown,
    secret,
    signature_not_checked,
    // Attachments.
    manifest_disagrees,
    attachments_too_many,
    base64_broken,
    content_empty,
    content_type_wrong,
    zip_broken,
    zip_entries,
    zip_path,
    zip_too_large,
    zip_not_supported,
    pdf_read_as_text,
};
inline constexpr std::size_t packet_rules_count = static_cast<std::size_t>(PacketRule::pdf_read_as_text) + 1;

/// As written in JSON and in docs/edxml.md: never renamed.
std::string_view name_of(PacketRule rule) noexcept;
Words words_of(PacketRule rule) noexcept;

}  // namespace hub
