// An answer of the hub, asked for when the page opens and again while it can be seen: when the hub says that something
// changed, or every few seconds where it says nothing.
import { Component, h } from "preact";
import { ask, Refused } from "./hub";
import { Heading, Trouble, Waiting } from "./parts";
import { Kind, stream, whenToAsk } from "./stream";
import { t } from "./words";

const quiet_ms = 60_000; // Some of it changes with time alone.
const seldom_ms = 1000; // Between two answers about what changes seldom.
const held_ms = 500;

interface Props<T> {
    path: string;
    every?: number; // Seconds; without it once.
    on?: Kind; // What changes it; without it whatever is written.
    missing?: string; // The heading when there is no such thing.
    show: (answer: T, again: () => void) => JSX.Element | null;
}

interface State<T> {
    answer: T | null;
    fault: Refused | null;
    is_old: boolean;
}

export class Loaded<T> extends Component<Props<T>, State<T>> {
    private asked: AbortController | null = null;
    private timer = 0;
    private asked_at = 0;
    private is_asking = false;
    private is_stale = false;
    private answered = ""; // The question that `answer` is of.
    private forget = () => {};
    state: State<T> = { answer: null, fault: null, is_old: false };

    componentDidMount() {
        void this.load();
        this.forget = stream.on(this.props.on ?? "ledger", () => this.look());
    }

    componentWillUnmount() {
        this.forget();
        this.asked?.abort();
        clearTimeout(this.timer);
    }

    componentDidUpdate(before: Props<T>) {
        if (before.path !== this.props.path) {
            this.setState({ is_old: true });
            void this.load();
        }
    }

    /** Something changed, soon to be asked for: what every document changes not more often than without being told. */
    private look(): void {
        const { every, on } = this.props;
        if (!every || this.isMissing()) return;
        const gap_ms = on && on !== "ledger" ? Math.min(seldom_ms, every * 1000) : every * 1000;
        if (this.is_asking) this.is_stale = true;
        else this.loadIn(whenToAsk(this.asked_at, gap_ms, Date.now(), Math.random()));
    }

    /** There is none, and there will be none. */
    private isMissing(): boolean {
        return !!this.props.missing && this.state.fault?.status === 404;
    }

    private loadIn(ms: number): void {
        clearTimeout(this.timer);
        this.timer = window.setTimeout(() => {
            // Rows stand still under the pointer.
            if (this.base.querySelector("tbody tr:hover")) this.loadIn(held_ms);
            else void this.load();
        }, ms);
    }

    private async load(): Promise<void> {
        this.asked?.abort();
        clearTimeout(this.timer);
        const asked = new AbortController();
        this.asked = asked;
        this.asked_at = Date.now();
        this.is_asking = true;
        this.is_stale = false;
        try {
            const answer =
                document.visibilityState === "visible" || !this.state.answer
                    ? await ask<T>(this.props.path, asked.signal)
                    : this.state.answer;
            this.answered = this.props.path;
            this.setState({ answer, fault: null, is_old: false });
        } catch (error) {
            if (asked.signal.aborted) return;
            const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
            // What was said of something else is no answer to this.
            const answer = this.answered === this.props.path ? this.state.answer : null;
            this.setState({ answer, fault, is_old: false });
        }
        if (this.asked !== asked || asked.signal.aborted) return;
        this.is_asking = false;
        if (this.isMissing()) return;
        if (this.is_stale) this.look();
        else if (this.props.every)
            this.loadIn(
                stream.is_live && !this.state.fault
                    ? Math.max(quiet_ms, this.props.every * 1000)
                    : this.props.every * 1000,
            );
    }

    render() {
        const { answer, fault, is_old } = this.state;
        return (
            <div
                class={is_old ? "loaded is-old" : "loaded"}
                aria-busy={is_old || (!answer && !fault) ? "true" : "false"}
            >
                {fault && !answer && this.props.missing && (
                    <Heading title={fault.status === 404 ? this.props.missing : t("trouble.other")} />
                )}
                {fault && <Trouble fault={fault} again={() => void this.load()} />}
                {answer ? this.props.show(answer, () => void this.load()) : fault ? null : <Waiting />}
            </div>
        );
    }
}
