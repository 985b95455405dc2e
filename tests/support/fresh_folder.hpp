#pragma once
// A folder of a test's own, removed at the end, and short ways to look into it.

#include "hub/core/ids.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

namespace hub::test {

class FreshFolder {
public:
    FreshFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "lgsp-test-XXXXXX").string();
        HUB_ASSERT(::mkdtemp(name.data()) != nullptr);
        path_ = name;
    }
    ~FreshFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    FreshFolder(const FreshFolder&) = delete;
    FreshFolder& operator=(const FreshFolder&) = delete;

    const std::filesystem::path& path() const noexcept { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

inline void write_file(const std::filesystem::path& file, BytesView octets) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream stream{file, std::ios::binary};
    stream << octets;
    stream.close();
    HUB_ASSERT(stream.good());
}

/// Empty when it is not there.
inline Bytes read_file(const std::filesystem::path& file) {
    std::ifstream stream{file, std::ios::binary | std::ios::ate};
    if (!stream)
        return {};
    Bytes octets(static_cast<std::size_t>(stream.tellg()), '\0');
    stream.seekg(0);
    stream.read(octets.data(), static_cast<std::streamsize>(octets.size()));
    return octets;
}

/// The names in a folder, hidden ones too, sorted.
inline std::vector<std::string> names_in(const std::filesystem::path& folder) {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder})
        names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
}

}  // namespace hub::test
