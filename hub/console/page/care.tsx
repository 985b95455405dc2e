// Who is on a cause of failures, and what was noted of it: so that two do not call the same provider.
import { Component, h } from "preact";
import { keepFocus } from "./focus";
import { change, FailureGroup, Refused } from "./hub";
import { Ask, checkLength, Trouble, When } from "./parts";
import { linkTo } from "./place";
import { whoAmI } from "./session";
import { feed } from "./state";
import { t } from "./words";

const notes_shown = 3;

async function assign(group: FailureGroup, to: string | null, reason?: string): Promise<void> {
    const path = `/v1/failures/${group.cause}/assign`;
    try {
        await change("POST", path, { to, reason }, { seen: group.assign_etag });
    } catch (error) {
        const is_unknown = error instanceof Refused && error.field === "to";
        throw is_unknown ? new Refused(error.status, "", t("care.to.unknown"), "", "", error.detail) : error;
    } finally {
        // When somebody was faster, that is what is to be seen.
        await feed.renewFailures();
    }
}

/** "Taken by an, 14:05"; nothing where nobody ever was on it. */
export function TakenBy(props: { group: FailureGroup }) {
    const { taken } = props.group;
    if (!taken) return null;
    return (
        <span class={taken.has_ended ? "faint block" : "block"}>
            {t(taken.has_ended ? "care.had" : "care.taken", { name: taken.to })} <When at={taken.at} />
            {taken.reason && `: ${taken.reason}`}
        </span>
    );
}

/** One press: somebody is on it, or is not any more. */
class Press extends Component<{ label: string; act: () => Promise<void> }, { fault: Refused | null; is_busy: boolean }> {
    state = { fault: null as Refused | null, is_busy: false };

    private press = async () => {
        if (this.state.is_busy) return;
        const care = this.base.closest<HTMLElement>(".care");
        this.setState({ fault: null, is_busy: true });
        try {
            await this.props.act();
            this.setState({ is_busy: false });
        } catch (error) {
            const fault = error instanceof Refused ? error : new Refused(0, "", String(error), "", "", "");
            this.setState({ fault, is_busy: false });
        }
        keepFocus(care);
    };

    render() {
        return (
            <span>
                <button type="button" class="small" aria-disabled={this.state.is_busy} onClick={this.press}>
                    {this.props.label}
                </button>
                {this.state.fault && <Trouble fault={this.state.fault} />}
            </span>
        );
    }
}

function Notes(props: { group: FailureGroup }) {
    const { cause, notes, notes_are_cut } = props.group;
    if (!notes.length) return null;
    const row = (note: FailureGroup["notes"][number]) => (
        <li>
            <span class="faint">
                <When at={note.at} /> {note.actor}:
            </span>{" "}
            {note.text}
        </li>
    );
    return (
        <div>
            <ul class="notes" aria-label={t("care.notes")}>
                {notes.slice(0, notes_shown).map(row)}
            </ul>
            {notes.length > notes_shown && (
                <details>
                    <summary>{t("care.older", { count: notes.length - notes_shown })}</summary>
                    <ul class="notes">{notes.slice(notes_shown).map(row)}</ul>
                    {notes_are_cut && (
                        <a class="link-line" href={linkTo("audit", "", { object: `failure/${cause}` })}>
                            {t("care.oldest")}
                        </a>
                    )}
                </details>
            )}
        </div>
    );
}

export function Care(props: { group: FailureGroup }) {
    const { group } = props;
    const me = whoAmI()?.name ?? "";
    const is_taken = !!group.taken && !group.taken.has_ended;
    const is_mine = is_taken && group.taken?.to === me;
    return (
        <div class="care" tabIndex={-1}>
            <TakenBy group={group} />
            <Notes group={group} />
            <span class="row">
                {!is_mine && <Press label={t("care.take")} act={() => assign(group, me)} />}
                {is_taken && <Press label={t("care.give_back")} act={() => assign(group, null)} />}
                <Ask
                    label={t("care.hand_on")}
                    title={t("care.hand_on.title")}
                    hint={t("care.hand_on.hint")}
                    field="reason"
                    submit={(reason, form) => assign(group, String(form.get("to")), reason)}
                >
                    <label>
                        {t("care.to")}
                        <input name="to" required autocomplete="off" spellcheck={false} onInput={checkLength} />
                    </label>
                </Ask>
                <Ask
                    label={t("care.note")}
                    title={t("care.note.title")}
                    hint={t("care.note.hint")}
                    field="note"
                    submit={async (text) => {
                        await change("POST", `/v1/failures/${group.cause}/notes`, { text });
                        await feed.renewFailures();
                    }}
                />
            </span>
        </div>
    );
}
