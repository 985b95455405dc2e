#pragma once
// Passwords that are long enough and that somebody who guesses tries first.

#include <string_view>

namespace hub::access {

/// It is made of nothing but words of common_passwords.txt, the user's name and the hub's code, whatever digits and signs
/// stand around them; or one of the two names, of four letters or more, stands in it. Marks and capitals do not matter.
bool is_guessable(std::string_view password, std::string_view user, std::string_view hub_code);

}  // namespace hub::access
