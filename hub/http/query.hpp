#pragma once
// The query of a request, read parameter by parameter. The first thing that is wrong with it is remembered and told by
// trouble(), which is asked last: a parameter that nobody asked for is wrong, too, and so is a second one of its name
// where one is wanted. A route whose handler reads none takes none (Route::reads_query).

#include "hub/core/directory.hpp"
#include "hub/http/router.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::http {

/// The same question, older than `before`, as the next page of this one (RFC 8288).
Field next_page(const Call& call, std::uint64_t before);
Field next_page(const Call& call, const std::string& before);

class Query {
public:
    explicit Query(const Call& call);

    bool has(std::string_view key) const noexcept;
    /// Nullopt, here and below: it is not there, or wrong.
    std::optional<std::string> text(std::string_view key);
    /// All of that name, in their order.
    std::vector<std::string> texts(std::string_view key);
    /// "true" or "false"; false when it is not there.
    bool flag(std::string_view key);
    std::optional<std::uint64_t> number(std::string_view key);
    /// How many rows are wanted, 1 to `most`.
    std::size_t count(std::size_t most, std::size_t fallback);
    /// As parse_time() reads it.
    std::optional<Instant> time(std::string_view key);
    /// The agency's own code, by whichever of its codes people know it; another code as it is.
    std::optional<AgencyCode> agency(std::string_view key, const Directory& directory);
    /// Of "format", json or csv: which of the two.
    bool is_csv();
    /// Why somebody does something. Without one it is wrong.
    std::string reason();
    /// What `parse` makes of the text: an optional that is empty for what is wrong.
    template <class Parse>
    auto parsed(std::string_view key, Parse parse) {
        const auto value = text(key);
        auto made = value ? parse(std::string_view{*value}) : std::nullopt;
        if (value && !made)
            refuse(key, *value);
        return made;
    }
    void refuse(std::string_view key, std::string_view text);

    /// Nullopt: everything was right.
    std::optional<Fault> trouble();

private:
    std::vector<std::pair<std::string, std::string>> given_;
    std::vector<std::string_view> asked_;
    Instant now_;
    std::optional<Fault> trouble_;
};

}  // namespace hub::http
