// Audit: who did what to what, why and from where. The lines stand in the ledger.
import { h } from "preact";
import { detailText, verbText, verbs } from "./audit_words";
import { save } from "./csv";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { Empty, Heading, Sign, When } from "./parts";
import { go, linkTo, Place, queryText } from "./place";
import { may } from "./session";
import { feed } from "./state";
import { exactText } from "./time";
import { roleText } from "./users";
import { t } from "./words";

interface Line {
    entry: number;
    at: string;
    actor: string;
    role: string | null;
    address: string;
    verb: string;
    object: string;
    reason: string;
    detail: string;
}

interface Answer {
    acts: Line[];
    has_more: boolean;
    is_cut: boolean;
    searched_down_to: number;
}

/** An envelope has a story, an operation a page. */
function Thing(props: { name: string }) {
    const operation = /^operation\/(\d+)$/.exec(props.name);
    if (operation) return <a href={linkTo("operations", operation[1])}>{props.name}</a>;
    return /^[0-9a-f]{8}-[0-9a-f-]{27}$/.test(props.name) ? (
        <a class="code" href={linkTo("story", props.name)}>
            {props.name}
        </a>
    ) : (
        <span>{props.name}</span>
    );
}

function saveLines(lines: Line[]): void {
    save("audit.csv", [
        [
            t("entry"),
            t("time"),
            t("audit.actor"),
            t("user.role"),
            t("audit.address"),
            t("audit.verb"),
            t("audit.object"),
            t("audit.reason"),
            t("audit.detail"),
        ],
        ...lines.map((line) => [
            line.entry,
            line.at,
            line.actor,
            line.role ?? "",
            line.address,
            line.verb,
            line.object,
            line.reason,
            line.detail,
        ]),
    ]);
}

function Lines(props: { answer: Answer; query: Record<string, string> }) {
    const { acts, has_more, is_cut, searched_down_to } = props.answer;
    const older = linkTo("audit", "", { ...props.query, before: String(searched_down_to) });
    return (
        <div>
            <p class="count" role="status">
                {acts.length > 0 && (
                    <button type="button" class="small" onClick={() => saveLines(acts)}>
                        {t("csv")}
                    </button>
                )}
            </p>
            {!acts.length ? (
                <Empty title={t("audit.none")} text={t("audit.none.text")} />
            ) : (
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t("time")}</th>
                            <th scope="col">{t("audit.actor")}</th>
                            <th scope="col">{t("audit.verb")}</th>
                            <th scope="col">{t("audit.object")}</th>
                            <th scope="col">{t("audit.reason")}</th>
                            <th scope="col">{t("audit.address")}</th>
                            <th scope="col" class="num">
                                {t("entry")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {acts.map((line) => (
                            <tr key={String(line.entry)}>
                                <td class="nowrap" title={exactText(line.at)}>
                                    <When at={line.at} />
                                </td>
                                <th scope="row">
                                    {line.actor}
                                    {line.role && <span class="faint block">{roleText(line.role)}</span>}
                                </th>
                                <td>{verbText(line)}</td>
                                <td>
                                    <Thing name={line.object} />
                                </td>
                                <td>
                                    {line.reason}
                                    <span class="faint block">{detailText(line.verb, line.detail)}</span>
                                </td>
                                <td class="code">{line.address}</td>
                                <td class="num code">{line.entry}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
            {is_cut && (
                <p class="box box-warn">
                    <Sign level="warn" />
                    <span>
                        {t("audit.cut")} <a href={older}>{t("search.go_on")}</a>
                    </span>
                </p>
            )}
            <nav aria-label={t("paging")} class="paging">
                {props.query.before && (
                    <a class="button" href={linkTo("audit", "", { ...props.query, before: "" })}>
                        {t("paging.newest")}
                    </a>
                )}
                {has_more && !is_cut && (
                    <a class="button" href={older}>
                        {t("paging.older")}
                    </a>
                )}
            </nav>
        </div>
    );
}

function Audit(props: { place: Place }) {
    const { query } = props.place;
    const set = (name: string) => (event: Event) =>
        go(linkTo("audit", "", { ...query, [name]: (event.target as HTMLInputElement).value.trim(), before: "" }));
    const { actor, verb, object, since, before } = query;
    const asked = { actor, verb, object, since: since && `${since}T00:00:00+07:00`, before, count: "50" };
    return (
        <div>
            <Heading title={t("audit.title")} text={t("audit.hint")} />
            <form class="filters" onSubmit={(event: Event) => event.preventDefault()} aria-label={t("filters")}>
                <label>
                    <span>{t("audit.actor")}</span>
                    <input maxLength={64} spellcheck={false} value={actor ?? ""} onChange={set("actor")} />
                </label>
                <label>
                    <span>{t("audit.verb")}</span>
                    <select value={verb ?? ""} onChange={set("verb")}>
                        <option value="">{t("any")}</option>
                        {verbs.map(([name, word]) => (
                            <option value={name}>{t(word)}</option>
                        ))}
                    </select>
                </label>
                <label>
                    <span>{t("audit.object")}</span>
                    <input maxLength={100} spellcheck={false} value={object ?? ""} onChange={set("object")} />
                </label>
                <label>
                    <span>{t("filter.since")}</span>
                    <input type="date" value={since ?? ""} onChange={set("since")} />
                </label>
            </form>
            <Loaded<Answer>
                path={"/v1/audit" + queryText(asked)}
                every={10}
                show={(answer) => <Lines answer={answer} query={query} />}
            />
        </div>
    );
}

export const auditPage: Page = {
    id: "audit",
    title: "audit.title",
    key: "l",
    group: "group.accounts",
    isShown: () => may("audit") && feed.offers_operations,
    view: (place) => <Audit place={place} />,
};
