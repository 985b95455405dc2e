#include "hub/http/operations.hpp"

#include "hub/core/limits.hpp"
#include "hub/http/body.hpp"
#include "hub/http/operation_json.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"
#include "hub/http/query.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <random>

namespace hub::http {
namespace {

namespace json = boost::json;

Result<OperationWish> wish_of(Sources& sources, const Call& call) {
    const auto body = read_object(call.request);
    return body ? operation_wish(*body, *sources.directory, call.now) : body.error();
}

Response preview(Sources& sources, const Call& call) {
    const auto wish = wish_of(sources, call);
    if (!wish)
        return problem(wish.error(), call.language());
    const auto preview = sources.book->preview(wish->selection);
    if (!preview)
        return problem(preview.error(), call.language());
    json::array sample;
    for (const DeliverySample& line : preview->sample)
        sample.push_back(json_of(line));
    return json_response(json::object{{"act", json_text(name_of(wish->act))},
                                      {"filter", json_of(wish->selection)},
                                      {"seen", json_text(text_of(preview->seen))},
                                      {"count", preview->count},
                                      {"is_cut", preview->is_cut},
                                      {"looked_at", preview->looked_at},
                                      {"sent_again", preview->sent_again},
                                      {"sample", std::move(sample)}});
}

/// Whoever says the same twice has one operation; who gives no key, a new one each time.
std::string key_of(const Call& call) {
    if (!call.request.idempotency_key.empty())
        return call.caller.name + "/" + call.request.idempotency_key.substr(0, limits::fault_text_bytes_max);
    std::random_device random;
    return call.caller.name + "/" + std::to_string(call.now.time_since_epoch().count()) + "/" + std::to_string(random())
           + std::to_string(random());
}

bool is_of(const Operation& operation, const OperationWish& wish) {
    Selection wanted = wish.selection;
    // "24h" is another time each time that it is said; what it chose is in `seen`.
    wanted.since = operation.selection.since;
    wanted.until = operation.selection.until;
    return operation.act == wish.act && operation.selection == wanted && operation.seen == wish.seen
           && operation.expected == wish.expect && operation.reason == wish.reason;
}

Response answer(Result<std::optional<Operation>> found, unsigned status, const Call& call) {
    if (!found)
        return problem(found.error(), call.language());
    if (!*found)
        return problem({Errc::not_found, "operation", {}}, call.language());
    Response response = json_response(json_of(**found));
    response.status = status;
    if (status == 201)
        response.fields.push_back({"Location", "/v1/operations/" + std::to_string(number((*found)->seq))});
    return response;
}

Response run(Sources& sources, const Call& call) {
    const auto wish = wish_of(sources, call);
    if (!wish)
        return problem(wish.error(), call.language());
    for (const auto& [field, is_there] : {std::pair{"expect", wish->expect.has_value()},
                                          {"seen", wish->seen.has_value()}, {"reason", !wish->reason.empty()}})
        if (!is_there)
            return problem(invalid(field, {}), call.language());
    const std::string key = key_of(call);
    const auto known = sources.book->operation(std::string_view{key});
    if (known && *known && !is_of((*known).value(), *wish))
        return problem(422, call_problems::key_reused, "Idempotency-Key", {}, call.language());
    if (!known || *known)
        return answer(known, 200, call);
    const auto count = sources.book->count(wish->selection, *wish->seen);
    if (!count)
        return problem(count.error(), call.language());
    if (*count == 0 && *wish->expect == 0)
        return problem(409, call_problems::nothing_to_do, "expect", "0", call.language());
    if (*count != *wish->expect || *count > limits::operation_deliveries_max)
        return problem({Errc::count_differs, "expect", std::to_string(*count)}, call.language());
    Operation wanted;
    wanted.key = key;
    wanted.act = wish->act;
    wanted.selection = wish->selection;
    wanted.seen = *wish->seen;
    wanted.expected = *count;
    wanted.per_second = wish->per_second;
    wanted.actor = call.caller.name;
    wanted.reason = wish->reason;
    const Act act = call.caller.act(Verb::operation_run, {}, wish->reason);
    if (const auto begun = sources.begin_operation(wanted, act); !begun)
        return problem(begun.error(), call.language());
    return answer(sources.book->operation(std::string_view{key}), 201, call);
}

Response list(Sources& sources, const Call& call) {
    Query asked{call};
    const auto number_before = asked.number("before");
    const std::size_t count = asked.count(limits::search_rows_max, 50);
    const bool is_open_only = asked.flag("open");
    if (const auto trouble = asked.trouble())
        return problem(*trouble, call.language());
    const auto before = number_before ? std::optional{OperationSeq{*number_before}} : std::nullopt;
    auto found = is_open_only ? sources.book->open_operations() : sources.book->operations(before, count + 1);
    if (!found)
        return problem(found.error(), call.language());
    const bool has_more = found->size() > count;
    json::array operations;
    for (std::size_t i = 0; i < std::min(count, found->size()); ++i)
        operations.push_back(json_of((*found)[i]));
    Response response = json_response(json::object{{"operations", std::move(operations)}, {"has_more", has_more}});
    if (has_more)
        response.fields.push_back(next_page(call, number((*found)[count - 1].seq)));
    return response;
}

std::optional<OperationSeq> seq_of(const Call& call) {
    const auto given = parse_number(call.names.front());
    return given && *given > 0 && *given <= INT64_MAX ? std::optional{OperationSeq{*given}} : std::nullopt;
}

Response show(Sources& sources, const Call& call) {
    const auto seq = seq_of(call);
    if (!seq)
        return problem(invalid("operation", call.names.front()), call.language());
    const auto found = sources.book->operation(*seq);
    if (!found || !*found)
        return answer(found, 200, call);
    const auto outcome = sources.book->outcome(*seq);
    if (!outcome)
        return problem(outcome.error(), call.language());
    json::object out = json_of(**found);
    out["outcome"] = json_of(*outcome);
    if ((*found)->state == OperationState::needs_approval) {
        const auto count = sources.book->count((*found)->selection, (*found)->seen);
        if (!count)
            return problem(count.error(), call.language());
        out["count"] = *count;
    }
    return json_response(out);
}

/// The user who acts by this name, also through a token: nullopt where nobody knows who holds it.
Result<std::optional<std::string>> person_behind(Sources& sources, std::string name) {
    constexpr std::string_view by_token = "token:";
    if (!sources.access)
        return std::optional<std::string>{};
    const auto tokens = sources.access->tokens();
    if (!tokens)
        return tokens.error();
    // One token may have made another.
    for (std::size_t i = 0; i <= tokens->size() && name.starts_with(by_token); ++i) {
        const auto it = std::ranges::find(*tokens, name.substr(by_token.size()), &access::Token::name);
        if (it == tokens->end())
            return std::optional<std::string>{};
        name = it->made_by;
    }
    const auto user = sources.access->user(name);
    if (!user)
        return user.error();
    return *user ? std::optional{std::move(name)} : std::nullopt;
}

Response approve(Sources& sources, const Call& call) {
    const auto seq = seq_of(call);
    if (!seq)
        return problem(invalid("operation", call.names.front()), call.language());
    Query asked{call};
    const std::string reason = asked.reason();
    const auto expect = asked.number("expect");
    if (const auto trouble = asked.trouble())
        return problem(*trouble, call.language());
    if (!expect)
        return problem(invalid("expect", {}), call.language());
    const auto found = sources.book->operation(*seq);
    if (!found || !*found)
        return answer(found, 200, call);
    const Operation& operation = **found;
    if (operation.state != OperationState::needs_approval)
        return problem({Errc::operation_over, "operation", std::string{name_of(operation.state)}}, call.language());
    const auto approver = person_behind(sources, call.caller.name), asker = person_behind(sources, operation.actor);
    if (!approver || !asker)
        return problem(approver ? asker.error() : approver.error(), call.language());
    if (!*approver || *approver == *asker)
        return problem(409, call_problems::second_person_needed, "operation", call.caller.name, call.language());
    const auto count = sources.book->count(operation.selection, operation.seen);
    if (!count)
        return problem(count.error(), call.language());
    if (*count != *expect)
        return problem({Errc::count_differs, "expect", std::to_string(*count)}, call.language());
    if (*count == 0)
        return problem(409, call_problems::nothing_to_do, "expect", "0", call.language());
    const Act act = call.caller.act(Verb::operation_approve, name_of(*seq), reason, "asked by " + operation.actor);
    const OperationTurned approved{.operation = *seq, .turn = OperationTurn::approve, .act = act, .expected = *count};
    if (const auto turned = sources.turn_operation(approved); !turned)
        return problem(turned.error(), call.language());
    return answer(sources.book->operation(*seq), 200, call);
}

Response turn(Sources& sources, const Call& call, OperationTurn wanted) {
    const auto seq = seq_of(call);
    if (!seq)
        return problem(invalid("operation", call.names.front()), call.language());
    Query asked{call};
    const std::string reason = asked.reason();
    if (const auto trouble = asked.trouble())
        return problem(*trouble, call.language());
    const Verb verb = wanted == OperationTurn::stop ? Verb::operation_stop : Verb::operation_resume;
    const Act act = call.caller.act(verb, name_of(*seq), reason);
    if (const auto turned = sources.turn_operation({.operation = *seq, .turn = wanted, .act = act}); !turned)
        return problem(turned.error(), call.language());
    return answer(sources.book->operation(*seq), 200, call);
}

}  // namespace

std::vector<Route> operation_routes(Sources& sources) {
    return {
        with_query({"GET", "/v1/operations", Right::operate, [&](const Call& call) { return list(sources, call); }}),
        // The ledger knows the key of an operation for as long as the operation.
        repeated(Repeat::again,
                 {"POST", "/v1/operations", Right::operate, [&](const Call& call) { return run(sources, call); }}),
        repeated(Repeat::any, {"POST", "/v1/operations/preview", Right::operate,
                               [&](const Call& call) { return preview(sources, call); }}),
        {"GET", "/v1/operations/{operation}", Right::operate, [&](const Call& call) { return show(sources, call); }},
        with_query({"POST", "/v1/operations/{operation}/stop", Right::operate,
                    [&](const Call& call) { return turn(sources, call, OperationTurn::stop); }}),
        with_query({"POST", "/v1/operations/{operation}/resume", Right::operate,
                    [&](const Call& call) { return turn(sources, call, OperationTurn::resume); }}),
        with_query({"POST", "/v1/operations/{operation}/approve", Right::operate,
                    [&](const Call& call) { return approve(sources, call); }}),
    };
}

}  // namespace hub::http
