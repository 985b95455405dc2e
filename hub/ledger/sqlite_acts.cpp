#include "hub/ledger/sqlite_acts.hpp"

namespace hub::ledger {

std::shared_ptr<const Act> act_at(Statement& row, int first) {
    if (row.is_null(first))
        return nullptr;
    Act act;
    act.actor = row.text(first);
    if (!row.is_null(first + 1))
        act.role = static_cast<Role>(row.integer(first + 1));
    act.address = row.text(first + 2);
    act.verb = static_cast<Verb>(row.integer(first + 3));
    act.object = row.text(first + 4);
    act.reason = row.text(first + 5);
    act.detail = row.text(first + 6);
    return std::make_shared<const Act>(std::move(act));
}

Result<void> ActWriter::write(Database& database, EntrySeq entry, const Act& act) {
    if (!insert_) {
        auto prepared = database.prepare("INSERT INTO acts (entry, actor, role, address, verb, object, reason, detail)"
                                         " VALUES (?1,?2,?3,?4,?5,?6,?7,?8)");
        if (!prepared)
            return prepared.error();
        insert_ = std::move(*prepared);
    }
    insert_->bind(1, number(entry)).bind_text(2, act.actor).bind_text(4, act.address);
    act.role ? insert_->bind(3, static_cast<int>(*act.role)) : insert_->bind_null(3);
    return insert_->bind(5, static_cast<int>(act.verb))
        .bind_text(6, act.object)
        .bind_text(7, act.reason)
        .bind_text(8, act.detail)
        .run();
}

}  // namespace hub::ledger
