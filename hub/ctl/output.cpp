#include "hub/ctl/output.hpp"

#include "hub/core/fold.hpp"
#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace hub::ctl {

namespace json = boost::json;

int fail(const Problem& problem, const Style& style) {
    // What was typed need not be UTF-8; JSON is.
    const auto json_text = [](const std::string& text) { return utf8_prefix(text, text.size()); };
    const json::object error{{"code", problem.code}, {"title", problem.title}, {"remedy", problem.remedy},
                             {"field", json_text(problem.field)}, {"detail", json_text(problem.detail)}};
    if (style.is_json || style.is_jsonl)
        std::cout << json::serialize(json::object{{"error", error}}) << "\n";
    else
        std::cerr << printable(problem.title) << (problem.field.empty() ? "" : ": " + printable(problem.field))
                  << (problem.detail.empty() ? "" : " (" + printable(problem.detail) + ")") << "\n"
                  << (problem.remedy.empty() ? "" : "  " + printable(problem.remedy) + "\n");
    return static_cast<int>(problem.exit);
}

int print(const json::value& value, Text text, const Style& style) {
    if (style.is_json || style.is_jsonl)
        std::cout << json::serialize(value) << "\n";
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
        std::cout << json::serialize(row) << "\n";
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
