// Who is late, by the terms of the hub's settings, and that somebody has told them so.
import { Component, h } from "preact";
import { askText, change, OpenDuty, Overdue, Refused, Reminder } from "./hub";
import { Contacts } from "./contacts";
import { saveText } from "./csv";
import { Loaded } from "./loaded";
import { Ago, Ask, Empty, Trouble, Unit } from "./parts";
import { linkTo } from "./place";
import { may, whoAmI } from "./session";
import { durationText, numberText, timeText } from "./time";
import { t, Word } from "./words";

const late_rows_max = 8;

export const means: [Reminder["by"], Word][] = [
    ["phone", "remind.by.phone"],
    ["mail", "remind.by.mail"],
    ["message", "remind.by.message"],
    ["other", "remind.by.other"],
];

export const duty_words: Record<Overdue["duty"], Word> = {
    retrieval: "missing.fetch",
    arrival: "missing.01",
    decision: "missing.answer",
    change_answer: "missing.change",
};

/** "due in 2 h", "late by 3 h". */
export function dueText(owes: OpenDuty): string {
    const seconds = (Date.now() - Date.parse(owes.due_at)) / 1000;
    return owes.level === "late" || owes.level === "very_late"
        ? t("duty.late", { time: durationText(Math.max(0, seconds)) })
        : t("duty.due_in", { time: durationText(Math.max(0, -seconds)) });
}

export function dutyText(owes: OpenDuty): string {
    return `${t(duty_words[owes.duty])}, ${dueText(owes)}`;
}

function Reminded(props: { late: Overdue }) {
    const { count, count_is_bound, last_at } = props.late.reminded;
    if (!count || !last_at) return <span class="faint">–</span>;
    return (
        <span>
            {t("reminded.times", { count: (count_is_bound ? "≥ " : "") + numberText(count), time: timeText(last_at) })}
        </span>
    );
}

function Remind(props: { late: Overdue; again: () => void }) {
    const { late } = props;
    return (
        <Ask
            label={t("remind")}
            title={t("remind.title", { name: late.name || late.agency })}
            hint={t("remind.hint")}
            field="note"
            submit={async (note, form) => {
                const by = String(form.get("by"));
                await change("POST", `/v1/agencies/${encodeURIComponent(late.agency)}/remind`, { duty: late.duty, by, note });
                props.again();
            }}
        >
            <label>
                {t("remind.by")}
                <select name="by">
                    {means.map(([value, word]) => (
                        <option value={value}>{t(word)}</option>
                    ))}
                </select>
            </label>
        </Ask>
    );
}

/** A line for each document, more than the page shows: the hub writes it. */
export class SaveList extends Component<{ path: string; file: string; label: string }, { fault: Refused | null }> {
    state: { fault: Refused | null } = { fault: null };

    private save = async () => {
        try {
            saveText(this.props.file, await askText(this.props.path));
            this.setState({ fault: null });
        } catch (error) {
            this.setState({ fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "") });
        }
    };

    render() {
        return (
            <div>
                <button type="button" class="small" onClick={this.save}>
                    {this.props.label}
                </button>
                {this.state.fault && <Trouble fault={this.state.fault} />}
            </div>
        );
    }
}

/** By the terms of the hub's settings, in working time. */
export function Late() {
    return (
        <section aria-labelledby="late">
            <h2 id="late">{t(whoAmI()?.agency ? "today.late.own.title" : "today.late")}</h2>
            <Loaded<{ overdue: Overdue[] }>
                path="/v1/overdue"
                every={30}
                show={({ overdue }, again) => {
                    const own = whoAmI()?.agency;
                    if (!overdue.length)
                        return own ? (
                            <Empty title={t("today.late.own.none")} text={t("own_only")} />
                        ) : (
                            <Empty title={t("today.late.none")} text={t("today.late.none.text")} />
                        );
                    return (
                        <div>
                            <table>
                                <thead>
                                    <tr>
                                        <th scope="col">{t("agency")}</th>
                                        <th scope="col">{t("receipts.missing")}</th>
                                        <th scope="col" class="num">
                                            {t("count")}
                                        </th>
                                        <th scope="col">{t("today.due")}</th>
                                        <th scope="col">{t("reminded")}</th>
                                        {may("remind") && <th scope="col">{t("user.actions")}</th>}
                                    </tr>
                                </thead>
                                <tbody>
                                    {overdue.slice(0, late_rows_max).map((late) => (
                                        <tr key={`${late.agency} ${late.duty} ${late.urgent}`}>
                                            <th scope="row">
                                                <Unit code={late.agency} name={late.name} short />
                                                <Contacts contacts={late.contacts} count={2} />
                                            </th>
                                            <td>
                                                {t(duty_words[late.duty])}
                                                {late.urgent && <strong> · {t("today.urgent")}</strong>}
                                            </td>
                                            <td class="num">
                                                <a
                                                    class="row-link"
                                                    href={linkTo("documents", "", {
                                                        receiver: late.agency,
                                                        overdue: "true",
                                                        owed: late.duty,
                                                    })}
                                                >
                                                    {late.count_is_bound && "≥ "}
                                                    {numberText(late.count)}
                                                </a>
                                            </td>
                                            <td>
                                                <Ago at={late.oldest_due} />
                                            </td>
                                            <td>
                                                <Reminded late={late} />
                                            </td>
                                            {may("remind") && (
                                                <td>
                                                    <Remind late={late} again={again} />
                                                </td>
                                            )}
                                        </tr>
                                    ))}
                                </tbody>
                            </table>
                            <p class="faint">
                                {overdue.length > late_rows_max ? (
                                    <a href={linkTo("documents", "", { overdue: "true" })}>
                                        {t("today.late.all", { count: overdue.length - late_rows_max })}
                                    </a>
                                ) : (
                                    t(own ? "today.late.own" : "today.late.phone")
                                )}
                            </p>
                            <SaveList path="/v1/overdue?format=csv" file="overdue.csv" label={t("remind.csv")} />
                        </div>
                    );
                }}
            />
        </section>
    );
}
