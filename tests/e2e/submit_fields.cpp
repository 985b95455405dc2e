// An agency that writes what it likes into every field of an envelope, signed as it should be.
//   submit_fields FOLDER PORT AGENCY
// Reads lines "FIELD HEX" and for each empty line submits what was read: kind ("document", "status", "service"),
// receiver, and the texts of the header by their names, of parts "part". Prints the envelopes' ids, a line each.

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/kit.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/core/signature.hpp"
#include "hub/wire/envelope_codec.hpp"

#include <chrono>
#include <iostream>
#include <map>

namespace {

using namespace hub;

constexpr std::string_view part_bytes = "x";

using Fields = std::multimap<std::string, std::string>;

std::string from_hex(std::string_view hex) {
    std::string octets;
    for (std::size_t i = 0; i + 1 < hex.size(); i += 2)
        octets += static_cast<char>(std::stoi(std::string{hex.substr(i, 2)}, nullptr, 16));
    return octets;
}

std::string text(const Fields& fields, const std::string& name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string{} : found->second;
}

/// Not by the kit, which would refuse what this is for.
EnvelopeHeader header_of(const Fields& fields, const AgencyCode& agency) {
    const auto now = std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
    EnvelopeHeader out{.id = kit::new_envelope_id().value(), .kind = Kind::document, .sender = agency, .receivers = {},
                       .created_at = now, .expires_at = now + std::chrono::hours{24}};
    if (const std::string receiver = text(fields, "receiver"); !receiver.empty())
        out.receivers = {AgencyCode::parse(receiver).value()};
    out.traceparent = text(fields, "traceparent");
    const std::string kind = text(fields, "kind");
    if (kind == "status") {
        out.kind = Kind::status;
        out.status = StatusReport{text(fields, "code"),        text(fields, "description"),
                                  text(fields, "staff"),       text(fields, "reported_at"),
                                  text(fields, "issuer"),      text(fields, "answers_code"),
                                  text(fields, "promulgated_on"), text(fields, "document_id"), std::nullopt};
        return out;
    }
    out.document = DocumentName{text(fields, "issuer"),         text(fields, "number"),      text(fields, "notation"),
                                text(fields, "promulgated_on"), text(fields, "document_id"), text(fields, "subject"),
                                text(fields, "type_name")};
    if (kind == "service") {
        out.kind = Kind::service;
        out.refusal = Fault{Errc::packet_field_invalid, text(fields, "field"), text(fields, "reason")};
        return out;
    }
    out.business_reason = text(fields, "reason");
    const auto [first, last] = fields.equal_range("part");
    for (auto part = first; part != last; ++part)
        out.parts.push_back({part->second, part->second, part->second, part_bytes.size(), sha256(part_bytes), true});
    return out;
}

void publish(amqp::Session& session, const std::string& agency, const EnvelopeId& id, Bytes frame) {
    const std::string name = "submit." + agency;
    session
        .publish({.exchange = name,
                  .routing_key = name,
                  .is_mandatory = true,
                  .message_id = id.text(),
                  .content_type = std::string{wire::envelope_media_type},
                  .user_id = agency,
                  .priority = 0,
                  .headers = {},
                  .body = std::move(frame)})
        .value();
    while (!std::holds_alternative<amqp::Confirm>(session.wait(std::chrono::milliseconds{5000}).value())) {
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 4)
        return 2;
    const std::string folder = argv[1], agency = argv[3];
    const auto read = [&](const std::string& name) { return kit::read_whole(folder + "/" + name, 100'000).value(); };
    const Signer signer = Signer::parse(read("pki/" + agency + ".pem"), read("pki/" + agency + ".key")).value();
    amqp::Address address;
    address.port = static_cast<std::uint16_t>(std::stoi(argv[2]));
    address.user = agency;
    address.password = read("broker/" + agency + ".password");
    amqp::Session session = amqp::Session::open(address).value();
    session.enable_confirms().value();
    Fields fields;
    for (std::string line; std::getline(std::cin, line);) {
        if (const auto space = line.find(' '); space != std::string::npos) {
            fields.emplace(line.substr(0, space), from_hex(line.substr(space + 1)));
            continue;
        }
        const EnvelopeHeader header = header_of(fields, AgencyCode::parse(agency).value());
        const Bytes octets = wire::encode_header(header);
        const Signature signature = signer.sign(octets).value();
        const std::vector<BytesView> parts(header.parts.size(), part_bytes);
        publish(session, agency, header.id, wire::encode_envelope(octets, {&signature, 1}, parts));
        std::cout << header.id.text() << "\n";
        fields.clear();
    }
    return 0;
}
