#include "hub/http/problem_pages.hpp"

#include "hub/http/problem.hpp"
#include "hub/telemetry/remedy.hpp"

#include <algorithm>

namespace hub::http {
namespace {

std::optional<Words> words_of_code(std::string_view code) {
    if (const auto words = words_of_name(code))
        return words;
    const auto* const found = std::ranges::find(call_problems::all, code, &CallProblem::code);
    return found == call_problems::all.end() ? std::nullopt : std::optional{found->words};
}

Response problem_page(const Call& call) {
    const std::string& code = call.names.front();
    const auto words = words_of_code(code);
    if (!words)
        return problem({Errc::not_found, "code", code.substr(0, 100)}, call.language());
    std::string text = code + "\n\n";
    for (const auto& [title, remedy] : {std::pair{words->title_vi, words->remedy_vi}, {words->title_en, words->remedy_en}})
        text.append(title).append(".\n").append(remedy).append("\n\n");
    text += "docs/receipts.md, schemas/http/operations.openapi.yaml\n";
    return {200, "text/plain; charset=utf-8", std::move(text), {}};
}

}  // namespace

std::vector<Route> problem_page_routes() { return {{"GET", "/problems/{code}", std::nullopt, problem_page}}; }

}  // namespace hub::http
