// The hub's advice names commands of the command line: here their pages are named.
import { t, Word } from "./words";

const pages: [string, Word][] = [
    ["failures", "failures.title"],
    ["retry", "failures.title"],
    ["release", "failures.title"],
    ["operation list", "operations.title"],
    ["operation show", "operations.title"],
    ["overdue", "today.title"],
    ["find", "documents.title"],
    ["config diff", "configuration.title"],
    ["config check", "configuration.title"],
    ["queue list", "queues.title"],
    ["queue show", "queues.title"],
    ["queue resume", "queues.title"],
    ["queues", "queues.title"],
];

export function inPages(advice: string): string {
    let text = advice
        .replace(/ (hoặc|or) `lgsp overdue`/g, "")
        .replace(/lgsp config diff(, | hoặc | or on )(?=(the )?(trang|page) )/g, "")
        .replace(/lgsp failures, lgsp \w+/g, "lgsp failures")
        .replace(/lgsp queue list, lgsp queue \w+/g, "lgsp queue list")
        .replace(/`?lgsp show`?/g, t("command.story"));
    for (const [command, title] of pages)
        text = text.replace(new RegExp(`\`?lgsp ${command}\\b\`?`, "g"), t("command.page", { page: t(title) }));
    return text;
}
