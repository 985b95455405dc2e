#include "hub/ctl/queue_commands.hpp"

#include "hub/core/limits.hpp"
#include "hub/ctl/queue_text.hpp"

#include <boost/json.hpp>

#include <string_view>

namespace hub::ctl {

QueueCommands::QueueCommands(CLI::App& app, Commands& commands) {
    constexpr const char* listed = "Hàng đợi, lâu nhất trước / queues, oldest first";
    const auto lists = [this](const HubAddress& hub, const Style& style) { return list(hub, style); };
    commands.give_rows(commands.add(app, "queues", listed, "lgsp queues", lists));
    CLI::App* queue = app.add_subcommand("queue", "Hàng đợi của đơn vị: xem, tạm dừng, chạy tiếp, giới hạn / queues of agencies");
    queue->require_subcommand(1);
    commands.give_rows(commands.add(*queue, "list", listed, "lgsp queue list", lists));
    CLI::App* shown = commands.add(*queue, "show", "Của một đơn vị / of one agency", "lgsp queue show H43.01",
                                   [this](const HubAddress& hub, const Style& style) { return show(hub, style); });
    const auto turns = [&](const char* act, const char* what, const char* example) {
        return commands.add(*queue, act, what, example,
                            [this, act](const HubAddress& hub, const Style& style) { return turn(act, hub, style); });
    };
    CLI::App* pause = turns("pause", "Tạm dừng: giữ lại ở trục, không chuyển tới đơn vị / keep in the hub what goes to it",
                            "lgsp queue pause H43.01 --reason \"nâng cấp phần mềm\"");
    CLI::App* resume = turns("resume", "Chạy tiếp / let it go on", "lgsp queue resume H43.01 --reason \"đã nâng cấp xong\"");
    CLI::App* limit = turns("limit", "Giới hạn số lượt mỗi phút / let no more go than so many a minute",
                            "lgsp queue limit H43.01 --per-minute 30 --reason \"máy chủ yếu\"");
    CLI::App* unlimit = turns("unlimit", "Bỏ giới hạn / take the limit away",
                              "lgsp queue unlimit H43.01 --reason \"đã thay máy\"");
    for (CLI::App* const command : {shown, pause, resume, limit, unlimit})
        command->add_option("agency", agency_, "Mã đơn vị / the agency's code")->required();
    for (CLI::App* const command : {pause, resume, limit, unlimit})
        command->add_option("--reason", reason_, "Lý do, vào sổ cái / why, kept in the ledger")->required();
    limit->add_option("--per-minute", per_minute_, "Số lượt mỗi phút / deliveries a minute")
        ->check(CLI::Range(1u, limits::queue_per_minute_max))
        ->required();
}

int QueueCommands::list(const HubAddress& hub, const Style& style) const {
    return tell_rows(get(hub, "/v1/queues", style.lang, "queues"), "queues", queues_text, style);
}

int QueueCommands::show(const HubAddress& hub, const Style& style) const {
    const auto answer = get(hub, "/v1/queues/" + encoded(agency_), style.lang, "waiting");
    return answer ? print(*answer, queue_text, style) : fail(answer.error(), style);
}

int QueueCommands::turn(const char* act, const HubAddress& hub, const Style& style) const {
    boost::json::object body{{"reason", reason_}};
    if (std::string_view{act} == "limit")
        body["per_minute"] = per_minute_;
    const auto answer = order(hub, "POST", "/v1/queues/" + encoded(agency_) + "/" + act, body, style.lang, "waiting");
    return answer ? print(*answer, queue_text, style) : fail(answer.error(), style);
}

}  // namespace hub::ctl
