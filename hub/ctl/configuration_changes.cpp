#include "hub/ctl/configuration_changes.hpp"

#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

namespace hub::ctl {
namespace {

namespace json = boost::json;

constexpr const char* changes_path = "/v1/configuration/changes";

std::string value_of(const Node& value, Lang lang) {
    return value.is_there() ? value.text() : pick({"(không đặt)", "(not set)"}, lang);
}

std::string change_words(const Node& change, Lang lang) {
    const Node before = change["before"], after = change["after"];
    if (change["is_content"].is_true() && before.text() == after.text())
        return pick({"nội dung khác trong ", "another content in "}, lang) + after.text();
    if (change["is_agency"].is_true())
        return before.is_there() ? pick({"bỏ ra: ", "taken out: "}, lang) + before.text()
                                 : pick({"thêm vào: ", "added: "}, lang) + after.text();
    return value_of(before, lang) + " → " + value_of(after, lang);
}

std::string change_line(const Node& change, Lang lang) {
    std::string line = change["key"].text() + ": " + change_words(change, lang);
    if (change["needs_restart"].is_true())
        line += pick({"  [cần khởi động lại]", "  [needs a restart]"}, lang);
    if (change["file"].is_there())
        line += "  # " + change["file"].text() + (change["line"].is_there() ? ":" + change["line"].text() : std::string{});
    return line + "\n";
}

std::string mistake_line(const Node& mistake, Lang lang) {
    std::string line = mistake["file"].text();
    if (mistake["line"].number() > 0)
        line += ":" + mistake["line"].text();
    if (!mistake["key"].text().empty())
        line += ": " + mistake["key"].text();
    return line + ": " + mistake[lang == Lang::vi ? "problem_vi" : "problem_en"].text() + "\n";
}

std::string lines(const Node& look, Lang lang) {
    std::string out;
    for (const Node& mistake : look["mistakes"].items())
        out += mistake_line(mistake, lang);
    for (const Node& change : look["changes"].items())
        out += change_line(change, lang);
    return out;
}

std::string restart_line(const Node& look, Lang lang) {
    std::string keys;
    for (const Node& key : look["restart_needed"].items())
        keys += (keys.empty() ? "" : ", ") + key.text();
    return keys.empty() ? keys : pick({"Cần khởi động lại trục: ", "Needs a restart: "}, lang) + keys + "\n";
}

/// The mistakes of the reload that was just refused, in the form of a look.
Outcome<json::value> refused_look(const HubAddress& hub, Lang lang) {
    const auto state = get(hub, "/v1/configuration", lang, "reload");
    if (!state)
        return state.error();
    const json::value* const mistakes = state->at("reload").is_object() ? state->at("reload").as_object().if_contains("mistakes")
                                                                        : nullptr;
    return json::value(json::object{{"changes", json::array{}},
                                    {"restart_needed", json::array{}},
                                    {"mistakes", mistakes ? *mistakes : json::value(json::array{})},
                                    {"seen", nullptr}});
}

}  // namespace

std::string changes_text(const json::value& value, Lang lang) {
    const Node look{&value};
    const auto mistakes = look["mistakes"].items().size();
    if (mistakes > 0)
        return lines(look, lang)
               + pick({"Cấu hình trong tệp có lỗi; trục vẫn chạy với cấu hình cũ. Số lỗi: ",
                       "The files have mistakes; the hub goes on with what it had. Mistakes: "}, lang)
               + std::to_string(mistakes) + "\n";
    const auto changes = look["changes"].items().size();
    if (changes == 0)
        return pick({"Trục đang chạy đúng như trong tệp.\n", "The hub runs with what the files say.\n"}, lang);
    return lines(look, lang) + pick({"Số thay đổi: ", "Changes: "}, lang) + std::to_string(changes) + "\n"
           + restart_line(look, lang);
}

std::string reloaded_text(const json::value& value, Lang lang) {
    const Node look{&value};
    return lines(look, lang) + pick({"Đã nạp lại cấu hình. Số thay đổi: ", "The configuration was reloaded. Changes: "}, lang)
           + std::to_string(look["changes"].items().size()) + "\n" + restart_line(look, lang);
}

Exit exit_of_reload(const json::value& value) {
    const Node look{&value};
    if (!look["mistakes"].items().empty())
        return Exit::faulty;
    return look["restart_needed"].items().empty() ? Exit::ok : Exit::partly;
}

ConfigurationChanges::ConfigurationChanges(CLI::App& config, Commands& commands) {
    commands
        .add_without_hub(config, "check", "Tệp cấu hình có lỗi gì không / are the files right",
                         "lgsp config check\n  lgsp config check /etc/lgsp-hub/hub.toml --json",
                         [this](const HubAddress&, const Style& style) { return check(style); })
        ->add_option("file", settings_, "Cấu hình của trục / the hub's settings")
        ->type_name("FILE")
        ->capture_default_str();
    commands.add(config, "diff", "Tệp khác gì với trục đang chạy / what the files say now, against the running hub",
                 "lgsp config diff", [this](const HubAddress& hub, const Style& style) { return diff(hub, style); });
    CLI::App* const reload =
        commands.add(config, "reload", "Nạp lại tệp cấu hình, không khởi động lại / read the files again, without a restart",
                     "lgsp config reload --dry-run\n  lgsp config reload --expect 2 --reason \"Thêm Sở Y tế\"",
                     [this](const HubAddress& hub, const Style& style) { return this->reload(hub, style); });
    reload->add_flag("--dry-run", is_dry_run_, "Chỉ xem / only look");
    reload->add_option("--expect", expect_, "Số thay đổi đã xem / how many changes were shown");
    reload->add_option("--reason", reason_, "Lý do, vào sổ cái / why, kept in the ledger");
}

int ConfigurationChanges::check(const Style& style) const {
    const auto done = run_hub_program("--check", settings_, style);
    return done ? *done : fail(done.error(), style);
}

int ConfigurationChanges::diff(const HubAddress& hub, const Style& style) const {
    const auto look = get(hub, changes_path, style.lang, "changes");
    if (!look)
        return fail(look.error(), style);
    print(*look, changes_text, style);
    return static_cast<int>(exit_of_reload(*look) == Exit::faulty ? Exit::faulty : Exit::ok);
}

int ConfigurationChanges::reload(const HubAddress& hub, const Style& style) const {
    if (is_dry_run_)
        return diff(hub, style);
    if (reason_.empty())
        return fail({Exit::usage, "usage", pick({"Thiếu lý do", "No reason is given"}, style.lang),
                     pick({"Thêm --reason.", "Add --reason."}, style.lang), "--reason", {}}, style);
    json::object wish{{"reason", reason_}};
    if (expect_)
        wish["expect"] = *expect_;
    auto reloaded = order(hub, "POST", "/v1/configuration/reload", wish, style.lang, "changes");
    const bool is_refused = !reloaded && reloaded.error().code == "configuration_refused";
    if (is_refused)
        reloaded = refused_look(hub, style.lang);
    if (!reloaded)
        return fail(reloaded.error(), style);
    print(*reloaded, is_refused ? changes_text : reloaded_text, style);
    return static_cast<int>(is_refused ? Exit::faulty : exit_of_reload(*reloaded));
}

}  // namespace hub::ctl
