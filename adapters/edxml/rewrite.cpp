#include "adapters/edxml/rewrite.hpp"

#include "adapters/edxml/attachment.hpp"
#include "adapters/edxml/dates.hpp"
#include "adapters/edxml/write_packet.hpp"
#include "adapters/edxml/xml_parser.hpp"

#include <memory>

namespace hub::edxml {
namespace {

constexpr std::size_t decoded_bytes_max = 64 * 1024;

/// Writes each content behind its attachment's fields. That it is whole and allowed is known from the first reading.
class ContentCopier final : public ContentSink {
public:
    ContentCopier(const std::vector<Attachment>& attachments, PacketWriter& writer)
        : attachments_{attachments}, writer_{writer} {}

    Result<void> start() override {
        if (next_ == attachments_.size())
            return changed();
        decoder_ = {};
        decoded_.clear();
        return writer_.start_content(attachments_[next_++]);
    }

    Result<void> add(std::string_view base64) override {
        if (!decoder_.add(base64, decoded_))
            return changed();
        return decoded_.size() < decoded_bytes_max ? Result<void>{} : pass_on();
    }

    Result<Inspection> finish() override {
        if (!decoder_.finish(decoded_))
            return changed();
        if (auto done = pass_on(); !done)
            return done.error();
        if (auto done = writer_.finish_content(); !done)
            return done.error();
        return Inspection{};
    }

    bool has_all() const noexcept { return next_ == attachments_.size(); }
    static Fault changed() { return {Errc::internal, "", "the packet was changed while it was read"}; }

private:
    Result<void> pass_on() {
        auto done = writer_.add(decoded_);
        decoded_.clear();
        return done;
    }

    const std::vector<Attachment>& attachments_;
    PacketWriter& writer_;
    std::size_t next_ = 0;
    Base64Decoder decoder_;
    Bytes decoded_;
};

using OpenSource = std::function<Result<std::unique_ptr<OctetSource>>()>;

Result<void> copy_contents(const Packet& packet, const Limits& limits, const OpenSource& open, PacketWriter& writer) {
    const auto* const document = std::get_if<DocumentPacket>(&packet.content);
    if (!document || document->attachments.empty())
        return {};
    const auto source = open();
    if (!source)
        return source.error();
    ContentCopier copier{document->attachments, writer};
    if (const auto parsed = parse_xml(**source, limits, copier); !parsed)
        return parsed.error();
    return copier.has_all() ? Result<void>{} : ContentCopier::changed();
}

Result<Packet> rewrite(const OpenSource& open, const Limits& limits, const std::optional<SpoolPlace>& spool,
                       const Edit& edit, OctetSink& out) {
    const auto source = open();
    if (!source)
        return source.error();
    auto packet = read_packet_from(**source, limits, spool);
    if (!packet)
        return packet;
    edit(*packet);
    PacketWriter writer{out};
    if (auto done = writer.start(*packet); !done)
        return done.error();
    if (auto done = copy_contents(*packet, limits, open, writer); !done)
        return done.error();
    if (auto done = writer.finish(); !done)
        return done.error();
    return packet;
}

}  // namespace

void append_trace(Packet& packet, const AgencyCode& system, Instant at) {
    packet.traces.traces.push_back({.organ = system.text(), .at = edxml_time(at)});
}

Result<Packet> rewrite_packet_file(const std::filesystem::path& file, const Limits& limits,
                                   const std::filesystem::path& spool, const Edit& edit, OctetSink& out) {
    const auto open = [&]() -> Result<std::unique_ptr<OctetSource>> {
        auto source = FileSource::open(file);
        if (!source)
            return source.error();
        return std::make_unique<FileSource>(std::move(*source));
    };
    return rewrite(open, limits, SpoolPlace{.folder = spool}, edit, out);
}

Result<Bytes> rewrite_packet(BytesView octets, const Limits& limits, const Edit& edit) {
    const auto open = [&]() -> Result<std::unique_ptr<OctetSource>> { return std::make_unique<MemorySource>(octets); };
    MemorySink out;
    if (const auto packet = rewrite(open, limits, std::nullopt, edit, out); !packet)
        return packet.error();
    return out.take();
}

}  // namespace hub::edxml
