#include "hub/wire/attached_parts.hpp"

#include "hub/core/limits.hpp"

#include "hub/v1/envelope.pb.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/wire_format_lite.h>

#include <array>
#include <climits>
#include <optional>

namespace hub::wire {
namespace {

namespace pb = lgsp::hub::v1;
using google::protobuf::io::CodedInputStream;
using google::protobuf::io::CodedOutputStream;
using google::protobuf::internal::WireFormatLite;

static_assert(limits::attached_bytes_max + 2 * limits::envelope_bytes_max < INT_MAX, "Protobuf counts in int");

CodedInputStream stream_of(BytesView octets) {
    return CodedInputStream{reinterpret_cast<const std::uint8_t*>(octets.data()), static_cast<int>(octets.size())};
}

constexpr std::uint32_t tag_of(int field, WireFormatLite::WireType type) {
    return static_cast<std::uint32_t>(field) << 3 | static_cast<std::uint32_t>(type);
}
constexpr auto part_tag =
    tag_of(pb::SignedEnvelope::kAttachedPartsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);
constexpr auto index_tag = tag_of(pb::AttachedPart::kIndexFieldNumber, WireFormatLite::WIRETYPE_VARINT);
constexpr auto octets_tag = tag_of(pb::AttachedPart::kOctetsFieldNumber, WireFormatLite::WIRETYPE_LENGTH_DELIMITED);

/// A length and as many octets, as a view: they are never copied to look at them.
std::optional<BytesView> read_view(CodedInputStream& in, BytesView octets) {
    std::uint32_t size = 0;
    if (!in.ReadVarint32(&size) || size > octets.size())
        return std::nullopt;
    const auto at = static_cast<std::size_t>(in.CurrentPosition());
    if (!in.Skip(static_cast<int>(size)))
        return std::nullopt;
    return octets.substr(at, size);
}

std::optional<AttachedPart> part_of(BytesView octets) {
    CodedInputStream in = stream_of(octets);
    AttachedPart part;
    while (const std::uint32_t tag = in.ReadTag()) {
        std::uint32_t index = 0;
        if (tag == index_tag) {
            if (!in.ReadVarint32(&index))
                return std::nullopt;
            part.index = index;
        } else if (tag == octets_tag) {
            const auto view = read_view(in, octets);
            if (!view)
                return std::nullopt;
            part.octets = *view;
        } else if (!WireFormatLite::SkipField(&in, tag)) {
            return std::nullopt;
        }
    }
    return in.ConsumedEntireMessage() ? std::optional{part} : std::nullopt;
}

void append_varint(Bytes& out, std::uint32_t value) {
    constexpr std::size_t octets_max = 5;
    std::array<std::uint8_t, octets_max> octets{};
    const std::uint8_t* const end = CodedOutputStream::WriteVarint32ToArray(value, octets.data());
    out.append(octets.cbegin(), octets.cbegin() + (end - octets.data()));
}

}  // namespace

Result<Delivery> split_delivery(BytesView body) {
    const Fault malformed{Errc::envelope_malformed, "attached_parts", {}};
    if (body.size() > INT_MAX)
        return malformed;
    CodedInputStream in = stream_of(body);
    Delivery delivery{body, {}};
    for (;;) {
        const auto at = static_cast<std::size_t>(in.CurrentPosition());
        const std::uint32_t tag = in.ReadTag();
        if (tag == 0)
            break;
        if (tag != part_tag) {
            if (!delivery.attached.empty() || !WireFormatLite::SkipField(&in, tag))
                return malformed;
            continue;
        }
        if (delivery.attached.empty())
            delivery.frame = body.substr(0, at);
        const auto octets = read_view(in, body);
        const auto part = octets ? part_of(*octets) : std::nullopt;
        if (!part || delivery.attached.size() == limits::parts_max)
            return malformed;
        delivery.attached.push_back(*part);
    }
    if (!in.ConsumedEntireMessage() || static_cast<std::size_t>(in.CurrentPosition()) != body.size())
        return malformed;
    return delivery;
}

Bytes attached_part_head(std::size_t index, std::size_t octets) {
    Bytes inner;
    append_varint(inner, index_tag);
    append_varint(inner, static_cast<std::uint32_t>(index));
    append_varint(inner, octets_tag);
    append_varint(inner, static_cast<std::uint32_t>(octets));
    Bytes head;
    append_varint(head, part_tag);
    append_varint(head, static_cast<std::uint32_t>(inner.size() + octets));
    return head + inner;
}

}  // namespace hub::wire
