#pragma once
// What is in a file that must be there.

#include "hub/ctl/files.hpp"

#include <catch2/catch.hpp>

namespace hub::test {

inline std::string content_of(const std::filesystem::path& file) {
    constexpr std::size_t bytes_max = 10'000'000;
    const auto read = ctl::read_file(file, bytes_max, ctl::Lang::en);
    INFO(file);
    REQUIRE(read.has_value());
    return *read;
}

}  // namespace hub::test
