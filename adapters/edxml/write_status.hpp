#pragma once
// Writing a status packet in the national axis's own frame. Pure; any thread.

#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

/// UTF-8 with declaration, elements in the order of the SDK's samples. What may not stand in XML is left out of
/// the texts. `status.answers.promulgated_on` is an ISO date and becomes yyyy/MM/dd. The result is readable by
/// read_packet() when the texts keep its limits.
Bytes write_status(const Organ& from, const StatusPacket& status);

}  // namespace hub::edxml
