#include "hub/http/configuration.hpp"

#include "hub/http/json.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

json::object setting_json(const Setting& setting) {
    const bool is_given = !setting.file.empty();
    return {{"key", json_text(setting.key)},
            {"value", setting.value ? json::value(json_text(*setting.value)) : json::value(nullptr)},
            {"is_secret", setting.is_secret},
            {"origin", is_given ? "file" : "default"},
            {"file", is_given ? json::value(json_text(setting.file)) : json::value(nullptr)},
            {"line", is_given ? json::value(setting.line) : json::value(nullptr)}};
}

/// The version itself is told to everybody who may look: /v1/status.
json::object build_json(const Build& build) {
    const auto text_or_null = [](const std::string& text) { return text.empty() ? json::value(nullptr) : json::value(json_text(text)); };
    return {{"id", text_or_null(build.id)},
            {"compiler", text_or_null(build.compiler)},
            {"boost", text_or_null(build.boost)},
            {"openssl", text_or_null(build.openssl)},
            {"sqlite", text_or_null(build.sqlite)}};
}

Response configuration(Sources& sources) {
    json::array settings;
    for (const Setting& setting : sources.settings)
        settings.push_back(setting_json(setting));
    return json_response(json::object{{"build", build_json(sources.build)}, {"settings", std::move(settings)}});
}

}  // namespace

std::vector<Route> configuration_routes(Sources& sources) {
    return {{"GET", "/v1/configuration", Right::configure, [&](const Call&) { return configuration(sources); }}};
}

}  // namespace hub::http
