// My account: password, sessions and second factor of who is signed in.
import { Component, h } from "preact";
import { Factor } from "./factor";
import { change, Refused } from "./hub";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { Heading, Sign, Trouble, When } from "./parts";
import { whoAmI } from "./session";
import { t } from "./words";

interface OwnSession {
    session: string;
    current: boolean;
    program: boolean;
    address: string | null;
    began_at: string | null;
    seen_at: string;
    ends_at: string;
}

interface State {
    fault: Refused | null;
    is_busy: boolean;
    is_done: boolean;
    turn: number; // Makes the list load again.
}

class Own extends Component<{}, State> {
    state: State = { fault: null, is_busy: false, is_done: false, turn: 0 };

    private async act(what: () => Promise<unknown>): Promise<boolean> {
        this.setState({ fault: null, is_busy: true, is_done: false });
        try {
            await what();
            this.setState({ is_busy: false, turn: this.state.turn + 1 });
            return true;
        } catch (error) {
            const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
            this.setState({ fault, is_busy: false });
            return false;
        }
    }

    private setPassword = async (event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const value = (name: string) => String(new FormData(form).get(name) ?? "");
        const body = { current: value("current"), password: value("password") };
        const path = `/v1/users/${encodeURIComponent(whoAmI()?.name ?? "")}/password`;
        if (!(await this.act(() => change("POST", path, body)))) return;
        form.reset();
        this.setState({ is_done: true });
    };

    private password() {
        return (
            <section aria-labelledby="own-password">
                <h2 id="own-password">{t("account.password")}</h2>
                {this.state.is_done && (
                    <p class="box" role="status">
                        <Sign level="ok" />
                        <span>{t("account.password.done")}</span>
                    </p>
                )}
                <form class="form" onSubmit={this.setPassword} aria-busy={this.state.is_busy ? "true" : "false"}>
                    <label>
                        {t("user.password.now")}
                        <input
                            name="current"
                            type="password"
                            required
                            maxLength={256}
                            autocomplete="current-password"
                        />
                    </label>
                    <label>
                        {t("user.password.new")}
                        <input
                            name="password"
                            type="password"
                            required
                            minLength={12}
                            maxLength={256}
                            autocomplete="new-password"
                        />
                    </label>
                    <button type="submit" class="main" disabled={this.state.is_busy}>
                        {t("account.password")}
                    </button>
                </form>
            </section>
        );
    }

    private rows(sessions: OwnSession[]) {
        return (
            <div>
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t("session.where")}</th>
                            <th scope="col">{t("audit.address")}</th>
                            <th scope="col">{t("session.began")}</th>
                            <th scope="col">{t("session.seen")}</th>
                            <th scope="col">{t("token.until")}</th>
                            <th scope="col">{t("user.actions")}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {sessions.map((one) => (
                            <tr key={one.session}>
                                <th scope="row">{one.program ? t("session.program") : t("session.browser")}</th>
                                <td>{one.address ?? "–"}</td>
                                <td>
                                    <When at={one.began_at} />
                                </td>
                                <td>
                                    <When at={one.seen_at} />
                                </td>
                                <td>
                                    <When at={one.ends_at} />
                                </td>
                                <td>
                                    {one.current ? (
                                        <strong>{t("session.this")}</strong>
                                    ) : (
                                        <button
                                            type="button"
                                            class="small danger"
                                            onClick={() =>
                                                void this.act(() => change("DELETE", `/v1/sessions/${one.session}`))
                                            }
                                        >
                                            {t("session.end")}
                                        </button>
                                    )}
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
                {sessions.length > 1 && (
                    <p>
                        <button
                            type="button"
                            class="danger"
                            onClick={() => void this.act(() => change("DELETE", "/v1/sessions"))}
                        >
                            {t("session.end_others")}
                        </button>
                    </p>
                )}
            </div>
        );
    }

    render() {
        const { fault, turn } = this.state;
        return (
            <div>
                {fault && <Trouble fault={fault} />}
                {this.password()}
                <section aria-labelledby="own-sessions">
                    <h2 id="own-sessions">{t("session.title")}</h2>
                    <p class="faint">{t("session.hint")}</p>
                    <Loaded<{ sessions: OwnSession[] }>
                        key={`sessions-${turn}`}
                        path="/v1/sessions"
                        show={(answer) => this.rows(answer.sessions)}
                    />
                </section>
            </div>
        );
    }
}

export function Account() {
    return (
        <div>
            <Heading title={t("account.title")} />
            {!whoAmI()?.must_enrol && <Own />}
            <Factor />
        </div>
    );
}

export const accountPage: Page = {
    id: "account",
    title: "account.title",
    group: "group.accounts",
    isShown: () => !!whoAmI()?.signed_in && !whoAmI()?.name.startsWith("token:"),
    view: () => <Account />,
};
