// Users and tokens: who may come in, as what, until when.
import { Component, h } from "preact";
import { Codes } from "./documents";
import { change, Refused } from "./hub";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { Ask, Copy, Empty, Heading, Sign, Trouble, Unit, When } from "./parts";
import { may, whoAmI } from "./session";
import { t, Word } from "./words";

interface User {
    name: string;
    role: string;
    agency: string | null;
    disabled: boolean;
    second_factor: boolean;
    made_at: string;
    signed_in_at: string | null;
    etag?: string;
}

interface Token {
    name: string;
    role: string;
    agency: string | null;
    made_by: string;
    made_at: string;
    ends_at: string;
    revoked_at: string | null;
    token?: string;
    etag?: string;
}

export const roles: [string, Word][] = [
    ["viewer", "role.viewer"],
    ["clerk", "role.clerk"],
    ["operator", "role.operator"],
    ["administrator", "role.administrator"],
];

export function roleText(role: string): string {
    const known = roles.find(([name]) => name === role);
    return known ? t(known[1]) : role;
}

interface State {
    turn: number; // Makes the lists load again.
    fault: Refused | null;
    shown: Token | null; // The only time that it can be seen.
    role: string;
}

class Users extends Component<{}, State> {
    state: State = { turn: 0, fault: null, shown: null, role: "viewer" };

    private act = async (what: () => Promise<unknown>): Promise<boolean> => {
        this.setState({ fault: null });
        try {
            await what();
            this.setState({ turn: this.state.turn + 1 });
            return true;
        } catch (error) {
            const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
            // Somebody was faster: what is shown is not how it is.
            const turn = this.state.turn + (fault.code === "changed_meanwhile" ? 1 : 0);
            this.setState({ fault, turn });
            return false;
        }
    };

    private add = async (event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const values = Object.fromEntries([...new FormData(form).entries()].filter(([, value]) => value !== ""));
        const is_token = values.password === undefined;
        const done = await this.act(async () => {
            if (is_token)
                this.setState({
                    shown: await change<Token>("POST", "/v1/tokens", { ...values, days: Number(values.days) }),
                });
            else await change("POST", "/v1/users", values);
        });
        if (done) form.reset();
    };

    private roleFields() {
        return [
            <label>
                <span>{t("user.role")}</span>
                <select
                    name="role"
                    value={this.state.role}
                    onChange={(event: Event) => this.setState({ role: (event.target as HTMLSelectElement).value })}
                >
                    {roles.map(([role, word]) => (
                        <option value={role}>{t(word)}</option>
                    ))}
                </select>
            </label>,
            this.state.role === "clerk" && (
                <label>
                    <span>{t("agency")}</span>
                    <input name="agency" list="codes" required maxLength={64} />
                </label>
            ),
        ] as JSX.Element[];
    }

    private userRows(users: User[]) {
        return (
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("user.name")}</th>
                        <th scope="col">{t("user.role")}</th>
                        <th scope="col">{t("agency")}</th>
                        <th scope="col">{t("filter.state")}</th>
                        <th scope="col">{t("factor.title")}</th>
                        <th scope="col">{t("user.last")}</th>
                        <th scope="col">{t("user.actions")}</th>
                    </tr>
                </thead>
                <tbody>
                    {users.map((user) => (
                        <tr key={user.name}>
                            <th scope="row">{user.name}</th>
                            <td>{roleText(user.role)}</td>
                            <td>{user.agency ? <Unit code={user.agency} /> : "–"}</td>
                            <td>
                                {user.disabled ? (
                                    <span class="text-warn">
                                        <Sign level="warn" label="" /> {t("user.disabled")}
                                    </span>
                                ) : (
                                    t("user.enabled")
                                )}
                            </td>
                            <td>
                                {user.second_factor ? t("yes") : t("no")}{" "}
                                {user.second_factor && user.name !== whoAmI()?.name && (
                                    <button
                                        type="button"
                                        class="small"
                                        onClick={() =>
                                            void this.act(() =>
                                                change(
                                                    "DELETE",
                                                    `/v1/users/${encodeURIComponent(user.name)}/second-factor`,
                                                    undefined,
                                                    { seen: user.etag },
                                                ),
                                            )
                                        }
                                    >
                                        {t("factor.remove")}
                                    </button>
                                )}
                            </td>
                            <td>
                                <When at={user.signed_in_at} />
                            </td>
                            <td>
                                <button
                                    type="button"
                                    class="small"
                                    onClick={() =>
                                        void this.act(() =>
                                            change(
                                                "PATCH",
                                                `/v1/users/${encodeURIComponent(user.name)}`,
                                                { disabled: !user.disabled },
                                                { seen: user.etag },
                                            ),
                                        )
                                    }
                                >
                                    {user.disabled ? t("user.enable") : t("user.disable")}
                                </button>{" "}
                                <Ask
                                    label={t("user.set_password")}
                                    title={t("user.set_password.of", { name: user.name })}
                                    field="password"
                                    submit={(password) =>
                                        change("POST", `/v1/users/${encodeURIComponent(user.name)}/password`, {
                                            password,
                                        })
                                    }
                                />
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        );
    }

    private tokenRows(tokens: Token[]) {
        if (!tokens.length) return <Empty title={t("token.none")} text={t("token.none.text")} />;
        return (
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("token.name")}</th>
                        <th scope="col">{t("user.role")}</th>
                        <th scope="col">{t("agency")}</th>
                        <th scope="col">{t("token.made_by")}</th>
                        <th scope="col">{t("token.until")}</th>
                        <th scope="col">{t("user.actions")}</th>
                    </tr>
                </thead>
                <tbody>
                    {tokens.map((token) => (
                        <tr key={token.name}>
                            <th scope="row">{token.name}</th>
                            <td>{roleText(token.role)}</td>
                            <td>{token.agency ?? "–"}</td>
                            <td>{token.made_by}</td>
                            <td>
                                <When at={token.ends_at} />
                            </td>
                            <td>
                                {token.revoked_at ? (
                                    <span class="faint">{t("token.revoked")}</span>
                                ) : (
                                    <button
                                        type="button"
                                        class="small danger"
                                        onClick={() =>
                                            void this.act(() =>
                                                change(
                                                    "DELETE",
                                                    `/v1/tokens/${encodeURIComponent(token.name)}`,
                                                    undefined,
                                                    { seen: token.etag },
                                                ),
                                            )
                                        }
                                    >
                                        {t("token.revoke")}
                                    </button>
                                )}
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
        );
    }

    render() {
        const { fault, shown, turn } = this.state;
        return (
            <div>
                <Heading title={t("users.title")} text={t("users.hint")} />
                {fault && <Trouble fault={fault} />}
                <Loaded<{ users: User[] }>
                    key={`users-${turn}`}
                    path="/v1/users"
                    show={(answer) => this.userRows(answer.users)}
                />
                <section aria-labelledby="add-user">
                    <h2 id="add-user">{t("user.add")}</h2>
                    <form class="filters" onSubmit={this.add}>
                        <label>
                            <span>{t("user.name")}</span>
                            <input
                                name="name"
                                required
                                maxLength={64}
                                pattern="[a-z0-9][a-z0-9._\-]*"
                                autocomplete="off"
                                spellcheck={false}
                                title={t("user.name.form")}
                            />
                        </label>
                        <label>
                            <span>{t("user.password.new")}</span>
                            <input
                                name="password"
                                type="password"
                                required
                                minLength={12}
                                maxLength={256}
                                autocomplete="new-password"
                            />
                        </label>
                        {this.roleFields()}
                        <button type="submit">{t("user.add")}</button>
                    </form>
                </section>
                <section aria-labelledby="tokens">
                    <h2 id="tokens">{t("tokens.title")}</h2>
                    {shown && (
                        <p class="box box-warn" role="status">
                            <Sign level="note" />
                            <span>
                                {t("token.once")} <span class="code">{shown.token}</span>{" "}
                                <Copy text={shown.token ?? ""} />
                            </span>
                        </p>
                    )}
                    <Loaded<{ tokens: Token[] }>
                        key={`tokens-${turn}`}
                        path="/v1/tokens"
                        show={(answer) => this.tokenRows(answer.tokens)}
                    />
                    <form class="filters" onSubmit={this.add}>
                        <label>
                            <span>{t("token.name")}</span>
                            <input
                                name="name"
                                required
                                maxLength={64}
                                pattern="[a-z0-9][a-z0-9._\-]*"
                                title={t("user.name.form")}
                            />
                        </label>
                        <label>
                            <span>{t("token.days")}</span>
                            <input name="days" type="number" min="1" max="366" value="90" required />
                        </label>
                        {this.roleFields()}
                        <button type="submit">{t("token.add")}</button>
                    </form>
                </section>
                <Codes />
            </div>
        );
    }
}

export const usersPage: Page = {
    id: "users",
    title: "users.title",
    key: "u",
    group: "group.accounts",
    isShown: () => may("administer"),
    view: () => <Users />,
};
