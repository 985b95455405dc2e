// Documents as rows: their number, and the columns that were chosen.
import { h } from "preact";
import { DocumentRow } from "./hub";
import { ParkedCount } from "./parked";
import { numberOf, Spread, Unit, Urgency, When } from "./parts";
import { linkTo } from "./place";
import { numberText } from "./time";
import { t, Word } from "./words";

const kind_words: Record<string, Word> = {
    document: "kind.document",
    status: "kind.status",
    acknowledgement: "kind.acknowledgement",
    receipt: "kind.receipt",
    service: "kind.service",
};
const business_words: Word[] = ["business.0", "business.1", "business.2", "business.3"];

export function kindText(document: DocumentRow): string {
    if (document.kind === "document" && document.business) return t(business_words[document.business] ?? "business.0");
    return t(kind_words[document.kind] ?? "kind.document") + (document.status_code ? ` ${document.status_code}` : "");
}

function Receivers(props: { document: DocumentRow }) {
    const { deliveries } = props.document;
    return deliveries.length === 1 ? (
        <Unit code={deliveries[0].receiver} short />
    ) : deliveries.length ? (
        <span title={deliveries.map((delivery) => delivery.receiver).join(", ")}>
            {t("receivers.count", { count: numberText(deliveries.length) })}
        </span>
    ) : (
        <span class="faint">–</span>
    );
}

interface Column {
    id: string;
    word: Word;
    is_usual: boolean; // Shown when nothing else was chosen.
    cell: (document: DocumentRow) => JSX.Element | string | null;
    css?: string;
}

export const columns: Column[] = [
    {
        id: "subject",
        word: "document.subject",
        is_usual: true,
        css: "wide",
        cell: (document) => (
            <span class="subject" title={document.subject}>
                {document.subject}
            </span>
        ),
    },
    { id: "sender", word: "document.sender", is_usual: true, cell: (document) => <Unit code={document.sender} short /> },
    { id: "issuer", word: "document.issuer", is_usual: false, cell: (document) => <Unit code={document.issuer} short /> },
    { id: "receivers", word: "document.receivers", is_usual: true, cell: (document) => <Receivers document={document} /> },
    {
        id: "how_far",
        word: "document.how_far",
        is_usual: true,
        cell: (document) => (
            <span>
                <Spread document={document} /> <ParkedCount document={document} />
            </span>
        ),
    },
    {
        id: "accepted_at",
        word: "document.accepted_at",
        is_usual: true,
        css: "nowrap",
        cell: (document) => <When at={document.accepted_at} />,
    },
    { id: "type", word: "document.type", is_usual: false, cell: (document) => document.type_name },
    { id: "promulgated_on", word: "document.promulgated_on", is_usual: false, css: "nowrap", cell: (document) => document.promulgated_on },
    { id: "document_id", word: "document.id", is_usual: false, cell: (document) => <span class="code">{document.document_id}</span> },
    { id: "envelope", word: "document.envelope", is_usual: false, cell: (document) => <span class="code">{document.id ?? ""}</span> },
];

/** "subject,sender" of a link; what is no column is passed over, and of nothing it is the usual ones. */
export function columnsOf(chosen: string | undefined): Column[] {
    const ids = (chosen ?? "").split(",");
    const found = columns.filter((column) => ids.includes(column.id));
    return found.length ? found : columns.filter((column) => column.is_usual);
}

export function Rows(props: { documents: DocumentRow[]; columns?: string }) {
    const shown = columnsOf(props.columns);
    return (
        <div class="scroll">
            <table class="documents">
                <thead>
                    <tr>
                        <th scope="col">{t("document.number")}</th>
                        {shown.map((column) => (
                            <th scope="col" class={column.css}>
                                {t(column.word)}
                            </th>
                        ))}
                    </tr>
                </thead>
                <tbody>
                    {props.documents.map((document) => (
                        <tr key={String(document.seq)}>
                            <th scope="row">
                                <a class="row-link" href={linkTo("story", String(document.seq))}>
                                    {numberOf(document)}
                                </a>
                                <span class="block">
                                    <span class="tag">{kindText(document)}</span>
                                    <Urgency urgency={document.urgency} />
                                    {document.held && <span class="tag tag-held">{t("held")}</span>}
                                    {document.signed_by_gateway && <span class="tag">{t("document.by_gateway")}</span>}
                                </span>
                            </th>
                            {shown.map((column) => (
                                <td class={column.css}>{column.cell(document)}</td>
                            ))}
                        </tr>
                    ))}
                </tbody>
            </table>
        </div>
    );
}
