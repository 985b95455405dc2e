// What the store knows of packets that the axis has, or is to get.

#include "adapters/axis/store.hpp"

namespace hub::axis {

Result<bool> Store::is_echo(const std::string& echo_key) {
    if (echo_key.empty())
        return false;
    auto query = statement("SELECT 1 FROM departure WHERE echo_key = ?1 AND echo_key <> '' LIMIT 1");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    return (*query)->bind_text(1, echo_key).step();
}

Result<std::set<std::string>> Store::known_doc_ids(const std::set<std::string>& doc_ids) {
    auto query = statement("SELECT 1 FROM departure WHERE doc_id = ?1");
    if (!query)
        return query.error();
    std::set<std::string> found;
    for (const std::string& doc_id : doc_ids) {
        const ledger::ResetOnExit reset{**query};
        const auto row = (*query)->bind_text(1, doc_id).step();
        if (!row)
            return row.error();
        if (*row)
            found.insert(doc_id);
    }
    return found;
}

Result<std::string> Store::newest_doc_id(vxp::PacketKind kind) {
    auto query =
        statement("SELECT doc_id FROM departure WHERE kind = ?1 AND doc_id IS NOT NULL ORDER BY seq DESC LIMIT 1");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    const auto row = (*query)->bind(1, static_cast<int>(kind)).step();
    if (!row)
        return row.error();
    return *row ? std::string{(*query)->text(0)} : std::string{};
}

Result<std::vector<Instant>> Store::newest_attempts(vxp::PacketKind kind, std::size_t count) {
    auto query = statement("SELECT attempted_at FROM departure WHERE kind = ?1 AND doc_id IS NOT NULL "
                           "ORDER BY seq DESC LIMIT ?2");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    (*query)->bind(1, static_cast<int>(kind)).bind(2, static_cast<std::int64_t>(count));
    std::vector<Instant> found;
    for (;;) {
        const auto row = (*query)->step();
        if (!row)
            return row.error();
        if (!*row)
            return found;
        found.push_back(Instant{std::chrono::milliseconds{(*query)->integer(0)}});
    }
}

Result<Store::Counts> Store::counts() {
    auto query = statement("SELECT count(*), coalesce(sum(course = 2), 0), min(taken_at), min(iif(course = 2, taken_at, NULL))"
                           " FROM departure WHERE course < 3");
    if (!query)
        return query.error();
    const ledger::ResetOnExit reset{**query};
    const auto row = (*query)->step();
    if (!row)
        return row.error();
    Counts counts{.waiting = (*query)->integer(0), .unclear = (*query)->integer(1), .oldest = std::nullopt};
    if (!(*query)->is_null(2))
        counts.oldest = Instant{std::chrono::milliseconds{(*query)->integer(2)}};
    if (!(*query)->is_null(3))
        counts.oldest_unclear = Instant{std::chrono::milliseconds{(*query)->integer(3)}};
    return counts;
}

}  // namespace hub::axis
