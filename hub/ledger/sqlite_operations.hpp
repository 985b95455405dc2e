#pragma once
// The tables of causes and operations, for the ledger's writer, its view and the operators' book. A writer holds
// statements of its connection and belongs to that connection's thread.

#include "hub/core/ledger.hpp"
#include "hub/ledger/agency_numbers.hpp"
#include "hub/ledger/sqlite.hpp"

#include <functional>
#include <map>
#include <optional>

namespace hub::ledger {

class OperationWriter {
public:
    OperationWriter(Database& database, AgencyNumbers& agencies) : database_{database}, agencies_{agencies} {}

    /// Within a transaction.
    Result<void> write(const Operation& operation);
    Result<void> write(DeliverySeq delivery, const Turn& turn);
    /// What was written by a transaction that was rolled back is not known.
    void forget() { causes_.clear(); }

private:
    struct Statements {
        Statement turn, cause, add_cause, operation, begin_cause;
    };
    Result<void> prepare();
    Result<std::int64_t> number_of(const Cause& cause);

    Database& database_;
    AgencyNumbers& agencies_;
    std::optional<Statements> statements_;
    std::map<std::string, std::int64_t> causes_;     ///< Some of them, by fingerprint.
};

/// Those that are open, by their index; ?1 is the one behind which they begin.
inline constexpr std::string_view open_condition =
    "INDEXED BY operations_open WHERE state IN (1, 2, 4, 5) AND seq > ?1 ORDER BY seq";
/// `condition` holds the question's parameter ?1; ?2 is how many.
Result<std::vector<Operation>> read_operations(Database& database, AgencyNumbers& agencies, std::string_view condition,
                                               const std::function<void(Statement&)>& bind, std::size_t count);

/// A selection in SQL. What is text of people is bound: ?1 and ?2 are the deliveries that it is about, after and up to;
/// ?3 the horizon's entry, ?4 the document's number, ?5 how many are looked at.
struct SelectionSql {
    std::string walk;          ///< Numbers of deliveries that stand there, in their order.
    std::string fits;          ///< Condition on a delivery `d` and its envelope `e`.
    std::string counted;       ///< Of all that fit, one row each; ?1 is not in it.
    bool is_impossible = false;

    /// Binds all but how many are looked at.
    static void bind(Statement& statement, const Selection& selection, const Horizon& seen, DeliverySeq after);
};
Result<SelectionSql> sql_of(const Selection& selection, Database& database, AgencyNumbers& agencies);

}  // namespace hub::ledger
