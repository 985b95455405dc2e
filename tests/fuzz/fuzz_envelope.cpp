// Any bytes into the wire's decoders: a value or a fault, never anything else.

#include "hub/wire/attached_parts.hpp"
#include "hub/wire/envelope_codec.hpp"
#include "hub/wire/units_codec.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const hub::BytesView octets{reinterpret_cast<const char*>(data), size};
    if (const auto envelope = hub::wire::decode_envelope(octets); envelope)
        (void)hub::wire::check_digests(*envelope);
    else if (hub::disposition_of(envelope.error().code) != hub::Disposition::reject)
        __builtin_trap();
    (void)hub::wire::salvage_header(octets);
    (void)hub::wire::split_delivery(octets);
    (void)hub::wire::decode_acknowledgement(octets);
    (void)hub::wire::decode_receipts(octets);
    (void)hub::wire::decode_units(octets);
    return 0;
}
