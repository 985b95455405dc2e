#include "hub/ctl/operation_commands.hpp"

#include "hub/ctl/node.hpp"
#include "hub/ctl/operation_text.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <chrono>
#include <thread>

namespace hub::ctl {
namespace {

namespace json = boost::json;

Problem usage(Both title, Both remedy, std::string field, Lang lang) {
    return {Exit::usage, "usage", pick(title, lang), pick(remedy, lang), std::move(field), {}};
}

int told(const Outcome<json::value>& answer, Text text, const Style& style) {
    return answer ? print(*answer, text, style) : fail(answer.error(), style);
}

std::string with_query(std::string target, const std::vector<std::pair<std::string, std::string>>& query) {
    for (const auto& [key, value] : query)
        target += (target.find('?') == std::string::npos ? '?' : '&') + key + "=" + encoded(value);
    return target;
}

}  // namespace

OperationCommands::OperationCommands(CLI::App& app, CLI::App& release, Commands& commands)
    : commands_{commands}, release_{release} {
    CLI::App* failures = add(app, "failures", "Chuyển lỗi và để riêng, gộp theo nguyên nhân / what failed or is parked, by cause",
                             "lgsp failures\n  lgsp failures --parked", &OperationCommands::list_failures);
    commands_.give_rows(failures);
    failures->add_flag("--parked", is_parked_only_, "Chỉ những gì đang để riêng / what is parked alone");
    CLI::App* retry = add(app, "retry", "Chuyển lại những lượt bị lỗi / bring once more what failed",
                          "lgsp retry --where cause=1f2e3d4c5b6a7988 --dry-run\n"
                          "  lgsp retry --where cause=1f2e3d4c5b6a7988 --expect 4000 --yes --reason \"Đã sửa ổ đĩa\"",
                          &OperationCommands::retry);
    CLI::App* park = add(app, "park", "Để riêng, không chuyển, không xóa / set aside: not sent, not deleted",
                         "lgsp park --where state=waiting --where receiver=H43.01 --dry-run", &OperationCommands::park);
    for (CLI::App* const command : {retry, park}) {
        command->add_option("id", id_, "Mã phong bì / envelope id");
        command->add_option("--reason", reason_, "Lý do, vào sổ cái / why, kept in the ledger");
        add_conditions(*command);
    }
    release.get_option("id")->required(false);
    release.get_option("--reason")->required(false);
    release.get_option("id")->needs(release.get_option("--reason"));
    release.footer("Examples / ví dụ:\n  lgsp release 0192f0c1-2345-7abc-8def-0123456789ab --reason \"CV 15/TTr\"\n"
                   "  lgsp release --where receiver=H43.01 --dry-run");
    add_conditions(release);
    add_operations(app);
    add_audit(app);
}

CLI::App* OperationCommands::add(CLI::App& parent, const char* name, const char* what, const char* example, Run does) {
    return commands_.add(parent, name, what, example, [this, does](const HubAddress& hub, const Style& style) {
        return (this->*does)(hub, style);
    });
}

void OperationCommands::add_conditions(CLI::App& command) {
    command.add_option("--where", where_, "cause= receiver= sender= number= since= until= state= id=");
    command.add_flag("--dry-run", is_dry_run_, "Chỉ xem / only look");
    command.add_option("--expect", expect_, "Số lượng đã xem / how many were shown");
    command.add_flag("--yes", is_confirmed_, "Làm thật / do it");
    command.add_option("--rate", rate_, "Mỗi giây / per second")->check(CLI::Range(1, 5000))->capture_default_str();
    command.add_option("--wait", wait_seconds_, "Chờ xong (giây) / wait for its end")->check(CLI::Range(0, 86400));
}

void OperationCommands::add_operations(CLI::App& app) {
    CLI::App* operations = app.add_subcommand("operation", "Tác vụ hàng loạt / operations on many deliveries");
    operations->require_subcommand(1);
    const auto query = [&](CLI::App* command, const char* flag, const char* key, const char* what) {
        return command->add_option_function<std::string>(
            flag, [this, key](const std::string& value) { query_.emplace_back(key, value); }, what);
    };
    CLI::App* list = add(*operations, "list", "Danh sách, mới nhất trước / newest first", "lgsp operation list",
                         &OperationCommands::list_operations);
    commands_.give_rows(list);
    query(list, "--before", "before", "Trang sau / next page");
    query(list, "--count", "count", "Số dòng / rows, 1 to 500")->check(CLI::Range(1, 500));
    CLI::App* show = add(*operations, "show", "Tiến độ / how far it is", "lgsp operation show 12",
                         &OperationCommands::show_operation);
    CLI::App* stop = add(*operations, "stop", "Dừng / stop", "lgsp operation stop 12 --reason \"kiểm tra lại\"",
                         &OperationCommands::stop_operation);
    CLI::App* cancel = add(*operations, "cancel", "Hoàn tác hoặc từ chối khi chưa chạy / undo, or refuse, before it runs",
                           "lgsp operation cancel 12 --reason \"chọn nhầm\"", &OperationCommands::stop_operation);
    CLI::App* approve = add(*operations, "approve", "Duyệt tác vụ của người khác / approve what another person asked for",
                            "lgsp operation approve 12 --expect 12000 --reason \"đã xem\"",
                            &OperationCommands::approve_operation);
    approve->add_option("--expect", expect_, "Số lượng đã xem / how many were shown")->required();
    CLI::App* resume = add(*operations, "resume", "Chạy tiếp / let it go on",
                           "lgsp operation resume 12 --reason \"đã kiểm tra\"", &OperationCommands::resume_operation);
    for (CLI::App* const command : {show, stop, cancel, approve, resume})
        command->add_option("operation", operation_, "Số tác vụ / its number")->required();
    for (CLI::App* const command : {stop, cancel, approve, resume})
        command->add_option("--reason", reason_, "Lý do, vào sổ cái / why, kept in the ledger")->required();
}

void OperationCommands::add_audit(CLI::App& app) {
    CLI::App* audit = add(app, "audit", "Ai đã làm gì, mới nhất trước / who did what, newest first",
                          "lgsp audit --actor an --since 7d", &OperationCommands::list_acts);
    commands_.give_rows(audit);
    for (const auto* key : {"actor", "verb", "object", "since", "until", "before", "count"})
        audit->add_option_function<std::string>(std::string{"--"} + key, [this, key](const std::string& value) {
            query_.emplace_back(key, value);
        });
}

int OperationCommands::list_failures(const HubAddress& hub, const Style& style) const {
    const auto answer = get(hub, "/v1/failures", style.lang, "failures");
    return is_parked_only_ ? tell_rows(answer, "parked", parked_text, style)
                           : tell_rows(answer, "failures", failures_text, style);
}

Outcome<json::object> OperationCommands::wish(const char* act, Lang lang) const {
    json::object wish{{"act", act}};
    if (!id_.empty())
        wish["id"] = id_;
    for (const std::string& condition : where_) {
        const auto equals = condition.find('=');
        if (equals == std::string::npos || equals == 0)
            return usage({"Điều kiện phải có dạng KEY=VALUE", "A condition is KEY=VALUE"},
                         {"Ví dụ --where receiver=H43.01", "For example --where receiver=H43.01"}, condition, lang);
        wish[condition.substr(0, equals)] = condition.substr(equals + 1);
    }
    // All that failed at once is a slip more often than a wish.
    if (wish.size() == 1)
        return usage({"Chưa chọn lượt gửi nào", "Nothing is chosen"},
                     {"Thêm --where, ví dụ cause=… của lgsp failures.", "Add --where, for example cause=… of lgsp failures."},
                     "--where", lang);
    return wish;
}

std::optional<Problem> OperationCommands::missing(const json::value& preview, Lang lang) const {
    const std::string count = Node{&preview}["count"].text();
    if (!is_confirmed_ || !expect_)
        return usage({"Chưa làm gì: cần xác nhận số lượng", "Nothing was done: confirm how many"},
                     {"Xem với --dry-run, rồi thêm --expect SỐ --yes.", "Look with --dry-run, then add --expect N --yes."},
                     "--expect " + count, lang);
    if (reason().empty())
        return usage({"Thiếu lý do", "No reason is given"}, {"Thêm --reason.", "Add --reason."}, "--reason", lang);
    if (std::to_string(*expect_) == count)
        return std::nullopt;
    constexpr Both title{"Số lượng đã khác với lúc xem", "The count is not the one that was shown"};
    constexpr Both remedy{"Chưa làm gì cả. Xem lại với --dry-run.", "Nothing was done. Look again with --dry-run."};
    return Problem{Exit::conflict, "count_differs", pick(title, lang), pick(remedy, lang), "--expect", count};
}

/// `release` had the option before it took conditions.
std::string OperationCommands::reason() const {
    return reason_.empty() && release_.parsed() ? release_.get_option("--reason")->as<std::string>() : reason_;
}

int OperationCommands::act(const char* name, const HubAddress& hub, const Style& style) const {
    auto wanted = wish(name, style.lang);
    if (!wanted)
        return fail(wanted.error(), style);
    const auto preview = order(hub, "POST", "/v1/operations/preview", *wanted, style.lang, "seen");
    if (!preview || is_dry_run_)
        return told(preview, preview_text, style);
    if (const auto problem = missing(*preview, style.lang))
        return fail(*problem, style);
    (*wanted)["expect"] = *expect_;
    (*wanted)["seen"] = Node{&*preview}["seen"].text();
    (*wanted)["reason"] = reason();
    (*wanted)["per_second"] = rate_;
    auto begun = order(hub, "POST", "/v1/operations", *wanted, style.lang, "operation");
    return begun ? watch(std::move(*begun), hub, style) : fail(begun.error(), style);
}

int OperationCommands::watch(json::value operation, const HubAddress& hub, const Style& style) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds{wait_seconds_};
    const std::string target = "/v1/operations/" + Node{&operation}["operation"].text();
    const auto is_in = [&](std::initializer_list<std::string_view> states) {
        return std::ranges::find(states, Node{&operation}["state"].text()) != states.end();
    };
    const auto is_over = [&] { return is_in({"done", "cancelled", "lapsed"}); };
    while (!is_over() && std::chrono::steady_clock::now() < deadline) {
        constexpr std::chrono::milliseconds between{500};
        std::this_thread::sleep_for(between);
        // The hub may be started anew meanwhile: the operation goes on by itself.
        if (auto seen = get(hub, target, style.lang, "operation"))
            operation = std::move(*seen);
    }
    print(operation, operation_text, style);
    if (is_over() && (Node{&operation}["left_alone"].number() > 0 || !is_in({"done"})))
        return static_cast<int>(Exit::partly);
    return static_cast<int>(!is_over() && wait_seconds_ > 0 ? Exit::unreachable : Exit::ok);
}

int OperationCommands::list_operations(const HubAddress& hub, const Style& style) const {
    return tell_rows(get(hub, with_query("/v1/operations", query_), style.lang, "operations"), "operations", operations_text, style);
}

int OperationCommands::show_operation(const HubAddress& hub, const Style& style) const {
    return told(get(hub, "/v1/operations/" + encoded(operation_), style.lang, "operation"), operation_text, style);
}

int OperationCommands::turn(const char* action, const HubAddress& hub, const Style& style) const {
    return told(post(hub, "/v1/operations/" + encoded(operation_) + action + "?reason=" + encoded(reason_), style.lang, "operation"),
                operation_text, style);
}

int OperationCommands::approve_operation(const HubAddress& hub, const Style& style) const {
    const std::string target = "/v1/operations/" + encoded(operation_) + "/approve?reason=" + encoded(reason_)
                               + "&expect=" + std::to_string(expect_.value_or(0));
    return told(post(hub, target, style.lang, "operation"), operation_text, style);
}

int OperationCommands::list_acts(const HubAddress& hub, const Style& style) const {
    return tell_rows(get(hub, with_query("/v1/audit", query_), style.lang, "acts"), "acts", acts_text, style);
}

}  // namespace hub::ctl
