// lgsp-axis: the connector between the hub and the national axis.

#include "adapters/axis/axis_client.hpp"
#include "adapters/axis/axis_word.hpp"
#include "adapters/axis/settings.hpp"
#include "adapters/axis/state_file.hpp"
#include "adapters/axis/unit_exchange.hpp"
#include "adapters/kit/program.hpp"

#include <csignal>
#include <iostream>

namespace {

volatile std::sig_atomic_t is_stopping = 0;

using hub::axis::system_now;

hub::kit::Program program();

void say(const hub::Fault& fault) { hub::kit::say(program(), fault); }

int fail(const hub::Fault& fault) {
    say(fault);
    return fault.code == hub::Errc::setting_invalid ? hub::exit_configuration : 1;
}

/// What the hub answers goes to whom it concerns.
class Adapter final : public hub::kit::Handler {
public:
    Adapter(hub::axis::Connector& connector, hub::axis::UnitExchange* units) : connector_{connector}, units_{units} {}
    hub::Result<void> on_envelope(const hub::kit::Received& envelope) override {
        return connector_.on_envelope(envelope);
    }
    bool acknowledges_later() const override { return connector_.acknowledges_later(); }
    hub::Result<void> on_receipt(const hub::wire::Receipt& receipt) override {
        const bool is_accepted = receipt.what == "accepted";
        if (units_ && receipt.envelope && (is_accepted || receipt.what == "refused"))
            if (auto heard = units_->on_receipt(*receipt.envelope, is_accepted, system_now()); !heard || *heard)
                return heard ? hub::Result<void>{} : heard.error();
        return connector_.on_receipt(receipt);
    }

    hub::axis::UnitExchange* without_units() noexcept { return units_ = nullptr; }

private:
    hub::axis::Connector& connector_;
    hub::axis::UnitExchange* units_;
};

/// Until it is told to end; then until the calls that are under way have ended, for a few seconds.
int serve(const hub::AgencyCode& agency, hub::axis::Connector& connector, hub::axis::UnitExchange* units,
          hub::axis::Callers& callers, hub::kit::Kit& kit, hub::axis::StateFile& state) {
    constexpr std::chrono::seconds drain_at_most{5};
    constexpr std::chrono::milliseconds busy{10}, idle{100};
    std::optional<hub::Instant> stopping_since;
    std::string said;
    Adapter adapter{connector, units};
    hub::axis::AxisWord word;
    for (;;) {
        const hub::Instant now = system_now();
        if (is_stopping && !stopping_since) {
            stopping_since = now;
            connector.stop();
        }
        if (auto turned = connector.turn(now); !turned)
            return fail(turned.error());
        if (units && !stopping_since)
            if (auto turned = units->turn(now, !connector.is_axis_down()); !turned) {
                // Documents do not depend on it.
                say(turned.error());
                units = adapter.without_units();
            }
        if (stopping_since && (callers.under_way() == 0 || now >= *stopping_since + drain_at_most))
            return 0;
        const auto polled = kit.poll(callers.under_way() > 0 ? busy : idle, adapter);
        if (auto said_now = word.next(agency, connector.down_since(), kit.is_connected(), now)) {
            if (const auto figures = connector.figures())
                said_now->status->description = text_of(hub::axis::told_figures(*figures));
            if (const auto mentioned = kit.mention(*said_now); !mentioned)
                say(mentioned.error());
        }
        // Once for each trouble, not once for each try.
        const std::string trouble = polled ? std::string{} : std::string{hub::name_of(polled.error().code)};
        if (!polled && trouble != said)
            say(polled.error());
        if (polled && !said.empty())
            std::cerr << "lgsp-axis: kết nối lại / connected again\n";
        said = trouble;
        if (state.is_due(now))
            if (const auto figures = connector.figures())
                state.look(*figures, units ? &units->state() : nullptr, kit.is_connected(), now);
    }
}

int run(const std::filesystem::path& file) {
    auto loaded = hub::axis::load_settings(file);
    if (!loaded.settings)
        return hub::kit::refuse_settings(program(), loaded.mistakes);
    hub::axis::AxisSettings settings = std::move(*loaded.settings);
    hub::start_logging(hub::LogLevel::info, hub::LogFormat::text);
    // First: its lock keeps a second connector from the folder.
    auto kit = hub::kit::Kit::open(settings.kit);
    if (!kit)
        return fail(kit.error());
    auto store = hub::axis::Store::open(settings.folder);
    if (!store)
        return fail(store.error());
    std::unique_ptr<hub::axis::UnitSync> sync;
    std::optional<hub::axis::UnitExchange> units;
    if (settings.units.every > std::chrono::seconds{0}) {
        // Documents do not depend on it.
        if (auto opened = hub::axis::UnitSync::open(settings.units); !opened) {
            say(opened.error());
        } else {
            sync = std::move(*opened);
            units.emplace(settings.kit.agency, *sync, settings.callers.client, **kit);
        }
    }
    hub::axis::Callers callers{std::move(settings.callers)};
    auto connector =
        hub::axis::Connector::open(std::move(settings.connector), **store, callers, **kit, system_now());
    if (!connector)
        return fail(connector.error());
    std::signal(SIGTERM, [](int) { is_stopping = 1; });
    std::signal(SIGINT, [](int) { is_stopping = 1; });
    std::signal(SIGPIPE, SIG_IGN);
    std::cerr << "lgsp-axis " << settings.kit.agency.text() << ": " << settings.folder.string() << "\n";
    hub::axis::StateFile state{settings.folder};
    return serve(settings.kit.agency, **connector, units ? &*units : nullptr, callers, **kit, state);
}

hub::kit::Program program() {
    return {.name = "lgsp-axis",
            .about = "bộ kết nối trục liên thông quốc gia / the national-axis connector of LGSP Hub",
            .settings_example = "config/axis.example.toml",
            .example = "/etc/lgsp/axis.toml",
            .check = [](const auto& file) { return hub::axis::load_settings(file).mistakes; },
            .run = run};
}

}  // namespace

int main(int argc, char** argv) { return hub::kit::run_program(program(), argc, argv); }
