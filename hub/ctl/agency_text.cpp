#include "hub/ctl/agency_text.hpp"

#include "hub/ctl/contacts_text.hpp"
#include "hub/ctl/names.hpp"
#include "hub/ctl/node.hpp"

namespace hub::ctl {
namespace {

std::string time_or(const Node& at, Both without, Lang lang) {
    return at.is_there() ? local_time(at.text()) : pick(without, lang);
}

std::string alias_lines(const Node& agency, Lang lang) {
    std::string out;
    for (const Node& alias : agency["aliases"].items()) {
        out += pick({"Mã khác        ", "Alias          "}, lang) + alias["code"].text();
        if (alias["valid_from"].is_there())
            out += pick({"  từ ", "  from "}, lang) + local_time(alias["valid_from"].text());
        if (alias["valid_until"].is_there())
            out += pick({"  đến ", "  until "}, lang) + local_time(alias["valid_until"].text());
        out += "\n";
    }
    return out;
}

std::string progress_lines(const Node& progress, Lang lang) {
    if (!progress.is_there())
        return {};
    constexpr Both never{"chưa", "not yet"};
    const Node queue = progress["queue"];
    return pick({"Gửi lần cuối   ", "Last sent      "}, lang) + time_or(progress["last_sent_at"], never, lang) + "\n"
           + pick({"Lấy lần cuối   ", "Last fetched   "}, lang) + time_or(progress["last_retrieved_at"], never, lang) + "\n"
           + pick({"Báo trạng thái ", "Last status    "}, lang) + time_or(progress["last_status_at"], never, lang) + "\n"
           + pick({"Đang chờ       ", "Waiting        "}, lang)
           + (queue.is_there() ? queue["waiting"].text() + pick({", lâu nhất ", ", the oldest "}, lang)
                                     + duration_text(queue["oldest_age_seconds"].number(), lang)
                               : "0")
           + "\n";
}

}  // namespace

std::string agency_text(const boost::json::value& value, Lang lang) {
    const Node agency{&value};
    std::string out = agency["code"].text() + "  " + agency["name"].text() + "\n"
                      + pick({"Trạng thái     ", "State          "}, lang)
                      + word_of(Names::agency, agency["state"].text(), lang)
                      + (agency["axis"].is_true() ? pick({", trục quốc gia", ", national axis"}, lang) : "") + "\n";
    if (agency["parent"].is_there())
        out += pick({"Cấp trên       ", "Parent         "}, lang) + agency["parent"].text() + "\n";
    if (agency["successor"].is_there())
        out += pick({"Kế thừa        ", "Successor      "}, lang) + agency["successor"].text() + "\n";
    out += alias_lines(agency, lang) + progress_lines(agency["progress"], lang);
    for (const Node& certificate : agency["certificates"].items())
        out += pick({"Chứng thư đến  ", "Certificate to "}, lang) + local_time(certificate["valid_until"].text()) + " ("
               + certificate["days_left"].text() + pick({" ngày)  ", " days)  "}, lang)
               + certificate["subject"].text() + "\n";
    if (agency["contacts_of"].text() != agency["code"].text() && !agency["contacts"].items().empty())
        out += pick({"Liên hệ của    ", "Contacts of    "}, lang) + agency["contacts_of"].text() + "\n";
    out += contact_lines(agency["contacts"], pick({"Gọi            ", "Call           "}, lang));
    if (agency["file"]["is_changed"].is_true())
        out += "! " + agency["file"]["path"].text()
               + pick({": đã sửa sau khi trục đọc; trục vẫn dùng nội dung cũ. Xem: lgsp config diff.\n",
                       ": changed since the hub has read it, which goes on with what it read then. See lgsp config diff.\n"},
                      lang);
    return out;
}

}  // namespace hub::ctl
