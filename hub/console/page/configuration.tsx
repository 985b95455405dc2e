// Configuration: with which settings the hub runs, and where each comes from; what their files say now, and having them
// read again. They are changed in the file.
import { h } from "preact";
import { Drift } from "./drift";
import { Loaded } from "./loaded";
import { Page } from "./pages";
import { Empty, Heading } from "./parts";
import { go, linkTo } from "./place";
import { may } from "./session";
import { t } from "./words";

interface Setting {
    key: string;
    value: string | null;
    is_secret: boolean;
    origin: "file" | "default";
    file: string | null;
    line: number | null;
}

function Value(props: { setting: Setting }) {
    const { value, is_secret } = props.setting;
    if (value === null) return <span class="faint">{t("configuration.not_set")}</span>;
    return (
        <span>
            {value}
            {is_secret && <span class="faint block">{t("configuration.secret")}</span>}
        </span>
    );
}

function Table(props: { settings: Setting[] }) {
    if (!props.settings.length) return <Empty title={t("configuration.none")} />;
    return (
        <table>
            <thead>
                <tr>
                    <th scope="col">{t("configuration.key")}</th>
                    <th scope="col">{t("configuration.value")}</th>
                    <th scope="col">{t("configuration.origin")}</th>
                </tr>
            </thead>
            <tbody>
                {props.settings.map((setting) => (
                    <tr key={setting.key}>
                        <th scope="row">{setting.key}</th>
                        <td class="setting-value">
                            <Value setting={setting} />
                        </td>
                        <td class="code">
                            {setting.origin === "file" ? `${setting.file}:${setting.line}` : t("configuration.default")}
                        </td>
                    </tr>
                ))}
            </tbody>
        </table>
    );
}

function Configuration(props: { key_part: string }) {
    const { key_part } = props;
    return (
        <div>
            <Heading title={t("configuration.title")} text={t("configuration.hint")} />
            <Drift />
            <form class="filters" onSubmit={(event: Event) => event.preventDefault()} aria-label={t("filters")}>
                <label>
                    <span>{t("configuration.key")}</span>
                    <input
                        type="search"
                        spellcheck={false}
                        value={key_part}
                        maxLength={100}
                        onChange={(event: Event) =>
                            go(linkTo("configuration", "", { key: (event.target as HTMLInputElement).value.trim() }))
                        }
                    />
                </label>
            </form>
            <Loaded<{ settings: Setting[] }>
                path="/v1/configuration"
                on="health"
                every={30}
                show={({ settings }) => (
                    <Table settings={settings.filter((setting) => setting.key.includes(key_part))} />
                )}
            />
        </div>
    );
}

export const configurationPage: Page = {
    id: "configuration",
    title: "configuration.title",
    key: "c",
    group: "group.accounts",
    isShown: () => may("configure"),
    view: (place) => <Configuration key_part={place.query.key ?? ""} />,
};
