#pragma once
// How a call of the axis is signed and how that is checked. Pure; any thread.
//
// A call's parameters are header fields "XroadVnpt-<name>". All of them stand once more in one JSON text, over which
// an HMAC-SHA256 with the secret of the caller's SystemId is made.

#include "hub/core/ids.hpp"
#include "hub/core/instant.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hub::vxp {

/// The secret of a SystemId. Nothing prints it.
class Secret {
public:
    explicit Secret(Bytes octets) : octets_{std::move(octets)} {}
    BytesView octets() const noexcept { return octets_; }

private:
    Bytes octets_;
};

/// A header field as it is sent; or a parameter, its name without "XroadVnpt-".
struct Field {
    std::string name;
    std::string value;

    bool operator==(const Field&) const = default;
};
using Fields = std::vector<Field>;

inline constexpr std::string_view signing_version = "3.0.201608";
inline constexpr std::size_t parameters_max = 32;
inline constexpr std::size_t parameter_bytes_max = 16 * 1024;     ///< Of one value: 400 receivers in `to`.
inline constexpr std::size_t signed_text_bytes_max = 40 * 1024;   ///< Of the JSON text.

/// The header fields of a call: its parameters, then key, text, hash and version. field_invalid names a parameter
/// that cannot stand in a header: not UTF-8, with control characters or blanks at its ends, or too long.
Result<Fields> sign(const Fields& parameters, const Secret& secret);

/// Lower-case hexadecimal.
std::string hmac_hex(const Secret& secret, std::string_view text);

/// "ddMMyyyyTHHmmss+SSSS", the last the milliseconds, in Vietnam's time.
std::string axis_time(Instant at);
std::optional<Instant> parse_axis_time(std::string_view text) noexcept;

/// Why a call is not believed.
enum class Distrust : std::uint8_t {
    field_missing,
    field_repeated,
    too_large,
    version_unknown,
    text_malformed,         ///< The JSON text is none, or not of texts alone.
    names_differ,           ///< The list of names and the JSON text do not hold the same ones in the same order.
    value_differs,          ///< A header field is not what was signed.
    not_signed,             ///< A header field that was not signed at all, and is not hash-file.
    caller_unknown,         ///< Or its hash does not fit: callers are not told which.
    time_malformed,
    clock_off,
};

struct Doubt {
    Distrust why;
    std::string field;      ///< Which header field; never its value, except of a time.
    /// clock_off: how far the caller's clock is ahead of ours.
    std::chrono::milliseconds skew{0};
};

struct VerifiedCall {
    Fields parameters;      ///< Names as written.
    std::string system_id;
    std::chrono::milliseconds skew{0};  ///< How far the caller's clock is ahead of ours.
    bool is_hash_unsigned = false;      ///< The file's hash came, and nothing binds it to the call.

    /// By its name in any case; nullptr: not there.
    const std::string* find(std::string_view name) const noexcept;
};

/// nullptr: no such SystemId.
using SecretOf = std::function<const Secret*(std::string_view system_id)>;

/// `fields` is the whole header of a request; what does not begin with "XroadVnpt-" is passed over.
boost::system::result<VerifiedCall, Doubt> verify(std::span<const Field> fields, const SecretOf& secret_of, Instant now,
                                                  std::chrono::milliseconds skew_max);

[[noreturn]] void throw_exception_from_error(const Doubt& doubt, const boost::source_location& where);

}  // namespace hub::vxp
