// Operations: one act on many deliveries. First what it would touch, then, with a reason, the run; it goes on without the page.
import { Component, h } from "preact";
import { change, DeliverySample, Refused } from "./hub";
import { Level } from "./levels";
import { Loaded } from "./loaded";
import { Approval, Undo } from "./operation_waits";
import { Outcome, outcomeRows } from "./outcome";
import { Page } from "./pages";
import { ParkedLine } from "./parked";
import { Ask, checkLength, Empty, Heading, Sign, Trouble, Unit, Waiting, When } from "./parts";
import { go, linkTo, Place, queryText } from "./place";
import { Sample } from "./sample";
import { may } from "./session";
import { feed } from "./state";
import { numberText, percentText, timeText } from "./time";
import { t, Word } from "./words";

type Filter = Record<"state" | "cause" | "sender" | "receiver" | "id" | "number" | "since" | "until", string | null>;

export interface Operation {
    operation: number;
    act: string;
    filter: Filter;
    expected: number;
    per_second: number;
    actor: string;
    reason: string;
    state: string;
    done: number;
    left_alone: number | null;
    starts_at: string | null;
    decided_by: string | null; // Who approved it, or cancelled it before it began.
    decision: string | null;
    decided_at: string | null;
    count?: number; // Of one that needs approval: how many it would touch now.
    asked_at: string;
    changed_at: string;
    outcome?: Outcome; // Of one operation alone.
}

interface Preview {
    act: string;
    filter: Filter;
    seen: string;
    count: number;
    is_cut: boolean;
    looked_at: number;
    sent_again: number;
    sample: DeliverySample[];
}

const asked = ["act", "state", "cause", "sender", "receiver", "id", "number", "since", "until"];
const act_words: Record<string, Word> = { retry: "act.retry", park: "act.park", release: "act.release" };
const state_words: Record<string, Word> = {
    running: "operation.running",
    stopped: "operation.stopped",
    done: "operation.done",
    waiting: "operation.waiting",
    needs_approval: "operation.needs_approval",
    lapsed: "operation.lapsed",
};
const filter_words: Record<keyof Filter, Word> = {
    state: "filter.state",
    cause: "cause",
    sender: "filter.sender",
    receiver: "filter.receiver",
    id: "document.envelope",
    number: "document.number",
    since: "filter.since",
    until: "filter.until",
};
const standing_words: Record<string, Word> = {
    waiting: "standing.waiting",
    failed: "standing.failed",
    parked: "standing.parked",
    at_adapter: "standing.at_adapter",
};

export function actText(act: string): string {
    return act_words[act] ? t(act_words[act]) : act;
}

function Chosen(props: { filter: Filter }) {
    const names = (Object.keys(filter_words) as (keyof Filter)[]).filter((name) => props.filter[name]);
    return (
        <dl class="facts">
            {names.map((name) => {
                const value = props.filter[name] as string;
                return (
                    <div>
                        <dt>{t(filter_words[name])}</dt>
                        <dd>
                            {name === "state" && standing_words[value] ? t(standing_words[value]) : null}
                            {name === "sender" || name === "receiver" ? <Unit code={value} /> : null}
                            {name === "state" || name === "sender" || name === "receiver"
                                ? null
                                : name === "cause" && value === "none"
                                  ? t("parked.before")
                                  : name === "since" || name === "until"
                                    ? timeText(value)
                                    : value}
                        </dd>
                    </div>
                );
            })}
        </dl>
    );
}

interface State {
    preview: Preview | null;
    fault: Refused | null;
    is_busy: boolean;
}

/** What would be touched. The same preview is run once, however often the button is pressed. */
class New extends Component<{ query: Record<string, string> }, State> {
    state: State = { preview: null, fault: null, is_busy: false };
    private key = "";

    componentDidMount() {
        void this.look();
    }

    private wish(): Record<string, string> {
        return Object.fromEntries(
            Object.entries(this.props.query).filter(([name, value]) => asked.includes(name) && value),
        );
    }

    private fail(error: unknown) {
        const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
        this.setState({ fault, is_busy: false });
    }

    private look = async () => {
        this.key = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
        this.setState({ preview: null, fault: null });
        try {
            this.setState({ preview: await change<Preview>("POST", "/v1/operations/preview", this.wish()) });
        } catch (error) {
            this.fail(error);
        }
    };

    private run = async (event: Event) => {
        event.preventDefault();
        const { preview } = this.state;
        if (!preview) return;
        const form = new FormData(event.target as HTMLFormElement);
        this.setState({ is_busy: true, fault: null });
        try {
            const begun = await change<Operation>(
                "POST",
                "/v1/operations",
                {
                    ...this.wish(),
                    seen: preview.seen,
                    expect: preview.count,
                    reason: String(form.get("reason")).trim(),
                    per_second: Number(form.get("per_second")),
                },
                { once: this.key },
            );
            go(linkTo("operations", String(begun.operation)));
        } catch (error) {
            this.fail(error);
        }
    };

    render() {
        const { preview, fault, is_busy } = this.state;
        const act = actText(this.props.query.act ?? "");
        return (
            <div>
                <Heading title={act || t("operations.title")} text={t("operation.preview")} />
                {fault && <Trouble fault={fault} again={() => void this.look()} />}
                {!preview && !fault && <Waiting />}
                {preview && (
                    <div>
                        <p class="verdict" role="status">
                            <span>{t("operation.count", { count: numberText(preview.count) })}</span>
                        </p>
                        <Chosen filter={preview.filter} />
                        {preview.sent_again > 0 && (
                            <p class="box box-warn">
                                <Sign level="warn" />
                                <span>
                                    {t("operation.sent_again", {
                                        count: numberText(preview.sent_again),
                                        of: numberText(preview.looked_at),
                                    })}
                                </span>
                            </p>
                        )}
                        {preview.is_cut ? (
                            <p class="box box-warn">
                                <Sign level="warn" />
                                <span>{t("operation.too_many")}</span>
                            </p>
                        ) : preview.count === 0 ? (
                            <Empty title={t("operation.nothing")} text={t("operation.nothing.text")} />
                        ) : (
                            <form class="filters" onSubmit={this.run}>
                                <label class="grow">
                                    <span>{t("reason")}</span>
                                    <input name="reason" required autocomplete="off" onInput={checkLength} />
                                </label>
                                <label>
                                    <span>{t("operation.per_second")}</span>
                                    <input name="per_second" type="number" min="1" max="1000" value="100" required />
                                </label>
                                <button class="main" type="submit" disabled={is_busy}>
                                    {t("operation.run", { act, count: numberText(preview.count) })}
                                </button>
                            </form>
                        )}
                        {preview.sample.length > 0 && <Sample lines={preview.sample} count={preview.count} />}
                    </div>
                )}
            </div>
        );
    }
}

function levelOf(operation: Operation): Level {
    if (operation.state === "cancelled" || operation.state === "lapsed") return "none";
    return operation.state === "done" ? "ok" : operation.state === "running" ? "note" : "warn";
}

function Progress(props: { operation: Operation }) {
    const { operation } = props;
    const share = operation.state === "done" ? 1 : operation.expected ? operation.done / operation.expected : 0;
    return (
        <span class="row">
            <progress
                max={String(operation.expected || 1)}
                value={String(operation.state === "done" ? operation.expected || 1 : operation.done)}
                aria-label={t("operation.progress")}
            />
            <span class="num">{percentText(share)}</span>
        </span>
    );
}

function StateOf(props: { operation: Operation }) {
    const { state, decided_by, actor, starts_at } = props.operation;
    // What has a time to begin was approved, or needed it not.
    const is_refused = decided_by !== actor && !starts_at;
    const word = state === "cancelled" ? (is_refused ? "operation.refused" : "operation.undone") : state_words[state];
    return (
        <span class="station nowrap">
            <Sign level={levelOf(props.operation)} label="" />
            {word ? t(word) : state}
        </span>
    );
}

function WhereNow(props: { operation: Operation }) {
    const { operation } = props;
    const rows = outcomeRows(operation);
    if (!rows.length) return null;
    return (
        <section aria-labelledby="outcome">
            <h2 id="outcome">{t("outcome.title")}</h2>
            <dl class="figures">
                {rows.map(([word, count, standing]) => (
                    <div>
                        <dt>{t(word)}</dt>
                        <dd class={standing === "failed" ? "text-bad" : ""}>
                            {standing ? (
                                <a
                                    href={linkTo("documents", "", {
                                        operation: String(operation.operation),
                                        standing,
                                        kind: "all",
                                    })}
                                >
                                    {numberText(count)}
                                </a>
                            ) : (
                                numberText(count)
                            )}
                        </dd>
                    </div>
                ))}
            </dl>
            {operation.outcome?.is_cut && (
                <p class="faint">{t("outcome.cut", { count: numberText(operation.outcome.counted) })}</p>
            )}
            {(operation.outcome?.failed || operation.outcome?.parked) ? (
                <p>
                    <a href={linkTo("failures")}>{t("failures.title")}</a>
                </p>
            ) : null}
        </section>
    );
}

function One(props: { operation: Operation; again: () => void }) {
    const { operation } = props;
    const turn = (way: "stop" | "resume" | "approve", more: Record<string, string> = {}) => async (reason: string) => {
        await change("POST", `/v1/operations/${operation.operation}/${way}${queryText({ reason, ...more })}`);
        props.again();
    };
    const decided = operation.state === "cancelled" ? "operation.cancelled_by" : "operation.approved_by";
    const rows: [string, JSX.Element | string][] = [
        [t("operation.expected"), numberText(operation.expected)],
        [t("operation.touched"), numberText(operation.done)],
        [t("operation.left_alone"), operation.left_alone === null ? "–" : numberText(operation.left_alone)],
        [t("operation.per_second"), numberText(operation.per_second)],
        [t("audit.actor"), operation.actor],
        [t("audit.reason"), operation.reason],
        [t("operation.asked_at"), <When at={operation.asked_at} />],
        [t("operation.changed_at"), <When at={operation.changed_at} />],
    ];
    if (operation.decided_by)
        rows.push([
            t(decided),
            <span>
                {operation.decided_by}, <When at={operation.decided_at} />: {operation.decision}
            </span>,
        ]);
    return (
        <div>
            <Heading
                title={`${actText(operation.act)} – ${t("operation.number", { number: operation.operation })}`}
                text={operation.state === "running" || operation.state === "waiting" ? t("operation.goes_on") : ""}
            >
                {operation.state === "running" && (
                    <Ask
                        key="stop"
                        label={t("operation.stop")}
                        title={t("operation.stop")}
                        field="reason"
                        is_danger
                        submit={turn("stop")}
                    />
                )}
                {operation.state === "stopped" && (
                    <Ask
                        key="resume"
                        label={t("operation.resume")}
                        title={t("operation.resume")}
                        field="reason"
                        submit={turn("resume")}
                    />
                )}
            </Heading>
            <p class={`verdict verdict-${levelOf(operation)}`} role="status">
                <StateOf operation={operation} /> <Progress operation={operation} />
            </p>
            {operation.state === "waiting" && <Undo operation={operation} again={props.again} />}
            {operation.state === "needs_approval" && (
                <Approval
                    operation={operation}
                    approve={turn("approve", { expect: String(operation.count ?? operation.expected) })}
                    stop={turn("stop")}
                />
            )}
            <dl class="facts">
                {rows.map(([name, value]) => (
                    <div>
                        <dt>{name}</dt>
                        <dd>{value}</dd>
                    </div>
                ))}
            </dl>
            <WhereNow operation={operation} />
            <h2>{t("operation.chosen")}</h2>
            <Chosen filter={operation.filter} />
            <p>
                <a href={linkTo("operations")}>{t("operations.all")}</a>
            </p>
        </div>
    );
}

function List(props: { operations: Operation[]; has_more: boolean }) {
    const { operations } = props;
    if (!operations.length) return <Empty title={t("operations.none")} text={t("operations.none.text")} />;
    return (
        <div>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("operation.what")}</th>
                        <th scope="col">{t("filter.state")}</th>
                        <th scope="col">{t("operation.progress")}</th>
                        <th scope="col" class="num">
                            {t("operation.touched")}
                        </th>
                        <th scope="col">{t("audit.actor")}</th>
                        <th scope="col">{t("audit.reason")}</th>
                        <th scope="col">{t("operation.asked_at")}</th>
                    </tr>
                </thead>
                <tbody>
                    {operations.map((operation) => (
                        <tr key={String(operation.operation)}>
                            <th scope="row">
                                <a class="row-link" href={linkTo("operations", String(operation.operation))}>
                                    {operation.operation}. {actText(operation.act)}
                                </a>
                            </th>
                            <td>
                                <StateOf operation={operation} />
                            </td>
                            <td>
                                <Progress operation={operation} />
                            </td>
                            <td class="num nowrap">
                                {numberText(operation.done)} / {numberText(operation.expected)}
                            </td>
                            <td>
                                {operation.actor}
                                {operation.decided_by && operation.decided_by !== operation.actor && (
                                    <span class="faint block">
                                        {t(operation.state === "cancelled" ? "operation.cancelled_by" : "operation.approved_by")}:{" "}
                                        {operation.decided_by}
                                    </span>
                                )}
                            </td>
                            <td>
                                <span class="subject">{operation.reason}</span>
                            </td>
                            <td class="nowrap">
                                <When at={operation.asked_at} />
                            </td>
                        </tr>
                    ))}
                </tbody>
            </table>
            {props.has_more && (
                <nav aria-label={t("paging")} class="paging">
                    <a
                        class="button"
                        href={linkTo("operations", "", { before: String(operations[operations.length - 1].operation) })}
                    >
                        {t("paging.older")}
                    </a>
                </nav>
            )}
        </div>
    );
}

function Operations(props: { place: Place }) {
    const { name, query } = props.place;
    if (name === "new") return <New query={query} />;
    if (name)
        return (
            <Loaded<Operation>
                path={`/v1/operations/${encodeURIComponent(name)}`}
                every={1}
                on="operation"
                missing={t("missing.operation")}
                show={(operation, again) => <One operation={operation} again={again} />}
            />
        );
    return (
        <div>
            <Heading title={t("operations.title")} text={t("operations.hint")} />
            <ParkedLine />
            <Loaded<{ operations: Operation[]; has_more: boolean }>
                path={"/v1/operations" + queryText({ before: query.before, count: "50" })}
                every={5}
                on="operation"
                show={(answer) => <List operations={answer.operations} has_more={answer.has_more} />}
            />
        </div>
    );
}

export const operationsPage: Page = {
    id: "operations",
    title: "operations.title",
    key: "o",
    group: "group.now",
    isShown: () => may("operate") && feed.offers_operations,
    view: (place) => <Operations place={place} />,
};
