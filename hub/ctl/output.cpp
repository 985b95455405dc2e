#include "hub/ctl/output.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/ctl/interrupt.hpp"
#include "hub/ctl/node.hpp"
#include "hub/ctl/table.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iostream>
#include <optional>

namespace hub::ctl {

namespace json = boost::json;

namespace {

/// What was typed, or stood in a file, need not be UTF-8; JSON is.
std::string json_text(const json::value& value) { return clean_utf8(json::serialize(value)); }

const json::array* rows_in(const json::value& value, std::string_view rows) {
    const auto* const object = value.if_object();
    const auto* const found = object ? object->if_contains(rows) : nullptr;
    return found ? found->if_array() : nullptr;
}

/// Every key of every row, in the order in which they come.
std::vector<std::string> keys_of(const json::array& rows) {
    std::vector<std::string> keys;
    for (const json::value& row : rows)
        if (const auto* const object = row.if_object())
            for (const auto& pair : *object)
                if (std::ranges::find(keys, pair.key()) == keys.end())
                    keys.emplace_back(pair.key());
    return keys;
}

/// Nullopt: each is a key. Of no rows nobody knows the keys.
std::optional<Problem> unknown_field(const json::array& rows, const Style& style) {
    const auto known = keys_of(rows);
    for (const std::string& field : style.fields) {
        if (known.empty() || std::ranges::find(known, field) != known.end())
            continue;
        std::string all;
        for (const std::string& key : known)
            all += (all.empty() ? "" : ", ") + key;
        return Problem{Exit::usage, "usage", pick({"Không có trường này", "There is no such field"}, style.lang),
                       pick({"Các trường: ", "The fields are: "}, style.lang) + all, "--fields", field};
    }
    return std::nullopt;
}

json::array with_fields(const json::array& rows, const std::vector<std::string>& fields) {
    json::array chosen;
    for (const json::value& row : rows) {
        json::object& only = chosen.emplace_back(json::object{}).as_object();
        for (const std::string& field : fields)
            if (const auto* const value = row.is_object() ? row.get_object().if_contains(field) : nullptr)
                only[field] = *value;
    }
    return chosen;
}

std::string table_text(const json::array& rows, const std::vector<std::string>& fields) {
    Table table{fields};
    for (const json::value& row : rows) {
        std::vector<std::string> cells;
        for (const std::string& field : fields)
            cells.push_back(Node{&row}[field].text());
        table.add(std::move(cells));
    }
    return table.text();
}

void print_lines(const json::value& answer, const json::array& rows, const Style& style) {
    for (const json::value& row : rows)
        std::cout << json_text(row) << "\n";
    const Node told{&answer};
    if (!told["has_more"].is_true() && !told["is_cut"].is_true())
        return;
    const std::string cursor = next_page(told);
    std::cerr << pick({"… chưa hết", "… this is not all"}, style.lang) << (cursor.empty() ? "" : ": --before " + cursor) << "\n";
}

int print_fields(const json::value& value, std::string_view rows, const json::array& found, const Style& style) {
    if (const auto problem = unknown_field(found, style))
        return fail(*problem, style);
    const Writing writing;
    if (!style.is_json && !style.is_jsonl) {
        std::cout << table_text(found, style.fields);
        return 0;
    }
    auto chosen = with_fields(found, style.fields);
    if (style.is_jsonl) {
        print_lines(value, chosen, style);
        return 0;
    }
    json::object all = value.get_object();
    all[rows] = std::move(chosen);
    std::cout << json_text(all) << "\n";
    return 0;
}

}  // namespace

int fail(const Problem& problem, const Style& style) {
    const Writing writing;
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
    const Writing writing;
    if (style.is_json || style.is_jsonl)
        std::cout << json_text(value) << "\n";
    else
        std::cout << text(value, style.lang);
    return 0;
}

int print_rows(const json::value& value, std::string_view rows, Text text, const Style& style) {
    const json::array* const found = rows_in(value, rows);
    if (found && !style.fields.empty())
        return print_fields(value, rows, *found, style);
    if (!found || !style.is_jsonl)
        return print(value, text, style);
    const Writing writing;
    print_lines(value, *found, style);
    return 0;
}

int tell_rows(const Outcome<json::value>& answer, std::string_view rows, Text text, const Style& style) {
    return answer ? print_rows(*answer, rows, text, style) : fail(answer.error(), style);
}

}  // namespace hub::ctl
