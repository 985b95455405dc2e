#include "hub/check.hpp"

#include "hub/settings.hpp"

#include <iostream>

namespace hub {

int check_settings(const std::string& file, bool is_json, LogLanguage language) {
    const SettingsMistakes mistakes = load_settings(file).mistakes;
    std::cout << (is_json ? mistakes_as_json(mistakes) : mistakes_as_text(mistakes, settings_example, language))
              << std::flush;
    return mistakes.empty() ? 0 : exit_configuration;
}

}  // namespace hub
