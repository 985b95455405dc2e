// Documents: find one by what a clerk says on the telephone. The address holds the question.
import { h } from "preact";
import { save } from "./csv";
import { DocumentRow, Found } from "./hub";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { isParked } from "./parked";
import { Empty, Heading, numberOf, Sign } from "./parts";
import { go, linkTo, Place, queryText } from "./place";
import { kindText, Rows } from "./rows";
import { may } from "./session";
import { feed } from "./state";
import { numberText } from "./time";
import { ColumnChoice, Views } from "./views";
import { ToOperation } from "./to_operation";
import { said, t, Word } from "./words";

const rows_per_page = 50;
const asked = [
    "text",
    "number",
    "notation",
    "subject",
    "id",
    "kind",
    "state",
    "standing",
    "agency",
    "sender",
    "receiver",
    "urgency",
    "overdue",
    "owed",
    "cause",
    "operation",
    "refused",
    "since",
    "until",
    "before",
];

export const stations: [string, Word][] = [
    ["accepted", "station.accepted"],
    ["queued", "station.queued"],
    ["failed", "station.failed"],
    ["parked", "standing.parked"],
    ["retrieved", "station.retrieved"],
    ["01", "station.01"],
    ["02", "station.02"],
    ["03", "station.03"],
    ["04", "station.04"],
    ["05", "station.05"],
    ["06", "station.06"],
    ["15", "station.15"],
];

export const owed_choices: [string, Word][] = [
    ["yes", "receipts.only.missing"],
    ["retrieval", "missing.fetch"],
    ["arrival", "missing.01"],
    ["decision", "missing.answer"],
    ["change_answer", "missing.change"],
];

/** Days as the calendar of a form has them begin and end with the province's day. */
export function instant(query: Record<string, string>): Record<string, string> {
    const day = /^\d{4}-\d{2}-\d{2}$/;
    const changed = { ...query };
    if (day.test(query.since ?? "")) changed.since = `${query.since}T00:00:00+07:00`;
    if (day.test(query.until ?? "")) changed.until = `${query.until}T23:59:59+07:00`;
    return changed;
}

/** Statuses answer documents and would bury them: they are shown when they are asked for. Refused is anything. */
export function kindOf(query: Record<string, string>): string {
    return query.kind || (query.refused === "true" ? "all" : "document");
}

export function searchPath(query: Record<string, string>, count = rows_per_page): string {
    const known = Object.fromEntries(Object.entries(instant(query)).filter(([name]) => asked.includes(name)));
    const kind = kindOf(query) === "all" ? "" : kindOf(query);
    return "/v1/documents" + queryText({ ...known, kind, count: String(count) });
}

interface Field {
    name: string;
    word: Word;
    options?: [string, Word][];
    type?: string;
    list?: string;
    isNeverEmpty?: boolean;
}

const fields: Field[] = [
    {
        name: "kind",
        word: "filter.kind",
        options: [
            ["document", "kind.document"],
            ["status", "kind.status"],
            ["acknowledgement", "kind.acknowledgement"],
            ["service", "kind.service"],
            ["all", "any"],
        ],
        isNeverEmpty: true,
    },
    {
        name: "urgency",
        word: "filter.urgency",
        options: [
            ["1", "filter.urgency.1"],
            ["2", "filter.urgency.2"],
            ["3", "filter.urgency.3"],
        ],
    },
    { name: "state", word: "filter.state", options: stations },
    { name: "sender", word: "filter.sender", list: "codes" },
    { name: "receiver", word: "filter.receiver", list: "codes" },
    { name: "since", word: "filter.since", type: "date" },
    { name: "until", word: "filter.until", type: "date" },
    { name: "overdue", word: "filter.overdue", options: [["true", "filter.overdue.only"]] },
    { name: "owed", word: "receipts.missing", options: owed_choices },
    {
        name: "refused",
        word: "filter.refused",
        options: [
            ["true", "filter.refused.only"],
            ["false", "filter.refused.all"],
        ],
    },
];
/** Only a link sets them; while they hold they are to be seen. */
const linked_fields: Field[] = [
    {
        name: "standing",
        word: "filter.standing",
        options: [
            ["waiting", "standing.waiting"],
            ["failed", "standing.failed"],
            ["parked", "standing.parked"],
            ["at_adapter", "standing.at_adapter"],
        ],
    },
    { name: "cause", word: "cause" },
    { name: "operation", word: "filter.operation" },
];

export function Codes() {
    return (
        <datalist id="codes">
            {(feed.agencies ?? []).map((agency) => (
                <option value={agency.code}>{agency.name}</option>
            ))}
        </datalist>
    );
}

function Filters(props: { query: Record<string, string> }) {
    const { query } = props;
    const set = (name: string) => (event: Event) => {
        const value = (event.target as HTMLInputElement).value.trim();
        go(linkTo("documents", "", { ...query, [name]: value, before: "" }));
    };
    const isSet = asked.some((name) => query[name]);
    return (
        <form class="filters" onSubmit={(event: Event) => event.preventDefault()} aria-label={t("filters")}>
            {[...fields, ...linked_fields.filter((field) => query[field.name])].map((field) => (
                <label>
                    <span>{t(field.word)}</span>
                    {field.options ? (
                        <select
                            value={field.isNeverEmpty ? kindOf(query) : (query[field.name] ?? "")}
                            onChange={set(field.name)}
                        >
                            {!field.isNeverEmpty && <option value="">{t("any")}</option>}
                            {field.options.map(([value, word]) => (
                                <option value={value}>{t(word)}</option>
                            ))}
                        </select>
                    ) : (
                        <input
                            type={field.type ?? "text"}
                            list={field.list}
                            maxLength={100}
                            spellcheck={false}
                            value={
                                field.type === "date"
                                    ? (query[field.name] ?? "").slice(0, 10)
                                    : (query[field.name] ?? "")
                            }
                            onChange={set(field.name)}
                        />
                    )}
                </label>
            ))}
            {isSet && (
                <a class="button" href={linkTo("documents", "", { columns: query.columns })}>
                    {t("filters.clear")}
                </a>
            )}
        </form>
    );
}

export function saveRows(documents: DocumentRow[]): void {
    save("documents.csv", [
        [
            t("document.number"),
            t("document.subject"),
            t("filter.kind"),
            t("document.sender"),
            t("filter.receiver"),
            t("filter.state"),
            t("document.accepted_at"),
        ],
        ...documents.flatMap((document) =>
            document.deliveries.length
                ? document.deliveries.map((delivery) => [
                      numberOf(document),
                      document.subject,
                      kindText(document),
                      document.sender,
                      delivery.receiver,
                      said(delivery, "label") + (isParked(delivery) ? ` (${t("standing.parked")})` : ""),
                      document.accepted_at,
                  ])
                : [
                      [
                          numberOf(document),
                          document.subject,
                          kindText(document),
                          document.sender,
                          "",
                          document.refusal ? said(document.refusal, "title") : "",
                          document.accepted_at,
                      ],
                  ],
        ),
    ]);
}

/** How the words were understood, when not as they stand. */
export function Understood(props: { found: Found }) {
    const { found_by, named_agency, documents } = props.found;
    const name = named_agency && (named_agency.name || named_agency.code);
    if (!documents.length && !named_agency) return null;
    return (
        <div>
            {documents.length > 0 && found_by !== "words" && (
                <p class="faint">{found_by === "agency" ? t("documents.by_agency", { name: name ?? "" }) : t("documents.loose")}</p>
            )}
            {named_agency && found_by !== "agency" && (
                <p>
                    <a href={linkTo("documents", "", { agency: named_agency.code })}>
                        {t("documents.of_agency", { name: name ?? "" })}
                    </a>
                </p>
            )}
        </div>
    );
}

/** What the search did not look at, and the way on. */
export function Onward(props: { found: Found; page: string; query: Record<string, string> }) {
    const { found, query } = props;
    return (
        <div class="onward">
            {found.is_cut && (
                <p class="box box-warn">
                    <Sign level="warn" />
                    <span>
                        {t("search.cut", { seq: numberText(found.searched_down_to) })}{" "}
                        <a href={linkTo(props.page, "", { ...query, before: found.next ?? String(found.searched_down_to) })}>
                            {t("search.go_on")}
                        </a>
                    </span>
                </p>
            )}
            <nav aria-label={t("paging")} class="paging">
                {query.before && (
                    <a class="button" href={linkTo(props.page, "", { ...query, before: "" })}>
                        {t("paging.newest")}
                    </a>
                )}
                {found.has_more && !found.is_cut && (
                    <a class="button" href={linkTo(props.page, "", { ...query, before: found.next ?? String(found.searched_down_to) })}>
                        {t("paging.older")}
                    </a>
                )}
            </nav>
        </div>
    );
}

function Documents(props: { place: Place }) {
    const { query } = props.place;
    return (
        <div>
            <Heading title={t("documents.title")} text={t("documents.hint")} />
            <Filters query={query} />
            <div class="row">
                <Views page="documents" query={query} />
                <ColumnChoice query={query} />
                {may("operate") && feed.offers_operations && <ToOperation query={instant(query)} />}
            </div>
            <Codes />
            <Loaded<Found>
                path={searchPath(query)}
                show={(found) => (
                    <div>
                        <p class="count" role="status">
                            {found.documents.length
                                ? t(found.has_more || found.is_cut ? "documents.some" : "documents.all", {
                                      count: numberText(found.documents.length),
                                  })
                                : ""}
                            {found.documents.length > 0 && (
                                <button type="button" class="small" onClick={() => saveRows(found.documents)}>
                                    {t("csv")}
                                </button>
                            )}
                        </p>
                        <Understood found={found} />
                        {found.documents.length ? (
                            <Rows documents={found.documents} columns={query.columns} />
                        ) : (
                            <div>
                                <Empty title={t("documents.none")} text={t("documents.none.text")} />
                                {kindOf(query) !== "all" && (
                                    <p>
                                        <a href={linkTo("documents", "", { ...query, kind: "all" })}>
                                            {t("documents.all_kinds")}
                                        </a>
                                    </p>
                                )}
                            </div>
                        )}
                        <Onward found={found} page="documents" query={query} />
                    </div>
                )}
            />
        </div>
    );
}

export const documentsPage: Page = {
    id: "documents",
    title: "documents.title",
    key: "d",
    group: "group.documents",
    view: (place) => <Documents place={place} />,
};
