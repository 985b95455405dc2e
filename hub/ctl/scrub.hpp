#pragma once
// What may leave the house: of what is known nothing but what is named here. A key or a word that is not known stays.

#include <boost/json/value.hpp>

#include <span>
#include <string>
#include <string_view>

namespace hub::ctl {

/// Of every object in it only these keys.
boost::json::value only_keys(const boost::json::value& value, std::span<const std::string_view> keys);

/// Names and passwords in addresses, and mail addresses, become "…".
std::string without_names(std::string_view text);

/// The lines that are events of our programs, with time, level, event, envelope, agency, code, field and number;
/// of all others only how many there were. Texts (title, peer_text, place,
/// correlation) are left out.
std::string scrubbed_journal(std::string_view lines);

}  // namespace hub::ctl
