// The reload of the settings: all or nothing, written down first, and what needs a restart is named.

#include "hub/configuration.hpp"
#include "tests/settings/trial_folder.hpp"
#include "tests/support/codes.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace hub;
using namespace hub::test;

namespace {

const Act act{.actor = "admin",
              .role = Role::administrator,
              .address = "127.0.0.1",
              .verb = Verb::config_reload,
              .object = "configuration",
              .reason = "trial",
              .detail = {}};

/// A configuration over files, whose hub only remembers what it was told.
struct Trial {
    Trial() {
        configuration.emplace(*folder.load(TrialFolder::hub_toml()).settings,
                              Configuration::Hub{.now = [this] { return now; },
                                                 .record = [this](const Act& done) {
                                                     order += "record ";
                                                     acts.push_back(done);
                                                     return record_answer;
                                                 },
                                                 .use = [this](const Settings& next) {
                                                     order += "use ";
                                                     used.push_back(next);
                                                 },
                                                 .waiting = [this] { return waiting; }});
        configuration->start();
    }
    void write(std::string_view from, std::string_view to) {
        hub_toml = with(hub_toml, from, to);
        folder.write("hub.toml", hub_toml);
    }
    void write_agencies(std::string_view from, std::string_view to) {
        agencies_toml = with(agencies_toml, from, to);
        folder.write("agencies.toml", agencies_toml);
    }
    ConfigurationReload reload(const ConfigurationSeen& seen = {}) {
        now += std::chrono::seconds{1};
        const auto done = configuration->reload(act, seen);
        REQUIRE(done.has_value());
        return *done;
    }
    std::vector<std::string> changed_keys() const {
        std::vector<std::string> keys;
        for (const SettingChange& change : configuration->look().value().changes)
            keys.push_back(change.key);
        return keys;
    }

    TrialFolder folder;
    std::string hub_toml = TrialFolder::hub_toml(), agencies_toml = TrialFolder::agencies_toml();
    Instant now{std::chrono::seconds{100}};
    Result<void> record_answer;
    Result<std::vector<QueueAge>> waiting = std::vector<QueueAge>{};
    std::string order;
    std::vector<Act> acts;
    std::vector<Settings> used;
    std::optional<Configuration> configuration;
};

using Keys = std::vector<std::string>;

}  // namespace

TEST_CASE("files that say what the hub runs with change nothing", "[configuration]") {
    Trial trial;
    CHECK(trial.changed_keys().empty());
    const auto first = trial.configuration->look().value().seen;
    trial.write("level = \"debug\"", "level = \"info\"");
    CHECK(trial.configuration->look().value().seen != first);
    CHECK(trial.used.empty());
}

TEST_CASE("what may change changes in one step, written down before", "[configuration]") {
    Trial trial;
    trial.write("level = \"debug\"", "level = \"info\"");
    trial.write("[log]", "[axis]\nclosed_units = \"carry\"\n[operations]\napprove_above = 7\n[deadlines]\nretrieval = \"45m\"\n[log]");
    trial.write_agencies("name = \"A\"", "name = \"Sở A\"");
    trial.write_agencies("[[agency]]\ncode = \"00.43.W00\"",
                         "[[agency]]\ncode = \"H43.05\"\nname = \"Sở mới\"\n[[agency]]\ncode = \"00.43.W00\"");
    const Keys wanted{"axis.closed_units", "operations.approve_above", "deadlines.retrieval", "log.level", "agency.H43.01.name", "agency.H43.05"};
    CHECK(trial.changed_keys() == wanted);
    const auto done = trial.reload();
    CHECK(done.look.restart_needed().empty());
    CHECK(trial.order == "record use ");
    REQUIRE(trial.used.size() == 1);
    CHECK(trial.used[0].log.level == LogLevel::info);
    CHECK_FALSE(trial.used[0].axis.refuses_closed);
    CHECK(trial.used[0].operations.approve_above == 7);
    CHECK(trial.used[0].deadlines.retrieval.working == Minutes{45});
    CHECK(trial.used[0].directory->find(code("H43.05")));
    CHECK(trial.acts[0].detail.starts_with("6 changes: "));
    CHECK(trial.acts[0].reason == "trial");
    CHECK(trial.configuration->state().loaded_at == trial.now);
    CHECK(trial.changed_keys().empty());
}

TEST_CASE("with one mistake nothing changes, until it is mended", "[configuration]") {
    Trial trial;
    trial.write("level = \"debug\"", "level = \"loud\"\nlevle = 1");
    trial.write_agencies("name = \"A\"", "name = \"Sở A\"\nopened_at = 1");
    const auto refused = trial.reload();
    CHECK(refused.look.mistakes.size() == 3);
    CHECK(trial.used.empty());
    CHECK(trial.acts.back().detail == "refused: 3 mistakes");
    auto state = trial.configuration->state();
    CHECK(state.refused_at == trial.now);
    CHECK(state.mistakes.size() == 3);
    CHECK(state.mistakes[0].key == "log.level");
    trial.write("level = \"loud\"\nlevle = 1", "level = \"debug\"");
    trial.write_agencies("\nopened_at = 1", "");
    CHECK(trial.reload().look.mistakes.empty());
    state = trial.configuration->state();
    CHECK_FALSE(state.refused_at);
    CHECK(state.mistakes.empty());
    CHECK(trial.used.size() == 1);
}

TEST_CASE("what needs a restart is named and stays as it runs", "[configuration]") {
    Trial trial;
    trial.write("listen = \"127.0.0.1:7780\"", "listen = \"127.0.0.1:7781\"");
    trial.write("level = \"debug\"", "level = \"info\"");
    const auto done = trial.reload();
    CHECK(done.look.restart_needed() == Keys{"http.listen"});
    REQUIRE(trial.used.size() == 1);
    CHECK(trial.used[0].http.port == 7780);
    CHECK(trial.configuration->state().restart_needed == Keys{"http.listen"});
    // It is told again until the restart, and no more once the file says what runs.
    CHECK(trial.changed_keys() == Keys{"http.listen"});
    const auto told = std::ranges::find(trial.used[0].as_read, "http.listen", &Setting::key);
    REQUIRE(told != trial.used[0].as_read.end());
    CHECK(told->value == "127.0.0.1:7780");
    trial.write("listen = \"127.0.0.1:7781\"", "listen = \"127.0.0.1:7780\"");
    CHECK(trial.reload().look.changes.empty());
    CHECK(trial.configuration->state().restart_needed.empty());
}

TEST_CASE("a section that comes or goes is told key by key", "[configuration]") {
    Trial trial;
    trial.write("[log]", "[contents]\nlisten = \"[::]:7443\"\ncertificate_file = \"hub.pem\"\nkey_file = \"hub.key\"\n"
                         "folder = \"contents\"\n[log]");
    const auto come = trial.reload().look.restart_needed();
    CHECK(std::ranges::find(come, "contents.folder") != come.end());
    CHECK_FALSE(trial.used[0].contents);
    CHECK(trial.configuration->look().value().restart_needed() == come);
}

TEST_CASE("another content of a named file is a change, and is not shown", "[configuration]") {
    Trial trial;
    trial.folder.write("http.token", "another-token-of-16\n");
    trial.folder.write("hub.password", "another horse\n");
    const auto look = trial.configuration->look().value();
    REQUIRE(look.changes.size() == 2);
    for (const SettingChange& change : look.changes) {
        CHECK(change.is_content);
        CHECK(change.is_secret);
        CHECK(change.before == change.after);
    }
    CHECK(look.restart_needed() == Keys{"broker.password_file"});
    (void)trial.reload();
    CHECK(trial.used[0].http.token == "another-token-of-16");
    CHECK(trial.used[0].broker.address.password == "correct horse");
    CHECK(trial.changed_keys() == Keys{"broker.password_file"});
}

TEST_CASE("keys of an agency come and go by its certificates", "[configuration]") {
    Trial trial;
    trial.write_agencies("certificates = [\"a.pem\"]", "certificates = [\"hub.pem\"]");
    CHECK(trial.changed_keys() == Keys{"agency.H43.01.certificates"});
    const KeyId before = trial.folder.load(TrialFolder::hub_toml()).settings->directory->agencies()[0].certificates[0].id();
    (void)trial.reload();
    CHECK(trial.used[0].directory->signer(before));
    CHECK(trial.used[0].directory->find(code("H43.01"))->certificates.size() == 1);
}

TEST_CASE("whom to call at an agency changes by itself, and is shown", "[configuration]") {
    Trial trial;
    trial.write_agencies("{ name = \"Phòng CNTT\", email = \"cntt@h43.example\" }",
                         "{ name = \"Phòng CNTT\", phone = \"0259 0000 003\" }");
    const auto look = trial.configuration->look().value();
    REQUIRE(look.changes.size() == 1);
    CHECK(look.changes[0].key == "agency.H43.01.contacts");
    CHECK(look.changes[0].before == "Văn thư: 0259 0000 001 vanthu@h43.example (giờ hành chính); Phòng CNTT: cntt@h43.example");
    CHECK(look.changes[0].after == "Văn thư: 0259 0000 001 vanthu@h43.example (giờ hành chính); Phòng CNTT: 0259 0000 003");
    CHECK(look.restart_needed().empty());
    (void)trial.reload();
    REQUIRE(trial.used.size() == 1);
    CHECK(trial.used[0].directory->find(code("H43.01"))->contacts[1].phone == "0259 0000 003");
}

TEST_CASE("an agency for which documents wait is not taken out", "[configuration]") {
    Trial trial;
    trial.write_agencies("[[agency]]\ncode = \"00.43.W00\"\nname = \"Axis\"\naxis = true\n", "");
    trial.waiting = std::vector<QueueAge>{QueueAge{code("00.43.W00"), 3, 0, {}, {}}, QueueAge{code("H43.01"), 5, 0, {}, {}}};
    const auto refused = trial.reload();
    REQUIRE(refused.look.mistakes.size() == 1);
    CHECK(refused.look.mistakes[0].key == "agency.00.43.W00");
    CHECK(trial.used.empty());
    trial.waiting = Fault{Errc::ledger_busy, "ledger", {}};
    CHECK(trial.configuration->reload(act, {}).error().code == Errc::ledger_busy);
    trial.waiting = std::vector<QueueAge>{QueueAge{code("00.43.W00"), 0, 0, {}, {}}};
    CHECK(trial.reload().look.mistakes.empty());
    CHECK_FALSE(trial.used[0].directory->axis());
}

TEST_CASE("the running hub's own names are nobody else's before a restart", "[configuration]") {
    Trial trial;
    trial.write("code = \"H43.LGSP\"", "code = \"H43.TRUC\"");
    trial.write_agencies("code = \"H43.02\"", "code = \"H43.LGSP\"");
    const auto refused = trial.reload();
    REQUIRE(refused.look.mistakes.size() == 1);
    CHECK(refused.look.mistakes[0].key == "agency.H43.LGSP");
}

TEST_CASE("what the ledger does not take does not count", "[configuration]") {
    Trial trial;
    trial.write("level = \"debug\"", "level = \"info\"");
    trial.record_answer = Fault{Errc::ledger_full, "ledger", {}};
    CHECK(trial.configuration->reload(act, {}).error().code == Errc::ledger_full);
    CHECK(trial.used.empty());
    CHECK(trial.changed_keys() == Keys{"log.level"});
}

TEST_CASE("files that have changed since they were seen are not taken", "[configuration]") {
    Trial trial;
    trial.write("level = \"debug\"", "level = \"info\"");
    const auto seen = trial.configuration->look().value().seen;
    trial.write("level = \"info\"", "level = \"error\"");
    CHECK(trial.reload({seen, {}}).is_other);
    CHECK(trial.reload({{}, 2}).is_other);
    CHECK(trial.order.empty());
    CHECK_FALSE(trial.reload({trial.configuration->look().value().seen, 1}).is_other);
    CHECK(trial.used.size() == 1);
}

TEST_CASE("while the hub stops nothing is reloaded", "[configuration]") {
    Trial trial;
    trial.configuration->stop();
    CHECK(trial.configuration->reload(act, {}).error().code == Errc::timed_out);
}
