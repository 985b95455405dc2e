// Some of the deliveries that an operation would touch.
import { h } from "preact";
import { DeliverySample } from "./hub";
import { Unit } from "./parts";
import { linkTo } from "./place";
import { numberText } from "./time";
import { said, t } from "./words";

export function Sample(props: { lines: DeliverySample[]; count: number }) {
    return (
        <section aria-labelledby="sample">
            <h2 id="sample">{t("operation.sample", { count: props.lines.length, of: numberText(props.count) })}</h2>
            <table>
                <thead>
                    <tr>
                        <th scope="col">{t("document.number")}</th>
                        <th scope="col">{t("document.subject")}</th>
                        <th scope="col">{t("document.sender")}</th>
                        <th scope="col">{t("filter.receiver")}</th>
                        <th scope="col">{t("filter.state")}</th>
                        <th scope="col" class="num">
                            {t("operation.attempt")}
                        </th>
                    </tr>
                </thead>
                <tbody>
                    {props.lines.map((line) => (
                        <tr key={`${line.seq}-${line.receiver}`}>
                            <th scope="row">
                                <a class="row-link" href={linkTo("story", String(line.seq))}>
                                    {[line.number, line.notation].filter(Boolean).join("/") || line.seq}
                                </a>
                            </th>
                            <td>
                                <span class="subject">{line.subject}</span>
                            </td>
                            <td>
                                <Unit code={line.sender} short />
                            </td>
                            <td>
                                <Unit code={line.receiver} short />
                            </td>
                            <td>{said(line, "label")}</td>
                            <td class="num">{line.attempt}</td>
                        </tr>
                    ))}
                </tbody>
            </table>
        </section>
    );
}
