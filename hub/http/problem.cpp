#include "hub/http/problem.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/json.hpp"
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

}  // namespace

Response problem(unsigned status, const CallProblem& what, std::string_view field, std::string_view detail,
                 std::string_view accept_language) {
    const Words& words = what.words;
    const bool is_vietnamese = accept_language.starts_with("vi");
    boost::json::object body{{"type", "urn:lgsp:problem:" + std::string{what.code}},
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

Fault invalid(std::string_view field, std::string_view text) {
    return {Errc::field_invalid, std::string{field}, std::string{text.substr(0, limits::fault_text_bytes_max)}};
}

}  // namespace hub::http
