#pragma once
// Reads one table of a TOML file key by key and notes everything that is wrong with it. Whoever asks gets
// nullopt (or the fallback) for a wrong value and goes on, so that one run finds every mistake. Used while
// starting, by one thread.

#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"
#include "hub/toml_file.hpp"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hub {

enum class Presence : std::uint8_t { required, optional };
enum class Secrecy : std::uint8_t { open, secret };   ///< Secret files may be read by their owner only.

class TomlSection {
public:
    static constexpr std::size_t file_bytes_max = 1024 * 1024;

    /// `file` and `table` must outlive it. `table` null: it is not there, so everything required in it is missing.
    TomlSection(const TomlFile& file, const toml::table* table, std::string name, int line);

    std::optional<std::string> text(std::string_view key, Presence presence);
    std::string text(std::string_view key, std::string fallback);
    std::int64_t whole(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback);
    bool flag(std::string_view key, bool fallback);
    /// Which of `choices`; the first when the key is not there or is wrong.
    std::size_t choice(std::string_view key, std::span<const std::string_view> choices);
    std::optional<AgencyCode> code(std::string_view key, Presence presence);
    std::vector<AgencyCode> codes(std::string_view key);
    /// A TOML date (midnight in Vietnam, UTC+7) or a date-time with its zone.
    std::optional<Instant> instant(std::string_view key);
    /// The items of a list, each with its name for mistakes; empty when the key is not there: then `usual` holds, which
    /// is told to people.
    struct Item {
        std::string name;
        const toml::node* node;
    };
    std::vector<Item> items(std::string_view key, std::string usual = {});
    void refuse(const Item& item, std::string problem_en, std::string problem_vi) const;
    /// Relative paths are relative to the file that names them.
    std::optional<std::filesystem::path> path(std::string_view key, Presence presence);
    /// The path of a file that is there and can be read.
    std::optional<std::filesystem::path> file(std::string_view key, Presence presence, Secrecy secrecy);
    /// What the file holds, without a line end behind it.
    std::optional<Bytes> content(std::string_view key, Presence presence, Secrecy secrecy);
    struct NamedContent {
        std::string key;
        std::string path;
        Bytes octets;
    };
    std::vector<NamedContent> contents(std::string_view key);

    TomlSection section(std::string_view key);
    std::vector<TomlSection> sections(std::string_view key);

    bool has(std::string_view key) const;
    /// Call last: every key that nobody asked for is a mistake.
    void refuse_unknown();
    void refuse(std::string_view key, std::string problem_en, std::string problem_vi) const;

    int line() const noexcept { return line_; }
    std::string name_of(std::string_view key) const;

private:
    /// How a value is told to people.
    struct Told {
        std::optional<std::string> usual = std::nullopt;   ///< What holds when the key is not there.
        bool is_path = false;
        Secrecy secrecy = Secrecy::open;                    ///< Of what the file with this path holds.
    };
    const toml::node* find(std::string_view key, Presence presence);
    const toml::node* find_value(std::string_view key, Presence presence, Told told);
    std::optional<std::string> text_of(const toml::node* node, std::string_view key) const;
    std::optional<Bytes> read(const toml::node& node, const std::string& key, Secrecy secrecy) const;
    std::filesystem::path resolved(const std::string& text) const;
    void refuse(const toml::node& node, const std::string& key, std::string problem_en, std::string problem_vi) const;

    const TomlFile* file_;
    const toml::table* table_;
    std::string name_;
    int line_;
    std::vector<std::string> asked_;
};

/// A value as a mistake shows it: quoted, on one line, cut.
std::string shown(std::string_view text);

}  // namespace hub
