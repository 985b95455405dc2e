#include "adapters/kit/agencies_file.hpp"
#include "adapters/kit/settings_file.hpp"

#include "tests/support/fresh_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::kit;
using namespace hub::test;

struct Trial {
    Trial() {
        const KeyPair pair = make_key(KeyKind::p256, "H43.01");
        secret("a.pem", pair.certificate_pem);
        secret("a.key", pair.key_pem);
        secret("other.key", make_key(KeyKind::p256, "H43.02").key_pem);
        secret("password", "p\n");
    }
    void secret(const std::string& name, BytesView octets) const {
        write_file(folder / name, octets);
        using std::filesystem::perms;
        std::filesystem::permissions(folder / name, perms::owner_read | perms::owner_write);
    }
    /// Keys of what is wrong.
    std::vector<std::string> wrong_in(BytesView toml) {
        write_file(folder / "a.toml", toml);
        SettingsMistakes mistakes;
        const TomlFile file{folder / "a.toml", mistakes};
        const auto document = file.parse();
        REQUIRE(document);
        TomlSection top{file, &*document, {}, 1};
        TomlSection agency = top.section("agency");
        const auto code = read_agency(agency, settings);
        read_broker(top, "lgsp-trial", code, settings);
        std::vector<std::string> keys;
        for (const SettingsMistake& each : mistakes)
            keys.push_back(each.key);
        return keys;
    }
    FreshFolder folder;
    Settings settings{.agency = AgencyCode::parse("X").value()};
};

Bytes settings_text(const std::string& key, const std::string& user) {
    return "[agency]\ncode = \"H43.01\"\ncertificate_file = \"a.pem\"\nkey_file = \"" + key + "\"\n"
           "[broker]\nurl = \"amqp://" + user + "@127.0.0.1:5672/lgsp\"\npassword_file = \"password\"\n";
}

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("an adapter's key must be that of its certificate, and its broker user its code", "[settings]") {
    Trial trial;
    CHECK(trial.wrong_in(settings_text("a.key", "H43.01")).empty());
    CHECK(trial.settings.broker.password == "p");
    CHECK(trial.settings.broker.connection_name == "lgsp-trial H43.01");
    CHECK(trial.wrong_in(settings_text("other.key", "H43.01")) == Keys{"agency.key_file"});
    CHECK(trial.wrong_in(settings_text("a.pem", "H43.01")) == Keys{"agency.key_file"});
    CHECK(trial.wrong_in(settings_text("a.key", "H43.02")) == Keys{"broker.url"});
}

TEST_CASE("the agencies of the province are read without what is the hub's alone", "[settings]") {
    SettingsMistakes mistakes;
    const auto agencies =
        read_agencies(std::string{LGSP_SOURCE_DIR} + "/config/agencies.example.toml", mistakes);
    REQUIRE(agencies);
    const AgencyCode old = AgencyCode::parse("000.00.05.H43").value();
    CHECK(agencies->named(old, Instant{std::chrono::sys_days{std::chrono::year{2020} / 1 / 1}})->code.text() == "H43.05");
    CHECK_FALSE(agencies->named(old, Instant{std::chrono::sys_days{std::chrono::year{2026} / 1 / 1}}));
    CHECK(agencies->axis()->code.text() == "00.43.W00");

    const FreshFolder folder;
    write_file(folder / "a.toml", "[[agency]]\ncode = \"H43\"\n[[agency]]\ncode = \"H43\"\n[[agency]]\nname = \"x\"\n");
    CHECK_FALSE(read_agencies(folder / "a.toml", mistakes));
    CHECK(mistakes.size() == 1);
}
