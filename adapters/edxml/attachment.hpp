#pragma once
// One attached file: decoded and looked at, never trusted.

#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

/// Decodes `base64` and sets the kinds and sizes of `attachment`. The octets decide what it is: a ZIP must hold
/// exactly one entry, without a path in its name, within the limits of size and ratio, and intact by its
/// checksum; office documents, which are ZIPs themselves, may also be carried as they are. A PDF whose octets
/// above 0x7F were replaced (EF BF BD) by somebody who read it as text is refused.
/// packet_attachment_broken; `field` names the element.
Result<void> inspect_attachment(std::string_view base64, const std::string& field, const Limits& limits,
                                Attachment& attachment);

}  // namespace hub::edxml
