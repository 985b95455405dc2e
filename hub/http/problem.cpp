#include "hub/http/problem.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/json.hpp"
#include "hub/http/language.hpp"
#include "hub/telemetry/remedy.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <utility>

namespace hub::http {
namespace {

unsigned status_of(Errc code) noexcept {
    constexpr std::array of_its_own{
        std::pair{Errc::not_found, 404u},       std::pair{Errc::envelope_retired, 410u},
        std::pair{Errc::count_differs, 409u},   std::pair{Errc::operation_over, 409u},
        std::pair{Errc::not_held, 409u},        std::pair{Errc::not_signed_in, 401u},
        std::pair{Errc::sign_in_refused, 401u}, std::pair{Errc::not_allowed, 403u},
        std::pair{Errc::name_in_use, 409u},     std::pair{Errc::last_administrator, 409u},
        std::pair{Errc::too_many_requests, 429u}};
    for (const auto& [its_code, status] : of_its_own)
        if (code == its_code)
            return status;
    switch (disposition_of(code)) {
    case Disposition::reject: return 400;
    case Disposition::retry: return 503;
    case Disposition::halt: return 500;
    }
    return 500;
}

std::string_view trimmed(std::string_view text) noexcept {
    const auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view{} : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// Of "q=0.8" the thousandths; one that cannot be read counts as none.
int weight_of(std::string_view parameters) noexcept {
    const std::string_view text = trimmed(parameters);
    if (text.empty())
        return 1000;
    if (text.size() < 3 || (text[0] != 'q' && text[0] != 'Q') || text[1] != '=' || (text[2] != '0' && text[2] != '1'))
        return 0;
    int weight = 1000 * (text[2] - '0'), digit = 100;
    for (const char c : text.substr(std::min<std::size_t>(4, text.size()))) {
        if (c < '0' || c > '9')
            return 0;
        weight += digit * (c - '0');
        digit /= 10;
    }
    return std::min(weight, 1000);
}

bool is_range_of(std::string_view range, std::string_view language) noexcept {
    const auto same = [](char a, char b) { return (a | 0x20) == b; };
    return range.size() >= 2 && same(range[0], language[0]) && same(range[1], language[1])
           && (range.size() == 2 || range[2] == '-');
}

}  // namespace

std::string preferred_language(std::string_view accepted) {
    int best = 0;
    std::string_view chosen = "en";
    while (!accepted.empty()) {
        const auto comma = accepted.find(',');
        const std::string_view one = accepted.substr(0, comma);
        accepted = comma == std::string_view::npos ? std::string_view{} : accepted.substr(comma + 1);
        const auto semicolon = one.find(';');
        const std::string_view range = trimmed(one.substr(0, semicolon));
        const int weight = weight_of(semicolon == std::string_view::npos ? std::string_view{} : one.substr(semicolon + 1));
        for (const std::string_view language : {"vi", "en"})
            if (weight > best && is_range_of(range, language)) {
                best = weight;
                chosen = language;
            }
    }
    return std::string{chosen};
}

Response problem(unsigned status, const CallProblem& what, std::string_view field, std::string_view detail,
                 std::string_view accept_language) {
    const Words& words = what.words;
    const bool is_vietnamese = accept_language.starts_with("vi");
    boost::json::object body{{"type", "/problems/" + std::string{what.code}},
                             {"title", json_text(is_vietnamese ? words.title_vi : words.title_en)},
                             {"status", status},
                             {"code", json_text(what.code)},
                             {"field", json_text(field)},
                             {"remedy", json_text(is_vietnamese ? words.remedy_vi : words.remedy_en)},
                             {"detail", json_text(detail)}};
    return {status, "application/problem+json", boost::json::serialize(body), {}};
}

Response problem(unsigned status, const Fault& fault, std::string_view accept_language) {
    Response response =
        problem(status, {name_of(fault.code), words_of(fault.code)}, fault.field, fault.peer_text, accept_language);
    response.is_unsure = fault.code == Errc::timed_out;
    return response;
}

Response problem(const Fault& fault, std::string_view accept_language) {
    return problem(status_of(fault.code), fault, accept_language);
}

Response too_many_requests(std::chrono::seconds wait, std::string_view accept_language) {
    Response response = problem({Errc::too_many_requests, {}, {}}, accept_language);
    response.fields.push_back({"Retry-After", std::to_string(std::max<std::int64_t>(wait.count(), 1))});
    return response;
}

std::string trace_id_of(std::string_view traceparent) {
    // Version, trace id, parent id and flags; what later versions put behind them is theirs.
    constexpr std::size_t begin = 3, digits = 32, least = 55;
    const auto is_hex = [](std::string_view text) { return text.find_first_not_of("0123456789abcdef") == text.npos; };
    const std::string_view id = traceparent.size() < least ? std::string_view{} : traceparent.substr(begin, digits);
    const bool is_sound = !id.empty() && traceparent[2] == '-' && traceparent[begin + digits] == '-' && is_hex(id)
                          && id.find_first_not_of('0') != id.npos;
    return is_sound ? std::string{id} : std::string{};
}

void put_trace(std::string_view trace_id, Response& response) {
    if (trace_id.empty() || response.content_type != "application/problem+json" || !response.body.ends_with('}'))
        return;
    response.body.pop_back();
    response.body.append(",\"trace_id\":\"").append(trace_id).append("\"}");
}

Fault invalid(std::string_view field, std::string_view text) {
    return {Errc::field_invalid, std::string{field}, std::string{text.substr(0, limits::fault_text_bytes_max)}};
}

}  // namespace hub::http
