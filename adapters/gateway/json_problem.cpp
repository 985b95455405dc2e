#include "adapters/gateway/json_problem.hpp"

#include "adapters/gateway/shown_fault.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/telemetry/remedy.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

namespace hub::gateway {
namespace {

using vxp::SiteReply;

struct Row {
    unsigned status;
    std::string_view code;
    Words words;
};

Row row_of(CallFault what) {
    switch (what) {
    case CallFault::token_unknown:
        return {401, "token_unknown",
                {"Thiếu mã truy cập hoặc mã truy cập sai", "The token is missing or wrong",
                 "Gửi `Authorization: Bearer <mã truy cập>` do đơn vị vận hành cấp.",
                 "Send `Authorization: Bearer <token>` with the token that the operator gave you."}};
    case CallFault::path_unknown:
        return {404, "path_unknown",
                {"Không có đường dẫn này", "There is no such path",
                 "Xem các đường dẫn trong gateway.openapi.yaml.", "See gateway.openapi.yaml for the paths."}};
    case CallFault::method_not_allowed:
        return {405, "method_not_allowed",
                {"Phương thức không dùng cho đường dẫn này", "This path has no such method",
                 "Dùng phương thức ghi trong trường Allow.", "Use a method that stands in Allow."}};
    case CallFault::media_type_unsupported:
        return {415, "media_type_unsupported",
                {"Loại nội dung không được nhận", "This media type is not taken",
                 "Gửi văn bản bằng multipart/form-data hoặc application/edxml+xml, phần còn lại bằng application/json.",
                 "Send documents as multipart/form-data or application/edxml+xml, all else as application/json."}};
    case CallFault::called_too_often:
        return {429, "called_too_often",
                {"Gọi quá nhiều", "Called too often", "Thử lại sau số giây ghi trong Retry-After.",
                 "Try again after the seconds in Retry-After."}};
    case CallFault::too_slow:
        return {408, "too_slow",
                {"Gửi quá chậm", "Sent too slowly", "Kiểm tra đường truyền rồi gửi lại.",
                 "Check the network, then send again."}};
    case CallFault::not_http:
        return {400, "not_http",
                {"Yêu cầu HTTP không hợp lệ", "This is not a valid HTTP request", "Kiểm tra phần mềm gọi.",
                 "Check the calling program."}};
    case CallFault::key_reused:
        return {422, "key_reused",
                {"Idempotency-Key đã dùng cho nội dung khác", "This Idempotency-Key was used for something else",
                 "Mỗi khóa chỉ dùng cho một yêu cầu; gửi lại đúng yêu cầu cũ hoặc dùng khóa mới.",
                 "A key is for one request. Send the same request again, or use a new key."}};
    }
    return {};
}

unsigned status_of(Errc code) {
    if (code == Errc::field_invalid)
        return 400;
    if (code == Errc::sender_mismatch)
        return 403;
    if (code == Errc::not_found)
        return 404;
    if (code == Errc::packet_too_large)
        return 413;
    switch (disposition_of(code)) {
    case Disposition::reject: return 422;
    case Disposition::retry: return 503;
    case Disposition::halt: return 500;
    }
    return 500;
}

/// Words that fit a caller: those of the hub tell its operators what to do.
Words words_for_callers(Errc code) {
    if (code == Errc::not_found)
        return {"Không tìm thấy", "Not found", "Kiểm tra lại mã: chỉ thấy được văn bản của chính đơn vị mình.",
                "Check the id: only your own agency's documents are to be seen."};
    if (code == Errc::ledger_full)
        return {"Cổng sắp hết chỗ lưu trữ, tạm ngừng nhận văn bản", "The gateway has no room left and takes no documents now",
                "Gửi lại sau; những gì đã nhận vẫn lấy và xác nhận được.",
                "Send it again later. What has come can still be fetched and acknowledged."};
    return words_of(code);
}

SiteReply reply_of(unsigned status, std::string_view code, const Words& words, std::string_view field,
                   std::string_view detail, std::string_view accept_language) {
    const bool is_vietnamese = accept_language.starts_with("vi");
    auto reply = json_reply(status, {{"type", "urn:lgsp:problem:" + std::string{code}},
                                     {"title", is_vietnamese ? words.title_vi : words.title_en},
                                     {"status", status},
                                     {"code", code},
                                     {"field", clean_utf8(field)},
                                     {"remedy", is_vietnamese ? words.remedy_vi : words.remedy_en},
                                     {"detail", clean_utf8(detail)}});
    reply.content_type = "application/problem+json";
    return reply;
}

}  // namespace

std::string problem_code_of(const SiteReply& reply) {
    const auto* const text = reply.body.empty() ? nullptr : std::get_if<std::string>(&reply.body.front());
    boost::system::error_code error;
    const auto body = text ? boost::json::parse(*text, error) : boost::json::value{};
    const auto* const code = body.is_object() ? body.get_object().if_contains("code") : nullptr;
    return code && code->is_string() ? std::string{code->get_string()} : std::string{};
}

SiteReply json_reply(unsigned status, const boost::json::object& body) {
    return vxp::text_reply(status, boost::json::serialize(body));
}

SiteReply problem(CallFault what, std::string_view field, std::string_view accept_language) {
    const Row row = row_of(what);
    return reply_of(row.status, row.code, row.words, field, {}, accept_language);
}

SiteReply problem(const Fault& found, std::string_view accept_language) {
    const Fault fault = shown_fault(found);
    if (fault.code == Errc::envelope_id_reused)
        return problem(CallFault::key_reused, fault.field, accept_language);
    const unsigned status = status_of(fault.code);
    // Of trouble of ours a caller needs no paths and no words of libraries.
    const bool is_ours = status >= 500;
    SiteReply reply = reply_of(status, name_of(fault.code), words_for_callers(fault.code), is_ours ? "" : fault.field,
                               is_ours ? "" : fault.peer_text, accept_language);
    constexpr std::chrono::seconds until_room{60};
    if (fault.code == Errc::ledger_full)
        reply.retry_after = until_room;
    return reply;
}

}  // namespace hub::gateway
