#pragma once
// Tells agencies what has happened, at an address of theirs. Each event stays in the mailbox until the agency's system
// has answered 2xx: at least once, in no promised order. An agency that is slow or away holds up nobody else.
//
// A thread of its own looks what is due; each agency that has something is served by a thread for as long as that takes.

#include "adapters/gateway/mailbox.hpp"
#include "adapters/vxp/http_call.hpp"
#include "adapters/vxp/signing.hpp"

#include <boost/json/object.hpp>

#include <atomic>
#include <map>
#include <thread>

namespace hub::gateway {

/// Where an agency is told, and the key that it knows us by.
struct Webhook {
    AgencyCode agency;
    vxp::AxisAddress address;
    std::string target;  ///< Behind the address's path: "/" or nothing.
    vxp::Secret secret;
};

/// "https://host[:port]/path", or http:// to a loopback address; setting_invalid. No query.
Result<Webhook> webhook_at(const AgencyCode& agency, std::string_view url, vxp::Secret secret);

class Webhooks {
public:
    /// After so long an event is given up.
    static constexpr std::chrono::hours told_within{72};

    /// `mailbox` must outlive it. A fault of the mailbox comes back.
    static Result<std::unique_ptr<Webhooks>> start(std::vector<Webhook> webhooks, const vxp::TlsTrust& trust,
                                                   Mailbox& mailbox);
    ~Webhooks();  ///< Ends calls that are under way; their events come again.

private:
    struct Teller {
        explicit Teller(Webhook told) : webhook{std::move(told)} {}
        const Webhook webhook;
        std::atomic<bool> is_busy = false;
        bool is_failing = false;                         ///< The last call has failed.
        Instant not_before{};                            ///< After a failure.
        std::jthread thread;                             ///< Last: it ends before the others go.
    };
    Webhooks(std::vector<Webhook> webhooks, const vxp::TlsTrust& trust, Mailbox& mailbox);
    void look(const std::stop_token& stop);
    void serve(Teller& teller, const std::stop_token& stop);
    bool tell(Teller& teller, const WebhookEvent& event, const std::stop_token& stop);

    const vxp::TlsTrust trust_;
    Mailbox& mailbox_;
    std::map<AgencyCode, Teller> tellers_;
    std::jthread thread_;  ///< Last: it ends before the others go.
};

/// How long to wait after so many tries that failed.
std::chrono::seconds webhook_pause(unsigned tries);

/// What is sent. The same for each try.
boost::json::object json_of(const WebhookEvent& event);

}  // namespace hub::gateway
