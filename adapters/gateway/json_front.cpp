#include "adapters/gateway/json_front.hpp"

#include "adapters/gateway/json_problem.hpp"
#include "adapters/lift/lift.hpp"
#include "adapters/vxp/operations.hpp"

#include "hub/core/signature.hpp"

#include <algorithm>

namespace hub::gateway {
namespace {

using vxp::SiteReply;

constexpr std::size_t json_bytes_max = 256 * 1024;
constexpr std::size_t key_bytes_max = 128;
constexpr std::string_view bearer = "Bearer ";

bool is_equal(const Digest& one, const Digest& other) {
    unsigned difference = 0;
    for (std::size_t i = 0; i < one.octets.size(); ++i)
        difference |= static_cast<unsigned>(one.octets[i] ^ other.octets[i]);
    return difference == 0;
}

bool is_key(std::string_view key) {
    return key.size() <= key_bytes_max && std::ranges::all_of(key, [](char c) { return c > ' ' && c <= '~'; });
}

std::string_view media_type_of(std::string_view content_type) {
    const auto type = content_type.substr(0, content_type.find(';'));
    return type.substr(0, type.find_last_not_of(' ') + 1);
}

}  // namespace

/// One request.
class JsonFront::Call final : public vxp::Visit {
public:
    explicit Call(JsonFront& front) : front_{front} {}
    ~Call() override {
        if (has_entered_)
            front_.budget_.leave(caller_);
    }
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    std::optional<SiteReply> start(const vxp::RequestHead& head) override { return noted(begin(head)); }
    std::optional<SiteReply> add(BytesView piece) override { return noted(take(piece)); }
    SiteReply finish() override { return *noted(end()); }
    SiteReply refuse(unsigned status) override { return *noted(refusal_of(status)); }

private:
    /// What is refused is told to the operator, too.
    std::optional<SiteReply> noted(std::optional<SiteReply> reply) const {
        constexpr unsigned refused_from = 400;
        if (reply && reply->status >= refused_from)
            front_.refused_.note(request_.line ? &request_.line->agency() : nullptr,
                                 "json " + std::to_string(reply->status) + " " + problem_code_of(*reply));
        return reply;
    }

    std::optional<SiteReply> begin(const vxp::RequestHead& head) {
        request_.language = head.field("Accept-Language");
        request_.line = front_.line_of(head.field("Authorization"));
        if (!request_.line) {
            SiteReply reply = refused(CallFault::token_unknown, "Authorization");
            reply.fields.push_back({"WWW-Authenticate", "Bearer"});
            return reply;
        }
        auto route = json_route(head.method, head.target);
        if (!route) {
            const bool is_known = route.error().status == 405;
            SiteReply reply = is_known ? refused(CallFault::method_not_allowed, "method")
                                       : refused(CallFault::path_unknown, "path");
            if (is_known)
                reply.fields.push_back({"Allow", route.error().allowed});
            return reply;
        }
        request_.route = std::move(*route);
        caller_ = "json " + request_.line->agency().text();
        if (const auto pause = front_.budget_.enter(caller_, CallBudget::Clock::now())) {
            SiteReply reply = refused(CallFault::called_too_often, {});
            reply.retry_after = *pause;
            return reply;
        }
        has_entered_ = true;
        request_.idempotency_key = head.field("Idempotency-Key");
        request_.traceparent = head.field("traceparent");
        if (!is_key(request_.idempotency_key))
            return problem({Errc::field_invalid, "Idempotency-Key", {}}, request_.language);
        return head.method == "GET" ? std::nullopt : start_body(head.field("Content-Type"));
    }

    std::optional<SiteReply> take(BytesView piece) {
        body_bytes_ += piece.size();
        if (body_bytes_ > bytes_max_)
            return too_large();
        Result<void> taken;
        if (form_)
            taken = form_->read(piece);
        else if (sink_)
            taken = sink_->write(piece);
        else
            request_.body += piece;
        return taken ? std::nullopt : std::optional{problem(taken.error(), request_.language)};
    }

    SiteReply end() {
        Result<void> done;
        if (form_)
            done = form_->finish();
        else if (sink_)
            done = sink_->close();
        if (!done)
            return problem(done.error(), request_.language);
        if (spooled_)
            request_.packet = spooled_->path();
        request_.form = form_ ? &*form_ : nullptr;
        return front_.desk_.perform(request_, kept_);
    }

    SiteReply refusal_of(unsigned status) const {
        if (status == 413)
            return too_large();
        return status == 408 ? refused(CallFault::too_slow, {}) : refused(CallFault::not_http, status == 431 ? "header" : "");
    }

    SiteReply refused(CallFault what, std::string_view field) const { return problem(what, field, request_.language); }
    SiteReply too_large() const {
        return problem({Errc::packet_too_large, "body", std::to_string(bytes_max_)}, request_.language);
    }

    std::optional<SiteReply> start_body(std::string_view content_type) {
        const std::string_view media_type = media_type_of(content_type);
        const SiteReply unsupported = refused(CallFault::media_type_unsupported, "Content-Type");
        bytes_max_ = json_bytes_max;
        if (request_.route.call != JsonCall::submit)
            return vxp::is_same_name(media_type, "application/json") ? std::nullopt : std::optional{unsupported};
        bytes_max_ = front_.packet_bytes_max_;
        if (vxp::is_same_name(media_type, lift::packet_media_type)) {
            auto sink = spooled_.emplace(front_.counter_.spool()).create();
            if (!sink)
                return problem(sink.error(), request_.language);
            sink_.emplace(std::move(*sink));
            return std::nullopt;
        }
        const auto boundary = vxp::boundary_of(content_type);
        if (!boundary)
            return unsupported;
        bytes_max_ += form_bytes_max;
        form_.emplace(*boundary, front_.counter_.spool());
        return std::nullopt;
    }

    JsonFront& front_;
    JsonRequest request_;
    std::string caller_;
    bool has_entered_ = false;
    std::uint64_t bytes_max_ = 0;
    std::uint64_t body_bytes_ = 0;
    std::optional<SpooledFile> spooled_;
    std::optional<edxml::FileSink> sink_;
    std::optional<JsonForm> form_;
    std::vector<SpooledFile> kept_;
};

std::unique_ptr<vxp::Visit> JsonFront::visit() { return std::make_unique<Call>(*this); }

Instant JsonFront::now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Line* JsonFront::line_of(std::string_view authorization) const {
    // The scheme is written in any case (RFC 9110, 11.1).
    if (!vxp::is_same_name(authorization.substr(0, bearer.size()), bearer))
        return nullptr;
    const Digest presented = sha256(authorization.substr(bearer.size()));
    Line* found = nullptr;
    for (const JsonCaller& each : callers_)
        if (is_equal(each.token, presented))
            found = each.line;
    return found;
}

}  // namespace hub::gateway
