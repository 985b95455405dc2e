// lgsp: the command line.

#include "hub/ctl/access_commands.hpp"
#include "hub/ctl/configuration.hpp"
#include "hub/ctl/contexts.hpp"
#include "hub/ctl/dev_broker.hpp"
#include "hub/ctl/dev_pki.hpp"
#include "hub/ctl/files.hpp"
#include "hub/ctl/found.hpp"
#include "hub/ctl/http_client.hpp"
#include "hub/ctl/operation_commands.hpp"
#include "hub/ctl/overdue_commands.hpp"
#include "hub/ctl/period_report.hpp"
#include "hub/ctl/report.hpp"
#include "hub/ctl/recall.hpp"
#include "hub/ctl/reveal.hpp"
#include "hub/ctl/self_commands.hpp"
#include "hub/ctl/send.hpp"
#include "hub/ctl/table.hpp"
#include "hub/ctl/validate.hpp"
#include "hub/ctl/watch.hpp"
#include "hub/version.hpp"

#include <CLI/CLI.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <span>

namespace hub::ctl {
namespace {

namespace json = boost::json;

struct Options {
    HubAddress hub;
    std::filesystem::path token_file;
    std::string lang_name;
    bool is_json = false;
    bool is_watching = false;
    bool is_jsonl = false;                                       ///< A document each line, for ever.
    Lang lang = Lang::vi;

    std::vector<std::string> words;                              ///< find TEXT, show NAME.
    std::vector<std::pair<std::string, std::string>> conditions;
    std::string reason;                                          ///< hold, release.
    std::string document;                                        ///< explain.
    std::filesystem::path file, outbox, folder, agencies_file;
    int wait_seconds = 0;
    std::vector<std::string> agencies;
    std::string key_type = "p256";
    bool is_overwriting = false;
};

Lang language_of(const std::string& name) {
    if (!name.empty())
        return name == "vi" ? Lang::vi : Lang::en;
    for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"})
        if (const char* value = std::getenv(variable); value && *value)
            return std::string_view{value}.starts_with("vi") ? Lang::vi : Lang::en;
    return Lang::en;
}

int fail(const Problem& problem, const Options& options) { return fail(problem, Style{options.is_json, options.lang}); }

int print(const json::value& value, Text text, const Options& options) {
    return print(value, text, Style{options.is_json, options.lang});
}

int ask(const std::string& target, Text text, const Options& options) {
    const auto answer = get(options.hub, target, options.lang);
    return answer ? print(*answer, text, options) : fail(answer.error(), options);
}

int find(const Options& options) {
    std::string target = "/v1/documents?";
    std::string words;
    for (const std::string& word : options.words)
        words += (words.empty() ? "" : " ") + word;
    if (!words.empty())
        target += "text=" + encoded(words) + "&";
    for (const auto& [key, value] : options.conditions)
        target += key + "=" + encoded(value) + "&";
    target.pop_back();
    const auto answer = get(options.hub, target, options.lang);
    if (!answer)
        return fail(answer.error(), options);
    if (const auto problem = nothing_found(*answer, options.lang))
        return fail(*problem, options);
    return print(*answer, documents_text, options);
}

int find_agency(const Options& options) {
    std::string words;
    for (const std::string& word : options.words)
        words += (words.empty() ? "" : " ") + word;
    std::string target = "/v1/directory?text=" + encoded(words);
    for (const auto& [key, value] : options.conditions)
        target += "&" + key + "=" + encoded(value);
    const auto answer = get(options.hub, target, options.lang);
    if (!answer)
        return fail(answer.error(), options);
    if (const auto problem = no_agency_found(*answer, options.lang))
        return fail(*problem, options);
    return print(*answer, directory_text, options);
}

int show(const Options& options) {
    const auto name = name_of_document(options.hub, options.words.front(), options.lang);
    return name ? ask("/v1/documents/" + encoded(*name), story_text, options) : fail(name.error(), options);
}

int hold(const char* action, const Options& options) {
    const auto answer = post(options.hub,
                             "/v1/documents/" + encoded(options.words.front()) + action + "?reason=" + encoded(options.reason),
                             options.lang);
    return answer ? print(*answer, story_text, options) : fail(answer.error(), options);
}

int recall_document(const Options& options) {
    const auto name = name_of_document(options.hub, options.words.front(), options.lang);
    if (!name)
        return fail(name.error(), options);
    const auto story = get(options.hub, "/v1/documents/" + encoded(*name), options.lang);
    if (!story)
        return fail(story.error(), options);
    const auto asked = recall(*story, {options.reason, options.agencies, options.outbox},
                              std::chrono::system_clock::now(), options.lang);
    return asked ? print(*asked, recall_text, options) : fail(asked.error(), options);
}

int send_file(const Options& options) {
    const auto sent = send(options.file, options.outbox, std::chrono::seconds{options.wait_seconds}, options.lang);
    if (!sent)
        return fail(sent.error(), options);
    const std::string outcome{sent->at("outcome").as_string()};
    print(*sent, sent_text, options);
    if (outcome == "refused")
        return static_cast<int>(Exit::failed);
    return static_cast<int>(outcome == "waiting" ? Exit::unreachable : Exit::ok);
}

int validate_file(const Options& options) {
    constexpr std::chrono::hours vietnam{7};
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now() + vietnam);
    const auto validation = validate(options.file, today, options.lang);
    if (!validation)
        return fail(validation.error(), options);
    print(*validation, validation_text, options);
    return static_cast<int>(exit_of(*validation));
}

int health(const Options& options) {
    const auto answer = get(options.hub, "/v1/health", options.lang);
    if (!answer)
        return fail(answer.error(), options);
    print(*answer, health_text, options);
    const auto* light = answer->as_object().if_contains("light");
    return static_cast<int>(light && *light == json::value("red") ? Exit::faulty : Exit::ok);
}

int status(const Options& options) {
    if (options.is_watching)
        return watch_status(options.hub, {options.is_json || options.is_jsonl, options.lang});
    return ask("/v1/status", status_text, options);
}

int explain(const Options& options) {
    std::string target = "/v1/explain?";
    if (!options.document.empty())
        target += "id=" + encoded(options.document) + "&";
    for (const std::string& code : options.words)
        target += "receiver=" + encoded(code) + "&";
    target.pop_back();
    const auto answer = get(options.hub, target, options.lang);
    if (!answer)
        return fail(answer.error(), options);
    print(*answer, explained_text, options);
    const auto is_refused = [](const json::value& each) { return !each.at("refusal").is_null(); };
    const bool goes_nowhere = is_refused(*answer) || std::ranges::any_of(answer->at("routes").as_array(), is_refused);
    return static_cast<int>(goes_nowhere ? Exit::faulty : Exit::ok);
}

int written(const Outcome<std::vector<WrittenFile>>& files, const Options& options) {
    if (!files)
        return fail(files.error(), options);
    json::array names;
    for (const WrittenFile& file : *files)
        names.push_back(json::object{{"file", (options.folder / file.name).string()}, {"secret", file.is_secret}});
    return print(json::object{{"written", std::move(names)}},
                 [](const json::value& value, Lang) {
                     std::string out;
                     for (const auto& file : value.at("written").as_array())
                         out += std::string{file.at("file").as_string()}
                                + (file.at("secret").as_bool() ? "  (0600)" : "") + "\n";
                     return out;
                 },
                 options);
}

int dev(bool is_pki, const Options& options) {
    const auto agencies = agencies_of(options.agencies, options.agencies_file, options.lang);
    if (!agencies)
        return fail(agencies.error(), options);
    if (!is_pki)
        return written(make_broker({options.folder, *agencies, options.is_overwriting}, options.lang), options);
    PkiOrder order{options.folder, *agencies};
    order.is_overwriting = options.is_overwriting;
    order.key_type = options.key_type == "rsa2048"   ? KeyType::rsa2048
                     : options.key_type == "ed25519" ? KeyType::ed25519
                                                     : KeyType::p256;
    return written(make_pki(order, options.lang), options);
}

void add_globals(CLI::App& app, Options& options) {
    app.set_version_flag("--version", std::string{version});
    app.add_option("--url", options.hub.url, "Địa chỉ trục / the hub's address")->envname("LGSP_URL")->capture_default_str();
    app.add_option("--ca-file", options.hub.ca_file, "CA của trục, với https / who signed the hub's certificate")->type_name("FILE")->envname("LGSP_CA_FILE");
    app.add_option("--token-file", options.token_file, "Tệp mã truy cập / file with the access token")->type_name("FILE")->envname("LGSP_TOKEN_FILE");
    app.add_option("--lang", options.lang_name, "vi, en (mặc định theo LANG / default from LANG)")->check(CLI::IsMember({"vi", "en"}));
    app.add_flag("--json", options.is_json, "Một tài liệu JSON / one JSON document");
    app.fallthrough();
    app.require_subcommand(1);
    std::string codes;
    for (const Exit exit : exits)
        codes += "  " + std::to_string(static_cast<int>(exit)) + "  " + std::string{words_of(exit).vi} + " / "
                 + std::string{words_of(exit).en} + "\n";
    app.footer("Exit codes / mã thoát:\n" + codes + "Examples / ví dụ:\n  lgsp status\n  lgsp find 7816/VPCP-TTĐT\n  lgsp queues --json");
}

CLI::App* add(CLI::App& app, const char* name, const char* what, const char* example) {
    CLI::App* command = app.add_subcommand(name, what);
    command->footer(std::string{"Example / ví dụ:\n  "} + example);
    return command;
}

CLI::App* add_status(CLI::App& app, Options& options) {
    CLI::App* command = add(app, "status", "Trục có khỏe không / is the hub well",
                            "lgsp status --json\n  lgsp status --watch\n  lgsp status --watch --jsonl");
    CLI::Option* watch = command->add_flag("--watch", options.is_watching,
                                           "Cập nhật mỗi 2 giây đến khi bấm Ctrl-C / every 2 seconds until Ctrl-C");
    command->add_flag("--jsonl", options.is_jsonl, "Mỗi dòng một tài liệu JSON / one JSON document a line")->needs(watch);
    return command;
}

CLI::App* add_send(CLI::App& app, Options& options) {
    CLI::App* command = add(app, "send", "Gửi một gói tin qua thư mục outbox / hand a packet to a folder adapter",
                            "lgsp send van-ban.edxml --outbox /var/lib/lgsp-adapters/H43.01/outbox --wait 30");
    command->add_option("file", options.file, "Tệp .edxml / packet")->type_name("FILE")->required();
    command->add_option("--outbox", options.outbox, "Thư mục outbox của bộ kết nối / the adapter's outbox")->type_name("FOLDER")->required();
    command->add_option("--wait", options.wait_seconds, "Chờ kết quả (giây) / wait for the outcome")
        ->check(CLI::Range(0, 3600));
    return command;
}

CLI::App* add_validate(CLI::App& app, Options& options) {
    CLI::App* command =
        add(app, "validate", "Kiểm tra một gói edXML, không cần trục / check an edXML packet, without a hub",
            "lgsp validate van-ban.edxml");
    command->add_option("file", options.file, "Tệp .edxml / packet")->type_name("FILE")->required();
    return command;
}

void add_condition(CLI::App* command, const char* flag, const char* key, const char* what, Options& options) {
    command->add_option_function<std::string>(
        flag, [key, &options](const std::string& value) { options.conditions.emplace_back(key, value); }, what);
}

CLI::App* add_find(CLI::App& app, Options& options) {
    CLI::App* command = add(app, "find", "Tìm văn bản, không cần gõ dấu / find documents, tone marks do not matter",
                            "lgsp find --number 7816 --from 000.00.00.G22\n  lgsp find duong sat\n  lgsp find --refused");
    command->add_option("text", options.words, "Số, ký hiệu, mã hay trích yếu / number, notation, id or subject");
    add_condition(command, "--number", "number", "Số (hoặc số/ký hiệu) / number, or number/notation", options);
    add_condition(command, "--notation", "notation", "Ký hiệu / notation", options);
    add_condition(command, "--id", "id", "Mã phong bì, mã văn bản / envelope id, DocumentId", options);
    add_condition(command, "--subject", "subject", "Trích yếu / words of the subject", options);
    add_condition(command, "--agency", "agency", "Bên gửi hoặc nhận / sender or receiver", options);
    add_condition(command, "--from", "sender", "Bên gửi / sender", options);
    add_condition(command, "--to", "receiver", "Bên nhận / receiver", options);
    add_condition(command, "--state", "state", "accepted, queued, failed, retrieved, 01 … 06, 15", options);
    add_condition(command, "--since", "since", "Từ / since: 2026-11-24, 2026-11-24T08:00:00+07:00, 7d, 12h, 90m", options);
    add_condition(command, "--until", "until", "Đến trước / until", options);
    add_condition(command, "--before", "before", "Trang sau / next page", options);
    add_condition(command, "--count", "count", "Số dòng / rows, 1 to 500", options);
    command->add_flag_callback("--refused", [&options] { options.conditions.emplace_back("refused", "true"); },
                               "Chỉ văn bản bị từ chối / refused ones only");
    return command;
}

CLI::App* add_find_agency(CLI::App& parent, Options& options) {
    CLI::App* command = add(parent, "find", "Tìm đơn vị trong tỉnh và cả nước / agencies of the province, units of the country",
                            "lgsp agency find van phong chinh phu\n  lgsp agency find 000.00.00.G22");
    command->add_option("text", options.words, "Tên (không cần dấu) hay mã, cũ hoặc mới / name or either code")->required();
    add_condition(command, "--count", "count", "Số dòng / rows, 1 to 200", options);
    return command;
}

CLI::App* add_explain(CLI::App& app, Options& options) {
    CLI::App* command = add(app, "explain", "Mã này sẽ đi đâu, vì sao / where a code leads, and why",
                            "lgsp explain H43.01 000.00.00.G22\n"
                            "  lgsp explain --document 0192f0c1-2345-7abc-8def-0123456789ab");
    auto* codes = command->add_option("code", options.words, "Mã bên nhận, như bên gửi viết / receivers' codes, as written");
    auto* document = command->add_option("--document", options.document,
                                         "Các bên nhận của một văn bản / the receivers of a document: envelope id or seq");
    document->excludes(codes);
    command->callback([codes, document] {
        if (codes->count() + document->count() == 0)
            throw CLI::RequiredError("code");
    });
    return command;
}

CLI::App* add_hold(CLI::App& app, const char* name, const char* what, Options& options) {
    const std::string example = std::string{"lgsp "} + name
                                + " 0192f0c1-2345-7abc-8def-0123456789ab --reason \"CV 12/TTr\" --token-file token";
    CLI::App* command = add(app, name, what, example.c_str());
    command->add_option("id", options.words, "Mã phong bì / envelope id")->required()->expected(1);
    command->add_option("--reason", options.reason, "Căn cứ, vào sổ cái / why, kept in the ledger")->required();
    return command;
}

CLI::App* add_recall(CLI::App& app, Options& options) {
    CLI::App* command = add(app, "recall", "Thu hồi một văn bản đã gửi / ask for a document back",
                            "lgsp recall 12/BC-VP --reason \"Sai thẩm quyền\" "
                            "--outbox /var/lib/lgsp-adapters/H43.01/outbox");
    command->add_option("id", options.words, "Số/ký hiệu hay mã phong bì / number/notation or envelope id")->required()->expected(1);
    command->add_option("--reason", options.reason, "Lý do, cho bên nhận / why, for the receivers")->required();
    command->add_option("--outbox", options.outbox, "outbox/ của bộ nối bên gửi / of the sender's adapter")->type_name("FOLDER")->required();
    command->add_option("--to", options.agencies, "Chỉ các bên nhận này / of these receivers only");
    return command;
}

CLI::App* add_dev(CLI::App& parent, const char* name, const char* what, const char* example, Options& options) {
    CLI::App* command = add(parent, name, what, example);
    command->add_option("folder", options.folder, "Thư mục / folder")->type_name("FOLDER")->required();
    command->add_option("--agencies", options.agencies, "Mã đơn vị / agency codes");
    command->add_option("--from", options.agencies_file, "Danh mục TOML / agencies file")->type_name("FILE");
    command->add_flag("--force", options.is_overwriting, "Ghi đè / overwrite");
    return command;
}

/// The hub that is meant and the session there, where nothing else was said.
Outcome<void> read_context(Options& options, bool has_url) {
    const auto contexts = read_contexts(contexts_file(), options.lang);
    if (!contexts)
        return contexts.error();
    if (const auto it = contexts->by_name.find(contexts->current); !has_url && it != contexts->by_name.end()) {
        options.hub.url = it->second.url;
        options.hub.ca_file = it->second.ca_file;
    }
    options.hub.token = contexts->token_for(options.hub.url);
    return {};
}

Outcome<void> read_token(Options& options) {
    if (options.token_file.empty())
        return {};
    constexpr std::size_t token_bytes_max = 4096;
    auto token = read_file(options.token_file, token_bytes_max, options.lang);
    if (!token)
        return token.error();
    while (!token->empty() && (token->back() == '\n' || token->back() == '\r'))
        token->pop_back();
    options.hub.token = std::move(*token);
    return {};
}

struct Command {
    CLI::App* app;
    std::function<int(const Options&)> run;
};

std::vector<Command> add_commands(CLI::App& app, Options& options) {
    std::vector<Command> commands;
    commands.push_back({add_status(app, options), status});
    commands.push_back({add(app, "health", "Năm đèn và nguyên nhân / five lamps and their causes", "lgsp health"), health});
    commands.push_back({add_find(app, options), find});
    CLI::App* show_command = add(app, "show", "Hành trình một văn bản / the story of one document",
                                 "lgsp show 7816/VPCP-TTĐT\n  lgsp show 0192f0c1-2345-7abc-8def-0123456789ab");
    show_command->add_option("id", options.words, "Số/ký hiệu, mã phong bì hay số thứ tự / number/notation, envelope id or seq")
        ->required()
        ->expected(1);
    commands.push_back({show_command, show});
    commands.push_back({add_hold(app, "hold", "Giữ lại theo pháp luật: không xóa / legal hold: never deleted", options),
                        [](const Options& o) { return hold("/hold", o); }});
    commands.push_back({add_hold(app, "release", "Thôi giữ / end a legal hold", options),
                        [](const Options& o) { return hold("/release", o); }});
    commands.push_back({add(app, "queues", "Hàng đợi, lâu nhất trước / queues, oldest first", "lgsp queues"),
                        [](const Options& o) { return ask("/v1/queues", queues_text, o); }});
    commands.push_back({add_explain(app, options), explain});
    commands.push_back({add_send(app, options), send_file});
    commands.push_back({add_recall(app, options), recall_document});
    commands.push_back({add_validate(app, options), validate_file});
    CLI::App* agency = app.add_subcommand("agency", "Đơn vị / agencies");
    agency->require_subcommand(1);
    commands.push_back({add(*agency, "list", "Danh mục đơn vị / the directory", "lgsp agency list"),
                        [](const Options& o) { return ask("/v1/agencies", agencies_text, o); }});
    commands.push_back({add_find_agency(*agency, options), find_agency});
    CLI::App* trials = app.add_subcommand("dev", "Thử nghiệm / for trials");
    trials->require_subcommand(1);
    CLI::App* pki = add_dev(*trials, "pki", "CA và chứng thư dùng thử / throw-away CA and certificates",
                            "lgsp dev pki ./pki --from agencies.toml", options);
    pki->add_option("--key-type", options.key_type, "p256, rsa2048, ed25519")->check(CLI::IsMember({"p256", "rsa2048", "ed25519"}));
    commands.push_back({pki, [](const Options& o) { return dev(true, o); }});
    commands.push_back({add_dev(*trials, "broker", "Tài khoản và quyền RabbitMQ / users and permissions",
                                "lgsp dev broker ./broker --from agencies.toml", options),
                        [](const Options& o) { return dev(false, o); }});
    return commands;
}

int refuse_usage(const CLI::ParseError& error, std::span<char*> arguments, Options& options) {
    constexpr Both title{"Lệnh không đúng", "The command is not right"};
    constexpr Both remedy{"Xem lgsp --help.", "See lgsp --help."};
    // --json may stand behind what was not understood.
    for (const std::string_view argument : arguments)
        options.is_json = options.is_json || argument == "--json" || argument == "--jsonl";
    return fail({Exit::usage, "usage", std::string{title.in(options.lang)}, std::string{remedy.in(options.lang)}, {},
                 error.what()}, options);
}

int run(std::span<char*> arguments) {
    Options options;
    CLI::App app{"lgsp: hỏi và vận hành trục liên thông / ask and operate LGSP Hub", "lgsp"};
    add_globals(app, options);
    const std::vector<Command> commands = add_commands(app, options);
    const AccessCommands access{app};
    const OperationCommands operations{app, *app.get_subcommand("release")};
    const OverdueCommands overdue{app};
    const PeriodReportCommand report{app};
    const RevealCommand reveal{app};
    const SelfCommands self{app};
    const ConfigurationCommand configuration{app};
    try {
        app.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::ParseError& error) {
        options.lang = language_of(options.lang_name);
        return error.get_exit_code() == 0 ? app.exit(error) : refuse_usage(error, arguments, options);
    }
    options.lang = language_of(options.lang_name);
    if (self.is_asked())
        return self.run({options.is_json, options.lang});
    if (auto read = read_context(options, app.count("--url") > 0); !read)
        return fail(read.error(), options);
    if (auto read = read_token(options); !read)
        return fail(read.error(), options);
    std::optional<int> ended;
    const auto run_if_asked = [&](const auto& each) {
        return each.is_asked() && (ended = each.run(options.hub, {options.is_json, options.lang}));
    };
    if (run_if_asked(access) || run_if_asked(operations) || run_if_asked(report) || run_if_asked(configuration) || run_if_asked(reveal)
        || run_if_asked(overdue))
        return *ended;
    for (const Command& command : commands)
        if (command.app->parsed())
            return command.run(options);
    return static_cast<int>(Exit::usage);
}

}  // namespace
}  // namespace hub::ctl

int main(int argc, char** argv) {
    try {
        return hub::ctl::run({argv, static_cast<std::size_t>(argc)});
    } catch (const std::exception& error) {
        std::cerr << "lgsp: " << error.what() << "\n";
        return 1;
    }
}
