#include "hub/amqp/topology.hpp"

#include <algorithm>

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

/// Bound under its own name.
struct BoundQueue {
    std::string name;
    std::string exchange;
    bool is_inbox = false;
};

BoundQueue inbox_of(const AgencyCode& agency, bool is_urgent) {
    return {inbox_queue(agency, is_urgent), std::string{deliver_exchange}, true};
}

QueueOptions options_of(const BoundQueue& queue, bool is_quorum) {
    return {.is_quorum = is_quorum, .is_single_active = queue.is_inbox};
}

std::vector<BoundQueue> queues_of(const Directory& directory) {
    std::vector<BoundQueue> queues{{std::string{dead_queue}, std::string{dead_exchange}}};
    for (const Agency& agency : directory.agencies()) {
        queues.push_back({submit_name(agency.code), submit_name(agency.code)});
        for (const bool is_urgent : {false, true})
            queues.push_back(inbox_of(agency.code, is_urgent));
    }
    return queues;
}

Result<void> declare(Session& session, const BoundQueue& queue, bool is_quorum, Await await) {
    if (auto declared = session.declare_queue(queue.name, options_of(queue, is_quorum), await); !declared)
        return declared;
    return session.bind(queue.name, queue.exchange, queue.name, await);
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
    std::vector<std::string> exchanges{std::string{deliver_exchange}, std::string{dead_exchange}};
    for (const Agency& agency : directory.agencies())
        exchanges.push_back(submit_name(agency.code));
    for (const std::string& exchange : exchanges)
        if (auto declared = session.declare_exchange(exchange, "direct", Await::nothing); !declared)
            return declared;
    for (const BoundQueue& queue : queues_of(directory))
        if (auto declared = declare(session, queue, is_quorum, Await::nothing); !declared)
            return declared;
    return session.settle();
}

Result<Session::QueueCounts> count_inboxes(Session& session, const AgencyCode& agency, bool is_quorum) {
    Session::QueueCounts both;
    for (const bool is_urgent : {false, true}) {
        const BoundQueue inbox = inbox_of(agency, is_urgent);
        const auto counts = session.count_queue(inbox.name, options_of(inbox, is_quorum));
        if (!counts)
            return counts.error();
        if (auto bound = session.bind(inbox.name, inbox.exchange, inbox.name, Await::nothing); !bound)
            return bound.error();
        both.ready += counts->ready;
        both.consumers += counts->consumers;
    }
    const std::string submit = submit_name(agency);
    if (auto declared = session.declare_exchange(submit, "direct", Await::nothing); !declared)
        return declared.error();
    if (auto declared = declare(session, {submit, submit}, is_quorum, Await::nothing); !declared)
        return declared.error();
    return both;
}

Result<void> restore_queue(Session& session, const Directory& directory, const std::string& queue, bool is_quorum) {
    const auto queues = queues_of(directory);
    const auto found = std::ranges::find(queues, queue, &BoundQueue::name);
    return found == queues.end() ? Result<void>{} : declare(session, *found, is_quorum, Await::answer);
}

}  // namespace hub::amqp
