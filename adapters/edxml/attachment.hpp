#pragma once
// An attachment as it lies in a packet: base64 of a ZIP with exactly one entry, or in the wild of the bare file
// (domain 1.5). What it is, is decided by its first bytes.

#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

/// Form and size into `attachment`; packet_attachment_broken names what is wrong in peer_text.
Result<void> inspect(std::string_view base64, const ReadLimits& limits, const std::string& field,
                     Attachment& attachment);

}  // namespace hub::edxml
