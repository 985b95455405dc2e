#include "adapters/edxml/extract.hpp"

#include "adapters/edxml/archive.hpp"
#include "adapters/edxml/octet_source.hpp"
#include "adapters/edxml/xml_parser.hpp"


namespace hub::edxml {
namespace {

constexpr std::size_t piece_bytes = 64 * 1024;

/// Keeps one of the contents that go by, and passes it on at its end.
class OneContent final : public ContentSink {
public:
    OneContent(const Limits& limits, const std::filesystem::path& spool, std::size_t index, OctetSink& out)
        : limits_{limits}, spool_{SpoolPlace{.folder = spool}}, index_{index}, out_{out} {}

    Result<void> start() override {
        is_wanted_ = next_++ == index_;
        return {};
    }

    Result<void> add(std::string_view base64) override {
        if (!is_wanted_)
            return {};
        if (!decoder_.add(base64, decoded_))
            return broken("not base64");
        return decoded_.size() < piece_bytes ? Result<void>{} : keep();
    }

    Result<Inspection> finish() override {
        if (!is_wanted_)
            return Inspection{};
        if (!decoder_.finish(decoded_))
            return broken("not base64");
        if (auto kept = keep(); !kept)
            return kept.error();
        if (auto passed = pass_on(); !passed)
            return passed.error();
        is_found_ = true;
        return Inspection{};
    }

    bool is_found() const noexcept { return is_found_; }

private:
    static Fault broken(std::string why) { return {Errc::packet_attachment_broken, {}, std::move(why)}; }

    Result<void> keep() {
        head_.append(decoded_, 0, magic_bytes - head_.size());
        auto kept = spool_.add(decoded_);
        decoded_.clear();
        return kept;
    }

    Result<void> pass_on() {
        Inspection found{.carried = kind_of(head_)};
        if (found.carried == ContentKind::zip)
            if (auto inspected = inspect_archive(spool_, limits_, found); !inspected)
                return inspected;
        if (!found.broken.empty())
            return broken(found.broken);
        // An office document is a ZIP itself, and `carried` says so.
        if (found.carried == ContentKind::zip)
            return extract_entry(spool_, out_);
        for (std::uint64_t at = 0; at < spool_.size(); at += piece_bytes) {
            const auto piece = spool_.read(at, piece_bytes);
            if (!piece)
                return piece.error();
            if (auto written = out_.write(*piece); !written)
                return written;
        }
        return {};
    }

    const Limits& limits_;
    Spool spool_;
    const std::size_t index_;
    OctetSink& out_;
    std::size_t next_ = 0;
    bool is_wanted_ = false;
    bool is_found_ = false;
    Base64Decoder decoder_;
    Bytes decoded_;
    Bytes head_;
};

}  // namespace

Result<void> extract_file(const std::filesystem::path& packet, const Limits& limits,
                          const std::filesystem::path& spool, std::size_t index, OctetSink& out) {
    auto source = FileSource::open(packet);
    if (!source)
        return source.error();
    OneContent content{limits, spool, index, out};
    if (const auto parsed = parse_xml(*source, limits, content); !parsed)
        return parsed.error();
    return content.is_found() ? Result<void>{}
                              : Result<void>{Fault{Errc::not_found, "files", std::to_string(index)}};
}

}  // namespace hub::edxml
