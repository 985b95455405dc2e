#include "hub/toml_file.hpp"

#include "hub/core/ids.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <span>
#include <string_view>
#include <utility>

namespace hub {
namespace {

constexpr std::size_t toml_bytes_max = 16 * 1024 * 1024;
constexpr std::size_t toml_key_levels_max = 64;
constexpr int mended_max = 50;
constexpr std::size_t statement_lines_max = 100;

using Lines = std::vector<std::string>;

/// The number of the first line with a key of more levels than that, "a.b.c" has three; 0 when there is none. Each level
/// is a table in a table, which the library takes apart by recursion; it bounds arrays in arrays by itself.
int line_of_deep_key(std::size_t levels_max, std::string_view toml) {
    int line = 1;
    std::size_t levels = 1;
    char quote = '\0';
    bool is_long = false;
    for (std::size_t i = 0; i < toml.size(); ++i) {
        const char c = toml[i];
        line += c == '\n' ? 1 : 0;
        if (quote != '\0') {
            if (c == '\\' && quote == '"') {
                ++i;
            } else if (c == quote && (!is_long || toml.substr(i, 3) == std::string(3, quote))) {
                i += is_long ? 2 : 0;
                quote = '\0';
            } else if (c == '\n' && !is_long) {
                quote = '\0';
            }
        } else if (c == '"' || c == '\'') {
            quote = c;
            is_long = toml.substr(i, 3) == std::string(3, c);
            i += is_long ? 2 : 0;
        } else if (c == '#') {
            i = std::min(toml.find('\n', i), toml.size()) - 1;
        } else if (c == '.') {
            if (++levels > levels_max)
                return line;
        } else if (std::string_view{"\n=,{["}.find(c) != std::string_view::npos) {
            levels = 1;
        }
    }
    return 0;
}

Lines lines_of_text(std::string_view text) {
    Lines lines;
    for (std::size_t at = 0; at <= text.size();) {
        const auto end = std::min(text.find('\n', at), text.size());
        lines.emplace_back(text.substr(at, end - at));
        at = end + 1;
    }
    return lines;
}

std::string joined(std::span<const std::string> lines) {
    std::string text;
    for (const std::string& line : lines)
        (text += line) += '\n';
    return text;
}

/// Nothing is wrong with it by itself.
bool is_toml(const std::string& text) {
    try {
        (void)toml::parse(text);
        return true;
    } catch (const toml::parse_error&) {
        return false;
    }
}

bool is_header(const std::string& line) {
    const auto first = line.find_first_not_of(" \t");
    return first != std::string::npos && line[first] == '[' && is_toml(line);
}

/// Behind the last line of the key with its value, or of the table, that begins there. Nullopt: it is wrong by itself.
std::optional<std::size_t> end_of(std::span<const std::string> lines, std::size_t first) {
    if (is_header(lines[first])) {
        std::size_t next = first + 1;
        while (next < lines.size() && !is_header(lines[next]))
            ++next;
        return next;
    }
    const std::size_t last = std::min(lines.size(), first + statement_lines_max);
    for (std::size_t end = first + 1; end <= last; ++end)
        if (is_toml(joined(lines.subspan(first, end - first))))
            return end;
    return std::nullopt;
}

/// What stands for the second time, with the header above it and the numbers of its lines.
struct Repeated {
    int line = 0;
    Lines lines;
};

/// Takes lines `first` to `end` out of the others.
Repeated take_repeated(Lines& lines, std::size_t first, std::size_t end) {
    Repeated repeated{static_cast<int>(first) + 1, Lines(lines.size())};
    for (std::size_t above = first; !is_header(lines[first]) && above-- > 0;)
        if (is_header(lines[above])) {
            repeated.lines[above] = lines[above];
            break;
        }
    for (std::size_t i = first; i < end; ++i)
        std::swap(repeated.lines[i], lines[i]);
    return repeated;
}

/// The table that a header of this line is about; null: it is about none.
toml::table* table_at(toml::node& node, int line, std::string& name) {
    toml::array* const list = node.as_array();
    if (!list)
        return node.as_table();
    toml::table* found = nullptr;
    std::size_t index = 0;
    for (std::size_t i = 0; i < list->size(); ++i)
        if (toml::table* const item = (*list)[i].as_table(); item && line_of(*item) <= line) {
            found = item;
            index = i;
        }
    if (found)
        name += "[" + std::to_string(index) + "]";
    return found;
}

/// Whether this line is about the node itself, and not about one within it, as "[a.b]" and "a.b = 1" are.
bool is_at(int line, const toml::node& node) {
    const toml::table* const table = node.as_table();
    if (table && !table->is_inline())
        for (auto&& [key, within] : *table)
            if (line_of(within) == line)
                return false;
    return line_of(node) == line;
}

class Reader {
public:
    explicit Reader(const TomlFile& file) : file_{file} {}

    std::optional<toml::table> read(Lines lines) {
        std::vector<Repeated> repeated;
        auto table = parse(lines, repeated);
        for (Repeated& each : repeated) {
            auto second = table ? read(std::move(each.lines)) : std::nullopt;
            if (second)
                merge(*table, *second, {}, each.line);
            else
                file_.add(each.line, {}, "stands above already", "đã có ở trên");
        }
        return table;
    }

private:
    std::optional<toml::table> parse(Lines& lines, std::vector<Repeated>& repeated) {
        for (int mended = 0;; ++mended) {
            try {
                toml::table table = toml::parse(joined(lines), file_.path.string());
                return table;
            } catch (const toml::parse_error& wrong) {
                const auto line = static_cast<int>(wrong.source().begin.line);
                const std::string words{wrong.description()};
                if (mended < mended_max && mend(lines, line, words, repeated))
                    continue;
                std::erase_if(file_.mistakes, [&](const SettingsMistake& told) {
                    return told.file == file_.path.string() && told.line == line && told.key.empty();
                });
                refuse(line, words, "; until this is right nothing else of the file is looked at",
                       "; sửa lỗi này trước, phần còn lại của tệp chưa được xem");
                return std::nullopt;
            }
        }
    }

    /// Whether the lines are worth another try.
    bool mend(Lines& lines, int line, const std::string& words, std::vector<Repeated>& repeated) const {
        const auto at = static_cast<std::size_t>(line) - 1;
        if (at >= lines.size())
            return false;
        const bool is_repeated = words.find("cannot redefine existing") != std::string::npos;
        if (const auto end = is_repeated ? end_of(lines, at) : std::nullopt) {
            repeated.push_back(take_repeated(lines, at, *end));
            return true;
        }
        // Another value for one that is none: its key is not missing, and what follows stays in its table.
        const auto equals = lines[at].find('=');
        const std::string stand_in = lines[at].substr(0, equals) + "= 0";
        if (equals == std::string::npos || stand_in == lines[at] || !is_toml(stand_in))
            return false;
        refuse(line, words);
        lines[at] = stand_in;
        return true;
    }

    /// Adds what is only in `second`; the rest stands twice, and so does what begins in `line`.
    void merge(toml::table& first, toml::table& second, const std::string& name, int line) const {
        for (auto&& [key, node] : second) {
            toml::node* const there = first.get(key.str());
            if (!there) {
                first.insert(key, std::move(node));
                continue;
            }
            std::string full = (name.empty() ? "" : name + ".") + std::string{key.str()}, unused;
            toml::table* const more = table_at(node, std::numeric_limits<int>::max(), unused);
            toml::table* const known = more ? table_at(*there, line_of(*more), full) : nullptr;
            const bool is_itself = is_at(line, node);
            if (is_itself || !known)
                file_.add(line_of(node), full, "stands in line " + std::to_string(line_of(*there)) + " already",
                          "đã có ở dòng " + std::to_string(line_of(*there)));
            if (known && (!is_itself || node.type() == there->type()))
                merge(*known, *more, full, line);
        }
    }

    void refuse(int line, const std::string& words, std::string_view more_en = {}, std::string_view more_vi = {}) const {
        file_.add(line, {}, "not TOML: " + words + std::string{more_en},
                  "sai cú pháp TOML: " + words + std::string{more_vi});
    }

    const TomlFile& file_;
};

}  // namespace

void TomlFile::add(int line, std::string key, std::string problem_en, std::string problem_vi) const {
    const bool is_unread = std::ranges::any_of(mistakes, [&](const SettingsMistake& told) {
        return line != 0 && told.line == line && told.key.empty() && told.file == path.string();
    });
    if (!is_unread)
        mistakes.push_back({path.string(), line, std::move(key), std::move(problem_en), std::move(problem_vi)});
}

std::optional<toml::table> TomlFile::parse() const {
    std::error_code error;
    if (!std::filesystem::is_regular_file(path, error)) {
        if (std::filesystem::exists(path, error))
            add(0, {}, "not a file", "không phải là tệp");
        else
            add(0, {}, "there is no such file", "không có tệp này");
        return std::nullopt;
    }
    if (std::filesystem::file_size(path, error) > toml_bytes_max || error) {
        add(0, {}, "larger than 16 MiB", "lớn hơn 16 MiB");
        return std::nullopt;
    }
    std::ifstream stream{path, std::ios::binary};
    const Bytes octets{std::istreambuf_iterator<char>{stream}, {}};
    if (!stream) {
        add(0, {}, "cannot be read", "không đọc được");
        return std::nullopt;
    }
    if (const auto line = line_of_deep_key(toml_key_levels_max, octets); line != 0) {
        add(line, {}, "a key of more than 64 levels", "khóa có hơn 64 cấp");
        return std::nullopt;
    }
    return Reader{*this}.read(lines_of_text(octets));
}

}  // namespace hub
