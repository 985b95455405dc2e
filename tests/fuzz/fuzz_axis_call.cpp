// Any bytes as the header, the multipart body and the reply of a call of the axis. One header field a line, "name:
// value"; behind an empty line the rest. A call that is believed carries what was signed and nothing else; what was
// read in one piece is read alike in odd ones; what we sign we believe.

#include "adapters/vxp/multipart.hpp"
#include "adapters/vxp/operations.hpp"
#include "adapters/vxp/reply_frame.hpp"

#include <cstddef>
#include <cstdint>

namespace {

using namespace hub;

const vxp::Secret secret{"fuzz-secret"};
const Instant at{std::chrono::milliseconds{1795764150123}};

auto verified(const vxp::Fields& fields) {
    return vxp::verify(fields, [](std::string_view) { return &secret; }, at, std::chrono::hours{24 * 365 * 100});
}

/// The text of the input is signed as its sender would have, so that what is behind the hash is reached too.
void resign(vxp::Fields& fields) {
    std::string text;
    for (const vxp::Field& field : fields)
        if (vxp::is_same_name(field.name, "XroadVnpt-sign-header"))
            text = field.value;
    for (vxp::Field& field : fields)
        if (vxp::is_same_name(field.name, "XroadVnpt-hash-header"))
            field.value = vxp::hmac_hex(secret, text);
}

void check_header(vxp::Fields fields) {
    for (int i = 0; i < 2; ++i, resign(fields)) {
        const auto call = verified(fields);
        if (!call)
            continue;
        for (const vxp::Field& field : fields) {
            const std::string_view name = field.name;
            if (!vxp::is_same_name(name.substr(0, vxp::header_prefix.size()), vxp::header_prefix))
                continue;
            const auto* const value = call->find(name.substr(vxp::header_prefix.size()));
            if (value && *value != field.value)
                __builtin_trap();
        }
        if (!call->find("systemid") || *call->find("systemid") != call->system_id)
            __builtin_trap();
    }
    vxp::Fields call = fields;
    call.push_back({"systemid", "00.43.W00"});
    call.push_back({"timestamp", vxp::axis_time(at)});
    const auto signed_call = vxp::sign(call, secret);
    // Whatever may stand in a header is believed again, unless a name came twice or is one of the signature's own.
    if (signed_call) {
        const auto again = verified(*signed_call);
        if (again ? again->parameters != call : again.error().why != vxp::Distrust::field_repeated)
            __builtin_trap();
    }
}

std::string read_parts(BytesView body, std::size_t piece) {
    Bytes out;
    vxp::MultipartReader reader{"b", "file_doc", [&](BytesView part) -> Result<void> {
                                    out += part;
                                    return {};
                                }};
    for (; !body.empty(); body.remove_prefix(std::min(piece, body.size())))
        if (!reader.add(body.substr(0, piece)))
            return "refused";
    return reader.finish() ? "file " + out : "refused";
}

std::string read_reply(std::string_view reply, std::size_t piece) {
    std::string out;
    vxp::ReplyReader reader{[&](const vxp::Fields& object) -> Result<void> {
                                vxp::SentPacket packet;
                                vxp::Unit unit;
                                (void)vxp::read_record(object, unit);
                                if (!vxp::read_record(object, packet))
                                    __builtin_trap();
                                vxp::write_record(packet, out);
                                return {};
                            },
                            [&](std::string_view text) -> Result<void> {
                                out += text;
                                return {};
                            }};
    for (; !reply.empty(); reply.remove_prefix(std::min(piece, reply.size())))
        if (!reader.add(reply.substr(0, piece)))
            return "refused";
    const auto frame = reader.finish();
    return frame ? out + frame->error_code + frame->doc_id + (frame->is_ok ? "ok" : "fail") : "refused";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    BytesView rest{reinterpret_cast<const char*>(data), size};
    vxp::Fields fields;
    while (!rest.empty() && !rest.starts_with('\n')) {
        const auto end = std::min(rest.find('\n'), rest.size());
        const std::string_view line = rest.substr(0, end);
        const auto colon = std::min(line.find(": "), line.size());
        fields.push_back({std::string{line.substr(0, colon)}, std::string{line.substr(std::min(colon + 2, line.size()))}});
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
    check_header(fields);
    if (read_parts(rest, rest.size() + 1) != read_parts(rest, 1 + size % 7) ||
        read_reply(rest, rest.size() + 1) != read_reply(rest, 1 + size % 5))
        __builtin_trap();
    for (const vxp::Field& field : fields) {
        (void)vxp::boundary_of(field.value);
        if (const auto time = vxp::parse_axis_time(field.value); time && vxp::parse_axis_time(vxp::axis_time(*time)) != time)
            __builtin_trap();
    }
    return 0;
}
