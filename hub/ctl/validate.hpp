#pragma once
// `lgsp validate`: all that is wrong with an edXML packet, before anybody sends it. Needs no hub.

#include "hub/ctl/outcome.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>

namespace hub::ctl {

/// {file, refused, errors, warnings, left_out, findings: [{severity, rule, code, edxml_code, line, field, value, title,
/// remedy}]}, in the order of the lines; of a packet that is read also {kind, from, to, subject or status, natural_key,
/// signature}. `today` is Vietnam's calendar day. Problem: the file is not there (Exit::not_found) or cannot be read.
Outcome<boost::json::object> validate(const std::filesystem::path& file, std::chrono::year_month_day today, Lang lang);

/// One finding after the other, as compilers write them: "a.edxml:12: error …".
std::string validation_text(const boost::json::value& validation, Lang lang);

/// 0 when nothing refuses the packet, else 1.
Exit exit_of(const boost::json::object& validation);

}  // namespace hub::ctl
