#include "hub/ctl/axis_text.hpp"

#include "hub/ctl/node.hpp"

#include <array>

namespace hub::ctl {
namespace {

std::string link_text(const std::string& state, Lang lang) {
    if (state == "up")
        return pick({"trục trả lời", "the axis answers"}, lang);
    if (state == "down")
        return pick({"TRỤC KHÔNG TRẢ LỜI", "THE AXIS DOES NOT ANSWER"}, lang);
    if (state == "unread")
        return pick({"KHÔNG CÓ BỘ KẾT NỐI", "NO CONNECTOR"}, lang);
    return pick({"chưa rõ", "not known"}, lang);
}

std::string at_or_dash(const Node& at) { return at.is_there() ? local_time(at.text()) : "-"; }

std::string backlog_line(const Node& backlog, Both name, Lang lang) {
    return pick(name, lang) + backlog["count"].text()
           + (backlog["oldest_at"].is_there() ? pick({", cũ nhất từ ", ", the oldest of "}, lang) + local_time(backlog["oldest_at"].text())
                                              : std::string{})
           + "\n";
}

std::string connector_text(const Node& connector, Lang lang) {
    if (!connector.is_there())
        return pick({"Bộ kết nối chưa báo số liệu (bản cũ, hoặc chưa báo gì từ khi trục khởi động).\n",
                     "The connector says no figures (an earlier version, or it has said nothing since the hub's start).\n"}, lang);
    constexpr std::array<std::pair<const char*, Both>, 4> calls{{{"list", {"Hỏi danh sách", "List"}},
                                                                 {"get", {"Lấy gói tin", "Get"}},
                                                                 {"send", {"Gửi gói tin", "Send"}},
                                                                 {"acknowledge", {"Báo đã nhận", "Acknowledge"}}}};
    Table table{{pick({"Cuộc gọi", "Call"}, lang), pick({"Được lúc", "Succeeded"}, lang), pick({"Không được lúc", "Failed"}, lang)}};
    for (const auto& [key, name] : calls) {
        const Node last = connector["calls"][key];
        table.add({pick(name, lang), at_or_dash(last["succeeded_at"]), at_or_dash(last["failed_at"])});
    }
    std::string out = table.text() + backlog_line(connector["out"], {"Chờ gửi lên trục       ", "Waits for the axis     "}, lang)
                      + backlog_line(connector["unclear"], {"Gửi mà chưa rõ kết quả ", "Sent, outcome unknown  "}, lang)
                      + backlog_line(connector["in"], {"Chờ nhận từ trục       ", "Arriving from the axis "}, lang);
    if (connector["in"]["not_given"].number() > 0)
        out += pick({"Trục liệt kê mà không trao: ", "Listed by the axis and not given: "}, lang)
               + connector["in"]["not_given"].text() + "\n";
    if (const Node ahead = connector["clock_ahead_seconds"]; ahead.is_there())
        out += pick({"Đồng hồ trục nhanh hơn (giây): ", "The axis's clock is ahead by (seconds): "}, lang) + ahead.text() + "\n";
    return out;
}

}  // namespace

std::string axis_text(const boost::json::value& value, Lang lang) {
    const Node answer{&value};
    if (answer["axis"].items().empty())
        return pick({"Danh mục không có trục quốc gia.\n", "The directory has no national axis.\n"}, lang);
    std::string out;
    for (const Node& axis : answer["axis"].items()) {
        const Node& since = axis["down_since"].is_there() ? axis["down_since"] : axis["unread_since"];
        out += axis["agency"].text() + "  " + axis["name"].text() + ": " + link_text(axis["state"].text(), lang)
               + (since.is_there() ? pick({", từ ", ", since "}, lang) + local_time(since.text()) : std::string{}) + "\n"
               + pick({"Bộ kết nối báo lúc     ", "Connector's last word  "}, lang) + at_or_dash(axis["heard_at"]) + "\n"
               + backlog_line(axis["queue"], {"Trong hàng đợi của nó  ", "In its queue           "}, lang)
               + connector_text(axis["connector"], lang);
    }
    return out;
}

}  // namespace hub::ctl
