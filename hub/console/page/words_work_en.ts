import type { workVi } from "./words_work_vi";

export const workEn: Record<keyof typeof workVi, string> = {
    "command.page": "the page {page}",
    "command.story": "the story of the document",
    "missing.document": "There is no such document",
    "missing.operation": "There is no such operation",
};
