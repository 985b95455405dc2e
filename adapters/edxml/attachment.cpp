#include "adapters/edxml/attachment.hpp"

#include "adapters/edxml/archive.hpp"

namespace hub::edxml {
namespace {

// The parser gives texts in pieces of a line.
constexpr std::size_t decoded_bytes_max = 64 * 1024;

}  // namespace

Result<void> ContentInspector::start() {
    decoder_ = {};
    decoded_.clear();
    head_.clear();
    counter_ = {};
    size_ = 0;
    is_base64_ = true;
    return spool_.clear();
}

Result<void> ContentInspector::add(std::string_view base64) {
    is_base64_ = is_base64_ && decoder_.add(base64, decoded_);
    return decoded_.size() >= decoded_bytes_max ? take() : Result<void>{};
}

/// What is decoded goes on its way.
Result<void> ContentInspector::take() {
    size_ += decoded_.size();
    head_.append(decoded_, 0, magic_bytes - head_.size());
    const bool is_zip = kind_of(head_) == ContentKind::zip;
    if (!is_zip)
        counter_.add(decoded_);
    const auto added = is_zip || head_.size() < magic_bytes ? spool_.add(decoded_) : Result<void>{};
    decoded_.clear();
    return added;
}

Result<Inspection> ContentInspector::finish() {
    Inspection found;
    if (!is_base64_ || !decoder_.finish(decoded_)) {
        found.broken = "not base64";
        found.rule = PacketRule::base64_broken;
        return found;
    }
    if (auto taken = take(); !taken)
        return taken.error();
    if (size_ == 0) {
        found.broken = "empty";
        found.rule = PacketRule::content_empty;
        return found;
    }
    found.carried = found.content = kind_of(head_);
    found.carried_bytes = found.content_bytes = size_;
    if (found.carried == ContentKind::zip)
        if (auto inspected = inspect_archive(spool_, limits_, found); !inspected)
            return inspected.error();
    if (found.carried == ContentKind::pdf)
        found.broken = counter_.pdf_damage(), found.rule = PacketRule::pdf_read_as_text;
    return found;
}

}  // namespace hub::edxml
