// Any bytes as the metadata of a document that comes as JSON. What is refused names a field; what is taken is shown in
// the same words again and, sent so, is the same document.

#include "adapters/gateway/json_document.hpp"
#include "adapters/gateway/json_fields.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <cstdint>

namespace {

using namespace hub;

class NoUnits final : public gateway::Units {
public:
    std::vector<gateway::Unit> all() const override { return {}; }
    std::optional<gateway::Unit> find(const std::string&) const override { return std::nullopt; }
    std::string own_code(const std::string& code) const override { return code; }
    Instant changed_at() const override { return {}; }
};

Result<edxml::Packet> packet_of(std::string_view octets) {
    static const AgencyCode own = AgencyCode::parse("H43.01").value();
    const auto metadata = gateway::parse_object(octets, "metadata");
    return metadata ? gateway::packet_of(*metadata, {}, own, NoUnits{}) : Result<edxml::Packet>{metadata.error()};
}

/// As a caller would send it who was shown it.
std::string shown(const edxml::Packet& packet) {
    auto document = gateway::json_of(packet).at("document").as_object();
    document.erase("from_name");
    return boost::json::serialize(document);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto packet = packet_of({reinterpret_cast<const char*>(data), size});
    if (!packet) {
        if (packet.error().code != Errc::field_invalid || !packet.error().field.starts_with("metadata"))
            __builtin_trap();
        return 0;
    }
    const auto again = packet_of(shown(*packet));
    if (!again || again->from != packet->from || shown(*again) != shown(*packet))
        __builtin_trap();
    return 0;
}
