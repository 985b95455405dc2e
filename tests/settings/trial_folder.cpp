#include "tests/settings/trial_folder.hpp"

#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

#include <fstream>

namespace hub::test {

TrialFolder::TrialFolder() {
    for (const std::string_view agency : {"hub", "a", "b"}) {
        const auto key = make_key(KeyKind::p256, std::string{agency});
        write(std::string{agency} + ".pem", key.certificate_pem);
        write(std::string{agency} + ".key", key.key_pem);
    }
    write("hub.password", "correct horse\n");
    write("http.token", "0123456789abcdef\n");
    write("agencies.toml", agencies_toml());
}

std::filesystem::path TrialFolder::write(std::string_view name, std::string_view content) const {
    const auto file = path() / name;
    std::ofstream{file, std::ios::binary} << content;
    std::filesystem::permissions(file, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
    return file;
}

std::string TrialFolder::hub_toml() {
    return R"([hub]
code = "H43.LGSP"
province_codes = ["H43", "000.00.00.H43"]
agencies_file = "agencies.toml"
verify_threads = 3
[ledger]
folder = "ledger"
disk_reserve_mib = 64
[broker]
url = "amqp://hub@127.0.0.1:5672/lgsp"
password_file = "hub.password"
queue_type = "quorum"
[keys]
certificate_file = "hub.pem"
key_file = "hub.key"
[http]
listen = "127.0.0.1:7780"
token_file = "http.token"
[log]
level = "debug"
format = "json"
language = "en"
)";
}

std::string TrialFolder::agencies_toml() {
    return R"([[agency]]
code = "H43.01"
name = "A"
aliases = [{ code = "000.00.01.H43", valid_from = 2021-04-22, valid_until = 2025-07-01 }]
certificates = ["a.pem"]
serves_subordinates = true
inline_mib = 8
contacts = [{ name = "Văn thư", phone = "0259 0000 001", email = "vanthu@h43.example", note = "giờ hành chính" },
            { name = "Phòng CNTT", email = "cntt@h43.example" }]
[[agency]]
code = "H43.02"
name = "B"
certificates = ["b.pem"]
closed_at = 2025-07-01T00:00:00+07:00
successor = "H43.01"
[[agency]]
code = "00.43.W00"
name = "Axis"
axis = true
)";
}

std::string with(std::string text, std::string_view from, std::string_view to) {
    const auto at = text.find(from);
    REQUIRE(at != std::string::npos);
    return text.replace(at, from.size(), to);
}

std::string lines_of(const SettingsMistakes& mistakes) {
    std::string lines;
    for (const SettingsMistake& mistake : mistakes) {
        CHECK_FALSE(mistake.problem_vi.empty());
        lines += std::filesystem::path{mistake.file}.filename().string() + ":" + std::to_string(mistake.line) + ": "
                 + mistake.key + ": " + mistake.problem_en + "\n";
    }
    return lines;
}

}  // namespace hub::test
