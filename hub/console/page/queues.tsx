// Queues: what waits for whom, the oldest first. Age tells more than depth.
import { h } from "preact";
import { ContactsOf } from "./contacts";
import { Queue } from "./hub";
import { Page } from "./pages";
import { levelOfQueue, worst } from "./levels";
import { ParkedLine } from "./parked";
import { Age, Ago, Empty, Heading, levelText, Sign, Still, Trouble, Unit, Waiting } from "./parts";
import { linkTo } from "./place";
import { whoAmI } from "./session";
import { Sparkline } from "./sparkline";
import { QueueOf, QueueTags } from "./queue";
import { feed } from "./state";
import { numberText } from "./time";
import { language, t } from "./words";

export function QueueRows(props: { queues: Queue[] }) {
    return (
        <table class="steady">
            <thead>
                <tr>
                    <th scope="col">{t("filter.state")}</th>
                    <th scope="col">{t("agency")}</th>
                    <th scope="col" class="num" aria-sort="descending">
                        {t("oldest")}
                    </th>
                    <th scope="col" class="num">
                        {t("waiting")}
                    </th>
                    <th scope="col" class="num">
                        {t("not_in_broker")}
                    </th>
                    <th scope="col">{t("seen_here")}</th>
                    <th scope="col">{t("last_fetched")}</th>
                </tr>
            </thead>
            <tbody>
                {props.queues.map((queue, at) => {
                    const level = queue.paused ? worst([levelOfQueue(queue), "warn"]) : levelOfQueue(queue);
                    return (
                        <tr key={queue.agency} class={`row-${level}`}>
                            <td class={`nowrap text-${level}`}>
                                <Sign level={level} label="" /> {levelText(level)}
                            </td>
                            <th scope="row">
                                <Unit code={queue.agency} />{" "}
                                <a href={linkTo("queues", queue.agency)} aria-label={`${t("queue.see")}: ${queue.agency}`}>
                                    {t("queue.see")}
                                </a>{" "}
                                <QueueTags queue={queue} />
                                {(level !== "ok" || at === 0) && <ContactsOf agency={queue.agency} />}
                            </th>
                            <td class="num">
                                <Age seconds={queue.oldest_age_seconds} level={level} />
                            </td>
                            <td class="num">
                                <a
                                    class="row-link"
                                    href={linkTo("documents", "", { receiver: queue.agency, state: "queued" })}
                                >
                                    {numberText(queue.waiting)}
                                    {queue.waiting >= 100_000 ? "+" : ""}
                                </a>
                            </td>
                            <td class="num">{numberText(queue.unconfirmed)}</td>
                            <td>
                                <Sparkline samples={feed.samples(queue.agency)} />
                            </td>
                            <td class="nowrap">
                                <Ago at={queue.last_retrieved_at} />
                            </td>
                        </tr>
                    );
                })}
            </tbody>
        </table>
    );
}

function Queues() {
    const queues = feed.queues;
    return (
        <div>
            <Heading title={t("queues.title")} text={t("queues.hint")} />
            <ParkedLine />
            {!queues ? (
                feed.fault ? (
                    <Trouble fault={feed.fault} again={() => feed.restart()} />
                ) : (
                    <Waiting />
                )
            ) : !queues.length ? (
                <Empty title={t("queues.none")} text={t(whoAmI()?.agency ? "queues.none.own" : "queues.none.text")} />
            ) : (
                <Still version={language()} show={() => <QueueRows queues={feed.queues ?? []} />} />
            )}
        </div>
    );
}

export const queuesPage: Page = {
    id: "queues",
    title: "queues.title",
    key: "q",
    group: "group.now",
    view: (place) => (place.name ? <QueueOf agency={place.name} /> : <Queues />),
    badge: () => (feed.queues ?? []).filter((queue) => queue.paused || levelOfQueue(queue) !== "ok").length,
};
