#include "hub/ctl/support_bundle.hpp"

#include "hub/ctl/files.hpp"
#include "hub/ctl/hub_program.hpp"
#include "hub/ctl/node.hpp"
#include "hub/ctl/program.hpp"
#include "hub/ctl/scrub.hpp"
#include "hub/ctl/version_command.hpp"

#include <boost/json.hpp>

#include <array>
#include <cstdlib>
#include <iostream>

namespace hub::ctl {
namespace {

namespace json = boost::json;

constexpr std::size_t output_bytes_max = 16 * 1024 * 1024;
constexpr std::uint64_t bundle_bytes_max = std::uint64_t{256} * 1024 * 1024;

/// A question to the hub, and which keys of the answer may leave the house. In none of them stand words of people: no
/// subject, number, name, reason, note, nor what another program has said.
struct Question {
    const char* name;
    const char* target;
    const char* member;
    std::vector<std::string_view> keys;
};

std::vector<Question> questions() {
    return {
        {"configuration.json", "/v1/configuration", "settings",
         {"build", "id", "compiler", "boost", "openssl", "sqlite", "settings", "key", "value", "is_secret", "origin", "file", "line",
          "reload", "loaded_at", "refused_at", "mistakes", "restart_needed"}},
        {"status.json", "/v1/status", "state",
         {"state", "version", "started_at", "now", "broker", "refilling", "ledger", "disk_free_bytes", "since_start", "accepted",
          "refused", "repeated", "confirmed", "returned", "retired", "contents", "stored", "damaged", "removed", "under_way",
          "unconfirmed", "due", "more_in_ledger", "envelopes", "deliveries", "axis", "units", "count", "pass_ended_at"}},
        {"health.json", "/v1/health", "lamps",
         {"as_of", "light", "lamps", "lamp", "causes", "cause", "title", "remedy", "agency", "since", "count"}},
        {"queues.json", "/v1/queues", "queues",
         {"queues", "agency", "waiting", "unconfirmed", "last_retrieved_at", "oldest_at", "oldest_age_seconds", "late", "level", "late_before", "very_late_before"}},
        {"failures.json", "/v1/failures", "failures",
         {"failures", "is_cut", "parked", "parked_are_cut", "cause", "code", "title_vi", "title_en", "count", "first_at",
          "last_at", "receivers", "agency", "receiver_count", "act_count"}},
        {"operations.json", "/v1/operations?count=50", "operations",
         {"operations", "has_more", "operation", "act", "expected", "per_second", "state", "done", "left_alone", "asked_at",
          "changed_at"}},
    };
}

/// A folder of our own, for as long as the bundle is made.
class Workshop {
public:
    Workshop() {
        std::string name = (std::filesystem::temp_directory_path() / "lgsp-support-XXXXXX").string();
        if (::mkdtemp(name.data()))
            path_ = name;
    }
    ~Workshop() {
        std::error_code ignored;
        if (!path_.empty())
            std::filesystem::remove_all(path_, ignored);
    }
    Workshop(const Workshop&) = delete;
    Workshop& operator=(const Workshop&) = delete;
    const std::filesystem::path& path() const noexcept { return path_; }

private:
    std::filesystem::path path_;
};

std::string pretty_text(const json::value& value) { return json::serialize(value) + "\n"; }

/// Of this host; empty words: nothing to say, and why is in `why`.
void add_doctor(Gathered& gathered, const std::string& settings, Lang lang) {
    std::error_code error;
    if (!std::filesystem::exists(settings, error)) {
        gathered.missing.push_back({"doctor.json", pick({"máy này không có cấu hình của trục: ", "this host has no settings of a hub: "}, lang) + settings});
        return;
    }
    const auto end = run_program({hub_program(), "--doctor", settings, "--json"}, output_bytes_max);
    boost::system::error_code wrong;
    const json::value told = json::parse(end ? end->output : std::string{}, wrong);
    if (wrong) {
        gathered.missing.push_back({"doctor.json", pick({"lgsp-hub không chạy được ở đây", "lgsp-hub cannot be run here"}, lang)});
        return;
    }
    // Of a mistake in the settings what is written there is left out: it may be a secret in the wrong place.
    constexpr std::array<std::string_view, 13> keys{"ok", "examined", "name", "health", "found", "title_vi", "title_en",
                                                    "remedy_vi", "remedy_en", "mistakes", "key", "file", "line"};
    gathered.parts.push_back({"doctor.json", pretty_text(only_keys(told, keys))});
}

void add_journal(Gathered& gathered, Lang lang) {
    const auto end = run_program({"journalctl", "--unit=lgsp-hub", "--since=-1h", "--output=cat", "--no-pager", "--quiet", "--lines=20000"},
                                 output_bytes_max);
    if (end && end->exit_code == 0 && !end->output.empty())
        gathered.parts.push_back({"journal.txt", scrubbed_journal(end->output)});
    else
        gathered.missing.push_back({"journal.txt", pick({"không đọc được nhật ký của trục ở đây, hoặc một giờ qua không có gì",
                                                         "the hub's journal cannot be read here, or has nothing of the last hour"},
                                                        lang)});
}

/// What must not be in it whatever anybody answers.
void hide(std::vector<Gathered::Part>& parts, const std::string& token) {
    for (Gathered::Part& part : parts)
        for (auto at = token.empty() ? std::string::npos : part.content.find(token); at != std::string::npos; at = part.content.find(token))
            part.content.replace(at, token.size(), "…");
}

Outcome<void> pack(const Gathered& gathered, const std::filesystem::path& out, Lang lang) {
    const Workshop workshop;
    const std::filesystem::path folder = workshop.path() / "lgsp-support", packed = workshop.path() / "bundle.tar.gz";
    if (workshop.path().empty())
        return Problem{Exit::failed, "folder_unusable", pick({"Không tạo được thư mục tạm", "No temporary folder can be made"}, lang),
                       pick({"Kiểm tra TMPDIR.", "Check TMPDIR."}, lang), "TMPDIR", {}};
    if (auto made = make_folder(folder, lang); !made)
        return made;
    for (const Gathered::Part& part : gathered.parts)
        if (auto written = write_file(folder / part.name, part.content, 0600, Overwrite::no, lang); !written)
            return written;
    const auto end = run_program({"tar", "--create", "--gzip", "--owner=0", "--group=0", "--file=" + packed.string(),
                                  "--directory=" + workshop.path().string(), "lgsp-support"},
                                 output_bytes_max);
    if (!end || end->exit_code != 0)
        return Problem{Exit::failed, "no_such_program", pick({"Không chạy được tar", "tar cannot be run"}, lang),
                       pick({"Cài tar và gzip.", "Install tar and gzip."}, lang), {}, "tar"};
    return copy_file(packed, out, 0600, Overwrite::no, bundle_bytes_max, lang);
}

json::object told(const Gathered& gathered, const std::filesystem::path& out) {
    json::array holds, left_out;
    for (const Gathered::Part& part : gathered.parts)
        holds.push_back(json::object{{"name", part.name}, {"bytes", part.content.size()}});
    for (const Gathered::Missing& missing : gathered.missing)
        left_out.push_back(json::object{{"name", missing.name}, {"why", missing.why}});
    return {{"file", out.string()}, {"holds", std::move(holds)}, {"left_out", std::move(left_out)}};
}

std::string told_text(const json::value& value, Lang lang) {
    const Node bundle{&value};
    std::string out = pick({"Đã ghi ", "Written: "}, lang) + bundle["file"].text() + "\n" + pick({"Trong đó có:\n", "In it are:\n"}, lang);
    for (const Node& part : bundle["holds"].items())
        out += "  " + part["name"].text() + "  " + part["bytes"].text() + " B\n";
    for (const Node& missing : bundle["left_out"].items())
        out += pick({"Không có ", "Not in it: "}, lang) + missing["name"].text() + ": " + missing["why"].text() + "\n";
    return out
           + pick({"Không bao giờ có: mật khẩu, mã truy cập, khóa, trích yếu, số/ký hiệu, nội dung văn bản, tên người, lý do và ghi "
                   "chú, lời của chương trình khác.\nNên mở ra xem trước khi gửi: tar -xzf ",
                   "Never in it: passwords, tokens, keys, subjects, numbers and contents of documents, names of persons, reasons "
                   "and notes, words of other programs.\nLook into it before you send it: tar -xzf "},
                  lang)
           + bundle["file"].text() + "\n";
}

}  // namespace

SupportBundleCommand::SupportBundleCommand(CLI::App& app, Commands& commands) {
    CLI::App* const command =
        commands.add(app, "support-bundle", "Gói thông tin cho người hỗ trợ, không có bí mật / for whoever helps, without secrets",
                     "lgsp support-bundle --out ho-tro.tar.gz",
                     [this](const HubAddress& hub, const Style& style) { return run(hub, style); });
    command->add_option("--out", out_, "Tệp .tar.gz, chưa có / the file, a new one")->type_name("FILE")->required();
    command->add_option("--settings", settings_, "Cấu hình của trục, nếu ở máy này / the hub's settings, on its host")
        ->type_name("FILE")
        ->capture_default_str();
}

Gathered SupportBundleCommand::gather(const HubAddress& hub, const Style& style) const {
    Gathered gathered;
    const auto begin = [&style](const char* name) {
        if (!style.is_json)
            std::cerr << "… " << name << std::endl;
    };
    const auto add = [&gathered](const char* name, const auto& answer, const auto& text_of) {
        if (answer)
            gathered.parts.push_back({name, text_of(*answer)});
        else
            gathered.missing.push_back({name, answer.error().title});
        gathered.lacks_hub = gathered.lacks_hub || !answer;
    };
    begin("versions.json");
    json::object all = versions(hub, style.lang);
    all["hub"].as_object().erase("url");
    gathered.parts.push_back({"versions.json", pretty_text(all)});
    for (const Question& question : questions()) {
        begin(question.name);
        add(question.name, get(hub, question.target, style.lang, question.member),
            [&](const json::value& answer) { return pretty_text(only_keys(answer, question.keys)); });
    }
    for (const auto& [name, target] : {std::pair{"readyz.txt", "/readyz?verbose"}, std::pair{"metrics.txt", "/metrics"}}) {
        begin(name);
        add(name, get_plain(hub, target, style.lang), [](const std::string& text) { return text; });
    }
    begin("doctor.json");
    add_doctor(gathered, settings_, style.lang);
    begin("journal.txt");
    add_journal(gathered, style.lang);
    hide(gathered.parts, hub.token);
    return gathered;
}

int SupportBundleCommand::run(const HubAddress& hub, const Style& style) const {
    std::error_code error;
    if (std::filesystem::exists(out_, error))
        return fail({Exit::failed, "file_exists", pick({"Tệp này đã có", "This file is there already"}, style.lang),
                     pick({"Chọn tên khác.", "Choose another name."}, style.lang), "--out", out_.string()},
                    style);
    const Gathered gathered = gather(hub, style);
    if (const auto packed = pack(gathered, out_, style.lang); !packed)
        return fail(packed.error(), style);
    print(told(gathered, out_), told_text, style);
    return static_cast<int>(gathered.lacks_hub ? Exit::partly : Exit::ok);
}

}  // namespace hub::ctl
