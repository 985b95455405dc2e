#include "adapters/kit/content_client.hpp"

#include "adapters/kit/block_file.hpp"
#include "adapters/kit/durable_file.hpp"

#include "hub/core/limits.hpp"
#include "hub/core/running_digest.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <system_error>

namespace hub::kit {
namespace {

/// One request's share of an upload: what a broken connection may cost in waiting, not in octets.
constexpr std::uint64_t piece_bytes_max = 64 * 1024 * 1024;
constexpr int offsets_wrong_max = 3;
/// A connection that has lain idle for longer may be closed at the other end.
constexpr std::chrono::seconds idle_max{5};
constexpr std::uint64_t retry_after_s_max = 300;

std::string target_of(const Digest& digest) { return "/v1/contents/" + digest.text(); }

/// The codes that a store answers with.
std::optional<Errc> code_named(std::string_view name) {
    for (const Errc code : {Errc::not_found, Errc::upload_offset_wrong, Errc::upload_busy, Errc::part_too_large,
                            Errc::quota_exceeded, Errc::contents_full, Errc::part_digest_mismatch, Errc::part_damaged,
                            Errc::ledger_full, Errc::ledger_busy, Errc::folder_unusable, Errc::internal})
        if (name_of(code) == name)
            return code;
    return std::nullopt;
}

Fault fault_of(const HttpAnswer& answer) {
    boost::system::error_code error;
    const auto body = boost::json::parse(answer.body, error);
    const auto text = [&](const char* key) -> std::string {
        const auto* object = error ? nullptr : body.if_object();
        const auto* value = object ? object->if_contains(key) : nullptr;
        return value && value->is_string() ? std::string{value->as_string()} : std::string{};
    };
    const auto code = code_named(text("code"));
    // Whoever reads this has folders too, and must not look for the trouble there.
    if (code == Errc::folder_unusable)
        return {*code, "contents", "at the hub: its content store cannot be used now; the part goes on by itself"};
    if (code)
        return {*code, text("field"), text("detail").substr(0, limits::fault_text_bytes_max)};
    // An answer to HEAD has no body.
    if (answer.status == 404)
        return {Errc::not_found, "contents", "HTTP 404"};
    return {Errc::hub_unreachable, "contents", "HTTP " + std::to_string(answer.status)};
}

/// Octets [offset, offset + count) of a file, block by block.
class FilePiece {
public:
    static Result<FilePiece> open(const std::filesystem::path& path, std::uint64_t offset, std::uint64_t count) {
        auto file = BlockFile::open_to_read(path);
        if (!file)
            return file.error().code == Errc::not_found
                       ? Fault{Errc::part_missing, path.string(), file.error().peer_text}
                       : file.error();
        if (auto found = file->seek(offset); !found)
            return found.error();
        return FilePiece{path, std::move(*file), count};
    }

    Result<BytesView> next() {
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(left_, block_.size()));
        const auto got = file_.read({block_.data(), wanted});
        if (!got)
            return got.error();
        if (*got < wanted)
            return Fault{Errc::part_digest_mismatch, path_.string(), "shorter than it was"};
        left_ -= *got;
        return BytesView{block_.data(), *got};
    }

private:
    FilePiece(std::filesystem::path path, BlockFile file, std::uint64_t count)
        : path_{std::move(path)}, file_{std::move(file)}, left_{count}, block_(block_bytes) {}
    std::filesystem::path path_;
    BlockFile file_;
    std::uint64_t left_;
    std::vector<char> block_;
};

Fault why_refused(const StoredContent& content, const std::filesystem::path& file) {
    const auto measured = measure(file);
    if (!measured)
        return measured.error();
    if (measured->digest != content.digest || measured->bytes != content.bytes)
        return Fault{Errc::part_digest_mismatch, file.string(), "changed since it was handed in"};
    return Fault{Errc::part_damaged, file.string(), "damaged on its way"};
}

/// Left on the disk whatever is fetched: short documents, receipts and the journal go on.
constexpr std::uint64_t disk_reserve_bytes = std::uint64_t{64} << 20;

std::optional<std::uint64_t> free_on_disk_of(const std::filesystem::path& file) {
    std::error_code error;
    const auto space = std::filesystem::space(file.parent_path(), error);
    return error ? std::nullopt : std::optional<std::uint64_t>{space.available};
}

std::uint64_t bytes_there(const std::filesystem::path& file) {
    std::error_code error;
    const std::uint64_t bytes = std::filesystem::file_size(file, error);
    return error ? 0 : bytes;
}

}  // namespace

ContentClient::ContentClient(ContentAccess access, FreeBytes free_bytes)
    : access_{std::move(access)}, free_bytes_{free_bytes ? std::move(free_bytes) : free_on_disk_of} {}

Result<void> ContentClient::check_room(const std::filesystem::path& partial, std::uint64_t bytes) const {
    const auto free = free_bytes_(partial);
    if (!free || (*free >= disk_reserve_bytes && *free - disk_reserve_bytes >= bytes))
        return {};
    const auto mib = [](std::uint64_t octets) { return std::to_string(octets >> 20) + " MiB"; };
    return Fault{Errc::folder_unusable, "disk", mib(bytes) + " and a reserve of " + mib(disk_reserve_bytes) + " needed, "
                                                    + mib(*free) + " free"};
}

Result<HttpAnswer> ContentClient::exchange(const HttpRequest& request, const std::stop_token& stop,
                                           const BlockSource& source, const BlockSink& sink) {
    retry_after_ = std::chrono::seconds{0};
    if (connection_ && (!connection_->is_open() || std::chrono::steady_clock::now() - used_at_ > idle_max))
        connection_.reset();
    if (!connection_) {
        auto opened = HttpsConnection::open(access_.address, access_.identity, stop);
        if (!opened)
            return opened.error();
        connection_ = std::move(*opened);
    }
    auto answer = connection_->exchange(request, stop, source, sink);
    used_at_ = std::chrono::steady_clock::now();
    if (!answer) {
        connection_.reset();
        return answer;
    }
    const auto seconds = std::min(answer->number("Retry-After").value_or(0), retry_after_s_max);
    retry_after_ = std::chrono::seconds{static_cast<std::int64_t>(seconds)};
    return answer;
}

Result<ContentClient::Held> ContentClient::held(const StoredContent& content, const std::stop_token& stop) {
    const auto answer = exchange({"HEAD", target_of(content.digest), {}}, stop);
    if (!answer)
        return answer.error();
    if (answer->status == 404)
        return Held{};
    if (answer->status != 200)
        return fault_of(*answer);
    if (answer->field("Upload-Complete") == "?1")
        return Held{content.bytes, true};
    // An upload of another size is none of this content: begin anew.
    if (answer->number("Upload-Length") != content.bytes)
        return Held{};
    return Held{std::min(answer->number("Upload-Offset").value_or(0), content.bytes), false};
}

Result<ContentClient::Held> ContentClient::put(const StoredContent& content, const std::filesystem::path& file,
                                               std::uint64_t offset, const Progress& progress,
                                               const std::stop_token& stop) {
    const std::uint64_t count = std::min(piece_bytes_max, content.bytes - offset);
    auto piece = FilePiece::open(file, offset, count);
    if (!piece)
        return piece.error();
    std::uint64_t sent = offset;
    const auto source = [&]() -> Result<BytesView> {
        progress(sent);
        auto block = piece->next();
        if (block)
            sent += block->size();
        return block;
    };
    const HttpRequest request{.method = "PATCH",
                              .target = target_of(content.digest),
                              .fields = {{"Upload-Offset", std::to_string(offset)},
                                         {"Upload-Length", std::to_string(content.bytes)},
                                         {"Content-Length", std::to_string(count)},
                                         {"Content-Type", "application/octet-stream"}},
                              .body_bytes = count};
    const auto answer = exchange(request, stop, source);
    // What was sent and not answered for may not be there.
    if (!answer || (answer->status != 201 && answer->status != 204))
        progress(offset);
    if (!answer)
        return answer.error();
    const auto now_held = answer->number("Upload-Offset");
    if (answer->status == 201)
        return Held{content.bytes, true};
    if (answer->status == 204 && now_held && *now_held <= content.bytes)
        return Held{*now_held, false};
    const Fault fault = fault_of(*answer);
    if (fault.code == Errc::upload_offset_wrong && now_held && *now_held <= content.bytes)
        return Held{*now_held, false};
    // The door says no more to whom it does not let in; who is told knows his own certificate.
    if (fault.code == Errc::not_found)
        return Fault{Errc::not_found, "contents",
                     "the store takes nothing with this certificate: it has ended, the hub does not know it, or the agency is closed"};
    return fault.code == Errc::part_digest_mismatch ? why_refused(content, file) : fault;
}

Result<void> ContentClient::upload(const StoredContent& content, const std::filesystem::path& file,
                                   const Progress& progress, const std::stop_token& stop) {
    auto at = held(content, stop);
    if (!at)
        return at.error();
    for (int offsets_wrong = 0; !at->is_complete;) {
        auto next = put(content, file, at->offset, progress, stop);
        if (!next)
            return next.error();
        // The hub may ask for what it has lost, but not for ever.
        if (!next->is_complete && next->offset <= at->offset && ++offsets_wrong >= offsets_wrong_max)
            return Fault{Errc::upload_offset_wrong, "contents", std::to_string(next->offset)};
        at = std::move(next);
    }
    progress(content.bytes);
    return {};
}

Result<void> ContentClient::download(const StoredContent& content, const std::filesystem::path& file,
                                     const Progress& progress, const std::stop_token& stop) {
    std::filesystem::path partial = file;
    partial += ".partial";
    // There from an earlier run: believed no more than what comes from the hub.
    if (auto moved = move_durably(file, partial); !moved && moved.error().code != Errc::not_found)
        return moved;
    // Asked before anything is read or fetched: a part that does not fit is tried again and again.
    if (auto room = check_room(partial, content.bytes - std::min(bytes_there(partial), content.bytes)); !room)
        return room;
    if (auto fetched = fetch(content, partial, progress, stop); !fetched) {
        std::error_code ignored;
        if (fetched.error().code == Errc::part_digest_mismatch)
            std::filesystem::remove(partial, ignored);
        return fetched;
    }
    return move_durably(partial, file);
}

Result<void> ContentClient::fetch(const StoredContent& content, const std::filesystem::path& partial,
                                  const Progress& progress, const std::stop_token& stop) {
    auto file = BlockFile::open_to_write(partial);
    if (!file)
        return file.error();
    RunningDigest digest;
    std::uint64_t there = 0;
    std::vector<char> block(block_bytes);
    for (;;) {
        const auto got = file->read(block);
        if (!got)
            return got.error();
        if (*got == 0)
            break;
        digest.add({block.data(), *got});
        progress(there += *got);
        if (stop.stop_requested())
            return Fault{Errc::timed_out, "contents", "stopped"};
    }
    if (there < content.bytes) {
        HttpRequest request{"GET", target_of(content.digest), {}};
        if (there > 0)
            request.fields.emplace_back("Range", "bytes=" + std::to_string(there) + "-");
        bool is_begun = false;
        const auto sink = [&](const HttpAnswer& answer, BytesView octets) -> Result<void> {
            if (!is_begun && answer.status == 200 && there > 0) {
                // Not from there on, but all of it.
                if (auto cleared = file->clear(); !cleared)
                    return cleared;
                digest = RunningDigest{};
                there = 0;
            }
            is_begun = true;
            if (octets.size() > content.bytes - there)
                return Fault{Errc::part_digest_mismatch, "contents", "longer than it should be"};
            if (auto room = check_room(partial, octets.size()); !room)
                return room;
            digest.add(octets);
            progress(there += octets.size());
            return file->write(octets);
        };
        const auto answer = exchange(request, stop, {}, sink);
        if (!answer)
            return answer.error();
        if (answer->status == 416)
            return Fault{Errc::part_digest_mismatch, "contents", "HTTP 416"};
        if (answer->status != 200 && answer->status != 206)
            return fault_of(*answer);
    }
    if (there != content.bytes || digest.finish() != content.digest)
        return Fault{Errc::part_digest_mismatch, "contents", std::to_string(there)};
    return file->sync();
}

}  // namespace hub::kit
