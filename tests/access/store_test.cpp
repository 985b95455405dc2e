#include "hub/access/store.hpp"

#include "hub/core/signature.hpp"
#include "tests/support/fresh_folder.hpp"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <fstream>

using namespace hub;
using namespace std::chrono_literals;
using access::AccessStore;
using access::Token;
using access::User;

namespace {

Instant at(std::chrono::milliseconds ms) { return Instant{ms}; }
AgencyCode code(std::string_view text) { return AgencyCode::parse(text).value(); }

User user(std::string name, Role role = Role::administrator) {
    User made{std::move(name), role, std::nullopt, false, at(1s), std::nullopt};
    if (role == Role::clerk)
        made.agency = code("H43.01");
    return made;
}

struct Trial {
    test::FreshFolder folder;
    std::unique_ptr<AccessStore> store = AccessStore::open(folder.path()).value();
    Digest begin(const std::string& name, Instant now, std::chrono::milliseconds idle = 1h, Instant ends_at = at(12h)) {
        const Digest id = sha256("session " + std::to_string(++sessions));
        REQUIRE(store->begin(id, {name, idle, ends_at}, now).has_value());
        return id;
    }
    bool knows(const Digest& id, Instant now) { return store->known(id, now).value().has_value(); }
    int sessions = 0;
};

}  // namespace

TEST_CASE("the file is its owner's alone, and opens again", "[access]") {
    Trial trial;
    struct stat file {};
    REQUIRE(::stat((trial.folder.path() / "access.db").c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    REQUIRE(trial.store->add(user("an"), "hash").has_value());
    trial.store.reset();
    ::chmod((trial.folder.path() / "access.db").c_str(), 0644);
    trial.store = AccessStore::open(trial.folder.path()).value();
    REQUIRE(::stat((trial.folder.path() / "access.db").c_str(), &file) == 0);
    CHECK((file.st_mode & 0777) == 0600);
    CHECK(trial.store->has_users());
    CHECK(trial.store->password_of("an").value() == "hash");
}

TEST_CASE("no store where there is none", "[access]") {
    test::FreshFolder folder;
    CHECK_FALSE(AccessStore::open(folder.path() / "none").has_value());
    std::ofstream{folder.path() / "access.db"} << std::string(8192, 'x');
    CHECK(AccessStore::open(folder.path()).error().code == Errc::ledger_corrupt);
}

TEST_CASE("names of users look like nobody else's", "[access]") {
    for (const std::string& good : {std::string{"an"}, std::string{"nguyen.van-an_2"}, std::string{"0"}, std::string(64, 'a')})
        CHECK(access::is_name(good));
    for (const std::string& bad : {std::string{}, std::string{"An"}, std::string{".an"}, std::string{"-an"}, std::string{"a n"},
                                   std::string{"token:x"}, std::string{"аn"}, std::string{"a/b"}, std::string{"a\0b", 3},
                                   std::string(65, 'a'), std::string{"an\n"}, std::string{"' OR 1=1"}, std::string{"host"}})
        CHECK_FALSE(access::is_name(bad));
}

TEST_CASE("users are added, changed and never confused", "[access]") {
    Trial trial;
    auto& store = *trial.store;
    CHECK_FALSE(store.has_users());
    REQUIRE(store.add(user("an"), "hash").has_value());
    CHECK(store.has_users());
    CHECK(store.add(user("an", Role::viewer), "other").error().code == Errc::name_in_use);
    REQUIRE(store.add(user("binh", Role::clerk), "hash 2").has_value());
    const auto all = store.users().value();
    REQUIRE(all.size() == 2);
    CHECK(all[1].name == "binh");
    CHECK(all[1].agency == code("H43.01"));
    CHECK_FALSE(store.user("nobody").value().has_value());
    CHECK(store.change(user("nobody", Role::administrator)).error().code == Errc::not_found);
    CHECK(store.set_password("nobody", "x", nullptr).error().code == Errc::not_found);
    SECTION("the last administrator stays one") {
        CHECK(store.change(user("an", Role::viewer)).error().code == Errc::last_administrator);
        User disabled = user("an");
        disabled.is_disabled = true;
        CHECK(store.change(disabled).error().code == Errc::last_administrator);
        REQUIRE(store.change(user("binh")).has_value());
        CHECK(store.change(disabled).has_value());
        CHECK(store.change(user("binh", Role::viewer)).error().code == Errc::last_administrator);
    }
    SECTION("a disabled user has no password and no session") {
        const Digest session = trial.begin("binh", at(1s));
        CHECK(trial.knows(session, at(2s)));
        User disabled = user("binh", Role::clerk);
        disabled.is_disabled = true;
        REQUIRE(store.change(disabled).has_value());
        CHECK_FALSE(trial.knows(session, at(2s)));
        CHECK(store.password_of("binh").value().empty());
        disabled.is_disabled = false;
        REQUIRE(store.change(disabled).has_value());
        CHECK_FALSE(trial.knows(session, at(2s)));
    }
    SECTION("another role holds at once") {
        const Digest session = trial.begin("binh", at(1s));
        REQUIRE(store.change(user("binh", Role::viewer)).has_value());
        CHECK(store.known(session, at(2s)).value()->role == Role::viewer);
        CHECK_FALSE(store.known(session, at(2s)).value()->agency);
    }
}

TEST_CASE("a session ends when it is idle, when its time is over, and with the password", "[access]") {
    Trial trial;
    REQUIRE(trial.store->add(user("an"), "hash").has_value());
    const Digest session = trial.begin("an", at(0s));
    CHECK(trial.store->users().value()[0].signed_in_at == at(0s));
    SECTION("idle") {
        CHECK(trial.knows(session, at(59min)));
        CHECK(trial.knows(session, at(118min)));
        CHECK_FALSE(trial.knows(session, at(178min)));
    }
    SECTION("over") {
        for (auto now = 30min; now < 12h; now += 30min)
            CHECK(trial.knows(session, at(now)));
        CHECK_FALSE(trial.knows(session, at(12h)));
    }
    SECTION("signed out") {
        REQUIRE(trial.store->end(session).has_value());
        CHECK_FALSE(trial.knows(session, at(1s)));
    }
    SECTION("a new password ends the others") {
        const Digest other = trial.begin("an", at(1s));
        REQUIRE(trial.store->set_password("an", "hash 2", &session).has_value());
        CHECK(trial.knows(session, at(2s)));
        CHECK_FALSE(trial.knows(other, at(2s)));
        REQUIRE(trial.store->set_password("an", "hash 3", nullptr).has_value());
        CHECK_FALSE(trial.knows(session, at(2s)));
    }
    SECTION("the oldest of too many") {
        for (int i = 1; i < AccessStore::sessions_per_user_max; ++i)
            trial.begin("an", at(std::chrono::seconds{i}));
        // Not long enough to be a new sign of life.
        CHECK(trial.knows(session, at(9s)));
        trial.begin("an", at(31s));
        CHECK_FALSE(trial.knows(session, at(32s)));
    }
    CHECK_FALSE(trial.knows(sha256("guess"), at(1s)));
}

TEST_CASE("a token is good until it ends or is revoked", "[access]") {
    Trial trial;
    auto& store = *trial.store;
    const Token token{"backup", Role::viewer, std::nullopt, "an", at(0s), at(48h), std::nullopt};
    REQUIRE(store.add(token, sha256("secret")).has_value());
    CHECK(store.add(token, sha256("secret 2")).error().code == Errc::name_in_use);
    const auto known = store.known(sha256("secret"), at(1h)).value();
    REQUIRE(known.has_value());
    CHECK(known->name == "token:backup");
    CHECK(known->role == Role::viewer);
    CHECK_FALSE(trial.knows(sha256("secret"), at(48h)));
    REQUIRE(store.revoke("backup", at(2h)).has_value());
    CHECK_FALSE(trial.knows(sha256("secret"), at(1h)));
    CHECK(store.revoke("backup", at(2h)).error().code == Errc::not_found);
    CHECK(store.tokens().value().at(0).revoked_at == at(2h));
    CHECK(store.add(token, sha256("secret 3")).error().code == Errc::name_in_use);
}

TEST_CASE("a code is good once and for an hour, also one that another process made", "[access]") {
    Trial trial;
    const auto other = AccessStore::open(trial.folder.path()).value();
    REQUIRE(other->add_code(sha256("a"), at(0s)).has_value());
    REQUIRE(other->add_code(sha256("b"), at(0s)).has_value());
    CHECK_FALSE(trial.store->take_code(sha256("c"), at(1s)).value());
    // Another code takes the place of the one before it.
    CHECK_FALSE(trial.store->take_code(sha256("a"), at(1s)).value());
    CHECK(trial.store->take_code(sha256("b"), at(59min)).value());
    CHECK_FALSE(trial.store->take_code(sha256("b"), at(59min)).value());
    REQUIRE(other->add_code(sha256("d"), at(0s)).has_value());
    CHECK_FALSE(trial.store->take_code(sha256("d"), at(1h)).value());
}

TEST_CASE("no secret stands in the file", "[access]") {
    Trial trial;
    REQUIRE(trial.store->add(user("an"), "hash").has_value());
    REQUIRE(trial.store->add_code(sha256("the code"), at(0s)).has_value());
    REQUIRE(trial.store->begin(sha256("the session"), {"an", 1h, at(2h)}, at(0s)).has_value());
    trial.store.reset();
    std::ifstream file{trial.folder.path() / "access.db", std::ios::binary};
    const std::string octets{std::istreambuf_iterator<char>{file}, {}};
    CHECK(octets.find("the code") == octets.npos);
    CHECK(octets.find("the session") == octets.npos);
    CHECK(octets.find("hash") != octets.npos);
}

TEST_CASE("what was asked with a key is known for a day, and of each caller the last thousand", "[access]") {
    Trial trial;
    auto& store = *trial.store;
    using State = access::Asked::State;
    CHECK_FALSE(store.ask_once(sha256("a"), "an", "asked", at(0s)).value());
    auto known = store.ask_once(sha256("a"), "an", "other", at(1s)).value();
    REQUIRE(known.has_value());
    CHECK(known->request == "asked");
    CHECK(known->state == State::under_way);
    REQUIRE(store.set_asked(sha256("a"), {{}, State::answered, 201, "{}"}).has_value());
    CHECK_FALSE(store.ask_once(sha256("b"), "binh", "asked", at(5s)).value());
    // The hub starts anew.
    REQUIRE(store.give_up_asked().has_value());
    CHECK(store.ask_once(sha256("b"), "binh", "", at(5s)).value()->state == State::unknown);
    known = store.ask_once(sha256("a"), "an", "", at(24h - 1s)).value();
    REQUIRE(known.has_value());
    CHECK(known->state == State::answered);
    CHECK(known->status == 201);
    CHECK(known->answer == "{}");
    CHECK_FALSE(store.ask_once(sha256("a"), "an", "", at(24h)).value());
    REQUIRE(store.forget_asked(sha256("a")).has_value());
    CHECK_FALSE(store.ask_once(sha256("a"), "an", "", at(24h)).value());
    for (int i = 1; i <= AccessStore::asked_per_caller_max; ++i)
        REQUIRE_FALSE(store.ask_once(sha256(std::to_string(i)), "an", "", at(24h + i * 1ms)).value());
    CHECK(store.ask_once(sha256("b"), "binh", "", at(24h)).value());
    CHECK(store.ask_once(sha256("1"), "an", "", at(25h)).value());
    CHECK_FALSE(store.ask_once(sha256("a"), "an", "", at(25h)).value());
}

TEST_CASE("a second factor counts once it is confirmed, and each of its codes once", "[access]") {
    Trial trial;
    auto& store = *trial.store;
    REQUIRE(store.add(user("an"), "hash").has_value());
    const Digest session = trial.begin("an", at(1s));
    CHECK_FALSE(store.second_factor("an").value().has_value());
    CHECK_FALSE(store.use_second_factor("an", 5).value());
    CHECK(store.remove_second_factor("an").error().code == Errc::not_found);
    REQUIRE(store.offer_second_factor("an", std::string("\0one", 4)).has_value());
    CHECK_FALSE(store.second_factor("an").value()->is_confirmed);
    CHECK_FALSE(store.user("an").value()->has_second_factor);
    REQUIRE(store.offer_second_factor("an", std::string("\0two", 4)).has_value());
    CHECK(store.second_factor("an").value()->secret == std::string("\0two", 4));
    CHECK(store.use_second_factor("an", 5).value());
    CHECK(store.second_factor("an").value()->is_confirmed);
    CHECK(store.user("an").value()->has_second_factor);
    CHECK(store.users().value().at(0).has_second_factor);
    CHECK(store.known(session, at(2s)).value()->has_second_factor);
    CHECK_FALSE(store.use_second_factor("an", 5).value());
    CHECK_FALSE(store.use_second_factor("an", 4).value());
    CHECK(store.use_second_factor("an", 6).value());
    CHECK(store.offer_second_factor("an", "three").error().code == Errc::name_in_use);
    const Digest kept = trial.begin("an", at(2s));
    REQUIRE(store.end_others("an", kept).has_value());
    CHECK_FALSE(trial.knows(session, at(3s)));
    CHECK(trial.knows(kept, at(3s)));
    REQUIRE(store.remove_second_factor("an").has_value());
    CHECK_FALSE(store.known(kept, at(3s)).value()->has_second_factor);
}
