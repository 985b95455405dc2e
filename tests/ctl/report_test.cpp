// The hub's own answers, as text for people in both languages.

#include "hub/ctl/operation_text.hpp"
#include "hub/ctl/queue_text.hpp"
#include "hub/ctl/report.hpp"

#include "hub/core/signature.hpp"
#include "hub/http/json.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/has.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace hub;
using namespace hub::ctl;
using test::has;
using test::code;

namespace json = boost::json;

namespace {

using Report = std::string (*)(const json::value&, Lang);
constexpr std::pair<const char*, Report> reports[]{{"status", status_text},
                                                   {"documents", documents_text},
                                                   {"story", story_text},
                                                   {"queues", queues_text},
                                                   {"agencies", agencies_text},
                                                   {"directory", directory_text}};

Instant at(std::int64_t seconds) { return Instant{std::chrono::seconds{seconds}}; }

DocumentSummary letter() {
    DocumentSummary document{.seq = EnvelopeSeq{7}, .kind = Kind::document, .sender = code("H43")};
    document.id = EnvelopeId::make(1, {1});
    document.document = {"H43",           "7816",    "UBND-VX", "2026-11-20", "H43,2026/11/20,7816",
                         "V/v đường sắt", "Công văn"};
    document.accepted_at = at(1'795'510'923);
    document.deliveries.push_back({code("H43.01"), Station::finished, at(1'795'510'930)});
    document.deliveries.push_back({code("H43.02"), Station::queued, at(1'795'510'931)});
    return document;
}

json::value answer_of(std::vector<DocumentSummary> documents, bool has_more = false, bool is_cut = false) {
    json::array array;
    for (const DocumentSummary& document : documents)
        array.push_back(http::json_of(document));
    return json::object{
        {"documents", std::move(array)}, {"has_more", has_more}, {"is_cut", is_cut}, {"searched_down_to", 7}};
}

}  // namespace

TEST_CASE("the state of the hub at one glance", "[report]") {
    http::HubStatus status;
    status.version = "1.2.3";
    status.started_at = at(1'795'510'923);
    status.broker = "up";
    status.disk_free_bytes = 5'000'000'000;
    status.relay = {
        .accepted = 1, .refused = 2, .repeated = 3, .publishes_unconfirmed = 6, .deliveries_due = 7};
    json::object object = http::json_of(status);
    object["stored"] = json::object{{"envelopes", 10}, {"deliveries", 20}, {"entries", 30}};
    CHECK(status_text(object, Lang::en) == "State                 READY\n"
                                           "Version               1.2.3\n"
                                           "Running since         2026-11-24 16:02:03\n"
                                           "RabbitMQ              up \n"
                                           "Ledger                writable, 4768 MiB free\n"
                                           "Stored                10 envelopes, 20 deliveries\n"
                                           "Since start           1 accepted, 2 refused, 3 repeated\n"
                                           "Under way             6 + 7\n");
    CHECK(status_text(object, Lang::vi) == "Trạng thái            SẴN SÀNG\n"
                                           "Phiên bản             1.2.3\n"
                                           "Chạy từ               2026-11-24 16:02:03\n"
                                           "RabbitMQ              đang nối \n"
                                           "Sổ cái                ghi được, 4768 MiB trống\n"
                                           "Đã lưu                10 gói, 20 lượt gửi\n"
                                           "Từ lúc chạy           1 nhận, 2 từ chối, 3 lặp\n"
                                           "Đang đi               6 + 7\n");
    // As a clerk is told of it.
    for (const char* const volume : {"since_start", "under_way", "contents", "stored"})
        object.erase(volume);
    object["axis"] = "down";
    CHECK(status_text(object, Lang::en).ends_with("\nLedger                writable\n"
                                                  "National axis         DOES NOT ANSWER\n"));
    status.broker = "connecting";
    status.broker_trouble = "connection refused";
    status.is_ledger_full = true;
    const json::value bad = http::json_of(status);
    CHECK(has(status_text(bad, Lang::en), "NEEDS ATTENTION\n"));
    CHECK(has(status_text(bad, Lang::vi), "CẦN CHÚ Ý\n"));
    CHECK(has(status_text(bad, Lang::en), "connecting connection refused\n"));
    CHECK(has(status_text(bad, Lang::vi), "đang nối lại connection refused\n"));
    CHECK(has(status_text(bad, Lang::en), "full, "));
    CHECK(has(status_text(bad, Lang::vi), "đầy, "));
    status.is_ledger_full = false;
    status.is_ledger_busy = true;
    CHECK(has(status_text(http::json_of(status), Lang::en), "\nLedger                busy, "));
    CHECK(has(status_text(http::json_of(status), Lang::vi), "\nSổ cái                đang bị khóa, "));
}

TEST_CASE("the status shows the lamps, for whoever may see them", "[report]") {
    json::object object = http::json_of(http::HubStatus{});
    const std::string without = status_text(object, Lang::en);
    object["health"] = nullptr;
    CHECK(status_text(object, Lang::en) == without);
    object["health"] = json::parse(R"({"light":"red","lamps":[{"lamp":"axis","light":"red","causes":[{"cause":"AXIS_DOWN",
        "light":"red","title":"It does not answer","remedy":"Ask","agency":null,"name":null,"since":null,"count":0}]}]})");
    CHECK(has(status_text(object, Lang::en), "RED"));
    CHECK(has(status_text(object, Lang::vi), "ĐỎ"));
    CHECK(has(status_text(object, Lang::en), "AXIS_DOWN: Ask"));
}

TEST_CASE("what was found, a line each", "[report]") {
    DocumentSummary refused{.seq = EnvelopeSeq{8}, .kind = Kind::document, .sender = code("H43.02")};
    refused.document.number = "9";
    refused.refusal = Fault{Errc::receiver_unknown, "receivers[0]", "H43.99"};
    DocumentSummary status{.seq = EnvelopeSeq{9}, .kind = Kind::status, .sender = code("H43.01")};
    status.document.number = "7816";
    status.document.notation = "UBND-VX";
    status.status_code = "03";
    const auto found = answer_of({status, refused, letter()});
    CHECK(documents_text(found, Lang::en) ==
          "Accepted             Number             Sender  Subject        Receivers and states       Id\n"
          "1970-01-01 07:00:00  [03] 7816/UBND-VX  H43.01                                            9\n"
          "1970-01-01 07:00:00  9                  H43.02                 REFUSED: receiver_unknown  8\n"
          "2026-11-24 16:02:03  7816/UBND-VX       H43     V/v đường sắt  H43.01 06, H43.02 queued   " +
              letter().id->text() + "\n");
    const std::string vi = documents_text(found, Lang::vi);
    CHECK(vi.starts_with("Nhận lúc "));
    CHECK(has(vi, "TỪ CHỐI: Nơi nhận chưa có trong danh mục"));
    CHECK(has(vi, "H43.01 06 Hoàn thành, H43.02 Đã vào hàng đợi của bên nhận"));
}

TEST_CASE("a long subject and many receivers are cut, not the line's end", "[report]") {
    DocumentSummary document = letter();
    document.document.subject = "Một trích yếu rất dài về việc nâng cấp, cải tạo tuyến đường sắt Bắc Nam";
    for (int i = 0; i < 100; ++i)
        document.deliveries.push_back({code("H43.01"), Station::queued, at(0)});
    const std::string text = documents_text(answer_of({document}), Lang::en);
    CHECK(has(text, "Một trích yếu rất dài về việc nâng cấp,…  "));
    CHECK(text.ends_with("…  " + letter().id->text() + "\n"));
}

TEST_CASE("that there is more is said, and how to go on", "[report]") {
    CHECK(has(documents_text(answer_of({letter()}, true), Lang::en), "… there is more: add --before 7\n"));
    CHECK(has(documents_text(answer_of({letter()}, true), Lang::vi), "… còn nữa: thêm --before 7\n"));
    CHECK(has(documents_text(answer_of({letter()}, false, true), Lang::en), "… not all was searched"));
    CHECK(has(documents_text(answer_of({letter()}, false, true), Lang::vi), "… chưa tìm hết"));
    CHECK_FALSE(has(documents_text(answer_of({letter()}), Lang::en), "… "));
    json::value understood = answer_of({letter()});
    understood.as_object()["documents_only"] = true;
    understood.as_object()["found_by"] = "loose_words";
    CHECK(has(documents_text(understood, Lang::en), "… no document has just these words; these come near.\n"));
    CHECK(has(documents_text(understood, Lang::vi), "--kind status.\n"));
    understood.as_object()["found_by"] = "agency";
    understood.as_object()["named_agency"] = {{"code", "H43.05"}, {"name", "Sở Y tế"}};
    CHECK(has(documents_text(understood, Lang::vi), "trên đây là văn bản của H43.05\n"));
}

TEST_CASE("the story of a document", "[report]") {
    Story story{letter(), {}, {}};
    story.entries.push_back({.at = at(1'795'510'923), .kind = EntryKind::accepted});
    story.entries.push_back({.at = at(1'795'510'930),
                             .kind = EntryKind::station,
                             .event = ReceiptEvent::status_06,
                             .receiver = code("H43.01"),
                             .code = "06",
                             .text = "Đã xong"});
    const json::value value = http::json_of(story);
    const std::string en = story_text(value, Lang::en), vi = story_text(value, Lang::vi);
    CHECK(en.starts_with("7816/UBND-VX  V/v đường sắt\n"));
    CHECK(has(en, "\nEnvelope id   " + story.document.id->text() + "\n"));
    CHECK(has(en, "\nDocumentId    H43,2026/11/20,7816\n"));
    CHECK(has(en, "\nAccepted at   2026-11-24 16:02:03\n"));
    CHECK(has(en, "\nH43.01    06 Finished                     2026-11-24 16:02:10  -"));
    CHECK(has(en, "\nH43.02    queued In the receiver's queue  2026-11-24 16:02:11  -"));
    CHECK(has(en, "\n2026-11-24 16:02:10  06 Finished                   H43.01  06 Đã xong\n"));
    CHECK_FALSE(has(en, "REFUSED"));
    CHECK_FALSE(has(en, "HELD"));
    CHECK_FALSE(has(en, "Bytes deleted"));
    CHECK_FALSE(has(en, "Signed by"));
    CHECK(has(vi, "\nTrục nhận lúc 2026-11-24 16:02:03\n"));
    CHECK(has(vi, "06 Hoàn thành"));
    CHECK(has(vi, "\nH43.02    Đã vào hàng đợi của bên nhận"));
    CHECK(has(vi, "2026-11-24 16:02:03  Đã nhận vào trục"));
}

TEST_CASE("what an adapter holds is told with what can be done about it", "[report]") {
    Story story{letter(), {}, {}};
    const std::string command = "lgsp retry --where state=at_adapter --where receiver=H43.02\n";
    story.document.deliveries.at(1).standing = Standing::waiting;
    CHECK_FALSE(has(story_text(http::json_of(story), Lang::en), command));
    story.document.deliveries.at(1).standing = Standing::at_adapter;
    CHECK(has(story_text(http::json_of(story), Lang::en), "\nHeld by the receiver's adapter: H43.02. If that has lost it,"
                                                          " have it brought again: " + command));
    CHECK(has(story_text(http::json_of(story), Lang::vi), "\nĐang ở bộ kết nối của bên nhận: H43.02. Nếu bộ kết nối đã mất"
                                                          " thì chuyển lại: " + command));
    const DeliverySummary held = story.document.deliveries.at(1);
    story.document.deliveries.insert(story.document.deliveries.end(), 299, held);
    const std::string many = story_text(http::json_of(story), Lang::en);
    CHECK(has(many, "H43.02, … (300). If that"));
    CHECK(has(many, "receiver=CODE\n"));
}

TEST_CASE("a parked delivery is marked as one, and the story says how it goes on", "[report][parked]") {
    Story story{letter(), {}, {}};
    CHECK_FALSE(has(story_text(http::json_of(story), Lang::en), "(parked)"));
    story.document.deliveries.at(1).standing = Standing::parked;
    const json::value value = http::json_of(story);
    const std::string en = story_text(value, Lang::en), vi = story_text(value, Lang::vi);
    CHECK(has(en, "queued In the receiver's queue (parked)"));
    CHECK(has(vi, "Đã vào hàng đợi của bên nhận (để riêng)"));
    CHECK(has(en, "\nSet aside by an operator: 1. Let go on: lgsp release --where id=" + story.document.id->text() + "\n"));
    json::array documents{http::json_of(story.document)};
    CHECK(has(documents_text(json::object{{"documents", documents}}, Lang::en), "H43.02 queued (parked)"));
}

TEST_CASE("what a receiver owes is told with its term, before and after that has passed", "[report]") {
    json::value value = http::json_of(Story{letter(), {}, {}});
    const auto shown = [&](const char* level, Lang lang) {
        value.as_object()["deliveries"].as_array()[1].as_object()["owes"] =
            json::object{{"duty", "arrival"}, {"due_at", "2026-11-24T10:00:00.000Z"}, {"level", level}};
        return story_text(value, lang);
    };
    CHECK(has(shown("ok", Lang::en), "arrival  2026-11-24 17:00:00"));
    CHECK(has(shown("due_soon", Lang::vi), ", sắp đến hạn  2026-11-24 17:00:00"));
    CHECK(has(shown("late", Lang::en), "arrival, LATE  2026-11-24 17:00:00"));
    CHECK(has(shown("very_late", Lang::vi), ", TRỄ QUÁ MỘT NGÀY  2026-11-24 17:00:00"));
}

TEST_CASE("a legal hold and deleted bytes are in the story", "[report]") {
    Story story{letter(), {}, {}};
    story.document.is_held = true;
    story.document.retired_at = at(1'795'510'940);
    story.entries.push_back({.at = at(1'795'510'930), .kind = EntryKind::held, .text = "CV 12/TTr"});
    const json::value value = http::json_of(story);
    const std::string en = story_text(value, Lang::en), vi = story_text(value, Lang::vi);
    CHECK(has(en, "\nHELD          legal hold, never deleted\n"));
    CHECK(has(en, "\nBytes deleted at 2026-11-24 16:02:20\n"));
    CHECK(has(en, "held Under legal hold"));
    CHECK(has(en, "CV 12/TTr"));
    CHECK(has(vi, "\nGIỮ LẠI       theo pháp luật, không xóa\n"));
    CHECK(has(vi, "\nĐã xóa nội dung lúc 2026-11-24 16:02:20\n"));
    CHECK(has(vi, "  Giữ lại theo yêu cầu pháp lý"));
    CHECK_FALSE(has(vi, "held"));
}

TEST_CASE("the parts of a document are listed by number, name and digest", "[report]") {
    Story story{letter(), {}, {}};
    story.parts.push_back({.content_id = "1", .name = "a\x1b[31m.pdf", .media_type = "application/pdf", .size_bytes = 12345,
                           .digest = sha256("content")});
    story.parts.push_back({.content_id = "2", .name = "b.pdf", .media_type = "text/plain", .size_bytes = 0,
                           .digest = sha256("")});
    const std::string en = story_text(http::json_of(story), Lang::en);
    CHECK(has(en, "2     b.pdf"));
    CHECK(has(en, "12345"));
    CHECK(has(en, sha256("content").text()));
    CHECK_FALSE(has(en, "\x1b"));
    CHECK(has(story_text(http::json_of(story), Lang::vi), "Tệp"));
}

TEST_CASE("that not all reminders are told is told", "[report]") {
    json::value value = http::json_of(Story{letter(), {}, {}});
    for (const bool are_cut : {false, true}) {
        value.as_object()["reminders_are_cut"] = are_cut;
        CHECK(has(story_text(value, Lang::en), "\nThere are more reminders") == are_cut);
        CHECK(has(story_text(value, Lang::vi), "\nCòn lời nhắc khác") == are_cut);
    }
}

TEST_CASE("that a gateway has signed is in the story", "[report]") {
    Story story{letter(), {}, {}};
    story.document.is_signed_by_gateway = true;
    const json::value value = http::json_of(story);
    CHECK(has(story_text(value, Lang::en), "\nSigned by     a gateway"));
    CHECK(has(story_text(value, Lang::vi), "\nKý bởi        cổng"));
}

TEST_CASE("the content store is in the status where there is one", "[report]") {
    http::HubStatus status;
    CHECK_FALSE(has(status_text(http::json_of(status), Lang::en), "Large parts"));
    status.contents = http::HubStatus::Contents{true, 5'000'000'000};
    status.relay.contents_damaged = 2;
    CHECK(has(status_text(http::json_of(status), Lang::en),
              "\nLarge parts           full, 4768 MiB free, 2 damaged since start\n"));
    CHECK(has(status_text(http::json_of(status), Lang::vi),
              "\nKho tệp lớn           đầy, 4768 MiB trống, 2 hỏng từ lúc chạy\n"));
    status.contents = http::HubStatus::Contents{false, 5'000'000'000, true, "Read-only file system"};
    CHECK(has(status_text(http::json_of(status), Lang::en), "unusable (Read-only file system), 4768 MiB free"));
    CHECK(has(status_text(http::json_of(status), Lang::vi), "không dùng được (Read-only file system), 4768 MiB trống"));
}

TEST_CASE("a refusal says what to do about it", "[report]") {
    DocumentSummary document = letter();
    document.deliveries.clear();
    document.refusal = Fault{Errc::receiver_unknown, "receivers[0]", "H43.99"};
    const json::value value = http::json_of(Story{document, {}, {}});
    const std::string en = story_text(value, Lang::en), vi = story_text(value, Lang::vi);
    CHECK(has(en, "\nREFUSED       receiver_unknown: A receiver is not in the directory\n"));
    CHECK(has(en, "\nField         receivers[0] H43.99\n"));
    CHECK(has(en, "\nRemedy        Correct the code"));
    CHECK(has(vi, "\nTỪ CHỐI       receiver_unknown: Nơi nhận chưa có trong danh mục\n"));
    CHECK(has(vi, "\nCách xử lý    Sửa mã nơi nhận"));
    CHECK_FALSE(has(en, "Receiver "));
}

TEST_CASE("what became of a packet is told in words, a refusal with its remedy", "[report]") {
    const auto sent = [](json::object outcome, Lang lang) {
        outcome["file"] = "cv.edxml";
        return sent_text(outcome, lang);
    };
    CHECK(sent({{"outcome", "accepted"}}, Lang::vi) == "cv.edxml: đã được trục nhận\n");
    CHECK(sent({{"outcome", "waiting"}}, Lang::en) == "cv.edxml: the adapter has not answered yet\n");
    CHECK(sent({{"outcome", "handed_over"}}, Lang::en) == "cv.edxml: handed to the adapter\n");
    const json::object reason{{"code", "packet_has_doctype"}, {"field", "line 2"},     {"detail", "x"},
                              {"title_vi", "Có DOCTYPE"},     {"title_en", "DOCTYPE"}, {"remedy_vi", "Bỏ đi."},
                              {"remedy_en", "Remove it."}};
    CHECK(sent({{"outcome", "refused"}, {"reason", reason}}, Lang::en)
          == "cv.edxml: refused\nREFUSED       packet_has_doctype: DOCTYPE\nField         line 2 x\nRemedy        Remove it.\n");
    CHECK(has(sent({{"outcome", "refused"}, {"reason", reason}}, Lang::vi), "Cách xử lý    Bỏ đi.\n"));
}

TEST_CASE("what a sender wrote cannot steer the operator's terminal", "[report]") {
    const std::string bad = "\x1B[2J\n\xC2\x9B!";
    DocumentSummary document = letter();
    document.document = {bad, bad, bad, bad, bad, bad, bad};
    document.status_code = bad;
    document.refusal = Fault{Errc::field_invalid, bad, bad};
    Story story{document, {}, {}};
    story.entries.push_back({.kind = EntryKind::refused, .code = bad, .field = bad, .text = bad});
    http::HubStatus status;
    status.broker_trouble = bad;
    Agency agency{.code = code("H43"), .name = bad};
    const std::pair<Report, json::value> shown[]{
        {documents_text, answer_of({document})},
        {story_text, http::json_of(story)},
        {status_text, http::json_of(status)},
        {agencies_text, json::object{{"agencies", json::array{http::json_of(agency, at(0))}}}},
        {directory_text, json::object{{"found", json::array{http::directory_row(agency, at(0))}}}}};
    for (const auto& [report, value] : shown) {
        const std::string text = report(value, Lang::en);
        INFO(text);
        CHECK_FALSE(has(text, "\x1B"));
        CHECK_FALSE(has(text, "\xC2\x9B"));
        CHECK_FALSE(has(text, "\n!"));
        CHECK(has(text, " [2J"));
    }
}

TEST_CASE("queues with their ages", "[report]") {
    const json::value none = json::object{{"queues", json::array{}}};
    CHECK(queues_text(none, Lang::en) == "Nothing is waiting.\n");
    CHECK(queues_text(none, Lang::vi) == "Không có văn bản nào đang chờ.\n");
    QueueAge first{.agency = code("H43.01"), .waiting = 12, .unconfirmed = 3, .oldest_at = at(0)};
    QueueAge second{.agency = code("H43.02"), .waiting = 1, .oldest_at = at(5400 - 75)};
    second.last_retrieved_at = at(0);
    const json::value some = json::object{
        {"queues", json::array{http::json_of(first, at(5400)), http::json_of(second, at(5400))}}};
    CHECK(queues_text(some, Lang::en) == "Oldest  Agency  Waiting  Not yet queued  Last retrieved\n"
                                         "1h30m   H43.01  12       3               -\n"
                                         "1m15s   H43.02  1        0               1970-01-01 07:00:00\n");
    CHECK(queues_text(some, Lang::vi)
              .starts_with("Chờ lâu nhất    Đơn vị  Đang chờ  Chưa vào hàng đợi  Lấy lần cuối\n"
                           "1 giờ 30 phút   H43.01  12 "));
}

TEST_CASE("queues that are paused and limited say by whom and why", "[report]") {
    const json::value word = json::object{{"by", "an"}, {"at", "2026-11-24T01:00:00.000Z"}, {"reason", "đĩa đầy"}};
    json::object queue = http::json_of(QueueAge{.agency = code("H43.01"), .waiting = 12, .unconfirmed = 3, .in_inbox = 9}, at(0));
    queue["paused"] = word;
    queue["limit"] = word;
    queue["limit"].as_object()["per_minute"] = 30;
    const std::string listed = queues_text(json::object{{"queues", json::array{queue}}}, Lang::en);
    CHECK(has(listed, "\nH43.01  PAUSED by an, since 2026-11-24 08:00:00: đĩa đầy\n"));
    CHECK(has(listed, "\nH43.01  Limited to 30 a minute by an, since"));
    const std::string shown = queue_text(queue, Lang::vi);
    CHECK(has(shown, "TẠM DỪNG bởi an, từ 2026-11-24 08:00:00: đĩa đầy\n"));
    CHECK(has(shown, "trong hộp đến     9\n"));
    CHECK(has(shown, "không rút lại được"));
    queue["paused"] = nullptr;
    CHECK_FALSE(has(queue_text(queue, Lang::vi), "không rút lại được"));
}

TEST_CASE("agencies with their other codes", "[report]") {
    Agency agency{.code = code("H43"), .name = "Ủy ban nhân dân tỉnh"};
    agency.aliases.push_back({code("000.00.00.H43"), std::nullopt, std::nullopt});
    agency.aliases.push_back({code("H43.00"), std::nullopt, std::nullopt});
    Agency axis{.code = code("00.43.W00"), .name = "Trục", .is_axis = true};
    json::value value =
        json::object{{"agencies", json::array{http::json_of(agency, at(0)), http::json_of(axis, at(0))}}};
    value.at("agencies").as_array()[0].as_object()["contacts"] =
        json::array{json::object{{"name", "Văn thư"}, {"phone", "0259 0000 001"}, {"email", ""}, {"note", ""}}};
    auto& certificates = value.at("agencies").as_array()[0].at("certificates").as_array();
    certificates.push_back(json::object{{"valid_until", "2027-01-01T00:00:00.000Z"}});
    certificates.push_back(json::object{{"valid_until", "2026-01-01T00:00:00.000Z"}});
    CHECK(agencies_text(value, Lang::en) ==
          "Code       Name                  State                Aliases                Certificate until    Call\n"
          "H43        Ủy ban nhân dân tỉnh  open                 000.00.00.H43, H43.00  2027-01-01 07:00:00  Văn thư 0259 0000 001\n"
          "00.43.W00  Trục                  open, national axis                         -                    -\n");
    CHECK(has(agencies_text(value, Lang::vi), "  đang hoạt động, trục quốc gia  "));
}

TEST_CASE("where the agencies' file, the running hub and the ledger have parted is told", "[report]") {
    json::value value = json::object{
        {"agencies", json::array{}},
        {"file", json::object{{"path", "/etc/lgsp-hub/agencies.toml"}, {"is_changed", true}}},
        {"unlisted", json::array{json::object{{"agency", "H43.05"}, {"waiting", 12}, {"listed_as", "H43.21"}},
                                 json::object{{"agency", "H43.06"}, {"waiting", 1}, {"listed_as", nullptr}}}}};
    const std::string english = agencies_text(value, Lang::en), vietnamese = agencies_text(value, Lang::vi);
    INFO(english);
    CHECK(has(english, "! /etc/lgsp-hub/agencies.toml: changed since the hub has read it"));
    CHECK(has(english, "! H43.05: 12 waiting under this code, which is now an alias of H43.21: no adapter"));
    CHECK(has(english, "! H43.06: 1 waiting, and the directory lists no such agency: no adapter"));
    CHECK(has(vietnamese, "! H43.05: 12 văn bản chờ dưới mã này, nay là mã khác của H43.21"));
    CHECK(has(vietnamese, "lgsp config reload"));

    value.as_object()["file"].as_object()["is_changed"] = false;
    value.as_object()["unlisted"] = json::array{};
    CHECK_FALSE(has(agencies_text(value, Lang::en), "!"));
}

TEST_CASE("agencies and units of the axis, told apart", "[report]") {
    Agency agency{.code = code("H43"), .name = "Ủy ban nhân dân tỉnh"};
    agency.aliases.push_back({code("000.00.00.H43"), std::nullopt, std::nullopt});
    const Unit unit{.code = code("G22"),
                    .old_code = code("000.00.00.G22"),
                    .name = "Văn phòng Chính phủ",
                    .parent = std::nullopt,
                    .is_closed = true,
                    .version = 3,
                    .modified_at = {}};
    const json::value value{{"found", json::array{http::directory_row(agency, at(0)), http::directory_row(unit)}},
                            {"has_more", true}};
    CHECK(directory_text(value, Lang::en) ==
          "Code  Other codes    Name                  Listed by      State\n"
          "H43   000.00.00.H43  Ủy ban nhân dân tỉnh  province       open\n"
          "G22   000.00.00.G22  Văn phòng Chính phủ   national axis  closed\n"
          "… there is more: add words, or --count\n");
    CHECK(has(directory_text(value, Lang::vi), "trục quốc gia  đã đóng"));
}

TEST_CASE("codes stand beside the names that are known", "[report]") {
    json::object story = http::json_of(Story{letter(), {}, {}});
    story["sender_name"] = "Ủy ban nhân dân tỉnh";
    story["deliveries"].as_array()[0].as_object()["receiver_name"] = "Sở Nội vụ";
    story["deliveries"].as_array()[1].as_object()["receiver_name"] = "";
    const std::string text = story_text(story, Lang::en);
    CHECK(has(text, "Sender        H43  Ủy ban nhân dân tỉnh\n"));
    CHECK(has(text, "H43.01  Sở Nội vụ  06"));
    CHECK(has(text, "H43.02             queued"));
    json::object status = http::json_of(http::HubStatus{});
    CHECK_FALSE(has(status_text(status, Lang::en), "Axis units"));
    status["units"] = json::object{{"count", 123'000}, {"pass_ended_at", "2026-11-24T01:02:03.004Z"}};
    CHECK(has(status_text(status, Lang::en), "Axis units            123000 units, updated 2026-11-24 08:02:03\n"));
}

TEST_CASE("an answer of another version does not end the program", "[report]") {
    const char* answers[]{
        "{}",
        "null",
        "[]",
        "1",
        R"({"found":[1,{},{"other_codes":[1,null]}],"has_more":7,"units":{"count":"x"}})",
        R"({"units":{"count":5},"sender_name":{},"deliveries":[{"receiver_name":7}]})",
        R"({"documents":null,"queues":null,"agencies":null,"entries":null,"deliveries":null})",
        R"({"documents":[null,1,[],{}],"queues":[null,1,{}],"agencies":[null,1,{}]})",
        R"({"documents":{},"queues":1,"agencies":"x","entries":{},"deliveries":7})",
        R"({"documents":[{"deliveries":[1,null,{}],"refusal":1,"kind":7,"seq":{},"accepted_at":1}]})",
        R"({"queues":[{"oldest_age_seconds":"x","waiting":1e300},{"oldest_age_seconds":1e300}]})",
        R"({"agencies":[{"aliases":[1],"certificates":[{"valid_until":1}],"axis":"yes"}]})",
        R"({"entries":[1,{}],"deliveries":[1,{}],"refusal":{"code":1},"subject":[1]})",
        R"({"ledger":{"disk_free_bytes":18446744073709551615},"broker":1,"stored":[]})",
        R"({"documents":[],"has_more":true})",
        R"({"documents":7,"has_more":true,"is_cut":true})",
        R"({"accepted_at":"9999-99-99T99:99:99Z","started_at":"0000-00-00T00:00:00Z"})"};
    for (const char* answer : answers)
        for (const auto& [name, report] : reports)
            for (const Lang lang : {Lang::vi, Lang::en}) {
                INFO(name << " " << answer);
                CHECK_NOTHROW(report(json::parse(answer), lang));
            }
}

TEST_CASE("a cause that is a certificate's says until when it is or was valid", "[report]") {
    const auto lamp = [](const char* cause) {
        const json::object one{{"cause", cause}, {"light", "yellow"}, {"title", "A title"}, {"remedy", "Do it."},
                               {"agency", "H43.01"}, {"name", nullptr}, {"since", "2026-11-20T03:00:00.000Z"}, {"count", 0}};
        return json::object{{"lamps", json::array{json::object{{"lamp", "route"}, {"light", "yellow"},
                                                               {"causes", json::array{one}}}}}};
    };
    CHECK(has(health_text(lamp("CONTENT_CERTIFICATE_ENDED"), Lang::en), "H43.01: A title (until 2026-11-20 10:00:00)"));
    CHECK(has(health_text(lamp("CONTENT_CERTIFICATE_ENDED"), Lang::vi), "H43.01: A title (đến 2026-11-20 10:00:00)"));
    CHECK_FALSE(has(health_text(lamp("CONTENT_QUOTA"), Lang::en), "2026"));
}
