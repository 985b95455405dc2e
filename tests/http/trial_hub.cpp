#include "tests/http/trial_hub.hpp"

#include "hub/http/json.hpp"
#include "tests/support/throwaway_key.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>

namespace hub::test {
namespace {

using namespace std::chrono_literals;

http::HubStatus good_status() {
    http::HubStatus status;
    status.version = "1.2.3";
    status.started_at = at(0);
    status.now = at(60'000);
    status.broker = "up";
    status.disk_free_bytes = 5'000'000'000;
    return status;
}

class TrialOctets final : public http::Octets {
public:
    explicit TrialOctets(std::string octets) : octets_{std::move(octets)} {}
    std::uint64_t bytes() const override { return octets_.size(); }
    Result<std::string> next() override {
        constexpr std::size_t at_once = 3;
        const std::string block = octets_.substr(std::min(at_, octets_.size()), at_once);
        at_ += block.size();
        return block;
    }

private:
    const std::string octets_;
    std::size_t at_ = 0;
};

boost::json::object routes_of(const http::Api& api) {
    boost::json::array routes;
    for (const http::Route& route : api.routes())
        routes.push_back(
            boost::json::object{{"method", http::json_text(route.method)},
                                {"pattern", http::json_text(route.pattern)},
                                {"right", route.right ? boost::json::value(http::json_text(name_of(*route.right)))
                                                      : boost::json::value(nullptr)}});
    return {{"routes", std::move(routes)}};
}

/// A line each in the file that the environment names.
void note(const http::Api& api, const http::Request& request, const http::Response& response) {
    static const char* const path = std::getenv("LGSP_EXCHANGES");
    if (!path)
        return;
    static std::ofstream file{path, std::ios::app};
    static const bool has_routes = [&] {
        file << boost::json::serialize(routes_of(api)) << "\n";
        return true;
    }();
    (void)has_routes;
    // What is no UTF-8 cannot stand in JSON; what was asked so was refused.
    file << boost::json::serialize(boost::json::object{{"method", http::json_text(request.method)},
                                                       {"target", http::json_text(request.target)},
                                                       {"body", http::json_text(request.body)},
                                                       {"status", response.status},
                                                       {"content_type", response.content_type},
                                                       {"answer", http::json_text(response.body)}})
         << std::endl;
}

}  // namespace

std::shared_ptr<const Directory> trial_directory() {
    std::vector<Agency> agencies;
    agencies.push_back({.code = code("H43"), .name = "Ủy ban nhân dân tỉnh", .serves_subordinates = true});
    agencies.back().aliases.push_back({code("000.00.00.H43"), at(0), std::nullopt});
    agencies.push_back({.code = code("H43.01"), .name = "Sở Nội vụ"});
    agencies.back().contacts = {{"Văn thư", "0259 0000 001", "vanthu@h43.example", "giờ hành chính"},
                                {"Phòng CNTT", "", "cntt@h43.example", ""}};
    const auto key = make_key(KeyKind::p256, "H43.01");
    agencies.back().certificates.push_back(Certificate::parse(key.certificate_pem).value());
    agencies.push_back({.code = code("H43.02"), .name = "Sở cũ", .closed_at = at(30'000)});
    agencies.back().successor = code("H43.01");
    agencies.push_back({.code = code("H43.03"), .name = "Sở mới", .opened_at = at(90'000)});
    agencies.push_back({.code = code("00.43.W00"), .name = "Trục quốc gia", .is_axis = true});
    return std::make_shared<const Directory>(Directory::build(std::move(agencies), {code("H43")}).value());
}

std::vector<Setting> trial_settings() {
    const std::string file = "/etc/lgsp-hub/hub.toml";
    return {{"http.listen", "127.0.0.1:7780", false, file, 34},
            {"http.token_file", "/etc/lgsp-hub/http.token", true, file, 35},
            {.key = "broker.ca_file"},
            {"hub.agencies_file", "/nowhere/agencies.toml", false, file, 10}};
}

TrialHub::TrialHub(std::string token, bool is_tls, std::optional<Right> second_factor_for)
    : status{good_status()}, ledger_{ledger::SqliteLedger::open(folder_.path()).value()},
      access_{access::AccessStore::open(folder_.path()).value()}, writer_{*ledger_},
      token_{std::move(token)}, api_{{.status = [this] { return status; },
                                      .now = [this] { return status.now; },
                                      .directory = trial_directory(),
                                      .search = ledger_->search(),
                                      .deadlines = {},
                                      .axis = {.refuses_unknown = true},
                                      .certificate_valid_until = at(0) + std::chrono::days{365},
                                      .token = token_,
                                      .hub_code = "000.00.00.H43",
                                      .is_tls = is_tls,
                                      .security_contact = "mailto:security@h43.example",
                                      .second_factor_for = second_factor_for,
                                      .hold = [this](const http::HoldOrder& order) {
                                          holds.push_back(order);
                                          return hold_answer;
                                      },
                                      .access = access_.get(),
                                      .record = [this](const Act& act) {
                                          acts.push_back(act);
                                          return record_answer;
                                      },
                                      .book = ledger_->book(),
                                      .reports = ledger_->reports(),
                                      .begin_operation =
                                          [this](const Operation& wanted, const Act& act) {
                                              Operation operation = wanted;
                                              operation.seq = OperationSeq{operations.size() + 1};
                                              acts.push_back(act);
                                              return keep(std::move(operation));
                                          },
                                      .turn_operation = [this](const OperationTurned& turned) {
                                          Operation operation = operations.at(number(turned.operation) - 1);
                                          const bool is_stop = turned.turn == OperationTurn::stop;
                                          operation.state = is_stop ? OperationState::stopped : OperationState::running;
                                          if (turned.turn == OperationTurn::approve)
                                              operation.expected = turned.expected;
                                          acts.push_back(turned.act);
                                          return keep(std::move(operation));
                                      },
                                      .turn_queue = [this](const http::QueueOrder& order) { return keep(order); },
                                      .open_part = [this](EnvelopeSeq envelope,
                                                          std::size_t part) { return open_part(envelope, part); },
                                      .tell_damaged = [this](EnvelopeSeq envelope) { damages.push_back(envelope); },
                                      .settings = trial_settings(),
                                      .look_at_configuration = [this] { return look; },
                                      .reload = [this](const Act& act, const ConfigurationSeen& seen) {
                                          return reload(act, seen);
                                      },
                                      .build = {.id = "c0ffee", .compiler = "GCC 12.2.0", .boost = "1.81.0", .openssl = "3.0.17"}}} {}

Result<ConfigurationReload> TrialHub::reload(const Act& act, const ConfigurationSeen& seen) {
    if (!look)
        return look.error();
    reloads.push_back(act);
    return ConfigurationReload{*look, seen.seen.value_or(look->seen) != look->seen
                                          || seen.changes.value_or(look->changes.size()) != look->changes.size()};
}

Result<std::shared_ptr<http::Octets>> TrialHub::open_part(EnvelopeSeq envelope, std::size_t part) const {
    if (!part_answer)
        return part_answer.error();
    const auto it = parts.find({envelope, part});
    if (it == parts.end())
        return Fault{Errc::not_found, "contents", {}};
    return std::make_shared<TrialOctets>(it->second);
}

std::string all_of(http::Octets& octets) {
    std::string all;
    for (;;) {
        const auto block = octets.next();
        REQUIRE(block.has_value());
        if (block->empty())
            return all;
        all += *block;
    }
}

Result<void> TrialHub::keep(Operation operation) {
    if (!operation_answer)
        return operation_answer;
    if (number(operation.seq) > operations.size())
        operations.push_back(operation);
    operations[number(operation.seq) - 1] = operation;
    writer_.batch.operations.push_back(std::move(operation));
    return writer_.commit();
}

/// As the relay does it.
Result<void> TrialHub::keep(const http::QueueOrder& order) {
    if (!queue_answer)
        return queue_answer;
    queue_orders.push_back(order);
    QueueControl control{.agency = order.agency};
    for (const QueueControl& known : ledger_->view()->heads().value().queues)
        if (known.agency == order.agency)
            control = known;
    const QueueWord word{order.act.actor, status.now, order.act.reason};
    switch (order.wanted) {
    case QueueAct::pause: control.paused = control.paused.value_or(word); break;
    case QueueAct::resume: control.paused.reset(); break;
    case QueueAct::limit:
        control.limit = order.per_minute > 0 ? std::optional{QueueLimit{order.per_minute, word}} : std::nullopt;
        break;
    }
    writer_.batch.queues.push_back(std::move(control));
    return writer_.commit();
}

http::Response TrialHub::answer(const http::Request& request) {
    const http::Response response = api_.answer(request);
    note(api_, request, response);
    return response;
}

http::Response TrialHub::get(std::string target, std::string language) {
    return answer({.method = "GET",
                   .target = std::move(target),
                   .host = "127.0.0.1:7780",
                   .authorization = token_.empty() ? "" : "Bearer " + token_,
                   .accept_language = std::move(language)});
}

boost::json::object TrialHub::ask(const std::string& target, unsigned status_wanted) {
    const auto response = get(target);
    INFO(target << "\n" << response.body);
    REQUIRE(response.status == status_wanted);
    return object_of(response.body);
}

std::vector<std::uint64_t> TrialHub::found(const std::string& target) {
    std::vector<std::uint64_t> numbers;
    const auto answer = ask(target);
    for (const auto& document : answer.at("documents").as_array())
        numbers.push_back(document.at("seq").to_number<std::uint64_t>());
    return numbers;
}

std::string field_of(const http::Response& response, std::string_view name) {
    for (const http::Field& field : response.fields)
        if (field.name == name)
            return field.value;
    return {};
}

boost::json::object object_of(std::string_view body) {
    boost::system::error_code error;
    const auto value = boost::json::parse(body, error);
    INFO(body);
    REQUIRE_FALSE(error);
    REQUIRE(value.is_object());
    return value.as_object();
}

std::string text_at(const boost::json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    INFO(key);
    REQUIRE(value);
    REQUIRE(value->is_string());
    return std::string{value->as_string()};
}

}  // namespace hub::test
