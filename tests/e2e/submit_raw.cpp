// Sends one envelope the way no adapter would: the tests' bad sender.
//   submit_raw FOLDER PORT AGENCY USER KIND

#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/seal.hpp"

#include "hub/amqp/topology.hpp"
#include "hub/core/limits.hpp"

#include <iostream>

namespace {

using namespace hub;

kit::Outgoing document(const std::string& sender, const std::string& receiver, const std::string& number) {
    kit::Outgoing outgoing{.id = std::nullopt,
                           .kind = Kind::document,
                           .sender = AgencyCode::parse(sender).value(),
                           .receivers = {AgencyCode::parse(receiver).value()}};
    outgoing.document = DocumentName{sender, number, "XAU", "2026-11-20", sender + "," + number, "V/v gói xấu", "Công văn"};
    outgoing.contents.push_back({"x.edxml", "application/edxml+xml", "<x/>"});
    return outgoing;
}

struct Bad {
    Bytes frame;
    std::string message_id;
    std::string user;
};

Bad make(const std::string& kind, const std::string& agency, const Signer& own, const Signer& foreign) {
    const auto day = std::chrono::hours{24};
    const auto seal = [&](const kit::Outgoing& outgoing, const Signer& signer, std::chrono::hours expires) {
        const auto sealed = kit::seal(outgoing, expires, signer).value();
        return Bad{sealed.frame, sealed.id.text(), agency};
    };
    kit::Outgoing outgoing = document(agency, "H43.02", kind);
    if (kind == "random_bytes")
        return {Bytes(500, '\xA5'), kit::new_envelope_id().value().text(), agency};
    if (kind == "oversized")
        return {Bytes(limits::envelope_bytes_max + 1, 'x'), kit::new_envelope_id().value().text(), agency};
    if (kind == "unknown_receiver")
        outgoing.receivers = {AgencyCode::parse("H43.88").value()};
    if (kind == "closed_receiver")
        outgoing.receivers = {AgencyCode::parse("H43.09").value()};
    if (kind == "empty_acknowledgement") {
        outgoing.kind = Kind::acknowledgement;
        outgoing.receivers.clear();
        outgoing.document.reset();
        outgoing.contents.clear();
    }
    if (kind == "foreign_sender")
        outgoing.sender = AgencyCode::parse("H43.02").value();
    if (kind == "unknown_sender")
        outgoing.sender = AgencyCode::parse("H43.77").value();
    if (kind == "foreign_signature")
        return seal(outgoing, foreign, day);
    if (kind == "expired") {
        outgoing.id = EnvelopeId::make(1'000'000'000'000, {1});
        return seal(outgoing, own, day);
    }
    Bad bad = seal(outgoing, own, day);
    if (kind == "truncated")
        bad.frame.resize(bad.frame.size() / 2);
    if (kind == "wrong_signature" || kind == "altered_part") {
        // The signature's last octets stand before the part; the part is the last field.
        const auto at = kind == "altered_part" ? bad.frame.rfind("<x/>") + 1 : bad.frame.rfind("<x/>") - 6;
        bad.frame[at] = static_cast<char>(bad.frame[at] ^ 1);
    }
    if (kind == "other_bytes") {
        outgoing.id = EnvelopeId::parse(bad.message_id).value();
        outgoing.document->subject = "V/v nội dung khác";
        bad.frame = kit::seal(outgoing, day, own).value().frame;
    }
    if (kind == "no_user_id")
        bad.user.clear();
    return bad;
}

void publish(amqp::Session& session, const std::string& agency, const Bad& bad) {
    const std::string name = "submit." + agency;
    session
        .publish({.exchange = name,
                  .routing_key = name,
                  .is_mandatory = true,
                  .message_id = bad.message_id,
                  .content_type = std::string{wire::envelope_media_type},
                  .user_id = bad.user,
                  .priority = 0,
                  .headers = {},
                  .body = bad.frame})
        .value();
    while (!std::holds_alternative<amqp::Confirm>(session.wait(std::chrono::milliseconds{5000}).value())) {
    }
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::cerr << "usage: submit_raw FOLDER PORT AGENCY KIND\n";
        return 2;
    }
    const std::string folder = argv[1], agency = argv[3], kind = argv[4];
    const auto read = [&](const std::string& name) { return kit::read_whole(folder + "/" + name, 100'000).value(); };
    const auto signer = [&](const std::string& code) {
        return Signer::parse(read("pki/" + code + ".pem"), read("pki/" + code + ".key")).value();
    };
    amqp::Address address;
    address.port = static_cast<std::uint16_t>(std::stoi(argv[2]));
    address.user = agency;
    address.password = read("broker/" + agency + ".password");
    amqp::Session session = amqp::Session::open(address).value();
    session.enable_confirms().value();
    Bad bad = make(kind, agency, signer(agency), signer("H43.02"));
    if (kind == "other_bytes") {
        // First a good one under the same id.
        kit::Outgoing first = document(agency, "H43.02", kind);
        first.id = EnvelopeId::parse(bad.message_id).value();
        publish(session, agency, {kit::seal(first, std::chrono::hours{24}, signer(agency)).value().frame, bad.message_id, agency});
    }
    publish(session, agency, bad);
    std::cout << bad.message_id << "\n";
    return 0;
}
