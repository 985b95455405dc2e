// What operators have set aside: never red, for somebody decided it; never out of sight, for nobody else ends it.
import { h } from "preact";
import { Delivery, DocumentRow, ParkedGroup, Story } from "./hub";
import { Sign, Unit, When } from "./parts";
import { linkTo } from "./place";
import { may } from "./session";
import { feed } from "./state";
import { numberText } from "./time";
import { said, t } from "./words";

const receivers_max = 4;

export function isParked(delivery: Delivery): boolean {
    return delivery.standing === "parked";
}

export function linkToRelease(group: ParkedGroup, act: "release" | "retry"): string {
    return linkTo("operations", "new", { act, state: "parked", cause: group.cause });
}

/** Beside the station: that says how far it came. */
export function ParkedTag(props: { delivery: Delivery }) {
    return isParked(props.delivery) ? <span class="tag tag-held">{t("standing.parked")}</span> : null;
}

export function ParkedCount(props: { document: DocumentRow }) {
    const count = props.document.deliveries.filter(isParked).length;
    return count ? <span class="tag tag-held">{t("parked.count", { count: numberText(count) })}</span> : null;
}

export function Receivers(props: { group: { receivers: { agency: string; count: number }[]; receiver_count: number } }) {
    const { receivers, receiver_count } = props.group;
    return (
        <ul class="plain">
            {receivers.slice(0, receivers_max).map(({ agency, count }) => (
                <li>
                    <Unit code={agency} short /> <span class="faint">{numberText(count)}</span>
                </li>
            ))}
            {receiver_count > receivers_max && (
                <li class="faint">{t("failures.more", { count: numberText(receiver_count - receivers_max) })}</li>
            )}
        </ul>
    );
}

function Acts(props: { group: ParkedGroup }) {
    const { acts, act_count } = props.group;
    return (
        <ul class="plain">
            {acts.map((act) => (
                <li>
                    <a href={linkTo("operations", String(act.operation))}>{act.actor || act.operation}</a>: {act.reason}{" "}
                    <span class="faint">
                        {numberText(act.count)} · <When at={act.asked_at} />
                    </span>
                </li>
            ))}
            {act_count > acts.length && (
                <li class="faint">{t("parked.more_acts", { count: numberText(act_count - acts.length) })}</li>
            )}
        </ul>
    );
}

function Row(props: { group: ParkedGroup }) {
    const { group } = props;
    const has_failed = group.code !== "";
    const chosen = { standing: "parked", kind: "all", cause: has_failed ? group.cause : "" };
    return (
        <tr>
            <td class="num strong">{numberText(group.count)}</td>
            <th scope="row">
                {has_failed ? said(group, "title") || group.code : t("parked.before")}
                {has_failed && <span class="code block">{[group.code, group.detail].filter(Boolean).join(" · ")}</span>}
                <a class="link-line" href={linkTo("documents", "", chosen)}>
                    {t("failures.documents")}
                </a>
            </th>
            <td>
                <Receivers group={group} />
            </td>
            <td class="nowrap">
                <When at={group.first_at} />
            </td>
            <td>
                <Acts group={group} />
            </td>
            <td>
                <span class="row">
                    <a class="button row-link" href={linkToRelease(group, "release")}>
                        {t("parked.release", { count: numberText(group.count) })}
                    </a>
                    {has_failed && (
                        <a class="button" href={linkToRelease(group, "retry")}>
                            {t("failures.retry", { count: numberText(group.count) })}
                        </a>
                    )}
                </span>
            </td>
        </tr>
    );
}

export function ParkedRows(props: { groups: ParkedGroup[]; is_cut: boolean }) {
    return (
        <div>
            <table>
                <thead>
                    <tr>
                        <th scope="col" class="num">
                            {t("count")}
                        </th>
                        <th scope="col">{t("cause")}</th>
                        <th scope="col">{t("filter.receiver")}</th>
                        <th scope="col">{t("parked.since")}</th>
                        <th scope="col">{t("parked.by")}</th>
                        <th scope="col">{t("what_to_do")}</th>
                    </tr>
                </thead>
                <tbody>
                    {props.groups.map((group) => (
                        <Row key={group.cause} group={group} />
                    ))}
                </tbody>
            </table>
            {props.is_cut && <p class="faint">{t("parked.cut")}</p>}
        </div>
    );
}

/** One line on pages about what moves. */
export function ParkedLine() {
    const count = feed.parkedCount();
    if (!count) return null;
    return (
        <p class="box">
            <Sign level="note" label="" />
            <span>
                {t("parked.some", { count: numberText(count) })} <a href={linkTo("failures")}>{t("parked.see")}</a>
            </span>
        </p>
    );
}

/** In a story: that it stands still by a decision, and the way on. */
export function ParkedNote(props: { story: Story }) {
    const parked = props.story.deliveries.filter(isParked);
    if (!parked.length) return null;
    const shown = parked.slice(0, 3).map((delivery) => delivery.receiver_name || delivery.receiver);
    const names = shown.join(", ") + (parked.length > shown.length ? " …" : "");
    const chosen = { act: "release", state: "parked", id: props.story.id ?? "" };
    return (
        <p class="box">
            <Sign level="note" label="" />
            <span>
                {t("parked.story", { names })}{" "}
                {may("operate") && feed.offers_operations && props.story.id && (
                    <a href={linkTo("operations", "new", chosen)}>
                        {t("parked.release", { count: numberText(parked.length) })}
                    </a>
                )}
            </span>
        </p>
    );
}
