#pragma once
// A status packet in the axis's own frame (domain 1.7).

#include "adapters/edxml/packet.hpp"

namespace hub::edxml {

struct StatusPacket {
    Organ from;                        ///< Who reports.
    ResponseFor answers;               ///< promulgated_on as ISO date.
    std::string code;
    std::string description;
    std::string timestamp;             ///< yyyy/MM/dd HH:mm:ss, local time of Vietnam.
};

Bytes write_status(const StatusPacket& status);

}  // namespace hub::edxml
