#pragma once
// Names of packets as files.

#include "hub/core/envelope.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace hub::folder {

/// Document systems on Windows write the suffix in capitals too.
bool has_packet_suffix(std::string_view name);
/// The name under which a file goes its way: cut when it is too long, but not within a letter.
std::string kept_name(const std::string& name);
/// Foreign text, such as the name of a file, as an envelope may carry it: UTF-8, `_` for each octet that is none and for
/// each letter that steers (hub/telemetry/visible.hpp).
std::string carried_text(std::string_view text);
/// A part of a file name that every file system takes.
std::string file_word(std::string_view text);
/// Of a received packet, in arriving/ and in inbox/; ends with the envelope's id.
std::string packet_name(const EnvelopeHeader& header);
std::optional<EnvelopeId> id_in(const std::string& packet_name);

}  // namespace hub::folder
