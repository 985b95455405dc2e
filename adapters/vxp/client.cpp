#include "adapters/vxp/client.hpp"

#include "adapters/edxml/base64.hpp"
#include "adapters/edxml/octet_sink.hpp"
#include "adapters/edxml/xml_document.hpp"
#include "adapters/vxp/http_date.hpp"
#include "adapters/vxp/multipart.hpp"
#include "adapters/vxp/reply_frame.hpp"

#include "hub/core/fold.hpp"

#include <algorithm>
#include <stdexcept>

namespace hub::vxp {
namespace {

using Outcome = CallFailure::Outcome;

constexpr std::string_view agent = "JAVASDKAgent/1.0.0 XRoad/VPCP";
constexpr std::size_t description_bytes_max = 500;
/// Of a frame beside what it is asked for.
constexpr std::uint64_t frame_bytes_max = 64 * 1024;

CallFailure ours(Fault fault) {
    CallFailure failure{.outcome = Outcome::ours, .text = edxml::cut(fault.peer_text)};
    failure.fault = std::move(fault);
    return failure;
}

/// As one line that may stand in a header.
std::string header_text(std::string_view text) {
    std::string out;
    if (!is_utf8(text))
        return out;
    for (const char c : text)
        out += static_cast<unsigned char>(c) < 0x20 || c == 0x7f ? ' ' : c;
    out = edxml::cut(out, description_bytes_max);
    return std::string{edxml::trimmed(out)};
}

std::string json_array(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const std::string& text : texts) {
        if (out.size() > 1)
            out += ',';
        write_json_text(text, out);
    }
    return out += ']';
}

}  // namespace

/// A call, but for what every call has.
struct Client::Asked {
    Operation operation;
    Fields parameters;
    std::string body;
    std::optional<HttpFile> file;
    std::string content_type = "application/json";
};

/// What is made of the answer.
struct Client::Reading {
    explicit Reading(Operation asked) : rule{rule_of(asked)} {}

    const OperationRule& rule;
    ReplyReader::RecordSink record = [](const Fields&) { return Result<void>{}; };
    ReplyReader::TextSink text = [](std::string_view) { return Result<void>{}; };
    std::function<Result<void>(BytesView)> octets;      ///< Where the answer may be a packet instead of a frame.
    std::uint64_t bytes_max = frame_bytes_max;

    ReplyFrame frame;
    bool is_packet = false;             ///< It is one.

    Result<void> take(unsigned status, BytesView piece);
    /// After a reply that came whole. false: no frame, no packet and no blank that means something.
    Result<bool> finish(const HttpReply& reply);

    std::optional<ReplyReader> reader;
    std::optional<Fault> unreadable;
};

Result<void> Client::Reading::take(unsigned status, BytesView piece) {
    if (!reader && !is_packet && octets && status == 200) {
        const auto first = piece.find_first_not_of(" \t\r\n");
        if (first == BytesView::npos)
            return {};
        is_packet = piece[first] != '{';
    }
    if (is_packet)
        return octets(piece);
    if (!reader)
        reader.emplace(record, text);
    if (unreadable)
        return {};
    const auto added = reader->add(piece);
    if (!added && (added.error().code != Errc::field_invalid || added.error().field != "reply"))
        return added;
    // Read on to the end of the answer, so that it is the axis's word and not ours that ends the call.
    if (!added)
        unreadable = added.error();
    return {};
}

Result<bool> Client::Reading::finish(const HttpReply& reply) {
    if (is_packet)
        return true;
    if (reply.body_bytes == 0)
        return reply.status == 200 && rule.is_blank_none;
    if (!reader || unreadable)
        return false;
    auto finished = reader->finish();
    if (!finished)
        return false;
    frame = std::move(*finished);
    if (!frame.is_ok)
        return true;
    if (reply.status != 200)
        return false;
    switch (rule.shape) {
    case ReplyShape::nothing:
    case ReplyShape::records:       return true;
    case ReplyShape::doc_id:        return !frame.doc_id.empty();
    case ReplyShape::count:         return frame.count.has_value();
    case ReplyShape::packet_base64:
    case ReplyShape::packet_octets: return frame.has_text;
    }
    return false;
}

Called<void> Client::perform(Asked asked, Reading& reading, const std::stop_token& stop) const {
    const OperationRule& rule = rule_of(asked.operation);
    Fields parameters{{std::string{parameter::system_id}, settings_.system_id},
                      {std::string{parameter::timestamp}, axis_time(clock_())}};
    std::ranges::move(asked.parameters, std::back_inserter(parameters));
    auto fields = sign(parameters, settings_.secret);
    if (!fields)
        return ours(fields.error());
    fields->push_back({"User-Agent", std::string{agent}});
    fields->push_back({"Content-Type", asked.content_type});
    const HttpCall http{.method = rule.method == Method::get ? "GET" : "POST",
                        .target = std::string{rule.path},
                        .fields = std::move(*fields),
                        .body = std::move(asked.body),
                        .file = std::move(asked.file)};
    const auto reply = call(settings_.address, settings_.trust, http, settings_.deadlines, reading.bytes_max,
                            [&](unsigned status, BytesView piece) { return reading.take(status, piece); }, stop);
    if (!reply) {
        const BrokenCall& broken = reply.error();
        const bool may_have_been_done = broken.is_sent && !rule.is_repeatable;
        CallFailure failure = ours(broken.fault);
        failure.http_status = broken.status;
        if (broken.why != BrokenCall::Why::ours)
            failure.fault.reset();
        if (may_have_been_done)
            failure.outcome = Outcome::unknown;
        else if (broken.why != BrokenCall::Why::ours)
            failure.outcome = Outcome::outage;
        return failure;
    }
    if (const auto date = parse_http_date(reply->date))
        ahead_ = std::chrono::duration_cast<std::chrono::seconds>(*date - clock_());
    const auto understood = reading.finish(*reply);
    if (!understood)
        return ours(understood.error());
    if (*understood && (reading.is_packet || reading.frame.is_ok || reply->body_bytes == 0))
        return {};
    if (*understood)
        return CallFailure{Outcome::refused, reading.frame.error_code, reading.frame.error_text, reply->status, {}};
    if (reading.frame.is_ok && reply->status == 200)
        return CallFailure{.outcome = rule.is_repeatable ? Outcome::outage : Outcome::unknown,
                           .text = "OK without a DocId, or what else was asked for",
                           .http_status = reply->status,
                           .is_bare_ok = true};
    // 3xx and 4xx without a frame: somebody before the axis, or it did not take the call.
    const bool was_turned_away = reply->status >= 300 && reply->status < 500;
    return CallFailure{.outcome = rule.is_repeatable || was_turned_away ? Outcome::outage : Outcome::unknown,
                       .text = reply->body_bytes == 0 ? "an empty answer" : "no answer of the axis",
                       .http_status = reply->status};
}

Called<std::string> Client::send(PacketKind kind, const std::string& from, const std::vector<std::string>& to,
                                 const std::filesystem::path& packet, const std::stop_token& stop) const {
    const auto measured = measure_file(packet);
    if (!measured)
        return ours(measured.error());
    Asked asked{.operation = Operation::send_packet};
    asked.parameters = {{std::string{parameter::from}, from},
                        {std::string{parameter::service_type}, std::string{service_edoc}},
                        {std::string{parameter::message_type}, std::string{name_of(kind)}}};
    if (!to.empty())
        asked.parameters.push_back({std::string{parameter::to}, json_array(to)});
    if (settings_.hash_form)
        asked.parameters.push_back(
            {std::string{parameter::hash_file}, hash_text(measured->digest, *settings_.hash_form)});
    MultipartFrame frame = multipart_frame("----lgsp" + random_(), file_part, "packet.edxml");
    asked.content_type = std::move(frame.content_type);
    asked.file = HttpFile{std::move(frame.before), packet, measured->bytes, std::move(frame.after)};
    Reading reading{Operation::send_packet};
    if (auto done = perform(std::move(asked), reading, stop); !done)
        return done.error();
    return reading.frame.doc_id;
}

template <class Record>
Called<void> Client::list(Operation operation, Fields parameters, const Each<Record>& each,
                          const std::stop_token& stop) const {
    Reading reading{operation};
    reading.bytes_max = settings_.list_bytes_max;
    reading.record = [&](const Fields& object) -> Result<void> {
        Record record;
        if (!read_record(object, record))
            return Fault{Errc::field_invalid, "reply", "a number or truth value is none"};
        return each(std::move(record));
    };
    return perform({.operation = operation, .parameters = std::move(parameters)}, reading, stop);
}

Called<std::vector<ReceivedPacket>> Client::received(PacketKind kind, const std::stop_token& stop) const {
    std::vector<ReceivedPacket> out;
    const auto done = list<ReceivedPacket>(Operation::list_received,
                                           {{std::string{parameter::service_type}, std::string{service_edoc}},
                                            {std::string{parameter::message_type}, std::string{name_of(kind)}}},
                                           [&](ReceivedPacket&& packet) -> Result<void> {
                                               out.push_back(std::move(packet));
                                               return {};
                                           },
                                           stop);
    return done ? Called<std::vector<ReceivedPacket>>{std::move(out)} : done.error();
}

Called<std::vector<SentPacket>> Client::sent(PacketKind kind, const std::string& doc_id,
                                             const std::stop_token& stop) const {
    Fields parameters{{std::string{parameter::service_type}, std::string{service_edoc}},
                      {std::string{parameter::message_type}, std::string{name_of(kind)}}};
    if (!doc_id.empty())
        parameters.push_back({std::string{parameter::doc_id}, doc_id});
    std::vector<SentPacket> out;
    const auto done = list<SentPacket>(Operation::list_sent, std::move(parameters),
                                       [&](SentPacket&& packet) -> Result<void> {
                                           out.push_back(std::move(packet));
                                           return {};
                                       },
                                       stop);
    return done ? Called<std::vector<SentPacket>>{std::move(out)} : done.error();
}

Called<std::uint64_t> Client::fetch(Operation operation, const std::string& doc_id, const std::filesystem::path& to,
                                    const std::stop_token& stop) const {
    auto file = edxml::FileSink::create(to);
    if (!file)
        return ours(file.error());
    std::uint64_t bytes = 0;
    edxml::Base64Decoder decoder;
    Bytes decoded;
    const auto write = [&](BytesView octets) -> Result<void> {
        bytes += octets.size();
        if (bytes > settings_.packet_bytes_max)
            return Fault{Errc::packet_too_large, "packet", std::to_string(settings_.packet_bytes_max)};
        return file->write(octets);
    };
    Reading reading{operation};
    // base64 in JSON, where a line end may take two more octets of 76.
    reading.bytes_max = settings_.packet_bytes_max / 2 * 3 + frame_bytes_max;
    if (operation == Operation::download_packet)
        reading.octets = write;
    reading.text = [&](std::string_view base64) -> Result<void> {
        decoded.clear();
        if (!decoder.add(base64, decoded))
            return Fault{Errc::field_invalid, "reply", "data is no base64"};
        return write(decoded);
    };
    const auto performed = [&]() -> Called<std::uint64_t> {
        if (auto done = perform({.operation = operation, .parameters = {{std::string{parameter::doc_id}, doc_id}}},
                                reading, stop);
            !done)
            return done.error();
        decoded.clear();
        if (!reading.is_packet && (!decoder.finish(decoded) || bytes + decoded.size() == 0))
            return CallFailure{.outcome = Outcome::outage, .text = "a packet cut short", .http_status = 200};
        if (auto written = write(decoded); !written)
            return ours(written.error());
        if (auto closed = file->close(); !closed)
            return ours(closed.error());
        return bytes;
    }();
    if (!performed) {
        std::error_code ignored;
        std::filesystem::remove(to, ignored);
    }
    return performed;
}

Called<std::uint64_t> Client::get(const std::string& doc_id, const std::filesystem::path& to,
                                  const std::stop_token& stop) const {
    return fetch(Operation::get_packet, doc_id, to, stop);
}

Called<std::uint64_t> Client::download(const std::string& doc_id, const std::filesystem::path& to,
                                       const std::stop_token& stop) const {
    return fetch(Operation::download_packet, doc_id, to, stop);
}

Called<void> Client::acknowledge(const std::string& doc_id, AckState state, std::string_view description,
                                 const std::stop_token& stop) const {
    Fields parameters{{std::string{parameter::ack_doc_id}, doc_id},
                      {std::string{parameter::status}, std::string{name_of(state)}}};
    if (std::string text = header_text(description); !text.empty())
        parameters.push_back({std::string{parameter::description}, std::move(text)});
    Reading reading{Operation::update_status};
    return perform({.operation = Operation::update_status, .parameters = std::move(parameters)}, reading, stop);
}

Called<std::uint64_t> Client::count(PacketKind kind, const std::stop_token& stop) const {
    const auto operation = kind == PacketKind::document ? Operation::count_documents : Operation::count_statuses;
    Reading reading{operation};
    if (auto done = perform({.operation = operation}, reading, stop); !done)
        return done.error();
    return *reading.frame.count;
}

Called<void> Client::agencies(const Each<Agency>& each, const std::stop_token& stop) const {
    return list<Agency>(Operation::list_agencies, {}, each, stop);
}

Called<void> Client::agencies_qd20(const std::string& level, const Each<AgencyQd20>& each,
                                   const std::stop_token& stop) const {
    Fields parameters;
    if (!level.empty())
        parameters.push_back({std::string{parameter::level}, level});
    return list<AgencyQd20>(Operation::list_agencies_qd20, std::move(parameters), each, stop);
}

Called<void> Client::units(const Each<Unit>& each, const std::stop_token& stop) const {
    return list<Unit>(Operation::list_units, {}, each, stop);
}

Called<void> Client::register_agency(const NewAgency& agency, const std::stop_token& stop) const {
    Asked asked{.operation = Operation::register_agency};
    write_record(agency, asked.body);
    Reading reading{Operation::register_agency};
    return perform(std::move(asked), reading, stop);
}

Called<void> Client::delete_agency(const std::string& code, const std::stop_token& stop) const {
    Reading reading{Operation::delete_agency};
    return perform({.operation = Operation::delete_agency, .parameters = {{std::string{parameter::agency_code}, code}}},
                   reading, stop);
}

std::string_view name_of(CallFailure::Outcome outcome) noexcept {
    switch (outcome) {
    case Outcome::refused: return "refused";
    case Outcome::outage:  return "outage";
    case Outcome::unknown: return "unknown";
    case Outcome::ours:    return "ours";
    }
    return "";
}

void throw_exception_from_error(const CallFailure& failure, const boost::source_location&) {
    throw std::runtime_error{std::string{name_of(failure.outcome)} + ": " + failure.code + " " + failure.text};
}

}  // namespace hub::vxp
