#pragma once
// lgsp agency show, for people.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace hub::ctl {

/// Of GET /v1/agencies/{code}.
std::string agency_text(const boost::json::value& answer, Lang lang);

}  // namespace hub::ctl
