// Receipts: each document against each of its receivers, and what has not come back yet.
import { h } from "preact";
import { Codes, instant, Onward, owed_choices } from "./documents";
import { Delivery, DocumentRow, Found } from "./hub";
import { dutyText, SaveList } from "./late";
import { levelOfDelivery } from "./levels";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { isParked } from "./parked";
import { Empty, Heading, numberOf, Sign } from "./parts";
import { go, linkTo, Place, queryText } from "./place";
import { feed } from "./state";
import { numberText, timeText } from "./time";
import { said, t } from "./words";

const columns_max = 12;

function Cell(props: { delivery: Delivery | undefined }) {
    const { delivery } = props;
    if (!delivery)
        return (
            <td class="cell cell-empty">
                <span class="unseen">{t("receipts.not_sent")}</span>
            </td>
        );
    const { owes } = delivery;
    const level = owes && levelOfDelivery(delivery) === "ok" ? "none" : levelOfDelivery(delivery);
    const parked = isParked(delivery) && t("standing.parked");
    const text = [said(delivery, "label"), parked, timeText(delivery.changed_at), owes && dutyText(owes)]
        .filter(Boolean)
        .join(" · ");
    return (
        <td class={`cell cell-${level}`} title={text}>
            <Sign level={level} label={text} />
            <span class="cell-code" aria-hidden="true">
                {parked ? "‖" : (short_state[delivery.state] ?? delivery.state)}
            </span>
        </td>
    );
}

const short_state: Record<string, string> = { accepted: "…", queued: "…", failed: "!", retrieved: "↓" };

function columnsOf(documents: DocumentRow[]): { shown: string[]; others: number } {
    const counts = new Map<string, number>();
    for (const document of documents)
        for (const delivery of document.deliveries)
            counts.set(delivery.receiver, (counts.get(delivery.receiver) ?? 0) + 1);
    const sorted = [...counts.entries()].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([code]) => code);
    return { shown: sorted.slice(0, columns_max), others: Math.max(0, sorted.length - columns_max) };
}

function Matrix(props: { documents: DocumentRow[] }) {
    const { documents } = props;
    const { shown, others } = columnsOf(documents);
    return (
        <div class="scroll" tabIndex={0} role="group" aria-label={t("receipts.title")}>
            <table class="matrix">
                <thead>
                    <tr>
                        <th scope="col">{t("document.number")}</th>
                        {shown.map((code) => (
                            <th scope="col" class="column" title={code}>
                                <span>{feed.agency(code)?.name || code}</span>
                            </th>
                        ))}
                        {others > 0 && <th scope="col">{t("receipts.others", { count: others })}</th>}
                        <th scope="col">{t("receipts.missing")}</th>
                    </tr>
                </thead>
                <tbody>
                    {documents.map((document) => {
                        const owed = document.deliveries.filter((delivery) => delivery.owes).length;
                        return (
                            <tr key={String(document.seq)}>
                                <th scope="row">
                                    <a
                                        class="row-link"
                                        href={linkTo("story", String(document.seq))}
                                        title={document.subject}
                                    >
                                        {numberOf(document)}
                                    </a>
                                    <span class="code block">{document.sender}</span>
                                </th>
                                {shown.map((code) => (
                                    <Cell delivery={document.deliveries.find((one) => one.receiver === code)} />
                                ))}
                                {others > 0 && (
                                    <td class="num">
                                        {numberText(
                                            document.deliveries.filter((one) => !shown.includes(one.receiver)).length,
                                        )}
                                    </td>
                                )}
                                <td class="num">
                                    {owed
                                        ? t("receipts.owed", { count: owed, of: document.deliveries.length })
                                        : t("receipts.complete")}
                                </td>
                            </tr>
                        );
                    })}
                </tbody>
            </table>
        </div>
    );
}

/** Only what the hub knows: a link of a person can have anything. */
export function receiptsPath(query: Record<string, string>, more: Record<string, string>): string {
    const { sender, receiver, since, until, owed } = instant(query);
    return "/v1/receipts" + queryText({ sender, receiver, since, until, owed, ...more });
}

function Receipts(props: { place: Place }) {
    const { query } = props.place;
    const set = (name: string) => (event: Event) =>
        go(linkTo("receipts", "", { ...query, [name]: (event.target as HTMLInputElement).value.trim(), before: "" }));
    return (
        <div>
            <Heading title={t("receipts.title")} text={t("receipts.hint")} />
            <form class="filters" onSubmit={(event: Event) => event.preventDefault()} aria-label={t("filters")}>
                <label>
                    <span>{t("filter.sender")}</span>
                    <input list="codes" maxLength={100} value={query.sender ?? ""} onChange={set("sender")} />
                </label>
                <label>
                    <span>{t("filter.receiver")}</span>
                    <input list="codes" maxLength={100} value={query.receiver ?? ""} onChange={set("receiver")} />
                </label>
                <label>
                    <span>{t("filter.since")}</span>
                    <input type="date" value={query.since ?? ""} onChange={set("since")} />
                </label>
                <label>
                    <span>{t("receipts.only")}</span>
                    <select value={query.owed ?? ""} onChange={set("owed")}>
                        <option value="">{t("receipts.only.all")}</option>
                        {owed_choices.map(([value, word]) => (
                            <option value={value}>{t(word)}</option>
                        ))}
                    </select>
                </label>
            </form>
            <Codes />
            <Loaded<Found>
                path={receiptsPath(query, { before: query.before ?? "", count: "50" })}
                every={15}
                show={(found) => {
                    const documents = found.documents.filter((document) => document.deliveries.length > 0);
                    return (
                        <div>
                            <p class="count" role="status">
                                {t("receipts.count", { count: numberText(documents.length) })}
                            </p>
                            <SaveList
                                path={receiptsPath(query, { format: "csv" })}
                                file="receipts-missing.csv"
                                label={t("receipts.csv")}
                            />
                            {documents.length ? (
                                <Matrix documents={documents} />
                            ) : (
                                <Empty title={t("receipts.none")} text={t("receipts.none.text")} />
                            )}
                            <p class="legend faint">
                                <Sign level="ok" label="" /> {t("receipts.key.ok")} <Sign level="none" label="" />{" "}
                                {t("receipts.key.open")} <Sign level="note" label="" /> {t("receipts.key.soon")}{" "}
                                <Sign level="warn" label="" /> {t("receipts.key.late")}{" "}
                                <Sign level="bad" label="" /> {t("receipts.key.bad")}
                            </p>
                            <Onward found={found} page="receipts" query={query} />
                        </div>
                    );
                }}
            />
        </div>
    );
}

export const receiptsPage: Page = {
    id: "receipts",
    title: "receipts.title",
    key: "r",
    group: "group.documents",
    view: (place) => <Receipts place={place} />,
};
