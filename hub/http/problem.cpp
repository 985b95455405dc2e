#include "hub/http/problem.hpp"

#include "hub/http/json.hpp"
#include "hub/telemetry/remedy.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

unsigned status_of(Errc code) noexcept {
    if (code == Errc::not_found)
        return 404;
    if (code == Errc::envelope_retired)
        return 410;
    if (code == Errc::not_held)
        return 409;
    switch (disposition_of(code)) {
    case Disposition::reject: return 400;
    case Disposition::retry: return 503;
    case Disposition::halt: return 500;
    }
    return 500;
}

}  // namespace

Response problem(unsigned status, const Fault& fault, std::string_view accept_language) {
    const Words words = words_of(fault.code);
    const bool is_vietnamese = accept_language.starts_with("vi");
    boost::json::object body{{"type", "urn:lgsp:problem:" + std::string{name_of(fault.code)}},
                             {"title", json_text(is_vietnamese ? words.title_vi : words.title_en)},
                             {"status", status},
                             {"code", json_text(name_of(fault.code))},
                             {"field", json_text(fault.field)},
                             {"remedy", json_text(is_vietnamese ? words.remedy_vi : words.remedy_en)},
                             {"detail", json_text(fault.peer_text)}};
    return {status, "application/problem+json", boost::json::serialize(body)};
}

Response problem(const Fault& fault, std::string_view accept_language) {
    return problem(status_of(fault.code), fault, accept_language);
}

}  // namespace hub::http
