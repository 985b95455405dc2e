#pragma once
// The names that the API's answers have for states, duties and the like, as words for people. In English the names are
// the words; whoever reads Vietnamese meets none of them. What is not known here stays as it is: a newer hub has more.

#include "hub/ctl/outcome.hpp"

#include <string>
#include <string_view>

namespace hub::ctl {

enum class Names : unsigned char { broker, store, agency, kind, duty, means, act, verb, role };

std::string word_of(Names names, const std::string& name, Lang lang);
/// "06 Hoàn thành", "Bên nhận đã lấy về"; "queued In the receiver's queue". People call statuses by their codes.
std::string station_text(const std::string& name, const std::string& label, Lang lang);
/// What is wrong, of a code that a receiver or the hub has given.
std::string code_text(const std::string& code, Lang lang);
/// The detail of an act of this verb, as the audit keeps it.
std::string detail_text(std::string_view verb, const std::string& detail, Lang lang);

}  // namespace hub::ctl
