#include "adapters/folder/receipt_files.hpp"

#include "adapters/kit/durable_file.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/core/fold.hpp"
#include "hub/telemetry/axis_words.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <map>

namespace hub::folder {
namespace {

namespace json = boost::json;

constexpr std::size_t state_bytes_max = 16 * 1024 * 1024;
/// Of one receiver, that moved nothing.
constexpr std::size_t statuses_max = 16, status_bytes_max = 64;

std::string time_text(Instant at) {
    using namespace std::chrono;
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    char out[48];
    std::snprintf(out, sizeof out, "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return out;
}

StationWords words_of(const wire::Receipt& receipt) {
    return is_taken_by_axis(receipt.what, receipt.text) ? words_of_taken_by_axis
                                                        : station_words_of_name(receipt.what).value_or(StationWords{});
}

json::object event_json(const wire::Receipt& receipt) {
    const StationWords words = words_of(receipt);
    const auto fault = words_of_name(receipt.code).value_or(Words{});
    json::array receivers;
    for (const std::string& receiver : receipt.receivers)
        receivers.emplace_back(receiver);
    return {{"entry", number(receipt.entry)},
            {"at", time_text(receipt.at)},
            {"what", receipt.what},
            {"label_vi", json::string{words.vi}},
            {"label_en", json::string{words.en}},
            {"envelope_id", receipt.envelope ? receipt.envelope->text() : std::string{}},
            {"receiver", receipt.receiver},
            {"receivers", std::move(receivers)},
            {"code", receipt.code},
            {"field", receipt.field},
            {"text", receipt.text},
            {"remedy_vi", json::string{fault.remedy_vi}},
            {"remedy_en", json::string{fault.remedy_en}},
            {"number", receipt.document.number},
            {"notation", receipt.document.notation},
            {"document_id", receipt.document.document_id},
            {"subject", receipt.document.subject}};
}

json::object read_state(const std::filesystem::path& file) {
    const auto octets = kit::read_whole(file, state_bytes_max);
    boost::system::error_code error;
    json::value state = octets ? json::parse(*octets, error) : json::value();
    return state.is_object() ? state.as_object() : json::object{};
}

json::object& child(json::object& parent, std::string_view key) {
    json::value& value = parent[key];
    if (!value.is_object())
        value = json::object{};
    return value.as_object();
}

/// The furthest station of one receiver, whatever the order of the events.
void move(json::object& receivers, const std::string& receiver, const wire::Receipt& receipt) {
    json::object& state = child(receivers, receiver);
    const auto* known = state.if_contains("state");
    const auto before = known && known->is_string() ? parse_station(known->as_string()) : std::nullopt;
    const int rank_before = before ? rank_of(*before) : -1;
    const auto reported = parse_station(receipt.what);
    // Told again, it happened when it was told first. What a receiver calls its own status is no event of the hub's.
    const bool is_its_word = receipt.what == "status";
    json::object& told = child(state, is_its_word ? "statuses" : "times");
    if (!is_its_word)
        told.emplace(receipt.what, time_text(receipt.at));
    else if (told.size() < statuses_max)
        told.emplace(utf8_prefix(receipt.code, status_bytes_max), time_text(receipt.at));
    if (!reported || rank_of(*reported) <= rank_before)
        return;
    const StationWords words = words_of(receipt);
    state["state"] = json::string{name_of(*reported)};
    state["label_vi"] = json::string{words.vi};
    state["label_en"] = json::string{words.en};
    state["since"] = time_text(receipt.at);
    state["code"] = receipt.code;
    state["text"] = receipt.text;
}

/// Whether the hub holds a large part of the document whole: by the newest event, in whatever order they come.
void note_part(json::object& parts, const wire::Receipt& receipt) {
    json::object& state = child(parts, receipt.text);
    const auto* known = state.if_contains("entry");
    boost::system::error_code error;
    const auto before = known ? known->to_number<std::uint64_t>(error) : 0;
    if (!error && before > number(receipt.entry))
        return;
    const StationWords words = station_words_of_name(receipt.what).value_or(StationWords{});
    const Words fault = words_of_name(receipt.code).value_or(Words{});
    const bool is_damaged = receipt.what == "content_damaged";
    state = {{"state", is_damaged ? "damaged" : "whole"},
             {"label_vi", json::string{words.vi}},
             {"label_en", json::string{words.en}},
             {"since", time_text(receipt.at)},
             {"entry", number(receipt.entry)},
             {"remedy_vi", json::string{fault.remedy_vi}},
             {"remedy_en", json::string{fault.remedy_en}}};
}

void bring_up_to_date(json::object& state, const wire::Receipt& receipt) {
    state["envelope_id"] = receipt.envelope->text();
    if (receipt.what == "accepted" || receipt.what == "refused") {
        if (receipt.document != DocumentName{}) {
            state["number"] = receipt.document.number;
            state["notation"] = receipt.document.notation;
            state["document_id"] = receipt.document.document_id;
            state["subject"] = receipt.document.subject;
        }
        // A late refusal of a forgery under the same id does not undo what was accepted.
        const auto* hub = state.if_contains("hub");
        if (!hub || *hub != json::value("accepted"))
            state["hub"] = receipt.what;
        state.emplace(receipt.what + "_at", time_text(receipt.at));
        if (receipt.what == "refused")
            state["refusal"] = json::parse(reason_json(receipt.code, receipt.field, receipt.text));
        for (const std::string& receiver : receipt.receivers)
            if (json::object& known = child(child(state, "receivers"), receiver); !known.contains("state"))
                known["state"] = "accepted";
    } else if (receipt.what == "content_damaged" || receipt.what == "content_restored") {
        note_part(child(state, "parts"), receipt);
    } else if (!receipt.receiver.empty()) {
        move(child(state, "receivers"), receipt.receiver, receipt);
    }
}

}  // namespace

std::string reason_json(const std::string& code, const std::string& field, const std::string& detail) {
    const Words words = words_of_name(code).value_or(Words{});
    const auto text = [](std::string_view view) { return json::string{view}; };
    return json::serialize(json::object{{"code", clean_utf8(code)}, {"field", clean_utf8(field)},
                                        {"detail", clean_utf8(detail)},
                                        {"title_vi", text(words.title_vi)}, {"title_en", text(words.title_en)},
                                        {"remedy_vi", text(words.remedy_vi)}, {"remedy_en", text(words.remedy_en)}});
}

Result<void> write_receipts(const std::filesystem::path& folder, std::span<const wire::Receipt> receipts) {
    kit::DurableBatch files{kit::Readers::group};
    std::map<std::filesystem::path, json::object> states;
    for (const wire::Receipt& receipt : receipts) {
        // A refusal of bytes that showed no id belongs to no document of ours.
        const std::string name = receipt.envelope ? receipt.envelope->text() : "unknown";
        std::error_code error;
        std::filesystem::create_directories(folder / name, error);
        if (error)
            return kit::file_fault(error.value(), folder / name);
        const auto event = folder / name / (std::to_string(number(receipt.entry)) + ".json");
        if (auto added = files.add(event, json::serialize(event_json(receipt)) + "\n"); !added)
            return added;
        if (!receipt.envelope)
            continue;
        const auto file = folder / (name + ".json");
        const auto [state, is_new] = states.try_emplace(file);
        if (is_new)
            state->second = read_state(file);
        bring_up_to_date(state->second, receipt);
    }
    for (const auto& [file, state] : states)
        if (auto added = files.add(file, json::serialize(state) + "\n"); !added)
            return added;
    return files.commit();
}

}  // namespace hub::folder
