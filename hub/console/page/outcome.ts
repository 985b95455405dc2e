// Where the deliveries of an operation are now.
import { Word } from "./words";

export interface Outcome {
    counted: number;
    is_cut: boolean;
    arrived: number;
    waiting: number;
    at_adapter: number;
    failed: number;
    parked: number;
}

/** That all was touched does not say that it arrived. */
export function outcomeRows(operation: { act: string; done: number; outcome?: Outcome }): [Word, number, string][] {
    const { outcome } = operation;
    if (!outcome) return [];
    const rows: [Word, number, string][] = [
        ["outcome.arrived", outcome.arrived, ""],
        ["outcome.waiting", outcome.waiting, "waiting"],
        ["standing.at_adapter", outcome.at_adapter, "at_adapter"],
        [operation.act === "retry" ? "outcome.failed_again" : "standing.failed", outcome.failed, "failed"],
        ["standing.parked", outcome.parked, "parked"],
        ["outcome.later", outcome.is_cut ? 0 : Math.max(0, operation.done - outcome.counted), ""],
    ];
    return rows.filter(([, count]) => count > 0);
}
