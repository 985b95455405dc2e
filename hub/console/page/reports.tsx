// Reports: counts over a period, from the documents themselves; what was not counted is said.
import { Component, h } from "preact";
import { save } from "./csv";
import { searchPath } from "./documents";
import { ask, DocumentRow, Found, Refused } from "./hub";
import { phaseOf } from "./levels";
import { Page } from "./pages";
import { Empty, Heading, Sign, Trouble, Unit } from "./parts";
import { go, linkTo, Place } from "./place";
import { dateText, numberText, percentText, zone } from "./time";
import { said, t } from "./words";

const rows_at_once = 500,
    documents_max = 20_000;

export interface Count {
    documents: number;
    refused: number;
    deliveries: number;
    fetched: number;
    rejected: number;
    failed: number;
    finished: number;
}

export interface Report {
    total: Count;
    days: Map<string, Count>;
    senders: Map<string, Count>;
    reasons: Map<string, { count: number; title: string }>;
}

const none = (): Count => ({
    documents: 0,
    refused: 0,
    deliveries: 0,
    fetched: 0,
    rejected: 0,
    failed: 0,
    finished: 0,
});

function add(count: Count, document: DocumentRow): void {
    ++count.documents;
    if (document.refusal) ++count.refused;
    for (const delivery of document.deliveries) {
        const phase = phaseOf(delivery);
        ++count.deliveries;
        if (phase === "rejected") ++count.rejected;
        else if (phase === "failed") ++count.failed;
        else if (phase === "finished") ++count.finished;
        // Whoever refused or finished it has fetched it first.
        if (phase !== "waiting" && phase !== "failed") ++count.fetched;
    }
}

export function newReport(): Report {
    return { total: none(), days: new Map(), senders: new Map(), reasons: new Map() };
}

export function count(report: Report, document: DocumentRow): void {
    const in_map = (map: Map<string, Count>, key: string) => {
        const known = map.get(key) ?? none();
        map.set(key, known);
        return known;
    };
    const day = new Date(document.accepted_at).toLocaleDateString("en-CA", { timeZone: zone });
    add(report.total, document);
    add(in_map(report.days, day), document);
    add(in_map(report.senders, document.sender), document);
    if (document.refusal) {
        const known = report.reasons.get(document.refusal.code) ?? { count: 0, title: said(document.refusal, "title") };
        ++known.count;
        report.reasons.set(document.refusal.code, known);
    }
}

interface State {
    report: Report | null;
    counted: number;
    is_running: boolean;
    is_cut: boolean;
    fault: Refused | null;
}

class Counting extends Component<{ since: string; until: string }, State> {
    private asked = new AbortController();
    state: State = { report: null, counted: 0, is_running: false, is_cut: false, fault: null };

    componentDidMount() {
        void this.run();
    }

    componentDidUpdate(before: { since: string; until: string }) {
        if (before.since !== this.props.since || before.until !== this.props.until) void this.run();
    }

    componentWillUnmount() {
        this.asked.abort();
    }

    /** One page after the other; each is counted and dropped. */
    private run = async () => {
        this.asked.abort();
        const asked = (this.asked = new AbortController());
        const report = newReport();
        let counted = 0,
            before = "";
        this.setState({ report: null, counted, is_running: true, is_cut: false, fault: null });
        try {
            for (;;) {
                const found = await ask<Found>(
                    searchPath(
                        { kind: "document", since: this.props.since, until: this.props.until, before },
                        rows_at_once,
                    ),
                    asked.signal,
                );
                found.documents.forEach((document) => count(report, document));
                counted += found.documents.length;
                const last = found.documents[found.documents.length - 1];
                const next = found.is_cut ? found.searched_down_to : found.has_more && last ? last.seq : 0;
                if (!next || counted >= documents_max) {
                    this.setState({ report, counted, is_running: false, is_cut: next > 0 });
                    return;
                }
                before = String(next);
                this.setState({ counted });
            }
        } catch (error) {
            if (!asked.signal.aborted)
                this.setState({
                    is_running: false,
                    fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", ""),
                });
        }
    };

    render() {
        const { report, counted, is_running, is_cut, fault } = this.state;
        return (
            <div aria-busy={is_running ? "true" : "false"}>
                {fault && <Trouble fault={fault} again={() => void this.run()} />}
                {is_running && (
                    <p class="faint" role="status">
                        {t("reports.counting", { count: numberText(counted) })}
                    </p>
                )}
                {is_cut && (
                    <p class="box box-warn">
                        <Sign level="warn" />
                        <span>{t("reports.cut", { count: numberText(counted) })}</span>
                    </p>
                )}
                {report &&
                    (report.total.documents ? (
                        <Counted report={report} period={`${this.props.since}_${this.props.until}`} />
                    ) : (
                        <Empty title={t("reports.none")} text={t("reports.none.text")} />
                    ))}
            </div>
        );
    }
}

function share(part: number, whole: number): string {
    return whole ? percentText(part / whole) : "–";
}

function headings(first: string): string[] {
    return [
        first,
        t("reports.documents"),
        t("reports.refused"),
        t("reports.deliveries"),
        t("reports.fetched"),
        t("reports.rejected"),
        t("reports.failed"),
        t("reports.finished"),
        t("reports.share"),
    ];
}

function figures(one: Count): (string | number)[] {
    return [one.documents, one.refused, one.deliveries, one.fetched, one.rejected, one.failed, one.finished];
}

function Table(props: {
    title: string;
    first: string;
    rows: { key: string; name: JSX.Element | string; count: Count }[];
}) {
    return (
        <section>
            <h2>{props.title}</h2>
            <table>
                <thead>
                    <tr>
                        {headings(props.first).map((name, at) => (
                            <th scope="col" class={at ? "num" : ""}>
                                {name}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {props.rows.map((row) => (
                        <tr key={row.key}>
                            <th scope="row">{row.name}</th>
                            {figures(row.count).map((value) => (
                                <td class="num">{numberText(value as number)}</td>
                            ))}
                            <td class="num">{share(row.count.fetched, row.count.deliveries)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}

function Counted(props: { report: Report; period: string }) {
    const { report } = props;
    const days = [...report.days.entries()].sort(([a], [b]) => (a < b ? -1 : 1));
    const senders = [...report.senders.entries()].sort(([, a], [, b]) => b.documents - a.documents);
    const saveAll = () =>
        save(`report_${props.period}.csv`, [
            headings(t("reports.day")),
            ...days.map(([day, one]) => [day, ...figures(one), share(one.fetched, one.deliveries)]),
            [],
            headings(t("document.sender")),
            ...senders.map(([code, one]) => [code, ...figures(one), share(one.fetched, one.deliveries)]),
        ]);
    return (
        <div>
            <dl class="figures">
                <div>
                    <dt>{t("reports.documents")}</dt>
                    <dd>{numberText(report.total.documents)}</dd>
                </div>
                <div>
                    <dt>{t("reports.refused")}</dt>
                    <dd>{numberText(report.total.refused)}</dd>
                </div>
                <div>
                    <dt>{t("reports.deliveries")}</dt>
                    <dd>{numberText(report.total.deliveries)}</dd>
                </div>
                <div>
                    <dt>{t("reports.share")}</dt>
                    <dd>{share(report.total.fetched, report.total.deliveries)}</dd>
                </div>
            </dl>
            <p class="faint">{t("reports.formula")}</p>
            <p class="actions-row">
                <button type="button" onClick={saveAll}>
                    {t("csv")}
                </button>{" "}
                <button type="button" onClick={() => print()}>
                    {t("print")}
                </button>
            </p>
            <Table
                title={t("reports.by_day")}
                first={t("reports.day")}
                rows={days.map(([day, one]) => ({ key: day, name: dateText(`${day}T12:00:00+07:00`), count: one }))}
            />
            <Table
                title={t("reports.by_sender")}
                first={t("document.sender")}
                rows={senders.map(([code, one]) => ({ key: code, name: <Unit code={code} />, count: one }))}
            />
            {report.reasons.size > 0 && (
                <section>
                    <h2>{t("reports.reasons")}</h2>
                    <table>
                        <thead>
                            <tr>
                                <th scope="col">{t("cause")}</th>
                                <th scope="col" class="num">
                                    {t("count")}
                                </th>
                            </tr>
                        </thead>
                        <tbody>
                            {[...report.reasons.entries()]
                                .sort(([, a], [, b]) => b.count - a.count)
                                .map(([code, reason]) => (
                                    <tr key={code}>
                                        <th scope="row">
                                            {reason.title} <span class="code">{code}</span>
                                        </th>
                                        <td class="num">{numberText(reason.count)}</td>
                                    </tr>
                                ))}
                        </tbody>
                    </table>
                </section>
            )}
        </div>
    );
}

function dayBefore(days: number): string {
    return new Date(Date.now() - days * 86400_000).toLocaleDateString("en-CA", { timeZone: zone });
}

function Reports(props: { place: Place }) {
    const { query } = props.place;
    const since = query.since || dayBefore(6),
        until = query.until || dayBefore(0);
    const set = (name: string) => (event: Event) =>
        go(linkTo("reports", "", { since, until, [name]: (event.target as HTMLInputElement).value }));
    return (
        <div>
            <Heading
                title={t("reports.title")}
                text={t("reports.hint", {
                    since: dateText(`${since}T12:00:00+07:00`),
                    until: dateText(`${until}T12:00:00+07:00`),
                })}
            />
            <form class="filters" onSubmit={(event: Event) => event.preventDefault()} aria-label={t("filters")}>
                <label>
                    <span>{t("filter.since")}</span>
                    <input type="date" value={since} required onChange={set("since")} />
                </label>
                <label>
                    <span>{t("filter.until")}</span>
                    <input type="date" value={until} required onChange={set("until")} />
                </label>
                <a class="button" href={linkTo("reports", "", { since: dayBefore(0), until: dayBefore(0) })}>
                    {t("reports.today")}
                </a>
                <a
                    class="button"
                    href={linkTo("reports", "", { since: dayBefore(0).slice(0, 8) + "01", until: dayBefore(0) })}
                >
                    {t("reports.month")}
                </a>
            </form>
            <Counting since={since} until={until} />
        </div>
    );
}

export const reportsPage: Page = {
    id: "reports",
    title: "reports.title",
    key: "p",
    group: "group.accounts",
    view: (place) => <Reports place={place} />,
};
