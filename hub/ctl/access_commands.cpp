#include "hub/ctl/access_commands.hpp"

#include "hub/ctl/contexts.hpp"
#include "hub/ctl/files.hpp"
#include "hub/ctl/names.hpp"
#include "hub/ctl/node.hpp"
#include "hub/ctl/qr_text.hpp"
#include "hub/ctl/secret_input.hpp"
#include "hub/ctl/table.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::ctl {
namespace {

namespace json = boost::json;

constexpr Both password_question{"Mật khẩu", "Password"};
constexpr Both otp_question{"Mã của ứng dụng xác thực", "Code of the authenticator"};

std::string text_at(const json::value& value, std::string_view key) {
    const json::object* const object = value.if_object();
    const json::value* const found = object ? object->if_contains(key) : nullptr;
    return found && found->is_string() ? printable(std::string{found->as_string()}) : std::string{};
}

bool is_true_at(const json::value& value, std::string_view key) {
    const json::object* const object = value.if_object();
    const json::value* const found = object ? object->if_contains(key) : nullptr;
    return found && found->is_bool() && found->as_bool();
}

std::vector<json::value> rows_at(const json::value& value, std::string_view key) {
    const json::object* const object = value.if_object();
    const json::value* const found = object ? object->if_contains(key) : nullptr;
    return found && found->is_array() ? std::vector<json::value>(found->as_array().begin(), found->as_array().end())
                                      : std::vector<json::value>{};
}

std::string time_at(const json::value& value, std::string_view key) {
    const std::string time = text_at(value, key);
    return time.empty() ? "-" : local_time(time);
}

std::string users_text(const json::value& answer, Lang lang) {
    Table table{{pick({"Tên", "Name"}, lang), pick({"Vai trò", "Role"}, lang), pick({"Đơn vị", "Agency"}, lang),
                 pick({"Trạng thái", "State"}, lang), pick({"Hai lớp", "2nd factor"}, lang),
                 pick({"Đăng nhập lần cuối", "Signed in"}, lang)}};
    for (const json::value& user : rows_at(answer, "users"))
        table.add({text_at(user, "name"), word_of(Names::role, text_at(user, "role"), lang), text_at(user, "agency"),
                   pick(is_true_at(user, "disabled") ? Both{"khóa", "disabled"} : Both{"mở", "open"}, lang),
                   pick(is_true_at(user, "second_factor") ? Both{"có", "yes"} : Both{"không", "no"}, lang),
                   time_at(user, "signed_in_at")});
    return table.text();
}

std::string user_text(const json::value& user, Lang lang) {
    return users_text(json::object{{"users", json::array{user}}}, lang);
}

std::string tokens_text(const json::value& answer, Lang lang) {
    Table table{{pick({"Tên", "Name"}, lang), pick({"Vai trò", "Role"}, lang), pick({"Đơn vị", "Agency"}, lang),
                 pick({"Người tạo", "Made by"}, lang), pick({"Đến", "Until"}, lang), pick({"Thu hồi", "Revoked"}, lang)}};
    for (const json::value& token : rows_at(answer, "tokens"))
        table.add({text_at(token, "name"), word_of(Names::role, text_at(token, "role"), lang), text_at(token, "agency"), text_at(token, "made_by"),
                   time_at(token, "ends_at"), time_at(token, "revoked_at")});
    return table.text();
}

std::string me_text(const json::value& me, Lang lang) {
    return pick({"Đã đăng nhập: ", "Signed in: "}, lang) + text_at(me, "name") + ", " + word_of(Names::role, text_at(me, "role"), lang)
           + pick({", đến ", ", until "}, lang) + time_at(me, "ends_at") + "\n"
           + (is_true_at(me, "must_enrol") ? pick({"Phải cài xác thực hai lớp trước: lgsp user factor add ",
                                                   "A second factor must be set up first: lgsp user factor add "},
                                                  lang)
                                                 + text_at(me, "name") + "\n"
                                           : std::string{});
}

std::string offered_text(const json::value& offered, Lang lang) {
    return qr_text(rows_at(offered, "qr"))
           + pick({"Quét hoặc nhập vào ứng dụng xác thực (chỉ hiện lần này):",
                   "Scan it with an authenticator, or type it in (it is shown only now):"}, lang)
           + "\n  " + text_at(offered, "secret") + "\n  " + text_at(offered, "uri") + "\n"
           + pick({"Rồi xác nhận: ", "Then confirm it: "}, lang) + "lgsp user factor confirm\n";
}

std::string done_text(const json::value&, Lang lang) { return pick({"Xong.\n", "Done.\n"}, lang); }

std::string contexts_text(const json::value& answer, Lang lang) {
    Table table{{"", pick({"Tên", "Name"}, lang), pick({"Địa chỉ", "Address"}, lang), pick({"Đăng nhập", "Signed in"}, lang)}};
    for (const json::value& context : rows_at(answer, "contexts"))
        table.add({is_true_at(context, "current") ? "*" : "", text_at(context, "name"), text_at(context, "url"),
                   pick(is_true_at(context, "signed_in") ? Both{"rồi", "yes"} : Both{"chưa", "no"}, lang)});
    return table.text();
}

int told(const Outcome<json::value>& answer, Text text, const Style& style) {
    return answer ? print(*answer, text, style) : fail(answer.error(), style);
}

int told_rows(const Outcome<json::value>& answer, std::string_view rows, Text text, const Style& style) {
    return answer ? print_rows(*answer, rows, text, style) : fail(answer.error(), style);
}

}  // namespace

AccessCommands::AccessCommands(CLI::App& app, Commands& commands) : commands_{commands} {
    CLI::App* login = add(app, "login", "Đăng nhập / sign in", "lgsp login an\n  lgsp login an --code-file code --password-file password",
                          &AccessCommands::log_in);
    login->add_option("name", name_, "Tên người dùng / user")->required();
    login->add_option("--password-file", password_file_, "Tệp mật khẩu / file with the password")->type_name("FILE");
    login->add_option("--code-file", code_file_, "Tệp mã dùng một lần / file with a one-time code of the host")->type_name("FILE");
    login->add_option("--otp-file", otp_file_, "Tệp mã 6 số của ứng dụng xác thực / file with the authenticator's code")->type_name("FILE");
    login->add_option("--context", context_, "Lưu vào ngữ cảnh / keep in this context")->capture_default_str();
    add(app, "logout", "Đăng xuất / sign out", "lgsp logout", &AccessCommands::log_out);
    add_users(app);
    add_tokens(app);
    add_contexts(app);
}

CLI::App* AccessCommands::add(CLI::App& parent, const char* name, const char* what, const char* example, Run answer) {
    return commands_.add(parent, name, what, example, [this, answer](const HubAddress& hub, const Style& style) {
        return (this->*answer)(hub, style);
    });
}

void AccessCommands::add_role(CLI::App& command) {
    command.add_option("--role", role_, "viewer, clerk, operator, administrator")
        ->check(CLI::IsMember({"viewer", "clerk", "operator", "administrator"}));
    command.add_option("--agency", agency_, "Đơn vị của văn thư / a clerk's agency");
}

void AccessCommands::add_users(CLI::App& app) {
    CLI::App* users = app.add_subcommand("user", "Người dùng / users");
    users->require_subcommand(1);
    commands_.give_rows(add(*users, "list", "Danh sách / all of them", "lgsp user list", &AccessCommands::list_users));
    CLI::App* made = add(*users, "add", "Thêm / add one",
                         "lgsp user add binh --role clerk --agency H43.01 --password-file password", &AccessCommands::add_user);
    CLI::App* changed = add(*users, "change", "Đổi vai trò / another role", "lgsp user change binh --role operator",
                            &AccessCommands::change_user);
    CLI::App* disabled = add(*users, "disable", "Khóa / no more", "lgsp user disable binh", &AccessCommands::disable_user);
    CLI::App* enabled = add(*users, "enable", "Mở lại / again", "lgsp user enable binh", &AccessCommands::enable_user);
    CLI::App* password = add(*users, "password", "Đặt mật khẩu / set a password",
                             "lgsp user password binh --password-file password", &AccessCommands::set_password);
    for (CLI::App* const command : {made, changed, disabled, enabled, password})
        command->add_option("name", name_, "Tên / name")->required();
    for (CLI::App* const command : {made, password})
        command->add_option("--password-file", password_file_, "Tệp mật khẩu mới / file with the new password")->type_name("FILE");
    password->add_option("--current-file", current_file_, "Tệp mật khẩu cũ, của chính mình / one's own: the one before it")->type_name("FILE");
    add_role(*made);
    add_role(*changed);
    add_factors(*users);
}

void AccessCommands::add_factors(CLI::App& users) {
    CLI::App* factors = users.add_subcommand("factor", "Xác thực hai lớp (TOTP) / the second factor");
    factors->require_subcommand(1);
    CLI::App* offered = add(*factors, "add", "Cài cho mình / for oneself", "lgsp user factor add an", &AccessCommands::offer_factor);
    CLI::App* confirmed = add(*factors, "confirm", "Xác nhận bằng một mã / confirm it by a code", "lgsp user factor confirm an",
                              &AccessCommands::confirm_factor);
    CLI::App* removed = add(*factors, "remove", "Gỡ / no more; của người khác: quản trị / another's: an administrator",
                            "lgsp user factor remove binh", &AccessCommands::remove_factor);
    for (CLI::App* const command : {offered, confirmed, removed})
        command->add_option("name", name_, "Tên / name")->required();
    offered->add_option("--password-file", password_file_, "Tệp mật khẩu / file with the password")->type_name("FILE");
    for (CLI::App* const command : {confirmed, removed})
        command->add_option("--otp-file", otp_file_, "Tệp mã 6 số / file with a code of it")->type_name("FILE");
}

void AccessCommands::add_tokens(CLI::App& app) {
    CLI::App* tokens = app.add_subcommand("token", "Mã truy cập cho phần mềm / tokens for programs");
    tokens->require_subcommand(1);
    commands_.give_rows(add(*tokens, "list", "Danh sách / all of them", "lgsp token list", &AccessCommands::list_tokens));
    CLI::App* made = add(*tokens, "add", "Tạo / make one", "lgsp token add backup --role viewer --out backup.token",
                         &AccessCommands::add_token);
    CLI::App* revoked = add(*tokens, "revoke", "Thu hồi / no more", "lgsp token revoke backup", &AccessCommands::revoke_token);
    for (CLI::App* const command : {made, revoked})
        command->add_option("name", name_, "Tên / name")->required();
    add_role(*made);
    made->add_option("--days", days_, "Hiệu lực (ngày) / good for")->check(CLI::Range(1, 366))->capture_default_str();
    made->add_option("--out", out_file_, "Ghi mã vào tệp 0600 / write the token into this file")->type_name("FILE")->required();
}

void AccessCommands::add_contexts(CLI::App& app) {
    CLI::App* contexts = app.add_subcommand("context", "Các trục đang làm việc / the hubs one works with");
    contexts->require_subcommand(1);
    commands_.give_rows(add(*contexts, "list", "Danh sách / all of them", "lgsp context list", &AccessCommands::list_contexts));
    add(*contexts, "use", "Chọn / choose", "lgsp context use province", &AccessCommands::use_context)
        ->add_option("name", name_, "Tên / name")
        ->required();
}

int AccessCommands::log_in(const HubAddress& hub, const Style& style) const {
    json::object body{{"name", name_}, {"bearer", true}};
    const auto password = read_secret(password_file_, password_question, "--password-file", style.lang);
    if (!password)
        return fail(password.error(), style);
    body["password"] = *password;
    if (!code_file_.empty()) {
        const auto code = read_secret(code_file_, password_question, "--code-file", style.lang);
        if (!code)
            return fail(code.error(), style);
        body["code"] = *code;
    }
    if (!otp_file_.empty()) {
        const auto otp = read_secret(otp_file_, otp_question, "--otp-file", style.lang);
        if (!otp)
            return fail(otp.error(), style);
        body["otp"] = *otp;
    }
    // Who signs in anew does not show an older session.
    HubAddress without_token = hub;
    without_token.token.clear();
    auto me = order(without_token, "POST", "/v1/session", body, style.lang, "token");
    if (!me && me.error().code == "second_factor_needed")
        if (const auto otp = read_secret({}, otp_question, "--otp-file", style.lang)) {
            body["otp"] = *otp;
            me = order(without_token, "POST", "/v1/session", body, style.lang, "token");
        }
    if (!me)
        return fail(me.error(), style);
    auto contexts = read_contexts(contexts_file(), style.lang);
    if (!contexts)
        return fail(contexts.error(), style);
    contexts->current = context_;
    contexts->by_name[context_] = {hub.url, hub.ca_file, text_at(*me, "token")};
    if (const auto written = write_contexts(contexts_file(), *contexts, style.lang); !written)
        return fail(written.error(), style);
    me->as_object().erase("token");
    return print(*me, me_text, style);
}

int AccessCommands::log_out(const HubAddress& hub, const Style& style) const {
    const auto ended = order(hub, "DELETE", "/v1/session", json::object{}, style.lang);
    if (!ended && ended.error().exit != Exit::denied)
        return fail(ended.error(), style);
    auto contexts = read_contexts(contexts_file(), style.lang);
    if (!contexts)
        return fail(contexts.error(), style);
    for (auto& [name, context] : contexts->by_name)
        if (context.token == hub.token)
            context.token.clear();
    if (const auto written = write_contexts(contexts_file(), *contexts, style.lang); !written)
        return fail(written.error(), style);
    return print(json::object{}, done_text, style);
}

int AccessCommands::list_users(const HubAddress& hub, const Style& style) const {
    return told_rows(get(hub, "/v1/users", style.lang, "users"), "users", users_text, style);
}

int AccessCommands::add_user(const HubAddress& hub, const Style& style) const {
    const auto password = read_secret(password_file_, password_question, "--password-file", style.lang);
    if (!password)
        return fail(password.error(), style);
    json::object body{{"name", name_}, {"role", role_.empty() ? "viewer" : role_}, {"password", *password}};
    if (!agency_.empty())
        body["agency"] = agency_;
    return told(order(hub, "POST", "/v1/users", body, style.lang, "name"), user_text, style);
}

int AccessCommands::change_user(const HubAddress& hub, const Style& style) const {
    json::object body;
    if (!role_.empty())
        body["role"] = role_;
    if (!agency_.empty())
        body["agency"] = agency_;
    return told(order(hub, "PATCH", "/v1/users/" + encoded(name_), body, style.lang, "name"), user_text, style);
}

int AccessCommands::set_disabled(bool is_disabled, const HubAddress& hub, const Style& style) const {
    const json::object body{{"disabled", is_disabled}};
    return told(order(hub, "PATCH", "/v1/users/" + encoded(name_), body, style.lang, "name"), user_text, style);
}

int AccessCommands::disable_user(const HubAddress& hub, const Style& style) const { return set_disabled(true, hub, style); }

int AccessCommands::enable_user(const HubAddress& hub, const Style& style) const { return set_disabled(false, hub, style); }

int AccessCommands::set_password(const HubAddress& hub, const Style& style) const {
    const auto password = read_secret(password_file_, password_question, "--password-file", style.lang);
    if (!password)
        return fail(password.error(), style);
    json::object body{{"password", *password}};
    if (!current_file_.empty()) {
        const auto current = read_secret(current_file_, password_question, "--current-file", style.lang);
        if (!current)
            return fail(current.error(), style);
        body["current"] = *current;
    }
    return told(order(hub, "POST", "/v1/users/" + encoded(name_) + "/password", body, style.lang, "name"), user_text, style);
}

int AccessCommands::offer_factor(const HubAddress& hub, const Style& style) const {
    const auto password = read_secret(password_file_, password_question, "--password-file", style.lang);
    if (!password)
        return fail(password.error(), style);
    return told(order(hub, "POST", factor_target(), json::object{{"current", *password}}, style.lang, "secret"), offered_text, style);
}

int AccessCommands::confirm_factor(const HubAddress& hub, const Style& style) const {
    const auto otp = read_secret(otp_file_, otp_question, "--otp-file", style.lang);
    if (!otp)
        return fail(otp.error(), style);
    return told(order(hub, "POST", factor_target() + "/confirm", json::object{{"otp", *otp}}, style.lang, "second_factor"), done_text, style);
}

int AccessCommands::remove_factor(const HubAddress& hub, const Style& style) const {
    json::object body;
    if (!otp_file_.empty()) {
        const auto otp = read_secret(otp_file_, otp_question, "--otp-file", style.lang);
        if (!otp)
            return fail(otp.error(), style);
        body["otp"] = *otp;
    }
    return told(order(hub, "DELETE", factor_target(), body, style.lang, "second_factor"), done_text, style);
}

std::string AccessCommands::factor_target() const { return "/v1/users/" + encoded(name_) + "/second-factor"; }

int AccessCommands::list_tokens(const HubAddress& hub, const Style& style) const {
    return told_rows(get(hub, "/v1/tokens", style.lang, "tokens"), "tokens", tokens_text, style);
}

int AccessCommands::add_token(const HubAddress& hub, const Style& style) const {
    json::object body{{"name", name_}, {"role", role_.empty() ? "viewer" : role_}, {"days", days_}};
    if (!agency_.empty())
        body["agency"] = agency_;
    auto made = order(hub, "POST", "/v1/tokens", body, style.lang, "token");
    if (!made)
        return fail(made.error(), style);
    if (const auto written = write_file(out_file_, text_at(*made, "token") + "\n", 0600, Overwrite::no, style.lang); !written)
        return fail(written.error(), style);
    made->as_object().erase("token");
    return print(json::object{{"tokens", json::array{*made}}}, tokens_text, style);
}

int AccessCommands::revoke_token(const HubAddress& hub, const Style& style) const {
    return told(order(hub, "DELETE", "/v1/tokens/" + encoded(name_), json::object{}, style.lang, "name"), done_text, style);
}

int AccessCommands::list_contexts(const HubAddress&, const Style& style) const {
    const auto contexts = read_contexts(contexts_file(), style.lang);
    if (!contexts)
        return fail(contexts.error(), style);
    json::array rows;
    for (const auto& [name, context] : contexts->by_name)
        rows.push_back(json::object{{"name", name},
                                    {"url", context.url},
                                    {"current", name == contexts->current},
                                    {"signed_in", !context.token.empty()}});
    return print_rows(json::object{{"contexts", std::move(rows)}}, "contexts", contexts_text, style);
}

int AccessCommands::use_context(const HubAddress&, const Style& style) const {
    auto contexts = read_contexts(contexts_file(), style.lang);
    if (!contexts)
        return fail(contexts.error(), style);
    if (!contexts->by_name.contains(name_)) {
        constexpr Both title{"Không có ngữ cảnh này", "There is no such context"};
        constexpr Both remedy{"Xem lgsp context list; lgsp login --context TÊN tạo mới.",
                              "See lgsp context list; lgsp login --context NAME makes one."};
        return fail({Exit::not_found, "not_found", pick(title, style.lang), pick(remedy, style.lang), name_, {}}, style);
    }
    contexts->current = name_;
    if (const auto written = write_contexts(contexts_file(), *contexts, style.lang); !written)
        return fail(written.error(), style);
    return list_contexts({}, style);
}

}  // namespace hub::ctl
