#pragma once
// A TOML file as people write it, with what is wrong in it: read on behind a mistake as far as the rest still means the
// same, so that one run finds every mistake. Used while starting, by one thread.

#include "hub/core/setting.hpp"
#include "hub/settings_mistake.hpp"

#include <toml++/toml.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace hub {

/// A file that is being read, where its mistakes go, and what was read.
struct TomlFile {
    std::filesystem::path path;
    SettingsMistakes& mistakes;
    std::vector<Setting>* read = nullptr;         ///< Every value that was asked for; null: nobody wants to know.

    /// Of a line that could not be read nothing more is told: what was read in its place is not the operator's.
    void add(int line, std::string key, std::string problem_en, std::string problem_vi) const;
    /// The table at the top, of all that could be read; nullopt when that is not enough to go on.
    std::optional<toml::table> parse() const;
};

inline int line_of(const toml::node& node) noexcept { return static_cast<int>(node.source().begin.line); }

}  // namespace hub
