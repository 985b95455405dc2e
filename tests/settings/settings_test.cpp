#include "tests/settings/trial_folder.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

namespace {

using namespace hub;
using namespace hub::test;

}  // namespace

TEST_CASE("valid settings arrive as they were written", "[settings]") {
    const TrialFolder folder;
    const LoadedSettings loaded = folder.load(TrialFolder::hub_toml());
    INFO(lines_of(loaded.mistakes));
    REQUIRE(loaded.settings);
    const Settings& s = *loaded.settings;
    CHECK(s.code.text() == "H43.LGSP");
    CHECK(s.verify_threads == 3);
    CHECK(s.ledger.folder == folder.path() / "ledger");
    CHECK(s.ledger.disk_reserve_bytes == 64U * 1024 * 1024);
    CHECK(s.broker.address.user == "hub");
    CHECK(s.broker.address.password == "correct horse");
    CHECK(s.broker.address.vhost == "lgsp");
    CHECK(s.broker.is_quorum);
    CHECK(s.signer.sign("x").has_value());
    CHECK(s.http.host == "127.0.0.1");
    CHECK(s.http.port == 7780);
    CHECK(s.http.token == "0123456789abcdef");
    CHECK(s.log.level == LogLevel::debug);
    CHECK(s.log.format == LogFormat::json);
    CHECK(s.log.language == LogLanguage::en);
    CHECK(s.directory->agencies().size() == 3);
    CHECK(s.directory->province_codes().size() == 2);
}

TEST_CASE("what may be left out has its usual value", "[settings]") {
    const TrialFolder folder;
    const std::string text = TrialFolder::hub_toml();
    std::string least = text.substr(0, text.find("[http]"));
    for (const std::string_view line : {"verify_threads = 3\n", "disk_reserve_mib = 64\n", "queue_type = \"quorum\"\n"})
        least = with(least, line, "");
    const LoadedSettings loaded = folder.load(least);
    INFO(lines_of(loaded.mistakes));
    REQUIRE(loaded.settings);
    CHECK(loaded.settings->verify_threads == 2);
    CHECK(loaded.settings->ledger.disk_reserve_bytes == 512ULL * 1024 * 1024);
    CHECK_FALSE(loaded.settings->broker.is_quorum);
    CHECK(loaded.settings->http.host == "127.0.0.1");
    CHECK(loaded.settings->http.port == 7780);
    CHECK(loaded.settings->http.token.empty());
    CHECK(loaded.settings->log.level == LogLevel::info);
    CHECK(loaded.settings->log.language == LogLanguage::vi);
}

const std::string& deep_key() {
    static const std::string key = [] {
        std::string dotted = "a";
        while (dotted.size() < 100'000)
            dotted += ".a";
        return dotted + " = 1";
    }();
    return key;
}

const std::string& deep_keys_in_arrays() {
    static const std::string nested = [] {
        std::string opened = "a = ", closed;
        for (int i = 0; i < 80; ++i) {
            opened += "[{" + deep_key().substr(0, 8000) + " = [\n";
            closed += "]}]";
        }
        return opened + closed;
    }();
    return nested;
}

TEST_CASE("what is done with units of the axis", "[settings]") {
    const TrialFolder folder;
    const auto rules = [&](const std::string& section) {
        return folder.load(TrialFolder::hub_toml() + section).settings.value().axis;
    };
    CHECK(rules("").refuses_closed);
    CHECK(rules("").refuses_unknown);
    CHECK_FALSE(rules("[axis]\nclosed_units = \"carry\"\n").refuses_closed);
    CHECK_FALSE(rules("[axis]\nunknown_units = \"carry\"\n").refuses_unknown);
    CHECK(lines_of(folder.load(TrialFolder::hub_toml() + "[axis]\nclosed_units = \"drop\"\n").mistakes)
              .find("axis.closed_units") != std::string::npos);
}

TEST_CASE("who must have a second factor, and whom to tell of a weakness", "[settings]") {
    const TrialFolder folder;
    const auto http = [&](const std::string& line) {
        return folder.load(with(TrialFolder::hub_toml(), "[http]\n", "[http]\n" + line)).settings.value().http;
    };
    CHECK_FALSE(http("").second_factor_for);
    CHECK(http("").security_contact.empty());
    CHECK(http("second_factor_for = \"administer\"\n").second_factor_for == Right::administer);
    CHECK(http("second_factor_for = \"reveal\"\n").second_factor_for == Right::reveal);
    CHECK(http("second_factor_for = \"everybody\"\n").second_factor_for == Right::read);
    CHECK(http("security_contact = \"mailto:a@b.vn\"\n").security_contact == "mailto:a@b.vn");
    for (const std::string line : {"second_factor_for = \"some\"\n", "security_contact = \"a@b.vn\"\n",
                                   "security_contact = \"mailto:a b\"\n", "security_contact = \"mailto:a\\nX: y\"\n"})
        CHECK_FALSE(folder.load(with(TrialFolder::hub_toml(), "[http]\n", "[http]\n" + line)).settings);
}

TEST_CASE("how long sessions last", "[settings]") {
    using namespace std::chrono_literals;
    const TrialFolder folder;
    const auto load = [&](const std::string& lines) {
        return folder.load(with(TrialFolder::hub_toml(), "[http]\n", "[http]\n" + lines));
    };
    const auto usual = load("").settings.value().http;
    CHECK(usual.session_idle == 15min);
    CHECK(usual.session_lasts == 8h);
    const auto set = load("session_idle = \"2m\"\nsession_lasts = \"1d\"\n").settings.value().http;
    CHECK(set.session_idle == 2min);
    CHECK(set.session_lasts == 24h);
    const auto wrong = [&](const std::string& lines) { return lines_of(load(lines).mistakes); };
    const auto says = [&](const std::string& lines, const std::string& text) {
        return wrong(lines).find(text) != std::string::npos;
    };
    CHECK(says("session_idle = \"119s\"\n", "http.session_idle: 119s: must be within 2m … 1d"));
    CHECK(says("session_lasts = \"25h\"\n", "http.session_lasts: 25h: must be within 5m … 1d"));
    CHECK(says("session_lasts = \"forever\"\n", "http.session_lasts: may not be \"forever\""));
    CHECK(says("session_idle = \"soon\"\n", "http.session_idle: \"soon\": must be"));
    CHECK(says("session_lasts = \"10m\"\nsession_idle = \"11m\"\n", "http.session_idle: is longer than session_lasts"));
    CHECK(load("session_lasts = \"10m\"\n").settings.value().http.session_idle == 10min);
}

TEST_CASE("texts and comments with dots are no keys", "[settings]") {
    const TrialFolder folder;
    std::string dots(500, '.');
    const LoadedSettings loaded = folder.load("# " + dots + "\na = \"" + dots + "\\\"" + dots + "\"\nb = '" + dots
                                              + "'\nc = \"\"\"\n" + dots + "\"\n\"\"\"\n" + TrialFolder::hub_toml());
    CHECK(lines_of(loaded.mistakes).find("levels") == std::string::npos);
    CHECK(lines_of(loaded.mistakes).find("not TOML") == std::string::npos);
}

TEST_CASE("a wrong value is one mistake with key, value and bound", "[settings]") {
    const TrialFolder folder;
    const auto wrong = GENERATE(values<Wrong>({
        {R"("H43.LGSP")", R"("null")", R"(hub.toml:2: hub.code: "null": not an agency code)"},
        {R"("H43.LGSP")", "7", "hub.toml:2: hub.code: must be a text"},
        {R"("H43.LGSP")", R"("H43.01")", R"(agencies.toml:2: agency[0].code: "H43.01": is the hub's own code)"},
        {R"(//hub@)", R"(//H43.01@)", R"(agencies.toml:2: agency[0].code: "H43.01": is the hub's own code)"},
        {R"(["H43", "000.00.00.H43"])", "[]", "hub.toml:3: hub.province_codes: must be a list"},
        {R"(["H43", )", R"(["H 43", )", R"(hub.toml:3: hub.province_codes[0]: "H 43")"},
        {R"("000.00.00.H43"])", "5]", "hub.toml:3: hub.province_codes[1]: must be a text"},
        {R"("000.00.00.H43"])", R"("000.00.00.H43", "H43"])", R"(hub.toml:3: hub.province_codes[2]: "H43": named twice)"},
        {"agencies.toml", "nowhere.toml", "nowhere.toml:0: : there is no such file"},
        {"verify_threads = 3", "verify_threads = 65", "hub.toml:5: hub.verify_threads: 65: must be a whole number from 1 to 64"},
        {"verify_threads = 3", "verify_threads = 2.5", "hub.verify_threads: must be a whole number from 1 to 64"},
        {"disk_reserve_mib = 64", "disk_reserve_mib = 15", "ledger.disk_reserve_mib: 15: must be a whole number from 16"},
        {"folder = \"ledger\"", "folder = \"hub.pem\"", "ledger.folder: "},
        {"folder = \"ledger\"\n", "", "hub.toml:6: ledger.folder: missing"},
        {"amqp://hub@", "amqp://hub:secret@", "broker.url: a password does not belong"},
        {"amqp://hub@", "http://hub@", "broker.url: must begin with amqp://"},
        {":5672", ":0", "broker.url: port must be 1 to 65535"},
        {"amqp://hub@127.0.0.1", "amqps://hub@localhost", "broker.ca_file: missing"},
        {"amqp://hub@127.0.0.1", "amqps://hub@127.0.0.1", "broker.url: amqps needs the broker's name"},
        {"amqp://hub@127.0.0.1", "amqps://hub@[::1]", "broker.url: amqps needs the broker's name"},
        {"queue_type", "ca_file = \"hub.pem\"\nqueue_type", "broker.ca_file: has no effect with amqp://"},
        {"\"hub.password\"", "\"no.password\"", "no.password\": there is no such file"},
        {"\"quorum\"", "\"stream\"", R"("stream": must be one of "classic", "quorum")"},
        {"\"hub.pem\"", "\"a.pem\"", "keys.certificate_file: certificate and key are not a pair"},
        {"\"hub.pem\"", "\"hub.password\"", "keys.certificate_file: certificate and key are not a pair"},
        {"127.0.0.1:7780", "0.0.0.0:7780", "http.listen: \"0.0.0.0:7780\": must be a loopback address"},
        {"127.0.0.1:7780", "127.0.0.1", "http.listen: \"127.0.0.1\": must be an address with a port"},
        {"127.0.0.1:7780", "127.0.0.1:70000", "from 0 to 65535"},
        {"\"debug\"", "\"loud\"", R"(log.level: "loud": must be one of "info")"},
        {"level =", "levle =", "log.levle: no such setting; did you mean level?"},
        {"[log]", "[logging]", "hub.toml:19: logging: no such setting"},
        {"[log]", "[[retention.agency]]\ncode = \"H43.77\"\ndocuments = \"20y\"\n[log]",
         "hub.toml:20: retention.agency[0].code: \"H43.77\": no agency has this code"},
        {"[log]", "[[retention.agency]]\ncode = \"H43.01\"\n[log]",
         "hub.toml:20: retention.agency[0].code: this rule sets no time: give documents, statuses or acknowledgements"},
        {"[log]", "nonsense", "not TOML"},
        {"[log]", deep_key(), "hub.toml:19: : a key of more than 64 levels"},
        {"[log]", deep_keys_in_arrays(), "hub.toml:19: : a key of more than 64 levels"},
    }));
    INFO(wrong.to);
    const LoadedSettings loaded = folder.load(with(TrialFolder::hub_toml(), wrong.from, wrong.to));
    const std::string said = lines_of(loaded.mistakes);
    INFO(said);
    CHECK_FALSE(loaded.settings.has_value());
    REQUIRE(loaded.mistakes.size() == 1);
    CHECK(said.find(wrong.said) != std::string::npos);
    CHECK(said.find("secret@") == std::string::npos);
}

TEST_CASE("hub and content store share neither an address nor a folder", "[settings]") {
    const TrialFolder folder;
    const auto said = [&](const std::string& listen, const std::string& kept) {
        return lines_of(folder.load(TrialFolder::hub_toml() + "[contents]\nlisten = \"" + listen
                                    + "\"\ncertificate_file = \"hub.pem\"\nkey_file = \"hub.key\"\nfolder = \"" + kept + "\"\n")
                            .mistakes);
    };
    CHECK(said("127.0.0.1:7443", "contents").empty());
    CHECK(said("127.0.0.2:7780", "contents").empty());
    for (const auto* listen : {"127.0.0.1:7780", "0.0.0.0:7780", "[::]:7780"})
        CHECK(said(listen, "contents").find("contents.listen: is also http.listen") != std::string::npos);
    CHECK(said("hub.example.vn:7443", "contents").find("contents.listen: \"hub.example.vn:7443\": must begin") != std::string::npos);
    for (const auto* kept : {"./ledger", "ledger/"})
        CHECK(said("127.0.0.1:7443", kept).find("contents.folder: is also ledger.folder") != std::string::npos);
}

TEST_CASE("all mistakes come at once, in the order of the lines", "[settings]") {
    const TrialFolder folder;
    std::string text = with(TrialFolder::hub_toml(), "verify_threads = 3", "verify_threads = 0");
    text = with(text, "disk_reserve_mib = 64", "disk_reserve_gib = 1");
    text = with(text, "queue_type = \"quorum\"", "queue_type = 1");
    text = with(text, "language = \"en\"", "language = \"fr\"");
    folder.write("agencies.toml", with(with(TrialFolder::agencies_toml(), "name = \"B\"\n", ""), "axis = true", "axis = 1"));
    const LoadedSettings loaded = folder.load(text);
    const std::string said = lines_of(loaded.mistakes);
    INFO(said);
    CHECK_FALSE(loaded.settings.has_value());
    std::vector<std::string> keys;
    for (const SettingsMistake& mistake : loaded.mistakes)
        keys.push_back(mistake.key);
    CHECK(keys == std::vector<std::string>{"hub.verify_threads", "ledger.disk_reserve_gib", "broker.queue_type",
                                           "log.language", "agency[1].name", "agency[2].axis"});
}

TEST_CASE("a secret that others may read is refused", "[settings]") {
    using std::filesystem::perms;
    const TrialFolder folder;
    const std::string secret = GENERATE("hub.password", "hub.key", "http.token");
    const auto mode = GENERATE(perms::group_read, perms::others_read, perms::group_write);
    std::filesystem::permissions(folder.path() / secret, mode, std::filesystem::perm_options::add);
    const LoadedSettings loaded = folder.load(TrialFolder::hub_toml());
    REQUIRE(loaded.mistakes.size() == 1);
    CHECK(lines_of(loaded.mistakes).find("others may read this secret; chmod 600") != std::string::npos);
}

TEST_CASE("what a secret holds is never shown", "[settings]") {
    const TrialFolder folder;
    folder.write("http.token", "short-one");
    folder.write("hub.password", "\n");
    folder.write("hub.key", "swordfish");
    const LoadedSettings loaded = folder.load(TrialFolder::hub_toml());
    const std::string said = lines_of(loaded.mistakes);
    INFO(said);
    CHECK(loaded.mistakes.size() == 3);
    CHECK(said.find("short-one") == std::string::npos);
    CHECK(said.find("swordfish") == std::string::npos);
}

TEST_CASE("a file that names itself or a folder is a mistake and no crash", "[settings]") {
    const TrialFolder folder;
    std::filesystem::create_directory(folder.path() / "folder");
    const std::string named = GENERATE("folder", ".", "/dev/zero", "hub.toml");
    const LoadedSettings loaded = folder.load(with(TrialFolder::hub_toml(), "\"agencies.toml\"", "\"" + named + "\""));
    CHECK_FALSE(loaded.settings.has_value());
    CHECK_FALSE(loaded.mistakes.empty());
}

TEST_CASE("no bytes in the file end the program", "[settings]") {
    const TrialFolder folder;
    const std::string text = TrialFolder::hub_toml();
    for (std::size_t size = 0; size < text.size(); size += 7)
        CHECK_FALSE((folder.load(text.substr(0, size)).settings && size < text.find("key_file")));
    CHECK_FALSE(folder.load(std::string(300, '[')).settings.has_value());
    CHECK_FALSE(folder.load(std::string{"\xff\xfe\0\x01", 4}).settings.has_value());
    CHECK_FALSE(folder.load("hub = 1\nledger = []\nbroker = \"\"\nkeys = 2026-01-01\nhttp = true\nlog = [[]]\n").settings);
}
