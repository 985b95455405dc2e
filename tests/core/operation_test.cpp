#include "hub/core/operation.hpp"

#include <catch2/catch.hpp>

using namespace hub;

TEST_CASE("what may be done with a delivery, wherever it stands", "[operation]") {
    struct Row {
        DeliveryAct act;
        bool waiting, failed, parked, at_adapter;
    };
    for (const Row& row : {Row{DeliveryAct::retry, false, true, true, true},
                           Row{DeliveryAct::park, true, true, false, false},
                           Row{DeliveryAct::release, false, false, true, false}}) {
        INFO(name_of(row.act));
        CHECK(may(row.act, Standing::waiting) == row.waiting);
        CHECK(may(row.act, Standing::failed) == row.failed);
        CHECK(may(row.act, Standing::parked) == row.parked);
        CHECK(may(row.act, Standing::at_adapter) == row.at_adapter);
        CHECK(parse_act(name_of(row.act)) == row.act);
    }
    CHECK(parse_act("delete") == std::nullopt);
    CHECK(parse_standing("failed") == Standing::failed);
    CHECK(parse_standing("at_adapter") == Standing::at_adapter);
    CHECK(parse_standing("retrieved") == std::nullopt);
}

TEST_CASE("every carriage and every report: only what the receiver has undoes an operator's word", "[operation]") {
    const auto further = [](Carriage present) {
        return std::pair{is_further(Carriage::in_inbox, present), is_further(Carriage::taken, present)};
    };
    CHECK(further(Carriage::held) == std::pair{true, true});
    CHECK(further(Carriage::in_inbox) == std::pair{false, true});
    CHECK(further(Carriage::taken) == std::pair{false, false});
    CHECK(further(Carriage::parked) == std::pair{false, true});
    CHECK(further(Carriage::failed) == std::pair{false, true});
    CHECK(standing_of(Carriage::taken) == std::nullopt);
    CHECK(standing_of(Carriage::at_adapter) == Standing::at_adapter);
    CHECK(standing_of(Carriage::in_inbox) == Standing::waiting);
}

TEST_CASE("a selection must bound what is looked at", "[operation]") {
    Selection selection;
    CHECK(check(selection).has_value());
    selection.cause = "nonsense";
    CHECK(check(selection).error().field == "cause");
    selection.cause = fingerprint_of({"a", "b"});
    CHECK(check(selection).has_value());
    selection.cause = no_cause;
    CHECK(check(selection).error().field == "cause");
    selection.standing = Standing::parked;
    CHECK(check(selection).has_value());
    selection.cause = fingerprint_of({"a", "b"});
    CHECK(check(selection).has_value());
    selection.standing = Standing::waiting;
    CHECK(check(selection).error().field == "receiver");
    selection.receiver = AgencyCode::parse("H43.01").value();
    CHECK(check(selection).error().field == "cause");
    selection.cause.clear();
    CHECK(check(selection).has_value());
    selection = {.standing = Standing::at_adapter};
    CHECK(check(selection).error().field == "receiver");
    selection.receiver = AgencyCode::parse("H43.01").value();
    CHECK(check(selection).has_value());
}
