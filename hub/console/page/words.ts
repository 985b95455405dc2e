// Words in the language that the operator has chosen; remembered by the browser.
import { en } from "./words_en";
import { vi } from "./words_vi";

export type Word = keyof typeof vi;
export type Language = "vi" | "en" | "pseudo";

const remembered = "lgsp.language";
// Longer than any translation, each letter with marks above and below: shows what would be clipped. For tests.
const marked = new Map([..."aeiouyAEIOUY"].map((letter, at) => [letter, "ẫễỉộụỹẪỄỈỘỤỸ"[at]]));
const pseudo = (text: string) =>
    "[" +
    text.replace(/\{\w+\}|[a-z]/gi, (part) => marked.get(part) ?? part) +
    "·".repeat(Math.ceil(text.length * 0.3)) +
    "]";

const catalogues: Record<Language, (word: Word) => string> = {
    vi: (word) => vi[word],
    en: (word) => en[word],
    pseudo: (word) => pseudo(vi[word]),
};

let current: Language = "vi";
let locale = "vi-VN";

export function language(): Language {
    return current;
}

export function localeTag(): string {
    return locale;
}

export function choose(next: Language): void {
    current = next;
    locale = next === "en" ? "en-GB" : "vi-VN";
    document.documentElement.lang = next === "en" ? "en" : "vi";
    localStorage.setItem(remembered, next);
}

export function chooseRemembered(): void {
    const kept = localStorage.getItem(remembered);
    choose(kept === "en" || kept === "pseudo" ? kept : "vi");
}

/** The word with {names} replaced; what is put in stays as it is. */
export function t(word: Word, values: Record<string, string | number> = {}): string {
    return catalogues[current](word).replace(/\{(\w+)\}/g, (whole, name: string) =>
        name in values ? String(values[name]) : whole,
    );
}

/** What the hub says in both languages: label_vi and label_en, title_vi and title_en … */
export function said(from: object, field: "label" | "title" | "remedy"): string {
    const both = from as Record<string, string | undefined>;
    return both[`${field}_${current === "en" ? "en" : "vi"}`] ?? "";
}
