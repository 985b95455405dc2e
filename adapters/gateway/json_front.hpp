#pragma once
// The gateway for systems without XML and without AMQP: JSON over HTTP, as schemas/http/gateway.openapi.yaml says.
// Checks who calls and how much, takes bodies, and asks a JsonDesk. Called by the listener's threads, several at a
// time.

#include "adapters/gateway/call_budget.hpp"
#include "adapters/gateway/json_desk.hpp"
#include "adapters/gateway/refused_calls.hpp"

namespace hub::gateway {

/// Who calls by a bearer token. Of that only the SHA-256 is kept.
struct JsonCaller {
    Digest token;
    Line* line = nullptr;
};

class JsonFront final : public vxp::Site {
public:
    /// Around a packet: what a form and base64 are larger by does not count.
    static constexpr std::uint64_t form_bytes_max = 512 * 1024;

    JsonFront(std::vector<JsonCaller> callers, std::uint64_t packet_bytes_max, Counter& counter, CallBudget& budget,
              RefusedCalls& refused)
        : callers_{std::move(callers)}, packet_bytes_max_{packet_bytes_max}, counter_{counter}, desk_{counter},
          budget_{budget}, refused_{refused} {}

    /// From now on nobody is let in; what is under way goes on.
    void close() noexcept { is_closed_ = true; }

    std::unique_ptr<vxp::Visit> visit() override;
    bool is_open() override { return !is_closed_; }
    Instant now() override;

private:
    class Call;
    /// nullptr: nobody's token. Takes the same time for any.
    Line* line_of(std::string_view authorization) const;

    const std::vector<JsonCaller> callers_;
    const std::uint64_t packet_bytes_max_;
    Counter& counter_;
    JsonDesk desk_;
    CallBudget& budget_;
    RefusedCalls& refused_;
    std::atomic<bool> is_closed_ = false;
};

}  // namespace hub::gateway
