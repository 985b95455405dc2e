#pragma once
// Reads one JSON object field by field and keeps the first thing that is wrong with it: whoever asks gets an empty
// value and goes on. One thread.

#include "hub/core/fault.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hub::gateway {

enum class Need : std::uint8_t { required, optional };

class JsonFields {
public:
    static constexpr std::size_t items_max = 2000;

    /// `object` and `fault` must outlive it; null: not there, and nothing in it is required. `path`: before the names
    /// of its fields, with a dot behind it; empty: none.
    JsonFields(const boost::json::object* object, std::string path, std::optional<Fault>& fault)
        : object_{object}, path_{std::move(path)}, fault_{fault} {}

    bool is_there() const noexcept { return object_ != nullptr; }
    /// Trimmed, without control characters, at most limits::text_bytes_max.
    std::string text(std::string_view key, Need need);
    /// "2026-11-20", a real day; or empty.
    std::string date(std::string_view key, Need need);
    std::vector<std::string> texts(std::string_view key, Need need);
    /// Which of `names`; 0 when it is not there.
    std::size_t choice(std::string_view key, std::span<const std::string_view> names);
    JsonFields object(std::string_view key);
    std::vector<JsonFields> objects(std::string_view key);

    void refuse(std::string_view key, std::string why);
    /// Call last: every field that nobody asked for is a fault.
    void refuse_unknown();

private:
    const boost::json::value* find(std::string_view key, Need need);
    const boost::json::array* list(std::string_view key, Need need);
    std::string checked(std::string_view key, const boost::json::value& value);

    const boost::json::object* object_;
    std::string path_;
    std::optional<Fault>& fault_;
    std::vector<std::string> asked_;
};

/// The object that `octets` are; field_invalid names `what`.
Result<boost::json::object> parse_object(std::string_view octets, std::string_view what);

}  // namespace hub::gateway
