#pragma once
// The command line of a bench. CLI11 takes the compiler longer than a whole bench does: it is read once for all of them.

#include <initializer_list>
#include <memory>
#include <optional>
#include <string>

namespace CLI {
class App;
}

namespace hub::bench {

class Arguments {
public:
    explicit Arguments(const char* about);
    ~Arguments();

    /// Without dashes: by its place. Values are std::string, std::uint64_t, std::uint16_t and int.
    template <class Value>
    void need(const char* name, Value& value, const char* what = "");
    /// As need(), but `value` may stay what it is.
    template <class Value>
    void take(const char* name, Value& value, const char* what = "");
    void need_one_of(const char* name, std::string& value, std::initializer_list<std::string> among);

    /// The code with which the program ends; nullopt: it goes on.
    std::optional<int> parse(int argc, char** argv);
    bool has(const char* name) const;

private:
    std::unique_ptr<CLI::App> app_;
};

}  // namespace hub::bench
