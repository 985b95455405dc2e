#include "hub/http/json.hpp"

#include "hub/core/clean_text.hpp"
#include "hub/core/fold.hpp"
#include "hub/telemetry/axis_words.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace hub::http {
namespace {

namespace json = boost::json;

json::string text(std::string_view view) { return json_text(view); }

json::value time_or_null(const std::optional<Instant>& at) {
    return at ? json::value(json::string{time_text(*at)}) : json::value(nullptr);
}

json::value change(const Change& change) {
    if (change.state == ChangeState::none)
        return nullptr;
    const StationWords words = change_words(change);
    return json::object{{"kind", text(hub::name_of(change.kind))},
                        {"state", text(hub::name_of(change.state))},
                        {"label_vi", text(words.vi)},
                        {"label_en", text(words.en)}};
}

json::value standing_or_null(const std::optional<Standing>& standing) {
    return standing ? json::value(text(hub::name_of(*standing))) : json::value(nullptr);
}

json::object json_of(const Entry& entry) {
    const bool is_axis_word = entry.event == ReceiptEvent::stored && entry.field == axis_doc_id_field;
    const auto words = is_axis_word ? words_of_taken_by_axis
                                    : station_words_of_name(what_of(entry)).value_or(StationWords{});
    return {{"entry", number(entry.seq)},
            {"at", time_text(entry.at)},
            {"event", text(what_of(entry))},
            {"label_vi", text(words.vi)},
            {"label_en", text(words.en)},
            {"receiver", entry.receiver ? json::value(text(entry.receiver->text())) : json::value(nullptr)},
            {"code", text(entry.code)},
            {"field", text(entry.field)},
            {"text", text(entry.text)},
            {"actor", entry.act ? json::value(text(entry.act->actor)) : json::value(nullptr)}};
}

bool is_closed(const Agency& agency, Instant now) noexcept {
    return (agency.closed_at && now >= *agency.closed_at) || (agency.opened_at && now < *agency.opened_at);
}

json::value code_or_null(const std::optional<AgencyCode>& code) {
    return code ? json::value(text(code->text())) : json::value(nullptr);
}

}  // namespace

std::string_view kind_name(Kind kind) noexcept {
    switch (kind) {
    case Kind::document: return "document";
    case Kind::status: return "status";
    case Kind::acknowledgement: return "acknowledgement";
    case Kind::receipt: return "receipt";
    case Kind::service: return "service";
    }
    return "unknown";
}

json::string json_text(std::string_view octets) {
    if (is_utf8(octets))
        return json::string{octets};
    return json::string{clean_utf8(octets)};
}

Response json_response(const json::value& body) { return {200, "application/json", json::serialize(body), {}}; }

std::string time_text(Instant at) {
    using namespace std::chrono;
    const auto day = floor<days>(at);
    const year_month_day date{day};
    const hh_mm_ss time{at - day};
    std::array<char, 40> out{};
    std::snprintf(out.data(), out.size(), "%04d-%02u-%02uT%02d:%02d:%02d.%03dZ", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                  static_cast<int>(time.seconds().count()), static_cast<int>(time.subseconds().count()));
    return out.data();
}

json::object json_of(const Fault& fault) {
    const Words words = words_of(fault.code);
    return {{"code", text(hub::name_of(fault.code))}, {"field", text(fault.field)}, {"detail", text(fault.peer_text)},
            {"title_vi", text(words.title_vi)},       {"title_en", text(words.title_en)},
            {"remedy_vi", text(words.remedy_vi)},     {"remedy_en", text(words.remedy_en)}};
}

json::object json_of(const DocumentSummary& document) {
    json::array deliveries;
    for (const DeliverySummary& delivery : document.deliveries) {
        const auto words = station_words(delivery.station);
        deliveries.push_back(json::object{{"receiver", text(delivery.receiver.text())},
                                          {"state", text(hub::name_of(delivery.station))},
                                          {"label_vi", text(words.vi)},
                                          {"label_en", text(words.en)},
                                          {"changed_at", time_text(delivery.changed_at)},
                                          {"change", change(delivery.change)},
                                          {"standing", standing_or_null(delivery.standing)}});
    }
    const DocumentName& name = document.document;
    return {{"seq", number(document.seq)},
            {"id", document.id ? json::value(text(document.id->text())) : json::value(nullptr)},
            {"kind", text(kind_name(document.kind))},
            {"sender", text(document.sender.text())},
            {"issuer", text(name.issuer)},
            {"number", text(name.number)},
            {"notation", text(name.notation)},
            {"promulgated_on", text(name.promulgated_on)},
            {"document_id", text(name.document_id)},
            {"subject", text(name.subject)},
            {"type_name", text(name.type_name)},
            {"urgency", static_cast<int>(document.urgency)},
            {"business", static_cast<int>(document.business)},
            {"status_code", text(document.status_code)},
            {"accepted_at", time_text(document.accepted_at)},
            {"refusal", document.refusal ? json::value(json_of(*document.refusal)) : json::value(nullptr)},
            {"deliveries", std::move(deliveries)},
            {"held", document.is_held},
            {"retired_at", time_or_null(document.retired_at)},
            {"signed_by_gateway", document.is_signed_by_gateway}};
}

json::object json_of(const Story& story) {
    json::object out = json_of(story.document);
    json::array parts;
    for (const Part& part : story.parts)
        parts.push_back(json::object{{"part", parts.size() + 1},
                                     {"name", text(part.name)},
                                     {"media_type", text(part.media_type)},
                                     {"size_bytes", part.size_bytes},
                                     {"sha256", part.digest.text()}});
    json::array entries;
    for (const Entry& entry : story.entries)
        entries.push_back(json_of(entry));
    out["parts"] = std::move(parts);
    out["entries"] = std::move(entries);
    return out;
}

json::object json_of(const QueueAge& queue, Instant now) {
    // A clock that was put back since has no document of tomorrow.
    const auto age = queue.oldest_at ? std::max<std::int64_t>((now - *queue.oldest_at).count() / 1000, 0) : 0;
    return {{"agency", text(queue.agency.text())},
            {"waiting", queue.waiting},
            {"unconfirmed", queue.unconfirmed},
            {"in_inbox", queue.in_inbox},
            {"oldest_at", time_or_null(queue.oldest_at)},
            {"oldest_age_seconds", age},
            {"last_retrieved_at", time_or_null(queue.last_retrieved_at)}};
}

json::value json_of(const std::optional<HubStatus::Contents>& contents, const Relay::Counters& relay) {
    if (!contents)
        return nullptr;
    return json::object{{"state", contents->is_unusable ? "unusable" : contents->is_full ? "full" : "writable"},
                        {"trouble", text(contents->trouble)},
                        {"disk_free_bytes", contents->disk_free_bytes},
                        {"stored", relay.contents_stored},
                        {"damaged", relay.contents_damaged},
                        {"removed", relay.contents_removed}};
}

json::object json_of(const HubStatus& status) {
    const bool is_taking = !status.is_ledger_full && !status.is_ledger_busy
                           && !(status.contents && (status.contents->is_full || status.contents->is_unusable));
    const bool is_good = status.broker == "up" && is_taking;
    const Relay::Counters& relay = status.relay;
    return {{"state", is_good ? "ready" : "degraded"},
            {"version", text(status.version)},
            {"started_at", time_text(status.started_at)},
            {"now", time_text(status.now)},
            {"broker", json::object{{"state", text(status.broker)}, {"trouble", text(status.broker_trouble)},
                                    {"refilling", relay.is_refilling}}},
            {"ledger", json::object{{"state", status.is_ledger_full ? "full" : status.is_ledger_busy ? "busy" : "writable"},
                                    {"disk_free_bytes", status.disk_free_bytes}}},
            {"since_start", json::object{{"accepted", relay.accepted},
                                         {"refused", relay.refused},
                                         {"repeated", relay.repeated},
                                         {"confirmed", relay.confirmed},
                                         {"returned", relay.returned},
                                         {"retired", relay.envelopes_retired}}},
            {"contents", json_of(status.contents, relay)},
            {"under_way", json::object{{"unconfirmed", relay.publishes_unconfirmed},
                                       {"due", relay.deliveries_due},
                                       {"more_in_ledger", relay.is_behind}}}};
}

json::object json_of(const Agency& agency, Instant now) {
    json::array aliases;
    for (const Alias& alias : agency.aliases)
        aliases.push_back(json::object{{"code", text(alias.code.text())},
                                       {"valid_from", time_or_null(alias.valid_from)},
                                       {"valid_until", time_or_null(alias.valid_until)}});
    json::array certificates;
    for (const Certificate& certificate : agency.certificates)
        certificates.push_back(json::object{{"key_id", certificate.id().text()},
                                            {"subject", text(certificate.subject())},
                                            {"valid_until", time_text(certificate.valid_until())},
                                            {"days_left", std::chrono::floor<std::chrono::days>(certificate.valid_until() - now).count()}});
    return {{"code", text(agency.code.text())},
            {"name", text(agency.name)},
            {"state", is_closed(agency, now) ? "closed" : "open"},
            {"axis", agency.is_axis},
            {"serves_subordinates", agency.serves_subordinates},
            {"aliases", std::move(aliases)},
            {"certificates", std::move(certificates)},
            {"successor", agency.successor ? json::value(text(agency.successor->text())) : json::value(nullptr)}};
}

json::object directory_row(const Agency& agency, Instant now) {
    json::array others;
    for (const Alias& alias : agency.aliases)
        others.push_back(text(alias.code.text()));
    return {{"code", text(agency.code.text())},
            {"other_codes", std::move(others)},
            {"name", text(agency.name)},
            {"listed_by", "province"},
            {"state", is_closed(agency, now) ? "closed" : "open"},
            {"parent", nullptr},
            {"version", nullptr},
            {"modified_at", nullptr}};
}

json::object directory_row(const Unit& unit) {
    json::array others;
    if (unit.old_code)
        others.push_back(text(unit.old_code->text()));
    return {{"code", text(unit.code.text())},
            {"other_codes", std::move(others)},
            {"name", text(unit.name)},
            {"listed_by", "axis"},
            {"state", unit.is_closed ? "closed" : "open"},
            {"parent", code_or_null(unit.parent)},
            {"version", unit.version},
            {"modified_at", text(unit.modified_at)}};
}

}  // namespace hub::http
