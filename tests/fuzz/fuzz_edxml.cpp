// Any bytes into the edXML reader: a value or a fault of disposition reject, never anything else; and the same one
// when they come in odd pieces and contents go through a file.

#include "adapters/edxml/read_packet.hpp"
#include "tests/edxml/sources.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const hub::BytesView octets{reinterpret_cast<const char*>(data), size};
    hub::edxml::Limits limits;
    limits.content_bytes_max = 1024 * 1024;
    const auto read = hub::edxml::read_packet(octets, limits);
    if (!read && hub::disposition_of(read.error().code) != hub::Disposition::reject)
        __builtin_trap();
    const hub::edxml::SpoolPlace spool{.folder = std::filesystem::temp_directory_path(), .memory_bytes_max = 0};
    const std::size_t block = size == 0 ? 1 : 1 + (data[size / 2] + size) % 300;
    hub::edxml::test::BlockSource source{octets, block};
    if (hub::edxml::read_packet_from(source, limits, spool) != read)
        __builtin_trap();
    return 0;
}
