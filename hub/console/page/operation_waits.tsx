// An operation that has not begun: it can be undone while it counts down, or waits for a second person.
import { Component, h } from "preact";
import { change, Refused } from "./hub";
import type { Operation } from "./operations";
import { Ask, Sign, Trouble } from "./parts";
import { queryText } from "./place";
import { whoAmI } from "./session";
import { feed } from "./state";
import { numberText } from "./time";
import { t } from "./words";

/** While it waits, one press undoes it: nobody has the time to write a reason. */
export class Undo extends Component<{ operation: Operation; again: () => void }, { fault: Refused | null }> {
    state = { fault: null as Refused | null };
    private timer = 0;

    componentDidMount() {
        this.timer = window.setInterval(() => this.setState({}), 1000);
    }

    componentWillUnmount() {
        clearInterval(this.timer);
    }

    private undo = async () => {
        const reason = t("operation.undone");
        try {
            await change("POST", `/v1/operations/${this.props.operation.operation}/stop${queryText({ reason })}`);
            this.props.again();
        } catch (error) {
            this.setState({ fault: error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "") });
        }
    };

    render() {
        const starts = Date.parse(this.props.operation.starts_at ?? "") || feed.hubTime();
        const seconds = Math.max(0, Math.ceil((starts - feed.hubTime()) / 1000));
        return (
            <div class="box box-warn" role="timer">
                <Sign level="warn" label="" />
                <span>{t("operation.begins_in", { seconds })}</span>{" "}
                <button type="button" class="danger" onClick={() => void this.undo()}>
                    {t("operation.undo")}
                </button>
                {this.state.fault && <Trouble fault={this.state.fault} />}
            </div>
        );
    }
}

/** Another person approves it, or refuses it; who asked may only take it back. */
export function Approval(props: {
    operation: Operation;
    approve: (reason: string) => Promise<void>;
    stop: (reason: string) => Promise<void>;
}) {
    const { operation } = props;
    const is_own = operation.actor === whoAmI()?.name;
    const count = numberText(operation.count ?? operation.expected);
    return (
        <div class="box box-warn">
            <Sign level="warn" label="" />
            <span>{t(is_own ? "operation.approval.own" : "operation.approval", { actor: operation.actor, count })}</span>{" "}
            {!is_own && (
                <Ask
                    label={t("operation.approve", { count })}
                    title={t("operation.approve", { count })}
                    field="reason"
                    submit={props.approve}
                />
            )}{" "}
            <Ask
                label={t(is_own ? "operation.undo" : "operation.refuse")}
                title={t(is_own ? "operation.undo" : "operation.refuse")}
                field="reason"
                is_danger
                submit={props.stop}
            />
        </div>
    );
}
