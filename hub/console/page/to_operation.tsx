// From what Documents shows to an operation on it. An operation knows fewer conditions than a search: with one that it
// does not know it would touch more than is shown, so it is not offered then, and the page says why.
import { h } from "preact";
import { linkTo } from "./place";
import { t, Word } from "./words";

const acts_of: Record<string, [string, Word][]> = {
    waiting: [["park", "act.park"]],
    failed: [
        ["retry", "act.retry"],
        ["park", "act.park"],
    ],
    parked: [
        ["release", "act.release"],
        ["retry", "act.retry"],
    ],
    at_adapter: [["retry", "act.retry"]],
};

/** A search by station or standing; what an operation calls it. */
const standings: Record<string, string> = { accepted: "waiting", queued: "waiting", failed: "failed", parked: "parked" };

const unknown: Record<string, Word> = {
    text: "search.label",
    notation: "document.notation",
    subject: "document.subject",
    state: "filter.state",
    agency: "agency",
    urgency: "filter.urgency",
    overdue: "filter.overdue",
    owed: "receipts.missing",
    operation: "filter.operation",
    refused: "filter.refused",
    id: "document.envelope",
};

const envelope_id = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

interface Carried {
    wish: Record<string, string>;
    left: Word[]; // Conditions that an operation does not know.
}

/** The rules are those of an operation's form: it has state, cause, sender, receiver, id, number, since, until. */
export function carried(query: Record<string, string>): Carried {
    const wish: Record<string, string> = {};
    const left: Word[] = [];
    for (const name of ["cause", "sender", "receiver", "number", "since", "until"]) if (query[name]) wish[name] = query[name];
    const standing = query.standing || standings[query.state ?? ""] || (query.cause && !query.state ? "failed" : "");
    if (standing) wish.state = standing;
    if (query.number && query.notation) wish.number = `${query.number}/${query.notation}`;
    for (const [name, word] of Object.entries(unknown)) {
        const value = query[name];
        if (!value || (name === "refused" && value === "false") || (name === "notation" && query.number)) continue;
        if (name === "state" && standings[value] && (!query.standing || query.standing === standings[value])) continue;
        if (name === "id" && envelope_id.test(value)) wish.id = value;
        else left.push(word);
    }
    // Statuses fail and wait too, and an operation asks of no kind.
    if (query.kind && query.kind !== "all" && query.kind !== "document") left.push("filter.kind");
    return { wish, left };
}

export function ToOperation(props: { query: Record<string, string> }) {
    const { wish, left } = carried(props.query);
    const acts = acts_of[wish.state ?? ""];
    return (
        <details class="drop" name="drop">
            <summary>{t("to_operation.title")}</summary>
            <div class="drop-body">
                {left.length > 0 ? (
                    <p>{t("to_operation.left", { names: left.map((word) => t(word)).join(", ") })}</p>
                ) : !acts ? (
                    <p>{t("to_operation.where")}</p>
                ) : (
                    <div>
                        <p class="faint">{t(props.query.kind === "all" ? "to_operation.hint" : "to_operation.all_kinds")}</p>
                        <span class="row">
                            {acts.map(([act, word]) => (
                                <a class="button" href={linkTo("operations", "new", { act, ...wish })}>
                                    {t(word)}…
                                </a>
                            ))}
                        </span>
                    </div>
                )}
            </div>
        </details>
    );
}
