#pragma once
// An answer's JSON, read without assuming that anything is there.

#include "hub/ctl/outcome.hpp"
#include "hub/ctl/table.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace hub::ctl {

/// Reads what may be missing: an older or newer hub must not end this program.
class Node {
public:
    explicit Node(const boost::json::value* value) : value_{value} {}
    Node operator[](std::string_view key) const {
        const auto* object = value_ ? value_->if_object() : nullptr;
        return Node{object ? object->if_contains(key) : nullptr};
    }
    /// Senders, agencies and brokers wrote some of it.
    std::string text() const {
        if (!value_ || value_->is_null())
            return {};
        const auto* string = value_->if_string();
        return printable(string ? std::string{*string} : boost::json::serialize(*value_));
    }
    std::int64_t number() const {
        if (!value_ || !value_->is_number())
            return 0;
        boost::system::error_code error;
        return value_->to_number<std::int64_t>(error);
    }
    bool is_true() const { return value_ && value_->is_bool() && value_->as_bool(); }
    bool is_there() const { return value_ && !value_->is_null(); }
    std::vector<Node> items() const {
        std::vector<Node> out;
        if (const auto* array = value_ ? value_->if_array() : nullptr)
            for (const boost::json::value& item : *array)
                out.emplace_back(&item);
        return out;
    }
    std::string label(Lang lang) const { return (*this)[lang == Lang::vi ? "label_vi" : "label_en"].text(); }

private:
    const boost::json::value* value_;
};

/// What `--before` takes to go on behind this page.
inline std::string next_page(const Node& page) { return page[page["next"].is_there() ? "next" : "searched_down_to"].text(); }

inline std::string pick(Both both, Lang lang) { return std::string{both.in(lang)}; }

}  // namespace hub::ctl
