#pragma once
// Makes the document out of what the parser tells, and decides what becomes of each text: the header's is kept,
// that of a content goes to its sink, and of the others only what read_packet() reads. One writer repeats a
// whole content behind its element, so what nobody reads may not cost memory.

#include "adapters/edxml/attachment.hpp"
#include "adapters/edxml/xml_document.hpp"

namespace hub::edxml {

/// Of nodes and texts, and of names that the parser keeps. Every packet that fits into an envelope is below it:
/// no element or attribute is written with less than four octets.
inline constexpr std::size_t tree_bytes_max = 24 * 1024 * 1024;
static_assert(limits::envelope_bytes_max / 4 * sizeof(XmlNode) + limits::envelope_bytes_max <= tree_bytes_max);

class TreeBuilder {
public:
    TreeBuilder(const Limits& limits, ContentSink& contents) : limits_{limits}, contents_{contents} {}

    /// `name` and `namespace_name` must live as long as the document.
    void start(const char* name, const char* namespace_name, std::uint32_t line);
    /// Of the element just started; of no namespace.
    void attribute(std::string_view name, std::string_view value);
    void end();
    void text(std::string_view piece);
    /// For something else of which the parser keeps the name.
    void charge_name() { charge(sizeof(XmlNode)); }

    /// Set: nothing more is of use. packet_too_large, or the spool's.
    const std::optional<Fault>& fault() const noexcept { return fault_; }
    bool is_too_deep() const noexcept { return is_too_deep_; }
    /// The root was opened and closed.
    bool is_complete() const noexcept { return !document_.nodes.empty() && open_.empty(); }
    XmlDocument take(std::shared_ptr<const void> names);

private:
    enum class Use : std::uint8_t { drop, keep, keep_all, signature, content };
    struct Open {
        XmlNode* node;
        XmlNode* last_child;
        Use use;
    };

    Use use_of(const Element& element) const;
    void finish_content();
    void keep(std::string_view piece);
    bool has_room_in_signature(std::size_t bytes);
    void charge(std::size_t bytes);
    void check(const Result<void>& done);

    const Limits& limits_;
    ContentSink& contents_;
    XmlDocument document_;
    std::vector<Open> open_;
    std::size_t bytes_ = 0;
    std::size_t signature_bytes_ = 0;
    bool is_too_deep_ = false;
    std::optional<Fault> fault_;
};

}  // namespace hub::edxml
