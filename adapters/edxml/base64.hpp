#pragma once
// Base64 (RFC 4648) as it stands in XML: blanks and line ends anywhere, in pieces cut anywhere.

#include "hub/core/ids.hpp"

#include <cstdint>

namespace hub::edxml {

class Base64Decoder {
public:
    /// Appends what the piece completes to `out`. false: a character outside the alphabet or misplaced padding;
    /// it stays so, whatever follows.
    bool add(std::string_view piece, Bytes& out);
    /// After the last piece. false: wrong or missing padding, or cut short.
    bool finish(Bytes& out) const;

private:
    bool add_one(char c, char*& to) noexcept;

    std::uint32_t group_ = 0;
    unsigned digits_ = 0;
    unsigned padding_ = 0;
    bool is_broken_ = false;
};

/// Without line ends, in pieces cut anywhere.
class Base64Encoder {
public:
    void add(BytesView octets, Bytes& out);
    void finish(Bytes& out);

private:
    std::uint32_t group_ = 0;
    unsigned octets_ = 0;           ///< In the group.
};

}  // namespace hub::edxml
