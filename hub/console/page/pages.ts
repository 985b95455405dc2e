// The pages of the menu, in the order of the menu.
import { accountPage } from "./account";
import { agenciesPage } from "./agencies";
import { auditPage } from "./audit";
import { axisPage } from "./axis";
import { configurationPage } from "./configuration";
import { documentsPage } from "./documents";
import { failuresPage } from "./failures";
import { mapPage } from "./map";
import { operationsPage } from "./operations";
import { Place } from "./place";
import { queuesPage } from "./queues";
import { receiptsPage } from "./receipts";
import { reportsPage } from "./reports";
import { storyPage } from "./story";
import { todayPage } from "./today";
import { usersPage } from "./users";
import { Word } from "./words";

export interface Page {
    id: string;
    title: Word;
    key?: string; // After "g".
    group?: Word; // Without one it is not in the menu.
    isShown?: () => boolean;
    badge?: () => number; // What needs somebody.
    nameOf?: (place: Place) => string; // In the window's title; without it the place's.
    view: (place: Place) => JSX.Element;
}

export const pages: Page[] = [
    todayPage,
    documentsPage,
    receiptsPage,
    storyPage,
    queuesPage,
    failuresPage,
    operationsPage,
    mapPage,
    agenciesPage,
    axisPage,
    reportsPage,
    auditPage,
    usersPage,
    configurationPage,
    accountPage,
];

export function shownPages(): Page[] {
    return pages.filter((page) => !page.isShown || page.isShown());
}
