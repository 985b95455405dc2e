#pragma once
// Identifiers, parsed once: whoever holds one of these holds a valid one.

#include "hub/core/fault.hpp"

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace hub {

/// Octets as they were received. Never text unless parsed as such.
using Bytes = std::string;
using BytesView = std::string_view;

/// The code of an agency (mã định danh), at most 35 characters of letters, digits, '.', '-' and '_', groups
/// not empty; "null" is refused. Old form (QCVN 102:2016): `000.00.11.H53`, read from right to left. New
/// form (Decision 20/2020/QĐ-TTg Art. 4): `H43.01`, read from left to right. Codes of neither form are seen
/// on the national axis (`28.22.H17`, `vxp.saas.03`) and are kept as they stand, their parent unknown.
class AgencyCode {
public:
    enum class Form : std::uint8_t { old_form, new_form, irregular };
    static constexpr std::size_t size_max = 35;

    static Result<AgencyCode> parse(std::string_view text);

    const std::string& text() const noexcept { return text_; }
    Form form() const noexcept;
    /// The code one level up: `000.00.11.H53` → `000.00.00.H53`, `H43.01` → `H43`; nullopt at level 1 and
    /// for irregular codes.
    std::optional<AgencyCode> parent() const;

    auto operator<=>(const AgencyCode&) const = default;

private:
    explicit AgencyCode(std::string text) : text_{std::move(text)} {}
    std::string text_;
};

/// UUID version 7 (RFC 9562), chosen by the sender, unique per sender for ever.
class EnvelopeId {
public:
    static constexpr std::size_t size = 16;

    static Result<EnvelopeId> parse(std::string_view text);        ///< 36 characters, any case.
    static Result<EnvelopeId> from_bytes(BytesView octets);        ///< 16 octets.
    /// Built from a time and 10 random octets; where they come from is the caller's business.
    static EnvelopeId make(std::uint64_t unix_ms, const std::array<std::uint8_t, 10>& random) noexcept;

    std::string text() const;                                      ///< Lower case, with dashes.
    BytesView bytes() const noexcept {
        return {reinterpret_cast<const char*>(octets_.data()), octets_.size()};
    }
    auto operator<=>(const EnvelopeId&) const = default;

private:
    EnvelopeId() = default;
    std::array<std::uint8_t, size> octets_{};
};

/// SHA-256 of something.
struct Digest {
    std::array<std::uint8_t, 32> octets{};

    static Result<Digest> from_bytes(BytesView octets);            ///< 32 octets.
    static Result<Digest> parse(std::string_view hex);             ///< 64 hexadecimal digits.
    std::string text() const;                                      ///< Lower-case hexadecimal.
    BytesView bytes() const noexcept {
        return {reinterpret_cast<const char*>(octets.data()), octets.size()};
    }
    auto operator<=>(const Digest&) const = default;
};

/// Names a signer: the SHA-256 of the signer's certificate (DER).
using KeyId = Digest;

/// Rows of the ledger, numbered by the relay from 1 without gaps, in the order of acceptance.
enum class EnvelopeSeq : std::uint64_t {};
enum class DeliverySeq : std::uint64_t {};
enum class EntrySeq : std::uint64_t {};
enum class OperationSeq : std::uint64_t {};

template <class Seq>
constexpr std::uint64_t number(Seq seq) noexcept {
    return static_cast<std::uint64_t>(seq);
}
template <class Seq>
constexpr Seq after(Seq seq, std::uint64_t steps = 1) noexcept {
    return static_cast<Seq>(static_cast<std::uint64_t>(seq) + steps);
}

}  // namespace hub

template <>
struct std::hash<hub::AgencyCode> {
    std::size_t operator()(const hub::AgencyCode& code) const noexcept {
        return std::hash<std::string>{}(code.text());
    }
};
template <>
struct std::hash<hub::EnvelopeId> {
    std::size_t operator()(const hub::EnvelopeId& id) const noexcept {
        return std::hash<std::string_view>{}(id.bytes());
    }
};
template <>
struct std::hash<hub::Digest> {
    std::size_t operator()(const hub::Digest& digest) const noexcept {
        return std::hash<std::string_view>{}(digest.bytes());
    }
};
