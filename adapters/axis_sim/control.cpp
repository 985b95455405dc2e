#include "adapters/axis_sim/control.hpp"

#include "adapters/vxp/reply_frame.hpp"

#include <boost/json.hpp>

namespace hub::axis_sim {
namespace {

namespace json = boost::json;
using vxp::SiteReply;
using vxp::text_reply;

constexpr std::size_t body_bytes_max = 256 * 1024;

/// A page of a browser on this machine can send neither of these without asking first.
bool is_json(const vxp::RequestHead& head) { return head.field("Content-Type").starts_with("application/json"); }

SiteReply problem(unsigned status, std::string_view field, std::string_view value) {
    return text_reply(status, json::serialize(json::object{
                                  {"error", status == 404 ? "not_found" : status == 405 ? "method" : "field_invalid"},
                                  {"field", field},
                                  {"value", value}}));
}

class ControlVisit final : public vxp::Visit {
public:
    explicit ControlVisit(Control& control) : control_{control} {}

    std::optional<SiteReply> start(const vxp::RequestHead& head) override {
        head_ = head;
        return std::nullopt;
    }
    std::optional<SiteReply> add(BytesView piece) override {
        body_.append(piece);
        return body_.size() > body_bytes_max ? std::optional{refuse(413)} : std::nullopt;
    }
    SiteReply finish() override { return control_.answer(head_, body_); }
    SiteReply refuse(unsigned status) override { return problem(status, "request", ""); }

private:
    Control& control_;
    vxp::RequestHead head_;
    std::string body_;
};

}  // namespace

std::unique_ptr<vxp::Visit> Control::visit() { return std::make_unique<ControlVisit>(*this); }

SiteReply Control::answer(const vxp::RequestHead& head, const std::string& body) {
    const bool is_get = head.method == "GET";
    const bool is_change = head.method == "PUT" || head.method == "POST";
    if (is_change && !is_json(head))
        return problem(415, "Content-Type", "application/json");
    if (head.target == "/state")
        return is_get ? text_reply(200, axis_.state_json()) : problem(405, "method", head.method);
    if (head.target == "/packets") {
        const auto packets = axis_.all_packets();
        return is_get ? text_reply(200, vxp::list_frame(std::span<const vxp::SentPacket>{packets}))
                      : problem(405, "method", head.method);
    }
    if (head.target == "/faults") {
        if (is_get)
            return text_reply(200, faults_.as_json());
        if (head.method == "DELETE") {
            faults_.set({});
            return text_reply(200, faults_.as_json());
        }
        return head.method == "PUT" ? put_faults(body) : problem(405, "method", head.method);
    }
    if (head.target == "/units")
        return head.method == "POST" ? change_unit(body) : problem(405, "method", head.method);
    return problem(404, "path", head.target);
}

SiteReply Control::put_faults(const std::string& body) {
    auto scenario = parse_scenario(body);
    if (!scenario)
        return problem(400, scenario.error().field, scenario.error().peer_text);
    faults_.set(std::move(*scenario));
    return text_reply(200, faults_.as_json());
}

SiteReply Control::change_unit(const std::string& body) {
    json::error_code error;
    const json::value value = json::parse(body, error);
    if (error || !value.is_object())
        return problem(400, "body", error.message());
    std::string code;
    std::optional<std::string> name;
    std::optional<bool> is_deleted;
    for (const auto& [key, each] : value.get_object()) {
        if (key == "code" && each.is_string())
            code = std::string{each.get_string().data(), each.get_string().size()};
        else if (key == "name" && each.is_string())
            name = std::string{each.get_string().data(), each.get_string().size()};
        else if (key == "deleted" && each.is_bool())
            is_deleted = each.get_bool();
        else
            return problem(400, std::string_view{key.data(), key.size()}, json::serialize(each));
    }
    if (!directory_.change(code, name, is_deleted, axis_.now()))
        return problem(404, "code", code);
    return text_reply(200, "{\"ok\":true}");
}

}  // namespace hub::axis_sim
