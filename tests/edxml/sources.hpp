#pragma once
// Sources of octets that a test needs: cut in odd places, or longer than anybody wants to store.

#include "adapters/edxml/octet_source.hpp"

#include <algorithm>

namespace hub::edxml::test {

/// Gives `block` octets at a time, whatever room there is.
class BlockSource final : public OctetSource {
public:
    BlockSource(BytesView octets, std::size_t block) : size_{octets.size()}, left_{octets}, block_{block} {}
    std::uint64_t size() const override { return size_; }
    Result<std::size_t> read(char* to, std::size_t room) override {
        const std::size_t got = left_.copy(to, std::min(room, block_));
        left_.remove_prefix(got);
        return got;
    }

private:
    std::size_t size_;
    BytesView left_;
    std::size_t block_;
};

/// `before`, then `filler` as many times as go into `filler_bytes`, then `after`. Views: they must outlive it.
class LongSource final : public OctetSource {
public:
    LongSource(BytesView before, BytesView filler, std::uint64_t filler_bytes, BytesView after)
        : before_{before}, filler_{filler}, filler_bytes_{filler_bytes - filler_bytes % filler.size()}, after_{after} {}
    std::uint64_t size() const override { return before_.size() + filler_bytes_ + after_.size(); }
    Result<std::size_t> read(char* to, std::size_t room) override {
        std::size_t got = 0;
        while (got < room && at_ < size()) {
            const std::size_t more = next().copy(to + got, room - got);
            got += more;
            at_ += more;
        }
        return got;
    }

private:
    BytesView next() const {
        if (at_ < before_.size())
            return before_.substr(static_cast<std::size_t>(at_));
        const std::uint64_t at = at_ - before_.size();
        return at < filler_bytes_ ? filler_.substr(static_cast<std::size_t>(at % filler_.size()))
                                  : after_.substr(static_cast<std::size_t>(at - filler_bytes_));
    }

    BytesView before_;
    BytesView filler_;
    std::uint64_t filler_bytes_;
    BytesView after_;
    std::uint64_t at_ = 0;
};

}  // namespace hub::edxml::test
