// Any bytes as an attached file: the same is found out about it in whatever pieces its base64 comes, in memory and in
// a file; and wrapped by ourselves it is a ZIP in which we find it again.

#include "adapters/edxml/attachment.hpp"
#include "adapters/edxml/zip_stream.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>

namespace {

using namespace hub;

edxml::Limits small() {
    edxml::Limits limits;
    limits.content_bytes_max = 1024 * 1024;
    return limits;
}

edxml::Inspection inspect(BytesView base64, std::size_t piece, std::optional<edxml::SpoolPlace> place) {
    const edxml::Limits limits = small();
    edxml::ContentInspector inspector{limits, std::move(place)};
    if (!inspector.start())
        __builtin_trap();
    for (; !base64.empty(); base64.remove_prefix(std::min(piece, base64.size())))
        if (!inspector.add(base64.substr(0, piece)))
            __builtin_trap();
    auto found = inspector.finish();
    if (!found)
        __builtin_trap();
    return *found;
}

bool are_equal(const edxml::Inspection& a, const edxml::Inspection& b) {
    return a.broken == b.broken && (a.broken.empty() || a.rule == b.rule) && a.carried == b.carried
           && a.content == b.content && a.carried_bytes == b.carried_bytes && a.content_bytes == b.content_bytes;
}

edxml::Inspection inspect_both(BytesView base64, std::size_t piece) {
    const auto found = inspect(base64, base64.size() + 1, std::nullopt);
    const edxml::SpoolPlace place{.folder = std::filesystem::temp_directory_path(), .memory_bytes_max = 0};
    if (!are_equal(found, inspect(base64, piece, place)))
        __builtin_trap();
    return found;
}

Bytes base64_of(BytesView octets) {
    Bytes out;
    edxml::Base64Encoder encoder;
    encoder.add(octets, out);
    encoder.finish(out);
    return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const BytesView octets{reinterpret_cast<const char*>(data), size};
    const std::size_t piece = size == 0 ? 1 : 1 + (data[size / 2] + size) % 300;
    (void)inspect_both(octets, piece);
    const auto bare = inspect_both(base64_of(octets), piece);
    if (bare.broken.empty() && bare.carried_bytes != size)
        __builtin_trap();

    edxml::MemorySink sink;
    edxml::ZipStream zip{sink, "x"};
    if (!zip.add(octets.substr(0, size / 3)) || !zip.add(octets.substr(size / 3)) || !zip.finish())
        __builtin_trap();
    const auto wrapped = inspect_both(base64_of(sink.take()), piece);
    const bool may_be_refused =
        wrapped.rule == PacketRule::pdf_read_as_text || wrapped.rule == PacketRule::zip_too_large;
    if (wrapped.broken.empty() ? wrapped.content_bytes != size : !may_be_refused)
        __builtin_trap();
    return 0;
}
