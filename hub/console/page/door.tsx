// Signing in: by password, or with the one-time code of the host the first time.
import { Component, h } from "preact";
import { Refused } from "./hub";
import { SixDigits } from "./otp";
import { Sign, Trouble } from "./parts";
import { hasEnded, signIn } from "./session";
import { t } from "./words";

interface State {
    fault: Refused | null;
    is_busy: boolean;
    has_code: boolean;
    asks_otp: boolean;
}

export class Door extends Component<{ choices: JSX.Element }, State> {
    state: State = { fault: null, is_busy: false, has_code: false, asks_otp: false };

    componentDidMount() {
        document.querySelector<HTMLInputElement>("#name")?.focus();
    }

    private submit = async (event: Event) => {
        event.preventDefault();
        const form = new FormData(event.target as HTMLFormElement);
        const value = (name: string) => String(form.get(name) ?? "").trim();
        this.setState({ is_busy: true, fault: null });
        try {
            const more = Object.fromEntries(["code", "otp"].filter(value).map((name) => [name, value(name)]));
            await signIn(value("name"), String(form.get("password") ?? ""), more);
        } catch (error) {
            const asks_otp = error instanceof Refused && error.code === "second_factor_needed";
            this.setState({
                asks_otp: asks_otp || this.state.asks_otp,
                is_busy: false,
                fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", ""),
            });
        }
    };

    render() {
        const { fault, is_busy, has_code, asks_otp } = this.state;
        return (
            <main class="door">
                <div class="door-card">
                    <h1 tabIndex={-1}>LGSP Hub</h1>
                    <p class="faint">{t("door.text")}</p>
                    {hasEnded() && (
                        <p class="box box-warn">
                            <Sign level="warn" />
                            <span>{t("door.ended")}</span>
                        </p>
                    )}
                    {fault && <Trouble fault={fault} />}
                    <form class="form" onSubmit={this.submit} aria-busy={is_busy ? "true" : "false"}>
                        {has_code && (
                            <label key="code">
                                {t("door.code")}
                                <input
                                    name="code"
                                    required
                                    maxLength={64}
                                    autocomplete="one-time-code"
                                    spellcheck={false}
                                />
                            </label>
                        )}
                        <label key="name">
                            {t("user.name")}
                            <input
                                id="name"
                                name="name"
                                required
                                maxLength={64}
                                autocomplete="username"
                                spellcheck={false}
                            />
                        </label>
                        <label key="password">
                            {has_code ? t("user.password.new") : t("user.password")}
                            <input
                                name="password"
                                type="password"
                                required
                                maxLength={256}
                                minLength={has_code ? 12 : undefined}
                                autocomplete={has_code ? "new-password" : "current-password"}
                            />
                        </label>
                        {asks_otp && !has_code && <SixDigits />}
                        <button class="main" type="submit" disabled={is_busy}>
                            {t("door.in")}
                        </button>
                        <label key="first" class="inline">
                            <input
                                type="checkbox"
                                checked={has_code}
                                onChange={(event: Event) =>
                                    this.setState({ has_code: (event.target as HTMLInputElement).checked })
                                }
                            />
                            {t("door.have_code")}
                        </label>
                        {has_code && (
                            <p class="faint">
                                {t("door.code.how")} <span class="code">lgsp-hub --login-code hub.toml</span>
                            </p>
                        )}
                    </form>
                    <div class="row">{this.props.choices}</div>
                </div>
            </main>
        );
    }
}
