#pragma once
// `lgsp recall`: asks the receivers of a document to give it back.

#include "hub/ctl/outcome.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>
#include <vector>

namespace hub::ctl {

struct RecallRequest {
    std::string reason;                        ///< For the receivers; what stands in a packet's Description.
    std::vector<std::string> receivers;        ///< Codes; empty: all who have not given it back.
    std::filesystem::path outbox;              ///< Of the sender's folder adapter: it signs, the hub never speaks for it.
};

/// Writes a status packet 13 for each receiver of `story`, as the hub's API told it, but for those who have been asked
/// or have given it back. Answers with receivers and files. not_found when a receiver that is named never got the
/// document, and when nobody is left to be asked.
Outcome<boost::json::object> recall(const boost::json::value& story, const RecallRequest& request,
                                    std::chrono::system_clock::time_point now, Lang lang);

}  // namespace hub::ctl
