#include "hub/login_code.hpp"

#include "hub/access/secret.hpp"
#include "hub/access/store.hpp"
#include "hub/check.hpp"
#include "hub/core/signature.hpp"
#include "hub/settings.hpp"
#include "hub/telemetry/remedy.hpp"

#include <iostream>

namespace hub {
namespace {

int fail(const Fault& fault) {
    const Words words = words_of(fault.code);
    std::cerr << words.title_vi << " / " << words.title_en << ": " << fault.field << " " << fault.peer_text << "\n";
    return 1;
}

}  // namespace

int make_login_code(const std::string& settings_file) {
    const auto loaded = load_settings(settings_file);
    if (!loaded.settings) {
        std::cerr << mistakes_as_text(loaded.mistakes, settings_example, LogLanguage::vi);
        return exit_configuration;
    }
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    const auto store = access::AccessStore::open(loaded.settings->ledger.folder);
    if (!store)
        return fail(store.error());
    const std::string code = access::make_code();
    if (const auto added = (*store)->add_code(sha256(access::normalised_code(code)), now); !added)
        return fail(added.error());
    std::cout << code << std::endl;
    std::cerr << "Mã dùng một lần trong một giờ / good once, for an hour:\n"
                 "  lgsp login --code-file FILE, hay trang đăng nhập / or the sign-in page\n";
    return 0;
}

}  // namespace hub
