#include "hub/ctl/reveal.hpp"

#include "hub/core/running_digest.hpp"
#include "hub/ctl/files.hpp"
#include "hub/ctl/found.hpp"
#include "hub/ctl/node.hpp"

#include <boost/json.hpp>

#include <cstdio>
#include <memory>
#include <optional>

#include <unistd.h>

namespace hub::ctl {
namespace {

namespace json = boost::json;

Problem wrong_use(Both title, Both remedy, Lang lang) {
    return {Exit::usage, "usage", pick(title, lang), pick(remedy, lang), "--output", {}};
}

/// Nullopt: there is somewhere to put the octets.
std::optional<Problem> trouble_with_output(bool has_file, const Style& style) {
    constexpr Both remedy{"Ghi vào tệp bằng -o TỆP.", "Write it into a file with -o FILE."};
    if (!has_file && style.is_json)
        return wrong_use({"Với --json cần -o", "--json needs -o"}, remedy, style.lang);
    // Its sender has written it: a terminal would obey what stands in it.
    if (!has_file && ::isatty(STDOUT_FILENO) != 0)
        return wrong_use({"Không in nội dung ra màn hình", "A body is not written to a terminal"}, remedy, style.lang);
    return std::nullopt;
}

std::string saved_text(const json::value& value, Lang lang) {
    const Node saved{&value};
    return pick({"Đã lưu ", "Saved "}, lang) + saved["file"].text() + ", " + saved["size_bytes"].text()
           + pick({" byte, SHA-256 đúng: ", " bytes, SHA-256 as signed: "}, lang) + saved["sha256"].text() + "\n";
}

}  // namespace

Outcome<json::object> part_of(const json::value& story, std::uint64_t number, Lang lang) {
    const auto parts = Node{&story}["parts"].items();
    std::string all;
    for (const Node& part : parts) {
        if (part["part"].text() == std::to_string(number) || (number == 0 && parts.size() == 1))
            return json::object{{"part", part["part"].number()},
                                {"name", part["name"].text()},
                                {"media_type", part["media_type"].text()},
                                {"size_bytes", part["size_bytes"].number()},
                                {"sha256", part["sha256"].text()}};
        all += (all.empty() ? "" : ", ") + part["part"].text() + " " + part["name"].text();
    }
    const bool is_unnamed = number == 0 && !parts.empty();
    return Problem{is_unnamed ? Exit::usage : Exit::not_found, is_unnamed ? "several_found" : "not_found",
                   is_unnamed ? pick({"Văn bản có nhiều tệp", "The document has several parts"}, lang)
                              : pick({"Văn bản không có tệp này", "The document has no such part"}, lang),
                   pick({"Chọn một bằng --part.", "Choose one with --part."}, lang), "--part", all};
}

RevealCommand::RevealCommand(CLI::App& app, Commands& commands) {
    CLI::App* const command = commands.add(
        app, "reveal", "Mở nội dung một tệp, có lý do / look into a part, with a reason",
        "lgsp reveal 7816/VPCP-TTĐT --reason \"CV 12/TTr\" -o van-ban.pdf\n"
        "  lgsp reveal 0192f0c1-2345-7abc-8def-0123456789ab --part 2 --reason \"CV 12/TTr\" -o phu-luc.pdf",
        [this](const HubAddress& hub, const Style& style) { return run(hub, style); });
    command->add_option("id", name_, "Số/ký hiệu, mã phong bì hay số thứ tự / number/notation, envelope id or seq")
        ->required();
    command->add_option("--part", part_, "Tệp thứ mấy, xem lgsp show / which one, as lgsp show numbers them")
        ->check(CLI::Range(1, 1'000'000));
    command->add_option("--reason", reason_, "Vì sao, vào sổ cái / why, kept in the ledger")->required();
    command->add_option("-o,--output", file_, "Ghi vào tệp này / into this file")->type_name("FILE");
    command->add_flag("--force", is_overwriting_, "Ghi đè / overwrite");
}

Outcome<json::value> RevealCommand::save(const HubAddress& hub, Lang lang) const {
    const auto name = name_of_document(hub, name_, lang);
    if (!name)
        return name.error();
    const auto story = get(hub, "/v1/documents/" + encoded(*name), lang, "parts");
    if (!story)
        return story.error();
    auto part = part_of(*story, part_, lang);
    if (!part)
        return part.error();
    // Before anything is asked: what is on record as revealed should not have been for nothing.
    Outcome<std::unique_ptr<NewFile>> file{std::unique_ptr<NewFile>{}};
    if (!file_.empty())
        file = NewFile::begin(file_, 0600, is_overwriting_ ? Overwrite::yes : Overwrite::no, lang);
    if (!file)
        return file.error();
    RunningDigest sum;
    std::optional<Problem> unwritten;
    const auto take = [&](std::string_view octets) {
        sum.add(octets);
        if (!*file)
            return std::fwrite(octets.data(), 1, octets.size(), stdout) == octets.size();
        if (const auto written = (*file)->append(octets); !written)
            unwritten = written.error();
        return !unwritten;
    };
    const auto fetched = fetch(hub, "/v1/documents/" + Node{&*story}["seq"].text() + "/parts/"
                                        + std::to_string(part->at("part").as_int64()) + "/reveal",
                               json::object{{"reason", reason_}}, take, lang);
    if (unwritten)
        return *unwritten;
    if (!fetched)
        return fetched.error();
    const std::string found = sum.finish().text();
    if (found != part->at("sha256").as_string())
        return Problem{Exit::failed, "part_digest_mismatch",
                       pick({"Nội dung không khớp mã băm", "The octets do not match their digest"}, lang),
                       pick({"Thử lại; nếu vẫn vậy, xem lgsp health.", "Try again; if it is so again, see lgsp health."}, lang),
                       "sha256", found};
    if (*file)
        if (const auto done = (*file)->finish(); !done)
            return done.error();
    part->emplace("id", Node{&*story}["id"].text());
    part->emplace("file", file_.string());
    return json::value(std::move(*part));
}

int RevealCommand::run(const HubAddress& hub, const Style& style) const {
    if (const auto trouble = trouble_with_output(!file_.empty(), style))
        return fail(*trouble, style);
    const auto saved = save(hub, style.lang);
    if (!saved)
        return fail(saved.error(), style);
    if (!file_.empty())
        return print(*saved, saved_text, style);
    return std::fflush(stdout) == 0 ? 0 : static_cast<int>(Exit::failed);
}

}  // namespace hub::ctl
