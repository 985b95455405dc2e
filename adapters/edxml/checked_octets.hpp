#pragma once
// The octets of a packet on their way to the XML parser, with what must hold before it may see any of them: UTF-8,
// no DOCTYPE, nothing before the declaration, and no single tag, comment, declaration or processing instruction
// that the parser would have to keep in memory at length. One block of memory, whatever comes.

#include "adapters/edxml/octet_source.hpp"
#include "adapters/edxml/packet.hpp"

#include <memory>
#include <optional>

namespace hub::edxml {

/// Of one tag, comment or processing instruction. What fits into an envelope is never refused by it.
inline constexpr std::size_t markup_bytes_max = limits::envelope_bytes_max;

class CheckedOctets {
public:
    /// Both must outlive it.
    CheckedOctets(OctetSource& source, const Limits& limits);

    /// The next octets, `size` of them unless they end here. nullopt: the parser gets no more. How the source cut
    /// them does not show.
    std::optional<std::size_t> read(char* to, std::size_t size);
    /// Looks at what the parser did not come to: a DOCTYPE behind an error of syntax is still a DOCTYPE.
    void drain();
    /// After drain(): what is wrong with the octets, whatever the parser says.
    std::optional<Fault> fault() const;
    /// The parser was given no more because of markup_bytes_max; fault() does not know of it.
    bool has_cut_markup() const noexcept { return has_cut_markup_; }

private:
    enum class State : std::uint8_t { head, text, tag, comment, instruction, cdata };

    void advance();
    void check_utf8();
    void look_for_doctype(BytesView octets);
    void check_head();
    void go_on();
    void pass_text(BytesView rest);
    void open_markup(BytesView rest);
    void pass_markup(BytesView rest);
    std::size_t pass_tag(BytesView rest);
    std::size_t pass_to(std::string_view closer, BytesView rest);
    void split_cdata();
    bool is_refused() const noexcept;

    OctetSource& source_;
    const Limits& limits_;
    std::unique_ptr<char[]> piece_;                 ///< As the source gave it.
    // given ≤ released ≤ checked ≤ size of the buffer.
    Bytes buffer_;
    std::size_t given_ = 0;                         ///< The parser has what is before it,
    std::size_t released_ = 0;                      ///< and may have what is before this.
    std::size_t checked_ = 0;                       ///< UTF-8 up to here; behind it stands a part of a character.
    std::uint64_t total_ = 0;
    bool is_ended_ = false;

    State state_ = State::head;
    char quote_ = 0;                                ///< Within a tag: the one that is open.
    std::size_t markup_bytes_ = 0;
    std::uint64_t before_markup_bytes_ = 0;
    bool has_markup_ = false;
    bool has_text_ = false;                         ///< Something other than blanks.
    std::size_t doctype_matched_ = 0;
    bool is_markup_too_long_ = false;
    bool has_cut_markup_ = false;

    // In this order they are told.
    std::optional<Fault> source_fault_;
    std::optional<Fault> wide_or_empty_;
    std::optional<Fault> doctype_;
    std::optional<Fault> stray_;
    std::optional<Fault> encoding_;
    std::optional<Fault> not_utf8_;
};

}  // namespace hub::edxml
