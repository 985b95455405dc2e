#pragma once
// Receipts as files that any program can read. Written again, they are the same.

#include "hub/core/fault.hpp"
#include "hub/wire/envelope_codec.hpp"

#include <filesystem>
#include <span>

namespace hub::folder {

/// One JSON for each event, and the documents' current states brought up to date: all together, whatever their number.
Result<void> write_receipts(const std::filesystem::path& folder, std::span<const wire::Receipt> receipts);

/// {"code", "field", "detail", "title_vi", "title_en", "remedy_vi", "remedy_en"}
std::string reason_json(const std::string& code, const std::string& field, const std::string& detail);

}  // namespace hub::folder
