#include "hub/ctl/configuration.hpp"

#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

namespace hub::ctl {
namespace {

namespace json = boost::json;

std::string value_words(const Node& setting, Lang lang) {
    const std::string value = setting["value"].text();
    if (!setting["value"].is_there())
        return pick({"(không đặt)", "(not set)"}, lang);
    return setting["is_secret"].is_true() ? pick({"(bí mật trong ", "(secret in "}, lang) + value + ")" : value;
}

std::string origin_words(const Node& setting, Lang lang) {
    if (setting["origin"].text() != "file")
        return pick({"mặc định", "default"}, lang);
    return setting["file"].text() + ":" + setting["line"].text();
}

std::string lines(const json::value& configuration, bool tells_origin, Lang lang) {
    std::string out;
    for (const Node& setting : Node{&configuration}["settings"].items())
        out += setting["key"].text() + " = " + value_words(setting, lang)
               + (tells_origin ? "  # " + origin_words(setting, lang) : "") + "\n";
    return out;
}

}  // namespace

Outcome<json::value> with_keys(json::value configuration, const std::string& prefix, Lang lang) {
    json::array kept;
    if (auto* const object = configuration.if_object())
        if (const auto* settings = object->if_contains("settings"); settings && settings->is_array())
            for (const json::value& setting : settings->get_array())
                if (Node{&setting}["key"].text().starts_with(prefix))
                    kept.push_back(setting);
    if (kept.empty())
        return Problem{Exit::not_found, "not_found", pick({"Không có cài đặt nào như vậy", "There is no such setting"}, lang),
                       pick({"Xem tất cả với lgsp config show.", "See all of them with lgsp config show."}, lang), "--key",
                       prefix};
    configuration.as_object()["settings"] = std::move(kept);
    return configuration;
}

std::string configuration_text(const json::value& configuration, Lang lang) { return lines(configuration, false, lang); }

std::string configuration_origins_text(const json::value& configuration, Lang lang) {
    return lines(configuration, true, lang);
}

ConfigurationCommand::ConfigurationCommand(CLI::App& app, Commands& commands) {
    group_ = app.add_subcommand("config", "Cấu hình / the hub's settings");
    group_->require_subcommand(1);
    CLI::App* const show =
        commands.add(*group_, "show", "Cài đặt mà trục đang chạy / the settings with which the hub runs",
                     "lgsp config show\n  lgsp config show --origin --key http.",
                     [this](const HubAddress& hub, const Style& style) { return run(hub, style); });
    commands.give_rows(show);
    show->add_flag("--origin", tells_origin_, "Mỗi giá trị từ đâu / where each value comes from");
    show->add_option("--key", prefix_, "Chỉ khóa bắt đầu như vậy / only keys that begin so: deadlines, http.listen");
}

int ConfigurationCommand::run(const HubAddress& hub, const Style& style) const {
    auto answer = get(hub, "/v1/configuration", style.lang, "settings");
    if (answer)
        answer = with_keys(std::move(*answer), prefix_, style.lang);
    if (!answer)
        return fail(answer.error(), style);
    return print_rows(*answer, "settings", tells_origin_ ? configuration_origins_text : configuration_text, style);
}

}  // namespace hub::ctl
