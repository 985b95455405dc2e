#pragma once
// What each call of the JSON interface does, once its body is here. Any thread; one call, one thread.

#include "adapters/gateway/counter.hpp"
#include "adapters/gateway/json_form.hpp"
#include "adapters/gateway/json_route.hpp"
#include "adapters/vxp/http_site.hpp"

namespace hub::gateway {

/// A call whose caller is known.
struct JsonRequest {
    Line* line = nullptr;
    JsonRoute route;
    std::string language;         ///< Accept-Language.
    std::string idempotency_key;  ///< Empty: none.
    std::string traceparent;      ///< As the caller wrote it.
    std::string body;             ///< JSON.
    std::filesystem::path packet; ///< In the spool; empty: none was sent.
    const JsonForm* form = nullptr;
};

class JsonDesk {
public:
    explicit JsonDesk(Counter& counter) : counter_{counter} {}

    /// Files that the reply names are kept in `kept`, which must outlive its sending.
    vxp::SiteReply perform(const JsonRequest& request, std::vector<SpooledFile>& kept);

private:
    Result<vxp::SiteReply> answer(const JsonRequest& request, std::vector<SpooledFile>& kept);
    Result<vxp::SiteReply> submit(const JsonRequest& request);
    Result<vxp::SiteReply> list_sent(const JsonRequest& request);
    Result<vxp::SiteReply> list_received(const JsonRequest& request);
    Result<vxp::SiteReply> show_received(const JsonRequest& request);
    Result<vxp::SiteReply> give_packet(const JsonRequest& request);
    Result<vxp::SiteReply> give_file(const JsonRequest& request, std::vector<SpooledFile>& kept);
    Result<vxp::SiteReply> acknowledge(const JsonRequest& request);
    Result<vxp::SiteReply> report_status(const JsonRequest& request);
    Result<vxp::SiteReply> recall(const JsonRequest& request);
    Result<vxp::SiteReply> list_receivers(const JsonRequest& request) const;

    /// When it was asked first, with its Idempotency-Key; now without one.
    Result<Instant> asked_at(const JsonRequest& request, const Digest& content);
    Result<edxml::Packet> read_received(const std::filesystem::path& file) const;
    /// `answers`: of two documents of one name the one that is meant.
    Result<Submitted> send_status(const JsonRequest& request, const edxml::Organ& from,
                                  const edxml::StatusPacket& status, const EnvelopeId& answers, bool is_awaited);

    Counter& counter_;
};

}  // namespace hub::gateway
