#pragma once
// Queues for people: what waits for whom, what operators have set.

#include "hub/ctl/output.hpp"

#include <boost/json/value.hpp>

#include <string>

namespace hub::ctl {

class Node;

std::string queues_text(const boost::json::value& answer, Lang lang);
std::string queue_text(const boost::json::value& answer, Lang lang);
/// Of what the hub keeps because of a pause: "an, since …: reason".
std::string pause_text(const Node& paused, Lang lang);

}  // namespace hub::ctl
