#include "hub/http/readiness.hpp"

#include "hub/http/health.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"
#include "hub/telemetry/troubles.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace hub::http {
namespace {

constexpr std::chrono::minutes clock_tolerance{1};

enum class Condition : std::uint8_t {
    good,
    degraded,                                 ///< Somebody should look; documents come and go.
    failed,                                   ///< Not ready.
};

struct Check {
    std::string_view name;
    std::string_view state;
    Condition condition = Condition::good;
    const Trouble* cause = nullptr;           ///< Of what is not good.
};

constexpr std::array<std::string_view, 1> live_names{"http"};
constexpr std::array<std::string_view, 7> ready_names{"broker", "ledger", "disk", "contents", "clock", "certificate", "axis"};

Check check_broker(const HubStatus& status) {
    if (status.broker == "up")
        return {"broker", "up"};
    if (status.broker == "blocked")
        return {"broker", "blocked", Condition::failed, &troubles::broker_blocked};
    return {"broker", "connecting", Condition::failed, &troubles::broker_down};
}

Check check_ledger(const HubStatus& status) {
    if (status.is_ledger_full)
        return {"ledger", "full", Condition::failed, &troubles::ledger_full};
    return status.is_ledger_busy ? Check{"ledger", "busy", Condition::failed, &troubles::ledger_busy}
                                 : Check{"ledger", "writable"};
}

Check check_disk(const HubStatus& status) {
    const std::uint64_t free =
        std::min(status.disk_free_bytes, status.contents ? status.contents->disk_free_bytes : UINT64_MAX);
    return free >= disk_short_bytes ? Check{"disk", "roomy"}
                                    : Check{"disk", "short", Condition::degraded, &troubles::disk_short};
}

Check check_contents(const HubStatus& status) {
    if (!status.contents)
        return {"contents", "none"};
    // Documents without large parts go on.
    if (status.contents->is_unusable)
        return {"contents", "unusable", Condition::degraded, &troubles::contents_unusable};
    return status.contents->is_full ? Check{"contents", "full", Condition::degraded, &troubles::contents_full}
                                    : Check{"contents", "writable"};
}

Check check_certificate(Instant until, Instant now) {
    if (until <= now)
        return {"certificate", "ended", Condition::failed, &troubles::certificate_ended};
    return until - now < certificate_warned ? Check{"certificate", "ending", Condition::degraded, &troubles::certificate_ends}
                                            : Check{"certificate", "valid"};
}

Check check_clock(const HubStatus& status) {
    if (status.now + clock_tolerance < status.started_at)
        return {"clock", "behind", Condition::failed, &troubles::clock_set};
    return clock_behind(status) > std::chrono::seconds{0}
               ? Check{"clock", "doubtful", Condition::degraded, &troubles::clock_behind}
               : Check{"clock", "sane"};
}

/// Documents within the province do not depend on it.
Check check_axis(const HubStatus& status) {
    const auto found = axis_findings(status, status.now);
    if (!found.empty())
        return {"axis", found.front().cause == &troubles::axis_down ? "down" : "unread", Condition::degraded,
                found.front().cause};
    return {"axis", is_axis_heard(status, status.now) ? "up" : "none"};
}

/// In the order of ready_names.
std::array<Check, ready_names.size()> checks_of(const HubStatus& status, Instant certificate_until) {
    return {check_broker(status),
            check_ledger(status),
            check_disk(status),
            check_contents(status),
            check_clock(status),
            check_certificate(certificate_until, status.now),
            check_axis(status)};
}

struct Question {
    bool is_verbose = false;
    std::vector<std::string> excluded;
};

Result<Question> question_of(const Call& call, std::span<const std::string_view> names) {
    Query asked{call};
    Question question;
    // "?verbose" alone says it, too.
    question.is_verbose = asked.parsed("verbose", [](std::string_view value) {
        return value.empty() || value == "true" || value == "false" ? std::optional{value != "false"} : std::nullopt;
    }).value_or(false);
    question.excluded = asked.texts("exclude");
    for (const std::string& excluded : question.excluded) {
        std::string known;
        for (const std::string_view name : names)
            known += (known.empty() ? "" : ", ") + std::string{name};
        // Whoever mistypes one would otherwise go on being told of what they meant to leave out.
        if (std::ranges::find(names, excluded) == names.end())
            asked.refuse("exclude", excluded.substr(0, 64) + ": " + known);
    }
    if (const auto trouble = asked.trouble())
        return *trouble;
    return question;
}

std::string line_of(const Check& check, bool is_vietnamese) {
    const std::string_view mark = check.condition == Condition::good       ? "[+] "
                                  : check.condition == Condition::degraded ? "[!] "
                                                                           : "[-] ";
    std::string line = std::string{mark} + std::string{check.name} + " " + std::string{check.state};
    if (check.cause)
        line += std::string{": "} + std::string{is_vietnamese ? check.cause->words.remedy_vi : check.cause->words.remedy_en}
                + " (" + std::string{check.cause->id} + ")";
    return line + "\n";
}

Response told(const Call& call, std::span<const std::string_view> names, std::span<const Check> checks,
              std::string_view good, std::string_view bad) {
    const auto question = question_of(call, names);
    if (!question)
        return problem(question.error(), call.language());
    std::string body, lines;
    bool is_good = true;
    for (const Check& check : checks) {
        if (std::ranges::find(question->excluded, check.name) != question->excluded.end()) {
            lines += "[ ] " + std::string{check.name} + " excluded\n";
            continue;
        }
        is_good = is_good && check.condition != Condition::failed;
        lines += line_of(check, call.language().starts_with("vi"));
        if (check.name == "broker" || check.name == "ledger" || check.condition == Condition::failed)
            body += std::string{check.name} + " " + std::string{check.state} + "\n";
    }
    const unsigned status = is_good ? 200 : 503;
    if (question->is_verbose)
        return {status, "text/plain; charset=utf-8", lines + std::string{is_good ? good : bad}, {}};
    return {status, "text/plain", body.empty() ? std::string{is_good ? good : bad} : body, {}};
}

}  // namespace

std::vector<Route> readiness_routes(Sources& sources) {
    return {
        with_query({"GET", "/livez", std::nullopt,
                    [](const Call& call) {
                        constexpr Check answers{"http", "turns"};
                        return told(call, live_names, {&answers, 1}, "ok\n", "");
                    }}),
        with_query({"GET", "/readyz", std::nullopt,
                    [&sources](const Call& call) {
                        const auto checks = checks_of(sources.status(), sources.certificate_valid_until);
                        return told(call, ready_names, checks, "ready\n", "not ready\n");
                    }}),
    };
}

}  // namespace hub::http
