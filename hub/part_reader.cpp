#include "hub/part_reader.hpp"

#include "hub/core/signature.hpp"
#include "hub/wire/envelope_codec.hpp"

#include <algorithm>

namespace hub {
namespace {

class InlineOctets final : public http::Octets {
public:
    /// `octets` are of `frame`.
    InlineOctets(std::shared_ptr<const Bytes> frame, BytesView octets)
        : frame_{std::move(frame)}, bytes_{octets.size()}, rest_{octets} {}
    std::uint64_t bytes() const override { return bytes_; }
    Result<std::string> next() override {
        const BytesView block = rest_.substr(0, http::octets_at_once);
        rest_.remove_prefix(block.size());
        return std::string{block};
    }

private:
    const std::shared_ptr<const Bytes> frame_;
    const std::size_t bytes_;
    BytesView rest_;
};

class StoredOctets final : public http::Octets {
public:
    StoredOctets(std::unique_ptr<ContentStore::Reader> reader, std::function<void()> damaged)
        : reader_{std::move(reader)}, damaged_{std::move(damaged)} {}
    std::uint64_t bytes() const override { return reader_->bytes(); }
    Result<std::string> next() override {
        // In order from the first to the last, so that the reader verifies the digest.
        auto block = reader_->read(offset_, http::octets_at_once);
        if (block)
            offset_ += block->size();
        else if (block.error().code == Errc::part_damaged)
            damaged_();
        return block;
    }

private:
    const std::unique_ptr<ContentStore::Reader> reader_;
    const std::function<void()> damaged_;
    std::uint64_t offset_ = 0;
};

Fault absent() { return {Errc::not_found, "contents", {}}; }
Fault damaged() { return {Errc::part_damaged, "contents", {}}; }

}  // namespace

Result<std::shared_ptr<http::Octets>> PartReader::open(EnvelopeSeq envelope, std::size_t index) {
    auto frame = view_->frame(envelope);
    if (!frame)
        return frame.error();
    const auto decoded = wire::decode_envelope(**frame);
    if (!decoded)
        return Fault{Errc::ledger_corrupt, decoded.error().field, {}};
    const auto& parts = decoded->header->parts;
    if (index >= parts.size())
        return Fault{Errc::not_found, "part", {}};
    const Part& part = parts[index];
    if (!part.is_inline)
        return open_content(part);
    const auto before = std::count_if(parts.begin(), parts.begin() + static_cast<std::ptrdiff_t>(index),
                                      [](const Part& each) { return each.is_inline; });
    const BytesView octets = decoded->inline_parts[static_cast<std::size_t>(before)];
    if (sha256(octets) != part.digest)
        return Fault{Errc::ledger_corrupt, "part", {}};
    return std::make_shared<InlineOctets>(std::move(*frame), octets);
}

Result<std::shared_ptr<http::Octets>> PartReader::open_content(const Part& part) {
    if (!store_)
        return absent();
    const auto content = view_->content(part.digest);
    if (!content)
        return content.error();
    if (!*content || (*content)->state == ContentState::removed)
        return absent();
    if ((*content)->state == ContentState::damaged || (*content)->bytes != part.size_bytes)
        return damaged();
    const auto tell = [damaged = damaged_, digest = part.digest, copy = (*content)->copy] { damaged(digest, copy); };
    auto reader = store_->open(**content);
    if (!reader && reader.error().code == Errc::part_damaged)
        tell();
    if (!reader)
        return reader.error();
    return std::make_shared<StoredOctets>(std::move(*reader), tell);
}

}  // namespace hub
