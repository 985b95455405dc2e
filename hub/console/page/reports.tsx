// Reports: what the hub has counted over a period. Which share of all documents goes electronically needs a total that
// only people know: it is typed in here and stands in the link, nowhere else.
import { Component, h } from "preact";
import { save, saveText } from "./csv";
import { askText, DeliveryCounts, Refused, Report, ReportCounts } from "./hub";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { Empty, Heading, Sign, Trouble, Unit } from "./parts";
import { go, linkTo, Place, queryText } from "./place";
import {
    countedDocuments,
    electronicShare,
    Formula,
    formula_terms,
    formulaOf,
    formulaText,
    formulaWith,
    term_words,
} from "./report_formula";
import { dateText, numberText, percentText, timeText, zone } from "./time";
import { said, t } from "./words";

const days_by_day_max = 92,
    day_ms = 86400_000;

/** "H43.01:1200,H43.02:35", as the link has it. What is no total is not there. */
export function totalsOf(text: string | undefined): Map<string, number> {
    const totals = new Map<string, number>();
    for (const one of (text ?? "").split(",")) {
        const [, code, number] = /^(.+):([1-9][0-9]{0,8})$/.exec(one) ?? [];
        if (code) totals.set(code, Number(number));
    }
    return totals;
}

export function totalsText(totals: Map<string, number>): string {
    return [...totals].map(([code, total]) => `${code}:${total}`).join(",");
}

/** A quarter by day, longer by month, unless asked otherwise. */
export function stepOf(from: string, to: string, by: string | undefined): string {
    return by || ((Date.parse(to) - Date.parse(from)) / day_ms >= days_by_day_max ? "month" : "day");
}

function share(value: number | null): string {
    return value === null ? "–" : percentText(value);
}

function periodName(period: string): string {
    return period.length > 7 ? dateText(`${period}T12:00:00+07:00`) : `${period.slice(5)}/${period.slice(0, 4)}`;
}

function headings(first: string): string[] {
    return [
        first,
        t("reports.documents"),
        t("reports.refused"),
        t("reports.received"),
        t("reports.fetched"),
        t("reports.waiting"),
        t("reports.failed"),
        t("reports.rejected"),
        t("reports.finished"),
        t("reports.on_time"),
        t("reports.late"),
        t("reports.open"),
        t("reports.share_on_time"),
    ];
}

function figures(row: ReportCounts): number[] {
    const got = row.received;
    return [
        row.sent.documents,
        row.sent.refused,
        got.count,
        got.fetched,
        got.waiting,
        got.failed,
        got.rejected,
        got.finished,
        got.on_time,
        got.late,
        got.open,
    ];
}

function Table(props: {
    title: string;
    first: string;
    rows: { key: string; name: JSX.Element | string; counts: ReportCounts }[];
}) {
    return (
        <section>
            <h2>{props.title}</h2>
            <div class="scroll" tabIndex={0} role="region" aria-label={props.title}>
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
                                {figures(row.counts).map((value) => (
                                    <td class="num">{numberText(value)}</td>
                                ))}
                                <td class="num">{share(row.counts.received.share_on_time)}</td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </section>
    );
}

function ShareText(props: { value: number | null }) {
    return props.value !== null && props.value > 1 ? (
        <span>
            <Sign level="warn" /> {t("reports.over")}
        </span>
    ) : (
        <span>{share(props.value)}</span>
    );
}

function Electronic(props: { report: Report; query: Record<string, string> }) {
    const { report, query } = props;
    const totals = totalsOf(query.totals);
    const formula = formulaOf(query.formula);
    const set = (code: string) => (event: Event) => {
        const changed = new Map(totals);
        changed.delete(code);
        const typed = totalsOf(`${code}:${(event.target as HTMLInputElement).value}`);
        go(linkTo("reports", "", { ...query, totals: totalsText(new Map([...changed, ...typed])) }));
    };
    const senders = report.agencies.filter((row) => row.sent.documents > 0 || totals.has(row.agency));
    return (
        <section>
            <h2>{t("reports.electronic")}</h2>
            <p>{formulaText(formula)}</p>
            <fieldset class="filters">
                <legend>{t("formula.choose")}</legend>
                {formula_terms.map((term) => (
                    <label key={term}>
                        <input
                            type="checkbox"
                            checked={formula.has(term)}
                            onChange={(event: Event) => {
                                const { checked } = event.target as HTMLInputElement;
                                go(linkTo("reports", "", { ...query, formula: formulaWith(formula, term, checked) }));
                            }}
                        />{" "}
                        <span>{t(term_words[term])}</span>
                    </label>
                ))}
            </fieldset>
            <p class="faint">{t("reports.electronic.formula")}</p>
            {report.is_cut ? (
                <p class="faint">{t("reports.electronic.cut")}</p>
            ) : (
                <table>
                    <thead>
                        <tr>
                            <th scope="col">{t("agency")}</th>
                            <th scope="col" class="num">
                                {t("reports.through_hub")}
                            </th>
                            <th scope="col" class="num">
                                {t(formula.has("paper") ? "formula.typed.paper" : "reports.all_sent")}
                            </th>
                            <th scope="col" class="num">
                                {t("reports.share_electronic")}
                            </th>
                        </tr>
                    </thead>
                    <tbody>
                        {senders.map((row) => (
                            <tr key={row.agency}>
                                <th scope="row">
                                    <Unit code={row.agency} name={row.name} />
                                </th>
                                <td class="num">{numberText(countedDocuments(row, formula))}</td>
                                <td class="num">
                                    <input
                                        type="number"
                                        min="1"
                                        max="999999999"
                                        class="short"
                                        value={String(totals.get(row.agency) ?? "")}
                                        aria-label={t("reports.total_of", { agency: row.name || row.agency })}
                                        onChange={set(row.agency)}
                                    />
                                </td>
                                <td class="num">
                                    <ShareText value={electronicShare(row, totals.get(row.agency), formula)} />
                                </td>
                            </tr>
                        ))}
                    </tbody>
                </table>
            )}
        </section>
    );
}

function Refusals(props: { report: Report }) {
    const refusals = [...props.report.refusals].sort((a, b) => b.count - a.count);
    return refusals.length ? (
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
                    {refusals.map((refusal) => (
                        <tr key={refusal.code}>
                            <th scope="row">
                                {said(refusal, "title")} <span class="code">{refusal.code}</span>
                            </th>
                            <td class="num">{numberText(refusal.count)}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    ) : null;
}

/** The page's tables one below the other. */
function savePage(report: Report, totals: Map<string, number>, formula: Formula): void {
    const lines = (rows: ({ name: string } & ReportCounts)[]) =>
        rows.map((row) => [row.name, ...figures(row), share(row.received.share_on_time)]);
    const shares = report.agencies.filter((row) => totals.has(row.agency));
    save(`report_${report.from}_${report.to}.csv`, [
        ...(report.is_cut ? [[t("reports.cut", { at: timeText(report.counted_until!, 0) })], []] : []),
        headings(t("reports.period")),
        ...lines(report.periods.map((row) => ({ ...row, name: row.period }))),
        [],
        headings(t("agency")),
        ...lines(report.agencies.map((row) => ({ ...row, name: `${row.agency} ${row.name}` }))),
        [],
        [t("cause"), t("count")],
        ...report.refusals.map((refusal) => [`${refusal.code}: ${said(refusal, "title")}`, refusal.count]),
        [],
        [formulaText(formula)],
        [
            t("agency"),
            t("reports.through_hub"),
            t(formula.has("paper") ? "formula.typed.paper" : "reports.all_sent"),
            t("reports.share_electronic"),
        ],
        ...shares.map((row) => [
            row.agency,
            countedDocuments(row, formula),
            totals.get(row.agency)!,
            report.is_cut ? "–" : share(electronicShare(row, totals.get(row.agency), formula)),
        ]),
    ]);
}

interface FilesProps {
    report: Report;
    totals: Map<string, number>;
    formula: Formula;
    path: string;
}

class Files extends Component<FilesProps, { fault: Refused | null }> {
    state: { fault: Refused | null } = { fault: null };

    /** A line for each period and agency: more than the page shows, so the hub writes it. */
    private saveAll = async () => {
        try {
            const text = await askText(`${this.props.path}&format=csv`);
            saveText(`report_${this.props.report.from}_${this.props.report.to}_units.csv`, text);
            this.setState({ fault: null });
        } catch (error) {
            this.setState({ fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "") });
        }
    };

    render() {
        return (
            <div>
                <p class="actions-row">
                    <button type="button" onClick={() => savePage(this.props.report, this.props.totals, this.props.formula)}>
                        {t("csv")}
                    </button>{" "}
                    <button type="button" onClick={() => void this.saveAll()}>
                        {t("reports.csv_units")}
                    </button>{" "}
                    <button type="button" onClick={() => print()}>
                        {t("print")}
                    </button>
                </p>
                {this.state.fault && <Trouble fault={this.state.fault} />}
            </div>
        );
    }
}

function lateText(counts: DeliveryCounts): string {
    return t("reports.late_by", {
        retrieval: numberText(counts.late_retrieval),
        arrival: numberText(counts.late_arrival),
        decision: numberText(counts.late_decision),
    });
}

function Counted(props: { report: Report; query: Record<string, string>; path: string }) {
    const { report, query } = props;
    const { total } = report;
    const shown: [string, string][] = [
        [t("reports.documents"), numberText(total.sent.documents)],
        [t("reports.refused"), numberText(total.sent.refused)],
        [t("reports.received"), numberText(total.received.count)],
        [t("reports.waiting"), numberText(total.received.waiting)],
        [t("reports.late"), numberText(total.received.late)],
        [t("reports.share_on_time"), share(total.received.share_on_time)],
    ];
    return (
        <div>
            {report.is_cut && (
                <p class="box box-warn">
                    <Sign level="warn" />
                    <span>{t("reports.cut", { at: timeText(report.counted_until!, 0) })}</span>
                </p>
            )}
            <dl class="figures">
                {shown.map(([name, value]) => (
                    <div>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
            </dl>
            <p class="faint">
                {t("reports.formula")} {lateText(total.received)}
            </p>
            <Files report={report} totals={totalsOf(query.totals)} formula={formulaOf(query.formula)} path={props.path} />
            <Table
                title={report.by === "day" ? t("reports.by_day") : t("reports.by_month")}
                first={t("reports.period")}
                rows={report.periods.map((row) => ({ key: row.period, name: periodName(row.period), counts: row }))}
            />
            <Table
                title={t("reports.by_agency")}
                first={t("agency")}
                rows={report.agencies.map((row) => ({
                    key: row.agency,
                    name: <Unit code={row.agency} name={row.name} />,
                    counts: row,
                }))}
            />
            <Refusals report={report} />
            <Electronic report={report} query={query} />
        </div>
    );
}

/** "2026-11-30", and such a day that there is. */
export function isDay(text: string): boolean {
    const at = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? new Date(`${text}T12:00:00Z`) : new Date(NaN);
    return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

function dayOf(at: number): string {
    return new Date(at).toLocaleDateString("en-CA", { timeZone: zone });
}

/** The first and the last day of the month before this day's. */
export function monthBefore(day: string): { from: string; to: string } {
    const last = new Date(Date.parse(day.slice(0, 8) + "01") - day_ms).toISOString().slice(0, 10);
    return { from: last.slice(0, 8) + "01", to: last };
}

/** What else was asked goes on for another period; the totals were typed for this one. */
export function forPeriod(query: Record<string, string>, next: { from: string; to: string }): Record<string, string> {
    const is_same = query.from === next.from && query.to === next.to;
    return { ...query, ...next, totals: is_same ? (query.totals ?? "") : "" };
}

function shownDay(day: string): string {
    return isDay(day) ? dateText(`${day}T12:00:00+07:00`) : day;
}

function Reports(props: { place: Place }) {
    const { query } = props.place;
    const today = dayOf(Date.now()),
        from = query.from || today.slice(0, 8) + "01",
        to = query.to || today,
        by = stepOf(from, to, query.by);
    const shown = { ...query, from, to };
    const typed = (event: Event) => (event.target as HTMLInputElement).value.trim();
    const set = (name: string) => (event: Event) => go(linkTo("reports", "", { ...shown, [name]: typed(event) }));
    const setDay = (name: "from" | "to") => (event: Event) =>
        go(linkTo("reports", "", forPeriod(shown, { from, to, [name]: typed(event) })));
    const periods: [string, { from: string; to: string }][] = [
        [t("reports.today"), { from: today, to: today }],
        [t("reports.month"), { from: today.slice(0, 8) + "01", to: today }],
        [t("reports.month_before"), monthBefore(today)],
        [t("reports.year"), { from: today.slice(0, 5) + "01-01", to: today }],
    ];
    const path = "/v1/reports" + queryText({ from, to, by, agency: query.agency });
    return (
        <div>
            <Heading
                title={t("reports.title")}
                text={t("reports.hint", { from: shownDay(from), to: shownDay(to) })}
            />
            <form class="filters" onSubmit={(event: Event) => event.preventDefault()} aria-label={t("filters")}>
                <label>
                    <span>{t("filter.since")}</span>
                    <input type="date" value={from} required onChange={setDay("from")} />
                </label>
                <label>
                    <span>{t("filter.until")}</span>
                    <input type="date" value={to} required onChange={setDay("to")} />
                </label>
                <label>
                    <span>{t("reports.by")}</span>
                    <select value={by} onChange={set("by")}>
                        <option value="day">{t("reports.by_day")}</option>
                        <option value="month">{t("reports.by_month")}</option>
                    </select>
                </label>
                <label>
                    <span>{t("agency")}</span>
                    <input type="text" value={query.agency ?? ""} spellcheck={false} onChange={set("agency")} />
                </label>
                {periods.map(([name, period]) => (
                    <a class="button" href={linkTo("reports", "", forPeriod({ ...shown, by: "" }, period))}>
                        {name}
                    </a>
                ))}
            </form>
            <Loaded<Report>
                path={path}
                show={(report) =>
                    report.agencies.length || report.is_cut ? (
                        <Counted report={report} query={shown} path={path} />
                    ) : (
                        <Empty title={t("reports.none")} text={t("reports.none.text")} />
                    )
                }
            />
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
