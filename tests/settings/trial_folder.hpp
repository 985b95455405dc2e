#pragma once
// A fresh folder with everything that valid settings name; removed at the end.

#include "hub/settings.hpp"
#include "tests/support/fresh_folder.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace hub::test {

class TrialFolder {
public:
    TrialFolder();

    const std::filesystem::path& path() const noexcept { return folder_.path(); }
    /// Mode 0600, so it serves as a secret too.
    std::filesystem::path write(std::string_view name, std::string_view content) const;
    LoadedSettings load(std::string_view hub_toml) const { return load_settings(write("hub.toml", hub_toml)); }

    static std::string hub_toml();
    static std::string agencies_toml();

private:
    FreshFolder folder_;
};

/// What is replaced by what, and what the one mistake that follows says.
struct Wrong {
    std::string_view from;
    std::string_view to;
    std::string_view said;
};

/// `text` with `from`, which must be in it, replaced.
std::string with(std::string text, std::string_view from, std::string_view to);

/// "FILE NAME:LINE: KEY: PROBLEM" for each, one a line.
std::string lines_of(const SettingsMistakes& mistakes);

}  // namespace hub::test
