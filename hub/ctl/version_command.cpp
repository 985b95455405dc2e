#include "hub/ctl/version_command.hpp"

#include "hub/ctl/node.hpp"
#include "hub/telemetry/build.hpp"
#include "hub/version.hpp"

#include <boost/json.hpp>

namespace hub::ctl {

namespace json = boost::json;

namespace {

/// Who only wants to know what this program is does not wait for a hub that is away.
constexpr std::chrono::seconds patience{2};

json::object own_build() {
    const Build build = build_of_this_program();
    return {{"id", build.id}, {"compiler", build.compiler}, {"boost", build.boost}, {"openssl", build.openssl}};
}

std::string build_lines(const Node& build) {
    std::string out;
    for (const char* const part : {"id", "compiler", "boost", "openssl", "sqlite"})
        if (const std::string version = build[part].text(); !version.empty())
            out += "  " + std::string{part} + std::string(10 - std::string_view{part}.size(), ' ') + version + "\n";
    return out;
}

}  // namespace

json::object versions(const HubAddress& hub, Lang lang) {
    HubAddress asked = hub;
    asked.timeout = patience;
    json::object there{{"url", hub.url}, {"version", nullptr}, {"build", nullptr}, {"trouble", nullptr}};
    if (const auto status = get(asked, "/v1/status", lang, "version"); status)
        there["version"] = status->at("version");
    else
        there["trouble"] = status.error().title;
    if (!there["version"].is_null())
        if (const auto configuration = get(asked, "/v1/configuration", lang, "build"); configuration)
            there["build"] = configuration->at("build");
    return {{"version", version}, {"build", own_build()}, {"hub", std::move(there)}};
}

std::string versions_text(const json::value& versions, Lang lang) {
    const Node all{&versions}, there = all["hub"];
    const std::string trouble = there["trouble"].text();
    return "lgsp " + all["version"].text() + "\n" + build_lines(all["build"]) + pick({"Trục ", "Hub "}, lang) + there["url"].text()
           + ": " + (trouble.empty() ? there["version"].text() : trouble) + "\n" + build_lines(there["build"]);
}

VersionCommand::VersionCommand(CLI::App& app, Commands& commands) {
    commands.add(app, "version", "Phiên bản của lệnh này và của trục / of this program, and of the hub",
                 "lgsp version\n  lgsp version --json", [](const HubAddress& hub, const Style& style) {
                     return print(versions(hub, style.lang), versions_text, style);
                 });
}

}  // namespace hub::ctl
