#include "hub/ctl/operation_text.hpp"

#include "hub/ctl/names.hpp"
#include "hub/ctl/node.hpp"

namespace hub::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t text_columns = 60;

std::string number_of(const Node& document) {
    const std::string notation = document["notation"].text();
    return document["number"].text() + (notation.empty() ? "" : "/" + notation);
}

std::string sample_text(const std::vector<Node>& lines, Lang lang) {
    Table table{{pick({"Văn bản", "Document"}, lang), pick({"Bên gửi", "Sender"}, lang),
                 pick({"Bên nhận", "Receiver"}, lang), pick({"Lần", "Attempt"}, lang), pick({"Từ", "Since"}, lang)}};
    for (const Node& line : lines)
        table.add({number_of(line), line["sender"].text(), line["receiver"].text(), line["attempt"].text(),
                   local_time(line["changed_at"].text())
                       + (line["sent_again"].is_true() ? pick({", đã gửi lại", ", sent again"}, lang) : "")});
    return table.text();
}

std::string filter_text(const Node& filter) {
    std::string text;
    for (const auto* key : {"state", "cause", "receiver", "sender", "id", "number", "since", "until"})
        if (filter[key].is_there())
            text += (text.empty() ? "" : " ") + std::string{key} + "=" + filter[key].text();
    return text;
}

std::string receivers_line(const Node& group, Lang lang) {
    std::string line = pick({"    Bên nhận      ", "    Receivers     "}, lang);
    for (const Node& receiver : group["receivers"].items())
        line += receiver["agency"].text() + " (" + receiver["count"].text() + ") ";
    return line + "\n";
}

/// What the figures of `progress_text` do not tell: what was sent again can have failed again.
std::string outcome_line(const Node& outcome, Lang lang) {
    const auto part = [&](const char* key, Both words) {
        return outcome[key].number() > 0 ? ", " + pick(words, lang) + " " + outcome[key].text() : std::string{};
    };
    const std::string parts = part("arrived", {"bên nhận đã có", "arrived"}) + part("waiting", {"đang chuyển", "on the way"})
                              + part("at_adapter", {"ở bộ kết nối", "at the adapter"})
                              + part("failed", {"LỖI LẠI", "FAILED AGAIN"}) + part("parked", {"để riêng", "parked"});
    if (parts.empty())
        return {};
    return pick({"Nay đang ở    ", "Now           "}, lang) + parts.substr(2)
           + (outcome["is_cut"].is_true() ? pick({" (của ", " (of the newest "}, lang) + outcome["counted"].text()
                                                + pick({" lượt mới nhất)", ")"}, lang)
                                          : std::string{})
           + "\n";
}

std::string state_text(const Node& operation, Lang lang) {
    const std::string state = operation["state"].text();
    if (state == "running")
        return pick({"đang chạy", "running"}, lang);
    if (state == "stopped")
        return pick({"đang dừng", "stopped"}, lang);
    if (state == "waiting")
        return pick({"chờ chạy, còn hoàn tác được", "waiting, can be undone"}, lang);
    if (state == "needs_approval")
        return pick({"chờ người khác duyệt", "needs another person's approval"}, lang);
    if (state == "cancelled") {
        // What has a time to begin was approved, or needed it not.
        const bool is_refused =
            operation["decided_by"].text() != operation["actor"].text() && !operation["starts_at"].is_there();
        return is_refused ? pick({"bị từ chối", "refused"}, lang) : pick({"đã hoàn tác", "undone"}, lang);
    }
    if (state == "lapsed")
        return pick({"hết hạn duyệt", "lapsed, nobody approved it"}, lang);
    return state == "done" ? pick({"xong", "done"}, lang) : state;
}

/// Who had to say something to it, and when it begins.
std::string decision_lines(const Node& o, Lang lang) {
    std::string out;
    if (o["state"].text() == "waiting")
        out += pick({"Chạy lúc      ", "Begins at     "}, lang) + local_time(o["starts_at"].text())
               + pick({"; hoàn tác: lgsp operation cancel ", "; undo: lgsp operation cancel "}, lang)
               + o["operation"].text() + "\n";
    if (o["state"].text() == "needs_approval")
        out += pick({"Người khác duyệt: lgsp operation approve ", "Another person: lgsp operation approve "}, lang)
               + o["operation"].text() + " --expect " + o[o["count"].is_there() ? "count" : "expected"].text() + "\n";
    if (o["decided_by"].is_there())
        out += (o["state"].text() == "cancelled" ? pick({"Người hủy     ", "Cancelled by  "}, lang)
                                                 : pick({"Người duyệt   ", "Approved by   "}, lang))
               + o["decided_by"].text() + ", " + local_time(o["decided_at"].text()) + ": " + o["decision"].text() + "\n";
    return out;
}

std::string progress_text(const Node& operation) {
    return operation["done"].text() + "/" + operation["expected"].text();
}

std::string care_lines(const Node& group, Lang lang) {
    std::string out;
    if (const Node taken = group["taken"]; taken.is_there())
        out += (taken["has_ended"].is_true() ? pick({"    Từng xử lý    ", "    Had taken it  "}, lang)
                                             : pick({"    Đang xử lý    ", "    Taken by      "}, lang))
               + taken["to"].text() + ", " + local_time(taken["at"].text())
               + (taken["reason"].text().empty() ? "" : ": " + shortened(taken["reason"].text(), text_columns)) + "\n";
    for (const Node& note : group["notes"].items())
        out += pick({"    Ghi chú       ", "    Note          "}, lang) + local_time(note["at"].text()) + " "
               + note["actor"].text() + ": " + note["text"].text() + "\n";
    if (group["notes_are_cut"].is_true())
        out += pick({"    Ghi chú cũ hơn: lgsp audit --object failure/", "    Older notes: lgsp audit --object failure/"}, lang)
               + group["cause"].text() + "\n";
    return out;
}

}  // namespace

std::string failures_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    const auto groups = answer["failures"].items();
    const std::string parked = answer["parked"].items().empty() ? std::string{} : "\n" + parked_text(value, lang);
    if (groups.empty())
        return pick({"Không có văn bản nào chuyển lỗi.\n", "Nothing has failed.\n"}, lang) + parked;
    std::string out;
    for (const Node& group : groups) {
        out += group["count"].text() + (group["is_cut"].is_true() ? "+" : "") + "  " + group["code"].text() + ": "
               + group[lang == Lang::vi ? "title_vi" : "title_en"].text() + "\n";
        if (const std::string detail = group["detail"].text(); !detail.empty())
            out += "    " + shortened(detail, 2 * text_columns) + "\n";
        out += pick({"    Nguyên nhân   ", "    Cause         "}, lang) + group["cause"].text() + "\n"
               + pick({"    Từ / đến      ", "    First / last  "}, lang) + local_time(group["first_at"].text()) + " / "
               + local_time(group["last_at"].text()) + "\n" + receivers_line(group, lang);
        if (const std::string remedy = group[lang == Lang::vi ? "remedy_vi" : "remedy_en"].text(); !remedy.empty())
            out += pick({"    Cách xử lý    ", "    Remedy        "}, lang) + remedy + "\n";
        out += care_lines(group, lang);
    }
    if (answer["is_cut"].is_true())
        out += pick({"Còn nguyên nhân khác, chưa liệt kê.\n", "There are more causes.\n"}, lang);
    return out + parked;
}

std::string parked_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    const auto groups = answer["parked"].items();
    if (groups.empty())
        return pick({"Không có văn bản nào để riêng.\n", "Nothing is parked.\n"}, lang);
    std::string out = pick({"Đang để riêng\n", "Parked\n"}, lang);
    for (const Node& group : groups) {
        const std::string code = group["code"].text();
        out += group["count"].text() + "  "
               + (code.empty() ? pick({"để riêng khi chưa lỗi", "parked before it failed"}, lang)
                               : code + ": " + group[lang == Lang::vi ? "title_vi" : "title_en"].text())
               + "\n" + pick({"    Nguyên nhân   ", "    Cause         "}, lang) + group["cause"].text() + "\n"
               + pick({"    Từ / đến      ", "    First / last  "}, lang) + local_time(group["first_at"].text()) + " / "
               + local_time(group["last_at"].text()) + "\n" + receivers_line(group, lang);
        for (const Node& act : group["acts"].items())
            out += pick({"    Ai, vì sao    ", "    Who, why      "}, lang) + act["actor"].text() + ", "
                   + local_time(act["asked_at"].text()) + " (" + act["count"].text() + "): "
                   + shortened(act["reason"].text(), 2 * text_columns) + "\n";
        out += pick({"    Cho đi tiếp   ", "    Let go on     "}, lang) + "lgsp release --where cause=" + group["cause"].text()
               + " --dry-run\n";
    }
    if (answer["parked_are_cut"].is_true())
        out += pick({"Còn nữa, chưa liệt kê.\n", "There are more.\n"}, lang);
    return out;
}

std::string preview_text(const json::value& value, Lang lang) {
    const Node preview{&value};
    std::string out = word_of(Names::act, preview["act"].text(), lang) + ": " + preview["count"].text()
                      + (preview["is_cut"].is_true() ? "+" : "") + pick({" lượt gửi, ", " deliveries, "}, lang)
                      + filter_text(preview["filter"]) + "\n";
    if (preview["sent_again"].number() > 0)
        out += pick({"Chú ý: bên gửi đã gửi lại ", "Note: senders have sent "}, lang) + preview["sent_again"].text()
               + pick({" trong ", " of the oldest "}, lang) + preview["looked_at"].text()
               + pick({" lượt cũ nhất bằng một lượt mới; chuyển cả lượt cũ thì bên nhận có thể nhận hai bản.\n",
                       " anew since; if the old one goes on as well, its receiver can get two copies.\n"}, lang);
    const auto sample = preview["sample"].items();
    return sample.empty() ? out : out + sample_text(sample, lang);
}

std::string operation_text(const json::value& value, Lang lang) {
    const Node o{&value};
    std::string out = pick({"Tác vụ ", "Operation "}, lang) + o["operation"].text() + ": "
                      + word_of(Names::act, o["act"].text(), lang) + ", "
                      + state_text(o, lang) + ", " + progress_text(o) + "\n";
    if (o["left_alone"].number() > 0)
        out += pick({"Đã tự chuyển khác đi, không đụng tới: ", "Moved on by themselves, left alone: "}, lang)
               + o["left_alone"].text() + "\n";
    if (o["outcome"].is_there())
        out += outcome_line(o["outcome"], lang);
    return out + pick({"Lọc           ", "Filter        "}, lang) + filter_text(o["filter"]) + "\n"
           + pick({"Người làm     ", "Asked by      "}, lang) + o["actor"].text() + ", "
           + local_time(o["asked_at"].text()) + "\n" + pick({"Lý do         ", "Reason        "}, lang)
           + o["reason"].text() + "\n" + decision_lines(o, lang) + pick({"Mỗi giây      ", "Per second    "}, lang) + o["per_second"].text() + "\n";
}

std::string operations_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    Table table{{pick({"Tác vụ", "Operation"}, lang), pick({"Việc", "Act"}, lang), pick({"Trạng thái", "State"}, lang),
                 pick({"Đã làm", "Done"}, lang), pick({"Lúc", "At"}, lang), pick({"Người làm", "By"}, lang),
                 pick({"Lý do", "Reason"}, lang)}};
    for (const Node& o : answer["operations"].items())
        table.add({o["operation"].text(), word_of(Names::act, o["act"].text(), lang), state_text(o, lang), progress_text(o),
                   local_time(o["asked_at"].text()), o["actor"].text(), shortened(o["reason"].text(), text_columns)});
    return table.text();
}

std::string acts_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    Table table{{pick({"Lúc", "At"}, lang), pick({"Người làm", "Actor"}, lang), pick({"Việc", "Verb"}, lang),
                 pick({"Đối tượng", "Object"}, lang), pick({"Lý do", "Reason"}, lang), pick({"Chi tiết", "Detail"}, lang)}};
    for (const Node& act : answer["acts"].items())
        // Of a digest that is cut nobody can say whether it is the same.
        table.add({local_time(act["at"].text()), act["actor"].text(), word_of(Names::verb, act["verb"].text(), lang),
                   act["object"].text(), shortened(act["reason"].text(), text_columns),
                   detail_text(act["verb"].text(), act["detail"].text(), lang)});
    std::string out = table.text();
    if (answer["has_more"].is_true() || answer["is_cut"].is_true())
        out += pick({"Trang sau: --before ", "Next page: --before "}, lang) + answer["searched_down_to"].text() + "\n";
    return out;
}

}  // namespace hub::ctl
