#include "hub/ctl/failure_commands.hpp"

#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

namespace hub::ctl {
namespace {

namespace json = boost::json;

std::string assigned_text(const json::value& value, Lang lang) {
    const Node done{&value};
    const std::string cause = done["cause"].text();
    return done["to"].is_there() ? pick({"Đã ghi: ", "Noted: "}, lang) + done["to"].text()
                                       + pick({" nhận xử lý ", " has taken "}, lang) + cause + "\n"
                                 : pick({"Đã ghi: trả lại ", "Noted: given back "}, lang) + cause + "\n";
}

std::string noted_text(const json::value& value, Lang lang) {
    const Node done{&value};
    return pick({"Đã ghi chú ", "Noted of "}, lang) + done["cause"].text() + ": " + done["text"].text() + "\n";
}

}  // namespace

FailureCommands::FailureCommands(CLI::App& app, Commands& commands) {
    CLI::App* const failure = app.add_subcommand("failure", "Ai xử lý một nguyên nhân lỗi / who is on a cause of failures");
    failure->require_subcommand(1);
    CLI::App* const assign = commands.add(
        *failure, "assign", "Nhận xử lý một nguyên nhân, giao hay trả lại / take a cause upon you, hand it on, give it back",
        "lgsp failure assign 1f2e3d4c5b6a7988\n  lgsp failure assign 1f2e3d4c5b6a7988 --to binh --reason \"Ca chiều\"\n"
        "  lgsp failure assign 1f2e3d4c5b6a7988 --give-back",
        [this](const HubAddress& hub, const Style& style) { return this->assign(hub, style); });
    CLI::App* const note = commands.add(
        *failure, "note", "Ghi chú cho người khác cùng xem / note something for the others",
        "lgsp failure note 1f2e3d4c5b6a7988 --text \"Đã gọi VNPT, phiếu 123, 14 giờ xong\"",
        [this](const HubAddress& hub, const Style& style) { return this->note(hub, style); });
    for (CLI::App* const command : {assign, note})
        command->add_option("cause", cause_, "Nguyên nhân của lgsp failures / a cause of lgsp failures")->required();
    CLI::Option* const to = assign->add_option("--to", to_, "Người dùng khác, thay vì chính mình / another user instead of oneself");
    assign->add_flag("--give-back", is_given_back_, "Không còn ai xử lý / nobody is on it any more")->excludes(to);
    assign->add_option("--reason", reason_, "Lý do, vào sổ cái / why, kept in the ledger");
    note->add_option("--text", text_, "Ghi chú, vào sổ cái / the note, kept in the ledger")->required();
}

int FailureCommands::assign(const HubAddress& hub, const Style& style) const {
    json::object wish{{"to", nullptr}};
    if (!to_.empty()) {
        wish["to"] = to_;
    } else if (!is_given_back_) {
        const auto me = get(hub, "/v1/session", style.lang, "name");
        if (!me)
            return fail(me.error(), style);
        wish["to"] = me->at("name");
    }
    if (!reason_.empty())
        wish["reason"] = reason_;
    const auto done = order(hub, "POST", "/v1/failures/" + encoded(cause_) + "/assign", wish, style.lang, "cause");
    return done ? print(*done, assigned_text, style) : fail(done.error(), style);
}

int FailureCommands::note(const HubAddress& hub, const Style& style) const {
    const auto done = order(hub, "POST", "/v1/failures/" + encoded(cause_) + "/notes", json::object{{"text", text_}},
                            style.lang, "cause");
    return done ? print(*done, noted_text, style) : fail(done.error(), style);
}

}  // namespace hub::ctl
