#include "hub/ctl/dev_broker.hpp"

#include "hub/core/signature.hpp"
#include "hub/ctl/files.hpp"
#include "tests/ctl/content.hpp"
#include "tests/support/codes.hpp"
#include "tests/support/fresh_folder.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <openssl/evp.h>

#include <map>
#include <regex>
#include <set>

#include <sys/stat.h>

using namespace hub;
using namespace hub::ctl;
using test::code;
using test::content_of;
using test::FreshFolder;

namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

BrokerOrder broker_in(const FreshFolder& folder) {
    return {folder.path() / "broker", {code("H43"), code("H43.01")}};
}

std::string text_at(const json::value& object, std::string_view key) {
    return std::string{object.at(key).as_string()};
}

std::string from_base64(const std::string& text) {
    std::string octets(text.size(), '\0');
    const int size =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(octets.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    REQUIRE(size > 0);
    octets.resize(static_cast<std::size_t>(size));
    return octets;
}

/// As RabbitMQ does when somebody logs in.
bool is_password(const std::string& hash, const std::string& password) {
    const std::string octets = from_base64(hash);
    const std::string salt = octets.substr(0, 4);
    return octets.substr(4, 32) == sha256(salt + password).bytes();
}

/// As RabbitMQ matches a permission: the pattern may be found anywhere in the name.
bool may(const json::value& permission, std::string_view what, const std::string& name) {
    return std::regex_search(name, std::regex{text_at(permission, what)});
}

}  // namespace

TEST_CASE("a password is hashed as RabbitMQ hashes it", "[broker]") {
    // The example of RabbitMQ's documentation on passwords.
    CHECK(rabbit_password_hash("test12", "\x90\x8D\xC6\x0A") ==
          "kI3GCqW5JLMJa4iX1lo7X4D6XbYqlLgxIs30+P6tENUV2POR");
    CHECK(rabbit_password_hash("test12", "\x90\x8D\xC6\x0B") !=
          rabbit_password_hash("test12", "\x90\x8D\xC6\x0A"));
}

TEST_CASE("the hub and each agency have a user with a password of its own", "[broker]") {
    FreshFolder folder;
    const auto order = broker_in(folder);
    const auto files = make_broker(order, Lang::en);
    REQUIRE(files.has_value());
    CHECK(files->size() == 4);
    for (const WrittenFile& file : *files) {
        struct stat status {};
        REQUIRE(::stat((order.folder / file.name).c_str(), &status) == 0);
        CHECK((status.st_mode & 07777) == 0600);
        CHECK(file.is_secret);
    }
    const auto definitions = json::parse(content_of(order.folder / "definitions.json"));
    CHECK(json::serialize(definitions.at("vhosts")) == R"([{"name":"lgsp"}])");
    std::set<std::string> names, passwords;
    for (const json::value& user : definitions.at("users").as_array()) {
        const std::string name = text_at(user, "name");
        const std::string password = content_of(order.folder / (name + ".password"));
        INFO(name);
        names.insert(name);
        passwords.insert(password);
        CHECK(text_at(user, "hashing_algorithm") == "rabbit_password_hashing_sha256");
        CHECK(text_at(user, "tags").empty());
        CHECK(is_password(text_at(user, "password_hash"), password));
        CHECK_FALSE(is_password(text_at(user, "password_hash"), name));
        CHECK_FALSE(is_password(text_at(user, "password_hash"), ""));
        CHECK_FALSE(is_password(text_at(user, "password_hash"), "guest"));
        CHECK(password.size() == 32);
        CHECK(password.find_first_not_of(
                  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_") == std::string::npos);
        CHECK(json::serialize(definitions).find(password) == std::string::npos);
    }
    CHECK(names == std::set<std::string>{"hub", "H43", "H43.01"});
    CHECK(passwords.size() == 3);

    FreshFolder second;
    REQUIRE(make_broker(broker_in(second), Lang::en).has_value());
    CHECK_FALSE(passwords.contains(content_of(second.path() / "broker" / "hub.password")));
}

TEST_CASE("an agency may use exactly what is its own", "[broker]") {
    FreshFolder folder;
    const auto order = broker_in(folder);
    REQUIRE(make_broker(order, Lang::en).has_value());
    const auto definitions = json::parse(content_of(order.folder / "definitions.json"));
    std::map<std::string, json::value> of;
    for (const json::value& permission : definitions.at("permissions").as_array()) {
        CHECK(text_at(permission, "vhost") == "lgsp");
        of[text_at(permission, "user")] = permission;
    }
    REQUIRE(of.size() == 3);
    for (const char* what : {"configure", "write", "read"})
        CHECK(text_at(of["hub"], what) == ".*");
    const json::value& agency = of["H43.01"];
    CHECK(text_at(agency, "configure") == "^$");
    CHECK(text_at(agency, "write") == R"(^(submit\.H43\.01)$)");
    CHECK(text_at(agency, "read") == R"(^(inbox\.H43\.01|inbox\.H43\.01\.urgent)$)");

    CHECK(may(agency, "write", "submit.H43.01"));
    CHECK(may(agency, "read", "inbox.H43.01"));
    CHECK(may(agency, "read", "inbox.H43.01.urgent"));
    for (const char* name :
         {"submit.H43", "submit.H43.01.urgent", "submit.H43x01", "submit.H43.011", "xsubmit.H43.01",
          "submit.H43.02", "deliver", "dead", "amq.default", "inbox.H43.01"})
        CHECK_FALSE(may(agency, "write", name));
    for (const char* name : {"inbox.H43", "inbox.H43.011", "inboxxH43.01", "inbox.H43.01.urgentx",
                             "inbox.H43.urgent", "submit.H43.01", "dead"})
        CHECK_FALSE(may(agency, "read", name));
    for (const char* name : {"submit.H43.01", "inbox.H43.01", "anything"})
        CHECK_FALSE(may(agency, "configure", name));
    CHECK_FALSE(may(of["H43"], "read", "inbox.H43.01"));
}

TEST_CASE("a password is not replaced unless asked for", "[broker]") {
    FreshFolder folder;
    auto order = broker_in(folder);
    REQUIRE(make_broker(order, Lang::en).has_value());
    const std::string before = content_of(order.folder / "H43.password");
    fs::remove(order.folder / "definitions.json");
    const auto again = make_broker(order, Lang::en);
    REQUIRE_FALSE(again.has_value());
    CHECK(again.error().exit == Exit::failed);
    CHECK(again.error().code == "file_exists");
    CHECK(again.error().detail == "hub.password, H43.password, H43.01.password");
    CHECK_FALSE(fs::exists(order.folder / "definitions.json"));
    CHECK(content_of(order.folder / "H43.password") == before);
    order.is_overwriting = true;
    REQUIRE(make_broker(order, Lang::en).has_value());
    CHECK(content_of(order.folder / "H43.password") != before);
}
