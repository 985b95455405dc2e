#pragma once
// Failures, operations and acts as text for people.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

namespace hub::ctl {

std::string failures_text(const boost::json::value& answer, Lang lang);
std::string parked_text(const boost::json::value& answer, Lang lang);
std::string preview_text(const boost::json::value& preview, Lang lang);
std::string operation_text(const boost::json::value& operation, Lang lang);
std::string operations_text(const boost::json::value& answer, Lang lang);
std::string acts_text(const boost::json::value& answer, Lang lang);

}  // namespace hub::ctl
