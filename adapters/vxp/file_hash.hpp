#pragma once
// The parameter `hash-file` of a sent packet: SHA-256 in hexadecimal, as the axis's SDK writes it or as it should be.

#include "hub/core/ids.hpp"

#include <cstdint>
#include <filesystem>

namespace hub::vxp {

/// The SDK writes an octet below 16 as one digit: 0x0a is "a".
enum class HashForm : std::uint8_t { sdk, padded };
/// What a server takes; `either`: one of the forms, or none at all; `ignored`: anything.
enum class HashCheck : std::uint8_t { ignored, sdk, padded, either };

std::string hash_text(const Digest& digest, HashForm form);
/// Hexadecimal digits in any case.
bool fits(std::string_view text, const Digest& digest, HashCheck check);

struct FileMeasure {
    std::uint64_t bytes = 0;
    Digest digest;
};

/// Reads all of it. not_found, internal.
Result<FileMeasure> measure_file(const std::filesystem::path& file);

}  // namespace hub::vxp
