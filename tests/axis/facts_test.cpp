#include "adapters/axis/packet_facts.hpp"
#include "adapters/axis/province.hpp"
#include "adapters/axis/state_file.hpp"
#include "tests/axis/departures.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::axis;
using namespace hub::axis::test;
using hub::test::code;

EnvelopeHeader header(Kind kind, const std::string& sender = "H43.01") {
    return {.id = EnvelopeId::make(1, {}),
            .kind = kind,
            .sender = code(sender),
            .receivers = {code("H99")},
            .created_at = at_second(0),
            .expires_at = at_second(9)};
}

EnvelopeHeader document(const std::string& number, const std::string& id = {}) {
    EnvelopeHeader found = header(Kind::document);
    found.document = DocumentName{"H43.01", number, "SNV-VP", "2026-05-04", id, "Trích yếu", "Công văn"};
    return found;
}

EnvelopeHeader status(const std::string& status_code, const std::string& sender) {
    EnvelopeHeader found = header(Kind::status, sender);
    found.status = StatusReport{.code = status_code,
                                .description = "Lời",
                                .answers_issuer = "H99",
                                .answers_code = "12/SNV-VP",
                                .answers_date = "2026-05-04",
                                .answers_document_id = "H43.01,2026/05/04,12/SNV-VP"};
    return found;
}

bool share(const EnvelopeHeader& a, const EnvelopeHeader& b) {
    const auto lanes = lanes_of(b);
    return std::ranges::any_of(lanes_of(a),
                               [&](const auto& lane) { return std::ranges::find(lanes, lane) != lanes.end(); });
}

}  // namespace

TEST_CASE("inside is whom the hub has, under any of its codes, and who is served by one", "[axis][province]") {
    const Province province = trial_province();
    const Instant now = at_second(0);
    const auto receiver = [&](const char* text) {
        const auto found = province.receiver(code(text), now);
        return found ? found->text() : std::string{};
    };
    CHECK(receiver("H43.01") == "H43.01");
    CHECK(receiver("000.00.01.H43") == "H43.01");
    CHECK(receiver("H43.21.07") == "H43.21.07");
    for (const auto* outside : {"H43.77", "H43.01.02", "H99", "H430", "000.00.00.H99", "00.43.W00"})
        CHECK(receiver(outside).empty());
    CHECK(province.outside({code("H99"), code("H43.01"), code("G12")}, now) == std::vector{code("H99"), code("G12")});
    // Two codes of one agency are one receiver.
    CHECK(province.inside({code("000.00.02.H43"), code("H99"), code("H43.02"), code("H43.01")}, now)
          == std::vector{code("000.00.02.H43"), code("H43.01")});
}

TEST_CASE("a document, its recall and its take-back share a lane, other documents do not", "[axis][facts]") {
    const auto original = document("12", "H43.01,2026/05/04,12/SNV-VP");
    CHECK(share(original, document("12")));
    CHECK_FALSE(share(original, document("13")));
    auto recall = document("14");
    recall.business = Business::recall;
    SECTION("by the DocumentId of the original") { recall.business_refers_to = original.document->document_id; }
    SECTION("by a triple with dashes") { recall.business_refers_to = "H43.01,2026-05-04,12/SNV-VP"; }
    CHECK(share(original, recall));
    CHECK(share(original, status("13", "H43.01")));
    CHECK_FALSE(share(document("12"), status("01", "H43.02")));
}

TEST_CASE("the statuses of one agency on one document share a lane, those of two do not", "[axis][facts]") {
    CHECK(share(status("01", "H43.02"), status("03", "H43.02")));
    CHECK_FALSE(share(status("01", "H43.02"), status("01", "H43.03")));
}

TEST_CASE("statuses without a code do not all wait for each other", "[axis][facts]") {
    const auto without = [](const std::string& code, const std::string& document_id) {
        EnvelopeHeader found = status(code, "H43.02");
        found.status->answers_code.clear();
        found.status->answers_document_id = document_id;
        return found;
    };
    CHECK(share(without("01", "a"), without("03", "a")));
    CHECK_FALSE(share(without("01", "a"), without("03", "b")));
    // The axis lists both by the same title: which of them has arrived it could not tell.
    CHECK(share(without("03", "a"), without("03", "b")));
}

TEST_CASE("an echo is known by sender and number, a status by its code too", "[axis][facts]") {
    const auto key = [](const EnvelopeHeader& of) { return echo_key(of.sender, of.document, of.status); };
    CHECK(key(document("12", "an id")) == key(document("12", "another id")));
    CHECK(key(document("12")) != key(document("13")));
    CHECK(key(status("01", "H43.02")) != key(status("03", "H43.02")));
    CHECK(key(status("01", "H43.02")) != key(status("01", "H43.03")));
    CHECK(key(header(Kind::document)).empty());
}

TEST_CASE("the axis lists a document by subject and number, a status by code and text", "[axis][facts]") {
    CHECK(title_of(document("12")) == "Trích yếu");
    CHECK(notation_of(document("12")) == "12/SNV-VP");
    CHECK(title_of(status("03", "H43.02")) == "03 Lời");
    CHECK(notation_of(status("03", "H43.02")) == "12/SNV-VP");
}

TEST_CASE("state.json tells times where there are any, and is written when something has changed", "[axis][state]") {
    Figures figures;
    figures.down_since = Instant{std::chrono::seconds{1'790'000'000}};
    figures.axis_clock_ahead = std::chrono::seconds{-3};
    figures.departing = {.waiting = 4, .unclear = 1, .oldest = std::nullopt};
    UnitSync::State units;
    units.left = 7;
    units.ended_at = figures.down_since;
    const std::string text = state_json(figures, &units, true);
    CHECK(text.find(R"("units":{"last_pass_at":"2026-09-21T14:13:20Z","left":7})") != std::string::npos);
    CHECK(text.find(R"("down_since":"2026-09-21T14:13:20Z","documents_listed_at":null)") != std::string::npos);
    CHECK(text.find(R"("out":{"waiting":4,"unclear":1,"oldest":null,"sent":0})") != std::string::npos);
    CHECK(text.find(R"("clock_ahead_seconds":-3)") != std::string::npos);
    CHECK(text.find(R"("in":{"waiting":0,"fetch_refused":0,)") != std::string::npos);

    const hub::test::FreshFolder folder;
    StateFile file{folder.path()};
    file.look(figures, &units, true, at_second(0));
    CHECK(hub::test::read_file(folder / "state.json") == text + "\n");
    hub::test::write_file(folder / "state.json", "read by somebody");
    file.look(figures, nullptr, false, at_second(0));
    file.look(figures, &units, true, at_second(5));
    CHECK(hub::test::read_file(folder / "state.json") == "read by somebody");
    file.look(figures, nullptr, false, at_second(10));
    CHECK(hub::test::read_file(folder / "state.json") == state_json(figures, nullptr, false) + "\n");
}
