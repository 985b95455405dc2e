#include "adapters/gateway/settings.hpp"

#include "hub/core/signature.hpp"
#include "tests/support/fresh_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;
using gateway::LoadedSettings;

class Files {
public:
    Files() {
        for (const std::string name : {"H43.01", "H43.02", "H43.03"}) {
            const KeyPair pair = make_key(KeyKind::p256, name);
            write("pki/" + name + ".pem", pair.certificate_pem);
            write("pki/" + name + ".key", pair.key_pem);
            write("broker/" + name + ".password", "correct horse\n");
            write("gateway/" + name + ".secret", "sixteen characters\n");
        }
        write("gateway/H43.03.token", "a token of thirty-two characters");
        write("gateway/H43.03.webhook", "twenty-four octets as is");
        for (const auto* name : {"pki/hub.pem", "pki/ca.pem", "pki/gateway.pem", "pki/gateway.key"})
            write(name, "anything");
        write("agencies.example.toml",
              read_file(std::string{LGSP_SOURCE_DIR} + "/config/agencies.example.toml"));
    }
    void write(const std::string& name, BytesView octets) const {
        write_file(folder_ / name, octets);
        // So it serves as a secret too.
        using std::filesystem::perms;
        std::filesystem::permissions(folder_ / name, perms::owner_read | perms::owner_write);
    }
    LoadedSettings load(BytesView toml) const {
        write("gateway.toml", toml);
        return gateway::load_settings(folder_ / "gateway.toml");
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

Bytes example() { return read_file(std::string{LGSP_SOURCE_DIR} + "/config/gateway.example.toml"); }

Bytes with(Bytes text, std::string_view from, std::string_view to) {
    const auto place = text.find(from);
    REQUIRE(place != Bytes::npos);
    return text.replace(place, from.size(), to);
}

}  // namespace

TEST_CASE("the gateway's example is complete and valid", "[settings]") {
    const Files files;
    const LoadedSettings loaded = files.load(example());
    CHECK(lines_of(loaded.mistakes).empty());
    REQUIRE(loaded.settings);
    REQUIRE(loaded.settings->agencies.size() == 3);
    const auto& agency = loaded.settings->agencies.front();
    CHECK(agency.system_id == "00.43.H43.01");
    CHECK(agency.secret.octets() == "sixteen characters");
    CHECK(agency.line.codes.front().text() == "H43.01");
    CHECK(agency.line.codes.at(1).text() == "000.00.01.H43");
    CHECK(agency.line.is_signed_by_gateway);
    CHECK(agency.line.kit.broker.user == "H43.01");
    CHECK(agency.line.kit.broker.host == "127.0.0.1");
    CHECK(agency.line.kit.broker.vhost == "lgsp");
    CHECK(agency.line.kit.broker.password == "correct horse");
    CHECK(agency.line.kit.journal_folder == "/var/lib/lgsp-adapters/gateway/journal/H43.01");
    REQUIRE(loaded.settings->json);
    CHECK(loaded.settings->json->port == 7701);
    CHECK_FALSE(agency.token);
    const auto& json_only = loaded.settings->agencies.back();
    CHECK(json_only.system_id.empty());
    CHECK(json_only.token == sha256("a token of thirty-two characters"));
    CHECK(json_only.webhook.value().address.host == "qlvb.h43-03.gov.vn");
    CHECK(loaded.settings->units->own_code("000.00.02.H43") == "H43.02");
}

TEST_CASE("what the gateway's example has commented out is valid too", "[settings]") {
    const Files files;
    Bytes toml =
        with(with(with(example(), "# certificate_file", "certificate_file"), "# key_file", "key_file"),
             "127.0.0.1\"  ", "0.0.0.0\"  ");
    toml = with(with(toml, "# [webhooks]", "[webhooks]"), "# ca_file", "ca_file");
    toml =
        with(with(with(toml, "# [contents]", "[contents]"), "# url", "url"), "# broker_user", "broker_user");
    CHECK(lines_of(files.load(toml).mistakes).empty());
}

TEST_CASE("one run finds every mistake of the gateway's settings", "[settings]") {
    const Files files;
    files.write("gateway/H43.02.secret", "short\n");
    Bytes toml = with(example(), "127.0.0.1\"  ", "10.1.2.3\"  ");
    toml = with(toml, "7700", "77000");
    toml = with(toml, "amqp://127.0.0.1", "amqp://somebody@127.0.0.1");
    toml = with(toml, "\"either\"", "\"neither\"");
    toml = with(toml, "\"00.43.H43.02\"", "\"00.43.H43.01\"");
    toml = with(toml, "code = \"H43.01\"", "code = \"H43.88\"");
    toml = with(toml, "pki/hub.pem", "pki/none.pem");
    const std::string lines = lines_of(files.load(toml).mistakes);
    CAPTURE(lines);
    for (const auto* key :
         {"listen.certificate_file", "listen.port", "broker.url", "limits.hash_file", "agency[1].system_id",
          "agency[1].secret_file", "agency[0].code", "hub.certificate_file"})
        CHECK(lines.find(std::string{key} + ": ") != std::string::npos);
}

TEST_CASE("an agency must be able to call, and its secrets to hold", "[settings]") {
    const Files files;
    const auto mistake = [&](std::string_view from, std::string_view to) {
        return lines_of(files.load(with(example(), from, to)).mistakes);
    };
    CHECK(mistake("token_file = ", "# token_file = ").find("agency[2].system_id: missing") != std::string::npos);
    CHECK(mistake("system_id = \"00.43.H43.02\"", "").find("agency[1].secret_file: ") != std::string::npos);
    CHECK(mistake("webhook_secret_file", "# w").find("agency[2].webhook_secret_file: ") != std::string::npos);
    CHECK(mistake("https://qlvb", "http://qlvb").find("agency[2].webhook_url: ") != std::string::npos);
    CHECK(mistake("[json]\nport = 7701", "").find("agency[2].token_file: ") != std::string::npos);
    files.write("gateway/H43.03.token", "short");
    CHECK(mistake("7701", "7701").find("agency[2].token_file: ") != std::string::npos);
    files.write("gateway/H43.03.token", "sixteen characters and sixteen more");
    files.write("gateway/H43.02.secret", "sixteen characters and sixteen more");
    const std::string twice =
        mistake("code = \"H43.02\"", "code = \"H43.02\"\ntoken_file = \"gateway/H43.02.secret\"");
    CHECK(twice.find("agency[2].token_file: ") != std::string::npos);
    CHECK(twice.find("sixteen") == std::string::npos);
}
