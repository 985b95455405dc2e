// Any bytes into the edXML reader: a value or a fault of disposition reject, never anything else; the same one when
// they come in odd pieces and contents go through a file; and what was read survives being written.

#include "adapters/edxml/rewrite.hpp"
#include "tests/edxml/sources.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using namespace hub;

void check_written(BytesView octets, const edxml::Packet& packet, edxml::Limits limits) {
    const auto written = edxml::rewrite_packet(octets, limits, [](edxml::Packet&) {});
    if (packet.secrecy) {
        if (!written.has_error() || written.error().code != Errc::document_secret)
            __builtin_trap();
        return;
    }
    if (!written)
        __builtin_trap();
    // Names and ends of lines may take more room than they did.
    limits.packet_bytes_max *= 16;
    const auto again = edxml::read_packet(*written, limits);
    // A signature that is too long is left behind.
    if (!again || (*again != packet && !(packet.has_signature && packet.signature.empty())))
        __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView octets{reinterpret_cast<const char*>(data), size};
    edxml::Limits limits;
    limits.content_bytes_max = 1024 * 1024;
    const auto read = edxml::read_packet(octets, limits);
    if (!read && disposition_of(read.error().code) != Disposition::reject)
        __builtin_trap();
    const edxml::SpoolPlace spool{.folder = std::filesystem::temp_directory_path(), .memory_bytes_max = 0};
    const std::size_t block = size == 0 ? 1 : 1 + (data[size / 2] + size) % 300;
    edxml::test::BlockSource source{octets, block};
    if (edxml::read_packet_from(source, limits, spool) != read)
        __builtin_trap();
    edxml::MemorySource again{octets};
    const auto report = edxml::inspect_packet_from(again, limits, std::nullopt);
    if (!report || report->packet.has_value() != read.has_value() || (report->error && report->findings.empty()))
        __builtin_trap();
    if (read)
        check_written(octets, *read, limits);
    return 0;
}
