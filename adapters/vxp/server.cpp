#include "adapters/vxp/server.hpp"

#include "adapters/edxml/octet_sink.hpp"
#include "adapters/vxp/call_desk.hpp"
#include "adapters/vxp/multipart.hpp"

#include <atomic>
#include <stdexcept>

namespace hub::vxp {
namespace {

/// Bodies that are not packets: placeholders, and the JSON of registerAgency.
constexpr std::size_t small_body_bytes_max = 64 * 1024;
/// Around a packet.
constexpr std::uint64_t multipart_bytes_max = 64 * 1024;

constexpr unsigned ok = 200;

Refusal refusal_of(const Doubt& doubt) {
    const std::string field = std::string{header_prefix} + doubt.field;
    switch (doubt.why) {
    case Distrust::caller_unknown:  return {error_code::wrong_caller, "Sai SystemId hoac SecretKey"};
    case Distrust::version_unknown: return {error_code::version_unknown, "Phien ban khong ho tro: " + field};
    case Distrust::clock_off:
        return {error_code::clock_off,
                "Dong ho lech " + std::to_string(doubt.skew.count() / 1000) + " giay: " + field};
    case Distrust::too_large:       return {error_code::too_large, "Qua dai: " + field};
    case Distrust::field_missing:   return {error_code::call_malformed, "Thieu " + field};
    case Distrust::field_repeated:  return {error_code::call_malformed, "Lap lai " + field};
    case Distrust::text_malformed:
    case Distrust::names_differ:
    case Distrust::value_differs:
    case Distrust::not_signed:
    case Distrust::time_malformed:  return {error_code::call_malformed, "Khong hop le: " + field};
    }
    return {};
}

std::uint64_t body_bytes_max(RequestBody body, const ServerSettings& settings) {
    return body == RequestBody::packet ? settings.packet_bytes_max + multipart_bytes_max : small_body_bytes_max;
}

/// One call.
class CallVisit final : public Visit {
public:
    CallVisit(const ServerSettings& settings, Service& service, std::filesystem::path spool)
        : settings_{settings}, service_{service}, desk_{service}, spool_{std::move(spool)} {}
    ~CallVisit() override {
        std::error_code ignored;
        file_.reset();
        if (is_spooled_)
            std::filesystem::remove(spool_, ignored);
        if (has_entered_)
            service_.leave(call_->system_id);
    }
    CallVisit(const CallVisit&) = delete;
    CallVisit& operator=(const CallVisit&) = delete;

    std::optional<SiteReply> start(const RequestHead& head) override {
        const auto operation = operation_of(head.target);
        if (!operation)
            return refuse(404, {error_code::operation_unknown, "Khong co dich vu"});
        record_.operation = *operation;
        rule_ = &rule_of(*operation);
        if (head.method != (rule_->method == Method::get ? "GET" : "POST"))
            return refuse(405, {error_code::call_malformed, "Sai phuong thuc HTTP"});
        auto call = verify(head.fields, [&](std::string_view id) { return service_.secret_of(id); }, service_.now(),
                           settings_.skew_max);
        if (!call) {
            record_.skew = call.error().skew;
            return refuse(ok, refusal_of(call.error()));
        }
        record_.system_id = call->system_id;
        record_.skew = call->skew;
        call_.emplace(std::move(*call));
        if (const auto pause = service_.enter(call_->system_id)) {
            SiteReply reply = refuse(429, {error_code::too_often, "Goi qua nhieu: thu lai sau " +
                                                                      std::to_string(pause->count()) + " giay"});
            reply.retry_after = *pause;
            return reply;
        }
        has_entered_ = true;
        for (const ParameterRule& each : rule_->parameters)
            if (each.is_required && !call_->find(each.name))
                return refuse(ok, {error_code::call_malformed,
                                   "Thieu " + std::string{header_prefix} + std::string{each.name}});
        disturbance_ = service_.disturbance(call_->system_id, *operation);
        return rule_->body == RequestBody::packet ? start_packet(head) : std::nullopt;
    }

    std::optional<SiteReply> add(BytesView piece) override {
        record_.body_bytes += piece.size();
        if (record_.body_bytes > body_bytes_max(rule_->body, settings_))
            return refuse(413);
        if (!multipart_) {
            body_.append(piece);
            return std::nullopt;
        }
        const auto added = multipart_->add(piece);
        return added ? std::nullopt : std::optional{refuse_body(added.error())};
    }

    SiteReply finish() override {
        if (multipart_) {
            auto done = multipart_->finish();
            if (done)
                done = file_->close();
            if (!done)
                return refuse_body(done.error());
        }
        if (disturbance_.instead && !disturbance_.is_performed)
            return disturbed({});
        SiteReply reply = desk_.perform(*record_.operation, *call_, body_, spool_);
        record_.refusal = desk_.refusal();
        return disturbed(std::move(reply));
    }

    SiteReply refuse(unsigned status) override {
        const bool is_large = status == 413 || status == 431;
        return refuse(status, {is_large ? error_code::too_large : error_code::call_malformed,
                               is_large ? "Qua lon" : status == 408 ? "Qua cham" : "Khong phai HTTP"});
    }

private:
    std::optional<Operation> operation_of(std::string_view target) const {
        target = target.substr(0, target.find('?'));
        if (!target.starts_with(settings_.path))
            return std::nullopt;
        return operation_at(target.substr(settings_.path.size()));
    }

    std::optional<SiteReply> start_packet(const RequestHead& head) {
        const auto boundary = boundary_of(head.field("Content-Type"));
        if (!boundary)
            return refuse(ok, {error_code::call_malformed, "Khong phai multipart/form-data"});
        auto file = edxml::FileSink::create(spool_);
        if (!file)
            return refuse(500, {error_code::internal, "Loi he thong"});
        is_spooled_ = true;
        file_.emplace(std::move(*file));
        multipart_.emplace(*boundary, std::string{file_part}, [this](BytesView piece) -> Result<void> {
            packet_bytes_ += piece.size();
            if (packet_bytes_ > settings_.packet_bytes_max)
                return Fault{Errc::packet_too_large, "packet", {}};
            return file_->write(piece);
        });
        return std::nullopt;
    }

    SiteReply refuse_body(const Fault& fault) {
        if (fault.code == Errc::packet_too_large)
            return refuse(413);
        if (fault.code == Errc::field_invalid)
            return refuse(ok, {error_code::call_malformed, "Than multipart/form-data khong hop le: " + fault.peer_text});
        return refuse(500, {error_code::internal, "Loi he thong"});
    }

    SiteReply refuse(unsigned status, Refusal refusal) {
        SiteReply reply = text_reply(status, fail_frame(refusal.code, refusal.text));
        record_.http_status = status;
        record_.refusal = std::move(refusal);
        service_.decided(record_);
        return reply;
    }

    SiteReply disturbed(SiteReply reply) {
        record_.is_disturbed = disturbance_.instead || disturbance_.delay.count() > 0;
        if (disturbance_.instead)
            reply = std::move(*disturbance_.instead);
        reply.delay += disturbance_.delay;
        record_.http_status = reply.status;
        service_.decided(record_);
        return reply;
    }

    const ServerSettings& settings_;
    Service& service_;
    CallDesk desk_;
    const std::filesystem::path spool_;
    const OperationRule* rule_ = nullptr;
    std::optional<VerifiedCall> call_;
    CallRecord record_;
    Disturbance disturbance_;
    std::string body_;
    std::optional<MultipartReader> multipart_;
    std::optional<edxml::FileSink> file_;
    bool is_spooled_ = false;
    bool has_entered_ = false;
    std::uint64_t packet_bytes_ = 0;
};

}  // namespace

struct Server::State final : Site {
    State(const ServerSettings& given, Service& behind) : settings{given}, service{behind} {}

    std::unique_ptr<Visit> visit() override {
        return std::make_unique<CallVisit>(settings, service, settings.spool / (std::to_string(++visits) + ".part"));
    }
    bool is_open() override { return service.is_open(); }
    Instant now() override { return service.now(); }

    ServerSettings settings;
    Service& service;
    std::atomic<std::uint64_t> visits = 0;
    std::unique_ptr<HttpListener> listener;     ///< Last: it stops before what it serves goes.
};

Server::Server(std::unique_ptr<State> state) : state_{std::move(state)} {}
Server::~Server() = default;

Result<std::unique_ptr<Server>> Server::start(const ServerSettings& settings, Service& service) {
    auto state = std::make_unique<State>(settings, service);
    state->settings.listener.body_bytes_max = settings.packet_bytes_max + multipart_bytes_max;
    // What an earlier run was spooling when it was killed.
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{settings.spool, error})
        if (entry.path().extension() == ".part")
            std::filesystem::remove(entry.path(), error);
    auto listener = HttpListener::start(state->settings.listener, *state);
    if (!listener)
        return listener.error();
    state->listener = std::move(*listener);
    return std::unique_ptr<Server>{new Server{std::move(state)}};
}

std::uint16_t Server::port() const noexcept { return state_->listener->port(); }

void throw_exception_from_error(const Refusal& refusal, const boost::source_location&) {
    throw std::runtime_error{refusal.code + " " + refusal.text};
}

}  // namespace hub::vxp
