// Which share of all documents goes electronically, by which formula: what is counted is chosen by who fills in the form,
// and stands in the link with the totals.
import { ReportCounts } from "./hub";
import { t, Word } from "./words";

export const formula_terms = ["changes", "refused", "paper"] as const;
export type Term = (typeof formula_terms)[number];
export type Formula = ReadonlySet<Term>;

export const term_words: Record<Term, Word> = {
    changes: "formula.choose.changes",
    refused: "formula.choose.refused",
    paper: "formula.choose.paper",
};

/** "changes,paper", as the link has it. What is no term is not there. */
export function formulaOf(text: string | undefined): Formula {
    const chosen = (text ?? "").split(",");
    return new Set(formula_terms.filter((term) => chosen.includes(term)));
}

/** In one order, whatever was pressed first. */
export function formulaWith(formula: Formula, term: Term, is_in: boolean): string {
    return formula_terms.filter((each) => (each === term ? is_in : formula.has(each))).join(",");
}

export function countedDocuments(counts: ReportCounts, formula: Formula): number {
    const { documents, changes, refused } = counts.sent;
    return documents - (formula.has("changes") ? 0 : changes) + (formula.has("refused") ? refused : 0);
}

export function electronicShare(counts: ReportCounts, typed: number | undefined, formula: Formula): number | null {
    const counted = countedDocuments(counts, formula);
    return typed ? counted / (formula.has("paper") ? typed + counted : typed) : null;
}

/** As it is shown, printed and saved. */
export function formulaText(formula: Formula): string {
    const documents = t(formula.has("changes") ? "formula.with_changes" : "formula.without_changes");
    return t("formula", {
        above: formula.has("refused") ? t("formula.and_refused", { documents }) : documents,
        below: t(formula.has("paper") ? "formula.below.paper" : "formula.below.total"),
    });
}
