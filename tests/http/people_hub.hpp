#pragma once
// A trial's hub on a Monday afternoon with a viewer, an operator, an administrator, and clerks of H43 and H43.01.

#include "hub/core/signature.hpp"
#include "tests/http/trial_hub.hpp"

#include <catch2/catch.hpp>

namespace hub::test {

struct PeopleHub : TrialHub {
    PeopleHub() {
        status.now = monday;
        add("viewer", Role::viewer);
        add("clerk", Role::clerk, "H43.01");
        add("sender", Role::clerk, "H43");
        add("operator", Role::operator_);
        add("admin", Role::administrator);
    }
    void add(const std::string& name, Role role, std::optional<std::string> agency = std::nullopt) {
        const access::User user{name, role, agency ? std::optional{code(*agency)} : std::nullopt, false, status.now, {}};
        REQUIRE(access().add(user, "no hash").has_value());
        begin_session(name);
    }
    void begin_session(const std::string& name) {
        using namespace std::chrono_literals;
        REQUIRE(access().begin(sha256(name + "'s secret"), {name, 12h, status.now + 12h}, status.now).has_value());
    }
    /// `fields` sets what else the request has.
    template <class Fields>
    http::Response as(const std::string& user, std::string method, std::string target, std::string body, Fields fields) {
        status.now += std::chrono::seconds{1};
        http::Request request{.method = std::move(method),
                              .target = std::move(target),
                              .host = "127.0.0.1:7780",
                              .accept_language = "en",
                              .address = "192.0.2.7",
                              .cookie = "lgsp=" + user + "'s secret",
                              .request_mark = "1",
                              .content_type = body.empty() ? "" : "application/json",
                              .body = std::move(body)};
        fields(request);
        return answer(request);
    }
    http::Response as(const std::string& user, std::string method, std::string target, std::string body = {}) {
        return as(user, std::move(method), std::move(target), std::move(body), [](http::Request&) {});
    }
    boost::json::object asked(const std::string& user, const std::string& target) {
        const auto response = as(user, "GET", target);
        INFO(response.body);
        REQUIRE(response.status == 200);
        return object_of(response.body);
    }
    /// What was recorded comes into the ledger at that time, as the relay does it.
    void write_down(const Act& act, Instant at) {
        writer().entry({.kind = EntryKind::act, .text = act.reason, .act = std::make_shared<const Act>(act)});
        writer().batch.entries.back().at = at;
        REQUIRE(writer().commit().has_value());
    }
};

}  // namespace hub::test
