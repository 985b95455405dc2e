// Any bytes into the edXML reader: a value or a fault of disposition reject, never anything else.

#include "adapters/edxml/read_packet.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const hub::BytesView octets{reinterpret_cast<const char*>(data), size};
    hub::edxml::Limits limits;
    limits.content_bytes_max = 1024 * 1024;
    const auto read = hub::edxml::read_packet(octets, limits);
    if (!read && hub::disposition_of(read.error().code) != hub::Disposition::reject)
        __builtin_trap();
    return 0;
}
