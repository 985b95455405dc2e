#pragma once
// Receipts as files that any program can read. Written again, they are the same.

#include "hub/core/fault.hpp"
#include "hub/wire/envelope_codec.hpp"

#include <filesystem>

namespace hub::folder {

/// One JSON for the event, and the document's current state brought up to date.
Result<void> write_receipt(const std::filesystem::path& receipts, const wire::Receipt& receipt);

/// {"code", "field", "detail", "title_vi", "title_en", "remedy_vi", "remedy_en"}
std::string reason_json(const std::string& code, const std::string& field, const std::string& detail);

}  // namespace hub::folder
