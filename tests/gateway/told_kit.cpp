#include "tests/gateway/told_kit.hpp"

#include "hub/core/signature.hpp"
#include "tests/support/eventually.hpp"

#include <future>

namespace hub::gateway::test {

Result<EnvelopeId> ToldKit::submit(const kit::Outgoing& outgoing) {
    const std::scoped_lock lock{mutex_};
    if (fault_)
        return *fault_;
    handed_in_.push_back(outgoing);
    if (!is_silent_) {
        wire::Receipt answer = answer_.value_or(receipt(*outgoing.id, "accepted"));
        answer.envelope = *outgoing.id;
        acts_.push_back([answer](kit::Handler& handler) { (void)handler.on_receipt(answer); });
    }
    return *outgoing.id;
}

Result<void> ToldKit::poll(std::chrono::milliseconds, kit::Handler& handler) {
    std::vector<std::function<void(kit::Handler&)>> acts;
    {
        const std::scoped_lock lock{mutex_};
        acts.swap(acts_);
    }
    for (const auto& act : acts)
        act(handler);
    return {};
}

Result<void> ToldKit::acknowledge(const Acknowledgement::Item& item) {
    const std::scoped_lock lock{mutex_};
    ++asked_;
    if (is_new_ && known_ != item.envelope)
        return Fault{Errc::not_found, "envelope", {}};
    acknowledged_.push_back(item);
    return {};
}

void ToldKit::then(std::function<void(kit::Handler&)> act) {
    const std::scoped_lock lock{mutex_};
    acts_.push_back(std::move(act));
}

std::vector<kit::Outgoing> ToldKit::handed_in() const {
    const std::scoped_lock lock{mutex_};
    return handed_in_;
}

std::vector<Acknowledgement::Item> ToldKit::acknowledged() const {
    const std::scoped_lock lock{mutex_};
    return acknowledged_;
}

void ToldKit::answer_by(std::optional<wire::Receipt> receipt, bool is_silent) {
    const std::scoped_lock lock{mutex_};
    answer_ = std::move(receipt);
    is_silent_ = is_silent;
}

void ToldKit::knows_nothing_but(std::optional<EnvelopeId> id) {
    const std::scoped_lock lock{mutex_};
    is_new_ = true;
    known_ = id;
}

int ToldKit::asked() const {
    const std::scoped_lock lock{mutex_};
    return asked_;
}

void ToldKit::refuse_submissions(std::optional<Fault> fault) {
    const std::scoped_lock lock{mutex_};
    fault_ = std::move(fault);
}

AgencyCode code(std::string_view text) { return AgencyCode::parse(text).value(); }

EnvelopeHeader header_to(const std::string& receiver, std::uint64_t number, Kind kind) {
    EnvelopeHeader header{.id = EnvelopeId::make(number, {}),
                          .kind = kind,
                          .sender = code("H43.09"),
                          .receivers = {code("H43.05"), code(receiver)},
                          .created_at = {},
                          .expires_at = {}};
    header.document = DocumentName{.issuer = "H43.09",
                                   .number = "12",
                                   .notation = "SNV",
                                   .promulgated_on = {},
                                   .document_id = {},
                                   .subject = "V/v",
                                   .type_name = {}};
    return header;
}

wire::Receipt receipt(const EnvelopeId& id, const std::string& what, const std::string& receiver) {
    wire::Receipt made;
    made.what = what;
    made.envelope = id;
    made.receiver = receiver;
    return made;
}

Desk::Desk(CounterSettings settings) : settings_{settings} {
    const auto agencies = folder_ / "agencies.toml";
    hub::test::write_file(
        agencies,
        "[[agency]]\ncode = \"H43.01\"\nname = \"Văn phòng\"\naliases = [{ code = \"000.00.01.H43\" }]\n"
        "[[agency]]\ncode = \"H43.02\"\naliases = [{ code = \"000.00.02.H43\" }]\n");
    SettingsMistakes mistakes;
    units_ = read_units(agencies, {}, mistakes);
    HUB_ASSERT(units_ != nullptr);
    open();
}

void Desk::open(bool is_kit_new) {
    close();
    mailbox = Mailbox::open(folder()).value();
    answers = std::make_unique<Answers>();
    auto told = std::make_unique<ToldKit>();
    kit = told.get();
    if (is_kit_new)
        kit->knows_nothing_but(std::nullopt);
    LineSettings line_settings{.kit = {.agency = code("H43.01")},
                               .codes = {code("H43.01"), code("000.00.01.H43")},
                               .is_signed_by_gateway = true};
    lines.push_back(std::make_unique<Line>(std::move(line_settings), std::move(told), *mailbox, *answers));
    line = lines.front().get();
    workers = std::make_unique<LineWorkers>(lines, 1);
    counter = std::make_unique<Counter>(settings_, *mailbox, *answers, *workers, *units_);
    HUB_ASSERT(hub::test::eventually([&] { return line->is_connected(); }));
}

void Desk::close() {
    counter.reset();
    workers.reset();
    lines.clear();
    answers.reset();
    mailbox.reset();
}

std::filesystem::path Desk::packet(BytesView octets) {
    const auto file = folder() / "spool" / (std::to_string(++packets_) + ".part");
    hub::test::write_file(file, octets);
    return file;
}

std::vector<std::filesystem::path> Desk::files() const {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator{folder() / "packets"})
        if (entry.is_regular_file())
            found.push_back(entry.path());
    return found;
}

bool Desk::receive(const EnvelopeHeader& header, BytesView octets,
                   std::vector<wire::AddressedReceiver> receivers, std::uint32_t attempt) {
    std::promise<bool> done;
    kit->then([&](kit::Handler& handler) {
        auto with_parts = std::make_shared<EnvelopeHeader>(header);
        with_parts->parts.push_back({"1", "p", "application/edxml+xml", octets.size(), sha256(octets), true});
        const kit::Received received{.header = with_parts,
                                     .contents = {{"p", "application/edxml+xml", Bytes{octets}, {}}},
                                     .frame = {},
                                     .attempt = attempt,
                                     .receivers = receivers};
        done.set_value(handler.on_envelope(received).has_value());
    });
    workers->wake(*line);
    return done.get_future().get();
}

}  // namespace hub::gateway::test
