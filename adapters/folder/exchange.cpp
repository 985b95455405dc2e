#include "adapters/folder/exchange.hpp"

#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/read_packet.hpp"
#include "adapters/edxml/write_status.hpp"
#include "adapters/folder/packet_name.hpp"
#include "adapters/folder/receipt_files.hpp"
#include "adapters/kit/durable_file.hpp"
#include "adapters/lift/lift.hpp"

#include "hub/core/fold.hpp"
#include "hub/core/limits.hpp"
#include "hub/core/signature.hpp"
#include "hub/core/working_calendar.hpp"
#include "hub/telemetry/events.hpp"
#include "hub/telemetry/remedy.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hub::folder {
namespace {

/// Read into memory, and sent within the envelope. The rest is sent from its file.
constexpr std::size_t small_bytes_max = packet_bytes_inline_max;
/// Of outbox/ in one scan: the kit must get its turn again.
constexpr std::uint64_t looked_at_bytes_max = 64 * 1024 * 1024;
constexpr std::array folders{"outbox", "sending", "sent", "refused", "arriving", "inbox", "receipts"};

/// For now, and whatever it says.
bool is_unreadable(const Fault& fault) {
    return fault.code == Errc::folder_unusable || disposition_of(fault.code) == Disposition::halt;
}

/// The same at each try: what it is for is in `text`.
EnvelopeId derived_id(std::uint64_t unix_ms, BytesView text) {
    const Digest digest = sha256(text);
    std::array<std::uint8_t, 10> octets{};
    std::ranges::copy_n(digest.octets.begin(), octets.size(), octets.begin());
    return EnvelopeId::make(unix_ms, octets);
}

EnvelopeId id_of_refusal(const FileIdentity& file, const AgencyCode& agency) {
    const auto written_s = static_cast<std::uint64_t>(std::max<std::int64_t>(0, file.written_s));
    return derived_id(written_s * 1000,
                      agency.text() + "/" + std::to_string(file.device) + "/" + std::to_string(file.inode) + "/"
                          + std::to_string(file.bytes) + "/" + std::to_string(file.written_ns));
}

}  // namespace

Result<std::unique_ptr<Exchange>> Exchange::open(const FolderSettings& settings, kit::Kit& kit) {
    std::unique_ptr<Exchange> exchange{new Exchange{settings, kit}};
    for (const char* const name : folders) {
        std::error_code error;
        std::filesystem::create_directories(exchange->folder(name), error);
        if (error)
            return kit::file_fault_at_start(error.value(), exchange->folder(name));
    }
    if (auto moves = exchange->can_move(); !moves)
        return moves.error();
    if (auto taken = exchange->take_up(); !taken)
        return taken.error();
    exchange->has_hidden_ = true;
    return exchange;
}

/// A file goes from folder to folder by its name alone; the kit's spool is where large ones come from.
Result<void> Exchange::can_move() const {
    const kit::Settings& kit = settings_.kit;
    std::vector<std::filesystem::path> all{kit.spool_folder.empty() ? kit.journal_folder / "spool" : kit.spool_folder};
    for (const char* const name : folders)
        all.push_back(folder(name));
    std::optional<dev_t> device;
    for (const auto& each : all) {
        struct stat found {};
        if (::stat(each.c_str(), &found) != 0 && errno == ENOENT)
            continue;
        if (device.value_or(found.st_dev) != found.st_dev)
            return Fault{Errc::setting_invalid, each.string(), "on another file system than the folders beside it"};
        device = found.st_dev;
    }
    return {};
}

Result<void> Exchange::take_up() {
    std::error_code error;
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder("sending"), error})
        names.insert(entry.path().filename().string());
    if (error)
        return kit::file_fault_at_start(error.value(), folder("sending"));
    for (const std::string& name : names) {
        const auto id = EnvelopeId::parse(name.substr(0, 36));
        if (!id || name.size() < 38)
            continue;
        sending_.emplace(*id, name);
        auto handed = hand_over(*id);
        // What can be tried again is, by scan().
        if (!handed && disposition_of(handed.error().code) == Disposition::halt)
            return handed;
    }
    return {};
}

edxml::Limits Exchange::packet_limits() const {
    edxml::Limits limits{.packet_bytes_max = settings_.packet_bytes_max};
    limits.content_bytes_max = std::max(limits.content_bytes_max, settings_.packet_bytes_max);
    return limits;
}

Result<Exchange::Packed> Exchange::read(const std::filesystem::path& file, const std::string& name,
                                        const LookedAt* known) const {
    const auto identity = identity_of(file);
    if (!identity)
        return identity.error();
    kit::Content content{carried_text(name), std::string{lift::packet_media_type}, {}, {}};
    if (identity->bytes > small_bytes_max) {
        content.file = file;
        if (known && known->identity == *identity)
            return Packed{known->packet, std::move(content)};
        auto packet = edxml::read_packet_file(file, packet_limits(), settings_.kit.spool_folder);
        if (!packet)
            return packet.error();
        return Packed{std::move(*packet), std::move(content)};
    }
    auto octets = octets_of(file, small_bytes_max);
    if (!octets)
        return octets.error();
    auto packet = edxml::read_packet(*octets, packet_limits());
    if (!packet)
        return packet.error();
    content.bytes = std::move(*octets);
    return Packed{std::move(*packet), std::move(content)};
}

Result<void> Exchange::hand_over(const EnvelopeId& id, const LookedAt* known) {
    const std::string file = sending_.at(id);
    const auto path = folder("sending") / file;
    auto packed = read(path, file.substr(37), known);
    if (!packed && is_unreadable(packed.error())) {
        unsubmitted_.insert(id);
        tell_unreadable(path, packed.error());
        return {};
    }
    const auto submitted = [&]() -> Result<EnvelopeId> {
        if (!packed)
            return packed.error();
        kit::Outgoing outgoing = lift::lift(packed->packet, std::move(packed->content));
        outgoing.id = id;
        return kit_.submit(outgoing);
    }();
    if (submitted) {
        unsubmitted_.erase(id);
        unreadable_.erase(file);
        return {};
    }
    const Fault fault = submitted.error();
    if (disposition_of(fault.code) != Disposition::reject) {
        unsubmitted_.insert(id);
        return fault;
    }
    forget(id);
    if (fault.code == Errc::not_found)
        return {};
    // The hub first: a file that has gone to refused/ is not looked at again.
    tell_hub(path, file.substr(37), fault);
    return refuse(path, file.substr(37), fault, std::string{name_of(fault.code)});
}

std::filesystem::path Exchange::unused(std::string_view folder_name, const std::string& name,
                                       const EnvelopeId& id) const {
    const auto path = folder(folder_name) / name;
    std::error_code error;
    return std::filesystem::exists(path, error) ? folder(folder_name) / (id.text() + "~" + name) : path;
}

Exchange::Candidate Exchange::look_at(const std::string& name) const {
    Candidate candidate{.name = name, .urgency = Urgency::normal, .fault = {}, .bytes = 0, .large = {}};
    const auto file = folder("outbox") / name;
    const auto identity = identity_of(file);
    if (!identity) {
        candidate.fault = identity.error();
        return candidate;
    }
    candidate.bytes = identity->bytes;
    auto limits = packet_limits();
    limits.today = edxml::vietnamese_day(std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now()));
    auto packet = edxml::read_packet_file(file, limits, settings_.kit.spool_folder);
    if (!packet) {
        candidate.fault = packet.error();
        return candidate;
    }
    if (const auto* document = std::get_if<edxml::DocumentPacket>(&packet->content))
        candidate.urgency = document->urgency;
    if (identity->bytes > small_bytes_max)
        candidate.large = LookedAt{std::move(*packet), *identity};
    return candidate;
}

bool Exchange::is_packet(const std::filesystem::directory_entry& entry) {
    const std::string name = entry.path().filename().string();
    if (!has_packet_suffix(name) || name.starts_with('.'))
        return false;
    // A link is somebody else's file, and would lead nowhere once it is moved.
    std::error_code error;
    if (entry.symlink_status(error).type() != std::filesystem::file_type::regular)
        return false;
    return !is_set_aside(name);
}

bool Exchange::is_set_aside(const std::string& name) const {
    const auto it = unreadable_.find(name);
    return it != unreadable_.end() && it->second > std::chrono::steady_clock::now();
}

Result<std::size_t> Exchange::scan() {
    std::optional<Fault> trouble;
    const auto note = [&](const Result<void>& done) {
        if (!done && !trouble)
            trouble = done.error();
    };
    if (has_hidden_)
        note(show_taken());
    // What the kit cannot take now it cannot take of the next one either.
    for (const EnvelopeId& id : std::set{unsubmitted_})
        if (auto handed = is_set_aside(sending_.at(id)) ? Result<void>{} : hand_over(id); !handed)
            return handed.error();
    constexpr std::size_t files_max = 200;
    std::vector<Candidate> candidates;
    std::uint64_t looked_at = 0;
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator{folder("outbox"), error}) {
        if (!is_packet(entry))
            continue;
        candidates.push_back(look_at(entry.path().filename().string()));
        looked_at += candidates.back().bytes;
        if (candidates.size() == files_max || looked_at >= looked_at_bytes_max)
            break;
    }
    if (error)
        note(kit::file_fault(error.value(), folder("outbox")));
    std::ranges::stable_sort(candidates, std::ranges::greater{}, &Candidate::urgency);
    for (const Candidate& candidate : candidates)
        if (auto sent = send(candidate); !sent)
            return sent.error();
    return trouble ? Result<std::size_t>{*trouble} : Result<std::size_t>{candidates.size()};
}

void Exchange::tell_unreadable(const std::filesystem::path& file, const Fault& why) {
    constexpr std::chrono::seconds read_again_after{10};
    const std::string name = file.filename().string();
    if (!unreadable_.contains(name))
        log(events::file_unreadable, {.agency = &settings_.kit.agency, .why = &why, .place = file.native()});
    unreadable_[name] = std::chrono::steady_clock::now() + read_again_after;
}

Result<void> Exchange::send(const Candidate& candidate) {
    const auto file = folder("outbox") / candidate.name;
    if (candidate.fault && disposition_of(candidate.fault->code) != Disposition::reject) {
        tell_unreadable(file, *candidate.fault);
        return {};
    }
    if (candidate.fault)
        unreadable_.erase(candidate.name);
    if (candidate.fault && candidate.fault->code == Errc::not_found)
        return {};
    if (candidate.fault) {
        tell_hub(file, candidate.name, *candidate.fault);
        return refuse(file, kept_name(candidate.name), *candidate.fault,
                      std::string{name_of(candidate.fault->code)});
    }
    const auto id = kit::new_envelope_id();
    if (!id)
        return id.error();
    const std::string name = id->text() + "~" + kept_name(candidate.name);
    if (auto moved = kit::move_durably(file, folder("sending") / name); !moved) {
        if (moved.error().code != Errc::not_found)
            tell_unreadable(file, moved.error());
        std::error_code error;
        if (std::filesystem::exists(folder("sending") / name, error)) {
            sending_.emplace(*id, name);
            unsubmitted_.insert(*id);
        }
        return {};
    }
    unreadable_.erase(candidate.name);
    sending_.emplace(*id, name);
    // Looked at again under its new name: outbox/ may have got another file of this name in the meantime.
    return hand_over(*id, candidate.large ? &*candidate.large : nullptr);
}

Result<void> Exchange::refuse(const std::filesystem::path& file, const std::string& name, const Fault& fault,
                              const std::string& code) {
    // Counted by the files, not by their reasons: should the process end between the two, the same name is
    // found again.
    std::string free = name;
    std::error_code error;
    for (int count = 2; std::filesystem::exists(folder("refused") / free, error); ++count)
        free = std::to_string(count) + "~" + name;
    // The reason first: a file in refused/ without one would leave its clerk in the dark.
    if (auto written = kit::write_durably(folder("refused") / (free + ".reason.json"),
                                          reason_json(code, fault.field, fault.peer_text) + "\n", kit::Readers::group);
        !written)
        return written;
    return kit::move_durably(file, folder("refused") / free);
}

/// The id follows from the file: told again after an end in between, it is the same refusal.
void Exchange::tell_hub(const std::filesystem::path& file, const std::string& name, const Fault& fault) {
    const auto identity = identity_of(file);
    if (!identity)
        return;
    kit::Outgoing outgoing{
        .id = id_of_refusal(*identity, settings_.kit.agency), .kind = Kind::service, .sender = settings_.kit.agency};
    const bool is_secret = fault.code == Errc::document_secret;
    const auto carried = [](std::string_view text) { return utf8_prefix(carried_text(text), limits::fault_text_bytes_max); };
    outgoing.refusal =
        Fault{fault.code, carried(fault.field), is_secret ? std::string{} : carried(fault.peer_text)};
    // Nothing of a secret document may be kept, and its file's name may tell what it is about.
    if (!is_secret)
        outgoing.document = DocumentName{.issuer = settings_.kit.agency.text(), .number = {}, .notation = {},
                                         .promulgated_on = {}, .document_id = {},
                                         .subject = carried_text(name), .type_name = {}};
    (void)kit_.submit(outgoing);
}

void Exchange::forget(EnvelopeId id) {
    unsubmitted_.erase(id);
    sending_.erase(id);
}

Result<void> Exchange::on_receipts(std::span<const wire::Receipt> receipts) {
    if (auto written = write_receipts(folder("receipts"), receipts); !written)
        return written;
    for (const wire::Receipt& receipt : receipts)
        if (auto settled = settle(receipt); !settled)
            return settled;
    return {};
}

Result<void> Exchange::settle(const wire::Receipt& receipt) {
    const auto it = receipt.envelope ? sending_.find(*receipt.envelope) : sending_.end();
    if (it == sending_.end())
        return {};
    const std::string name = it->second.substr(37);
    const auto file = folder("sending") / it->second;
    if (receipt.what == "accepted") {
        auto moved = kit::move_durably(file, unused("sent", name, it->first));
        if (!moved && moved.error().code != Errc::not_found)
            return moved;
        forget(receipt.envelope.value());
    } else if (receipt.what == "refused") {
        const Fault fault{Errc::internal, receipt.field, receipt.text};
        auto refused = refuse(file, name, fault, receipt.code);
        if (!refused && refused.error().code != Errc::not_found)
            return refused;
        forget(receipt.envelope.value());
    }
    return {};
}

/// The document system may take a file from inbox/ at once: it must see each one once.
void Exchange::on_taken(const EnvelopeHeader& header) {
    const std::string name = packet_name(header);
    const auto shown = kit::move_durably(folder("arriving") / name, folder("inbox") / name);
    has_hidden_ = has_hidden_ || (!shown && shown.error().code != Errc::not_found);
}

Result<void> Exchange::show_taken() {
    std::error_code error;
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator{folder("arriving"), error})
        names.push_back(entry.path().filename().string());
    Result<void> done;
    for (const std::string& name : names) {
        const auto id = id_in(name);
        if (!id || !kit_.has_taken(*id))
            continue;
        if (auto shown = kit::move_durably(folder("arriving") / name, folder("inbox") / name); !shown)
            done = shown;
    }
    has_hidden_ = !done;
    return done;
}

Result<void> Exchange::on_envelope(const kit::Received& envelope) {
    const EnvelopeHeader& header = *envelope.header;
    if (envelope.contents.empty())
        return Fault{Errc::part_missing, "parts", {}};
    // There is one file for a packet: what else came would be lost, and its sender must know.
    if (envelope.contents.size() > 1)
        return Fault{Errc::field_invalid, "parts[1]", "one packet in one part"};
    const kit::Content& packet = envelope.contents.front();
    const auto file = folder("arriving") / packet_name(header);
    if (auto stored = packet.file.empty() ? kit::write_durably(file, packet.bytes, kit::Readers::group)
                                          : kit::move_durably(packet.file, file);
        !stored)
        return stored;
    // The kit keeps what it fetches to itself.
    std::error_code error;
    if (!packet.file.empty())
        std::filesystem::permissions(file, std::filesystem::perms::group_read, std::filesystem::perm_options::add, error);
    if (header.kind != Kind::document || !header.document)
        return {};
    std::size_t count = 0;
    for (const std::string& code : settings_.answers) {
        auto answered = answer(header, code, ++count);
        // The document is stored: that its answer may not be sent is not its sender's fault.
        if (!answered && disposition_of(answered.error().code) != Disposition::reject)
            return answered;
    }
    return {};
}

/// Stands in for a clerk, in trials. A document may come again, when the process ended before the kit noted it:
/// id and content follow from the document alone, so the answer is then the same envelope.
Result<void> Exchange::answer(const EnvelopeHeader& header, const std::string& code, std::size_t count) {
    // One after the other, as they are sent in the order of their ids.
    const auto ms = static_cast<std::uint64_t>(header.created_at.time_since_epoch().count()) + count;
    const DocumentName& document = *header.document;
    const edxml::StatusPacket status{
        .code = code,
        .description = std::string{station_words_of_name(code).value_or(StationWords{}).vi},
        .reported_at = edxml::edxml_time(header.created_at),
        .staff = {},
        .answers = {header.sender.text(), full_number(document.number, document.notation), document.promulgated_on,
                    document.document_id}};
    Bytes octets = edxml::write_status({settings_.kit.agency, settings_.kit.agency.text()}, status);
    const auto packet = edxml::read_packet(octets, {});
    if (!packet)
        return packet.error();
    kit::Outgoing outgoing =
        lift::lift(*packet, {"status-" + code + ".edxml", std::string{lift::packet_media_type}, std::move(octets), {}});
    outgoing.id = derived_id(
        ms, header.sender.text() + "/" + header.id.text() + "/" + settings_.kit.agency.text() + "/" + code);
    outgoing.status->answers_envelope = header.id;
    if (auto submitted = kit_.submit(outgoing); !submitted)
        return submitted.error();
    return {};
}

}  // namespace hub::folder
