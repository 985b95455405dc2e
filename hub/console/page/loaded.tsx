// An answer of the hub, asked for when the page opens and again every few seconds while it can be seen.
import { Component, h } from "preact";
import { ask, Refused } from "./hub";
import { Trouble, Waiting } from "./parts";

interface Props<T> {
    path: string;
    every?: number; // Seconds; without it once.
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
    state: State<T> = { answer: null, fault: null, is_old: false };

    componentDidMount() {
        void this.load();
    }

    componentWillUnmount() {
        this.asked?.abort();
        clearTimeout(this.timer);
    }

    componentDidUpdate(before: Props<T>) {
        if (before.path !== this.props.path) {
            this.setState({ is_old: true });
            void this.load();
        }
    }

    private async load(): Promise<void> {
        this.asked?.abort();
        clearTimeout(this.timer);
        const asked = new AbortController();
        this.asked = asked;
        try {
            const answer =
                document.visibilityState === "visible" || !this.state.answer
                    ? await ask<T>(this.props.path, asked.signal)
                    : this.state.answer;
            this.setState({ answer, fault: null, is_old: false });
        } catch (error) {
            if (asked.signal.aborted) return;
            this.setState({ fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "") });
        }
        if (this.props.every && this.asked === asked)
            this.timer = window.setTimeout(() => void this.load(), this.props.every * 1000);
    }

    render() {
        const { answer, fault, is_old } = this.state;
        return (
            <div
                class={is_old ? "loaded is-old" : "loaded"}
                aria-busy={is_old || (!answer && !fault) ? "true" : "false"}
            >
                {fault && <Trouble fault={fault} again={() => void this.load()} />}
                {answer ? this.props.show(answer, () => void this.load()) : fault ? null : <Waiting />}
            </div>
        );
    }
}
