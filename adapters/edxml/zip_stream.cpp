#include "adapters/edxml/zip_stream.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <utility>

namespace hub::edxml {
namespace {

// More, or what grows beyond 4 GiB by packing, would need the ZIP64 form, which old readers refuse.
constexpr std::uint64_t size_max = 0xF000'0000;
constexpr std::size_t ending_max = 10;

/// Little-endian, `size` octets of it, at most 8.
Bytes number(std::uint64_t value, std::size_t size) {
    Bytes out;
    for (std::size_t i = 0; i < size; ++i)
        out += static_cast<char>((value >> (8 * i)) & 0xFF);
    return out;
}

bool is_plain(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

/// What local header and directory have in common: version, flags (sizes behind the file, name in UTF-8), deflated,
/// and 1 January 1980: a packet written twice is the same.
Bytes shared_head() { return number(20, 2) + number(0x0808, 2) + number(8, 2) + number(0, 2) + number(0x21, 2); }

}  // namespace

struct ZipStream::State {
    z_stream stream{};
    std::uint64_t size = 0;
    std::uint64_t packed_size = 0;
    uLong checksum = crc32(0, nullptr, 0);
    bool is_open = false;
    bool has_header = false;
};

ZipStream::ZipStream(OctetSink& out, std::string entry_name)
    : out_{out}, name_{std::move(entry_name)}, state_{std::make_unique<State>()} {
    // Negative: without a header of zlib's own.
    state_->is_open = deflateInit2(&state_->stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8,
                                   Z_DEFAULT_STRATEGY) == Z_OK;
}

ZipStream::~ZipStream() {
    if (state_->is_open)
        (void)deflateEnd(&state_->stream);
}

Result<void> ZipStream::write(BytesView octets) {
    written_ += octets.size();
    return out_.write(octets);
}

Result<void> ZipStream::deflate(BytesView octets, bool is_last) {
    std::array<char, 16 * 1024> packed;
    z_stream& stream = state_->stream;
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(octets.data()));
    stream.avail_in = static_cast<uInt>(octets.size());
    do {
        stream.next_out = reinterpret_cast<Bytef*>(packed.data());
        stream.avail_out = packed.size();
        if (::deflate(&stream, is_last ? Z_FINISH : Z_NO_FLUSH) == Z_STREAM_ERROR)
            return Fault{Errc::internal, "", "zlib: stream error"};
        const std::size_t got = packed.size() - stream.avail_out;
        state_->packed_size += got;
        if (auto done = write({packed.data(), got}); !done)
            return done;
    } while (stream.avail_out == 0);
    return {};
}

Result<void> ZipStream::add(BytesView octets) {
    if (!state_->is_open)
        return Fault{Errc::internal, "", "zlib: no memory"};
    if (!std::exchange(state_->has_header, true))
        if (auto done = write("PK\3\4" + shared_head() + Bytes(12, '\0') + number(name_.size(), 2)
                              + number(0, 2) + name_);
            !done)
            return done;
    constexpr std::size_t piece_max = 1024 * 1024;
    while (!octets.empty()) {
        const BytesView piece = octets.substr(0, piece_max);
        octets.remove_prefix(piece.size());
        state_->size += piece.size();
        if (state_->size > size_max)
            return Fault{Errc::packet_too_large, "", "a file of more than " + std::to_string(size_max) + " bytes"};
        state_->checksum = crc32(state_->checksum, reinterpret_cast<const Bytef*>(piece.data()),
                                 static_cast<uInt>(piece.size()));
        if (auto done = deflate(piece, false); !done)
            return done;
    }
    return {};
}

Result<void> ZipStream::finish() {
    if (auto done = add({}); !done)
        return done;
    if (auto done = deflate({}, true); !done)
        return done;
    const Bytes sizes = number(state_->checksum, 4) + number(state_->packed_size, 4) + number(state_->size, 4);
    if (auto done = write("PK\7\10" + sizes); !done)
        return done;
    const std::uint64_t start = written_;
    const Bytes entry =
        "PK\1\2" + number(20, 2) + shared_head() + sizes + number(name_.size(), 2) + Bytes(16, '\0') + name_;
    return write(entry + "PK\5\6" + number(0, 4) + number(1, 2) + number(1, 2) + number(entry.size(), 4)
                 + number(start, 4) + number(0, 2));
}

std::string entry_name_of(std::string_view content_id, std::string_view name) {
    std::string out;
    for (const char c : content_id.substr(0, 100))
        out += is_plain(c) ? c : '-';
    const auto dot = name.rfind('.');
    const std::string_view ending = dot == std::string_view::npos ? std::string_view{} : name.substr(dot + 1);
    if (!ending.empty() && ending.size() <= ending_max && std::ranges::all_of(ending, is_plain))
        out.append(".").append(ending);
    return out.empty() ? "content" : out;
}

}  // namespace hub::edxml
