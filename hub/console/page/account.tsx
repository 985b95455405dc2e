// My account: the second factor of who is signed in.
import { Component, h } from "preact";
import { change, Refused } from "./hub";
import { Page } from "./pages";
import { Copy, Heading, Sign, Trouble } from "./parts";
import { begin, whoAmI } from "./session";
import { t } from "./words";

interface Offered {
    secret: string;
    uri: string;
}

interface State {
    fault: Refused | null;
    is_busy: boolean;
    offered: Offered | null; // The only time that it can be seen.
}

export class Account extends Component<{}, State> {
    state: State = { fault: null, is_busy: false, offered: null };

    private path(): string {
        return `/v1/users/${encodeURIComponent(whoAmI()?.name ?? "")}/second-factor`;
    }

    private submit = async (event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const value = (name: string) => String(new FormData(form).get(name) ?? "");
        this.setState({ fault: null, is_busy: true });
        try {
            if (whoAmI()?.second_factor) {
                await change("DELETE", this.path(), { otp: value("otp") });
                await begin();
            } else if (this.state.offered) {
                await change("POST", `${this.path()}/confirm`, { otp: value("otp") });
                this.setState({ offered: null });
                await begin();
            } else {
                this.setState({ offered: await change<Offered>("POST", this.path(), { current: value("current") }) });
            }
            this.setState({ is_busy: false });
        } catch (error) {
            const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
            this.setState({ fault, is_busy: false });
        }
    };

    render() {
        const { fault, is_busy, offered } = this.state;
        const has = !!whoAmI()?.second_factor;
        const asks_otp = has || !!offered;
        return (
            <div>
                <Heading title={t("account.title")} />
                {whoAmI()?.must_enrol && (
                    <p class="box box-warn" role="status">
                        <Sign level="warn" />
                        <span>{t("factor.must")}</span>
                    </p>
                )}
                {fault && <Trouble fault={fault} />}
                <h2>{t("factor.title")}</h2>
                <p>{has ? t("factor.there") : t("factor.none")}</p>
                {offered && (
                    <p class="box" role="status">
                        <Sign level="note" />
                        <span>
                            {t("factor.type")} <span class="code">{offered.secret}</span>{" "}
                            <Copy text={offered.secret} />
                            <br />
                            <a href={offered.uri}>otpauth</a>
                        </span>
                    </p>
                )}
                <form class="form" onSubmit={this.submit} aria-busy={is_busy ? "true" : "false"}>
                    {asks_otp ? (
                        <label key="otp">
                            {t("door.otp")}
                            <input
                                name="otp"
                                required
                                maxLength={16}
                                inputMode="numeric"
                                pattern="[0-9 ]{6,}"
                                autocomplete="one-time-code"
                            />
                        </label>
                    ) : (
                        <label key="current">
                            {t("user.password")}
                            <input
                                name="current"
                                type="password"
                                required
                                maxLength={256}
                                autocomplete="current-password"
                            />
                        </label>
                    )}
                    <button type="submit" class={has ? "danger" : "main"} disabled={is_busy}>
                        {has ? t("factor.remove") : t("factor.add")}
                    </button>
                </form>
            </div>
        );
    }
}

export const accountPage: Page = {
    id: "account",
    title: "account.title",
    group: "group.accounts",
    isShown: () => !!whoAmI()?.signed_in && !whoAmI()?.name.startsWith("token:"),
    view: () => <Account />,
};
