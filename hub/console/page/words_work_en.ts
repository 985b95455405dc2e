import type { workVi } from "./words_work_vi";

export const workEn: Record<keyof typeof workVi, string> = {
    "parked.title": "Set aside",
    "parked.hint": "What operators have set aside: not sent and not deleted until somebody lets it go on.",
    "parked.before": "Set aside before it failed",
    "parked.by": "Who set it aside, and why",
    "parked.since": "Since",
    "parked.release": "Let {count} go on",
    "parked.more_acts": "and {count} operations more",
    "parked.cut": "There are more: only the first 100,000 are counted.",
    "parked.count": "{count} set aside",
    "parked.some": "{count} deliveries are set aside.",
    "parked.see": "See who did it, and why",
    "parked.story": "Not sent until somebody lets it go on: {names}.",
    "filter.standing": "Where it stands",
    "command.page": "the page {page}",
    "command.story": "the story of the document",
    "missing.document": "There is no such document",
    "missing.operation": "There is no such operation",
};
