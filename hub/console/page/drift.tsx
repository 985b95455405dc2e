// What the files of the settings say against what the hub runs with: mistakes beside their keys, changes, the way to reload.
import { h } from "preact";
import { change } from "./hub";
import { Loaded } from "./loaded";
import { Ask, Sign } from "./parts";
import { may } from "./session";
import { feed } from "./state";
import { numberText } from "./time";
import { language, t } from "./words";

interface Mistake {
    file: string;
    line: number;
    key: string;
    problem_vi: string;
    problem_en: string;
}

interface SettingChange {
    key: string;
    before: string | null;
    after: string | null;
    is_content: boolean;
    needs_restart: boolean;
    file: string | null;
    line: number | null;
}

interface Look {
    changes: SettingChange[];
    mistakes: Mistake[];
    seen: string | null;
}

function placeOf(of: { file: string | null; line: number | null }): string {
    return [of.file ?? "", of.line ? String(of.line) : ""].filter(Boolean).join(":");
}

function Mistakes(props: { mistakes: Mistake[] }) {
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("configuration.key")}</th>
                    <th scope="col">{t("configuration.mistake")}</th>
                    <th scope="col">{t("configuration.place")}</th>
                </tr>
            </thead>
            <tbody>
                {props.mistakes.map((mistake) => (
                    <tr>
                        <th scope="row">{mistake.key}</th>
                        <td class="setting-value">{language() === "en" ? mistake.problem_en : mistake.problem_vi}</td>
                        <td class="code">{placeOf(mistake)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Changes(props: { changes: SettingChange[] }) {
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("configuration.key")}</th>
                    <th scope="col">{t("configuration.before")}</th>
                    <th scope="col">{t("configuration.after")}</th>
                    <th scope="col">{t("configuration.counts")}</th>
                    <th scope="col">{t("configuration.place")}</th>
                </tr>
            </thead>
            <tbody>
                {props.changes.map((one) => (
                    <tr>
                        <th scope="row">{one.key}</th>
                        <td class="setting-value">{one.before ?? t("configuration.absent")}</td>
                        <td class="setting-value">
                            {one.after ?? t("configuration.absent")}
                            {one.is_content && <span class="faint block">{t("configuration.content")}</span>}
                        </td>
                        <td>{one.needs_restart ? t("configuration.restart") : t("configuration.live")}</td>
                        <td class="code">{placeOf(one)}</td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Reload(props: { seen: string; again: () => void }) {
    return (
        <Ask
            label={t("configuration.reload")}
            title={t("configuration.reload")}
            hint={t("configuration.reload.hint")}
            field="reason"
            submit={async (reason) => {
                try {
                    await change("POST", "/v1/configuration/reload", { reason, seen: props.seen });
                } finally {
                    // Refused, the files are others than those that are shown.
                    props.again();
                }
                feed.reload();
            }}
        />
    );
}

function Shown(props: { look: Look; again: () => void }) {
    const { changes, mistakes, seen } = props.look;
    const level = mistakes.length ? "warn" : changes.length ? "note" : "ok";
    const counts_at_once = changes.some((one) => !one.needs_restart);
    const words = mistakes.length
        ? t("configuration.mistakes", { count: numberText(mistakes.length) })
        : changes.length
          ? t(counts_at_once ? "configuration.differs" : "configuration.waits", { count: numberText(changes.length) })
          : t("configuration.same");
    return (
        <div>
            <div class="box">
                <Sign level={level} label="" />
                <span>
                    {words} {may("configure") && seen && counts_at_once && <Reload seen={seen} again={props.again} />}
                </span>
            </div>
            {mistakes.length > 0 && <Mistakes mistakes={mistakes} />}
            {changes.length > 0 && <Changes changes={changes} />}
        </div>
    );
}

export function Drift() {
    return (
        <Loaded<Look>
            path="/v1/configuration/changes"
            on="health"
            every={30}
            show={(look, again) => <Shown look={look} again={again} />}
        />
    );
}
