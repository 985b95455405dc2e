// Who reads Vietnamese meets no name of the API: not in a column, not in what the audit keeps.

#include "hub/ctl/names.hpp"

#include "hub/core/access.hpp"
#include "hub/core/deadline.hpp"
#include "hub/core/operation.hpp"
#include "hub/core/signature.hpp"
#include "hub/ctl/operation_text.hpp"
#include "hub/ctl/report.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;

namespace json = boost::json;

namespace {

bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

void is_translated(Names names, std::string_view name) {
    INFO(name);
    const std::string word{name};
    CHECK(word_of(names, word, Lang::vi) != word);
    CHECK(word_of(names, word, Lang::en) == word);
}

json::value acts_of(json::object act) {
    act["at"] = "2026-11-24T01:02:03.004Z";
    return json::object{{"acts", json::array{std::move(act)}}};
}

}  // namespace

TEST_CASE("every name has its word", "[names]") {
    for (const Duty duty : {Duty::retrieval, Duty::arrival, Duty::decision, Duty::change_answer})
        is_translated(Names::duty, name_of(duty));
    for (auto verb = static_cast<int>(Verb::hold); verb <= static_cast<int>(Verb::queue_limit); ++verb)
        is_translated(Names::verb, name_of(static_cast<Verb>(verb)));
    for (const Role role : {Role::viewer, Role::clerk, Role::operator_, Role::administrator})
        is_translated(Names::role, name_of(role));
    for (const DeliveryAct act : {DeliveryAct::retry, DeliveryAct::park, DeliveryAct::release})
        is_translated(Names::act, name_of(act));
    for (const char* const kind : {"status", "acknowledgement", "receipt", "service", "unknown"})
        is_translated(Names::kind, kind);
    for (const char* const how : {"phone", "mail", "message", "other"})
        is_translated(Names::means, how);
    for (const char* const state : {"up", "connecting", "blocked"})
        is_translated(Names::broker, state);
    for (const char* const state : {"writable", "full", "busy"})
        is_translated(Names::store, state);
    for (const char* const state : {"open", "closed"})
        is_translated(Names::agency, state);
    // A newer hub may have more of them.
    CHECK(word_of(Names::verb, "dance", Lang::vi) == "dance");
    CHECK(word_of(Names::duty, "", Lang::vi).empty());
}

TEST_CASE("stations by their words, those that have a code by both", "[names]") {
    CHECK(station_text("06", "Hoàn thành", Lang::vi) == "06 Hoàn thành");
    CHECK(station_text("retrieved", "Bên nhận đã lấy về", Lang::vi) == "Bên nhận đã lấy về");
    CHECK(station_text("retrieved", "Fetched by the receiver", Lang::en) == "retrieved Fetched by the receiver");
    CHECK(station_text("dance", "", Lang::vi) == "dance");
    CHECK(code_text("ledger_full", Lang::vi) == "Đĩa đầy, tạm ngừng nhận");
    CHECK(code_text("ledger_full", Lang::en) == "ledger_full");
    CHECK(code_text("06", Lang::vi) == "06");
}

TEST_CASE("what the audit keeps is told in Vietnamese, names in it stay", "[names]") {
    const std::string digest = sha256("x").text();
    const std::tuple<std::string_view, std::string, std::string> rows[]{
        {"remind", "change_answer, phone, 12 documents", "trả lời thu hồi, cập nhật (15, 16), Gọi điện, 12 văn bản"},
        {"remind", "of another version", "of another version"},
        {"failure_assign", "to binh", "cho binh"},
        {"failure_assign", "given back", "trả lại"},
        {"reveal", "part 1 of 2, 9 bytes, sha256 of x.pdf, 123 bytes, sha256 " + digest,
         "tệp 1 trên 2, 9 bytes, sha256 of x.pdf, 123 byte, sha256 " + digest},
        {"sign_in_refused", "7 more before", "7 lần nữa trước đó"},
        {"user_add", "role clerk of H43.01", "Văn thư đơn vị của H43.01"},
        {"user_change", "role viewer, disabled", "Người xem, khóa"},
        {"user_add", "administrator, by a one-time code", "Quản trị, bằng mã dùng một lần"},
        {"token_add", "role operator, until 2026-11-24T01:02:03.004Z", "Người vận hành, đến 2026-11-24T01:02:03.004Z"},
        {"hold", "", ""}};
    for (const auto& [verb, detail, told] : rows) {
        CHECK(detail_text(verb, detail, Lang::vi) == told);
        CHECK(detail_text(verb, detail, Lang::en) == detail);
    }
}

TEST_CASE("a digest in the audit is whole: what is cut cannot be compared", "[names]") {
    const std::string digest = sha256("x").text();
    const auto answer = acts_of({{"actor", "an"},
                                 {"verb", "reveal"},
                                 {"object", "1"},
                                 {"reason", std::string(100, 'r')},
                                 {"detail", "part 1 of 1, " + std::string(120, 'n') + ", 123 bytes, sha256 " + digest}});
    for (const Lang lang : {Lang::vi, Lang::en}) {
        CHECK(has(acts_text(answer, lang), " sha256 " + digest + "\n"));
        CHECK(has(acts_text(answer, lang), "rrr…  "));
    }
    CHECK(has(acts_text(answer, Lang::vi), "  Mở nội dung  "));
    CHECK(has(acts_text(answer, Lang::en), "  reveal  "));
}

TEST_CASE("duties and operations are told in Vietnamese", "[names]") {
    const json::value late = json::parse(R"({"overdue":[{"agency":"H43.01","name":"A","duty":"retrieval","urgent":true,
        "count":2,"oldest_due":"2026-11-24T01:02:03.004Z","reminded":{"count":0}}]})");
    CHECK(has(overdue_text(late, Lang::vi), "  lấy văn bản (khẩn)  "));
    CHECK(has(overdue_text(late, Lang::en), "  retrieval (urgent)  "));
    const json::value story = json::parse(R"({"reminders":[{"at":"2026-11-24T01:02:03.004Z","agency":"H43.01",
        "duty":"decision","by":"phone","actor":"an","note":"x"}],"entries":[{"at":"2026-11-24T01:02:03.004Z",
        "event":"failed","label_vi":"Bên nhận chưa lưu được","label_en":"y","code":"ledger_full","text":"no room"}]})");
    CHECK(has(story_text(story, Lang::vi), "tiếp nhận hay từ chối (02, 03)  Gọi điện  an"));
    CHECK(has(story_text(story, Lang::vi), "  Bên nhận chưa lưu được          Đĩa đầy, tạm ngừng nhận no room\n"));
    CHECK(has(story_text(story, Lang::en), "decision  phone  an"));
    const json::value found = json::parse(R"({"documents":[{"kind":"acknowledgement","number":"7"}]})");
    CHECK(has(documents_text(found, Lang::vi), "[Báo đã lưu] 7"));
    CHECK(has(documents_text(found, Lang::en), "[acknowledgement] 7"));
    const json::value by_gateway = json::parse(
        R"({"documents":[{"kind":"document","number":"7","sender":"H43.05","signed_by_gateway":true},
                         {"kind":"document","number":"8","sender":"H43.06","signed_by_gateway":false}]})");
    CHECK(has(documents_text(by_gateway, Lang::vi), "H43.05 (cổng ký)"));
    CHECK(has(documents_text(by_gateway, Lang::en), "H43.05 (by gateway)"));
    CHECK_FALSE(has(documents_text(by_gateway, Lang::en), "H43.06 (by"));
    const json::value operation = json::parse(R"({"operation":1,"act":"park","state":"running","done":1,"expected":2})");
    CHECK(operation_text(operation, Lang::vi).starts_with("Tác vụ 1: Để riêng, đang chạy, 1/2\n"));
    CHECK(operation_text(operation, Lang::en).starts_with("Operation 1: park, running, 1/2\n"));
    const json::value operations{{"operations", json::array{operation}}};
    CHECK(has(operations_text(operations, Lang::vi), "  Để riêng  đang chạy"));
    CHECK(preview_text(json::parse(R"({"act":"retry","count":3})"), Lang::vi).starts_with("Gửi lại: 3 lượt gửi"));
    const json::value again = json::parse(
        R"({"act":"retry","count":3,"looked_at":3,"sent_again":1,"sample":[{"number":"7","sent_again":true}]})");
    CHECK(has(preview_text(again, Lang::vi), "Chú ý: bên gửi đã gửi lại 1 trong 3 lượt cũ nhất"));
    CHECK(has(preview_text(again, Lang::vi), ", đã gửi lại\n"));
    CHECK(has(preview_text(again, Lang::en), "Note: senders have sent 1 of the oldest 3 anew since"));
    CHECK_FALSE(has(preview_text(json::parse(R"({"act":"retry","count":3,"sent_again":0})"), Lang::en), "Note"));
}
