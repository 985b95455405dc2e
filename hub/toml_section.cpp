#include "hub/toml_section.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/nearest.hpp"
#include "hub/core/signature.hpp"
#include "hub/core/working_calendar.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace hub {
namespace {

/// A value as people read it, not as TOML quotes it.
std::string words_of(const toml::node& node) {
    if (const auto text = node.value_exact<std::string>())
        return *text;
    std::ostringstream out;
    if (const toml::array* const list = node.as_array()) {
        for (const toml::node& item : *list)
            out << (out.tellp() > 0 ? ", " : "") << words_of(item);
    } else {
        node.visit([&](const auto& value) { out << value; });
    }
    return out.str();
}

struct Reading {
    std::optional<Bytes> octets;
    std::string problem_en;
    std::string problem_vi;
};

Reading read_whole(const std::filesystem::path& path, Secrecy secrecy) {
    struct stat status{};
    const std::string named = shown(path.string());
    if (::stat(path.c_str(), &status) != 0)
        return {std::nullopt, named + ": there is no such file", named + ": không có tệp này"};
    if (!S_ISREG(status.st_mode))
        return {std::nullopt, named + ": not a regular file", named + ": không phải là tệp thường"};
    if (secrecy == Secrecy::secret && (status.st_mode & (S_IRWXG | S_IRWXO)) != 0)
        return {std::nullopt, named + ": others may read this secret; chmod 600",
                named + ": người khác đọc được tệp bí mật này; dùng chmod 600"};
    if (std::cmp_greater(status.st_size, TomlSection::file_bytes_max))
        return {std::nullopt, named + ": larger than 1 MiB", named + ": lớn hơn 1 MiB"};
    std::ifstream stream{path, std::ios::binary};
    Bytes octets{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream)
        return {std::nullopt, named + ": cannot be read", named + ": không đọc được"};
    return {std::move(octets), {}, {}};
}

}  // namespace

std::string shown(std::string_view text) {
    constexpr std::size_t shown_bytes_max = 120;
    std::string out = "\"";
    const bool is_readable = is_utf8(text);
    for (const char c : text.substr(0, shown_bytes_max)) {
        const auto octet = static_cast<unsigned char>(c);
        out += octet < 0x20 || octet == 0x7F || (octet >= 0x80 && !is_readable) ? '?' : c;
    }
    // The cut may have gone through a letter.
    while (!is_utf8(out))
        out.pop_back();
    return out += text.size() > shown_bytes_max ? "…\"" : "\"";
}

TomlSection::TomlSection(const TomlFile& file, const toml::table* table, std::string name, int line)
    : file_{&file}, table_{table}, name_{std::move(name)}, line_{line} {}

std::string TomlSection::name_of(std::string_view key) const {
    return name_.empty() ? std::string{key} : name_ + "." + std::string{key};
}

void TomlSection::refuse(const toml::node& node, const std::string& key, std::string problem_en,
                         std::string problem_vi) const {
    file_->add(line_of(node), key, std::move(problem_en), std::move(problem_vi));
}

void TomlSection::refuse(std::string_view key, std::string problem_en, std::string problem_vi) const {
    const toml::node* const node = table_ ? table_->get(key) : nullptr;
    file_->add(node ? line_of(*node) : line_, name_of(key), std::move(problem_en), std::move(problem_vi));
}

bool TomlSection::has(std::string_view key) const { return table_ && table_->contains(key); }

const toml::node* TomlSection::find(std::string_view key, Presence presence) {
    asked_.emplace_back(key);
    const toml::node* const node = table_ ? table_->get(key) : nullptr;
    if (!node && presence == Presence::required)
        file_->add(line_, name_of(key), "missing", "thiếu");
    return node;
}

const toml::node* TomlSection::find_value(std::string_view key, Presence presence, Told told) {
    const toml::node* const node = find(key, presence);
    if (!file_->read)
        return node;
    Setting setting{.key = name_of(key), .value = std::move(told.usual), .is_secret = told.secrecy == Secrecy::secret};
    if (node) {
        setting.value = told.is_path ? resolved(words_of(*node)).string() : words_of(*node);
        setting.file = file_->path.string();
        setting.line = line_of(*node);
    }
    file_->read->push_back(std::move(setting));
    return node;
}

std::optional<std::string> TomlSection::text_of(const toml::node* node, std::string_view key) const {
    if (!node)
        return std::nullopt;
    const auto value = node->value_exact<std::string>();
    if (!value || value->empty()) {
        refuse(*node, name_of(key), "must be a text that is not empty", "phải là chuỗi ký tự không rỗng");
        return std::nullopt;
    }
    return value;
}

std::optional<std::string> TomlSection::text(std::string_view key, Presence presence) {
    return text_of(find_value(key, presence, {}), key);
}

std::string TomlSection::text(std::string_view key, std::string fallback) {
    return text_of(find_value(key, Presence::optional, {.usual = fallback}), key).value_or(std::move(fallback));
}

std::int64_t TomlSection::whole(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback) {
    const toml::node* const node = find_value(key, Presence::optional, {.usual = std::to_string(fallback)});
    if (!node)
        return fallback;
    const auto value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most) {
        const std::string found = value ? std::to_string(*value) + ": " : std::string{};
        const std::string from = std::to_string(least), to = std::to_string(most);
        refuse(*node, name_of(key), found + "must be a whole number from " + from + " to " + to,
               found + "phải là số nguyên từ " + from + " đến " + to);
        return fallback;
    }
    return *value;
}

bool TomlSection::flag(std::string_view key, bool fallback) {
    const toml::node* const node = find_value(key, Presence::optional, {.usual = fallback ? "true" : "false"});
    if (!node)
        return fallback;
    const auto value = node->value_exact<bool>();
    if (!value)
        refuse(*node, name_of(key), "must be true or false", "phải là true hoặc false");
    return value.value_or(fallback);
}

std::size_t TomlSection::choice(std::string_view key, std::span<const std::string_view> choices) {
    const toml::node* const node = find_value(key, Presence::optional, {.usual = std::string{choices.front()}});
    if (!node)
        return 0;
    const auto value = node->value_exact<std::string>();
    const auto chosen = value ? std::ranges::find(choices, *value) : choices.end();
    if (chosen != choices.end())
        return static_cast<std::size_t>(chosen - choices.begin());
    std::string list;
    for (const std::string_view each : choices)
        list.append(list.empty() ? "" : ", ").append(shown(each));
    const std::string found = value ? shown(*value) + ": " : std::string{};
    refuse(*node, name_of(key), found + "must be one of " + list, found + "phải là một trong " + list);
    return 0;
}

std::optional<AgencyCode> TomlSection::code(std::string_view key, Presence presence) {
    const auto value = text(key, presence);
    if (!value)
        return std::nullopt;
    auto parsed = AgencyCode::parse(*value);
    if (!parsed) {
        refuse(key, shown(*value) + ": not an agency code (letters, digits, '.', '-', '_'; at most 35)",
               shown(*value) + ": không phải mã định danh (chữ, số, '.', '-', '_'; tối đa 35 ký tự)");
        return std::nullopt;
    }
    return *parsed;
}

std::vector<AgencyCode> TomlSection::codes(std::string_view key) {
    std::vector<AgencyCode> found;
    const toml::node* const node = find_value(key, Presence::required, {});
    if (!node)
        return found;
    const toml::array* const list = node->as_array();
    if (!list || list->empty()) {
        refuse(*node, name_of(key), "must be a list of agency codes", "phải là danh sách mã định danh");
        return found;
    }
    for (std::size_t i = 0; i < list->size(); ++i) {
        const auto value = (*list)[i].value_exact<std::string>();
        const auto parsed = AgencyCode::parse(value.value_or(""));
        const std::string name = name_of(key) + "[" + std::to_string(i) + "]";
        if (!value)
            refuse((*list)[i], name, "must be a text", "phải là chuỗi ký tự");
        else if (!parsed)
            refuse((*list)[i], name, shown(*value) + ": not an agency code", shown(*value) + ": không phải mã định danh");
        else if (std::ranges::find(found, *parsed) != found.end())
            refuse((*list)[i], name, shown(parsed->text()) + ": named twice", shown(parsed->text()) + ": ghi hai lần");
        else
            found.push_back(*parsed);
    }
    return found;
}

std::vector<TomlSection::Item> TomlSection::items(std::string_view key, std::string usual) {
    std::vector<Item> found;
    const toml::node* const node = find_value(key, Presence::optional, {.usual = std::move(usual)});
    if (!node)
        return found;
    const toml::array* const list = node->as_array();
    if (!list)
        refuse(*node, name_of(key), "must be a list", "phải là danh sách");
    for (std::size_t i = 0; list && i < list->size(); ++i)
        found.push_back({name_of(key) + "[" + std::to_string(i) + "]", &(*list)[i]});
    return found;
}

void TomlSection::refuse(const Item& item, std::string problem_en, std::string problem_vi) const {
    refuse(*item.node, item.name, std::move(problem_en), std::move(problem_vi));
}

std::optional<Instant> TomlSection::instant(std::string_view key) {
    using namespace std::chrono;
    const toml::node* const node = find_value(key, Presence::optional, {});
    if (!node)
        return std::nullopt;
    const auto day_of = [](const toml::date& d) {
        return sys_days{year{d.year} / month{d.month} / day{d.day}};
    };
    if (const auto date = node->value_exact<toml::date>())
        return Instant{day_of(*date)} - WorkingCalendar::zone;
    if (const auto at = node->value_exact<toml::date_time>(); at && at->offset)
        return Instant{day_of(at->date)} + hours{at->time.hour} + minutes{at->time.minute}
               + seconds{at->time.second} - minutes{at->offset->minutes};
    refuse(*node, name_of(key), "must be a date (2026-11-01) or a time with its zone (2026-11-01T00:00:00+07:00)",
           "phải là ngày (2026-11-01) hoặc thời điểm có múi giờ (2026-11-01T00:00:00+07:00)");
    return std::nullopt;
}

std::filesystem::path TomlSection::resolved(const std::string& text) const {
    return (file_->path.parent_path() / text).lexically_normal();
}

std::optional<std::filesystem::path> TomlSection::path(std::string_view key, Presence presence) {
    const auto value = text_of(find_value(key, presence, {.is_path = true}), key);
    return value ? std::optional{resolved(*value)} : std::nullopt;
}

std::optional<Bytes> TomlSection::read(const toml::node& node, const std::string& key, Secrecy secrecy) const {
    const auto value = node.value_exact<std::string>();
    if (!value || value->empty()) {
        refuse(node, key, "must be the name of a file", "phải là tên tệp");
        return std::nullopt;
    }
    Reading reading = read_whole(resolved(*value), secrecy);
    if (!reading.octets)
        refuse(node, key, std::move(reading.problem_en), std::move(reading.problem_vi));
    else if (file_->read && !file_->read->empty() && file_->read->back().key == key)
        file_->read->back().content = sha256(*reading.octets);
    return std::move(reading.octets);
}

std::optional<std::filesystem::path> TomlSection::file(std::string_view key, Presence presence, Secrecy secrecy) {
    const toml::node* const node = find_value(key, presence, {.is_path = true, .secrecy = secrecy});
    if (!node || !read(*node, name_of(key), secrecy))
        return std::nullopt;
    return resolved(*node->value_exact<std::string>());
}

std::optional<Bytes> TomlSection::content(std::string_view key, Presence presence, Secrecy secrecy) {
    const toml::node* const node = find_value(key, presence, {.is_path = true, .secrecy = secrecy});
    auto octets = node ? read(*node, name_of(key), secrecy) : std::nullopt;
    if (!octets)
        return std::nullopt;
    while (octets->ends_with('\n') || octets->ends_with('\r'))
        octets->pop_back();
    if (octets->empty()) {
        refuse(*node, name_of(key), "this file is empty", "tệp này rỗng");
        return std::nullopt;
    }
    return octets;
}

std::vector<TomlSection::NamedContent> TomlSection::contents(std::string_view key) {
    std::vector<NamedContent> found;
    const toml::node* const node = find_value(key, Presence::optional, {});
    const toml::array* const list = node ? node->as_array() : nullptr;
    if (node && !list)
        refuse(*node, name_of(key), "must be a list of file names", "phải là danh sách tên tệp");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
        const std::string item = std::string{key} + "[" + std::to_string(i) + "]";
        if (auto octets = read((*list)[i], name_of(item), Secrecy::open))
            found.push_back({item, resolved(*(*list)[i].value_exact<std::string>()).string(), std::move(*octets)});
    }
    return found;
}

TomlSection TomlSection::section(std::string_view key) {
    const toml::node* const node = find(key, Presence::optional);
    const toml::table* const table = node ? node->as_table() : nullptr;
    if (node && !table)
        refuse(*node, name_of(key), "must be a table", "phải là một bảng");
    return {*file_, table, name_of(key), node ? line_of(*node) : 0};
}

std::vector<TomlSection> TomlSection::sections(std::string_view key) {
    std::vector<TomlSection> found;
    const toml::node* const node = find(key, Presence::optional);
    const toml::array* const list = node ? node->as_array() : nullptr;
    if (node && !list)
        refuse(*node, name_of(key), "must be a list of tables", "phải là danh sách các bảng");
    for (std::size_t i = 0; list && i < list->size(); ++i) {
        const std::string name = name_of(key) + "[" + std::to_string(i) + "]";
        if (const toml::table* const table = (*list)[i].as_table())
            found.emplace_back(*file_, table, name, line_of((*list)[i]));
        else
            refuse((*list)[i], name, "must be a table", "phải là một bảng");
    }
    return found;
}

void TomlSection::refuse_unknown() {
    if (!table_)
        return;
    for (const auto& [key, node] : *table_) {
        const std::string_view found = key.str();
        if (std::ranges::find(asked_, found) != asked_.end())
            continue;
        const auto nearest = nearest_of(asked_, found);
        refuse(node, name_of(found), "no such setting" + (nearest ? "; did you mean " + *nearest + "?" : std::string{}),
               "không có cài đặt này" + (nearest ? "; ý là " + *nearest + "?" : std::string{}));
    }
}

}  // namespace hub
