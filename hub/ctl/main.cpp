// lgsp: the command line.

#include "hub/core/working_calendar.hpp"
#include "hub/ctl/access_commands.hpp"
#include "hub/ctl/commands.hpp"
#include "hub/ctl/configuration.hpp"
#include "hub/ctl/configuration_changes.hpp"
#include "hub/ctl/contexts.hpp"
#include "hub/ctl/dev_broker.hpp"
#include "hub/ctl/dev_pki.hpp"
#include "hub/ctl/failure_commands.hpp"
#include "hub/ctl/files.hpp"
#include "hub/ctl/found.hpp"
#include "hub/ctl/http_client.hpp"
#include "hub/ctl/interrupt.hpp"
#include "hub/ctl/look_commands.hpp"
#include "hub/ctl/operation_commands.hpp"
#include "hub/ctl/overdue_commands.hpp"
#include "hub/ctl/period_report.hpp"
#include "hub/ctl/recall.hpp"
#include "hub/ctl/queue_commands.hpp"
#include "hub/ctl/report.hpp"
#include "hub/ctl/reveal.hpp"
#include "hub/ctl/self_commands.hpp"
#include "hub/ctl/send.hpp"
#include "hub/ctl/support_bundle.hpp"
#include "hub/ctl/table.hpp"
#include "hub/ctl/usage.hpp"
#include "hub/ctl/validate.hpp"
#include "hub/ctl/version_command.hpp"
#include "hub/telemetry/told.hpp"
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
    bool is_jsonl = false;
    std::vector<std::string> fields;
    Lang lang = Lang::vi;

    std::vector<std::string> words;                              ///< show NAME, hold ID.
    std::string reason;                                          ///< hold, release.
    std::filesystem::path file, outbox, folder, agencies_file;
    int wait_seconds = 0;
    std::vector<std::string> agencies;
    std::string key_type = "p256";
    bool is_overwriting = false;
    bool is_sarif = false;
};

Lang language_of(const std::string& name) {
    if (!name.empty())
        return name == "vi" ? Lang::vi : Lang::en;
    for (const char* variable : {"LC_ALL", "LC_MESSAGES", "LANG"})
        if (const char* value = std::getenv(variable); value && *value)
            return std::string_view{value}.starts_with("vi") ? Lang::vi : Lang::en;
    return Lang::en;
}

Style style_of(const Options& options) { return {options.is_json, options.lang, options.is_jsonl, options.fields}; }

int fail(const Problem& problem, const Options& options) { return fail(problem, style_of(options)); }

int print(const json::value& value, Text text, const Options& options) { return print(value, text, style_of(options)); }

int ask(const std::string& target, Text text, const Options& options) {
    const auto answer = get(options.hub, target, options.lang, "deliveries");
    return answer ? print(*answer, text, options) : fail(answer.error(), options);
}

int show(const Options& options) {
    const auto name = name_of_document(options.hub, options.words.front(), options.lang);
    return name ? ask("/v1/documents/" + encoded(*name), story_text, options) : fail(name.error(), options);
}

int hold(const char* action, const Options& options) {
    const auto answer = post(options.hub,
                             "/v1/documents/" + encoded(options.words.front()) + action + "?reason=" + encoded(options.reason),
                             options.lang, "deliveries");
    return answer ? print(*answer, story_text, options) : fail(answer.error(), options);
}

int recall_document(const Options& options) {
    const auto name = name_of_document(options.hub, options.words.front(), options.lang);
    if (!name)
        return fail(name.error(), options);
    const auto story = get(options.hub, "/v1/documents/" + encoded(*name), options.lang, "deliveries");
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
    const auto today = std::chrono::floor<std::chrono::days>(std::chrono::system_clock::now() + WorkingCalendar::zone);
    if (options.is_sarif) {
        const auto log = validate_as_sarif(options.file, today, options.lang, version);
        if (!log)
            return fail(log.error(), options);
        // There is no other form of it.
        print(*log, nullptr, Style{true, options.lang});
        return static_cast<int>(exit_of_sarif(*log));
    }
    const auto validation = validate(options.file, today, options.lang);
    if (!validation)
        return fail(validation.error(), options);
    print(*validation, validation_text, options);
    return static_cast<int>(exit_of(*validation));
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
    app.add_option("--once", options.hub.once, "Khóa: gửi lại cùng khóa thì không làm hai lần / a key: sent again with it, it is done once")->type_name("KEY");
    app.add_option("--seen", options.hub.seen, "etag đã thấy: chỉ làm khi chưa ai đổi / the etag that was seen: only if nobody has changed it since")->type_name("ETAG");
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

/// Adds commands of this file, which are told of everything in one place.
class Adder {
public:
    using Run = int (*)(const Options&);
    Adder(Commands& commands, Options& options) : commands_{commands}, options_{options} {}

    CLI::App* operator()(CLI::App& parent, const char* name, const char* what, const char* example, Run run) const {
        return commands_.add(parent, name, what, example,
                             [&options = options_, run](const HubAddress&, const Style&) { return run(options); });
    }

private:
    Commands& commands_;
    Options& options_;
};

void add_packets(const Adder& add, CLI::App& app, Options& options) {
    CLI::App* sending = add(app, "send", "Gửi một gói tin qua thư mục outbox / hand a packet to a folder adapter",
                         "lgsp send van-ban.edxml --outbox /var/lib/lgsp-adapters/H43.01/outbox --wait 30", send_file);
    sending->add_option("file", options.file, "Tệp .edxml / packet")->type_name("FILE")->required();
    sending->add_option("--outbox", options.outbox, "Thư mục outbox của bộ kết nối / the adapter's outbox")->type_name("FOLDER")->required();
    sending->add_option("--wait", options.wait_seconds, "Chờ kết quả (giây) / wait for the outcome")
        ->check(CLI::Range(0, 3600));
    CLI::App* recalling = add(app, "recall", "Thu hồi một văn bản đã gửi / ask for a document back",
                           "lgsp recall 12/BC-VP --reason \"Sai thẩm quyền\" "
                           "--outbox /var/lib/lgsp-adapters/H43.01/outbox",
                           recall_document);
    recalling->add_option("id", options.words, "Số/ký hiệu hay mã phong bì / number/notation or envelope id")->required()->expected(1);
    recalling->add_option("--reason", options.reason, "Lý do, cho bên nhận / why, for the receivers")->required();
    recalling->add_option("--outbox", options.outbox, "outbox/ của bộ nối bên gửi / of the sender's adapter")->type_name("FOLDER")->required();
    recalling->add_option("--to", options.agencies, "Chỉ các bên nhận này / of these receivers only");
    CLI::App* validating = add(app, "validate", "Kiểm tra một gói edXML, không cần trục / check an edXML packet, without a hub",
                               "lgsp validate van-ban.edxml\n  lgsp validate van-ban.edxml --sarif > van-ban.sarif", validate_file);
    validating->add_option("file", options.file, "Tệp .edxml / packet")->type_name("FILE")->required();
    validating->add_flag("--sarif", options.is_sarif, "Kết quả dạng SARIF 2.1.0 / as a SARIF log, for editors and build servers");
}

CLI::App* add_hold(const Adder& add, CLI::App& app, const char* name, const char* what, Options& options, Adder::Run run) {
    const std::string example = std::string{"lgsp "} + name
                                + " 0192f0c1-2345-7abc-8def-0123456789ab --reason \"CV 12/TTr\" --token-file token";
    CLI::App* command = add(app, name, what, example.c_str(), run);
    command->add_option("id", options.words, "Mã phong bì / envelope id")->required()->expected(1);
    command->add_option("--reason", options.reason, "Căn cứ, vào sổ cái / why, kept in the ledger")->required();
    return command;
}

CLI::App* add_dev(const Adder& add, CLI::App& parent, const char* name, const char* what, const char* example,
                  Options& options, Adder::Run run) {
    CLI::App* command = add(parent, name, what, example, run);
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

/// The command that ends a legal hold.
CLI::App* add_own(CLI::App& app, Commands& commands, Options& options) {
    const Adder add{commands, options};
    add(app, "show", "Hành trình một văn bản / the story of one document",
        "lgsp show 7816/VPCP-TTĐT\n  lgsp show 0192f0c1-2345-7abc-8def-0123456789ab", show)
        ->add_option("id", options.words, "Số/ký hiệu, mã phong bì hay số thứ tự / number/notation, envelope id or seq")
        ->required()
        ->expected(1);
    add_hold(add, app, "hold", "Giữ lại theo pháp luật: không xóa / legal hold: never deleted", options,
             [](const Options& o) { return hold("/hold", o); });
    CLI::App* const release = add_hold(add, app, "release", "Thôi giữ / end a legal hold", options,
                                       [](const Options& o) { return hold("/release", o); });
    add_packets(add, app, options);
    CLI::App* trials = app.add_subcommand("dev", "Thử nghiệm / for trials");
    trials->require_subcommand(1);
    add_dev(add, *trials, "pki", "CA và chứng thư dùng thử / throw-away CA and certificates",
            "lgsp dev pki ./pki --from agencies.toml", options, [](const Options& o) { return dev(true, o); })
        ->add_option("--key-type", options.key_type, "p256, rsa2048, ed25519")
        ->check(CLI::IsMember({"p256", "rsa2048", "ed25519"}));
    add_dev(add, *trials, "broker", "Tài khoản và quyền RabbitMQ / users and permissions",
            "lgsp dev broker ./broker --from agencies.toml", options, [](const Options& o) { return dev(false, o); });
    return release;
}

int refuse_usage(const CLI::ParseError& error, const CLI::App& app, std::span<char*> arguments, Options& options) {
    // --json may stand behind what was not understood.
    for (const std::string_view argument : arguments)
        options.is_json = options.is_json || argument == "--json" || argument == "--jsonl";
    return fail(usage_problem(error, app, options.lang), options);
}

int run(std::span<char*> arguments) {
    Options options;
    CLI::App app{"lgsp: hỏi và vận hành trục liên thông / ask and operate LGSP Hub", "lgsp"};
    add_globals(app, options);
    Commands commands;
    LookCommands looks{app, commands};
    QueueCommands queues{app, commands};
    CLI::App* const release = add_own(app, commands, options);
    AccessCommands access{app, commands};
    OperationCommands operations{app, *release, commands};
    FailureCommands failure{app, commands};
    OverdueCommands overdue{app, commands};
    PeriodReportCommand report{app, commands};
    RevealCommand reveal{app, commands};
    SelfCommands self{app, commands};
    ConfigurationCommand configuration{app, commands};
    ConfigurationChanges changes{configuration.group(), commands};
    const VersionCommand version_command{app, commands};
    SupportBundleCommand support{app, commands};
    try {
        app.parse(static_cast<int>(arguments.size()), arguments.data());
    } catch (const CLI::ParseError& error) {
        options.lang = language_of(options.lang_name);
        return error.get_exit_code() == 0 ? app.exit(error) : refuse_usage(error, app, arguments, options);
    }
    options.lang = language_of(options.lang_name);
    options.is_jsonl = commands.is_jsonl();
    options.fields = commands.fields();
    const Commands::Command* const command = commands.given();
    if (!command)
        return static_cast<int>(Exit::usage);
    if (command->asks_hub) {
        if (auto read = read_context(options, app.count("--url") > 0); !read)
            return fail(read.error(), options);
        if (auto read = read_token(options); !read)
            return fail(read.error(), options);
    }
    const bool is_of_many = command->app == release && release->count("id") == 0;
    return is_of_many ? operations.release(options.hub, style_of(options)) : command->run(options.hub, style_of(options));
}

}  // namespace
}  // namespace hub::ctl

int main(int argc, char** argv) {
    hub::ctl::end_by_interrupt();
    try {
        return hub::told("lgsp", hub::ctl::run({argv, static_cast<std::size_t>(argc)}));
    } catch (const std::exception& error) {
        std::cerr << "lgsp: " << error.what() << "\n";
        return 1;
    }
}
