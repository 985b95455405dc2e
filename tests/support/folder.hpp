#pragma once
// A fresh folder of a test's own, removed with everything in it at the end.

#include "hub/core/fault.hpp"

#include <cstdlib>
#include <filesystem>

namespace hub::test {

class Folder {
public:
    Folder() {
        std::string name = (std::filesystem::temp_directory_path() / "lgsp-test-XXXXXX").string();
        HUB_ASSERT(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~Folder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

}  // namespace hub::test
