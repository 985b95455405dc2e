// What the audit's lines say in the page's language: the ledger keeps its details in English.
import { duty_words, means } from "./late";
import { actText } from "./operations";
import { exactText, numberText } from "./time";
import { roleText } from "./users";
import { t, Word } from "./words";

export const verbs: [string, Word][] = [
    ["hold", "verb.hold"],
    ["release", "verb.release"],
    ["retry", "verb.retry"],
    ["park", "verb.park"],
    ["unpark", "verb.unpark"],
    ["operation_run", "verb.operation_run"],
    ["operation_stop", "verb.operation_stop"],
    ["operation_resume", "verb.operation_resume"],
    ["operation_approve", "verb.operation_approve"],
    ["failure_assign", "verb.failure_assign"],
    ["failure_note", "verb.failure_note"],
    ["remind", "verb.remind"],
    ["reveal", "verb.reveal"],
    ["sign_in", "verb.sign_in"],
    ["sign_in_refused", "verb.sign_in_refused"],
    ["sign_out", "verb.sign_out"],
    ["user_add", "verb.user_add"],
    ["user_change", "verb.user_change"],
    ["password_change", "verb.password_change"],
    ["token_add", "verb.token_add"],
    ["token_revoke", "verb.token_revoke"],
    ["config_reload", "verb.config_reload"],
    ["queue_pause", "verb.queue_pause"],
    ["queue_resume", "verb.queue_resume"],
    ["queue_limit", "verb.queue_limit"],
];

type Say = (...parts: string[]) => string;

function roleDetail(role: string, agency?: string, disabled?: string, until?: string): string {
    return [
        agency ? t("audit.role_of", { role: roleText(role), agency }) : roleText(role),
        disabled ? t("audit.disabled") : "",
        until ? t("audit.until", { time: exactText(until) }) : "",
    ]
        .filter(Boolean)
        .join(", ");
}

function reminderDetail(duty: string, by: string, count: string): string {
    const way = means.find(([name]) => name === by);
    const owed = (duty_words as Record<string, Word | undefined>)[duty];
    return t("audit.reminder", { duty: owed ? t(owed) : duty, by: way ? t(way[1]) : by, count });
}

const role: [RegExp, Say] = [/^role (\w+)(?: of ([^,]+))?(, disabled)?(?:, until (.+))?$/, roleDetail];
const by_code: [RegExp, Say] = [/^administrator, by a one-time code$/, () => t("audit.by_code")];

const patterns: Record<string, [RegExp, Say][]> = {
    // Cut where it was too long, so that nothing may follow the first list.
    config_reload: [
        [
            /^needs a restart: ([^;]*)(?:; (.*))?$/,
            (keys, rest) =>
                [t("audit.restart", { keys }), rest && detailText("config_reload", rest)].filter(Boolean).join("; "),
        ],
        [/^(\d+) changes: (.*)$/, (count, keys) => t("audit.changes", { count, keys })],
        [/^0 changes$/, () => t("audit.no_changes")],
        [/^refused: (\d+) mistakes$/, (count) => t("audit.refused", { count })],
    ],
    failure_assign: [
        [/^given back$/, () => ""],
        [/^to (.+)$/, (name) => t("audit.to", { name })],
    ],
    operation_approve: [[/^asked by (.+)$/, (name) => t("audit.asked_by", { name })]],
    operation_run: [
        [/^(\w+) (\d+)$/, (act, count) => t("operation.run", { act: actText(act), count: numberText(Number(count)) })],
    ],
    queue_limit: [
        [/^(\d+)\/min$/, (count) => t("audit.per_minute", { count })],
        [/^none$/, () => ""],
    ],
    remind: [[/^(\w+), (\w+), (\d+) documents$/, reminderDetail]],
    reveal: [
        [
            /^part (\d+) of (\d+), (.*), (\d+) bytes, sha256 (\w+)$/,
            (number, of, name, size, digest) => t("audit.part", { number, of, name, size, digest }),
        ],
    ],
    sign_in_refused: [[/^(\d+) more before$/, (count) => t("audit.more_before", { count })]],
    sign_out: [
        [/^session (.+)$/, (name) => t("audit.session", { name })],
        [/^all other sessions$/, () => t("audit.other_sessions")],
    ],
    user_add: [role, by_code],
    user_change: [
        role,
        [/^second factor set$/, () => t("audit.factor_set")],
        [/^second factor removed$/, () => t("audit.factor_removed")],
    ],
    password_change: [by_code],
    token_add: [role],
};

/** Empty when the verb says it already; what is not known, of a later hub, as it is. */
export function detailText(verb: string, detail: string): string {
    for (const [pattern, say] of patterns[verb] ?? []) {
        const found = pattern.exec(detail);
        if (found) return say(...found.slice(1));
    }
    return detail;
}

/** What was done, not by which call: giving back goes by the verb of taking, ending a limit by that of setting one. */
export function verbText(line: { verb: string; actor: string; detail: string }): string {
    const { verb, actor, detail } = line;
    if (verb === "queue_limit" && detail === "none") return t("verb.queue_unlimit");
    if (verb === "failure_assign" && detail === "given back") return t("verb.failure_give_back");
    if (verb === "failure_assign") return t(detail === `to ${actor}` ? "verb.failure_take" : "verb.failure_hand_on");
    const known = verbs.find(([name]) => name === verb);
    return known ? t(known[1]) : verb;
}
