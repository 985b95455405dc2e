#include "hub/http/operation_json.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/rfc3339.hpp"
#include "hub/telemetry/remedy.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

json::value text_or_null(std::string_view text) {
    return text.empty() ? json::value(nullptr) : json::value(json_text(text));
}
json::value code_or_null(const std::optional<AgencyCode>& code) { return text_or_null(code ? code->text() : ""); }
json::value time_or_null(const std::optional<Instant>& at) {
    return at ? json::value(json::string{time_text(*at)}) : json::value(nullptr);
}

/// The agency's own code, by whichever of its codes people know it.
Result<std::optional<AgencyCode>> agency_of(std::string_view key, const std::string& text, const Directory& directory,
                                            Instant now) {
    auto code = AgencyCode::parse(text);
    if (!code)
        return invalid(key, text);
    const Agency* agency = directory.named(*code, now);
    return std::optional{agency ? agency->code : std::move(*code)};
}

Result<void> set_text(OperationWish& wish, std::string_view key, const std::string& text, const Directory& directory,
                      Instant now) {
    Selection& s = wish.selection;
    const auto set = [&](bool is_right) { return is_right ? Result<void>{} : invalid(key, text); };
    const auto set_parsed = [&](auto& out, const auto& parsed) {
        if (parsed)
            out = *parsed;
        return set(static_cast<bool>(parsed));
    };
    if (key == "act")
        return set_parsed(wish.act, parse_act(text));
    if (key == "state")
        return set_parsed(s.standing, parse_standing(text));
    if (key == "seen")
        return set_parsed(wish.seen, parse_horizon(text));
    if (key == "id")
        return set_parsed(s.envelope, EnvelopeId::parse(text));
    if (key == "since")
        return set_parsed(s.since, parse_time(text, now));
    if (key == "until")
        return set_parsed(s.until, parse_time(text, now));
    if (key == "sender" || key == "receiver") {
        auto code = agency_of(key, text, directory, now);
        if (!code)
            return code.error();
        (key == "sender" ? s.sender : s.receiver) = std::move(*code);
        return {};
    }
    if (key == "cause") {
        s.cause = text;
        return set(text == no_cause || is_fingerprint(text));
    }
    if (key == "number") {
        s.number = text;
        return set(!text.empty() && text.size() <= limits::fault_text_bytes_max);
    }
    if (key == "reason") {
        wish.reason = text;
        return set(is_reason(text));
    }
    return invalid(key, "unknown field");
}

Result<void> set_number(OperationWish& wish, std::string_view key, std::uint64_t value) {
    if (key == "expect")
        wish.expect = value;
    else if (key == "per_second" && value >= 1 && value <= limits::operation_per_second_max)
        wish.per_second = static_cast<std::uint32_t>(value);
    else
        return invalid(key, key == "per_second" ? std::to_string(value) : "unknown field");
    return {};
}

}  // namespace

json::object json_of(const DeliverySample& sample) {
    const auto words = station_words(sample.station);
    return {{"seq", number(sample.envelope)},
            {"id", sample.id ? json::value(json_text(sample.id->text())) : json::value(nullptr)},
            {"sender", json_text(sample.sender.text())},
            {"receiver", json_text(sample.receiver.text())},
            {"number", json_text(sample.document.number)},
            {"notation", json_text(sample.document.notation)},
            {"subject", json_text(sample.document.subject)},
            {"state", json_text(name_of(sample.station))},
            {"label_vi", json_text(words.vi)},
            {"label_en", json_text(words.en)},
            {"attempt", sample.attempt},
            {"changed_at", time_text(sample.changed_at)},
            {"sent_again", sample.is_sent_again}};
}

json::object json_of(const Selection& s) {
    return {{"state", json_text(name_of(s.standing))},
            {"cause", text_or_null(s.cause)},
            {"sender", code_or_null(s.sender)},
            {"receiver", code_or_null(s.receiver)},
            {"id", s.envelope ? json::value(json_text(s.envelope->text())) : json::value(nullptr)},
            {"number", text_or_null(s.number)},
            {"since", time_or_null(s.since)},
            {"until", time_or_null(s.until)}};
}

json::object json_of(const Operation& o) {
    return {{"operation", number(o.seq)},
            {"act", json_text(name_of(o.act))},
            {"filter", json_of(o.selection)},
            {"seen", json_text(text_of(o.seen))},
            {"expected", o.expected},
            {"per_second", o.per_second},
            {"actor", json_text(o.actor)},
            {"reason", json_text(o.reason)},
            {"state", json_text(name_of(o.state))},
            {"done", o.done},
            // What has moved on by itself since it was seen; known at the end.
            {"left_alone", o.state == OperationState::done ? json::value(o.expected - o.done) : json::value(nullptr)},
            {"starts_at", time_or_null(o.starts_at)},
            {"decided_by", text_or_null(o.decided_by)},
            {"decision", text_or_null(o.decision)},
            {"decided_at", time_or_null(o.decided_at)},
            {"asked_at", time_text(o.asked_at)},
            {"changed_at", time_text(o.changed_at)}};
}

json::object json_of(const OperationOutcome& outcome) {
    return {{"counted", outcome.counted}, {"is_cut", outcome.is_cut}, {"arrived", outcome.arrived},
            {"waiting", outcome.waiting}, {"at_adapter", outcome.at_adapter}, {"failed", outcome.failed},
            {"parked", outcome.parked}};
}

std::string text_of(const Horizon& horizon) {
    return std::to_string(number(horizon.entry)) + "-" + std::to_string(number(horizon.delivery));
}

std::optional<Horizon> parse_horizon(std::string_view text) {
    const auto dash = text.find('-');
    if (dash == std::string_view::npos)
        return std::nullopt;
    const auto entry = parse_number(text.substr(0, dash)), delivery = parse_number(text.substr(dash + 1));
    constexpr std::uint64_t highest = INT64_MAX;
    if (!entry || !delivery || *entry > highest || *delivery > highest)
        return std::nullopt;
    return Horizon{EntrySeq{*entry}, DeliverySeq{*delivery}};
}

Result<OperationWish> operation_wish(const json::object& body, const Directory& directory, Instant now) {
    OperationWish wish;
    bool has_act = false, has_standing = false;
    for (const auto& [key, member] : body) {
        const std::string_view name{key.data(), key.size()};
        if (member.is_null())
            continue;
        Result<void> set = invalid(name, "text or number expected");
        if (const auto* text = member.if_string())
            set = set_text(wish, name, std::string{std::string_view{*text}}, directory, now);
        else if (const auto* count = member.if_int64(); count && *count >= 0)
            set = set_number(wish, name, static_cast<std::uint64_t>(*count));
        if (!set)
            return set.error();
        has_act = has_act || name == "act";
        has_standing = has_standing || name == "state";
    }
    if (!has_act)
        return invalid("act", {});
    if (!has_standing)
        wish.selection.standing = wish.act == DeliveryAct::release ? Standing::parked : Standing::failed;
    if (!may(wish.act, wish.selection.standing))
        return invalid("state", name_of(wish.selection.standing));
    if (auto checked = check(wish.selection); !checked)
        return checked.error();
    return wish;
}

}  // namespace hub::http
