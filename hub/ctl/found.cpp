#include "hub/ctl/found.hpp"

#include "hub/core/ids.hpp"
#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

#include <vector>

namespace hub::ctl {
namespace {

namespace json = boost::json;

const json::value* member(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    return object ? object->if_contains(key) : nullptr;
}

const json::array& documents_in(const json::value& answer) {
    static const json::array none;
    const auto* documents = member(answer, "documents");
    return documents && documents->is_array() ? documents->as_array() : none;
}

/// What people know a document by, beside its id.
std::string told_apart(const Node& document) {
    constexpr std::size_t subject_columns = 40;
    const std::string notation = document["notation"].text(), sender = document["sender"].text();
    const std::string at = document["accepted_at"].text(), subject = document["subject"].text();
    std::string text = document["number"].text() + (notation.empty() ? "" : "/" + notation);
    for (const std::string& more : {sender, at.empty() ? std::string{} : local_time(at), shortened(subject, subject_columns)})
        text += (text.empty() || more.empty() ? "" : ", ") + more;
    return text.empty() ? text : " (" + text + ")";
}

bool is_true(const json::value* value) { return value && value->is_bool() && value->as_bool(); }

}  // namespace

std::optional<Problem> nothing_found(const json::value& answer, Lang lang) {
    if (!documents_in(answer).empty())
        return std::nullopt;
    if (is_true(member(answer, "is_cut"))) {
        constexpr Both title{"Chưa tìm hết, đến đây chưa thấy văn bản nào", "Not all was searched; nothing was found so far"};
        constexpr Both remedy{"Tìm tiếp bằng --before ", "Go on with --before "};
        constexpr Both or_else{", hoặc thêm điều kiện.", ", or add conditions."};
        return Problem{Exit::not_found, "search_cut", std::string{title.in(lang)},
                       std::string{remedy.in(lang)} + next_page(Node{&answer}) + std::string{or_else.in(lang)},
                       {}, {}};
    }
    constexpr Both title{"Không tìm thấy văn bản nào", "No document was found"};
    constexpr Both remedy{"Thử ít điều kiện hơn; không cần gõ dấu.", "Try fewer conditions; tone marks do not matter."};
    return Problem{Exit::not_found, "not_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, {}, {}};
}

std::optional<Problem> no_agency_found(const json::value& answer, Lang lang) {
    const auto* found = member(answer, "found");
    if (found && found->is_array() && !found->as_array().empty())
        return std::nullopt;
    constexpr Both title{"Không tìm thấy đơn vị nào", "No agency was found"};
    constexpr Both remedy{"Thử ít chữ hơn; không cần gõ dấu. Xem lgsp status: danh bạ trục đã về chưa.",
                          "Try fewer words; tone marks do not matter. See in lgsp status whether units have come."};
    return Problem{Exit::not_found, "not_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, {}, {}};
}

Outcome<std::string> only_document(const json::value& answer, const std::string& name, Lang lang) {
    std::vector<std::string> ids;
    std::string candidates;
    for (const json::value& document : documents_in(answer)) {
        const Node row{&document};
        if (row["kind"].text() != "document")
            continue;
        ids.push_back(row["id"].is_there() ? row["id"].text() : row["seq"].text());
        candidates += (candidates.empty() ? "" : "; ") + ids.back() + told_apart(row);
    }
    if (ids.empty()) {
        constexpr Both title{"Không tìm thấy văn bản này", "This document was not found"};
        constexpr Both remedy{"Kiểm tra số/ký hiệu, hoặc tìm bằng lgsp find.", "Check the number, or look with lgsp find."};
        return Problem{Exit::not_found, "not_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, name, {}};
    }
    const bool has_more = is_true(member(answer, "has_more"));
    if (ids.size() == 1 && !has_more)
        return ids.front();
    constexpr Both title{"Nhiều văn bản có số này", "Several documents have this number"};
    constexpr Both remedy{"Chọn một mã; xem chúng bằng lgsp find.", "Choose one by its id; lgsp find shows them."};
    return Problem{Exit::conflict, "several_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, name,
                   candidates + (has_more ? "; …" : "")};
}

Outcome<std::string> name_of_document(const HubAddress& hub, const std::string& name, Lang lang) {
    if (is_blank(name))
        return nothing_said("id", lang);
    if (EnvelopeId::parse(name))
        return name;
    const auto ask = [&](const char* key) {
        return get(hub, "/v1/documents?kind=document&" + std::string{key} + "=" + encoded(name), lang, "documents");
    };
    const auto answer = ask("number");
    if (!answer)
        return answer.error();
    if (!documents_in(*answer).empty())
        return only_document(*answer, name, lang);
    // People say numbers of documents; the place in the ledger is what is left.
    if (name.find_first_not_of("0123456789") == std::string::npos)
        return name;
    // A DocumentId, or the DocId under which the national axis has it.
    const auto by_id = ask("id");
    return by_id ? only_document(*by_id, name, lang) : by_id.error();
}

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

Problem nothing_said(std::string field, Lang lang) {
    return {Exit::usage, "usage", pick({"Chưa nói tìm gì", "It is not said what to look for"}, lang),
            pick({"Ghi số, số/ký hiệu, mã hay vài chữ của trích yếu.", "Give a number, an id, or words of the subject."}, lang),
            std::move(field), {}};
}

}  // namespace hub::ctl
