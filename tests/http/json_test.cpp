#include "hub/http/json.hpp"

#include "hub/telemetry/axis_words.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

using namespace hub;
using test::at;
using test::code;
using test::text_at;

namespace json = boost::json;

namespace {

constexpr std::array stations{Station::accepted, Station::queued,     Station::failed,   Station::retrieved,
                              Station::arrived,  Station::registered, Station::assigned, Station::in_hand,
                              Station::rejected, Station::finished,   Station::withdrawn};
constexpr std::array events{ReceiptEvent::confirmed,   ReceiptEvent::stored,    ReceiptEvent::not_stored,
                            ReceiptEvent::status_01,   ReceiptEvent::status_02, ReceiptEvent::status_03,
                            ReceiptEvent::status_04,   ReceiptEvent::status_05, ReceiptEvent::status_06,
                            ReceiptEvent::status_13,   ReceiptEvent::status_15, ReceiptEvent::status_16,
                            ReceiptEvent::status_other, ReceiptEvent::recall_asked, ReceiptEvent::update_asked,
                            ReceiptEvent::replace_asked, ReceiptEvent::change_failed};

DocumentSummary summary() { return {.seq = EnvelopeSeq{7}, .kind = Kind::document, .sender = code("H43")}; }

json::object only_entry(Entry entry) {
    Story story{summary(), {}, {}};
    story.entries.push_back(std::move(entry));
    return http::json_of(story).at("entries").as_array().at(0).as_object();
}

void check_words(const json::object& object, StationWords words) {
    CHECK_FALSE(words.vi.empty());
    CHECK_FALSE(words.en.empty());
    CHECK(text_at(object, "label_vi") == words.vi);
    CHECK(text_at(object, "label_en") == words.en);
}

}  // namespace

TEST_CASE("octets that are no text become marks, one each", "[json]") {
    const std::pair<std::string_view, std::string_view> texts[]{{"", ""},
                                                                {"Đường sắt", "Đường sắt"},
                                                                {"\xFF", "\uFFFD"},
                                                                {"a\xC4", "a\uFFFD"},
                                                                {"\xE1\xBBx", "\uFFFD\uFFFDx"},
                                                                {"\xC0\x80", "\uFFFD\uFFFD"},
                                                                {"Đ\x80Đ\xF0\x9F\x9A\x82", "Đ\uFFFDĐ🚂"}};
    for (const auto& [octets, text] : texts)
        CHECK(http::json_text(octets) == text);
}

TEST_CASE("times are RFC 3339 in UTC with milliseconds", "[json]") {
    CHECK(http::time_text(at(0)) == "1970-01-01T00:00:00.000Z");
    CHECK(http::time_text(at(1'795'510'923'004)) == "2026-11-24T09:02:03.004Z");
    CHECK(http::time_text(at(-1)) == "1969-12-31T23:59:59.999Z");
}

TEST_CASE("each station of a delivery is named and explained", "[json]") {
    for (const Station station : stations) {
        INFO(name_of(station));
        DocumentSummary document = summary();
        document.deliveries.push_back({code("H43.01"), station, at(5), {}});
        const auto object = http::json_of(document).at("deliveries").as_array().at(0).as_object();
        CHECK(text_at(object, "receiver") == "H43.01");
        CHECK(text_at(object, "state") == name_of(station));
        CHECK(text_at(object, "changed_at") == "1970-01-01T00:00:00.005Z");
        check_words(object, station_words(station));
    }
}

TEST_CASE("what was asked of a receiver since is told beside its state", "[json]") {
    DocumentSummary document = summary();
    const auto change_of = [&](Change change) {
        document.deliveries = {{code("H43.01"), Station::registered, at(5), change}};
        return http::json_of(document).at("deliveries").as_array().at(0).at("change");
    };
    CHECK(change_of({}).is_null());
    for (const Business kind : {Business::recall, Business::update, Business::replace})
        for (const ChangeState state : {ChangeState::asked, ChangeState::agreed, ChangeState::declined}) {
            const auto object = change_of({kind, state}).as_object();
            CHECK(text_at(object, "kind") == name_of(kind));
            CHECK(text_at(object, "state") == name_of(state));
            check_words(object, change_words({kind, state}));
        }
}

TEST_CASE("each event of a story is named and explained", "[json]") {
    for (const ReceiptEvent event : events) {
        INFO(name_of(event));
        const auto object = only_entry({.seq = EntrySeq{9},
                                        .at = at(5),
                                        .kind = EntryKind::station,
                                        .event = event,
                                        .receiver = code("H43.01"),
                                        .code = "03",
                                        .text = "Đã vào sổ"});
        CHECK(object.at("entry").to_number<int>() == 9);
        CHECK(text_at(object, "at") == "1970-01-01T00:00:00.005Z");
        CHECK(text_at(object, "event") == name_of(event));
        CHECK(text_at(object, "receiver") == "H43.01");
        CHECK(text_at(object, "code") == "03");
        CHECK(text_at(object, "text") == "Đã vào sổ");
        check_words(object, station_words(event));
    }
    const auto at_axis = only_entry({.kind = EntryKind::station,
                                     .event = ReceiptEvent::stored,
                                     .receiver = code("G22"),
                                     .field = std::string{axis_doc_id_field},
                                     .text = "DocId 1"});
    CHECK(text_at(at_axis, "event") == "retrieved");
    check_words(at_axis, words_of_taken_by_axis);
    const auto accepted = only_entry({.kind = EntryKind::accepted});
    CHECK(text_at(accepted, "event") == "accepted");
    CHECK(accepted.at("receiver").is_null());
    check_words(accepted, station_words(Station::accepted));
    const auto refused =
        only_entry({.kind = EntryKind::refused, .code = "receiver_unknown", .field = "receivers[0]"});
    CHECK(text_at(refused, "event") == "refused");
    CHECK(text_at(refused, "field") == "receivers[0]");
    check_words(refused, station_words_of_name("refused").value());
    CHECK(text_at(only_entry({.kind = EntryKind::hub_started}), "event") == "hub_started");
    CHECK(text_at(only_entry({.kind = EntryKind::settings_changed}), "event") == "settings_changed");
    // A ledger of a newer program: kept, shown as some status.
    CHECK(text_at(only_entry({.kind = EntryKind::station}), "event") == "status");
}

TEST_CASE("a document in full", "[json]") {
    DocumentSummary document = summary();
    document.id = test::id(1);
    document.document = {"000.00.00.G22",       "7816",          "VPCP-TTĐT", "2015-09-30",
                         "G22,2015/09/30,7816", "Đường \"sắt\"", "Công văn"};
    document.urgency = Urgency::express;
    document.business = Business::recall;
    document.is_signed_by_gateway = true;
    document.accepted_at = at(1500);
    const auto object = http::json_of(document);
    const std::pair<std::string_view, std::string> texts[]{{"id", test::id(1).text()},
                                                           {"kind", "document"},
                                                           {"sender", "H43"},
                                                           {"issuer", "000.00.00.G22"},
                                                           {"number", "7816"},
                                                           {"notation", "VPCP-TTĐT"},
                                                           {"promulgated_on", "2015-09-30"},
                                                           {"document_id", "G22,2015/09/30,7816"},
                                                           {"subject", "Đường \"sắt\""},
                                                           {"type_name", "Công văn"},
                                                           {"status_code", ""},
                                                           {"accepted_at", "1970-01-01T00:00:01.500Z"}};
    for (const auto& [key, text] : texts)
        CHECK(text_at(object, key) == text);
    CHECK(object.at("seq").to_number<int>() == 7);
    CHECK(object.at("urgency").to_number<int>() == 3);
    CHECK(object.at("business").to_number<int>() == 1);
    CHECK(object.at("signed_by_gateway").as_bool());
    CHECK(object.at("refusal").is_null());
    CHECK(object.at("deliveries").as_array().empty());
}

TEST_CASE("kinds have names, also the one that could not be decoded", "[json]") {
    const std::pair<Kind, std::string_view> kinds[]{
        {Kind::document, "document"}, {Kind::status, "status"},   {Kind::acknowledgement, "acknowledgement"},
        {Kind::receipt, "receipt"},   {Kind::service, "service"}, {static_cast<Kind>(0), "unknown"}};
    for (const auto& [kind, name] : kinds) {
        DocumentSummary document = summary();
        document.kind = kind;
        CHECK(text_at(http::json_of(document), "kind") == name);
        CHECK(http::json_of(document).at("id").is_null());
    }
}

TEST_CASE("a refusal carries code, field and remedy in both languages", "[json]") {
    DocumentSummary document = summary();
    document.refusal = Fault{Errc::receiver_closed, "receivers[1]", "H43.02"};
    const auto object = http::json_of(document).at("refusal").as_object();
    const Words words = words_of(Errc::receiver_closed);
    CHECK(text_at(object, "code") == "receiver_closed");
    CHECK(text_at(object, "field") == "receivers[1]");
    CHECK(text_at(object, "detail") == "H43.02");
    CHECK(text_at(object, "title_vi") == words.title_vi);
    CHECK(text_at(object, "title_en") == words.title_en);
    CHECK(text_at(object, "remedy_vi") == words.remedy_vi);
    CHECK(text_at(object, "remedy_en") == words.remedy_en);
}

TEST_CASE("parts are named and measured, nothing of what is in them", "[json]") {
    Story story{summary(), {}, {}};
    story.parts.push_back({.content_id = "cid:1",
                           .name = "van-ban.pdf",
                           .media_type = "application/pdf",
                           .size_bytes = 12345,
                           .digest = sha256("content")});
    const auto part = http::json_of(story).at("parts").as_array().at(0).as_object();
    CHECK(part.at("part").to_number<int>() == 1);
    CHECK(text_at(part, "name") == "van-ban.pdf");
    CHECK(text_at(part, "media_type") == "application/pdf");
    CHECK(part.at("size_bytes").to_number<int>() == 12345);
    CHECK(text_at(part, "sha256") == sha256("content").text());
    CHECK(part.size() == 5);
}

TEST_CASE("a queue says how old its oldest is, and nothing when there is none", "[json]") {
    QueueAge queue{.agency = code("H43.01"), .waiting = 3, .unconfirmed = 1, .oldest_at = at(1'000)};
    auto object = http::json_of(queue, at(76'999));
    CHECK(text_at(object, "agency") == "H43.01");
    CHECK(object.at("waiting").to_number<int>() == 3);
    CHECK(object.at("unconfirmed").to_number<int>() == 1);
    CHECK(text_at(object, "oldest_at") == "1970-01-01T00:00:01.000Z");
    CHECK(object.at("oldest_age_seconds").to_number<int>() == 75);
    CHECK(object.at("last_retrieved_at").is_null());
    // The clock was put back since.
    CHECK(http::json_of(queue, at(-5'000)).at("oldest_age_seconds").as_int64() == 0);
    queue.last_retrieved_at = at(2'000);
    queue.oldest_at.reset();
    object = http::json_of(queue, at(76'999));
    CHECK(text_at(object, "last_retrieved_at") == "1970-01-01T00:00:02.000Z");
    CHECK(object.at("oldest_at").is_null());
    CHECK(object.at("oldest_age_seconds").to_number<int>() == 0);
}

TEST_CASE("the hub is ready only with its broker and room on its disk", "[json]") {
    http::HubStatus status;
    status.broker = "up";
    status.disk_free_bytes = 7;
    status.relay = {.accepted = 1,
                    .refused = 2,
                    .repeated = 3,
                    .confirmed = 4,
                    .returned = 5,
                    .envelopes_retired = 8,
                    .publishes_unconfirmed = 6,
                    .deliveries_due = 7,
                    .is_behind = true,
                    .is_refilling = true};
    auto object = http::json_of(status);
    CHECK(text_at(object, "state") == "ready");
    CHECK(json::serialize(object.at("since_start")) ==
          R"({"accepted":1,"refused":2,"repeated":3,"confirmed":4,"returned":5,"retired":8})");
    CHECK(json::serialize(object.at("under_way")) == R"({"unconfirmed":6,"due":7,"more_in_ledger":true})");
    CHECK(json::serialize(object.at("broker")) == R"({"state":"up","trouble":"","refilling":true})");
    CHECK(json::serialize(object.at("ledger")) == R"({"state":"writable","disk_free_bytes":7})");
    status.is_ledger_full = true;
    object = http::json_of(status);
    CHECK(text_at(object, "state") == "degraded");
    CHECK(text_at(object.at("ledger").as_object(), "state") == "full");
    status.is_ledger_full = false;
    status.broker = "connecting";
    status.broker_trouble = "connection refused";
    object = http::json_of(status);
    CHECK(text_at(object, "state") == "degraded");
    CHECK(text_at(object.at("broker").as_object(), "trouble") == "connection refused");
}

TEST_CASE("a content store without room needs attention, and none is nothing", "[json]") {
    http::HubStatus status;
    status.broker = "up";
    CHECK(http::json_of(status).at("contents").is_null());
    status.relay = {.contents_stored = 1, .contents_damaged = 2, .contents_removed = 3};
    status.contents = http::HubStatus::Contents{false, 9};
    CHECK(json::serialize(http::json_of(status).at("contents")) ==
          R"({"state":"writable","trouble":"","disk_free_bytes":9,"stored":1,"damaged":2,"removed":3})");
    CHECK(text_at(http::json_of(status), "state") == "ready");
    status.contents->is_full = true;
    CHECK(text_at(http::json_of(status).at("contents").as_object(), "state") == "full");
    CHECK(text_at(http::json_of(status), "state") == "degraded");
    status.contents = http::HubStatus::Contents{false, 9, true, "Read-only file system"};
    CHECK(text_at(http::json_of(status).at("contents").as_object(), "state") == "unusable");
    CHECK(text_at(http::json_of(status).at("contents").as_object(), "trouble") == "Read-only file system");
    CHECK(text_at(http::json_of(status), "state") == "degraded");
}
