#include "hub/check.hpp"

#include "hub/settings.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <iostream>

namespace hub {

std::string mistakes_as_text(const SettingsMistakes& mistakes, LogLanguage language) {
    const bool is_vietnamese = language == LogLanguage::vi;
    std::string out;
    for (const SettingsMistake& mistake : mistakes) {
        out += mistake.file;
        if (mistake.line > 0)
            out += ":" + std::to_string(mistake.line);
        out += ": ";
        if (!mistake.key.empty())
            out += mistake.key + ": ";
        out += (is_vietnamese ? mistake.problem_vi : mistake.problem_en) + "\n";
    }
    const std::string count = std::to_string(mistakes.size());
    if (mistakes.empty())
        return out + (is_vietnamese ? "Cấu hình hợp lệ.\n" : "The configuration is valid.\n");
    if (is_vietnamese)
        return out + count + " lỗi. Mẫu: config/hub.example.toml; giải thích: docs/operations.md.\n";
    return out + count + (mistakes.size() == 1 ? " mistake" : " mistakes")
           + ". Example: config/hub.example.toml; explained in docs/operations.md.\n";
}

std::string mistakes_as_json(const SettingsMistakes& mistakes) {
    boost::json::array list;
    for (const SettingsMistake& mistake : mistakes)
        list.push_back({{"file", mistake.file},
                        {"line", mistake.line},
                        {"key", mistake.key},
                        {"problem_vi", mistake.problem_vi},
                        {"problem_en", mistake.problem_en}});
    return boost::json::serialize(boost::json::object{{"ok", mistakes.empty()}, {"mistakes", std::move(list)}}) + "\n";
}

int check_settings(const std::string& file, bool is_json, LogLanguage language) {
    const SettingsMistakes mistakes = load_settings(file).mistakes;
    std::cout << (is_json ? mistakes_as_json(mistakes) : mistakes_as_text(mistakes, language)) << std::flush;
    return mistakes.empty() ? 0 : exit_configuration;
}

}  // namespace hub
