#include "adapters/kit/seal.hpp"

#include "adapters/kit/block_file.hpp"
#include "adapters/kit/durable_file.hpp"
#include "adapters/kit/traceparent.hpp"

#include "hub/core/limits.hpp"

#include <sys/random.h>

#include <algorithm>
#include <array>

namespace hub::kit {
namespace {

/// The time that a UUIDv7 begins with.
Instant time_of(const EnvelopeId& id) {
    std::int64_t ms = 0;
    for (const char octet : id.bytes().substr(0, 6))
        ms = ms << 8 | static_cast<unsigned char>(octet);
    return Instant{std::chrono::milliseconds{ms}};
}

/// The largest signature (RSA of 8192 bits) with its key's name and framing.
constexpr std::size_t signature_bytes_max = 1024 + 128;
/// Tag and length of a part in the frame.
constexpr std::size_t part_framing_bytes = 8;

/// A content as the header names it, and its octets when they go inline.
struct Piece {
    std::uint64_t bytes = 0;
    bool is_inline = true;
    Digest digest;
    Bytes read;                     ///< Of a file.
    BytesView octets;
};

Result<std::vector<Piece>> sized(const Outgoing& outgoing) {
    std::vector<Piece> pieces;
    for (const Content& content : outgoing.contents) {
        pieces.emplace_back().bytes = content.bytes.size();
        if (content.file.empty())
            continue;
        const auto file = BlockFile::open_to_read(content.file);
        if (!file)
            return file.error();
        const auto bytes = file->bytes();
        if (!bytes)
            return bytes.error();
        pieces.back().bytes = *bytes;
    }
    return pieces;
}

/// The smallest first, as long as they fit beside the header.
void choose_inline(std::vector<Piece>& pieces, std::size_t header_bytes) {
    std::vector<Piece*> by_size;
    for (Piece& piece : pieces)
        by_size.push_back(&piece);
    std::ranges::stable_sort(by_size, {}, &Piece::bytes);
    std::uint64_t used = header_bytes + signature_bytes_max;
    for (Piece* piece : by_size) {
        used += piece->bytes + part_framing_bytes;
        piece->is_inline = used <= limits::envelope_bytes_max;
    }
}

Result<void> read_piece(const Content& content, Piece& piece, const std::function<void()>& between_blocks) {
    if (!piece.is_inline && !content.file.empty()) {
        const auto measured = measure(content.file, between_blocks);
        if (!measured)
            return measured.error();
        piece.bytes = measured->bytes;
        piece.digest = measured->digest;
        return {};
    }
    piece.octets = content.bytes;
    if (!content.file.empty()) {
        auto octets = read_whole(content.file, limits::envelope_bytes_max);
        if (!octets)
            return octets.error();
        piece.read = std::move(*octets);
        piece.octets = piece.read;
    }
    piece.bytes = piece.octets.size();
    piece.digest = sha256(piece.octets);
    return {};
}

void name_parts(EnvelopeHeader& header, const Outgoing& outgoing, const std::vector<Piece>& pieces) {
    header.parts.clear();
    for (std::size_t i = 0; i < pieces.size(); ++i)
        header.parts.push_back({std::to_string(i + 1), outgoing.contents[i].name, outgoing.contents[i].media_type,
                                pieces[i].bytes, pieces[i].digest, pieces[i].is_inline});
}

}  // namespace

Result<EnvelopeId> new_envelope_id() {
    std::array<std::uint8_t, 10> octets{};
    if (::getrandom(octets.data(), octets.size(), 0) != static_cast<ssize_t>(octets.size()))
        return Fault{Errc::internal, "getrandom", {}};
    const auto now = std::chrono::time_point_cast<std::chrono::milliseconds>(std::chrono::system_clock::now());
    return EnvelopeId::make(static_cast<std::uint64_t>(now.time_since_epoch().count()), octets);
}

Result<Sealed> seal(const Outgoing& outgoing, std::chrono::hours expires_after, const Signer& signer,
                    const LargeContents& large) {
    std::optional<EnvelopeId> id = outgoing.id;
    if (!id) {
        auto made = new_envelope_id();
        if (!made)
            return made.error();
        id = *made;
    }
    // All that the header says follows from the id and the content: sealed again, it is the same header.
    const Instant created_at = time_of(*id);
    EnvelopeHeader header{.id = *id,
                          .kind = outgoing.kind,
                          .sender = outgoing.sender,
                          .receivers = outgoing.receivers,
                          .created_at = created_at,
                          .expires_at = created_at + expires_after,
                          .urgency = outgoing.urgency,
                          .document = outgoing.document,
                          .business = outgoing.business,
                          .business_refers_to = outgoing.business_refers_to,
                          .business_reason = outgoing.business_reason,
                          .status = outgoing.status,
                          .parts = {},
                          .traceparent = outgoing.traceparent.empty() ? traceparent_of(*id) : outgoing.traceparent,
                          .refusal = outgoing.refusal,
                          .secrecy = outgoing.secrecy,
                          .signed_by_gateway = outgoing.signed_by_gateway};
    auto pieces = sized(outgoing);
    if (!pieces)
        return pieces.error();
    name_parts(header, outgoing, *pieces);
    // Before any large file is read.
    if (auto checked = check(header); !checked)
        return checked.error();
    if (large.may_refer && outgoing.kind == Kind::document)
        choose_inline(*pieces, wire::encode_header(header).size());
    Sealed sealed{*id, {}, {}};
    std::vector<BytesView> inline_parts;
    for (std::size_t i = 0; i < pieces->size(); ++i) {
        Piece& piece = (*pieces)[i];
        if (piece.is_inline && piece.bytes > limits::envelope_bytes_max)
            return Fault{Errc::envelope_too_large, "envelope", std::to_string(piece.bytes)};
        if (auto read = read_piece(outgoing.contents[i], piece, large.between_blocks); !read)
            return read.error();
        if (piece.is_inline)
            inline_parts.push_back(piece.octets);
        else
            sealed.by_reference.push_back(i);
    }
    name_parts(header, outgoing, *pieces);
    if (auto checked = check(header); !checked)
        return checked.error();
    const Bytes header_bytes = wire::encode_header(header);
    const auto signature = signer.sign(header_bytes);
    if (!signature)
        return Fault{Errc::internal, "signature", signature.error().peer_text};
    sealed.frame = wire::encode_envelope(header_bytes, {&*signature, 1}, inline_parts);
    if (sealed.frame.size() > limits::envelope_bytes_max)
        return Fault{Errc::envelope_too_large, "envelope", std::to_string(sealed.frame.size())};
    return sealed;
}

}  // namespace hub::kit
