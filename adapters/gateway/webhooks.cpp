#include "adapters/gateway/webhooks.hpp"

#include "adapters/gateway/json_rows.hpp"
#include "adapters/gateway/webhook_signature.hpp"

#include "hub/telemetry/events.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>

namespace hub::gateway {
namespace {

constexpr std::chrono::milliseconds look_every{300};
constexpr std::size_t events_at_once = 100;
constexpr std::uint64_t reply_bytes_max = 64 * 1024;
constexpr vxp::Deadlines deadlines{.connect = std::chrono::seconds{10},
                                   .stall = std::chrono::seconds{10},
                                   .answer = std::chrono::seconds{20},
                                   .whole = std::chrono::seconds{30}};
/// Of one agency after a failure, whatever else is due for it.
constexpr std::chrono::seconds agency_pause_max{60};

Instant now() { return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()); }

bool is_loopback(const std::string& host) {
    boost::system::error_code error;
    const auto address = boost::asio::ip::make_address(host, error);
    return error ? host == "localhost" : address.is_loopback();
}

}  // namespace

std::chrono::seconds webhook_pause(unsigned tries) {
    using namespace std::chrono_literals;
    constexpr std::array<std::chrono::seconds, 8> pauses{5s, 30s, 2min, 10min, 30min, 1h, 2h, 4h};
    return pauses[std::min<std::size_t>(tries, pauses.size() - 1)];
}

Result<Webhook> webhook_at(const AgencyCode& agency, std::string_view url, vxp::Secret secret) {
    auto address = vxp::AxisAddress::parse(url);
    if (!address)
        return address.error();
    if (!address->is_tls && !is_loopback(address->host))
        return Fault{Errc::setting_invalid, "url", "https is needed over a network"};
    const bool has_slash = address->path.empty() || url.ends_with('/');
    return Webhook{agency, std::move(*address), has_slash ? "/" : "", std::move(secret)};
}

boost::json::object json_of(const WebhookEvent& event) {
    const bool is_received = event.type.ends_with(".received");
    boost::json::object about{{"id", event.doc_id},
                              {"url", (is_received ? "/v1/inbox/" : "/v1/documents/") + event.doc_id}};
    if (is_received)
        about["sender"] = event.party;
    if (event.station) {
        about["receiver"] = event.party;
        about["station"] = name_of(*event.station);
    }
    if (!event.code.empty())
        about["code"] = event.code;
    return {{"type", event.type}, {"timestamp", time_text(event.at)}, {"data", std::move(about)}};
}

Webhooks::Webhooks(std::vector<Webhook> webhooks, const vxp::TlsTrust& trust, Mailbox& mailbox)
    : trust_{trust}, mailbox_{mailbox} {
    for (Webhook& each : webhooks) {
        const AgencyCode agency = each.agency;
        tellers_.try_emplace(agency, std::move(each));
    }
    if (!tellers_.empty())
        thread_ = std::jthread{[this](const std::stop_token& stop) { look(stop); }};
}

Result<std::unique_ptr<Webhooks>> Webhooks::start(std::vector<Webhook> webhooks, const vxp::TlsTrust& trust,
                                                  Mailbox& mailbox) {
    std::vector<AgencyCode> agencies;
    for (const Webhook& each : webhooks)
        agencies.push_back(each.agency);
    if (auto set = mailbox.set_webhook_agencies(agencies); !set)
        return set.error();
    return std::unique_ptr<Webhooks>{new Webhooks{std::move(webhooks), trust, mailbox}};
}

Webhooks::~Webhooks() {
    thread_ = {};
    for (auto& [agency, teller] : tellers_)
        teller.thread.request_stop();
}

void Webhooks::look(const std::stop_token& stop) {
    while (!stop.stop_requested()) {
        const auto agencies = mailbox_.agencies_with_events(now());
        if (agencies)
            for (const AgencyCode& agency : *agencies) {
                const auto found = tellers_.find(agency);
                if (found == tellers_.end() || found->second.is_busy || found->second.not_before > now())
                    continue;
                Teller& teller = found->second;
                teller.is_busy = true;
                teller.thread = std::jthread{[this, &teller](const std::stop_token& end) { serve(teller, end); }};
            }
        std::this_thread::sleep_for(look_every);
    }
}

void Webhooks::serve(Teller& teller, const std::stop_token& stop) {
    const auto events = mailbox_.due_events(teller.webhook.agency, now(), events_at_once);
    if (events)
        for (const WebhookEvent& event : *events)
            if (stop.stop_requested() || !tell(teller, event, stop))
                break;
    teller.is_busy = false;
}

/// False: not now.
bool Webhooks::tell(Teller& teller, const WebhookEvent& event, const std::stop_token& stop) {
    const Webhook& webhook = teller.webhook;
    const std::string body = boost::json::serialize(json_of(event));
    const std::string seconds =
        std::to_string(std::chrono::floor<std::chrono::seconds>(now()).time_since_epoch().count());
    const vxp::HttpCall call{.method = "POST",
                             .target = webhook.target,
                             .fields = {{"Content-Type", "application/json"},
                                        {"User-Agent", "lgsp-gateway"},
                                        {"webhook-id", event.id},
                                        {"webhook-timestamp", seconds},
                                        {"webhook-signature",
                                         webhook_signature(webhook.secret, event.id, seconds, body)}},
                             .body = body,
                             .file = std::nullopt};
    const auto answered = vxp::call(webhook.address, trust_, call, deadlines, reply_bytes_max,
                                    [](unsigned, BytesView) { return Result<void>{}; }, stop);
    if (stop.stop_requested())
        return false;
    if (answered && answered->status >= 200 && answered->status < 300) {
        teller.is_failing = false;
        return mailbox_.forget_event(event.seq).has_value();
    }
    const Fault why{Errc::timed_out, "webhook_url",
                    answered ? "HTTP " + std::to_string(answered->status) : answered.error().fault.peer_text};
    const std::string place = webhook.address.host + ":" + webhook.address.port;
    if (now() - event.at > told_within) {
        log(events::webhook_given_up, {.agency = &webhook.agency, .why = &why, .place = place});
        return mailbox_.forget_event(event.seq).has_value();
    }
    if (!std::exchange(teller.is_failing, true))
        log(events::webhook_failing, {.agency = &webhook.agency, .why = &why, .place = place});
    const auto pause = webhook_pause(event.tries);
    teller.not_before = now() + std::min(pause, agency_pause_max);
    (void)mailbox_.postpone_event(event.seq, now() + pause);
    return false;
}

}  // namespace hub::gateway
