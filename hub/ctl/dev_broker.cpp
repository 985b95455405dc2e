#include "hub/ctl/dev_broker.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/core/signature.hpp"
#include "hub/ctl/files.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>

namespace hub::ctl {
namespace {

namespace json = boost::json;

constexpr std::string_view vhost = "lgsp";
constexpr std::string_view hub_user = "hub";

Bytes random_octets(std::size_t count) {
    Bytes octets(count, '\0');
    const int got = RAND_bytes(reinterpret_cast<unsigned char*>(octets.data()), static_cast<int>(count));
    return got == 1 ? octets : Bytes{};
}

/// Letters that survive every URL, shell and configuration file unescaped.
std::string new_password() {
    constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    static_assert(alphabet.size() == 64, "each octet's low six bits choose a letter evenly");
    std::string password = random_octets(32);
    for (char& c : password)
        c = alphabet[static_cast<unsigned char>(c) & 63];
    return password;
}

std::string base64(BytesView octets) {
    std::string text(4 * ((octets.size() + 2) / 3) + 1, '\0');
    const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                     reinterpret_cast<const unsigned char*>(octets.data()),
                                     static_cast<int>(octets.size()));
    text.resize(static_cast<std::size_t>(size));
    return text;
}

json::object user_entry(std::string_view name, std::string_view password) {
    return {{"name", name},
            {"password_hash", rabbit_password_hash(password, random_octets(4))},
            {"hashing_algorithm", "rabbit_password_hashing_sha256"},
            {"tags", ""}};
}

json::object permission_entry(std::string_view user, const amqp::Permissions& permissions) {
    return {{"user", user},
            {"vhost", vhost},
            {"configure", permissions.configure},
            {"write", permissions.write},
            {"read", permissions.read}};
}

}  // namespace

std::string rabbit_password_hash(std::string_view password, BytesView salt) {
    const Bytes salted = Bytes{salt} + std::string{password};
    return base64(Bytes{salt} + Bytes{sha256(salted).bytes()});
}

Outcome<std::vector<WrittenFile>> make_broker(const BrokerOrder& order, Lang lang) {
    std::vector<std::string> users{std::string{hub_user}};
    for (const AgencyCode& agency : order.agencies)
        users.push_back(agency.text());
    std::vector<std::string> names{"definitions.json"};
    for (const std::string& user : users)
        names.push_back(user + ".password");
    if (!order.is_overwriting)
        if (auto free = check_nothing_there(order.folder, names, lang); !free)
            return free.error();
    if (auto made = make_folder(order.folder, lang); !made)
        return made.error();

    const Overwrite overwrite = order.is_overwriting ? Overwrite::yes : Overwrite::no;
    json::array user_entries;
    json::array permission_entries;
    // The vhost is the hub's alone: it declares everything in it, and agencies may declare nothing.
    permission_entries.push_back(permission_entry(hub_user, {".*", ".*", ".*"}));
    for (const AgencyCode& agency : order.agencies)
        permission_entries.push_back(permission_entry(agency.text(), amqp::permissions_of(agency)));
    for (const std::string& user : users) {
        const std::string password = new_password();
        if (password.empty()) {
            constexpr Both title{"Máy không cho số ngẫu nhiên", "The machine gives no random numbers"};
            return Problem{Exit::failed, "internal", std::string{title.in(lang)}, {}, {}, {}};
        }
        user_entries.push_back(user_entry(user, password));
        if (auto written = write_file(order.folder / (user + ".password"), password, 0600, overwrite, lang); !written)
            return written.error();
    }
    const json::object definitions{{"users", std::move(user_entries)},
                                   {"vhosts", json::array{json::object{{"name", vhost}}}},
                                   {"permissions", std::move(permission_entries)}};
    // Last: whoever waits for the definitions finds every password in place.
    if (auto written = write_file(order.folder / "definitions.json", json::serialize(definitions) + "\n", 0600,
                                  overwrite, lang);
        !written)
        return written.error();
    std::vector<WrittenFile> files;
    for (std::string& name : names)
        files.push_back({std::move(name), true});
    return files;
}

}  // namespace hub::ctl
