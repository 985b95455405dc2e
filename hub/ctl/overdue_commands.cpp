#include "hub/ctl/overdue_commands.hpp"

#include "hub/ctl/names.hpp"
#include "hub/ctl/node.hpp"
#include "hub/ctl/report.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace hub::ctl {
namespace {

namespace json = boost::json;

std::string reminded_text(const json::value& value, Lang lang) {
    const Node done{&value};
    return pick({"Đã ghi: nhắc ", "Noted: reminded "}, lang) + done["agency"].text() + ", "
           + word_of(Names::duty, done["duty"].text(), lang) + ", "
           + done["documents"].text() + pick({" văn bản trễ", " documents late"}, lang) + "\n";
}

}  // namespace

OverdueCommands::OverdueCommands(CLI::App& app, Commands& commands) {
    add_overdue(app, commands);
    add_remind(app, commands);
}

void OverdueCommands::add_overdue(CLI::App& app, Commands& commands) {
    CLI::App* const command = commands.add(
        app, "overdue", "Đơn vị nào trễ hạn / which receivers are late",
        "lgsp overdue\n  lgsp overdue --agency H43.01 --duty retrieval\n  lgsp overdue --csv > can-goi.csv",
        [this](const HubAddress& hub, const Style& style) { return list(hub, style); });
    const auto add = [this, command](const char* flag, const char* key, const char* what) {
        return command->add_option_function<std::string>(
            flag, [this, key](const std::string& value) { conditions_.emplace_back(key, value); }, what);
    };
    add("--agency", "agency", "Văn bản mà đơn vị này trễ, cùng --duty / its documents, with --duty");
    add("--duty", "duty", "retrieval (lấy văn bản), arrival (01), decision (02, 03), change_answer (15, 16)");
    add("--count", "count", "Số dòng / rows, 1 to 500")->check(CLI::Range(1, 500));
    command->add_flag_callback("--urgent", [this] { conditions_.emplace_back("urgent", "true"); },
                                "Văn bản khẩn trở lên / urgent documents");
    command->add_flag("--csv", is_csv_, "Danh sách để gọi điện, mỗi văn bản một dòng / for who telephones, a line a document");
    commands.give_rows(command);
}

void OverdueCommands::add_remind(CLI::App& app, Commands& commands) {
    CLI::App* const command = commands.add(
        app, "remind", "Ghi lại là đã nhắc một đơn vị / note that an agency was reminded",
        "lgsp remind H43.01 --duty retrieval --by phone --note \"Gặp chị Hoa, chiều nay bật máy\"",
        [this](const HubAddress& hub, const Style& style) { return remind(hub, style); });
    command->add_option("agency", agency_, "Mã đơn vị / its code")->required();
    command->add_option("--duty", duty_, "Trễ việc gì: lấy văn bản, 01, 02/03, 15/16 / late with what")
        ->required()
        ->check(CLI::IsMember({"retrieval", "arrival", "decision", "change_answer"}));
    command->add_option("--by", by_, "Bằng cách nào / how")
        ->required()
        ->check(CLI::IsMember({"phone", "mail", "message", "other"}));
    command->add_option("--note", note_, "Gặp ai, nói gì; vào sổ cái / whom, what was said; kept in the ledger")->required();
}

int OverdueCommands::list(const HubAddress& hub, const Style& style) const {
    std::string target = "/v1/overdue";
    char before = '?';
    for (const auto& [key, value] : conditions_) {
        target += before + key + "=" + encoded(value);
        before = '&';
    }
    if (!is_csv_) {
        const auto answer = get(hub, target, style.lang, "as_of");
        const bool is_of_one = answer && answer->is_object() && answer->get_object().contains("deliveries");
        return tell_rows(answer, is_of_one ? "deliveries" : "overdue", overdue_text, style);
    }
    if (style.is_json || style.is_jsonl)
        return fail({Exit::usage, "usage", pick({"--csv và --json loại trừ nhau", "--csv and --json exclude each other"}, style.lang),
                     {}, "--csv", {}}, style);
    const auto list = get_csv(hub, target + before + "format=csv", style.lang);
    if (!list)
        return fail(list.error(), style);
    std::cout << *list;
    return 0;
}

int OverdueCommands::remind(const HubAddress& hub, const Style& style) const {
    const auto done = order(hub, "POST", "/v1/agencies/" + encoded(agency_) + "/remind",
                            json::object{{"duty", duty_}, {"by", by_}, {"note", note_}}, style.lang, "documents");
    return done ? print(*done, reminded_text, style) : fail(done.error(), style);
}

}  // namespace hub::ctl
