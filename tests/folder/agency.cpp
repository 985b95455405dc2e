#include "tests/folder/agency.hpp"

#include "adapters/kit/seal.hpp"
#include "tests/edxml/packet_text.hpp"
#include "tests/support/throwaway_key.hpp"

#include <algorithm>

namespace hub::test {
namespace {

Signer throwaway_signer() {
    const KeyPair pair = make_key(KeyKind::p256, "H43.01");
    return Signer::parse(pair.certificate_pem, pair.key_pem).value();
}

}  // namespace

ScriptedKit::ScriptedKit() : signer_{throwaway_signer()} {}

Result<EnvelopeId> ScriptedKit::submit(const kit::Outgoing& outgoing) {
    before_submit();
    if (fault)
        return *fault;
    if (outgoing.id && kept.contains(*outgoing.id))
        return *outgoing.id;
    const auto sealed = kit::seal(outgoing, std::chrono::hours{24}, signer_, {true, {}});
    if (!sealed)
        return sealed.error();
    if (outgoing.kind == Kind::service) {
        told.push_back(outgoing);
        return sealed->id;
    }
    handed_in.push_back(outgoing);
    handed_in.back().id = sealed->id;
    headers[sealed->id].emplace(wire::decode_envelope(sealed->frame).value().header_bytes);
    kept.insert(sealed->id);
    return sealed->id;
}

Agency::Agency()
    : settings{.kit = {.agency = AgencyCode::parse("H43.01").value(),
                       .broker = {},
                       .certificate_file = {},
                       .key_file = {},
                       .hub_certificate_file = {},
                       .journal_folder = {},
                       .spool_folder = base()},
               .base = base(),
               .answers = {}} {
    open().value();
}

Result<void> Agency::open() {
    exchange.reset();
    auto opened = folder::Exchange::open(settings, kit);
    if (!opened)
        return opened.error();
    exchange = std::move(*opened);
    return {};
}

Result<void> Agency::answer(const EnvelopeId& id, const std::string& what, const std::string& code) {
    wire::Receipt receipt;
    receipt.entry = EntrySeq{++entry_};
    receipt.what = what;
    receipt.envelope = id;
    receipt.code = code;
    receipt.field = what == "refused" ? "receivers[0]" : "";
    if (auto taken = exchange->on_receipt(receipt); !taken)
        return taken;
    kit.kept.erase(id);
    return {};
}

bool Agency::is_empty(std::initializer_list<std::string_view> folders) const {
    return std::ranges::all_of(folders, [&](std::string_view folder) { return names(folder).empty(); });
}

Bytes letter(const std::string& number, int urgency) {
    edxml::test::DocumentText text;
    text.code = "<Code><CodeNumber>" + number + "</CodeNumber><CodeNotation>SNV-VP</CodeNotation></Code>";
    text.more = "<OtherInfo><Priority>" + std::to_string(urgency) + "</Priority></OtherInfo>";
    return text.text();
}

Bytes large_letter(const std::string& number) {
    edxml::test::DocumentText text;
    text.code = "<Code><CodeNumber>" + number + "</CodeNumber><CodeNotation>SNV-VP</CodeNotation></Code>";
    edxml::test::attach(text, "1", Bytes(2 * limits::envelope_bytes_max, 'x'));
    return text.text();
}

Bytes secret_letter() {
    edxml::test::DocumentText text;
    text.subject = "<Subject>TỐI MẬT - kế hoạch</Subject>";
    return text.text();
}

}  // namespace hub::test
