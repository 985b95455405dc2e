#include "adapters/edxml/checked_octets.hpp"

#include "adapters/edxml/xml_document.hpp"
#include "hub/core/clean_text.hpp"
#include "hub/core/fold.hpp"

#include <algorithm>

namespace hub::edxml {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;
constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view doctype = "<!doctype";
constexpr std::string_view cdata_opener = "<![CDATA[";
constexpr std::string_view cdata_closer = "]]>";
constexpr std::size_t opener_bytes_max = cdata_opener.size();
static_assert(opener_bytes_max >= doctype.size(), "what opens a DOCTYPE is held back until it is known to be none");

/// What is read here need not be UTF-8, and its fault is shown.
Fault fault(Errc code, std::string field, std::string_view text) {
    return {code, std::move(field), cut(clean_utf8(text))};
}

constexpr char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool equals_ignoring_case(std::string_view a, std::string_view b) noexcept {
    return std::ranges::equal(a, b, {}, lower, lower);
}

/// The value of encoding="…" in the XML declaration; empty when there is none.
std::string_view declared_encoding(std::string_view octets) noexcept {
    if (!octets.starts_with("<?xml"))
        return {};
    const std::string_view declaration = octets.substr(0, octets.find("?>"));
    const auto at = declaration.find("encoding");
    if (at == std::string_view::npos)
        return {};
    const auto open = declaration.find_first_of("\"'", at);
    if (open == std::string_view::npos)
        return {};
    const auto close = declaration.find(declaration[open], open + 1);
    return close == std::string_view::npos ? std::string_view{} : declaration.substr(open + 1, close - open - 1);
}

/// UTF-16 and UTF-32 with or without a byte order mark: an XML file starts with '<' or a blank.
bool is_wide(std::string_view octets) noexcept {
    if (octets.starts_with("\xFF\xFE") || octets.starts_with("\xFE\xFF"))
        return true;
    return octets.size() >= 2 && (octets[0] == '\0' || octets[1] == '\0');
}

bool is_continuation(char c) noexcept { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

/// How many octets there are before a character that is cut at the end.
std::size_t whole_characters(std::string_view octets) noexcept {
    for (std::size_t back = 1; back <= std::min<std::size_t>(3, octets.size()); ++back) {
        const char c = octets[octets.size() - back];
        if (is_continuation(c))
            continue;
        const auto lead = static_cast<unsigned char>(c);
        const std::size_t needed = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
        return back < needed ? octets.size() - back : octets.size();
    }
    return octets.size();
}

/// Where to cut, at `size` or before. The parser does not find a "]]>" that is cut, and it must, for in a text that
/// is an error. And where a piece begins or ends with CR it reads the whole rest of a text in its slow way.
std::size_t good_cut(std::string_view octets, std::size_t size) noexcept {
    const auto last = octets.substr(0, size).find_last_not_of("]\r");
    std::size_t good = last == std::string_view::npos ? size : last + 1;
    if (good > 1 && good < octets.size() && octets[good] == '\r')
        good -= 1;
    return good;
}

}  // namespace

CheckedOctets::CheckedOctets(OctetSource& source, const Limits& limits)
    : source_{source}, limits_{limits}, piece_{std::make_unique_for_overwrite<char[]>(piece_bytes)} {}

std::optional<std::size_t> CheckedOctets::read(char* to, std::size_t size) {
    while (released_ - given_ < size && !is_ended_ && !is_markup_too_long_ && !is_refused())
        advance();
    if (is_refused())
        return std::nullopt;
    const std::size_t there = released_ - given_;
    if (there == 0 && is_markup_too_long_) {
        has_cut_markup_ = true;
        return std::nullopt;
    }
    std::size_t give = std::min(size, there);
    if (give < there || !is_ended_)
        give = good_cut(BytesView{buffer_}.substr(given_, there), give);
    std::copy_n(buffer_.data() + given_, give, to);
    given_ += give;
    return give;
}

void CheckedOctets::drain() {
    while (!is_ended_ && !source_fault_ && !wide_or_empty_ && !doctype_) {
        if (is_markup_too_long_)
            released_ = checked_;
        given_ = released_;
        advance();
    }
}

std::optional<Fault> CheckedOctets::fault() const {
    for (const auto* one : {&source_fault_, &wide_or_empty_, &doctype_, &stray_, &encoding_, &not_utf8_})
        if (*one)
            return *one;
    return std::nullopt;
}

bool CheckedOctets::is_refused() const noexcept {
    return source_fault_ || wide_or_empty_ || doctype_ || stray_ || encoding_ || not_utf8_;
}

void CheckedOctets::advance() {
    buffer_.erase(0, given_);
    released_ -= given_;
    checked_ -= given_;
    given_ = 0;
    // What is known to be too large is not read at all.
    const auto got = source_.size() > limits_.packet_bytes_max ? Result<std::size_t>{0}
                                                               : source_.read(piece_.get(), piece_bytes);
    if (!got) {
        source_fault_ = got.error();
        return;
    }
    total_ += *got;
    if (const std::uint64_t size = std::max(total_, source_.size()); size > limits_.packet_bytes_max) {
        source_fault_ = edxml::fault(Errc::packet_too_large, "packet",
                                     std::to_string(size) + " bytes, at most " + std::to_string(limits_.packet_bytes_max));
        return;
    }
    const BytesView piece{piece_.get(), *got};
    buffer_ += piece;
    is_ended_ = *got == 0;
    check_utf8();
    look_for_doctype(piece);
    if (state_ == State::head)
        check_head();
    if (state_ != State::head)
        go_on();
    if (is_ended_ && !has_text_ && !wide_or_empty_)
        wide_or_empty_ = edxml::fault(Errc::packet_malformed, "line 1", "the file is empty");
}

void CheckedOctets::check_utf8() {
    const BytesView fresh = BytesView{buffer_}.substr(checked_);
    const std::size_t whole = is_ended_ ? fresh.size() : whole_characters(fresh);
    if (!not_utf8_ && !is_utf8(fresh.substr(0, whole)))
        not_utf8_ = edxml::fault(Errc::packet_malformed, "encoding", "the file is not UTF-8");
    checked_ += whole;
}

/// Anywhere, also where XML would take it for text: nobody has a reason to write it.
void CheckedOctets::look_for_doctype(BytesView octets) {
    while (!octets.empty() && !doctype_) {
        if (doctype_matched_ == 0) {
            const auto open = octets.find('<');
            if (open == BytesView::npos)
                return;
            octets.remove_prefix(open);
        }
        const char c = octets.front();
        octets.remove_prefix(1);
        doctype_matched_ = lower(c) == doctype[doctype_matched_] ? doctype_matched_ + 1 : c == '<' ? 1 : 0;
        if (doctype_matched_ == doctype.size())
            doctype_ = edxml::fault(Errc::packet_has_doctype, "DOCTYPE", "<!DOCTYPE");
    }
}

/// Waits until the declaration is there to be read.
void CheckedOctets::check_head() {
    constexpr std::size_t start_bytes = byte_order_mark.size() + std::string_view{"<?xml"}.size();
    if (buffer_.size() < start_bytes && !is_ended_)
        return;
    if (is_wide(buffer_)) {
        wide_or_empty_ = edxml::fault(Errc::packet_dialect_unsupported, "encoding", "UTF-16 or UTF-32; edXML is UTF-8");
        return;
    }
    const std::size_t start = buffer_.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
    const BytesView octets = BytesView{buffer_}.substr(start, markup_bytes_max);
    const bool may_end_later = octets.size() < markup_bytes_max && !is_ended_;
    if (octets.starts_with("<?xml") && octets.find("?>") == BytesView::npos && may_end_later)
        return;
    if (const auto encoding = declared_encoding(octets);
        !encoding.empty() && !equals_ignoring_case(encoding, "UTF-8") && !equals_ignoring_case(encoding, "UTF8"))
        encoding_ =
            edxml::fault(Errc::packet_dialect_unsupported, "encoding", std::string{encoding} + "; edXML is UTF-8");
    given_ = released_ = start;
    state_ = State::text;
}

/// Releases as far as can be told what the octets are.
void CheckedOctets::go_on() {
    while (released_ < checked_ && !is_markup_too_long_) {
        const BytesView rest = BytesView{buffer_}.substr(released_, checked_ - released_);
        const std::size_t before = released_;
        if (state_ == State::text)
            pass_text(rest);
        else
            pass_markup(rest);
        if (released_ == before)
            return;
    }
}

void CheckedOctets::pass_text(BytesView rest) {
    const std::size_t size = std::min(rest.find('<'), rest.size());
    has_text_ = has_text_ || size < rest.size() || !trimmed(rest).empty();
    released_ += size;
    if (!has_markup_)
        before_markup_bytes_ += size;
    rest.remove_prefix(size);
    if (rest.size() >= opener_bytes_max || (!rest.empty() && is_ended_))
        open_markup(rest);
}

void CheckedOctets::open_markup(BytesView rest) {
    if (!has_markup_ && before_markup_bytes_ > 0 && rest.starts_with("<?xml "))
        stray_ = edxml::fault(Errc::packet_malformed, "line 1",
                              std::to_string(before_markup_bytes_) + " stray bytes before <?xml: remove them");
    has_markup_ = true;
    quote_ = 0;
    const auto opens = [&](std::string_view opener, State state) {
        if (!rest.starts_with(opener))
            return false;
        state_ = state;
        markup_bytes_ = opener.size();
        released_ += opener.size();
        return true;
    };
    (void)(opens("<!--", State::comment) || opens(cdata_opener, State::cdata) || opens("<?", State::instruction)
           || opens("<", State::tag));
}

void CheckedOctets::pass_markup(BytesView rest) {
    const bool is_cdata = state_ == State::cdata;
    std::size_t size = is_cdata                     ? pass_to(cdata_closer, rest)
                       : state_ == State::comment     ? pass_to("-->", rest)
                       : state_ == State::instruction ? pass_to("?>", rest)
                                                      : pass_tag(rest);
    if (!is_cdata && markup_bytes_ + size > markup_bytes_max) {
        size = markup_bytes_max - markup_bytes_;
        is_markup_too_long_ = true;
    }
    markup_bytes_ += size;
    released_ += size;
    if (state_ == State::cdata && markup_bytes_ >= markup_bytes_max)
        split_cdata();
}

std::size_t CheckedOctets::pass_tag(BytesView rest) {
    for (std::size_t from = 0;;) {
        const auto at = quote_ ? rest.find(quote_, from) : rest.find_first_of("\"'>", from);
        if (at == BytesView::npos)
            return rest.size();
        if (rest[at] == '>' && !quote_) {
            state_ = State::text;
            return at + 1;
        }
        quote_ = quote_ ? '\0' : rest[at];
        from = at + 1;
    }
}

/// What may be the beginning of `closer` is left for the next time.
std::size_t CheckedOctets::pass_to(std::string_view closer, BytesView rest) {
    if (const auto at = rest.find(closer); at != BytesView::npos) {
        state_ = State::text;
        return at + closer.size();
    }
    if (is_ended_)
        return rest.size();
    std::size_t size = rest.size() - std::min(rest.size(), closer.size() - 1);
    while (size > 0 && is_continuation(rest[size]))
        --size;
    return size;
}

/// The parser keeps a CDATA section until it ends. Two of them, one behind the other, are the same text.
void CheckedOctets::split_cdata() {
    const std::string border = std::string{cdata_closer} + std::string{cdata_opener};
    buffer_.insert(released_, border);
    released_ += border.size();
    checked_ += border.size();
    markup_bytes_ = cdata_opener.size();
}

}  // namespace hub::edxml
