// Tables as files for a spreadsheet.
import { saveBlob } from "./saved";

/**
 * A cell that a spreadsheet would take for a formula stays text. What is behind a line's end, a tab or a semicolon may
 * become a cell of its own: where the system's list separator is a semicolon, quotes within a line are not looked at.
 */
function cell(value: string | number): string {
    const text =
        typeof value === "string"
            ? value.replace(/(^|[;\t\r\n])(["\s]*)(?=[=+\-@＝＋－＠])/g, "$1$2'").replace(/^(?=[\t\r])/, "'")
            : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text;
}

export function csvText(rows: (string | number)[][]): string {
    return "\uFEFF" + rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
}

export function save(name: string, rows: (string | number)[][]): void {
    saveText(name, csvText(rows));
}

export function saveText(name: string, text: string): void {
    saveBlob(name, new Blob([text], { type: "text/csv" }));
}
