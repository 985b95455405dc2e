#pragma once
// A folder that goes with the test.

#include "hub/core/fault.hpp"

#include <stdlib.h>

#include <filesystem>

namespace hub::edxml::test {

class TrialFolder {
public:
    TrialFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "lgsp-edxml-XXXXXX").string();
        HUB_ASSERT(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~TrialFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    TrialFolder(const TrialFolder&) = delete;
    TrialFolder& operator=(const TrialFolder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace hub::edxml::test
