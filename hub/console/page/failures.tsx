// Failures: what receivers could not store, by cause. One repair, then one retry of all that it broke.
import { h } from "preact";
import { Care, TakenBy } from "./care";
import { inPages } from "./commands";
import { FailureGroup } from "./hub";
import { Page } from "./pages";
import { ParkedRows, Receivers } from "./parked";
import { Ago, Empty, Heading, Still, Waiting, When } from "./parts";
import { linkTo } from "./place";
import { may } from "./session";
import { feed } from "./state";
import { numberText } from "./time";
import { language, said, t } from "./words";

export function causeText(group: FailureGroup): string {
    return said(group, "title") || group.code;
}

export function linkToRetry(group: FailureGroup): string {
    return linkTo("operations", "new", { act: "retry", state: "failed", cause: group.cause });
}

export function FailureRows(props: { groups: FailureGroup[] }) {
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col" class="num">
                        {t("count")}
                    </th>
                    <th scope="col">{t("cause")}</th>
                    <th scope="col">{t("filter.receiver")}</th>
                    <th scope="col">{t("failures.first")}</th>
                    <th scope="col">{t("last_time")}</th>
                    <th scope="col">{t("what_to_do")}</th>
                </tr>
            </thead>
            <tbody>
                {props.groups.map((group) => (
                    <tr key={group.cause} class="row-bad">
                        <td class="num strong">
                            {numberText(group.count)}
                            {group.is_cut ? "+" : ""}
                        </td>
                        <th scope="row">
                            {causeText(group)}
                            <span class="code block">{[group.code, group.detail].filter(Boolean).join(" · ")}</span>
                            {group.sample && (
                                <a class="link-line" href={linkTo("story", String(group.sample.seq))}>
                                    {t("failures.sample")}
                                </a>
                            )}
                            <a class="link-line" href={linkTo("documents", "", { cause: group.cause, kind: "all" })}>
                                {t("failures.documents")}
                            </a>
                            <Care group={group} />
                        </th>
                        <td>
                            <Receivers group={group} />
                        </td>
                        <td>
                            <When at={group.first_at} />
                        </td>
                        <td>
                            <Ago at={group.last_at} />
                        </td>
                        <td>
                            {inPages(said(group, "remedy")) || t("failures.mend")}
                            <span class="block">
                                <a class="button row-link" href={linkToRetry(group)}>
                                    {t("failures.retry", { count: numberText(group.count) })}
                                </a>
                            </span>
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

const brief_max = 5;

/** For Today: the largest causes, and whether somebody is on them. */
export function FailedBriefly() {
    const groups = (feed.failures ?? []).slice(0, brief_max);
    if (!groups.length) return null;
    return (
        <section aria-labelledby="failed">
            <h2 id="failed">{t("today.failed")}</h2>
            <ul class="plain">
                {groups.map((group) => (
                    <li key={group.cause}>
                        <a class="row-link" href={linkTo("failures")}>
                            {numberText(group.count)}
                            {group.is_cut ? "+" : ""} · {causeText(group)}
                        </a>
                        {group.taken && !group.taken.has_ended ? (
                            <TakenBy group={group} />
                        ) : (
                            <span class="block text-warn">{t("today.failed.nobody")}</span>
                        )}
                    </li>
                ))}
            </ul>
        </section>
    );
}

function Failures() {
    return (
        <div>
            <Heading title={t("failures.title")} text={t("failures.hint")} />
            {!feed.failures ? (
                <Waiting />
            ) : !feed.failures.length ? (
                <Empty title={t("failures.none")} text={t("failures.none.text")} />
            ) : (
                <Still version={language() + feed.failures_version} show={() => <FailureRows groups={feed.failures ?? []} />} />
            )}
            {feed.parked.length > 0 && (
                <section aria-labelledby="parked">
                    <h2 id="parked">
                        {t("parked.title")} <span class="count-of">{numberText(feed.parkedCount())}</span>
                    </h2>
                    <p class="faint">{t("parked.hint")}</p>
                    <Still
                        version={language()}
                        show={() => <ParkedRows groups={feed.parked} is_cut={feed.parked_are_cut} />}
                    />
                </section>
            )}
        </div>
    );
}

export const failuresPage: Page = {
    id: "failures",
    title: "failures.title",
    key: "f",
    group: "group.now",
    isShown: () => may("operate") && feed.offers_operations,
    badge: () => feed.failed(),
    view: () => <Failures />,
};
