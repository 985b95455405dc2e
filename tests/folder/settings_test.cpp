#include "adapters/folder/settings.hpp"

#include "tests/support/fresh_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using folder::load_settings;
using folder::LoadedSettings;

class Files {
public:
    Files() {
        const KeyPair pair = make_key(KeyKind::p256, "H43.01");
        write("pki/H43.01.pem", pair.certificate_pem);
        write("pki/H43.01.key", pair.key_pem);
        for (const char* name : {"pki/hub.pem", "pki/ca.pem"})
            write(name, "anything");
        write("broker/H43.01.password", "correct horse\n");
    }
    void write(const std::string& name, BytesView octets) const {
        write_file(folder_ / name, octets);
        // So it serves as a secret too.
        using std::filesystem::perms;
        std::filesystem::permissions(folder_ / name, perms::owner_read | perms::owner_write);
    }
    LoadedSettings load(BytesView toml) const {
        write("folder.toml", toml);
        return load_settings(folder_ / "folder.toml");
    }
    const FreshFolder& folder() const noexcept { return folder_; }

private:
    FreshFolder folder_;
};

std::string lines_of(const SettingsMistakes& mistakes) {
    std::string out;
    for (const SettingsMistake& mistake : mistakes) {
        CHECK_FALSE(mistake.problem_vi.empty());
        out += std::to_string(mistake.line) + ": " + mistake.key + ": " + mistake.problem_en + "\n";
    }
    return out;
}

Bytes example() { return read_file(std::string{LGSP_SOURCE_DIR} + "/config/folder.example.toml"); }

Bytes with(Bytes text, std::string_view from, std::string_view to) {
    const auto place = text.find(from);
    REQUIRE(place != Bytes::npos);
    return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("the example is complete and valid", "[settings]") {
    const Files files;
    const LoadedSettings loaded = files.load(example());
    CHECK(lines_of(loaded.mistakes).empty());
    REQUIRE(loaded.settings);
    const folder::FolderSettings& settings = *loaded.settings;
    CHECK(settings.base == "/var/lib/lgsp-adapters/H43.01");
    CHECK(settings.answers.empty());
    CHECK(settings.kit.agency.text() == "H43.01");
    CHECK(settings.kit.journal_folder == "/var/lib/lgsp-adapters/H43.01/journal");
    CHECK(settings.kit.certificate_file == files.folder() / "pki/H43.01.pem");
    CHECK(settings.kit.key_file == files.folder() / "pki/H43.01.key");
    CHECK(settings.kit.hub_certificate_file == files.folder() / "pki/hub.pem");
    CHECK(settings.kit.broker.host == "127.0.0.1");
    CHECK(settings.kit.broker.port == 5672);
    CHECK(settings.kit.broker.vhost == "lgsp");
    CHECK(settings.kit.broker.user == "H43.01");
    CHECK(settings.kit.broker.password == "correct horse");
    CHECK_FALSE(settings.kit.broker.is_tls);
}

TEST_CASE("what the example has commented out is valid too", "[settings]") {
    const Files files;
    Bytes toml = with(example(), "# ca_file", "ca_file");
    toml = with(with(with(toml, "# [trial]", "[trial]"), "# answers", "answers"), "amqp://H43.01@127.0.0.1",
                "amqps://H43.01@localhost");
    const LoadedSettings loaded = files.load(toml);
    CHECK(lines_of(loaded.mistakes).empty());
    REQUIRE(loaded.settings);
    CHECK(loaded.settings->answers == std::vector<std::string>{"01", "03"});
    CHECK(loaded.settings->kit.broker.is_tls);
    CHECK(loaded.settings->kit.broker.ca_file == (files.folder() / "pki/ca.pem").string());
}

TEST_CASE("one run finds every mistake, with line and key", "[settings]") {
    const Files files;
    std::filesystem::permissions(files.folder() / "pki/H43.01.key", std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    const LoadedSettings loaded = files.load(R"([agency]
code = "H43..01"
foldr = "/var/lib/lgsp-adapters/H43.01"
certificate_file = "pki/none.pem"
key_file = "pki/H43.01.key"
[broker]
url = "http://127.0.0.1"
password_file = 7
[trail]
answers = "01"
)");
    CHECK_FALSE(loaded.settings);
    const std::string lines = lines_of(loaded.mistakes);
    CAPTURE(lines);
    CHECK(loaded.mistakes.size() == 9);
    CHECK(lines.find("2: agency.code: ") != std::string::npos);
    CHECK(lines.find("agency.folder: missing") != std::string::npos);
    CHECK(lines.find("3: agency.foldr: ") != std::string::npos);
    CHECK(lines.find("4: agency.certificate_file: ") != std::string::npos);
    CHECK(lines.find("5: agency.key_file: ") != std::string::npos);
    CHECK(lines.find("7: broker.url: ") != std::string::npos);
    CHECK(lines.find("8: broker.password_file: ") != std::string::npos);
    CHECK(lines.find("hub.certificate_file: missing") != std::string::npos);
    CHECK(lines.find("9: trail: ") != std::string::npos);
    for (const SettingsMistake& mistake : loaded.mistakes)
        CHECK(mistake.file == (files.folder() / "folder.toml").string());
}

TEST_CASE("trial answers are status codes, with blanks between them or not", "[settings]") {
    const Files files;
    const auto load = [&](const std::string& answers) {
        return files.load(example() + "[trial]\nanswers = \"" + answers + "\"\n");
    };
    for (const char* answers : {"01,03", " 01 , 03 "}) {
        const LoadedSettings loaded = load(answers);
        REQUIRE(loaded.settings);
        CHECK(loaded.settings->answers == std::vector<std::string>{"01", "03"});
    }
    // As such they would be found out with the first document, and the sender told that it failed.
    for (const char* answers : {"1", "01,", "", "01;03", "accepted", "01,77"}) {
        CAPTURE(answers);
        const LoadedSettings loaded = load(answers);
        CHECK_FALSE(loaded.settings);
        REQUIRE(loaded.mistakes.size() == 1);
        CHECK(loaded.mistakes[0].key == "trial.answers");
        CHECK(loaded.mistakes[0].line > 0);
    }
}

TEST_CASE("over amqps the broker's certificate is verified", "[settings]") {
    const Files files;
    const LoadedSettings loaded = files.load(with(example(), "amqp://H43.01@127.0.0.1", "amqps://H43.01@localhost"));
    CHECK_FALSE(loaded.settings);
    REQUIRE(loaded.mistakes.size() == 1);
    CHECK(loaded.mistakes[0].key == "broker.ca_file");
}

TEST_CASE("a file that is not there, or no TOML, is a mistake", "[settings]") {
    const Files files;
    CHECK(load_settings(files.folder() / "none.toml").mistakes.size() == 1);
    const LoadedSettings loaded = files.load("[agency\n");
    CHECK_FALSE(loaded.settings);
    CHECK(loaded.mistakes.size() == 1);
}

TEST_CASE("a content store is optional, and lets packets be larger", "[settings]") {
    const Files files;
    CHECK(files.load(example()).settings->packet_bytes_max == folder::packet_bytes_inline_max);
    CHECK(files.load(example()).settings->kit.contents_url.empty());

    const LoadedSettings loaded =
        files.load(example() + "\n[contents]\nurl = \"https://hub:7790\"\nca_file = \"pki/ca.pem\"\n");
    CHECK(lines_of(loaded.mistakes).empty());
    REQUIRE(loaded.settings);
    CHECK(loaded.settings->kit.contents_url == "https://hub:7790");
    CHECK(loaded.settings->kit.contents_ca_file == files.folder() / "pki/ca.pem");
    CHECK(loaded.settings->packet_bytes_max == std::size_t{2048} << 20);
    CHECK(files.load(example() + "\n[contents]\nurl = \"https://hub\"\npacket_mib_max = 5\n").settings->packet_bytes_max
          == std::size_t{5} << 20);
}

TEST_CASE("each mistake about the content store is told", "[settings]") {
    const Files files;
    const auto mistakes = lines_of(files.load(example() + "\n[contents]\nurl = \"http://hub\"\nca_file = \"no.pem\"\n"
                                                          "packet_mib_max = 0\nurls = 1\n")
                                       .mistakes);
    for (const char* key : {"contents.url", "contents.ca_file", "contents.packet_mib_max", "contents.urls"})
        CHECK(mistakes.find(key) != std::string::npos);
}
