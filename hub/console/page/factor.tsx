// The second factor of who is signed in.
import { Component, h } from "preact";
import { change, Refused } from "./hub";
import { SixDigits } from "./otp";
import { Copy, Sign, Trouble } from "./parts";
import { QrCode } from "./qr";
import { begin, whoAmI } from "./session";
import { t } from "./words";

interface Offered {
    secret: string;
    uri: string;
    qr?: string[];
}

interface State {
    fault: Refused | null;
    is_busy: boolean;
    offered: Offered | null; // The only time that it can be seen.
}

export class Factor extends Component<{}, State> {
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

    private key(offered: Offered) {
        return (
            <div class="box" role="status">
                <Sign level="note" />
                <div>
                    {!!offered.qr?.length && (
                        <div>
                            <p>{t("factor.scan")}</p>
                            <QrCode rows={offered.qr} label={t("factor.qr")} />
                        </div>
                    )}
                    <p>
                        {t("factor.type")} <span class="code">{offered.secret}</span> <Copy text={offered.secret} />
                    </p>
                    <p>
                        <a href={offered.uri}>{t("factor.link")}</a>
                    </p>
                </div>
            </div>
        );
    }

    render() {
        const { fault, is_busy, offered } = this.state;
        const has = !!whoAmI()?.second_factor;
        return (
            <section aria-labelledby="factor">
                <h2 id="factor">{t("factor.title")}</h2>
                {whoAmI()?.must_enrol && (
                    <p class="box box-warn" role="status">
                        <Sign level="warn" />
                        <span>{t("factor.must")}</span>
                    </p>
                )}
                {fault && <Trouble fault={fault} />}
                <p>{has ? t("factor.there") : t("factor.none")}</p>
                {offered && this.key(offered)}
                <form class="form" onSubmit={this.submit} aria-busy={is_busy ? "true" : "false"}>
                    {has || offered ? (
                        <SixDigits />
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
                        {has ? t("factor.remove") : offered ? t("factor.confirm") : t("factor.add")}
                    </button>
                </form>
            </section>
        );
    }
}
