#include "adapters/gateway/json_desk.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/extract.hpp"
#include "adapters/edxml/read_packet.hpp"
#include "adapters/edxml/write_packet.hpp"
#include "adapters/edxml/write_status.hpp"
#include "adapters/gateway/json_fields.hpp"
#include "adapters/gateway/json_problem.hpp"
#include "adapters/gateway/json_receivers.hpp"
#include "adapters/gateway/json_rows.hpp"
#include "adapters/gateway/packet_limits.hpp"
#include "adapters/kit/block_file.hpp"
#include "adapters/lift/lift.hpp"

#include "hub/core/signature.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace hub::gateway {
namespace {

namespace json = boost::json;
using vxp::SiteReply;

constexpr std::size_t page_rows_max = 200;
constexpr std::size_t page_rows = 100;
/// A recall asks each receiver by a packet of its own; the answers to further ones are not waited for.
constexpr std::chrono::seconds recall_awaited_max{20};
constexpr std::string_view recall_asked = "13";

std::string_view state_name(SendState state) { return state == SendState::accepted ? "accepted" : "waiting"; }

struct Page {
    Kind kind = Kind::document;
    std::optional<ListPlace> before;
    std::uint64_t after = 0;
    std::size_t rows = page_rows;
};

/// `place_name`: "after" or "before".
Result<Page> page_of(const JsonRequest& request, std::string_view place_name) {
    Page page;
    for (const auto& [name, value] : request.route.query) {
        const Fault invalid{Errc::field_invalid, name, value.substr(0, limits::fault_text_bytes_max)};
        if (name == "kind") {
            if (value != "document" && value != "status")
                return invalid;
            page.kind = value == "status" ? Kind::status : Kind::document;
        } else if (name == place_name && name == "after") {
            const auto after = parse_seq(value);
            if (!after)
                return invalid;
            page.after = *after;
        } else if (name == place_name) {
            page.before = parse_place(value);
            if (!page.before)
                return invalid;
        } else if (name == "limit") {
            const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), page.rows);
            if (error != std::errc{} || end != value.data() + value.size() || page.rows < 1 || page.rows > page_rows_max)
                return invalid;
        } else {
            return invalid;
        }
    }
    return page;
}

/// For a header: anything else than plain characters in hexadecimal (RFC 8187).
std::string attachment_field(std::string_view name) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    std::string text = "attachment; filename*=UTF-8''";
    for (const char c : name) {
        const bool is_plain =
            (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' || c == '_';
        const auto octet = static_cast<unsigned char>(c);
        if (is_plain)
            text += c;
        else
            text.append(1, '%').append(1, digits[octet >> 4]).append(1, digits[octet & 0xF]);
    }
    return text;
}

SiteReply submitted_reply(const Submitted& submitted) {
    json::object body{{"id", submitted.id.text()}, {"state", state_name(submitted.state)}};
    if (submitted.ended)
        body["sent_again_after"] = submitted.ended->text();
    return json_reply(submitted.state == SendState::accepted ? 201 : 202, body);
}

bool is_status_code(std::string_view code) {
    return code.size() == 2 && std::ranges::all_of(code, [](char c) { return c >= '0' && c <= '9'; });
}

/// A status about a document: by all the names that it has.
edxml::ResponseFor answers_of(const edxml::Packet& packet, const edxml::DocumentPacket& document) {
    return {.organ = packet.from.code.text(),
            .code = full_number(document.number, document.notation),
            .promulgated_on = document.promulgated_on,
            .document_id = document.document_id};
}

edxml::OpenFile opener(const std::vector<SubmittedFile>& files, const edxml::DocumentPacket& document) {
    return [&](const edxml::Attachment& attachment) -> Result<std::unique_ptr<edxml::OctetSource>> {
        const auto index = static_cast<std::size_t>(&attachment - document.attachments.data());
        auto source = edxml::FileSource::open(files.at(index).path);
        if (!source)
            return source.error();
        return std::make_unique<edxml::FileSource>(std::move(*source));
    };
}

}  // namespace

SiteReply JsonDesk::perform(const JsonRequest& request, std::vector<SpooledFile>& kept) {
    auto reply = answer(request, kept);
    return reply ? std::move(*reply) : problem(reply.error(), request.language);
}

Result<SiteReply> JsonDesk::answer(const JsonRequest& request, std::vector<SpooledFile>& kept) {
    const bool has_page = request.route.call == JsonCall::list_sent || request.route.call == JsonCall::list_received ||
                          request.route.call == JsonCall::list_receivers;
    if (!has_page && !request.route.query.empty())
        return Fault{Errc::field_invalid, "query", {}};
    switch (request.route.call) {
    case JsonCall::submit: return submit(request);
    case JsonCall::list_sent: return list_sent(request);
    case JsonCall::show_sent: {
        const auto packet = counter_.sent(*request.line, request.route.id);
        return packet ? Result<SiteReply>{json_reply(200, json_of(*packet))} : Result<SiteReply>{packet.error()};
    }
    case JsonCall::recall: return recall(request);
    case JsonCall::list_received: return list_received(request);
    case JsonCall::show_received: return show_received(request);
    case JsonCall::give_packet: return give_packet(request);
    case JsonCall::give_file: return give_file(request, kept);
    case JsonCall::acknowledge: return acknowledge(request);
    case JsonCall::report_status: return report_status(request);
    case JsonCall::list_receivers: return list_receivers(request);
    }
    return Fault{Errc::internal, {}, {}};
}

Result<Instant> JsonDesk::asked_at(const JsonRequest& request, const Digest& content) {
    if (request.idempotency_key.empty())
        return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    Bytes text = std::to_string(static_cast<int>(request.route.call)) + " " + request.route.id + "\n";
    text += content.bytes();
    return counter_.first_asked(*request.line, request.idempotency_key, sha256(text));
}

Result<SiteReply> JsonDesk::submit(const JsonRequest& request) {
    std::optional<SpooledFile> written;
    std::filesystem::path file = request.packet;
    Digest content;
    if (request.form) {
        const auto metadata = parse_object(request.form->metadata(), "metadata");
        const auto packet = metadata ? packet_of(*metadata, request.form->files(), request.line->agency(), counter_.units())
                                     : Result<edxml::Packet>{metadata.error()};
        if (!packet)
            return packet.error();
        auto sink = written.emplace(counter_.spool()).create();
        if (!sink)
            return sink.error();
        const auto& document = std::get<edxml::DocumentPacket>(packet->content);
        auto done = edxml::write_packet(*packet, opener(request.form->files(), document), *sink);
        if (done)
            done = sink->close();
        if (!done)
            return done.error();
        file = written->path();
        content = request.form->content();
    } else {
        const auto measured = kit::measure(file);
        if (!measured)
            return measured.error();
        content = measured->digest;
    }
    if (const auto at = asked_at(request, content); !at)
        return at.error();
    const auto submitted = counter_.submit(*request.line, {file, std::nullopt, {}, true, request.traceparent});
    return submitted ? Result<SiteReply>{submitted_reply(*submitted)} : Result<SiteReply>{submitted.error()};
}

Result<SiteReply> JsonDesk::list_sent(const JsonRequest& request) {
    const auto page = page_of(request, "before");
    if (!page)
        return page.error();
    const auto packets = counter_.sent_before(*request.line, page->kind, page->before, page->rows);
    if (!packets)
        return packets.error();
    json::array rows;
    json::value next;
    for (const SentPacket& each : *packets) {
        rows.push_back(json_of(each));
        next = json::value(text_of(ListPlace{each.sent_at, each.id.text()}));
    }
    return json_reply(200, {{"documents", std::move(rows)}, {"next", std::move(next)}});
}

Result<SiteReply> JsonDesk::list_received(const JsonRequest& request) {
    const auto page = page_of(request, "after");
    if (!page)
        return page.error();
    const auto packets = counter_.received_after(*request.line, page->kind, page->after, page->rows);
    if (!packets)
        return packets.error();
    json::array rows;
    for (const ReceivedPacket& each : *packets)
        rows.push_back(json_of(each));
    const std::uint64_t last = packets->empty() ? page->after : packets->back().seq;
    return json_reply(200, {{"packets", std::move(rows)},
                            {"next", last == 0 ? json::value(nullptr) : json::value(std::to_string(last))}});
}

Result<SiteReply> JsonDesk::list_receivers(const JsonRequest& request) const {
    const auto question = receivers_asked(request.route.query);
    if (!question)
        return question.error();
    return json_reply(200, receivers_page(counter_.units().all(), *question));
}

Result<edxml::Packet> JsonDesk::read_received(const std::filesystem::path& file) const {
    auto packet = edxml::read_packet_file(file, packet_limits(), counter_.spool());
    // Its sender was let through by another reader: he must not be told that his file is wrong.
    if (!packet && disposition_of(packet.error().code) == Disposition::reject)
        return Fault{Errc::kind_not_allowed, "id", "not an edXML packet that can be read: fetch it as it is"};
    return packet;
}

Result<SiteReply> JsonDesk::show_received(const JsonRequest& request) {
    const auto found = counter_.fetch(*request.line, request.route.id);
    if (!found)
        return found.error();
    const auto packet = read_received(found->file);
    if (!packet)
        return packet.error();
    json::object body = json_of(found->packet);
    for (const auto& field : json_of(*packet))
        body.insert(field);
    return json_reply(200, body);
}

Result<SiteReply> JsonDesk::give_packet(const JsonRequest& request) {
    const auto found = counter_.fetch(*request.line, request.route.id);
    if (!found)
        return found.error();
    SiteReply reply{.content_type = std::string{lift::packet_media_type}};
    reply.body.emplace_back(vxp::FilePiece{found->file, found->packet.bytes, false});
    return reply;
}

Result<SiteReply> JsonDesk::give_file(const JsonRequest& request, std::vector<SpooledFile>& kept) {
    const auto found = counter_.fetch(*request.line, request.route.id);
    if (!found)
        return found.error();
    const auto packet = read_received(found->file);
    if (!packet)
        return packet.error();
    const auto* const document = std::get_if<edxml::DocumentPacket>(&packet->content);
    std::size_t index = 0;
    const std::string& number = request.route.file;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), index);
    if (!document || error != std::errc{} || end != number.data() + number.size() ||
        index >= document->attachments.size())
        return Fault{Errc::not_found, "files", number.substr(0, limits::fault_text_bytes_max)};
    const edxml::Attachment& attachment = document->attachments[index];
    const SpooledFile& file = kept.emplace_back(counter_.spool());
    auto sink = file.create();
    if (!sink)
        return sink.error();
    auto done = edxml::extract_file(found->file, packet_limits(), counter_.spool(), index, *sink);
    if (done)
        done = sink->close();
    if (!done)
        return done.error();
    SiteReply reply{.content_type = attachment.content == edxml::ContentKind::pdf ? "application/pdf"
                                                                                 : "application/octet-stream"};
    reply.fields.push_back({"Content-Disposition", attachment_field(attachment.name)});
    reply.body.emplace_back(vxp::FilePiece{file.path(), attachment.content_bytes, false});
    return reply;
}

Result<SiteReply> JsonDesk::acknowledge(const JsonRequest& request) {
    constexpr std::array<std::string_view, 4> names{"", "done", "failed", "processing"};
    constexpr std::array states{HoldState::fresh, HoldState::done, HoldState::failed, HoldState::processing};
    const auto body = parse_object(request.body, "body");
    if (!body)
        return body.error();
    std::optional<Fault> fault;
    JsonFields fields{&*body, {}, fault};
    const HoldState state = states[fields.choice("state", names)];
    const std::string description = fields.text("description", Need::optional);
    if (state == HoldState::fresh)
        fields.refuse("state", "missing");
    if (state == HoldState::failed && description.empty())
        fields.refuse("description", "missing: the sender must know why");
    fields.refuse_unknown();
    if (fault)
        return *fault;
    if (auto done = counter_.acknowledge(*request.line, request.route.id, state, description); !done)
        return done.error();
    const auto found = counter_.fetch(*request.line, request.route.id);
    return found ? Result<SiteReply>{json_reply(200, json_of(found->packet))} : Result<SiteReply>{found.error()};
}

Result<Submitted> JsonDesk::send_status(const JsonRequest& request, const edxml::Organ& from,
                                        const edxml::StatusPacket& status, const EnvelopeId& answers,
                                        bool is_awaited) {
    const SpooledFile file{counter_.spool()};
    auto sink = file.create();
    if (!sink)
        return sink.error();
    auto done = sink->write(edxml::write_status(from, status));
    if (done)
        done = sink->close();
    if (!done)
        return done.error();
    return counter_.submit(*request.line, {file.path(), Kind::status, {}, is_awaited, request.traceparent, answers});
}

Result<SiteReply> JsonDesk::report_status(const JsonRequest& request) {
    const auto body = parse_object(request.body, "body");
    if (!body)
        return body.error();
    std::optional<Fault> fault;
    JsonFields fields{&*body, {}, fault};
    edxml::StatusPacket status;
    status.code = fields.text("code", Need::required);
    status.description = fields.text("description", Need::optional);
    JsonFields staff = fields.object("staff");
    status.staff.department = staff.text("department", Need::optional);
    status.staff.name = staff.text("name", Need::optional);
    status.staff.email = staff.text("email", Need::optional);
    status.staff.mobile = staff.text("mobile", Need::optional);
    staff.refuse_unknown();
    if (status.code == "02" && status.description.empty())
        fields.refuse("description", "missing: the sender must know why");
    if (!is_status_code(status.code) || status.code == recall_asked)
        fields.refuse("code", status.code == recall_asked ? "13 is what a recall sends" : "two digits");
    fields.refuse_unknown();
    if (fault)
        return *fault;
    const auto found = counter_.fetch(*request.line, request.route.id);
    if (!found)
        return found.error();
    const auto packet = read_received(found->file);
    if (!packet)
        return packet.error();
    const auto* const document = std::get_if<edxml::DocumentPacket>(&packet->content);
    const auto own = AgencyCode::parse(found->packet.to);
    if (!document || !own)
        return Fault{Errc::kind_not_allowed, "id", "not a document"};
    status.answers = answers_of(*packet, *document);
    const auto at = asked_at(request, sha256(request.body));
    if (!at)
        return at.error();
    status.reported_at = edxml::edxml_time(*at);
    const auto sent = send_status(request, organ_of(*own, counter_.units()), status, found->packet.envelope, true);
    return sent ? Result<SiteReply>{submitted_reply(*sent)} : Result<SiteReply>{sent.error()};
}

Result<SiteReply> JsonDesk::recall(const JsonRequest& request) {
    const auto body = parse_object(request.body, "body");
    if (!body)
        return body.error();
    std::optional<Fault> fault;
    JsonFields fields{&*body, {}, fault};
    const std::string reason = fields.text("reason", Need::required);
    const auto named = fields.texts("receivers", Need::optional);
    fields.refuse_unknown();
    if (fault)
        return *fault;
    const auto packet = counter_.sent(*request.line, request.route.id);
    const auto from = packet ? AgencyCode::parse(packet->from) : Result<AgencyCode>{packet.error()};
    if (!from)
        return from.error();
    if (packet->kind != Kind::document)
        return Fault{Errc::kind_not_allowed, "id", "not a document"};
    for (const std::string& each : named)
        if (std::ranges::find(packet->receivers, each, &SentReceiver::code) == packet->receivers.end())
            return Fault{Errc::receiver_unknown, "receivers", each};
    const auto at = asked_at(request, sha256(request.body));
    if (!at)
        return at.error();
    const auto awaited_until = std::chrono::steady_clock::now() + recall_awaited_max;
    json::array asked;
    std::optional<Fault> first;
    bool is_any_taken = false;
    for (const SentReceiver& each : packet->receivers) {
        const bool is_meant = named.empty() || std::ranges::find(named, each.code) != named.end();
        if (!is_meant || each.station == Station::withdrawn)
            continue;
        edxml::StatusPacket status{.code = std::string{recall_asked}, .description = reason,
                                   .reported_at = edxml::edxml_time(*at), .staff = {}, .answers = {}};
        status.answers = {each.code, packet->number, packet->issued_on, packet->document_id};
        const auto sent = send_status(request, organ_of(*from, counter_.units()), status, packet->id,
                                      std::chrono::steady_clock::now() < awaited_until);
        json::object row{{"receiver", each.code}, {"state", sent ? state_name(sent->state) : "refused"}};
        if (sent)
            row["id"] = sent->id.text();
        else
            row["refusal"] = json_of(RefusalNote{std::string{name_of(sent.error().code)}, sent.error().field,
                                                 sent.error().peer_text});
        if (!sent && !first)
            first = sent.error();
        is_any_taken = is_any_taken || sent;
        asked.push_back(std::move(row));
    }
    if (asked.empty())
        return Fault{Errc::document_recalled, "receivers", "all of them have given it back"};
    if (!is_any_taken)
        return *first;
    return json_reply(202, {{"id", packet->id.text()}, {"asked", std::move(asked)}});
}

}  // namespace hub::gateway
