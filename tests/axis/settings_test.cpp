#include "adapters/axis/settings.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using axis::LoadedSettings;

class Files {
public:
    Files() {
        const KeyPair pair = make_key(KeyKind::p256, "00.43.W00");
        write("pki/00.43.W00.pem", pair.certificate_pem);
        write("pki/00.43.W00.key", pair.key_pem);
        write("pki/hub.pem", "anything");
        write("agencies.example.toml", read_file(std::string{LGSP_SOURCE_DIR} + "/config/agencies.example.toml"));
        write("broker/00.43.W00.password", "correct horse\n");
        write("axis/00.43.W00.secret", "a long secret\n");
    }
    void write(const std::string& name, BytesView octets) const {
        write_file(folder_ / name, octets);
        using std::filesystem::perms;
        std::filesystem::permissions(folder_ / name, perms::owner_read | perms::owner_write);
    }
    LoadedSettings load(BytesView toml) const {
        write("axis.toml", toml);
        return axis::load_settings(folder_ / "axis.toml");
    }

private:
    FreshFolder folder_;
};

std::string keys_of(const SettingsMistakes& mistakes) {
    std::string out;
    for (const SettingsMistake& mistake : mistakes) {
        CHECK_FALSE(mistake.problem_vi.empty());
        CHECK_FALSE(mistake.problem_en.empty());
        out += mistake.key + "\n";
    }
    return out;
}

Bytes example() { return read_file(std::string{LGSP_SOURCE_DIR} + "/config/axis.example.toml"); }

Bytes with(Bytes text, std::string_view from, std::string_view to) {
    const auto place = text.find(from);
    REQUIRE(place != Bytes::npos);
    return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("the example of the connector is valid, and says the defaults", "[axis][settings]") {
    const Files files;
    const LoadedSettings loaded = files.load(example());
    CHECK(keys_of(loaded.mistakes).empty());
    REQUIRE(loaded.settings);
    const axis::AxisSettings& settings = *loaded.settings;
    CHECK(settings.kit.agency.text() == "00.43.W00");
    CHECK(settings.kit.broker.password == "correct horse");
    CHECK(settings.kit.journal_folder == "/var/lib/lgsp-adapters/axis/journal");
    CHECK(settings.callers.client.secret.octets() == "a long secret");
    CHECK(settings.callers.client.address.path == "/XrdAdapter/adapter");
    CHECK(settings.callers.client.hash_form == vxp::HashForm::sdk);
    CHECK(settings.callers.threads == 14);
    CHECK(settings.callers.limits.packet_bytes_max == 100U * 1024 * 1024);
    const Instant today{std::chrono::seconds{1'790'000'000}};
    CHECK(settings.connector.inbound.province.receiver(AgencyCode::parse("000.00.01.H43").value(), today) ==
          AgencyCode::parse("H43.01").value());
    CHECK(settings.connector.retried_codes == std::vector<std::string>{"15", "20", "901", "902", "905"});

    // What the example shows is what counts when it is left out.
    Bytes shorter = example();
    const auto from = shorter.find("hash_form"), to = shorter.find("[units]");
    shorter.erase(from, to - from);
    shorter = with(shorter, "kept_days", "# kept_days");
    const LoadedSettings defaults = files.load(shorter);
    REQUIRE(defaults.settings);
    const auto& inbound = defaults.settings->connector.inbound;
    CHECK(inbound.documents_every == settings.connector.inbound.documents_every);
    CHECK(inbound.statuses_every == settings.connector.inbound.statuses_every);
    CHECK(inbound.retry_first == settings.connector.inbound.retry_first);
    CHECK(inbound.fetches_at_once == settings.connector.inbound.fetches_at_once);
    CHECK(defaults.settings->connector.outbound.settle == settings.connector.outbound.settle);
    CHECK(defaults.settings->connector.outbound.sends_at_once == settings.connector.outbound.sends_at_once);
    CHECK(defaults.settings->connector.outbound.sends_past_unclear == settings.connector.outbound.sends_past_unclear);
    CHECK(defaults.settings->connector.retried_codes == settings.connector.retried_codes);
    CHECK(defaults.settings->connector.kept == settings.connector.kept);
    CHECK(defaults.settings->callers.client.hash_form == settings.callers.client.hash_form);
    CHECK(defaults.settings->callers.fetch_by == settings.callers.fetch_by);
    CHECK(defaults.settings->callers.client.packet_bytes_max == settings.callers.client.packet_bytes_max);
    CHECK(defaults.settings->callers.client.deadlines.answer == settings.callers.client.deadlines.answer);
    CHECK(defaults.settings->callers.client.deadlines.whole == settings.callers.client.deadlines.whole);
    CHECK(settings.units.every == std::chrono::hours{24});
    CHECK(settings.units.full_every == std::chrono::hours{7 * 24});
    CHECK(defaults.settings->units.closing_percent_max == 20);
}

TEST_CASE("every mistake is told at once, with its key", "[axis][settings]") {
    const Files files;
    files.write("axis/00.43.W00.secret", "short");
    Bytes text = with(example(), "https://127.0.0.1:7800/XrdAdapter/adapter", "ftp://axis");
    text = with(text, "hash_form = \"sdk\"", "hash_form = \"md5\"");
    text = with(text, "statuses_every_seconds = 300", "statuses_every_seconds = 0");
    text = with(text, "sends_at_once = 4", "sends_at_once = 4\nunheard_of = 1");
    text = with(text, "agencies.example.toml", "absent.toml");
    text = with(text, "00.43.W00@", "somebody@");
    text = with(text, "folder = \"/var/lib/lgsp-adapters/axis\"", "");
    text = with(text, "every_hours = 24", "every_hours = -1");
    const LoadedSettings loaded = files.load(text);
    CHECK_FALSE(loaded.settings);
    const std::string keys = keys_of(loaded.mistakes);
    for (const auto* key : {"axis.url", "axis.secret_file", "axis.hash_form", "axis.statuses_every_seconds",
                            "axis.unheard_of", "broker.url", "units.every_hours", "store.folder"})
        CHECK(keys.find(std::string{key} + "\n") != std::string::npos);
    CHECK(std::ranges::any_of(loaded.mistakes, [](const auto& each) { return each.file.ends_with("absent.toml"); }));
}

TEST_CASE("the connector's key must be that of its certificate", "[axis][settings]") {
    const Files files;
    files.write("pki/00.43.W00.key", make_key(KeyKind::p256, "somebody").key_pem);
    CHECK(keys_of(files.load(example()).mistakes) == "agency.key_file\n");
}

TEST_CASE("hash-file can be left out, packets can be fetched as they are", "[axis][settings]") {
    const Files files;
    Bytes text = with(example(), "hash_form = \"sdk\"", "hash_form = \"none\"");
    text = with(text, "fetch_by = \"getEdoc\"", "fetch_by = \"downloadEdoc\"");
    text = with(text, "retried_codes = \"15,20,901,902,905\"", "retried_codes = \" 7 , 8,\"");
    const LoadedSettings loaded = files.load(text);
    REQUIRE(loaded.settings);
    CHECK_FALSE(loaded.settings->callers.client.hash_form);
    CHECK(loaded.settings->callers.fetch_by == axis::FetchBy::download_edoc);
    CHECK(loaded.settings->connector.retried_codes == std::vector<std::string>{"7", "8"});
}
