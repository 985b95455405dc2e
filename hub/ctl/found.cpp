#include "hub/ctl/found.hpp"

#include "hub/core/ids.hpp"

#include <boost/json.hpp>

#include <vector>

namespace hub::ctl {
namespace {

namespace json = boost::json;

const json::value* member(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    return object ? object->if_contains(key) : nullptr;
}

std::string text_of(const json::value* value) {
    if (!value || value->is_null())
        return {};
    return value->is_string() ? std::string{value->as_string()} : json::serialize(*value);
}

const json::array& documents_in(const json::value& answer) {
    static const json::array none;
    const auto* documents = member(answer, "documents");
    return documents && documents->is_array() ? documents->as_array() : none;
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
                       std::string{remedy.in(lang)} + text_of(member(answer, "searched_down_to"))
                           + std::string{or_else.in(lang)},
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
    for (const json::value& document : documents_in(answer)) {
        if (text_of(member(document, "kind")) != "document")
            continue;
        const std::string id = text_of(member(document, "id"));
        ids.push_back(id.empty() ? text_of(member(document, "seq")) : id);
    }
    if (ids.empty()) {
        constexpr Both title{"Không tìm thấy văn bản này", "This document was not found"};
        constexpr Both remedy{"Kiểm tra số/ký hiệu, hoặc tìm bằng lgsp find.", "Check the number, or look with lgsp find."};
        return Problem{Exit::not_found, "not_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, name, {}};
    }
    if (ids.size() == 1 && !is_true(member(answer, "has_more")))
        return ids.front();
    constexpr Both title{"Nhiều văn bản có số này", "Several documents have this number"};
    constexpr Both remedy{"Chọn một mã; xem chúng bằng lgsp find.", "Choose one by its id; lgsp find shows them."};
    std::string all;
    for (const std::string& id : ids)
        all += (all.empty() ? "" : ", ") + id;
    return Problem{Exit::failed, "several_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, name, all};
}

Outcome<std::string> name_of_document(const HubAddress& hub, const std::string& name, Lang lang) {
    if (EnvelopeId::parse(name))
        return name;
    const auto answer = get(hub, "/v1/documents?kind=document&number=" + encoded(name), lang, "documents");
    if (!answer)
        return answer.error();
    const bool is_bare = name.find_first_not_of("0123456789") == std::string::npos;
    // People say numbers of documents; the place in the ledger is what is left.
    return is_bare && documents_in(*answer).empty() ? name : only_document(*answer, name, lang);
}

}  // namespace hub::ctl
