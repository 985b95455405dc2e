#include "adapters/vxp/multipart.hpp"

#include "adapters/vxp/operations.hpp"

#include <algorithm>

namespace hub::vxp {
namespace {

constexpr std::size_t boundary_bytes_max = 70;      ///< RFC 2046.
constexpr std::size_t part_header_bytes_max = 8 * 1024;
constexpr std::size_t preamble_bytes_max = 8 * 1024;
constexpr std::size_t parts_max = 16;           ///< Of a form with one file.
constexpr std::string_view line_end = "\r\n";
constexpr std::string_view header_end = "\r\n\r\n";

Fault malformed(const char* what) { return {Errc::field_invalid, "multipart", what}; }

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(" \t") + 1 - first);
}

/// The value of a parameter such as `; name="file_doc"`, with or without quotes.
std::optional<std::string_view> value_of(std::string_view header, std::string_view name) {
    for (auto at = header.find(';'); at != std::string_view::npos; at = header.find(';', at + 1)) {
        std::string_view rest = trimmed(header.substr(at + 1));
        const auto equals = rest.find('=');
        if (equals == std::string_view::npos || !is_same_name(trimmed(rest.substr(0, equals)), name))
            continue;
        rest = trimmed(rest.substr(equals + 1));
        if (rest.starts_with('"'))
            return rest.find('"', 1) == std::string_view::npos ? std::nullopt
                                                               : std::optional{rest.substr(1, rest.find('"', 1) - 1)};
        return trimmed(rest.substr(0, rest.find(';')));
    }
    return std::nullopt;
}

bool is_boundary(std::string_view text) {
    return !text.empty() && text.size() <= boundary_bytes_max && text.back() != ' ' &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~' && c != '"'; });
}

PartHead head_of(std::string_view header) {
    PartHead head;
    while (!header.empty()) {
        const auto end = std::min(header.find(line_end), header.size());
        const std::string_view line = header.substr(0, end);
        header.remove_prefix(std::min(end + line_end.size(), header.size()));
        const auto colon = std::min(line.find(':'), line.size());
        const std::string_view value = line.substr(std::min(colon + 1, line.size()));
        if (is_same_name(line.substr(0, colon), "Content-Type"))
            head.content_type = trimmed(value);
        if (!is_same_name(line.substr(0, colon), "Content-Disposition"))
            continue;
        head.name = value_of(value, "name").value_or("");
        if (const auto file_name = value_of(value, "filename"))
            head.file_name = *file_name;
    }
    return head;
}

}  // namespace

MultipartFrame multipart_frame(std::string_view boundary, std::string_view part_name, std::string_view file_name) {
    const std::string mark{boundary};
    return {.content_type = "multipart/form-data; boundary=" + mark,
            .before = "--" + mark + "\r\nContent-Disposition: form-data; name=\"" + std::string{part_name} +
                      "\"; filename=\"" + std::string{file_name} +
                      "\"\r\nContent-Type: application/octet-stream\r\nContent-Transfer-Encoding: binary\r\n\r\n",
            .after = "\r\n--" + mark + "--\r\n"};
}

std::optional<std::string> boundary_of(std::string_view content_type) {
    const auto type = trimmed(content_type.substr(0, content_type.find(';')));
    const auto boundary = value_of(content_type, "boundary");
    if (!is_same_name(type, "multipart/form-data") || !boundary || !is_boundary(*boundary))
        return std::nullopt;
    return std::string{*boundary};
}

FormReader::FormReader(std::string_view boundary, std::size_t most, PartSink& sink)
    : delimiter_{"\r\n--" + std::string{boundary}}, parts_max_{most}, sink_{sink},
      waiting_{line_end} {}   // The first delimiter may stand at the very beginning.

Result<void> FormReader::add(BytesView piece) {
    waiting_.append(piece);
    for (bool has_moved = true; has_moved;) {
        has_moved = false;
        if (auto stepped = step(has_moved); !stepped)
            return stepped;
    }
    return {};
}

Result<void> FormReader::step(bool& has_moved) {
    switch (stage_) {
    case Stage::preamble:
    case Stage::part_body: {
        const auto at = waiting_.find(delimiter_);
        const bool is_found = at != std::string::npos;
        // Its beginning may be the end of what is there.
        const std::size_t kept = delimiter_.size() - 1;
        const std::size_t size = is_found ? at : waiting_.size() - std::min(waiting_.size(), kept);
        if (stage_ == Stage::preamble && waiting_.size() > preamble_bytes_max && !is_found)
            return malformed("no boundary");
        if (stage_ == Stage::part_body)
            if (auto taken = take_body(size); !taken)
                return taken;
        if (is_found) {
            waiting_.erase(0, stage_ == Stage::preamble ? at + delimiter_.size() : delimiter_.size());
            stage_ = Stage::after_delimiter;
            has_moved = true;
        }
        return {};
    }
    case Stage::after_delimiter: {
        if (waiting_.size() < 2)
            return {};
        has_moved = true;
        if (waiting_.starts_with("--")) {
            stage_ = Stage::epilogue;
            return {};
        }
        if (!waiting_.starts_with(line_end) || ++parts_ > parts_max_)
            return malformed(parts_ > parts_max_ ? "too many parts" : "no line end behind a boundary");
        stage_ = Stage::part_header;
        return {};
    }
    case Stage::part_header: {
        // The line end of the delimiter is still there, so that a part without fields ends at once.
        const auto at = waiting_.find(header_end);
        if (at == std::string::npos)
            return waiting_.size() > part_header_bytes_max ? Result<void>{malformed("header too long")} : Result<void>{};
        if (at > part_header_bytes_max)
            return malformed("header too long");
        const std::string header = waiting_.substr(0, at + line_end.size());
        waiting_.erase(0, at + header_end.size());
        stage_ = Stage::part_body;
        has_moved = true;
        // An empty part's delimiter begins with this line end.
        return sink_.begin(head_of(header));
    }
    case Stage::epilogue: waiting_.clear(); return {};
    }
    return {};
}

Result<void> FormReader::take_body(std::size_t size) {
    const BytesView piece{waiting_.data(), size};
    if (size > 0)
        if (auto sunk = sink_.add(piece); !sunk)
            return sunk;
    waiting_.erase(0, size);
    return {};
}

Result<void> FormReader::finish() const {
    return stage_ == Stage::epilogue ? Result<void>{} : Result<void>{malformed("cut short")};
}

MultipartReader::MultipartReader(std::string_view boundary, std::string part_name, Sink sink)
    : chosen_{std::move(part_name), std::move(sink)}, form_{boundary, parts_max, chosen_} {}

Result<void> MultipartReader::Chosen::begin(const PartHead& head) {
    is_wanted_ = head.name == part_name_;
    found_ += is_wanted_ ? 1 : 0;
    return found_ > 1 ? Result<void>{malformed("the file twice")} : Result<void>{};
}

Result<void> MultipartReader::finish() const {
    if (auto whole = form_.finish(); !whole)
        return whole;
    return chosen_.is_found() ? Result<void>{} : Result<void>{malformed("khong co tep (no file)")};
}

}  // namespace hub::vxp
