#include "hub/amqp/topology.hpp"

namespace hub::amqp {
namespace {

/// A RabbitMQ permission pattern that matches exactly these names.
std::string pattern_of(std::initializer_list<std::string> names) {
    std::string pattern = "^(";
    for (const std::string& name : names) {
        if (pattern.back() != '(')
            pattern += '|';
        for (const char c : name) {
            // Agency codes hold letters, digits, '.', '-' and '_': only the dot means something in a pattern.
            if (c == '.')
                pattern += '\\';
            pattern += c;
        }
    }
    return pattern + ")$";
}

}  // namespace

std::string submit_name(const AgencyCode& agency) { return "submit." + agency.text(); }

std::string inbox_queue(const AgencyCode& agency, bool is_urgent) {
    return "inbox." + agency.text() + (is_urgent ? ".urgent" : "");
}

std::string mark_exchange(const std::string& ledger_id) { return "ledger." + ledger_id; }

Permissions permissions_of(const AgencyCode& agency) {
    return {.configure = "^$",
            .write = pattern_of({submit_name(agency)}),
            .read = pattern_of({inbox_queue(agency, false), inbox_queue(agency, true)})};
}

Result<void> declare_topology(Session& session, const Directory& directory, bool is_quorum) {
    const std::string deliver{deliver_exchange};
    const std::string dead{dead_exchange};
    const QueueOptions options{is_quorum, {}};
    const auto declare = [&](const std::string& queue, const std::string& exchange) -> Result<void> {
        if (auto declared = session.declare_queue(queue, options); !declared)
            return declared;
        return session.bind(queue, exchange, queue);
    };
    for (const std::string& exchange : {deliver, dead})
        if (auto declared = session.declare_exchange(exchange, "direct"); !declared)
            return declared;
    if (auto declared = declare(std::string{dead_queue}, dead); !declared)
        return declared;
    for (const Agency& agency : directory.agencies()) {
        const std::string submit = submit_name(agency.code);
        if (auto declared = session.declare_exchange(submit, "direct"); !declared)
            return declared;
        if (auto declared = declare(submit, submit); !declared)
            return declared;
        for (const bool is_urgent : {false, true})
            if (auto declared = declare(inbox_queue(agency.code, is_urgent), deliver); !declared)
                return declared;
    }
    return {};
}

}  // namespace hub::amqp
