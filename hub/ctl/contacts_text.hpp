#pragma once
// Whom to telephone, for people.

#include "hub/ctl/node.hpp"

namespace hub::ctl {

/// The one to call first: "Văn thư 0259 0000 000"; "-" when nobody is known.
std::string first_contact(const Node& contacts);
/// All of them, a line each, behind `head`; empty when there are none.
std::string contact_lines(const Node& contacts, const std::string& head);

}  // namespace hub::ctl
