#include "hub/agencies_file.hpp"

#include "hub/core/limits.hpp"
#include "tests/settings/trial_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;

struct Loaded {
    std::shared_ptr<const Directory> directory;
    SettingsMistakes mistakes;
};

Loaded load(const TrialFolder& folder, std::string_view text) {
    Loaded loaded;
    loaded.directory = load_agencies(folder.write("agencies.toml", text), {AgencyCode::parse("H43").value()}, {},
                                     loaded.mistakes);
    return loaded;
}

AgencyCode code(std::string_view text) { return AgencyCode::parse(text).value(); }
Instant at(std::chrono::sys_days day, std::chrono::hours hour) { return Instant{day} + hour; }

}  // namespace

TEST_CASE("agencies arrive with their aliases, dates and certificates", "[agencies]") {
    using namespace std::chrono;
    const TrialFolder folder;
    const Loaded loaded = load(folder, TrialFolder::agencies_toml());
    INFO(lines_of(loaded.mistakes));
    REQUIRE(loaded.directory);
    const Agency* const a = loaded.directory->find(code("H43.01"));
    REQUIRE(a);
    CHECK(a->name == "A");
    CHECK(a->serves_subordinates);
    CHECK(a->certificates.size() == 1);
    CHECK(a->attached_bytes_max == 8 * 1024 * 1024);
    // A date is midnight in Vietnam: 17:00 UTC of the day before. The end does not belong to the span.
    const Instant first = at(2021y / April / 21, 17h), last = at(2025y / June / 30, 17h);
    CHECK(loaded.directory->named(code("000.00.01.H43"), first) == a);
    CHECK(loaded.directory->named(code("000.00.01.H43"), first - 1ms) == nullptr);
    CHECK(loaded.directory->named(code("000.00.01.H43"), last - 1ms) == a);
    CHECK(loaded.directory->named(code("000.00.01.H43"), last) == nullptr);
    CHECK(a->contacts == std::vector<Contact>{{"Văn thư", "0259 0000 001", "vanthu@h43.example", "giờ hành chính"},
                                              {"Phòng CNTT", "", "cntt@h43.example", ""}});
    const Agency* const b = loaded.directory->find(code("H43.02"));
    REQUIRE(b);
    CHECK(b->closed_at == last);
    CHECK(b->attached_bytes_max == 0);
    CHECK(b->successor == code("H43.01"));
    REQUIRE(loaded.directory->axis());
    CHECK(loaded.directory->axis()->code == code("00.43.W00"));
}

TEST_CASE("a wrong entry is one mistake with its place", "[agencies]") {
    const TrialFolder folder;
    folder.write("weak.pem", make_key(KeyKind::rsa1024, "weak").certificate_pem);
    const auto wrong = GENERATE(values<Wrong>({
        {"\"H43.02\"", "\"H43.01\"", R"(agency[1].code: "H43.01": this code is used by two agencies)"},
        {"\"H43.02\"", "\"000.00.01.H43\"", R"(agency[0].aliases: "000.00.01.H43": another agency has this code)"},
        {"\"b.pem\"", "\"a.pem\"", R"(agency[1].certificates: "H43.02": a certificate is named twice)"},
        {"\"b.pem\"", "\"none.pem\"", "agency[1].certificates[0]: "},
        {"\"b.pem\"", "\"hub.password\"", "not a certificate that can be used"},
        {"\"b.pem\"", "\"weak.pem\"", "RSA (2048 bits or more)"},
        {"[\"b.pem\"]", "\"b.pem\"", "must be a list of file names"},
        {"[\"b.pem\"]", "[1]", "agency[1].certificates[0]: must be the name of a file"},
        {"successor = \"H43.01\"", "successor = \"H43.09\"", R"(agency[1].successor: "H43.09": no agency has this code)"},
        {"successor = \"H43.01\"", "successor = \"H43.02\"", "agency[1].successor: is the agency itself"},
        {"closed_at = 2025-07-01T00:00:00+07:00", "opened_at = 2025-07-01", "only an agency with closed_at"},
        {"closed_at = 2025-07-01T00:00:00+07:00", "closed_at = 2025-07-01\nopened_at = 2025-07-02", "must be later than opened_at"},
        {"2025-07-01T00:00:00+07:00", "2025-07-01T00:00:00", "must be a date (2026-11-01) or a time with its zone"},
        {"2025-07-01T00:00:00+07:00", "\"2025-07-01\"", "must be a date (2026-11-01) or a time with its zone"},
        {"valid_until = 2025-07-01", "valid_until = 2021-04-22", "agency[0].aliases[0].valid_until: must be later"},
        {"valid_until =", "valid_to =", "agency[0].aliases[0].valid_to: no such setting"},
        {"name = \"B\"", "nmae = \"B\"", "did you mean name?"},
        {"name = \"B\"", "axis = true\nname = \"B\"", R"(agency[2].axis: "00.43.W00": another agency is the axis already)"},
        {"serves_subordinates = true", "serves_subordinates = \"yes\"", "must be true or false"},
        {"inline_mib = 8", "inline_mib = 65", "agency[0].inline_mib: 65"},
        {"inline_mib = 8", "inline_mib = -1", "agency[0].inline_mib: -1"},
        {"inline_mib = 8", "inline_mib = \"8\"", "agency[0].inline_mib: "},
        {"0259 0000 001", "0259 3822 xxx", R"(agency[0].contacts[0].phone: "0259 3822 xxx": not a telephone number)"},
        {"0259 0000 001", "+-", "agency[0].contacts[0].phone: \"+-\": not a telephone number"},
        {"vanthu@h43.example", "vanthu.h43.example", "agency[0].contacts[0].email: \"vanthu.h43.example\": not an address"},
        {"vanthu@h43.example", "a@b?<x>", "not an address of the form name@host"},
        {"name = \"Văn thư\", ", "", "agency[0].contacts[0].name: missing"},
        {"giờ hành chính", "\\u0007", "agency[0].contacts[0].note: \"?\": at most 200 bytes"},
        {"email = \"cntt@h43.example\"", "note = \"x\"", "agency[0].contacts[1].phone: missing: a contact has a phone or an email"},
        {"email = \"cntt@h43.example\"", "mail = \"x@y\"", "agency[0].contacts[1].mail: no such setting; did you mean email?"},
        {"contacts = [{", "contacts = [1, {", "agency[0].contacts[0]: must be a table"},
    }));
    INFO(wrong.to);
    const Loaded loaded = load(folder, with(TrialFolder::agencies_toml(), wrong.from, wrong.to));
    const std::string said = lines_of(loaded.mistakes);
    INFO(said);
    CHECK_FALSE(loaded.directory);
    CHECK(said.find(wrong.said) != std::string::npos);
}

TEST_CASE("an agency has eight contacts, each with words of a bounded length", "[agencies]") {
    const TrialFolder folder;
    const auto load_with = [&](std::size_t count, std::size_t name_bytes) {
        std::string contacts = "contacts = [";
        for (std::size_t i = 0; i < count; ++i)
            contacts += "{ name = \"" + std::string(name_bytes, 'x') + "\", phone = \"113\" },";
        const std::string text = TrialFolder::agencies_toml();
        const auto from = text.find("contacts = "), to = text.find("]\n", from);
        return load(folder, with(text, text.substr(from, to - from), contacts));
    };
    const Loaded most = load_with(contacts_max, contact_word_bytes_max);
    REQUIRE(most.directory);
    CHECK(most.directory->find(code("H43.01"))->contacts.size() == contacts_max);
    CHECK(lines_of(load_with(contacts_max + 1, 1).mistakes).find("agency[0].contacts: at most 8") != std::string::npos);
    CHECK(lines_of(load_with(1, contact_word_bytes_max + 1).mistakes).find("contacts[0].name: ") != std::string::npos);
    CHECK(load_with(0, 1).directory);
}

TEST_CASE("large parts are attached up to 64 MiB", "[agencies]") {
    const TrialFolder folder;
    const Loaded loaded = load(folder, with(TrialFolder::agencies_toml(), "inline_mib = 8", "inline_mib = 64"));
    REQUIRE(loaded.directory);
    CHECK(loaded.directory->find(code("H43.01"))->attached_bytes_max == limits::attached_bytes_max);
}

TEST_CASE("conflicts between agencies are all found", "[agencies]") {
    const TrialFolder folder;
    std::string text = TrialFolder::agencies_toml();
    text += R"([[agency]]
code = "H43.01"
name = "Again"
axis = true
[[agency]]
code = "H43.03"
name = "C"
axis = true
aliases = [{ code = "000.00.01.H43" }, { code = "H43.02" }]
closed_at = 2026-01-01
successor = "H43.77"
)";
    const Loaded loaded = load(folder, text);
    INFO(lines_of(loaded.mistakes));
    CHECK_FALSE(loaded.directory);
    CHECK(loaded.mistakes.size() == 5);
}

TEST_CASE("a file without agencies is a mistake", "[agencies]") {
    const TrialFolder folder;
    CHECK_FALSE(load(folder, "").directory);
    CHECK_FALSE(load(folder, "agency = 1").directory);
    CHECK(lines_of(load(folder, "agency = []").mistakes).find("at least one") != std::string::npos);
    CHECK_FALSE(load(folder, "agency = [1, \"x\"]").directory);
    CHECK_FALSE(load(folder, "[[agency]]").directory);
    CHECK_FALSE(load(folder, "[[agencies]]\ncode = \"H43\"").directory);
}
