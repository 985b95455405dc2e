#include "tests/bench/arguments.hpp"

#include <CLI/CLI.hpp>

#include <cstdint>

namespace hub::bench {

Arguments::Arguments(const char* about) : app_{std::make_unique<CLI::App>(about)} {}
Arguments::~Arguments() = default;

template <class Value>
void Arguments::need(const char* name, Value& value, const char* what) {
    app_->add_option(name, value, what)->required();
}

template <class Value>
void Arguments::take(const char* name, Value& value, const char* what) {
    app_->add_option(name, value, what)->capture_default_str();
}

template void Arguments::need(const char*, std::string&, const char*);
template void Arguments::need(const char*, std::uint64_t&, const char*);
template void Arguments::need(const char*, std::uint16_t&, const char*);
template void Arguments::need(const char*, int&, const char*);
template void Arguments::take(const char*, std::string&, const char*);
template void Arguments::take(const char*, std::uint64_t&, const char*);
template void Arguments::take(const char*, int&, const char*);

void Arguments::need_one_of(const char* name, std::string& value, std::initializer_list<std::string> among) {
    app_->add_option(name, value)->required()->check(CLI::IsMember(among));
}

std::optional<int> Arguments::parse(int argc, char** argv) {
    try {
        app_->parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app_->exit(error);
    }
    return std::nullopt;
}

bool Arguments::has(const char* name) const { return app_->count(name) > 0; }

}  // namespace hub::bench
