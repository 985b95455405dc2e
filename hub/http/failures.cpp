#include "hub/http/failures.hpp"

#include "hub/http/failure_care.hpp"
#include "hub/http/operation_json.hpp"
#include "hub/http/problem.hpp"
#include "hub/telemetry/remedy.hpp"

#include <boost/json.hpp>

namespace hub::http {
namespace {

namespace json = boost::json;

/// What a receiver's adapter reports is mended there: its sender's clock, of which the hub's own refusal speaks, has no
/// part in it.
constexpr Words expired_at_receiver{
    "Bên nhận không lấy được văn bản trước khi gói hết hạn", "The receiver could not take it before the envelope expired",
    "Tại máy của bên nhận, kiểm tra kết nối nêu bên cạnh (kho tệp lớn của trục, trục quốc gia), đồng hồ và đĩa, rồi gửi "
    "lại (`lgsp retry`). Với trục quốc gia, đề nghị bên gửi gửi lại thành gói mới.",
    "On the receiver's machine check the link that is named beside this (the hub's content store, the national axis), "
    "the clock and the disk, then have it brought again (`lgsp retry`). For the national axis let its sender send it as "
    "a new envelope."};

/// An adapter may have a word of its own for it.
Words words_of_cause(const Cause& cause) {
    return cause.code == name_of(Errc::envelope_expired) ? expired_at_receiver
                                                         : words_of_name(cause.code).value_or(Words{});
}

json::array rows_of(const std::vector<std::pair<AgencyCode, std::uint64_t>>& receivers) {
    json::array rows;
    for (const auto& [receiver, count] : receivers)
        rows.push_back(json::object{{"agency", json_text(receiver.text())}, {"count", count}});
    return rows;
}

json::object json_of(const FailureGroup& group) {
    const Words words = words_of_cause(group.cause);
    return {{"cause", json_text(group.fingerprint)},
            {"code", json_text(group.cause.code)},
            {"detail", json_text(group.cause.detail)},
            {"title_vi", json_text(words.title_vi)},
            {"title_en", json_text(words.title_en)},
            {"remedy_vi", json_text(words.remedy_vi)},
            {"remedy_en", json_text(words.remedy_en)},
            {"count", group.count},
            {"is_cut", group.is_cut},
            {"first_at", time_text(group.first_at)},
            {"last_at", time_text(group.last_at)},
            {"receivers", rows_of(group.receivers)},
            {"receiver_count", group.receiver_count},
            {"sample", group.sample ? json::value(http::json_of(*group.sample)) : json::value(nullptr)}};
}

json::object json_of(const ParkedGroup& group) {
    const Cause cause = group.cause.value_or(Cause{});
    const Words words = group.cause ? words_of_cause(cause) : Words{};
    json::array acts;
    for (const ParkedAct& act : group.acts)
        acts.push_back(json::object{{"operation", number(act.operation)},
                                    {"actor", json_text(act.actor)},
                                    {"reason", json_text(act.reason)},
                                    {"asked_at", time_text(act.asked_at)},
                                    {"count", act.count}});
    return {{"cause", json_text(group.fingerprint)},
            {"code", json_text(cause.code)},
            {"detail", json_text(cause.detail)},
            {"title_vi", json_text(words.title_vi)},
            {"title_en", json_text(words.title_en)},
            {"count", group.count},
            {"first_at", time_text(group.first_at)},
            {"last_at", time_text(group.last_at)},
            {"receivers", rows_of(group.receivers)},
            {"receiver_count", group.receiver_count},
            {"acts", std::move(acts)},
            {"act_count", group.act_count}};
}

Response failures(Sources& sources, const Call& call) {
    const auto report = sources.book->failures();
    if (!report)
        return problem(report.error(), call.language());
    json::array groups;
    for (const FailureGroup& group : report->groups) {
        json::object row = json_of(group);
        if (const auto added = add_care(row, group, sources); !added)
            return problem(added.error(), call.language());
        groups.push_back(std::move(row));
    }
    const auto aside = sources.book->parked();
    if (!aside)
        return problem(aside.error(), call.language());
    json::array parked;
    for (const ParkedGroup& group : aside->groups)
        parked.push_back(json_of(group));
    return json_response(json::object{{"failures", std::move(groups)},
                                      {"is_cut", report->is_cut},
                                      {"parked", std::move(parked)},
                                      {"parked_are_cut", aside->is_cut}});
}

}  // namespace

std::vector<Route> failure_routes(Sources& sources) {
    // Of all agencies at once: not for a clerk, who sees one of them.
    std::vector<Route> routes = failure_care_routes(sources);
    routes.push_back({"GET", "/v1/failures", Right::operate, [&](const Call& call) { return failures(sources, call); }});
    return routes;
}

}  // namespace hub::http
