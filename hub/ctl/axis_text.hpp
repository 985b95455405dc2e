#pragma once
// The way to the national axis as text for people.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

namespace hub::ctl {

std::string axis_text(const boost::json::value& answer, Lang lang);

}  // namespace hub::ctl
