#include "adapters/folder/receipt_files.hpp"

#include "tests/support/fresh_folder.hpp"

#include <boost/json/parse.hpp>

#include <catch2/catch.hpp>

#include <algorithm>
#include <map>
#include <numeric>

namespace {

using namespace hub;
using namespace hub::test;
using folder::reason_json;
using folder::write_receipts;
namespace json = boost::json;

const EnvelopeId id = EnvelopeId::make(1'750'000'000'000, {1});

wire::Receipt receipt(std::uint64_t entry, const std::string& what) {
    wire::Receipt out;
    out.entry = EntrySeq{entry};
    out.at = Instant{std::chrono::milliseconds{1'750'000'000'000 + static_cast<std::int64_t>(entry)}};
    out.what = what;
    out.envelope = id;
    return out;
}

wire::Receipt accepted(std::uint64_t entry) {
    wire::Receipt out = receipt(entry, "accepted");
    out.receivers = {"H43.02", "H43.03"};
    out.document = {"H43.01", "12", "SNV-VP", "2026-05-04", "an id", "V/v báo cáo quý", "Công văn"};
    return out;
}

wire::Receipt refused(std::uint64_t entry) {
    wire::Receipt out = receipt(entry, "refused");
    out.code = "receiver_unknown";
    out.field = "receivers[0]";
    out.text = "H43.99";
    return out;
}

wire::Receipt at(std::uint64_t entry, const std::string& receiver, const std::string& what) {
    wire::Receipt out = receipt(entry, what);
    out.receiver = receiver;
    out.code = what == "status" ? "77" : "";
    return out;
}

void write(const FreshFolder& folder, const std::vector<wire::Receipt>& receipts) {
    for (const wire::Receipt& one : receipts)
        REQUIRE(write_receipts(folder.path(), {&one, 1}).has_value());
}

json::object json_of(const std::filesystem::path& file) { return json::parse(read_file(file)).as_object(); }
json::object state(const FreshFolder& folder) { return json_of(folder / (id.text() + ".json")); }

std::string state_at(const FreshFolder& folder, std::string_view receiver) {
    const json::object whole = state(folder);
    const json::object& one = whole.at("receivers").as_object().at(receiver).as_object();
    return std::string{one.at("state").as_string()};
}

/// Every file under the folder with what is in it.
std::map<std::string, Bytes> all_of(const FreshFolder& folder) {
    std::map<std::string, Bytes> out;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder.path()})
        if (entry.is_regular_file())
            out.emplace(std::filesystem::relative(entry.path(), folder.path()).string(), read_file(entry.path()));
    return out;
}

}  // namespace

TEST_CASE("in any order the events give the same state, the furthest", "[receipts]") {
    std::vector<wire::Receipt> events{accepted(1),           at(2, "H43.02", "queued"), at(3, "H43.02", "retrieved"),
                                      at(4, "H43.02", "05"), at(5, "H43.02", "03"),     at(6, "H43.03", "failed"),
                                      at(7, "H43.03", "16")};
    const FreshFolder in_order;
    write(in_order, events);
    const json::object expected = state(in_order);
    CHECK(state_at(in_order, "H43.02") == "05");
    CHECK(state_at(in_order, "H43.03") == "failed");
    CHECK(expected.at("hub").as_string() == "accepted");
    CHECK(expected.at("subject").as_string() == "V/v báo cáo quý");
    std::vector<std::size_t> order(events.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    // Every hundredth of the 5040 orders, and the one that goes backwards.
    std::vector<std::vector<std::size_t>> orders{{6, 5, 4, 3, 2, 1, 0}};
    for (int n = 0; std::ranges::next_permutation(order).found; ++n)
        if (n % 100 == 0)
            orders.push_back(order);
    for (const auto& one : orders) {
        const FreshFolder folder;
        for (const std::size_t i : one)
            write(folder, {events[i]});
        CHECK(state(folder) == expected);
    }
}

TEST_CASE("what the national axis has taken is not said to be fetched by its receiver", "[receipts]") {
    const FreshFolder folder;
    wire::Receipt taken = at(2, "H53", "retrieved");
    taken.text = "DocId 9fbf";
    write(folder, {accepted(1), taken, at(3, "H43.02", "retrieved")});
    const json::object whole = state(folder);
    const auto label = [&](std::string_view receiver) {
        return whole.at("receivers").as_object().at(receiver).as_object().at("label_en").as_string();
    };
    CHECK(label("H53") == "Taken by the national axis; of the receiver nothing is known yet");
    CHECK(label("H43.02") == "Fetched by the receiver");
}

TEST_CASE("no event moves a receiver back", "[receipts]") {
    const FreshFolder folder;
    write(folder, {accepted(1), at(2, "H43.02", "06")});
    for (const std::string what :
         {"queued", "retrieved", "failed", "01", "02", "03", "04", "05", "13", "16", "status"}) {
        write(folder, {at(3, "H43.02", what)});
        CHECK(state_at(folder, "H43.02") == "06");
    }
    CHECK(state_at(folder, "H43.03") == "accepted");
    const json::object receivers = state(folder).at("receivers").as_object();
    const json::object& one = receivers.at("H43.02").as_object();
    CHECK(one.at("label_vi").as_string() == "Hoàn thành");
    CHECK(one.at("label_en").as_string() == "Finished");
    CHECK(one.at("since").as_string() == "2025-06-15T15:06:40.002Z");
    // Told all the same, a code that we do not know by itself.
    CHECK(one.at("times").as_object().contains("16"));
    CHECK_FALSE(one.at("times").as_object().contains("77"));
    CHECK(one.at("statuses").as_object().contains("77"));
}

TEST_CASE("receipts written again leave the same files", "[receipts]") {
    const std::vector<wire::Receipt> events{accepted(1), at(2, "H43.02", "queued"), at(3, "H43.02", "03"), refused(4)};
    const FreshFolder folder;
    write(folder, events);
    const auto before = all_of(folder);
    CHECK(before.size() == 5);
    write(folder, events);
    write(folder, {events[2]});
    CHECK(all_of(folder) == before);
}

TEST_CASE("receipts written together leave the files of each written alone", "[receipts]") {
    const std::vector<wire::Receipt> receipts{receipt(1, "accepted"), at(2, "H43.01", "queued"), at(3, "H43.02", "queued"),
                                              at(4, "H43.01", "retrieved"), at(5, "H43.01", "status")};
    const FreshFolder alone, together;
    write(alone, receipts);
    REQUIRE(write_receipts(together.path(), receipts).has_value());
    CHECK(all_of(together) == all_of(alone));
}

TEST_CASE("why a receiver could not store it stands in the state, and what to do in the event", "[receipts]") {
    const FreshFolder folder;
    wire::Receipt failed = at(2, "H43.01", "failed");
    failed.code = "part_missing";
    failed.text = "no packet";
    write(folder, {receipt(1, "accepted"), failed});
    const json::object receiver = state(folder).at("receivers").at("H43.01").as_object();
    CHECK(receiver.at("code") == "part_missing");
    CHECK(receiver.at("text") == "no packet");
    const json::object event = json_of(folder / id.text() / "2.json");
    CHECK_FALSE(event.at("remedy_vi").as_string().empty());
    CHECK_FALSE(event.at("remedy_en").as_string().empty());
}

TEST_CASE("a large part that is damaged at the hub stands in the state until it is whole, in any order", "[receipts]") {
    const auto told = [](std::uint64_t entry, const std::string& what) {
        wire::Receipt out = receipt(entry, what);
        out.text = "5e88";
        out.code = what == "content_damaged" ? "part_damaged" : "";
        return out;
    };
    const FreshFolder folder;
    write(folder, {accepted(1), at(2, "H43.02", "queued"), told(3, "content_damaged")});
    const json::object damaged = state(folder).at("parts").at("5e88").as_object();
    CHECK(damaged.at("state") == "damaged");
    CHECK_FALSE(damaged.at("remedy_vi").as_string().empty());
    CHECK(state_at(folder, "H43.02") == "queued");
    write(folder, {told(5, "content_restored"), told(3, "content_damaged")});
    CHECK(state(folder).at("parts").at("5e88").at("state") == "whole");
    CHECK(state(folder).at("parts").at("5e88").at("remedy_vi") == "");
    write(folder, {told(6, "content_damaged"), told(5, "content_restored")});
    CHECK(state(folder).at("parts").at("5e88").at("state") == "damaged");
}

TEST_CASE("one file an event, with its words", "[receipts]") {
    const FreshFolder folder;
    write(folder, {accepted(1), refused(20)});
    CHECK(names_in(folder / id.text()) == std::vector<std::string>{"1.json", "20.json"});
    const json::object event = json_of(folder / (id.text() + "/20.json"));
    CHECK(event.at("entry").as_int64() == 20);
    CHECK(event.at("at").as_string() == "2025-06-15T15:06:40.020Z");
    CHECK(event.at("what").as_string() == "refused");
    CHECK(event.at("label_vi").as_string() == "Trục không nhận");
    CHECK(event.at("label_en").as_string() == "Refused by the hub");
    CHECK(event.at("envelope_id").as_string() == id.text());
    CHECK(event.at("code").as_string() == "receiver_unknown");
    CHECK(event.at("field").as_string() == "receivers[0]");
    CHECK(event.at("text").as_string() == "H43.99");
}

TEST_CASE("a refusal says why; behind an acceptance it undoes nothing", "[receipts]") {
    const FreshFolder folder;
    SECTION("refused") {
        write(folder, {refused(1)});
        CHECK(state(folder).at("hub").as_string() == "refused");
        const json::object refusal = state(folder).at("refusal").as_object();
        CHECK(refusal.at("code").as_string() == "receiver_unknown");
        CHECK_FALSE(refusal.at("remedy_vi").as_string().empty());
    }
    SECTION("accepted, then refused") {
        write(folder, {accepted(1), refused(2)});
        CHECK(state(folder).at("hub").as_string() == "accepted");
        CHECK(state_at(folder, "H43.02") == "accepted");
    }
    SECTION("refused, then accepted") {
        write(folder, {refused(1), accepted(2)});
        CHECK(state(folder).at("hub").as_string() == "accepted");
    }
}

TEST_CASE("a refusal of bytes without an id belongs to no document", "[receipts]") {
    const FreshFolder folder;
    wire::Receipt one = refused(5);
    one.envelope.reset();
    write(folder, {one});
    CHECK(names_in(folder.path()) == std::vector<std::string>{"unknown"});
    CHECK(json_of(folder / "unknown/5.json").at("envelope_id").as_string().empty());
}

TEST_CASE("a state that cannot be read is begun anew", "[receipts]") {
    const FreshFolder folder;
    write_file(folder / (id.text() + ".json"), "{\"hub\": ");
    write(folder, {accepted(1)});
    CHECK(state(folder).at("hub").as_string() == "accepted");
}

TEST_CASE("the reason is told in Vietnamese and in English", "[receipts]") {
    const auto known = json::parse(reason_json("packet_malformed", "line 12", "mismatched tag")).as_object();
    CHECK(known.at("code").as_string() == "packet_malformed");
    CHECK(known.at("field").as_string() == "line 12");
    CHECK(known.at("detail").as_string() == "mismatched tag");
    for (const char* key : {"title_vi", "title_en", "remedy_vi", "remedy_en"})
        CHECK_FALSE(known.at(key).as_string().empty());
    CHECK(known.at("remedy_vi") != known.at("remedy_en"));
    // A hub that is newer than the adapter.
    CHECK(json::parse(reason_json("packet_dialect_unsupported", "\xE1", "UTF-\xAB")).at("detail") == "UTF-\uFFFD");
    const auto unknown = json::parse(reason_json("code_of_tomorrow", "", "")).as_object();
    CHECK(unknown.at("code").as_string() == "code_of_tomorrow");
    CHECK(unknown.at("title_vi").as_string().empty());
}

TEST_CASE("what a receiver calls its status stands apart from what the hub tells, and is bounded", "[receipts]") {
    const FreshFolder folder;
    std::vector<wire::Receipt> told{accepted(1), at(2, "H43.02", "queued")};
    for (const char* word : {"failed", "retrieved", "15", "retry", "06 "}) {
        told.push_back(at(told.size() + 1, "H43.02", "status"));
        told.back().code = word;
    }
    write(folder, told);
    const auto receiver = [&] { return state(folder).at("receivers").at("H43.02").as_object(); };
    const json::object times = receiver().at("times").as_object();
    CHECK(times.size() == 1);
    CHECK(times.contains("queued"));
    CHECK(receiver().at("statuses").as_object().size() == 5);
    for (int i = 0; i < 100; ++i) {
        told.push_back(at(told.size() + 1, "H43.02", "status"));
        told.back().code = std::to_string(1000 + i);
    }
    write(folder, told);
    CHECK(receiver().at("statuses").as_object().size() == 16);
    CHECK(receiver().at("times").as_object().size() == 1);
}
