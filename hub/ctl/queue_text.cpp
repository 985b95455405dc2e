#include "hub/ctl/queue_text.hpp"

#include "hub/ctl/node.hpp"
#include "hub/ctl/report.hpp"

namespace hub::ctl {

std::string pause_text(const Node& paused, Lang lang) {
    const std::string since = local_time(paused["at"].text());
    // A clerk is told since when, and no more.
    return paused["by"].is_there() ? paused["by"].text() + pick({", từ ", ", since "}, lang) + since + ": " + paused["reason"].text()
                                   : pick({"người vận hành, từ ", "an operator, since "}, lang) + since;
}

namespace {

std::string last_retrieved(const Node& queue) {
    return queue["last_retrieved_at"].is_there() ? local_time(queue["last_retrieved_at"].text()) : "-";
}

/// What operators have set, a line each.
std::string set_lines(const Node& queue, const std::string& indent, Lang lang) {
    std::string out;
    if (queue["paused"].is_there())
        out += indent + pick({"TẠM DỪNG bởi ", "PAUSED by "}, lang) + pause_text(queue["paused"], lang) + "\n";
    if (const Node limit = queue["limit"]; limit.is_there())
        out += indent + pick({"Giới hạn ", "Limited to "}, lang) + limit["per_minute"].text()
               + pick({" lượt/phút bởi ", " a minute by "}, lang) + pause_text(limit, lang) + "\n";
    return out;
}

}  // namespace

std::string queues_text(const boost::json::value& value, Lang lang) {
    const Node answer{&value};
    const auto queues = answer["queues"].items();
    if (queues.empty())
        return pick({"Không có văn bản nào đang chờ.", "Nothing is waiting."}, lang) + "\n";
    Table table{{pick({"Chờ lâu nhất", "Oldest"}, lang), pick({"Đơn vị", "Agency"}, lang),
                 pick({"Đang chờ", "Waiting"}, lang), pick({"Chưa vào hàng đợi", "Not yet queued"}, lang),
                 pick({"Lấy lần cuối", "Last retrieved"}, lang)}};
    std::string set;
    for (const Node& queue : queues) {
        table.add({duration_text(queue["oldest_age_seconds"].number(), lang), queue["agency"].text(),
                   queue["waiting"].text(), queue["unconfirmed"].text(), last_retrieved(queue)});
        set += set_lines(queue, queue["agency"].text() + "  ", lang);
    }
    return table.text() + (set.empty() ? "" : "\n" + set);
}

std::string queue_text(const boost::json::value& value, Lang lang) {
    const Node queue{&value};
    std::string out = queue["agency"].text() + "\n" + set_lines(queue, "  ", lang);
    const auto line = [&](Both name, const std::string& text) { out += "  " + pick(name, lang) + text + "\n"; };
    line({"Đang chờ            ", "Waiting             "}, queue["waiting"].text());
    line({"  ở trục            ", "  with the hub      "}, queue["unconfirmed"].text());
    line({"  trong hộp đến     ", "  in its inbox      "}, queue["in_inbox"].text());
    line({"Chờ lâu nhất        ", "Oldest              "}, duration_text(queue["oldest_age_seconds"].number(), lang));
    line({"Đơn vị lấy lần cuối ", "Last retrieved      "}, last_retrieved(queue));
    if (queue["paused"].is_there() && queue["in_inbox"].number() > 0)
        out += pick({"Văn bản đã nằm trong hộp đến thì không rút lại được: đơn vị vẫn lấy được.",
                     "What is in its inbox already cannot be taken back: the agency can still fetch it."},
                    lang)
               + "\n";
    return out;
}

}  // namespace hub::ctl
