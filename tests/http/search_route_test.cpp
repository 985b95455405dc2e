// What the routes about documents find in a real ledger.

#include "hub/core/limits.hpp"
#include "hub/http/shared_answer.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using test::code;
using test::id;
using test::object_of;
using test::text_at;
using test::TrialHub;

namespace {

using Numbers = std::vector<std::uint64_t>;

/// 1: to H43.01 (finished) and H43.02 (accepted). 2: to H43.01 (queued). 3: refused.
struct Province : TrialHub {
    Province() {
        writer().accept("000.00.00.G22", 1, {"H43.01", "H43.02"},
                        {"000.00.00.G22", "7816", "VPCP-TTĐT", "2015-09-30",
                         "000.00.00.G22,2015/09/30,7816/VPCP-TTĐT", "V/v nâng cấp đường sắt Bắc Nam",
                         "Công văn"},
                        "BODY-OF-THE-DOCUMENT");
        writer().accept("H43", 2, {"H43.01"});
        writer().refuse("H43", 3, {Errc::receiver_unknown, "receivers[0]", "H43.99"});
        for (const auto event : {ReceiptEvent::stored, ReceiptEvent::status_06})
            writer().entry({.kind = EntryKind::station,
                            .envelope = EnvelopeSeq{1},
                            .event = event,
                            .receiver = code("H43.01")});
        writer().move(1, Station::retrieved);
        writer().move(1, Station::finished);
        writer().move(3, Station::queued);
        REQUIRE(writer().commit().has_value());
    }
};

}  // namespace

TEST_CASE("each condition of a search reaches the ledger", "[api]") {
    Province hub;
    const std::pair<std::string, Numbers> questions[]{{"", {3, 2, 1}},
                                                      {"?", {3, 2, 1}},
                                                      {"?text=7816&", {1}},
                                                      {"?&text=7816", {1}},
                                                      {"?text=7816", {1}},
                                                      {"?text=7816%2FVPCP-TT%C4%90T", {1}},
                                                      {"?text=duong+sat", {1}},
                                                      {"?text=", {3, 2, 1}},
                                                      {"?number=7816", {1}},
                                                      {"?notation=vpcp-ttdt", {1}},
                                                      {"?subject=%C4%90%C6%AF%E1%BB%9CNG", {1}},
                                                      {"?id=" + id(2).text(), {2}},
                                                      {"?agency=H43.02", {1}},
                                                      {"?sender=H43", {3, 2}},
                                                      {"?sender=000.00.00.H43", {3, 2}},
                                                      {"?receiver=H43.01", {2, 1}},
                                                      {"?receiver=H43.77", {}},
                                                      {"?state=06", {1}},
                                                      {"?state=accepted", {1}},
                                                      {"?state=queued", {2}},
                                                      {"?urgency=1", {3, 2, 1}},
                                                      {"?urgency=2", {}},
                                                      {"?kind=document", {3, 2, 1}},
                                                      {"?kind=acknowledgement", {}},
                                                      {"?kind=unknown", {}},
                                                      {"?cause=0123456789abcdef", {}},
                                                      {"?operation=7", {}},
                                                      {"?operation=18446744073709551615", {}},
                                                      {"?overdue=true", {}},
                                                      {"?overdue=false", {3, 2, 1}},
                                                      {"?refused=true", {3}},
                                                      {"?refused=false", {3, 2, 1}},
                                                      {"?before=3", {2, 1}},
                                                      {"?before=0", {}},
                                                      {"?count=1", {3}},
                                                      {"?sender=H43&refused=true", {3}},
                                                      {"?receiver=H43.01&state=queued", {2}},
                                                      {"?text=%22%27%20OR%20%28", {}},
                                                      {"?text=a%00b", {}}};
    for (const auto& [question, numbers] : questions) {
        INFO(question);
        CHECK(hub.found("/v1/documents" + question) == numbers);
    }
}

TEST_CASE("blanks are no question", "[api]") {
    Province hub;
    for (const char* key : {"text", "number", "notation", "id", "subject"}) {
        const auto problem = hub.ask("/v1/documents?" + std::string{key} + "=%20%09", 400);
        CHECK(text_at(problem, "code") == "field_invalid");
        CHECK(text_at(problem, "field") == key);
    }
    CHECK(hub.found("/v1/documents?text=") == Numbers{3, 2, 1});
}

TEST_CASE("documents by what became of their deliveries", "[api]") {
    Province hub;
    const Cause cause{"ledger_full", "disk"};
    hub.writer().fail(3, EnvelopeSeq{2}, "H43.01", cause);
    StationChange moved{DeliverySeq{2}, Station::queued, test::at(6000), Carriage::in_inbox};
    moved.turn = Turn{2, EntrySeq{1}, std::nullopt, OperationSeq{7}};
    hub.writer().batch.stations.push_back(moved);
    REQUIRE(hub.writer().commit().has_value());
    CHECK(hub.found("/v1/documents?cause=" + fingerprint_of(cause)) == Numbers{2});
    CHECK(hub.found("/v1/documents?operation=7") == Numbers{1});
    CHECK(hub.found("/v1/documents?operation=7&cause=" + fingerprint_of(cause)).empty());
    // Nobody had to be quick on the first day; ten days later one is late. What has failed waits for an operator.
    CHECK(hub.found("/v1/documents?overdue=true").empty());
    hub.status.now += std::chrono::days{10};
    CHECK(hub.found("/v1/documents?overdue=true") == Numbers{1});
    CHECK(hub.found("/v1/documents?overdue=true&receiver=H43.02") == Numbers{1});
}

TEST_CASE("a condition that means nothing is refused by its name", "[api]") {
    Province hub;
    for (const std::string& wrong : {std::string{"urgency=5"}, std::string{"urgency=x"}, std::string{"kind=letter"},
                                     std::string{"cause=x"}, std::string{"cause="}, std::string{"operation=x"},
                                     std::string{"overdue=yes"}, std::string{"nonsense=1"}}) {
        INFO(wrong);
        const auto body = hub.ask("/v1/documents?" + wrong, 400);
        CHECK(text_at(body, "field") == wrong.substr(0, wrong.find('=')));
    }
}

TEST_CASE("since is from then on, until is before", "[api]") {
    Province hub;  // Accepted at 1.001, 1.002 and 1.003 seconds; it is one minute past.
    const std::pair<std::string, Numbers> questions[]{
        {"since=1970-01-01", {3, 2, 1}},
        {"since=1970-01-01T00:00:01.002Z", {3, 2}},
        {"until=1970-01-01T00:00:01.002Z", {1}},
        {"since=1970-01-01T07:00:01.002%2B07:00&until=1970-01-01T00:00:01.003Z", {2}},
        {"since=1m", {3, 2, 1}},
        {"since=0m", {}},
        {"until=1m", {}}};
    for (const auto& [question, numbers] : questions) {
        INFO(question);
        CHECK(hub.found("/v1/documents?" + question) == numbers);
    }
}

TEST_CASE("a very long question is a question", "[api]") {
    Province hub;
    std::string words = "?text=7816";
    for (int i = 0; i < 3000; ++i)
        words += "+v";
    CHECK(hub.found("/v1/documents" + words) == Numbers{1});
}

TEST_CASE("pages follow each other by the number of the last document", "[api]") {
    TrialHub hub;
    for (std::uint64_t n = 1; n <= 7; ++n)
        hub.writer().accept("H43", n, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    Numbers all;
    std::vector<std::size_t> sizes;
    CHECK(hub.ask("/v1/documents?count=3").at("searched_down_to").to_number<int>() == 5);
    for (std::string cursor;;) {
        const auto page = hub.ask("/v1/documents?count=3" + cursor);
        const auto documents = page.at("documents").as_array();
        sizes.push_back(documents.size());
        for (const auto& document : documents)
            all.push_back(document.at("seq").to_number<std::uint64_t>());
        CHECK_FALSE(page.at("is_cut").as_bool());
        if (!page.at("has_more").as_bool())
            break;
        REQUIRE(sizes.size() < 4);
        cursor = "&before=" + text_at(page, "next");
    }
    CHECK(all == Numbers{7, 6, 5, 4, 3, 2, 1});
    CHECK(sizes == std::vector<std::size_t>{3, 3, 1});
    const auto last = hub.ask("/v1/documents?count=3&before=2");
    CHECK(last.at("next").is_null());
    // By number alone it is taken too; which way of reading it was of is a number as well.
    for (const char* wrong : {"x", "5.", "5.x", "5.0.1", ".0", "5.0.0.0"})
        CHECK(text_at(hub.ask(std::string{"/v1/documents?before="} + wrong, 400), "field") == "before");
    CHECK(hub.found("/v1/documents?before=3.0.0") == Numbers{2, 1});
    CHECK(hub.found("/v1/documents?before=3.7") == Numbers{2, 1});
    // A page that is just full knows that it is the last.
    CHECK_FALSE(hub.ask("/v1/documents?count=7").at("has_more").as_bool());
    CHECK(hub.ask("/v1/documents?count=7").at("searched_down_to").to_number<int>() == 1);
}

TEST_CASE("documents of one id are paged through like any others", "[api]") {
    TrialHub hub;
    // Accepted once, then refused for other bytes, over and over; another sender may use the same id.
    hub.writer().accept("H43", 1, {"H43.01"});
    for (int i = 0; i < 3; ++i)
        hub.writer().refuse("H43", 1, {Errc::envelope_id_reused, "envelope_id", id(1).text()});
    hub.writer().accept("H43.01", 1, {"H43"});
    hub.writer().accept("H43", 2, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    const std::string one = "/v1/documents?id=" + id(1).text();
    CHECK(hub.found(one) == Numbers{5, 4, 3, 2, 1});
    CHECK(hub.found(one + "&count=2") == Numbers{5, 4});
    CHECK(hub.found(one + "&count=2&before=4") == Numbers{3, 2});
    CHECK(hub.found(one + "&count=2&before=2") == Numbers{1});
    CHECK(hub.found(one + "&before=1").empty());
    // Who was first has the name: nobody hides another's document by sending under its id.
    CHECK(text_at(hub.ask("/v1/documents/" + id(1).text()), "sender") == "H43");
}

TEST_CASE("everything is older than the highest number", "[api]") {
    Province hub;
    for (const char* before : {"9223372036854775807", "9223372036854775808", "18446744073709551615"})
        CHECK(hub.found(std::string{"/v1/documents?before="} + before) == Numbers{3, 2, 1});
}

TEST_CASE("fifty documents unless asked otherwise, five hundred at most", "[api]") {
    TrialHub hub;
    for (std::uint64_t n = 1; n <= limits::search_rows_max + 1; ++n)
        hub.writer().accept("H43", n, {"H43.01"});
    REQUIRE(hub.writer().commit().has_value());
    CHECK(hub.found("/v1/documents").size() == 50);
    CHECK(hub.ask("/v1/documents").at("has_more").as_bool());
    const auto most = "/v1/documents?count=" + std::to_string(limits::search_rows_max);
    CHECK(hub.found(most).size() == limits::search_rows_max);
    CHECK(hub.ask(most).at("has_more").as_bool());
}

TEST_CASE("the story of a document, by id and by number", "[api]") {
    Province hub;
    const auto story = hub.ask("/v1/documents/" + id(1).text());
    CHECK(story == hub.ask("/v1/documents/1"));
    CHECK(text_at(story, "subject") == "V/v nâng cấp đường sắt Bắc Nam");
    std::vector<std::string> events;
    for (const auto& entry : story.at("entries").as_array())
        events.push_back(text_at(entry.as_object(), "event"));
    CHECK(events == std::vector<std::string>{"accepted", "retrieved", "06"});
    std::vector<std::string> states;
    for (const auto& delivery : story.at("deliveries").as_array())
        states.push_back(text_at(delivery.as_object(), "receiver") + " " +
                         text_at(delivery.as_object(), "state"));
    CHECK(states == std::vector<std::string>{"H43.01 06", "H43.02 accepted"});

    const auto refused = hub.ask("/v1/documents/3");
    CHECK(text_at(refused.at("refusal").as_object(), "code") == "receiver_unknown");
    CHECK(text_at(refused.at("refusal").as_object(), "field") == "receivers[0]");
    CHECK(text_at(refused.at("refusal").as_object(), "detail") == "H43.99");

    for (const std::string& absent :
         {id(99).text(), std::string{"0"}, std::string{"4"}, std::string{"18446744073709551615"}}) {
        const auto body = hub.ask("/v1/documents/" + absent, 404);
        CHECK(text_at(body, "code") == "not_found");
        CHECK(text_at(body, "detail") == absent);
    }
}

TEST_CASE("queues, the one that waits longest first", "[api]") {
    Province hub;
    const auto queues = hub.ask("/v1/queues").at("queues").as_array();
    REQUIRE(queues.size() == 2);
    CHECK(text_at(queues[0].as_object(), "agency") == "H43.02");
    CHECK(queues[0].at("waiting").to_number<int>() == 1);
    CHECK(queues[0].at("unconfirmed").to_number<int>() == 1);
    CHECK(queues[0].at("oldest_age_seconds").to_number<int>() == 58);
    CHECK(text_at(queues[1].as_object(), "agency") == "H43.01");
    CHECK(queues[1].at("unconfirmed").to_number<int>() == 0);
    CHECK(text_at(queues[1].as_object(), "last_retrieved_at") == "1970-01-01T00:00:05.000Z");
    TrialHub empty;
    CHECK(empty.ask("/v1/queues").at("queues").as_array().empty());
}

TEST_CASE("queues are counted once in a while for all who see all of them", "[api]") {
    Province hub;
    const auto waiting = [&] {
        return hub.ask("/v1/queues").at("queues").as_array().at(0).at("waiting").to_number<int>();
    };
    CHECK(waiting() == 1);
    hub.writer().accept("H43", 70, {"H43.02"});
    REQUIRE(hub.writer().commit().has_value());
    CHECK(waiting() == 1);
    hub.status.now += http::SharedAnswer::shared_max;
    CHECK(waiting() == 2);
}

TEST_CASE("no route shows what a document says", "[api]") {
    Province hub;
    for (const std::string& target :
         {std::string{"/v1/documents"}, std::string{"/v1/documents/1"}, "/v1/documents/" + id(1).text(),
          std::string{"/v1/queues"}, std::string{"/v1/status"},
          std::string{"/v1/documents?text=body-of-the-document"}})
        CHECK(hub.get(target).body.find("BODY-OF-THE-DOCUMENT") == std::string::npos);
}

TEST_CASE("a page names the next one", "[api]") {
    Province hub;
    std::string target = "/v1/documents?count=1&refused=false";
    Numbers found;
    while (!target.empty()) {
        const auto page = hub.get(target);
        REQUIRE(page.status == 200);
        const auto body = object_of(page.body);
        for (const auto& document : body.at("documents").as_array())
            found.push_back(document.at("seq").to_number<std::uint64_t>());
        const std::string link = test::field_of(page, "Link");
        CHECK(link.empty() != body.at("has_more").as_bool());
        CHECK((link.empty() || link.ends_with(">; rel=\"next\"")));
        target = link.empty() ? "" : link.substr(1, link.find('>') - 1);
    }
    CHECK(found == Numbers{3, 2, 1});
}

TEST_CASE("a text that names an agency finds its documents, and says so", "[api]") {
    Province hub;
    const auto by_name = hub.ask("/v1/documents?text=so+noi+vu");
    CHECK(text_at(by_name, "found_by") == "agency");
    CHECK(by_name.at("named_agency").at("code") == "H43.01");
    CHECK(by_name.at("named_agency").at("name") == "Sở Nội vụ");
    CHECK(by_name.at("documents").as_array().size() == 2);
    for (const char* text : {"SNV", "7816+snv", "h43.01", "v%C4%83n+b%E1%BA%A3n+7816+S%E1%BB%9F+N%E1%BB%99i+v%E1%BB%A5"}) {
        CAPTURE(text);
        const auto found = hub.ask(std::string{"/v1/documents?text="} + text);
        CHECK(found.at("named_agency").at("code") == "H43.01");
        CHECK_FALSE(found.at("documents").as_array().empty());
    }
    const auto as_asked = hub.ask("/v1/documents?text=duong+sat");
    CHECK(text_at(as_asked, "found_by") == "words");
    CHECK(as_asked.at("documents_only").as_bool());
    CHECK_FALSE(as_asked.contains("named_agency"));
    CHECK(text_at(hub.ask("/v1/documents?text=s%E1%BB%91+7816"), "found_by") == "loose_words");
    CHECK(hub.ask("/v1/documents?receiver=h43.01").at("documents").as_array().size() == 2);
}

TEST_CASE("what the national axis has taken is not called fetched", "[api]") {
    TrialHub hub;
    hub.writer().accept("H43", 1, {"G22@00.43.W00", "H43.01"});
    hub.writer().move(1, Station::retrieved);
    hub.writer().move(2, Station::retrieved);
    REQUIRE(hub.writer().commit().has_value());
    const auto labels = [](const boost::json::value& document) {
        std::string text;
        for (const auto& delivery : document.at("deliveries").as_array())
            text += text_at(delivery.as_object(), "receiver") + ": " + text_at(delivery.as_object(), "label_en") + "\n";
        return text;
    };
    const std::string expected = "G22: Taken by the national axis; of the receiver nothing is known yet\n"
                                 "H43.01: Fetched by the receiver\n";
    CHECK(labels(hub.ask("/v1/documents/1")) == expected);
    CHECK(labels(hub.ask("/v1/documents").at("documents").as_array().at(0)) == expected);
}
