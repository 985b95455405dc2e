#include "hub/http/receipts.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/routing.hpp"
#include "hub/http/csv_lines.hpp"
#include "hub/http/documents.hpp"
#include "hub/http/json.hpp"
#include "hub/http/overdue.hpp"
#include "hub/http/phone_list.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/telemetry/duty_words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>

namespace hub::http {
namespace {

namespace json = boost::json;

struct Question {
    SearchQuery query;
    bool is_csv = false;
};

Result<Question> question_of(const Call& call, const Sources& sources) {
    Query asked{call};
    Question question;
    SearchQuery& query = question.query;
    query.scope = call.caller.scope();
    query.kind = Kind::document;
    query.agency = asked.agency("agency", *sources.directory);
    query.sender = asked.agency("sender", *sources.directory);
    query.receiver = asked.agency("receiver", *sources.directory);
    query.since = asked.time("since");
    query.until = asked.time("until");
    query.late = spans_asked_for(asked, sources.deadlines, call.now);
    if (const auto before = asked.number("before"))
        query.before = EnvelopeSeq{*before};
    question.is_csv = asked.is_csv();
    // The file is of all pages.
    if (question.is_csv && asked.has("count"))
        asked.refuse("count", "format=csv");
    query.count = asked.count(limits::search_rows_max, query.count);
    if (const auto trouble = asked.trouble())
        return *trouble;
    return question;
}

/// Vietnamese, English.
using Caption = std::pair<std::string_view, std::string_view>;

constexpr std::array headings{
    Caption{"Nơi nhận", "Receiver"},    Caption{"Tên đơn vị", "Name"},  Caption{"Còn nợ", "Owes"},
    Caption{"Hạn", "Due"},              Caption{"Mức", "Level"},        Caption{"Số/ký hiệu", "Number"},
    Caption{"Trích yếu", "Subject"},    Caption{"Bên gửi", "Sender"},   Caption{"Trục nhận lúc", "Accepted"},
    Caption{"Mã phong bì", "Envelope"},
};

Caption words_of(Lateness level) noexcept {
    switch (level) {
    case Lateness::ok: return {"còn hạn", "not due yet"};
    case Lateness::due_soon: return {"sắp đến hạn", "due soon"};
    case Lateness::late: return {"trễ", "late"};
    case Lateness::very_late: return {"trễ quá một ngày", "late by a day"};
    }
    return {};
}

/// What of a document's deliveries the question is about.
class ReceiptLines {
public:
    ReceiptLines(const Sources& sources, const SearchQuery& query, Instant now, bool is_vietnamese)
        : sources_{sources}, query_{query}, now_{now}, is_vietnamese_{is_vietnamese} {
        for (const Caption& heading : headings)
            lines_.add(in(heading));
        lines_.end();
    }

    /// False: the file is full.
    bool add(const DocumentSummary& document) {
        for (const DeliverySummary& delivery : document.deliveries) {
            if (!delivery.owing || !is_meant(delivery))
                continue;
            if (count_ == receipt_lines_max)
                return false;
            ++count_;
            add(document, delivery);
        }
        return true;
    }
    std::string text(bool is_whole) && {
        if (!is_whole) {
            lines_.add(in({"CÒN NỮA: thu hẹp thời gian hoặc nơi nhận", "THERE IS MORE: narrow the time or the receiver"}));
            lines_.end();
        }
        return std::move(lines_).text();
    }

private:
    std::string_view in(const Caption& words) const noexcept { return is_vietnamese_ ? words.first : words.second; }

    bool is_meant(const DeliverySummary& delivery) const {
        if (query_.receiver && delivery.receiver != *query_.receiver && !is_brought_to(delivery, *query_.receiver))
            return false;
        return query_.late.empty() || std::ranges::any_of(query_.late, [&](const LateSpan& span) {
                   return span.duty == delivery.owing->duty && span.is_urgent == delivery.owing->is_urgent
                          && span.from <= delivery.owing->since && delivery.owing->since <= span.to;
               });
    }
    /// As one of the units below that agency.
    bool is_brought_to(const DeliverySummary& delivery, const AgencyCode& agency) const {
        const auto taker = resolve(*sources_.directory, delivery.receiver, now_);
        return taker && (*taker)->code == agency;
    }

    void add(const DocumentSummary& document, const DeliverySummary& delivery) {
        const Deadline deadline = deadline_of(*delivery.owing, sources_.deadlines, now_);
        const Agency* const agency = sources_.directory->find(delivery.receiver);
        const StationWords owed = duty_words(delivery.owing->duty);
        lines_.add(delivery.receiver.text());
        lines_.add(agency ? agency->name : std::string{});
        lines_.add(is_vietnamese_ ? owed.vi : owed.en);
        lines_.add(hour_text(deadline.due_at));
        lines_.add(in(words_of(deadline.level)));
        lines_.add(full_number(document.document.number, document.document.notation));
        lines_.add(document.document.subject);
        lines_.add(document.sender.text());
        lines_.add(hour_text(document.accepted_at));
        lines_.add(document.id ? document.id->text() : std::to_string(number(document.seq)));
        lines_.end();
    }

    const Sources& sources_;
    const SearchQuery& query_;
    const Instant now_;
    const bool is_vietnamese_;
    CsvLines lines_;
    std::size_t count_ = 0;
};

Response file(Sources& sources, const Call& call, SearchQuery query) {
    // A file of what is owed: without a choice of all that is.
    if (query.late.empty())
        query.late = owed_spans(std::nullopt);
    query.count = limits::search_rows_max;
    ReceiptLines lines{sources, query, call.now, call.language().starts_with("vi")};
    bool is_whole = false;
    for (std::size_t page = 0; page < receipt_pages_max; ++page) {
        const auto found = sources.search->find(query);
        if (!found)
            return problem(found.error(), call.language());
        const bool has_room = std::ranges::all_of(found->documents, [&](const auto& document) { return lines.add(document); });
        is_whole = has_room && !found->has_more && !found->is_cut;
        if (is_whole || !has_room)
            break;
        query.before = found->searched_down_to;
    }
    return {200, "text/csv; charset=utf-8", std::move(lines).text(is_whole),
            {{"Content-Disposition", "attachment; filename=\"receipts.csv\""}}};
}

Response receipts(Sources& sources, const Call& call) {
    const auto question = question_of(call, sources);
    if (!question)
        return problem(question.error(), call.language());
    if (question->is_csv)
        return file(sources, call, question->query);
    const auto found = sources.search->find(question->query);
    return found ? documents_found(*found, sources, call, std::to_string(number(found->searched_down_to)))
                 : problem(found.error(), call.language());
}

}  // namespace

std::vector<Route> receipt_routes(Sources& sources) {
    return {with_query({"GET", "/v1/receipts", Right::read, [&](const Call& call) { return receipts(sources, call); }})};
}

}  // namespace hub::http
