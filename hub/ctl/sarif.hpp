#pragma once
// A packet's findings in the Static Analysis Results Interchange Format (SARIF 2.1.0, OASIS).

#include "adapters/edxml/read_packet.hpp"
#include "hub/ctl/outcome.hpp"

#include <boost/json/object.hpp>

#include <filesystem>
#include <string_view>

namespace hub::ctl {

/// `lang` is that of message.text; the words of each rule stand there in both.
boost::json::object sarif_of(const edxml::Report& report, const std::filesystem::path& file, Lang lang, std::string_view version);

}  // namespace hub::ctl
