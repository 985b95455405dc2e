#include "hub/ctl/recall.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/write_status.hpp"
#include "hub/core/envelope.hpp"
#include "hub/ctl/files.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hub::ctl {
namespace {

namespace json = boost::json;

std::string text_of(const json::value& value, std::string_view key) {
    const auto* object = value.if_object();
    const auto* found = object ? object->if_contains(key) : nullptr;
    return found && found->is_string() ? std::string{found->as_string()} : std::string{};
}

Problem nobody(const std::string& field, const std::string& whom, Lang lang) {
    constexpr Both title{"Không có ai để thu hồi", "There is nobody to ask"};
    constexpr Both remedy{"Xem các bên nhận với `lgsp show`.", "See the receivers with `lgsp show`."};
    return {Exit::not_found, "not_found", std::string{title.in(lang)}, std::string{remedy.in(lang)}, field, whom};
}

/// All that are meant have been asked, or have given it back.
Problem asked_before(bool is_waiting, const std::string& id, Lang lang) {
    constexpr Both waits{"Đã yêu cầu thu hồi, bên nhận chưa trả lời", "It was asked back already, and is not answered yet"};
    constexpr Both done{"Bên nhận đã trả lại văn bản này", "Its receivers have given it back already"};
    constexpr Both wait{"Chờ bên nhận trả lời (15 hoặc 16); xem với `lgsp show`.",
                        "Wait for the answer (15 or 16); see it with `lgsp show`."};
    constexpr Both nothing{"Không cần làm gì; xem với `lgsp show`.", "Nothing is to be done; see it with `lgsp show`."};
    return {Exit::conflict, is_waiting ? "change_pending" : "document_recalled", std::string{(is_waiting ? waits : done).in(lang)},
            std::string{(is_waiting ? wait : nothing).in(lang)}, "id", id};
}

}  // namespace

Outcome<json::object> recall(const json::value& story, const RecallRequest& request,
                             std::chrono::system_clock::time_point now, Lang lang) {
    // Who has issued it, perhaps a unit below the agency that sent it.
    auto sender = AgencyCode::parse(text_of(story, "issuer"));
    if (!sender)
        sender = AgencyCode::parse(text_of(story, "sender"));
    const auto* deliveries = story.is_object() ? story.as_object().if_contains("deliveries") : nullptr;
    if (!sender || !deliveries || !deliveries->is_array() || text_of(story, "kind") != "document")
        return nobody("id", text_of(story, "id"), lang);
    const auto is_receiver = [&](const std::string& code) {
        return std::ranges::any_of(deliveries->as_array(), [&](const auto& d) { return text_of(d, "receiver") == code; });
    };
    for (const std::string& code : request.receivers)
        if (!is_receiver(code))
            return nobody("--to", code, lang);

    json::array asked;
    bool is_waiting = false, is_done = false;
    for (const json::value& delivery : deliveries->as_array()) {
        const std::string receiver = text_of(delivery, "receiver");
        const auto* change = delivery.as_object().if_contains("change");
        const bool is_recall = change && text_of(*change, "kind") == "recall";
        const bool is_asked = is_recall && text_of(*change, "state") == "asked";
        const bool is_given_back = is_recall && text_of(*change, "state") == "agreed";
        const bool is_meant = request.receivers.empty()
                              || std::ranges::find(request.receivers, receiver) != request.receivers.end();
        is_waiting = is_waiting || (is_meant && is_asked);
        is_done = is_done || (is_meant && is_given_back);
        if (!is_meant || is_asked || is_given_back)
            continue;
        edxml::StatusPacket packet;
        packet.code = "13";
        packet.description = request.reason;
        packet.reported_at = edxml::edxml_time(std::chrono::floor<Instant::duration>(now));
        packet.answers.organ = receiver;
        packet.answers.code = full_number(text_of(story, "number"), text_of(story, "notation"));
        packet.answers.promulgated_on = text_of(story, "promulgated_on");
        packet.answers.document_id = text_of(story, "document_id");
        edxml::Organ from{.code = *sender};
        from.name = sender->text();
        // A name of its own: the one before may still lie there, and both may be asked again.
        const std::string name = "recall-" + text_of(story, "id") + "-" + receiver + "-"
                                 + std::to_string(now.time_since_epoch().count()) + ".edxml";
        if (auto written = write_file(request.outbox / name, edxml::write_status(from, packet), 0644, Overwrite::no, lang);
            !written)
            return written.error();
        asked.push_back(json::object{{"receiver", receiver}, {"file", name}});
    }
    if (asked.empty())
        return is_waiting || is_done ? asked_before(is_waiting, text_of(story, "id"), lang)
                                     : nobody("id", text_of(story, "id"), lang);
    return json::object{{"id", text_of(story, "id")}, {"asked", std::move(asked)}};
}

}  // namespace hub::ctl
