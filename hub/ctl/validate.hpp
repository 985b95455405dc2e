#pragma once
// `lgsp validate`: all that is wrong with an edXML packet, before anybody sends it. Needs no hub.

#include "hub/ctl/outcome.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>
#include <string_view>

namespace hub::ctl {

/// {file, refused, errors, warnings, left_out, findings: [{severity, rule, code, edxml_code, line, field, value, title,
/// remedy}]}, in the order of the lines; of a packet that is read also {kind, from, to, subject or status, natural_key,
/// signature}. `today` is Vietnam's calendar day. Problem: the file is not there (Exit::not_found) or cannot be read.
Outcome<boost::json::object> validate(const std::filesystem::path& file, std::chrono::year_month_day today, Lang lang);

/// The same as a log of the Static Analysis Results Interchange Format, 2.1.0, which editors and build servers read: every
/// finding with its rule, its words in both languages and its line. edXML knows no columns.
Outcome<boost::json::object> validate_as_sarif(const std::filesystem::path& file, std::chrono::year_month_day today, Lang lang,
                                               std::string_view version);
/// Whether a fault is among them: 8, else 0.
Exit exit_of_sarif(const boost::json::object& log);

/// One finding after the other, as compilers write them: "a.edxml:12: error …".
std::string validation_text(const boost::json::value& validation, Lang lang);

/// 0 when nothing refuses the packet, else 8.
Exit exit_of(const boost::json::object& validation);

}  // namespace hub::ctl
