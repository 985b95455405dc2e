#include "adapters/axis_sim/faults.hpp"

#include "adapters/vxp/reply_frame.hpp"

#include "hub/toml_section.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <limits>

namespace hub::axis_sim {
namespace {

namespace json = boost::json;
using vxp::SiteReply;
using Manner = SiteReply::Manner;

constexpr std::array<std::string_view, 13> names{
    "silent", "hung_up", "lost",           "error_500", "error_500_after", "garbage",    "blank",
    "late",   "double_listing", "relisting", "wrong_hash", "clock_skew",     "outage"};
constexpr std::size_t rules_max = 100;
constexpr std::int64_t day_ms = 24LL * 3600 * 1000;
constexpr std::int64_t silent_ms_default = 120'000;

struct NumberRule {
    std::string_view name;
    std::int64_t FaultRule::* where;
    std::int64_t least;
    std::int64_t most;
};
constexpr std::array<NumberRule, 5> numbers{{{"per_mille", &FaultRule::per_mille, 0, 1000},
                                             {"times", &FaultRule::times, 0, 1'000'000'000},
                                             {"ms", &FaultRule::ms, -day_ms * 366, day_ms * 366},
                                             {"after_seconds", &FaultRule::after_seconds, 0, day_ms},
                                             {"for_seconds", &FaultRule::for_seconds, 0, day_ms}}};

std::optional<FaultKind> parse_kind(std::string_view text) {
    const auto found = std::ranges::find(names, text);
    return found == names.end() ? std::nullopt : std::optional{static_cast<FaultKind>(found - names.begin())};
}

/// "sendEdoc" or "/sendEdoc".
std::optional<vxp::Operation> parse_operation(std::string_view text) {
    return vxp::operation_at(text.starts_with('/') ? std::string{text} : "/" + std::string{text});
}

/// A clock can be behind; nothing is done before its time.
bool is_too_early(const FaultRule& rule) { return rule.ms < 0 && rule.kind != FaultKind::clock_skew; }

Fault invalid(std::string field, std::string_view text) {
    return {Errc::field_invalid, std::move(field), std::string{text.substr(0, 100)}};
}

Result<FaultRule> rule_of(const json::object& object, const std::string& path) {
    FaultRule rule;
    bool has_kind = false;
    for (const auto& [key, value] : object) {
        const std::string_view name{key.data(), key.size()};
        const std::string field = path + "." + std::string{name};
        const auto number = std::ranges::find(numbers, name, &NumberRule::name);
        if (number != numbers.end()) {
            if (!value.is_int64() || value.get_int64() < number->least || value.get_int64() > number->most)
                return invalid(field, json::serialize(value));
            rule.*(number->where) = value.get_int64();
            continue;
        }
        const std::string text = value.is_string() ? std::string{value.get_string().data(), value.get_string().size()}
                                                   : std::string{};
        if (name == "kind" && parse_kind(text)) {
            rule.kind = *parse_kind(text);
            has_kind = true;
        } else if (name == "operation" && parse_operation(text)) {
            rule.operation = parse_operation(text);
        } else if (name == "system_id" && !text.empty()) {
            rule.system_id = text;
        } else {
            return invalid(field, json::serialize(value));
        }
    }
    if (!has_kind)
        return invalid(path + ".kind", "");
    return is_too_early(rule) ? Result<FaultRule>{invalid(path + ".ms", std::to_string(rule.ms))} : rule;
}

SiteReply unanswered(Manner manner, std::int64_t ms) {
    SiteReply reply;
    reply.manner = manner;
    reply.delay = std::chrono::milliseconds{std::max<std::int64_t>(ms, 0)};
    return reply;
}

/// Of the kinds that change an answer.
std::optional<vxp::Disturbance> disturbance_of(const FaultRule& rule) {
    switch (rule.kind) {
    case FaultKind::silent:
        return vxp::Disturbance{true, unanswered(Manner::silent, rule.ms == 0 ? silent_ms_default : rule.ms)};
    case FaultKind::hung_up:         return vxp::Disturbance{true, unanswered(Manner::hung_up, 0)};
    case FaultKind::lost:            return vxp::Disturbance{false, unanswered(Manner::hung_up, 0)};
    case FaultKind::error_500:       return vxp::Disturbance{false, vxp::text_reply(500, "")};
    case FaultKind::error_500_after: return vxp::Disturbance{true, vxp::text_reply(500, "")};
    case FaultKind::garbage:
        return vxp::Disturbance{true, vxp::text_reply(200, "<html><body>Bao tri he thong</body></html>")};
    case FaultKind::blank:           return vxp::Disturbance{true, vxp::text_reply(200, "")};
    case FaultKind::wrong_hash:
        return vxp::Disturbance{false, vxp::text_reply(200, vxp::fail_frame(vxp::error_code::hash_wrong,
                                                                            "hash-file khong khop"))};
    case FaultKind::late: {
        vxp::Disturbance late;
        late.delay = std::chrono::milliseconds{std::max<std::int64_t>(rule.ms, 0)};
        return late;
    }
    case FaultKind::double_listing:
    case FaultKind::relisting:
    case FaultKind::clock_skew:
    case FaultKind::outage:          return std::nullopt;
    }
    return std::nullopt;
}

}  // namespace

std::string_view name_of(FaultKind kind) noexcept { return names[static_cast<std::size_t>(kind)]; }

Scenario load_scenario(const std::filesystem::path& file, SettingsMistakes& mistakes) {
    Scenario scenario;
    const TomlFile toml{file, mistakes};
    const auto document = toml.parse();
    if (!document)
        return scenario;
    TomlSection top{toml, &*document, {}, 1};
    scenario.seed = top.whole("seed", 0, std::numeric_limits<std::int64_t>::max(), 1);
    for (TomlSection& section : top.sections("fault")) {
        FaultRule rule;
        (void)section.text("kind", Presence::required);
        rule.kind = static_cast<FaultKind>(section.choice("kind", names));
        const auto operation = section.text("operation", Presence::optional);
        rule.operation = operation ? parse_operation(*operation) : std::nullopt;
        if (operation && !rule.operation)
            section.refuse("operation", shown(*operation) + ": no operation such as sendEdoc",
                           shown(*operation) + ": không phải dịch vụ như sendEdoc");
        rule.system_id = section.text("system_id", Presence::optional).value_or("");
        for (const NumberRule& number : numbers)
            rule.*(number.where) = section.whole(number.name, number.least, number.most, rule.*(number.where));
        if (is_too_early(rule))
            section.refuse("ms", std::to_string(rule.ms) + ": below 0 only with clock_skew",
                           std::to_string(rule.ms) + ": chỉ clock_skew được nhỏ hơn 0");
        section.refuse_unknown();
        scenario.rules.push_back(std::move(rule));
    }
    top.refuse_unknown();
    return scenario;
}

Result<Scenario> parse_scenario(std::string_view text) {
    json::error_code error;
    const json::value value = json::parse(json::string_view{text.data(), text.size()}, error);
    if (error || !value.is_object())
        return invalid("body", error.message());
    Scenario scenario;
    for (const auto& [key, each] : value.get_object()) {
        if (key == "seed" && each.is_int64() && each.get_int64() >= 0)
            scenario.seed = each.get_int64();
        else if (key != "faults" || !each.is_array() || each.get_array().size() > rules_max)
            return invalid(key, json::serialize(each));
        if (key != "faults")
            continue;
        for (std::size_t i = 0; i < each.get_array().size(); ++i) {
            const std::string path = "faults[" + std::to_string(i) + "]";
            if (!each.get_array()[i].is_object())
                return invalid(path, "");
            auto rule = rule_of(each.get_array()[i].get_object(), path);
            if (!rule)
                return rule.error();
            scenario.rules.push_back(std::move(*rule));
        }
    }
    return scenario;
}

void FaultBook::set(Scenario scenario) {
    const std::scoped_lock lock{mutex_};
    rules_.clear();
    for (FaultRule& rule : scenario.rules)
        rules_.push_back({std::move(rule)});
    seed_ = scenario.seed;
    random_.seed(static_cast<std::uint64_t>(seed_));
    set_at_ = clock_();
}

std::string FaultBook::as_json() const {
    const std::scoped_lock lock{mutex_};
    json::array list;
    for (const Kept& kept : rules_) {
        json::object each{{"kind", name_of(kept.rule.kind)}};
        if (kept.rule.operation)
            each["operation"] = vxp::rule_of(*kept.rule.operation).path.substr(1);
        if (!kept.rule.system_id.empty())
            each["system_id"] = kept.rule.system_id;
        for (const NumberRule& number : numbers)
            each[number.name] = kept.rule.*(number.where);
        each["happened"] = kept.count;
        list.emplace_back(std::move(each));
    }
    return json::serialize(json::object{{"seed", seed_}, {"faults", std::move(list)}});
}

bool FaultBook::is_in_time(const FaultRule& rule) const {
    const auto since = clock_() - set_at_;
    const auto from = std::chrono::seconds{rule.after_seconds};
    return since >= from && (rule.for_seconds == 0 || since < from + std::chrono::seconds{rule.for_seconds});
}

bool FaultBook::draw(Kept& kept) {
    if (!is_in_time(kept.rule) || (kept.rule.times > 0 && kept.count >= kept.rule.times))
        return false;
    std::uniform_int_distribution<std::int64_t> one_of{0, 999};
    const bool is_hit = one_of(random_) < kept.rule.per_mille;
    kept.count += is_hit ? 1 : 0;
    return is_hit;
}

bool FaultBook::draw(Kept& kept, const std::string& caller, vxp::Operation operation) {
    const FaultRule& rule = kept.rule;
    return (!rule.operation || *rule.operation == operation) && (rule.system_id.empty() || rule.system_id == caller) &&
           draw(kept);
}

vxp::Disturbance FaultBook::disturbance(const std::string& caller, vxp::Operation operation) {
    const std::scoped_lock lock{mutex_};
    for (Kept& kept : rules_) {
        auto disturbance = disturbance_of(kept.rule);
        const bool is_of_sending = kept.rule.kind == FaultKind::wrong_hash;
        if (disturbance && (!is_of_sending || operation == vxp::Operation::send_packet) && draw(kept, caller, operation))
            return std::move(*disturbance);
    }
    return {};
}

bool FaultBook::happens(FaultKind kind, const std::string& caller, vxp::Operation operation) {
    const std::scoped_lock lock{mutex_};
    return std::ranges::any_of(rules_,
                               [&](Kept& kept) { return kept.rule.kind == kind && draw(kept, caller, operation); });
}

bool FaultBook::is_outage() {
    const std::scoped_lock lock{mutex_};
    return std::ranges::any_of(rules_, [&](Kept& kept) { return kept.rule.kind == FaultKind::outage && draw(kept); });
}

std::chrono::milliseconds FaultBook::clock_ahead() {
    const std::scoped_lock lock{mutex_};
    std::chrono::milliseconds ahead{0};
    for (Kept& kept : rules_)
        if (kept.rule.kind == FaultKind::clock_skew && is_in_time(kept.rule)) {
            ++kept.count;
            ahead += std::chrono::milliseconds{kept.rule.ms};
        }
    return ahead;
}

}  // namespace hub::axis_sim
