// The small parts that pages are made of.
import { Component, h } from "preact";
import { inPages } from "./commands";
import { Delivery, DocumentRow, Refused } from "./hub";
import { Level, levelOfDelivery, Phase, phaseOf, phases } from "./levels";
import { linkTo } from "./place";
import { feed, isTyping, takeArrival } from "./state";
import { durationText, exactText, numberText, secondsSince, timeText } from "./time";
import { language, said, t, Word } from "./words";

type Child = JSX.Element | string | number | null | false | undefined;

const level_words: Record<Level, Word> = {
    ok: "level.ok",
    note: "level.note",
    warn: "level.warn",
    bad: "level.bad",
    none: "level.none",
};

export function levelText(level: Level): string {
    return t(level_words[level]);
}

/** A shape for each level, so that none depends on its colour. With an empty label the words beside it say it all. */
export function Sign(props: { level: Level; label?: string }) {
    const shapes: Record<Level, JSX.Element> = {
        ok: (
            <g>
                <circle cx="8" cy="8" r="7" />
                <path class="cut" d="M4.6 8.3 7 10.7l4.4-5" />
            </g>
        ),
        note: (
            <g>
                <circle cx="8" cy="8" r="7" />
                <path class="cut" d="M8 7.2v4.2M8 4.4v.3" />
            </g>
        ),
        warn: (
            <g>
                <path d="M8 1 15.4 14.4H.6z" />
                <path class="cut" d="M8 5.8v4M8 12v.3" />
            </g>
        ),
        bad: (
            <g>
                <path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z" />
                <path class="cut" d="m5.4 5.4 5.2 5.2m0-5.2-5.2 5.2" />
            </g>
        ),
        none: <circle class="hollow" cx="8" cy="8" r="6" />,
    };
    const label = props.label ?? levelText(props.level);
    return (
        <svg
            class={`sign sign-${props.level}`}
            viewBox="0 0 16 16"
            width="16"
            height="16"
            role={label ? "img" : undefined}
            aria-label={label || undefined}
            aria-hidden={label ? undefined : "true"}
        >
            {shapes[props.level]}
        </svg>
    );
}

/** The hub counts octets: a Vietnamese letter has up to three. */
export function checkLength(event: Event) {
    const input = event.currentTarget as HTMLInputElement;
    input.setCustomValidity(new TextEncoder().encode(input.value).length > 300 ? t("text.too_long") : "");
}

export function When(props: { at: string | null | undefined }) {
    return props.at ? (
        <time dateTime={props.at} title={exactText(props.at)}>
            {timeText(props.at)}
        </time>
    ) : (
        <span class="faint">{t("never")}</span>
    );
}

export function Ago(props: { at: string | null | undefined }) {
    return props.at ? (
        <time dateTime={props.at} title={exactText(props.at)}>
            {t("ago", { time: durationText(secondsSince(props.at)) })}
        </time>
    ) : (
        <span class="faint">{t("never")}</span>
    );
}

/** How long something waits, and how bad that is. */
export function Age(props: { seconds: number; level: Level }) {
    const { level } = props;
    return (
        <span class={`age text-${level}`}>
            {level === "ok" ? null : <Sign level={level} label={t("late")} />}
            {durationText(props.seconds)}
        </span>
    );
}

/** Name first, for people; the code beside it. */
export function Unit(props: { code: string; name?: string; short?: boolean }) {
    const known = feed.agency(props.code);
    const name = props.name || known?.name || "";
    const label = name && name !== props.code ? name : "";
    const text = (
        <span class="unit">
            {label && <span class="unit-name">{label}</span>}
            {(!label || !props.short) && <span class="code">{props.code}</span>}
        </span>
    );
    return known ? (
        <a href={linkTo("agencies", known.code)} title={props.code}>
            {text}
        </a>
    ) : (
        text
    );
}

export function Station(props: { delivery: Delivery }) {
    const level = levelOfDelivery(props.delivery);
    return (
        <span class={`station text-${level}`}>
            <Sign level={phaseOf(props.delivery) === "waiting" && level === "ok" ? "none" : level} label="" />
            {said(props.delivery, "label")}
        </span>
    );
}

const phase_words: Record<Phase, Word> = {
    failed: "phase.failed",
    rejected: "phase.rejected",
    waiting: "phase.waiting",
    fetched: "phase.fetched",
    finished: "phase.finished",
    withdrawn: "phase.withdrawn",
};

export function phaseText(phase: Phase): string {
    return t(phase_words[phase]);
}

/** How far a document is at all its receivers: a bar and the same in words. */
export function Spread(props: { document: DocumentRow }) {
    if (props.document.refusal)
        return (
            <span class="station text-bad">
                <Sign level="bad" label="" />
                {said(props.document.refusal, "title")}
            </span>
        );
    const deliveries = props.document.deliveries;
    if (!deliveries.length) return <span class="faint">{t("none")}</span>;
    const counts = phases
        .map((phase) => ({ phase, count: deliveries.filter((d) => phaseOf(d) === phase).length }))
        .filter(({ count }) => count > 0);
    let x = 0;
    return (
        <span class="spread">
            <svg class="bar" viewBox="0 0 60 8" width="60" height="8" aria-hidden="true">
                {counts.map(({ phase, count }) => {
                    const width = (60 * count) / deliveries.length;
                    x += width;
                    return <rect class={`phase-${phase}`} x={x - width} y="0" width={width} height="8" />;
                })}
            </svg>
            <span>{counts.map(({ phase, count }) => `${numberText(count)} ${phaseText(phase)}`).join(" · ")}</span>
        </span>
    );
}

export function numberOf(document: DocumentRow): string {
    return (
        [document.number, document.notation].filter(Boolean).join("/") ||
        document.document_id ||
        t("document.unnumbered", { seq: document.seq })
    );
}

const urgency_words: Word[] = ["urgency.0", "urgency.1", "urgency.2", "urgency.3", "urgency.4"];

export function Urgency(props: { urgency: number }) {
    return props.urgency > 0 ? (
        <span class="tag tag-urgent">{t(urgency_words[props.urgency] ?? "urgency.4")}</span>
    ) : null;
}

export function Trouble(props: { fault: Refused; again?: () => void }) {
    const { fault } = props;
    const title =
        fault.status === 0
            ? t("trouble.unreachable")
            : fault.status === 401 || fault.status === 403
              ? fault.title || t("trouble.denied")
              : fault.title || t("trouble.other");
    const remedy = fault.status === 0 ? t("trouble.unreachable.remedy") : inPages(fault.remedy);
    return (
        <div class="box box-bad" role="alert">
            <Sign level="bad" />
            <div>
                <strong>{title}</strong>
                {remedy && <p>{remedy}</p>}
                {(fault.code || fault.field || fault.detail) && fault.status !== 0 && (
                    <p class="faint code">{[fault.code, fault.field, fault.detail].filter(Boolean).join(" · ")}</p>
                )}
                {props.again && (
                    <button type="button" onClick={props.again}>
                        {t("try_again")}
                    </button>
                )}
            </div>
        </div>
    );
}

export function Waiting() {
    return (
        <p class="faint waiting" role="status">
            {t("loading")}
        </p>
    );
}

export function Empty(props: { title: string; text?: string }) {
    return (
        <div class="empty">
            <strong>{props.title}</strong>
            {props.text && <p>{props.text}</p>}
        </div>
    );
}

/** Takes the focus when somebody has just come to its page, unless they are typing already: pages may come late. */
export class Heading extends Component<{ title: string; text?: string; children?: any }, {}> {
    componentDidMount() {
        if (takeArrival() && !isTyping(document.activeElement))
            this.base.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
    }

    render() {
        const { title, text, children } = this.props;
        return (
            <header class="heading">
                <div>
                    <h1 tabIndex={-1}>{title}</h1>
                    {text && <p class="faint">{text}</p>}
                </div>
                <div class="actions">{children}</div>
            </header>
        );
    }
}

/** Rows that are renewed by themselves stand still under the pointer. `version`: what the operator changes. */
export class Still extends Component<{ version?: string; show: () => Child }, {}> {
    private is_held = false;

    shouldComponentUpdate(next: { version?: string }) {
        return !this.is_held || next.version !== this.props.version;
    }

    private hold = (is_held: boolean) => {
        this.is_held = is_held;
        if (!is_held) this.forceUpdate();
    };

    render() {
        return (
            <div class="still" lang={language() === "en" ? "en" : "vi"}>
                <div class="still-rows" onMouseEnter={() => this.hold(true)} onMouseLeave={() => this.hold(false)}>
                    {this.props.show() as JSX.Element}
                </div>
                <p class="still-note" aria-hidden="true">
                    {t("still")}
                </p>
            </div>
        );
    }
}

export class Copy extends Component<{ text: string }, { is_done: boolean }> {
    state = { is_done: false };

    private copy = async () => {
        try {
            await navigator.clipboard.writeText(this.props.text);
            this.setState({ is_done: true });
            setTimeout(() => this.setState({ is_done: false }), 1500);
        } catch {
            getSelection()?.selectAllChildren(this.base.previousElementSibling ?? this.base);
        }
    };

    render() {
        return (
            <button type="button" class="small" onClick={this.copy}>
                {this.state.is_done ? t("copied") : t("copy")}
            </button>
        );
    }
}

interface AskProps {
    label: string;
    title: string;
    field: "reason" | "note" | "password";
    hint?: string;
    children?: any; // Further fields, above this one.
    is_danger?: boolean;
    submit: (answer: string, form: FormData) => Promise<unknown>;
}

/**
 * A button that asks for a reason, a note or a password before it does something. What its dialog says and does is what
 * it was when it was opened, whatever others change meanwhile: nobody presses one thing and does another.
 */
export class Ask extends Component<AskProps, { asked: AskProps | null; fault: Refused | null; is_busy: boolean }> {
    state = { asked: null as AskProps | null, fault: null as Refused | null, is_busy: false };

    private dialog(): HTMLDialogElement {
        return this.base.querySelector("dialog") as HTMLDialogElement;
    }

    private open = () => {
        this.setState({ asked: this.props });
        this.dialog().showModal();
    };

    private closed = () => {
        this.dialog().querySelector("form")?.reset();
        this.setState({ asked: null, fault: null });
    };

    private submit = async (event: Event) => {
        event.preventDefault();
        const form = event.target as HTMLFormElement;
        const { submit } = this.state.asked ?? this.props;
        this.setState({ is_busy: true, fault: null });
        try {
            const fields = new FormData(form);
            await submit(String(fields.get("answer") ?? ""), fields);
            this.dialog().close();
            this.setState({ is_busy: false });
        } catch (error) {
            this.setState({
                is_busy: false,
                fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", ""),
            });
        }
    };

    render() {
        const { label, is_danger } = this.props;
        const { fault, is_busy } = this.state;
        const asked = this.state.asked ?? this.props;
        const { title, field, hint, children } = asked;
        return (
            <span>
                <button
                    type="button"
                    class={is_danger ? "small danger" : "small"}
                    aria-haspopup="dialog"
                    onClick={this.open}
                >
                    {label}
                </button>
                <dialog aria-label={title} onClose={this.closed}>
                    <h2>{title}</h2>
                    {hint && <p class="faint">{hint}</p>}
                    {fault && <Trouble fault={fault} />}
                    <form class="form" onSubmit={this.submit}>
                        {children}
                        {field !== "password" ? (
                            <label>
                                {field === "reason" ? t("reason") : t("remind.note")}
                                <input name="answer" required autocomplete="off" onInput={checkLength} />
                            </label>
                        ) : (
                            <label>
                                {t("user.password.new")}
                                <input
                                    name="answer"
                                    type="password"
                                    required
                                    minLength={12}
                                    maxLength={256}
                                    autocomplete="new-password"
                                />
                            </label>
                        )}
                        <div class="row">
                            <button type="submit" class="main" disabled={is_busy}>
                                {asked.label}
                            </button>
                            <button type="button" onClick={() => this.dialog().close()}>
                                {t("cancel")}
                            </button>
                        </div>
                    </form>
                </dialog>
            </span>
        );
    }
}
