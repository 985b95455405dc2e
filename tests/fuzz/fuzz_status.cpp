// Any texts into a status packet that we write: it is always XML that our own reader takes apart, and what it reads is
// the same when it is written again. One field a line.

#include "adapters/edxml/read_packet.hpp"
#include "adapters/edxml/write_status.hpp"
#include "hub/core/fold.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using namespace hub;

Bytes written(const edxml::Packet& packet) {
    return edxml::write_status(packet.from, std::get<edxml::StatusPacket>(packet.content));
}

void check(const edxml::StatusPacket& status, std::string name) {
    const Bytes octets = edxml::write_status({AgencyCode::parse("H43.02").value(), std::move(name)}, status);
    const auto read = edxml::read_packet(octets, {});
    if (!read) {
        // A field may be wrong, and marked secret as well; the XML never is.
        const Errc code = read.error().code;
        if (code != Errc::packet_field_missing && code != Errc::packet_field_invalid && code != Errc::document_secret)
            __builtin_trap();
        return;
    }
    if (edxml::read_packet(written(*read), {}) != read && !read->secrecy)
        __builtin_trap();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    BytesView rest{reinterpret_cast<const char*>(data), size};
    // Texts are UTF-8 wherever they come from; the limit keeps the packet below that of an envelope.
    if (!is_utf8(rest) || size > 64 * 1024)
        return 0;
    const auto line = [&] {
        const auto end = std::min(rest.find('\n'), rest.size());
        std::string out{rest.substr(0, end)};
        rest.remove_prefix(std::min(end + 1, rest.size()));
        return out;
    };
    edxml::StatusPacket status;
    status.code = line();
    status.answers.organ = line();
    status.answers.code = line();
    status.answers.promulgated_on = line();
    status.answers.document_id = line();
    status.reported_at = line();
    status.staff.department = line();
    status.staff.name = line();
    std::string name = line();
    status.description = std::string{rest};
    check(status, std::move(name));
    return 0;
}
