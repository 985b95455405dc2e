#pragma once
// The API's answers as text for people.

#include "hub/ctl/outcome.hpp"

#include <boost/json/value.hpp>

namespace hub::ctl {

std::string recall_text(const boost::json::value& outcome, Lang lang);
std::string sent_text(const boost::json::value& outcome, Lang lang);
std::string status_text(const boost::json::value& status, Lang lang);
std::string documents_text(const boost::json::value& answer, Lang lang);
std::string story_text(const boost::json::value& story, Lang lang);
/// Lamps with their causes; overdue agencies or documents.
std::string health_text(const boost::json::value& answer, Lang lang);
std::string overdue_text(const boost::json::value& answer, Lang lang);
std::string explained_text(const boost::json::value& answer, Lang lang);
std::string directory_text(const boost::json::value& value, Lang lang);
std::string agencies_text(const boost::json::value& answer, Lang lang);

}  // namespace hub::ctl
