#pragma once
// What is found out about one attached file, and the two looks at octets by which it is.

#include "adapters/edxml/packet.hpp"
#include "hub/telemetry/packet_rules.hpp"

namespace hub::edxml {

struct Inspection {
    ContentKind carried{};
    ContentKind content{};
    std::uint64_t carried_bytes = 0;
    std::uint64_t content_bytes = 0;
    std::string broken;             ///< Not empty: why the file is refused (packet_attachment_broken),
    PacketRule rule{};              ///< and by which rule.
};

inline constexpr std::size_t magic_bytes = 4;
/// By the first magic_bytes of it, or fewer where there are no more.
ContentKind kind_of(BytesView octets) noexcept;

/// Counts the replacement characters of a file that comes in pieces.
class ReplacementCounter {
public:
    void add(BytesView piece) noexcept;
    std::uint64_t size() const noexcept { return size_; }
    /// Why a PDF of these octets is refused; empty: it is not.
    std::string pdf_damage() const;

private:
    std::uint64_t size_ = 0;
    std::uint64_t count_ = 0;
    int matched_ = 0;
};

}  // namespace hub::edxml
