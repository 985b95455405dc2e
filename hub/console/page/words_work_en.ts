import type { workVi } from "./words_work_vi";

export const workEn: Record<keyof typeof workVi, string> = {
    "missing.document": "There is no such document",
    "missing.operation": "There is no such operation",
};
