/* plot: answers by role on a line from 1 (safe) to 7 (unsafe): a glass an answer, a thin
 * line from the lowest to the highest. A table, so that it can be read aloud. There is no
 * average: that people see the route differently is what there is to talk about.
 */
import { number, t, tn } from "../shared/i18n.js";
import { html } from "./components.js";
import { spread } from "./evening.js";
import { soft } from "./soft.js";

const SCALE = [1, 2, 3, 4, 5, 6, 7];
const GLASSES = 6; /* more than that at one place is a number */
const APART = 3; /* so far apart is "differently" */

const Votes = ({ count }) => (count > GLASSES
    ? html`<b aria-hidden="true">${number(count)}</b>`
    : html`<span class="votes" aria-hidden="true">${
        Array.from({ length: count }, (_, i) => html`<i key=${i}></i>`)}</span>`);

function Row({ row }) {
    const seen = spread(row.counts);
    return html`<tr><th scope="row">${soft(t(`role_of.${row.role}`))}</th>
        ${SCALE.map((value) => {
        const count = row.counts[value - 1];
        const within = seen && value >= seen.low && value <= seen.high && seen.high > seen.low;
        const end = within && (value === seen.low ? "low" : value === seen.high ? "high" : "");
        return html`<td key=${value} class=${within ? `within ${end}` : ""}>
            ${count > 0 && html`<${Votes} count=${count} /><span class="sr">${
                tn("rating.at", count, value)}</span>`}</td>`;
    })}</tr>`;
}

function whole(rows) {
    const sum = SCALE.map((_, i) => rows.reduce((n, row) => n + row.counts[i], 0));
    return spread(sum);
}

export function Plot({ title, round }) {
    const { answers, rows, few } = round;
    const seen = whole(rows);
    return html`<section class="panel plotted" aria-labelledby="plot-label" data-test="plot">
        <h2 id="plot-label">${title}</h2>
        ${rows.length > 0 && html`<table class="spread"><caption class="sr">${t("rating.scale")}</caption>
            <thead><tr><td></td>${SCALE.map((value) => html`<th scope="col" key=${value}>${value}</th>`)}</tr>
            <tr class="ends" aria-hidden="true"><td></td><td colspan="3">${t("rating.safe")}</td><td></td>
                <td colspan="3">${t("rating.unsafe")}</td></tr></thead>
            <tbody>${rows.map((row) => html`<${Row} key=${row.role} row=${row} />`)}</tbody></table>
            <p class="ends-words" aria-hidden="true">${t("rating.safe")}, ${t("rating.unsafe")}</p>
            <p><b>${t("rating.from_to", tn("rating.answers", answers), seen.low, seen.high)}</b> ${
                t(seen.high - seen.low >= APART ? "rating.apart" : "rating.alike")}</p>`}
        ${few && html`<p><b>${tn("rating.answers", answers)}</b> ${t("rating.few")}</p>`}
        ${!answers && html`<p>${t("rating.none")}</p>`}
    </section>`;
}
