#include "hub/http/reveal.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/http/attachment_name.hpp"
#include "hub/http/body.hpp"
#include "hub/http/parse.hpp"
#include "hub/http/problem.hpp"

namespace hub::http {
namespace {

constexpr std::size_t name_bytes_told_max = 120;

struct Wanted {
    EnvelopeSeq envelope{};
    std::size_t index = 0;
    Act act;
    std::string file_name;
};

Result<std::string> reason_of(const Request& request) {
    Body body{request};
    std::string reason = body.text("reason", limits::fault_text_bytes_max);
    if (!is_reason(reason))
        body.refuse("reason", reason);
    if (const auto trouble = body.trouble())
        return *trouble;
    return reason;
}

Result<Story> story_of(Sources& sources, const Call& call) {
    const std::string& name = call.names[0];
    if (const auto id = EnvelopeId::parse(name))
        return sources.search->story(*id, call.caller.scope());
    const auto seq = parse_number(name);
    return seq ? sources.search->story(EnvelopeSeq{*seq}, call.caller.scope()) : Result<Story>{invalid("id", name)};
}

/// What stands in the audit beside the document: which of its octets were seen.
std::string told_of(const Part& part, std::size_t number, std::size_t count) {
    return "part " + std::to_string(number) + " of " + std::to_string(count) + ", "
           + utf8_prefix(part.name, name_bytes_told_max) + ", " + std::to_string(part.size_bytes) + " bytes, sha256 "
           + part.digest.text();
}

Result<Wanted> wanted_of(Sources& sources, const Call& call) {
    const auto story = story_of(sources, call);
    if (!story)
        return story.error();
    auto reason = reason_of(call.request);
    if (!reason)
        return reason.error();
    const DocumentSummary& document = story->document;
    const auto number = parse_number(call.names[1]);
    if (!number)
        return invalid("part", call.names[1]);
    if (document.retired_at)
        return Fault{Errc::envelope_retired, "id", {}};
    // Of what was refused nothing is kept.
    if (document.refusal || *number < 1 || *number > story->parts.size())
        return Fault{Errc::not_found, "part", std::to_string(*number)};
    const Part& part = story->parts[*number - 1];
    const std::string object = document.id ? document.id->text() : std::to_string(hub::number(document.seq));
    return Wanted{document.seq, *number - 1,
                  call.caller.act(Verb::reveal, object, std::move(*reason), told_of(part, *number, story->parts.size())),
                  safe_file_name(part.name, "part-" + std::to_string(*number))};
}

/// Whoever looks at the lamps hears of it, and the audit has which document it is: not only who looked into it knows.
void tell_damaged(Sources& sources, const Wanted& wanted) {
    if (sources.tell_damaged)
        sources.tell_damaged(wanted.envelope);
    Act act = wanted.act;
    act.detail += ", damaged in the ledger: nothing was revealed";
    // Whether or not it can be written, its caller is told what was found.
    (void)sources.record(act);
}

Response revealed(Sources& sources, const Wanted& wanted, std::string_view language) {
    auto octets = sources.open_part(wanted.envelope, wanted.index);
    if (!octets && octets.error().code == Errc::ledger_corrupt)
        tell_damaged(sources, wanted);
    if (!octets)
        return problem(octets.error(), language);
    if (const auto noted = sources.record(wanted.act); !noted)
        return problem(noted.error(), language);
    // A file to be saved, whatever its sender says that it is: nothing in it is ever a page of this host.
    return {200,
            "application/octet-stream",
            {},
            {{"Content-Disposition", attachment_of(wanted.file_name)},
             {"Content-Security-Policy", "sandbox; default-src 'none'"}},
            std::move(*octets)};
}

Begun reveal(Sources& sources, const Call& call) {
    auto wanted = wanted_of(sources, call);
    if (!wanted)
        return problem(wanted.error(), call.language());
    return Work{[&sources, wanted = std::move(*wanted), language = call.language()] {
        return revealed(sources, wanted, language);
    }};
}

}  // namespace

std::vector<Route> reveal_routes(Sources& sources) {
    // Each time that it is seen is on record.
    return {repeated(Repeat::again, {"POST", "/v1/documents/{id}/parts/{part}/reveal", Right::reveal, {}, Where::aside,
                                     [&sources](const Call& call) { return reveal(sources, call); }})};
}

}  // namespace hub::http
