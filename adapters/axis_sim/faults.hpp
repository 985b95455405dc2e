#pragma once
// How the simulated axis behaves badly: rules with a rate, drawn from a seed, set by a file or at run time.
// Thread-safe.

#include "adapters/vxp/service.hpp"

#include "hub/settings_mistake.hpp"

#include <mutex>
#include <random>

namespace hub::axis_sim {

enum class FaultKind : std::uint8_t {
    silent,             ///< Done, and no answer for `ms`; then hung up.
    hung_up,            ///< Done, and hung up.
    lost,               ///< Not done, and hung up.
    error_500,          ///< Not done, HTTP 500.
    error_500_after,    ///< Done, HTTP 500.
    garbage,            ///< Done, HTTP 200 and a web page.
    blank,              ///< HTTP 200 and nothing, as if nothing were pending.
    late,               ///< Answered after `ms`.
    double_listing,     ///< Each packet stands in a list twice.
    relisting,          ///< Packets that were acknowledged stand in the list again.
    wrong_hash,         ///< sendEdoc: refused for its hash-file.
    clock_skew,         ///< The axis's clock is `ms` ahead.
    outage,             ///< Everybody is hung up on at once.
};
std::string_view name_of(FaultKind kind) noexcept;

struct FaultRule {
    FaultKind kind{};
    std::optional<vxp::Operation> operation;    ///< nullopt: each.
    std::string system_id;                      ///< Empty: everybody.
    std::int64_t per_mille = 1000;
    std::int64_t times = 0;                     ///< At most; 0: no end.
    std::int64_t ms = 0;
    std::int64_t after_seconds = 0;             ///< From when it was set.
    std::int64_t for_seconds = 0;               ///< 0: no end.
};

struct Scenario {
    std::int64_t seed = 1;
    std::vector<FaultRule> rules;
};

/// A TOML file; its mistakes go to `mistakes`.
Scenario load_scenario(const std::filesystem::path& file, SettingsMistakes& mistakes);
/// The same as JSON: {"seed": 1, "faults": [{"kind": …}]}. field_invalid names what is wrong.
Result<Scenario> parse_scenario(std::string_view json);

class FaultBook {
public:
    using Clock = std::function<Instant()>;
    explicit FaultBook(Clock clock) : clock_{std::move(clock)} {}

    void set(Scenario scenario);
    std::string as_json() const;

    vxp::Disturbance disturbance(const std::string& caller, vxp::Operation operation);
    bool happens(FaultKind kind, const std::string& caller, vxp::Operation operation);
    bool is_outage();
    std::chrono::milliseconds clock_ahead();

private:
    struct Kept {
        FaultRule rule;
        std::int64_t count = 0;     ///< How often it has happened.
    };
    bool is_in_time(const FaultRule& rule) const;
    bool draw(Kept& kept);
    bool draw(Kept& kept, const std::string& caller, vxp::Operation operation);

    Clock clock_;
    mutable std::mutex mutex_;
    std::vector<Kept> rules_;
    std::int64_t seed_ = 1;
    Instant set_at_{};
    std::mt19937_64 random_{1};
};

}  // namespace hub::axis_sim
