#include "hub/ctl/output.hpp"

#include "hub/ctl/table.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace hub::ctl {

namespace json = boost::json;

int fail(const Problem& problem, const Style& style) {
    const json::object error{{"code", problem.code}, {"title", problem.title}, {"remedy", problem.remedy},
                             {"field", problem.field}, {"detail", problem.detail}};
    if (style.is_json)
        std::cout << json::serialize(json::object{{"error", error}}) << "\n";
    else
        std::cerr << printable(problem.title) << (problem.field.empty() ? "" : ": " + printable(problem.field))
                  << (problem.detail.empty() ? "" : " (" + printable(problem.detail) + ")") << "\n"
                  << (problem.remedy.empty() ? "" : "  " + printable(problem.remedy) + "\n");
    return static_cast<int>(problem.exit);
}

int print(const json::value& value, Text text, const Style& style) {
    if (style.is_json)
        std::cout << json::serialize(value) << "\n";
    else
        std::cout << text(value, style.lang);
    return 0;
}

}  // namespace hub::ctl
