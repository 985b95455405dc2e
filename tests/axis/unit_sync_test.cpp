// Units of the axis on their way to the hub, from scripted lists to pages.

#include "adapters/axis/unit_sync.hpp"

#include "hub/core/limits.hpp"
#include "hub/wire/units_codec.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace hub;

namespace {

struct Lists final : axis::UnitLists {
    std::vector<vxp::Unit> all_units;
    std::vector<vxp::Agency> all_agencies;
    std::vector<vxp::AgencyQd20> all_qd20;
    int fails_at = 0;                              ///< 1 units, 2 QD20, 3 agencies: behind what it has told.

    template <class Record>
    vxp::Called<void> tell(int number, const std::vector<Record>& records, const vxp::Client::Each<Record>& each) {
        for (Record record : records)
            REQUIRE(each(std::move(record)).has_value());
        vxp::CallFailure outage;
        outage.outcome = vxp::CallFailure::Outcome::outage;
        return number == fails_at ? vxp::Called<void>{outage} : vxp::Called<void>{};
    }
    vxp::Called<void> units(const vxp::Client::Each<vxp::Unit>& each, const std::stop_token&) override {
        return tell(1, all_units, each);
    }
    vxp::Called<void> agencies(const vxp::Client::Each<vxp::Agency>& each, const std::stop_token&) override {
        return tell(3, all_agencies, each);
    }
    vxp::Called<void> agencies_qd20(const std::string&, const vxp::Client::Each<vxp::AgencyQd20>& each,
                                    const std::stop_token&) override {
        return tell(2, all_qd20, each);
    }
    void add(const std::string& code, const std::string& name, std::int64_t version = 1, bool is_deleted = false) {
        std::erase_if(all_units, [&](const vxp::Unit& unit) { return unit.code == code; });
        all_units.push_back({.id = "id-" + code,
                             .parent_id = code.find('.') == std::string::npos ? "0" : "id-" + code.substr(0, code.rfind('.')),
                             .code = code,
                             .name = name,
                             .version = version,
                             .is_deleted = is_deleted,
                             .modified_at = "2026/11/24 08:00:00"});
    }
};

/// What a hub has that has heard every page.
struct Hub {
    std::map<std::string, Unit> units;
    UnitPass pass;
    std::vector<std::size_t> pages;

    bool take(const axis::PageToSend& page) {
        const UnitsPage read = wire::decode_units(wire::encode_units(page.page)).value();
        REQUIRE(read == page.page);
        const auto taken = next(pass, read, {}, Instant{});
        if (!taken)
            return false;
        pass = *taken;
        pages.push_back(read.units.size());
        for (const Unit& unit : read.units)
            units.insert_or_assign(unit.code.text(), unit);
        return true;
    }
    std::string shown(const std::string& code) const {
        const auto it = units.find(code);
        if (it == units.end())
            return "-";
        const Unit& unit = it->second;
        return unit.name + (unit.old_code ? " was " + unit.old_code->text() : "")
               + (unit.parent ? " in " + unit.parent->text() : "") + (unit.is_closed ? " closed" : "");
    }
};

struct Trial {
    Trial() { open(); }
    void open(axis::UnitSyncSettings settings = {}) {
        sync.reset();
        settings.file = folder.path() / "units.sqlite";
        sync = axis::UnitSync::open(settings).value();
    }
    axis::FetchedUnits fetch() {
        REQUIRE(sync->is_due(now));
        return sync->fetch(lists, now).value();
    }
    /// All pages to the hub; the units in them.
    std::size_t tell() {
        std::size_t told = 0;
        while (const auto page = sync->next().value()) {
            CHECK_FALSE(sync->next().value());
            told += page->page.units.size();
            REQUIRE(sync->on_receipt(page->envelope, hub.take(*page), now).value());
        }
        return told;
    }
    std::size_t day() {
        now += std::chrono::hours{24};
        fetch();
        return tell();
    }

    hub::test::FreshFolder folder;
    std::unique_ptr<axis::UnitSync> sync;
    Lists lists;
    Hub hub;
    Instant now{std::chrono::hours{1'000'000 / 2}};
};

}  // namespace

TEST_CASE("both forms of a code are joined from the lists, and none is computed", "[axis][units]") {
    Trial trial;
    trial.lists.add("G22", "Văn phòng Chính phủ");
    trial.lists.add("G22.07", "Vụ Bảy");
    trial.lists.add("000.00.08.G22", "Vụ Tám");
    trial.lists.add("000.00.09.G22", "Vụ Chín");
    trial.lists.add("no code!", "x");
    trial.lists.all_qd20 = {{.id = "a", .code = "G22", .name = "VPCP", .code102 = "000.00.00.G22"},
                            {.id = "b", .code = "G22.08", .name = "Vụ Tám", .code102 = "000.00.08.G22"},
                            {.id = "c", .code = "G33", .name = "Bộ chỉ có trong danh sách cơ quan", .code102 = "null"}};
    trial.lists.all_agencies = {{.id = "d", .code = "G22.07", .name = "Vụ Bảy", .old_code = "000.00.07.G22"},
                                {.id = "e", .code = "000.00.08.G22", .name = "Vụ Tám", .old_code = ""},
                                {.id = "f", .code = "G22.1", .name = "x", .old_code = "000.00.09.G22"},
                                {.id = "g", .code = "G22.2", .name = "y", .old_code = "000.00.09.G22"}};
    const auto fetched = trial.fetch();
    CHECK(fetched.is_full);
    CHECK(fetched.skipped == 1);
    CHECK(trial.tell() == fetched.to_tell);
    CHECK(trial.hub.shown("G22") == "Văn phòng Chính phủ was 000.00.00.G22");
    CHECK(trial.hub.shown("G22.07") == "Vụ Bảy was 000.00.07.G22 in G22");
    CHECK(trial.hub.shown("G33") == "Bộ chỉ có trong danh sách cơ quan");
    // An agencies' list that writes the old form as the code does not say that it is the present one.
    CHECK(trial.hub.shown("G22.08") == "Vụ Tám was 000.00.08.G22");
    CHECK(trial.hub.shown("000.00.08.G22") == "-");
    // The old form of two is nobody's alone.
    CHECK(trial.hub.shown("000.00.09.G22") == "Vụ Chín");
    CHECK(trial.hub.shown("G22.1") == "x was 000.00.09.G22");
}

TEST_CASE("after the first time only what has changed is told, and everything once a week", "[axis][units]") {
    Trial trial;
    for (int i = 0; i < 50; ++i)
        trial.lists.add("G" + std::to_string(100 + i), "Đơn vị " + std::to_string(i));
    trial.fetch();
    CHECK(trial.tell() == 50);
    CHECK(trial.hub.pass.is_full);
    CHECK_FALSE(trial.sync->is_due(trial.now));
    CHECK(trial.day() == 0);
    // The hub hears that there was a reading all the same.
    CHECK(trial.hub.pages.back() == 0);
    CHECK_FALSE(trial.hub.pass.is_full);

    trial.lists.add("G100", "Đổi tên", 2);
    trial.lists.add("G101", "Đơn vị 1", 2, true);
    trial.lists.add("G200", "Mới");
    trial.lists.add("G102", "cũ hơn", 0);
    std::erase_if(trial.lists.all_units, [](const vxp::Unit& unit) { return unit.code == "G103"; });
    CHECK(trial.day() == 4);
    CHECK(trial.hub.shown("G100") == "Đổi tên");
    CHECK(trial.hub.shown("G101") == "Đơn vị 1 closed");
    CHECK(trial.hub.shown("G200") == "Mới");
    CHECK(trial.hub.shown("G102") == "Đơn vị 2");
    CHECK(trial.hub.shown("G103") == "Đơn vị 3 closed");
    trial.open();
    CHECK(trial.day() == 0);
    trial.lists.add("G103", "Đơn vị 3");
    CHECK(trial.day() == 1);
    CHECK(trial.hub.shown("G103") == "Đơn vị 3");
    CHECK(trial.day() == 0);
    CHECK(trial.day() == 0);
    CHECK(trial.day() == 51);
    CHECK(trial.hub.pass.is_full);
}

TEST_CASE("a list that fails counts for nothing", "[axis][units]") {
    const int fails_at = GENERATE(1, 2, 3);
    Trial trial;
    trial.lists.add("G1", "một");
    trial.fetch();
    trial.tell();
    trial.now += std::chrono::hours{24};
    trial.lists.all_units.clear();
    trial.lists.add("G2", "hai");
    trial.lists.fails_at = fails_at;
    CHECK(trial.sync->fetch(trial.lists, trial.now).error().outcome == vxp::CallFailure::Outcome::outage);
    CHECK_FALSE(trial.sync->next().value());
    // A while later, and longer each time.
    CHECK_FALSE(trial.sync->is_due(trial.now + std::chrono::seconds{59}));
    trial.now += std::chrono::seconds{60};
    CHECK(trial.sync->is_due(trial.now));
    CHECK_FALSE(trial.sync->fetch(trial.lists, trial.now).has_value());
    CHECK_FALSE(trial.sync->is_due(trial.now + std::chrono::seconds{119}));
    trial.now += std::chrono::seconds{120};
    trial.lists.fails_at = 0;
    CHECK(trial.fetch().to_tell == 2);
    trial.tell();
    CHECK(trial.hub.shown("G1") == "một closed");
    CHECK(trial.hub.shown("G2") == "hai");
}

TEST_CASE("a list that would close too many is not believed", "[axis][units]") {
    Trial trial;
    for (int i = 0; i < 200; ++i)
        trial.lists.add("G" + std::to_string(i), "x");
    trial.fetch();
    trial.tell();
    trial.now += std::chrono::hours{24};
    const auto whole = trial.lists.all_units;
    trial.lists.all_units.resize(159);
    const auto failed = trial.sync->fetch(trial.lists, trial.now);
    REQUIRE_FALSE(failed.has_value());
    CHECK(failed.error().fault == Fault{Errc::field_invalid, "units", "would close 41 of 200"});
    trial.now += std::chrono::hours{24};
    trial.lists.all_units = whole;
    trial.lists.all_units.resize(160);
    CHECK(trial.fetch().to_tell == 40);
    trial.tell();
    trial.lists.all_units.resize(1);
    trial.open({.closing_percent_max = 100});
    CHECK(trial.day() == 159);
}

TEST_CASE("empty lists are not believed, nor one that takes the old codes away", "[axis][units]") {
    Trial trial;
    CHECK(trial.sync->fetch(trial.lists, trial.now).error().fault
          == Fault{Errc::field_invalid, "units", "the lists are empty"});
    trial.now += std::chrono::hours{1};
    for (int i = 0; i < 200; ++i) {
        trial.lists.add("G" + std::to_string(i), "x");
        trial.lists.all_qd20.push_back({.code = "G" + std::to_string(i), .code102 = "000.00.00.G" + std::to_string(100 + i)});
    }
    trial.fetch();
    trial.tell();
    CHECK(trial.hub.shown("G7") == "x was 000.00.00.G107");
    trial.now += std::chrono::hours{24};
    const auto whole = trial.lists.all_qd20;
    trial.lists.all_qd20.clear();
    CHECK(trial.sync->fetch(trial.lists, trial.now).error().fault
          == Fault{Errc::field_invalid, "units", "would lose the old code of 200 of 200"});
    trial.lists.all_qd20 = whole;
    CHECK(trial.day() == 0);
}

TEST_CASE("a closed unit keeps its old code, though no list tells it any more", "[axis][units]") {
    Trial trial;
    trial.lists.add("G1", "một");
    trial.lists.all_agencies = {{.code = "G1", .name = "một", .old_code = "000.00.00.G01"}};
    trial.fetch();
    trial.tell();
    trial.lists.add("G1", "một", 2, true);
    trial.lists.all_agencies.clear();
    CHECK(trial.day() == 1);
    CHECK(trial.hub.shown("G1") == "một was 000.00.00.G01 closed");
    CHECK(trial.day() == 0);
}

TEST_CASE("a page has bounds, and pages come one after the other", "[axis][units]") {
    Trial trial;
    const std::size_t count = 2 * limits::units_page_max + 1;
    for (std::size_t i = 0; i < count; ++i)
        trial.lists.all_units.push_back({.id = std::to_string(i), .code = "G" + std::to_string(i), .name = "x", .version = 1});
    trial.fetch();
    CHECK(trial.sync->state().value().left == count);
    CHECK(trial.tell() == count);
    CHECK(trial.hub.pages == std::vector<std::size_t>{limits::units_page_max, limits::units_page_max, 1});
    CHECK(trial.hub.pass.is_over);
    CHECK(trial.sync->state().value().full_ended_at == trial.now);

    Trial long_names;
    for (int i = 0; i < 1200; ++i)
        long_names.lists.all_units.push_back({.code = "G" + std::to_string(i), .name = std::string(2000, 'x') + "\n", .version = 1});
    long_names.fetch();
    CHECK(long_names.tell() == 1200);
    CHECK(long_names.hub.pages.size() == 3);
    CHECK(long_names.hub.units.at("G7").name.size() == limits::unit_text_bytes_max);
}

TEST_CASE("whatever ends the process, a page comes again as the same envelope", "[axis][units]") {
    Trial trial;
    for (std::size_t i = 0; i < limits::units_page_max + 5; ++i)
        trial.lists.all_units.push_back({.code = "G" + std::to_string(i), .name = "x", .version = 1});
    trial.fetch();
    trial.open();
    CHECK_FALSE(trial.sync->is_due(trial.now + std::chrono::hours{24 * 30}));
    const auto first = trial.sync->next().value();
    REQUIRE(first);
    CHECK_FALSE(trial.sync->next().value());
    trial.sync->not_submitted();
    CHECK(trial.sync->next().value()->envelope == first->envelope);
    trial.open();
    const auto again = trial.sync->next().value();
    REQUIRE(again);
    CHECK(again->envelope == first->envelope);
    CHECK(again->page == first->page);
    REQUIRE(trial.hub.take(*again));
    CHECK(trial.sync->on_receipt(again->envelope, true, trial.now).value());
    // The receipt is repeated when the process ended before it was noted.
    CHECK_FALSE(trial.sync->on_receipt(again->envelope, true, trial.now).value());
    trial.open();
    CHECK(trial.sync->state().value().pages == 1);
    CHECK(trial.tell() == 5);
    CHECK(trial.hub.pass.is_over);
    CHECK_FALSE(trial.sync->on_receipt(EnvelopeId::make(1, {}), true, trial.now).value());
}

TEST_CASE("a refused page ends the pass, and the next one is full", "[axis][units]") {
    Trial trial;
    trial.lists.add("G1", "một");
    trial.lists.add("G2", "hai");
    trial.fetch();
    trial.tell();
    trial.lists.add("G2", "ba", 2);
    trial.now += std::chrono::hours{24};
    CHECK(trial.fetch().to_tell == 1);
    const auto page = trial.sync->next().value();
    REQUIRE(page);
    CHECK(trial.sync->on_receipt(page->envelope, false, trial.now).value());
    CHECK_FALSE(trial.sync->next().value());
    CHECK_FALSE(trial.sync->is_due(trial.now));
    trial.now += std::chrono::seconds{60};
    const auto fetched = trial.fetch();
    CHECK(fetched.is_full);
    CHECK(fetched.to_tell == 2);
    trial.tell();
    CHECK(trial.hub.shown("G2") == "ba");
}

TEST_CASE("a page is an envelope that the hub takes for one", "[axis][units]") {
    const AgencyCode participant = AgencyCode::parse("AXIS").value();
    Trial trial;
    trial.lists.add("G1", "một");
    trial.fetch();
    const kit::Outgoing outgoing = axis::outgoing_of(participant, *trial.sync->next().value());
    REQUIRE(outgoing.contents.size() == 1);
    CHECK(outgoing.contents[0].media_type == units_media_type);
    CHECK(outgoing.kind == Kind::service);
    CHECK(outgoing.id);
    CHECK(wire::decode_units(outgoing.contents[0].bytes).value().units.at(0).name == "một");
}
