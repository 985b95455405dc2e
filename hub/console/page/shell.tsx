// The frame round every page: menu, search, language, colours, keys, what the page last heard from the hub.
import { Component, h } from "preact";
import { Account } from "./account";
import { attention } from "./attention";
import { Door } from "./door";
import { closeOnEscape, closeOnPress } from "./drops";
import { areKeysOn, onKey, switchKeys } from "./keyboard";
import { Empty, Heading, Sign } from "./parts";
import { Page, shownPages } from "./pages";
import { go, here, linkTo, Place } from "./place";
import { begin, goToDoor, mustSignIn, signOut, whoAmI } from "./session";
import { arrive, feed, onChange } from "./state";
import { clockText, durationText, numberText, offsetText } from "./time";
import { roleText } from "./users";
import { choose, language, t, Word } from "./words";

const remembered_theme = "lgsp.theme";
const themes: { id: string; word: Word }[] = [
    { id: "", word: "theme.system" },
    { id: "light", word: "theme.light" },
    { id: "dark", word: "theme.dark" },
];

export function useTheme(id: string): void {
    if (id) document.documentElement.dataset.theme = id;
    else delete document.documentElement.dataset.theme;
    localStorage.setItem(remembered_theme, id);
}

export function rememberedTheme(): string {
    return localStorage.getItem(remembered_theme) ?? "";
}

class Search extends Component<{ text: string }, { text: string }> {
    state = { text: this.props.text };

    componentWillReceiveProps(next: { text: string }) {
        if (next.text !== this.props.text) this.setState({ text: next.text });
    }

    render() {
        const submit = (event: Event) => {
            event.preventDefault();
            const place = here();
            const kept = place.page === "documents" ? place.query : {};
            // What was asked for takes the focus, as of every page.
            document.querySelector<HTMLInputElement>("#search")?.blur();
            go(linkTo("documents", "", { ...kept, text: this.state.text.trim(), before: "" }));
        };
        return (
            <form class="search" role="search" onSubmit={submit}>
                <label for="search" class="unseen">
                    {t("search.label")}
                </label>
                <input
                    id="search"
                    type="search"
                    value={this.state.text}
                    placeholder={t("search.hint")}
                    autocomplete="off"
                    spellcheck={false}
                    maxLength={200}
                    onInput={(event: Event) => this.setState({ text: (event.target as HTMLInputElement).value })}
                />
                <button type="submit">{t("search.do")}</button>
            </form>
        );
    }
}

function Menu(props: { page: string }) {
    const shown = shownPages().filter((page) => page.group);
    const groups = [...new Set(shown.map((page) => page.group as Word))];
    return (
        <nav aria-label={t("menu")} class="menu">
            {groups.map((group) => (
                <div>
                    <h2>{t(group)}</h2>
                    <ul>
                        {shown
                            .filter((page) => page.group === group)
                            .map((page) => {
                                const count = page.badge ? page.badge() : 0;
                                return (
                                    <li>
                                        <a
                                            href={linkTo(page.id)}
                                            aria-current={page.id === props.page ? "page" : undefined}
                                        >
                                            {t(page.title)}
                                            {count > 0 && (
                                                <span class="badge">
                                                    {numberText(count)}
                                                    <span class="unseen"> {t("menu.need")}</span>
                                                </span>
                                            )}
                                        </a>
                                    </li>
                                );
                            })}
                    </ul>
                </div>
            ))}
        </nav>
    );
}

function Keys() {
    const rows: [string, string][] = [
        ["/", t("keys.search")],
        ["?", t("keys.help")],
        ["j  k", t("keys.rows")],
        ["Enter", t("keys.open")],
        ...shownPages()
            .filter((page) => page.key)
            .map((page): [string, string] => [`g ${page.key}`, t(page.title)]),
    ];
    return (
        <dialog id="keys" aria-labelledby="keys-title">
            <h2 id="keys-title">{t("keys.title")}</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("keys.key")}</th>
                        <th scope="col">{t("keys.does")}</th>
                    </tr>
                </thead>
                <tbody>
                    {rows.map(([key, text]) => (
                        <tr>
                            <td>
                                {key.split(/ +/).map((one) => (
                                    <kbd>{one}</kbd>
                                ))}
                            </td>
                            <td>{text}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
            <p>
                <label>
                    <input
                        type="checkbox"
                        checked={areKeysOn()}
                        onChange={(event: Event) => switchKeys((event.target as HTMLInputElement).checked)}
                    />{" "}
                    {t("keys.on")}
                </label>
            </p>
            <form method="dialog">
                <button>{t("close")}</button>
            </form>
        </dialog>
    );
}

function Foot() {
    const silent = feed.heard_at && feed.fault ? (Date.now() - feed.heard_at) / 1000 : 0;
    return (
        <footer class="foot">
            <span>
                <Sign level={feed.fault ? "bad" : feed.heard_at ? "ok" : "none"} label="" />{" "}
                {feed.fault
                    ? silent
                        ? t("foot.silent", { time: durationText(silent) })
                        : t("trouble.unreachable")
                    : feed.heard_at
                      ? t("foot.heard", { time: clockText(feed.heard_at) })
                      : t("loading")}
            </span>
            <span>{t("foot.zone", { zone: offsetText() })}</span>
            {feed.status && <span>LGSP Hub {feed.status.version}</span>}
        </footer>
    );
}

interface State {
    place: Place;
    drawn: number;
}

/** A fault of the program in one page is told there: menu, search and the other pages go on. */
class Guard extends Component<{ place: Place; show: (place: Place) => JSX.Element }, { fault: string }> {
    state = { fault: "" };

    componentDidCatch(error: unknown) {
        console.error(error);
        this.setState({ fault: String(error) || "?" });
    }

    componentWillReceiveProps(next: { place: Place }) {
        if (next.place !== this.props.place) this.setState({ fault: "" });
    }

    render() {
        if (!this.state.fault) return <Shown place={this.props.place} show={this.props.show} />;
        return (
            <section>
                <Heading title={t("broken.title")} />
                <Empty title={t("broken.text")} text={this.state.fault} />
            </section>
        );
    }
}

/** A component of its own: only what happens in one is caught. */
function Shown(props: { place: Place; show: (place: Place) => JSX.Element }) {
    return props.show(props.place);
}

export class Shell extends Component<{}, State> {
    state: State = { place: here(), drawn: 0 };

    componentDidMount() {
        onChange(() => this.setState({ drawn: this.state.drawn + 1 }));
        addEventListener("hashchange", () => {
            const before = this.state.place;
            const place = here();
            if (before.page !== place.page || before.name !== place.name) arrive();
            this.setState({ place });
            scrollTo(0, 0);
        });
        document.addEventListener("visibilitychange", () => feed.wake());
        addEventListener("keydown", (event) => onKey(event, this.showKeys));
        addEventListener("keydown", closeOnEscape);
        addEventListener("pointerdown", closeOnPress);
        void begin();
        this.name();
    }

    componentDidUpdate() {
        this.name();
    }

    private page(): Page | undefined {
        return shownPages().find((page) => page.id === this.state.place.page);
    }

    private name() {
        const page = this.page();
        const name = page?.nameOf?.(this.state.place) ?? this.state.place.name;
        document.title = [name, page ? t(page.title) : t("unknown.title"), "LGSP Hub"].filter(Boolean).join(" – ");
    }

    private showKeys = () => (document.querySelector("#keys") as HTMLDialogElement).showModal();

    private speak = (event: Event) => {
        choose((event.target as HTMLSelectElement).value as "vi" | "en");
        this.forceUpdate();
    };

    private choices() {
        return (
            <span class="row">
                <label for="language" class="unseen">
                    {t("language")}
                </label>
                <select id="language" value={language() === "en" ? "en" : "vi"} onChange={this.speak}>
                    <option value="vi" lang="vi">
                        Tiếng Việt
                    </option>
                    <option value="en" lang="en">
                        English
                    </option>
                </select>
                <label for="theme" class="unseen">
                    {t("theme")}
                </label>
                <select
                    id="theme"
                    value={rememberedTheme()}
                    onChange={(event: Event) => {
                        useTheme((event.target as HTMLSelectElement).value);
                        this.forceUpdate();
                    }}
                >
                    {themes.map(({ id, word }) => (
                        <option value={id}>{t(word)}</option>
                    ))}
                </select>
            </span>
        );
    }

    render() {
        if (mustSignIn())
            return (
                <div>
                    <Door choices={this.choices()} />
                </div>
            );
        if (whoAmI()?.must_enrol)
            return (
                <main class="door">
                    <div class="door-card">
                        <Account />
                        <div class="row">
                            {this.choices()}
                            <button type="button" onClick={() => void signOut()}>
                                {t("door.out")}
                            </button>
                        </div>
                    </div>
                </main>
            );
        const { place } = this.state;
        const page = this.page();
        return (
            <div class="frame">
                <a
                    class="skip"
                    href="#main"
                    onClick={(event: Event) => {
                        event.preventDefault();
                        document.querySelector<HTMLElement>("main h1")?.focus();
                    }}
                >
                    {t("skip")}
                </a>
                <header class="top">
                    <a class="brand" href={linkTo("today")}>
                        <Mark />
                        <span>LGSP Hub</span>
                    </a>
                    <Search text={place.page === "documents" ? (place.query.text ?? "") : ""} />
                    <div class="choices">
                        <Who />
                        {this.choices()}
                        <button type="button" onClick={this.showKeys} aria-haspopup="dialog">
                            {t("keys.short")}
                        </button>
                    </div>
                </header>
                <Menu page={place.page === "story" ? "documents" : place.page} />
                <main id="main" key={`${place.page}/${place.name}`}>
                    {feed.fault && feed.heard_at > 0 && (
                        <div class="box box-bad" role="alert">
                            <Sign level="bad" />
                            <div>
                                <strong>{t("trouble.unreachable")}</strong>
                                <p>{t("trouble.stale")}</p>
                            </div>
                        </div>
                    )}
                    {page ? (
                        <Guard place={place} show={page.view} />
                    ) : (
                        <section>
                            <Heading title={t("unknown.title")} />
                            <Empty title={t("unknown.text")} />
                            <p>
                                <a href={linkTo("today")}>{t("today.title")}</a>
                            </p>
                        </section>
                    )}
                </main>
                <Foot />
                {attention.isEnding() && <Ending />}
                <Keys />
            </div>
        );
    }
}

function Ending() {
    return (
        <div class="box box-warn ending" role="alert">
            <Sign level="warn" />
            <div>
                <strong>{t("session.ending")}</strong>
                <p>{t("session.ending.text")}</p>
                <button type="button" class="main" onClick={() => attention.keep()}>
                    {t("session.keep")}
                </button>
            </div>
        </div>
    );
}

function Who() {
    const me = whoAmI();
    if (!me) return null;
    return me.signed_in ? (
        <span class="row">
            <span class="who" title={roleText(me.role)}>
                {me.name}
            </span>
            <button type="button" onClick={() => void signOut()}>
                {t("door.out")}
            </button>
        </span>
    ) : (
        <button type="button" onClick={goToDoor}>
            {t("door.in")}
        </button>
    );
}

function Mark() {
    return (
        <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
            <g stroke="currentColor" stroke-width="2.4" stroke-linecap="round">
                <path d="M16 16 7 8M16 16l9-8M16 16 7 24M16 16l9 8" />
            </g>
            <circle cx="16" cy="16" r="5" fill="#ffd766" />
            <g fill="currentColor">
                <circle cx="7" cy="8" r="2.6" />
                <circle cx="25" cy="8" r="2.6" />
                <circle cx="7" cy="24" r="2.6" />
                <circle cx="25" cy="24" r="2.6" />
            </g>
        </svg>
    );
}
