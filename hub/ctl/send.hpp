#pragma once
// Hands a packet to a folder adapter, as a document system would, and waits for what becomes of it.

#include "hub/ctl/outcome.hpp"

#include <boost/json/object.hpp>

#include <chrono>
#include <filesystem>

namespace hub::ctl {

/// {"file", "outcome": "handed_over" | "accepted" | "refused" | "waiting", "reason"?}. A refusal is not a problem
/// here: the caller decides the exit code by the outcome.
Outcome<boost::json::object> send(const std::filesystem::path& file, const std::filesystem::path& outbox,
                                  std::chrono::seconds wait, Lang lang);

}  // namespace hub::ctl
