#pragma once
// A document as JSON and as a packet: what a caller without XML sends becomes a packet, and the packets that came
// for him become JSON. The same names both ways (schemas/http/gateway.openapi.yaml). Pure; any thread.

#include "adapters/edxml/packet.hpp"
#include "adapters/gateway/units.hpp"

#include <boost/json/object.hpp>

#include <filesystem>

namespace hub::gateway {

/// A file that came with the metadata.
struct SubmittedFile {
    std::string name;
    std::string media_type;
    std::filesystem::path path;
    Digest digest;
};

/// The same packet for the same input: it is known again by its octets. field_invalid names the field. `own_code`: the
/// sender when `from` does not name another of his codes; whether that is his is looked at later.
Result<edxml::Packet> packet_of(const boost::json::object& metadata, const std::vector<SubmittedFile>& files,
                                const AgencyCode& own_code, const Units& units);

/// {"document": …, "files": […]} or {"status": …}.
boost::json::object json_of(const edxml::Packet& packet);

/// Who writes under this code; its name is the code where the directory has none.
edxml::Organ organ_of(const AgencyCode& code, const Units& units);

}  // namespace hub::gateway
