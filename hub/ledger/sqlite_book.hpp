#pragma once

#include "hub/core/operation_book.hpp"

#include <filesystem>

namespace hub::ledger {

/// On a read-only connection of its own.
std::unique_ptr<OperationBook> open_book(std::filesystem::path folder);

}  // namespace hub::ledger
