#include "hub/ctl/output.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace hub::ctl {

namespace json = boost::json;

namespace {

/// What was typed, or stood in a file, need not be UTF-8; JSON is.
std::string json_text(const json::value& value) { return clean_utf8(json::serialize(value)); }

}  // namespace

int fail(const Problem& problem, const Style& style) {
    const json::object error{{"code", problem.code}, {"title", problem.title}, {"remedy", problem.remedy},
                             {"field", problem.field}, {"detail", problem.detail}};
    if (style.is_json || style.is_jsonl)
        std::cout << json_text(json::object{{"error", error}}) << "\n";
    else
        std::cerr << printable(problem.title) << (problem.field.empty() ? "" : ": " + printable(problem.field))
                  << (problem.detail.empty() ? "" : " (" + printable(problem.detail) + ")") << "\n"
                  << (problem.remedy.empty() ? "" : "  " + printable(problem.remedy) + "\n");
    return static_cast<int>(problem.exit);
}

int print(const json::value& value, Text text, const Style& style) {
    if (style.is_json || style.is_jsonl)
        std::cout << json_text(value) << "\n";
    else
        std::cout << text(value, style.lang);
    return 0;
}

int print_rows(const json::value& value, std::string_view rows, Text text, const Style& style) {
    if (!style.is_jsonl)
        return print(value, text, style);
    const auto* const object = value.if_object();
    const auto* const found = object ? object->if_contains(rows) : nullptr;
    if (!found || !found->is_array())
        return print(value, text, style);
    for (const json::value& row : found->get_array())
        std::cout << json_text(row) << "\n";
    const Node answer{&value};
    if (answer["has_more"].is_true() || answer["is_cut"].is_true()) {
        const std::string cursor = answer["searched_down_to"].text();
        std::cerr << pick({"… chưa hết", "… this is not all"}, style.lang)
                  << (cursor.empty() ? "" : ": --before " + cursor) << "\n";
    }
    return 0;
}

int tell_rows(const Outcome<json::value>& answer, std::string_view rows, Text text, const Style& style) {
    return answer ? print_rows(*answer, rows, text, style) : fail(answer.error(), style);
}

}  // namespace hub::ctl
