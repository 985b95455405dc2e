#include "hub/ctl/report.hpp"

#include "hub/ctl/contacts_text.hpp"
#include "hub/ctl/names.hpp"
#include "hub/ctl/node.hpp"
#include "hub/ctl/queue_text.hpp"
#include "hub/ctl/table.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace hub::ctl {
namespace {

namespace json = boost::json;

std::string full_number(const Node& document) {
    const std::string notation = document["notation"].text();
    return document["number"].text() + (notation.empty() ? "" : "/" + notation);
}

/// A decision of an operator: where it stands says nothing of it.
std::string parked_mark(const Node& delivery, Lang lang) {
    return delivery["standing"].text() == "parked" ? pick({" (để riêng)", " (parked)"}, lang) : "";
}

std::string state_of(const Node& document, Lang lang) {
    if (document["refusal"].is_there())
        return pick({"TỪ CHỐI: ", "REFUSED: "}, lang) + code_text(document["refusal"]["code"].text(), lang);
    std::string text;
    for (const Node& delivery : document["deliveries"].items())
        text += (text.empty() ? "" : ", ") + delivery["receiver"].text() + " "
                + (lang == Lang::vi ? station_text(delivery["state"].text(), delivery.label(lang), lang)
                                    : delivery["state"].text())
                + parked_mark(delivery, lang);
    return text;
}

std::string refusal_lines(const Node& refusal, Lang lang) {
    return pick({"TỪ CHỐI       ", "REFUSED       "}, lang) + refusal["code"].text() + ": "
           + refusal[lang == Lang::vi ? "title_vi" : "title_en"].text() + "\n"
           + pick({"Trường        ", "Field         "}, lang) + refusal["field"].text() + " " + refusal["detail"].text()
           + "\n" + pick({"Cách xử lý    ", "Remedy        "}, lang)
           + refusal[lang == Lang::vi ? "remedy_vi" : "remedy_en"].text() + "\n";
}

/// "2, last 2026-11-24 09:00"
std::string reminded_of(const Node& reminded, Lang lang) {
    if (reminded["count"].number() == 0)
        return "-";
    return reminded["count"].text() + (reminded["count_is_bound"].is_true() ? "+" : "")
           + pick({", lần cuối ", ", last "}, lang) + local_time(reminded["last_at"].text());
}

std::string reminders_text(const std::vector<Node>& reminders, Lang lang) {
    Table table{{pick({"Nhắc lúc", "Reminded"}, lang), pick({"Đơn vị", "Agency"}, lang), pick({"Về việc", "Of"}, lang),
                 pick({"Bằng", "By"}, lang), pick({"Ai nhắc", "Who"}, lang), pick({"Ghi chú", "Note"}, lang)}};
    for (const Node& one : reminders)
        table.add({local_time(one["at"].text()), one["agency"].text(), word_of(Names::duty, one["duty"].text(), lang),
                   word_of(Names::means, one["by"].text(), lang), one["actor"].text(), shortened(one["note"].text(), 80)});
    return table.text();
}

/// Nobody brings it again by itself while its adapter is thought to hold it.
std::string held_line(const std::vector<Node>& deliveries, Lang lang) {
    constexpr std::size_t named_max = 5;
    std::string named;
    std::size_t count = 0;
    for (const Node& delivery : deliveries)
        if (delivery["standing"].text() == "at_adapter" && ++count <= named_max)
            named += (count == 1 ? "" : ", ") + delivery["receiver"].text();
    if (count == 0)
        return {};
    const std::string which = count == 1 ? named : pick({"MÃ", "CODE"}, lang);
    if (count > named_max)
        named += ", … (" + std::to_string(count) + ")";
    return pick({"Đang ở bộ kết nối của bên nhận: ", "Held by the receiver's adapter: "}, lang) + named
           + pick({". Nếu bộ kết nối đã mất thì chuyển lại: ", ". If that has lost it, have it brought again: "}, lang)
           + "lgsp retry --where state=at_adapter --where receiver=" + which + "\n";
}

std::string paused_lines(const std::vector<Node>& deliveries, Lang lang) {
    std::string out;
    for (const Node& delivery : deliveries)
        if (delivery["queue_paused"].is_there())
            out += delivery["receiver"].text()
                   + pick({": giữ ở trục, hàng đợi tạm dừng bởi ", ": held, its queue is paused by "}, lang)
                   + pause_text(delivery["queue_paused"], lang) + "\n";
    return out;
}

std::string parked_line(const std::vector<Node>& deliveries, const std::string& id, Lang lang) {
    const auto count = std::ranges::count_if(deliveries, [](const Node& one) { return one["standing"].text() == "parked"; });
    if (count == 0)
        return {};
    return pick({"Đang để riêng: ", "Set aside by an operator: "}, lang) + std::to_string(count)
           + pick({". Cho đi tiếp: ", ". Let go on: "}, lang) + "lgsp release --where id=" + id + "\n";
}

/// "arrival, LATE"
std::string owed_text(const Node& owes, Lang lang) {
    if (!owes.is_there())
        return "-";
    const std::string level = owes["level"].text();
    const Both late = level == "due_soon"    ? Both{", sắp đến hạn", ", due soon"}
                      : level == "late"      ? Both{", TRỄ", ", LATE"}
                      : level == "very_late" ? Both{", TRỄ QUÁ MỘT NGÀY", ", LATE BY A DAY"}
                                             : Both{"", ""};
    return word_of(Names::duty, owes["duty"].text(), lang) + pick(late, lang);
}

std::string parts_text(const std::vector<Node>& parts, Lang lang) {
    Table table{{pick({"Tệp", "Part"}, lang), pick({"Tên", "Name"}, lang), pick({"Kiểu", "Type"}, lang),
                 pick({"Cỡ (byte)", "Bytes"}, lang), "SHA-256"}};
    for (const Node& part : parts)
        table.add({part["part"].text(), shortened(part["name"].text(), 60), shortened(part["media_type"].text(), 40),
                   part["size_bytes"].text(), part["sha256"].text()});
    return table.text();
}

std::string axis_text(const std::string& state, Lang lang) {
    return pick(state == "up"       ? Both{"trả lời", "answers"}
                : state == "down"   ? Both{"KHÔNG TRẢ LỜI", "DOES NOT ANSWER"}
                : state == "unread" ? Both{"BỘ KẾT NỐI KHÔNG CHẠY", "ITS CONNECTOR DOES NOT RUN"}
                                    : Both{"chưa rõ", "not known"},
                lang);
}

}  // namespace

std::string recall_text(const json::value& value, Lang lang) {
    const Node outcome{&value};
    std::string out;
    for (const Node& asked : outcome["asked"].items())
        out += asked["receiver"].text() + "  " + asked["file"].text() + "\n";
    return out
           + pick({"Đã giao yêu cầu cho bộ nối. Xem trả lời của bên nhận với `lgsp show ",
                   "Handed to the adapter. See the receivers' answers with `lgsp show "},
                  lang)
           + outcome["id"].text() + "`.\n";
}

std::string sent_text(const json::value& value, Lang lang) {
    const Node sent{&value};
    const std::string outcome = sent["outcome"].text();
    const Both words = outcome == "accepted"      ? Both{"đã được trục nhận", "accepted by the hub"}
                       : outcome == "refused"     ? Both{"bị từ chối", "refused"}
                       : outcome == "handed_over" ? Both{"đã giao cho bộ nối", "handed to the adapter"}
                                                  : Both{"bộ nối chưa trả lời", "the adapter has not answered yet"};
    std::string out = sent["file"].text() + ": " + pick(words, lang) + "\n";
    if (const Node reason = sent["reason"]; reason.is_there())
        out += refusal_lines(reason, lang);
    return out;
}

std::string status_text(const json::value& value, Lang lang) {
    const Node s{&value};
    const auto line = [&](Both name, const std::string& text) {
        const std::string heading = pick(name, lang);
        return heading + std::string(22 - std::min<std::size_t>(21, display_width(heading)), ' ') + text + "\n";
    };
    const bool is_ready = s["state"].text() == "ready";
    std::string out = line({"Trạng thái", "State"}, is_ready ? pick({"SẴN SÀNG", "READY"}, lang)
                                                             : pick({"CẦN CHÚ Ý", "NEEDS ATTENTION"}, lang));
    out += line({"Phiên bản", "Version"}, s["version"].text());
    out += line({"Chạy từ", "Running since"}, local_time(s["started_at"].text()));
    out += line({"RabbitMQ", "RabbitMQ"}, word_of(Names::broker, s["broker"]["state"].text(), lang) + " " + s["broker"]["trouble"].text());
    // A clerk is not told how much the hub carries.
    const bool is_whole = s["since_start"].is_there();
    const std::string free = is_whole ? ", " + std::to_string(s["ledger"]["disk_free_bytes"].number() / 1048576)
                                            + pick({" MiB trống", " MiB free"}, lang)
                                      : std::string{};
    out += line({"Sổ cái", "Ledger"}, word_of(Names::store, s["ledger"]["state"].text(), lang) + free);
    if (s["axis"].is_there())
        out += line({"Trục quốc gia", "National axis"}, axis_text(s["axis"].text(), lang));
    if (const Node contents = s["contents"]; contents.is_there())
        out += line({"Kho tệp lớn", "Large parts"},
                    word_of(Names::store, contents["state"].text(), lang)
                        + (contents["trouble"].text().empty() ? "" : " (" + contents["trouble"].text() + ")") + ", "
                        + std::to_string(contents["disk_free_bytes"].number() / 1048576)
                        + pick({" MiB trống, ", " MiB free, "}, lang) + contents["damaged"].text()
                        + pick({" hỏng từ lúc chạy", " damaged since start"}, lang));
    if (s["stored"].is_there())
        out += line({"Đã lưu", "Stored"}, s["stored"]["envelopes"].text() + pick({" gói, ", " envelopes, "}, lang)
                                          + s["stored"]["deliveries"].text() + pick({" lượt gửi", " deliveries"}, lang));
    if (const Node units = s["units"]; units["count"].number() > 0)
        out += line({"Danh bạ trục", "Axis units"},
                    units["count"].text() + pick({" đơn vị, cập nhật ", " units, updated "}, lang)
                        + (units["pass_ended_at"].is_there() ? local_time(units["pass_ended_at"].text()) : "-"));
    if (is_whole)
        out += line({"Từ lúc chạy", "Since start"},
                s["since_start"]["accepted"].text() + pick({" nhận, ", " accepted, "}, lang)
                    + s["since_start"]["refused"].text() + pick({" từ chối, ", " refused, "}, lang)
                    + s["since_start"]["repeated"].text() + pick({" lặp", " repeated"}, lang));
    if (is_whole)
        out += line({"Đang đi", "Under way"}, s["under_way"]["unconfirmed"].text() + " + " + s["under_way"]["due"].text());
    const auto* const health = value.is_object() ? value.as_object().if_contains("health") : nullptr;
    return health && health->is_object() ? out + "\n" + health_text(*health, lang) : out;
}

std::string documents_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    Table table{{pick({"Nhận lúc", "Accepted"}, lang), pick({"Số/ký hiệu", "Number"}, lang),
                 pick({"Bên gửi", "Sender"}, lang), pick({"Trích yếu", "Subject"}, lang),
                 pick({"Bên nhận và trạng thái", "Receivers and states"}, lang), pick({"Mã", "Id"}, lang)}};
    constexpr std::size_t subject_columns = 40, states_columns = 60;
    const std::vector<Node> documents = answer["documents"].items();
    for (const Node& document : documents) {
        std::string number = full_number(document);
        if (const std::string kind = document["kind"].text(); kind == "status")
            number = "[" + document["status_code"].text() + "] " + number;
        else if (kind != "document")
            number = "[" + word_of(Names::kind, kind, lang) + "] " + number;
        const std::string id = document["id"].is_there() ? document["id"].text() : document["seq"].text();
        const std::string sender = document["sender"].text()
                                   + (document["signed_by_gateway"].is_true() ? pick({" (cổng ký)", " (by gateway)"}, lang) : "");
        table.add({local_time(document["accepted_at"].text()), shortened(number, 30), sender,
                   shortened(document["subject"].text(), subject_columns),
                   shortened(state_of(document, lang), states_columns), id});
    }
    std::string out = table.text();
    if (!documents.empty() && answer["found_by"].text() == "loose_words")
        out += pick({"… không văn bản nào có đúng những chữ này; trên đây là gần đúng.",
                     "… no document has just these words; these come near."}, lang) + "\n";
    if (!documents.empty() && answer["found_by"].text() == "agency")
        out += pick({"… không văn bản nào có đúng những chữ này; trên đây là văn bản của ",
                     "… no document has just these words; these are of "}, lang)
               + answer["named_agency"]["code"].text() + "\n";
    if (answer["documents_only"].is_true() && !documents.empty())
        out += pick({"… chỉ văn bản; trạng thái: thêm --kind status.", "… documents only; their statuses: add --kind status."}, lang) + "\n";
    if (answer["has_more"].is_true() && !documents.empty())
        out += pick({"… còn nữa: thêm --before ", "… there is more: add --before "}, lang)
               + next_page(answer) + "\n";
    if (answer["is_cut"].is_true())
        out += pick({"… chưa tìm hết; thu hẹp điều kiện.", "… not all was searched; narrow the question."}, lang) + "\n";
    return out;
}

std::string story_text(const json::value& value, Lang lang) {
    const Node story{&value};
    std::string out = full_number(story) + "  " + shortened(story["subject"].text(), 100) + "\n";
    out += pick({"Mã phong bì   ", "Envelope id   "}, lang) + story["id"].text() + "\n";
    out += pick({"Mã văn bản    ", "DocumentId    "}, lang) + story["document_id"].text() + "\n";
    const auto named = [](const Node& code, const Node& name) {
        return code.text() + (name.text().empty() || name.text() == code.text() ? "" : "  " + shortened(name.text(), 60));
    };
    out += pick({"Bên gửi       ", "Sender        "}, lang) + named(story["sender"], story["sender_name"]) + "\n";
    if (story["signed_by_gateway"].is_true())
        out += pick({"Ký bởi        cổng, thay đơn vị gửi không có khóa riêng",
                     "Signed by     a gateway, for a sender without a key of its own"}, lang) + "\n";
    out += pick({"Trục nhận lúc ", "Accepted at   "}, lang) + local_time(story["accepted_at"].text()) + "\n";
    if (story["held"].is_true())
        out += pick({"GIỮ LẠI       theo pháp luật, không xóa", "HELD          legal hold, never deleted"}, lang) + "\n";
    if (story["retired_at"].is_there())
        out += pick({"Đã xóa nội dung lúc ", "Bytes deleted at "}, lang) + local_time(story["retired_at"].text()) + "\n";
    if (const Node refusal = story["refusal"]; refusal.is_there())
        out += refusal_lines(refusal, lang);
    if (!story["deliveries"].items().empty()) {
        Table table{{pick({"Bên nhận", "Receiver"}, lang), pick({"Trạng thái", "State"}, lang),
                     pick({"Từ lúc", "Since"}, lang), pick({"Còn nợ", "Owes"}, lang), pick({"Hạn", "Due"}, lang)}};
        for (const Node& delivery : story["deliveries"].items()) {
            const std::string change = delivery["change"].label(lang);
            table.add({named(delivery["receiver"], delivery["receiver_name"]),
                       station_text(delivery["state"].text(), delivery.label(lang), lang) + parked_mark(delivery, lang)
                           + (change.empty() ? "" : "; " + change),
                       local_time(delivery["changed_at"].text()), owed_text(delivery["owes"], lang),
                       delivery["owes"].is_there() ? local_time(delivery["owes"]["due_at"].text()) : "-"});
        }
        out += "\n" + table.text() + held_line(story["deliveries"].items(), lang)
               + paused_lines(story["deliveries"].items(), lang)
               + parked_line(story["deliveries"].items(), story["id"].text(), lang);
        for (const Node& delivery : story["deliveries"].items())
            out += contact_lines(delivery["contacts"], pick({"Gọi ", "Call "}, lang) + delivery["receiver"].text() + ": ");
    }
    if (!story["late"].items().empty()) {
        Table late{{pick({"Quá hạn", "Overdue"}, lang), pick({"Đơn vị", "Agency"}, lang), pick({"Hạn", "Due"}, lang),
                    pick({"Xong lúc", "Done at"}, lang)}};
        for (const Node& mark : story["late"].items())
            late.add({word_of(Names::duty, mark["duty"].text(), lang), mark["receiver"].text(), local_time(mark["due"].text()),
                      mark["done_at"].is_there() ? local_time(mark["done_at"].text()) : "-"});
        out += "\n" + late.text();
    }
    if (!story["reminders"].items().empty())
        out += "\n" + reminders_text(story["reminders"].items(), lang);
    if (story["reminders_are_cut"].is_true())
        out += pick({"Còn lời nhắc khác không nêu ở đây; xem: lgsp audit --verb remind\n",
                     "There are more reminders than are told here; see: lgsp audit --verb remind\n"}, lang);
    if (!story["parts"].items().empty())
        out += "\n" + parts_text(story["parts"].items(), lang);
    Table table{{pick({"Lúc", "Time"}, lang), pick({"Sự việc", "Event"}, lang), pick({"Đơn vị", "Agency"}, lang),
                 pick({"Ghi chú", "Note"}, lang)}};
    for (const Node& entry : story["entries"].items())
        table.add({local_time(entry["at"].text()), station_text(entry["event"].text(), entry.label(lang), lang),
                   entry["receiver"].text(),
                   shortened(code_text(entry["code"].text(), lang) + " " + entry["text"].text(), 80)});
    return out + "\n" + table.text();
}

std::string health_text(const json::value& value, Lang lang) {
    const auto word = [&](const std::string& name) {
        static constexpr std::array<std::pair<std::string_view, Both>, 8> words{{
            {"receive", {"Nhận", "Receive"}},     {"route", {"Định tuyến", "Route"}}, {"deliver", {"Chuyển", "Deliver"}},
            {"axis", {"Trục quốc gia", "Axis"}},  {"store", {"Lưu trữ", "Store"}},    {"green", {"xanh", "green"}},
            {"yellow", {"vàng", "yellow"}},       {"red", {"ĐỎ", "RED"}},
        }};
        const auto it = std::ranges::find(words, name, &std::pair<std::string_view, Both>::first);
        return it == words.end() ? name : std::string{it->second.in(lang)};
    };
    Table table{{pick({"Đèn", "Lamp"}, lang), pick({"Màu", "Light"}, lang), pick({"Nguyên nhân", "Cause"}, lang)}};
    std::string remedies;
    for (const Node& lamp : Node{&value}["lamps"].items()) {
        const auto causes = lamp["causes"].items();
        if (causes.empty())
            table.add({word(lamp["lamp"].text()), word(lamp["light"].text()), {}});
        for (const Node& cause : causes) {
            const std::string whose = cause["agency"].is_there() ? cause["agency"].text() + ": " : "";
            const std::string count = cause["count"].number() > 0 ? " (" + cause["count"].text() + ")" : "";
            const bool is_certificate = cause["cause"].text().find("CERTIFICATE") != std::string::npos;
            const std::string until = is_certificate && cause["since"].is_there()
                                          ? pick({" (đến ", " (until "}, lang) + local_time(cause["since"].text()) + ")"
                                          : "";
            table.add({word(lamp["lamp"].text()), word(cause["light"].text()),
                       whose + cause["title"].text() + until + count});
            const std::string remedy = cause["cause"].text() + ": " + cause["remedy"].text() + "\n";
            if (remedies.find(remedy) == std::string::npos)
                remedies += remedy;
        }
    }
    return table.text() + (remedies.empty() ? "" : "\n" + remedies);
}

std::string overdue_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    if (answer["deliveries"].is_there()) {
        Table table{{pick({"Hạn", "Due"}, lang), pick({"Số", "Number"}, lang), pick({"Bên gửi", "Sender"}, lang),
                     pick({"Bên nhận", "Receiver"}, lang), pick({"Trích yếu", "Subject"}, lang)}};
        for (const Node& late : answer["deliveries"].items())
            table.add({local_time(late["due"].text()), late["number"].text() + "/" + late["notation"].text(),
                       late["sender"].text(), late["receiver"].text(), shortened(late["subject"].text(), 60)});
        return table.text();
    }
    if (answer["overdue"].items().empty())
        return pick({"Không đơn vị nào trễ hạn.", "Nobody is late."}, lang) + "\n";
    Table table{{pick({"Hạn sớm nhất", "Oldest due"}, lang), pick({"Đơn vị", "Agency"}, lang), pick({"Tên", "Name"}, lang),
                 pick({"Còn nợ", "Owes"}, lang), pick({"Văn bản", "Documents"}, lang), pick({"Đã nhắc", "Reminded"}, lang),
                 pick({"Gọi cho", "Call"}, lang)}};
    for (const Node& late : answer["overdue"].items())
        table.add({local_time(late["oldest_due"].text()), late["agency"].text(), shortened(late["name"].text(), 40),
                   word_of(Names::duty, late["duty"].text(), lang) + (late["urgent"].is_true() ? pick({" (khẩn)", " (urgent)"}, lang) : ""),
                   late["count"].text() + (late["count_is_bound"].is_true() ? "+" : ""), reminded_of(late["reminded"], lang),
                   first_contact(late["contacts"])});
    return table.text();
}

std::string explained_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    std::string out = answer["refusal"].is_there() ? refusal_lines(answer["refusal"], lang) : std::string{};
    for (const Node& route : answer["routes"].items()) {
        const std::string name = route["unit_name"].text();
        out += route["receiver"].text() + (name.empty() ? "" : "  " + name) + "\n";
        if (route["inbox"].is_there())
            out += "  -> " + route["inbox"].text() + "  " + route["inbox_name"].text() + "\n";
        out += "  " + route.label(lang) + (route["through"].is_there() ? ": " + route["through"].text() : "") + "\n";
        if (route["queue_paused"].is_there())
            out += pick({"  hàng đợi tạm dừng bởi ", "  its queue is paused by "}, lang) + pause_text(route["queue_paused"], lang) + "\n";
        if (route["refusal"].is_there())
            out += refusal_lines(route["refusal"], lang);
    }
    if (answer["has_more"].is_true())
        out += pick({"… còn bên nhận khác", "… there are more receivers"}, lang) + "\n";
    return out;
}

std::string directory_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    Table table{{pick({"Mã", "Code"}, lang), pick({"Mã khác", "Other codes"}, lang), pick({"Tên", "Name"}, lang),
                 pick({"Thuộc", "Listed by"}, lang), pick({"Trạng thái", "State"}, lang)}};
    for (const Node& row : answer["found"].items()) {
        std::string others;
        for (const Node& other : row["other_codes"].items())
            others += (others.empty() ? "" : ", ") + other.text();
        const bool is_ours = row["listed_by"].text() == "province";
        table.add({row["code"].text(), others, shortened(row["name"].text(), 60),
                   pick(is_ours ? Both{"tỉnh", "province"} : Both{"trục quốc gia", "national axis"}, lang),
                   word_of(Names::agency, row["state"].text(), lang)});
    }
    std::string out = table.text();
    if (answer["has_more"].is_true())
        out += pick({"… còn nữa: thêm chữ, hoặc --count", "… there is more: add words, or --count"}, lang) + "\n";
    return out;
}

namespace {

/// Where the file of the agencies, what the hub runs with, and the ledger have parted.
std::string drift_lines(const Node& answer, Lang lang) {
    std::string lines;
    if (answer["file"]["is_changed"].is_true())
        lines += "! " + printable(answer["file"]["path"].text())
                 + pick({": đã sửa sau khi trục đọc; trục vẫn dùng nội dung cũ. Xem bằng lgsp config diff, rồi lgsp config"
                         " reload.\n",
                         ": changed since the hub has read it, which goes on with what it read then. Look at it with"
                         " lgsp config diff, then lgsp config reload.\n"},
                        lang);
    for (const Node& each : answer["unlisted"].items()) {
        const std::string code = each["agency"].text(), waiting = each["waiting"].text();
        lines += "! " + code + ": " + waiting
                 + (each["listed_as"].is_there()
                        ? pick({" văn bản chờ dưới mã này, nay là mã khác của ",
                                " waiting under this code, which is now an alias of "}, lang)
                              + each["listed_as"].text()
                        : pick({" văn bản chờ, nhưng danh mục không còn đơn vị này",
                                " waiting, and the directory lists no such agency"}, lang))
                 + pick({": không bộ kết nối nào lấy. Ghi lại đơn vị với mã này cho đến khi hộp thư trống.\n",
                         ": no adapter fetches them. List the agency under this code until its inbox is empty.\n"}, lang);
    }
    return lines;
}

}  // namespace

std::string agencies_text(const json::value& value, Lang lang) {
    const Node answer{&value};
    Table table{{pick({"Mã", "Code"}, lang), pick({"Tên", "Name"}, lang), pick({"Trạng thái", "State"}, lang),
                 pick({"Mã khác", "Aliases"}, lang), pick({"Chứng thư đến", "Certificate until"}, lang),
                 pick({"Gọi cho", "Call"}, lang)}};
    for (const Node& agency : answer["agencies"].items()) {
        std::string aliases;
        for (const Node& alias : agency["aliases"].items())
            aliases += (aliases.empty() ? "" : ", ") + alias["code"].text();
        std::string until;
        for (const Node& certificate : agency["certificates"].items())
            until = std::max(until, certificate["valid_until"].text());
        std::string state = word_of(Names::agency, agency["state"].text(), lang);
        if (agency["axis"].is_true())
            state += pick({", trục quốc gia", ", national axis"}, lang);
        table.add({agency["code"].text(), shortened(agency["name"].text(), 50), state, aliases,
                   until.empty() ? "-" : local_time(until), first_contact(agency["contacts"])});
    }
    return table.text() + drift_lines(answer, lang);
}

}  // namespace hub::ctl
