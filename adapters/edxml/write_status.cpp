#include "adapters/edxml/write_status.hpp"

#include "adapters/edxml/write_header.hpp"

namespace hub::edxml {

Bytes write_status(const Organ& from, const StatusPacket& status) {
    return envelope_text(Packet{.from = from, .content = status}) + "</edXML>\n";
}

}  // namespace hub::edxml
