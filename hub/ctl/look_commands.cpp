#include "hub/ctl/look_commands.hpp"

#include "hub/ctl/agency_text.hpp"
#include "hub/ctl/axis_text.hpp"
#include "hub/ctl/found.hpp"
#include "hub/ctl/report.hpp"
#include "hub/ctl/watch.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::ctl {
namespace json = boost::json;

namespace {

int exit_of_light(const json::value& health) {
    const auto* const light = health.is_object() ? health.as_object().if_contains("light") : nullptr;
    return static_cast<int>(light && *light == json::value("red") ? Exit::faulty : Exit::ok);
}

}  // namespace

LookCommands::LookCommands(CLI::App& app, Commands& commands) : commands_{commands} {
    add_health(app);
    add_find(app);
    add(app, "axis", "Đường tới trục quốc gia / the way to the national axis", "lgsp axis", &LookCommands::axis);
    add_explain(app);
    add_agencies(app);
}

CLI::App* LookCommands::add(CLI::App& parent, const char* name, const char* what, const char* example, Run run) {
    return commands_.add(parent, name, what, example, [this, run](const HubAddress& hub, const Style& style) {
        return (this->*run)(hub, style);
    });
}

CLI::Option* LookCommands::add_condition(CLI::App* command, const char* flag, const char* key, const char* what) {
    return command->add_option_function<std::string>(
        flag, [key, this](const std::string& value) { conditions_.emplace_back(key, value); }, what);
}

void LookCommands::add_mark(CLI::App* command, const char* flag, const char* key, const char* what) {
    command->add_flag_callback(flag, [key, this] { conditions_.emplace_back(key, "true"); }, what);
}

void LookCommands::add_health(CLI::App& app) {
    CLI::App* command = add(app, "status", "Trục có khỏe không / is the hub well",
                            "lgsp status --json\n  lgsp status --watch\n  lgsp status --watch --jsonl", &LookCommands::status);
    CLI::Option* watch = command->add_flag("--watch", is_watching_,
                                           "Cập nhật mỗi 2 giây đến khi bấm Ctrl-C / every 2 seconds until Ctrl-C");
    commands_.give_lines(command)->needs(watch);
    add(app, "health", "Năm đèn và nguyên nhân / five lamps and their causes", "lgsp health", &LookCommands::health);
}

void LookCommands::add_find(CLI::App& app) {
    CLI::App* command = add(app, "find", "Tìm văn bản, không cần gõ dấu / find documents, tone marks do not matter",
                            "lgsp find --number 7816 --from 000.00.00.G22\n  lgsp find duong sat\n  lgsp find --refused"
                            "\n  lgsp find --overdue --urgency 1 --to H43.01 --jsonl",
                            &LookCommands::find);
    command->add_option("text", words_, "Số, ký hiệu, mã hay trích yếu / number, notation, id or subject");
    add_condition(command, "--number", "number", "Số (hoặc số/ký hiệu) / number, or number/notation");
    add_condition(command, "--notation", "notation", "Ký hiệu / notation");
    add_condition(command, "--id", "id", "Mã phong bì, mã văn bản, DocId của trục quốc gia / envelope id, DocumentId, the axis's DocId");
    add_condition(command, "--subject", "subject", "Trích yếu / words of the subject");
    add_condition(command, "--agency", "agency", "Bên gửi hoặc nhận / sender or receiver");
    add_condition(command, "--from", "sender", "Bên gửi / sender");
    add_condition(command, "--to", "receiver", "Bên nhận / receiver");
    add_condition(command, "--state", "state", "accepted, queued, failed, parked, retrieved, 01 … 06, 15");
    add_condition(command, "--standing", "standing", "waiting, failed, parked, at_adapter");
    add_condition(command, "--kind", "kind", "document, status, acknowledgement, receipt, service, unknown");
    add_condition(command, "--urgency", "urgency", "Độ khẩn từ mức này / this urgency or more: 1 khẩn/urgent … 4");
    add_condition(command, "--owed", "owed", "Bên nhận còn nợ / owed: yes, retrieval, arrival, decision, change_answer")
        ->check(CLI::IsMember({"yes", "retrieval", "arrival", "decision", "change_answer"}));
    add_mark(command, "--overdue", "overdue", "Có bên nhận trễ hạn / a receiver is late with it");
    add_mark(command, "--refused", "refused", "Chỉ những gì bị từ chối / refused ones only");
    add_condition(command, "--cause", "cause", "Chuyển lỗi vì nguyên nhân này / failed for this cause of lgsp failures");
    add_condition(command, "--operation", "operation", "Tác vụ này đã chuyển / moved last by this operation");
    add_condition(command, "--since", "since", "Từ / since: 2026-11-24, 2026-11-24T08:00:00+07:00, 7d, 12h, 90m");
    add_condition(command, "--until", "until", "Đến trước / until");
    add_condition(command, "--before", "before", "Trang sau / next page");
    add_condition(command, "--count", "count", "Số dòng / rows, 1 to 500")->check(CLI::Range(1, 500));
    commands_.give_rows(command);
}

void LookCommands::add_explain(CLI::App& app) {
    CLI::App* command = add(app, "explain", "Mã này sẽ đi đâu, vì sao / where a code leads, and why",
                            "lgsp explain H43.01 000.00.00.G22\n"
                            "  lgsp explain --document 0192f0c1-2345-7abc-8def-0123456789ab",
                            &LookCommands::explain);
    auto* codes = command->add_option("code", words_, "Mã bên nhận, như bên gửi viết / receivers' codes, as written");
    auto* document = command->add_option("--document", document_,
                                         "Các bên nhận của một văn bản / the receivers of a document: envelope id or seq");
    document->excludes(codes);
    command->callback([codes, document] {
        if (codes->count() + document->count() == 0)
            throw CLI::RequiredError("code");
    });
}

void LookCommands::add_agencies(CLI::App& app) {
    CLI::App* agency = app.add_subcommand("agency", "Đơn vị / agencies");
    agency->require_subcommand(1);
    commands_.give_rows(
        add(*agency, "list", "Danh mục đơn vị / the directory", "lgsp agency list", &LookCommands::list_agencies));
    CLI::App* show = add(*agency, "show", "Một đơn vị: mã, liên hệ, chứng thư, hoạt động gần nhất / one agency: codes, contacts, what it did last",
                         "lgsp agency show H43.01", &LookCommands::show_agency);
    show->add_option("code", code_, "Mã đơn vị, cũ hoặc mới / either code")->required();
    CLI::App* command = add(*agency, "find", "Tìm đơn vị trong tỉnh và cả nước / agencies of the province, units of the country",
                            "lgsp agency find van phong chinh phu\n  lgsp agency find 000.00.00.G22",
                            &LookCommands::find_agency);
    command->add_option("text", words_, "Tên (không cần dấu) hay mã, cũ hoặc mới / name or either code")->required();
    add_condition(command, "--count", "count", "Số dòng / rows, 1 to 200")->check(CLI::Range(1, 200));
    commands_.give_rows(command);
}

std::string LookCommands::question(std::string target, bool has_text) const {
    char before = '?';
    const auto add_part = [&](const std::string& key, const std::string& value) {
        target += before + key + "=" + encoded(value);
        before = '&';
    };
    std::string text;
    for (const std::string& word : words_)
        text += (text.empty() ? "" : " ") + word;
    if (has_text && !text.empty())
        add_part("text", text);
    for (const auto& [key, value] : conditions_)
        add_part(key, value);
    return target;
}

int LookCommands::status(const HubAddress& hub, const Style& style) const {
    if (is_watching_)
        return watch_status(hub, style);
    const auto answer = get_status(hub, style.lang);
    if (!answer)
        return fail(answer.error(), style);
    print(*answer, status_text, style);
    const auto* const health = answer->is_object() ? answer->as_object().if_contains("health") : nullptr;
    return health ? exit_of_light(*health) : static_cast<int>(Exit::ok);
}

int LookCommands::health(const HubAddress& hub, const Style& style) const {
    const auto answer = get(hub, "/v1/health", style.lang, "lamps");
    if (!answer)
        return fail(answer.error(), style);
    print(*answer, health_text, style);
    return exit_of_light(*answer);
}

int LookCommands::find(const HubAddress& hub, const Style& style) const {
    if (!words_.empty() && std::ranges::all_of(words_, is_blank))
        return fail(nothing_said("text", style.lang), style);
    const auto answer = get(hub, question("/v1/documents", true), style.lang, "documents");
    if (answer)
        if (const auto problem = nothing_found(*answer, style.lang))
            return fail(*problem, style);
    return tell_rows(answer, "documents", documents_text, style);
}

int LookCommands::find_agency(const HubAddress& hub, const Style& style) const {
    const auto answer = get(hub, question("/v1/directory", true), style.lang, "found");
    if (answer)
        if (const auto problem = no_agency_found(*answer, style.lang))
            return fail(*problem, style);
    return tell_rows(answer, "found", directory_text, style);
}

int LookCommands::axis(const HubAddress& hub, const Style& style) const {
    const auto answer = get(hub, "/v1/axis", style.lang, "axis");
    return answer ? print(*answer, axis_text, style) : fail(answer.error(), style);
}

int LookCommands::list_agencies(const HubAddress& hub, const Style& style) const {
    return tell_rows(get(hub, "/v1/agencies", style.lang, "agencies"), "agencies", agencies_text, style);
}

int LookCommands::show_agency(const HubAddress& hub, const Style& style) const {
    const auto answer = get(hub, "/v1/agencies/" + encoded(code_), style.lang, "progress");
    return answer ? print(*answer, agency_text, style) : fail(answer.error(), style);
}

int LookCommands::explain(const HubAddress& hub, const Style& style) const {
    std::string target = "/v1/explain?";
    if (!document_.empty())
        target += "id=" + encoded(document_) + "&";
    for (const std::string& code : words_)
        target += "receiver=" + encoded(code) + "&";
    target.pop_back();
    const auto answer = get(hub, target, style.lang, "routes");
    if (!answer)
        return fail(answer.error(), style);
    print(*answer, explained_text, style);
    const auto is_refused = [](const json::value& each) { return !each.at("refusal").is_null(); };
    const bool goes_nowhere = is_refused(*answer) || std::ranges::any_of(answer->at("routes").as_array(), is_refused);
    return static_cast<int>(goes_nowhere ? Exit::faulty : Exit::ok);
}

}  // namespace hub::ctl
