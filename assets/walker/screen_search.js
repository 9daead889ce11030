/* screen_search: finds what one sees by a word. A tap on a line keeps the point at once,
 * just as a tile does.
 */
import { useState } from "preact/hooks";
import { GroupIcon } from "../shared/icons.js";
import { named, t, tn } from "../shared/i18n.js";
import { html, Sheet } from "./components.js";
import { new_id } from "./ids.js";
import { use_store } from "./store.js";
import { tap } from "./tap.js";

const MOST = 12;
const plain = (words) => words.toLocaleLowerCase("da").replace(/[\s,.()/-]+/g, " ");

/* Every line of the catalogue that has all the words, beginnings first. */
function find(catalogue, wanted) {
    const words = plain(wanted).split(" ").filter(Boolean);
    const rows = [...catalogue.groups, ...catalogue.items.filter((item) => item.code !== item.group)];
    const found = [];
    for (const row of rows) {
        const group = row.group || row.code;
        const text = plain(`${row.da} ${row.en} ${row.tile_da || ""} ${row.tile_en || ""}`);
        if (words.every((word) => text.includes(word))) {
            found.push({ row, group, first: text.startsWith(words[0]) || text.includes(` ${words[0]}`) });
        }
    }
    return found.sort((a, b) => b.first - a.first).slice(0, MOST);
}

export function SearchSheet({ walk }) {
    const catalogue = use_store((s) => s.catalogue);
    const [wanted, set_wanted] = useState("");
    const found = catalogue && wanted.trim() ? find(catalogue, wanted) : [];
    const choose = (code) => tap(walk, code, new_id(), { over: true });
    const first = (event) => {
        event.preventDefault();
        if (found.length) choose(found[0].row.code);
    };
    return html`<${Sheet} title=${t("search.title")}>
        <form class="field" onSubmit=${first} role="search"><label class="label" for="search">${t("search.label")}</label>
            <input id="search" type="search" autocomplete="off" value=${wanted} data-test="search" data-first
                onInput=${(event) => set_wanted(event.target.value)} aria-describedby="search-said" /></form>
        <p class="small quiet" id="search-said" role="status">${
            wanted.trim() ? tn("search.found", found.length) : t("search.help")}</p>
        <ul class="stack">${found.map(({ row, group }) => html`<li key=${row.code}>
            <button class="row" type="button" data-test=${`found-${row.code}`} onClick=${() => choose(row.code)}>
                <${GroupIcon} code=${group} size=${38} /><span class="in"><span class="name">${named(row)}</span></span>
            </button></li>`)}</ul></${Sheet}>`;
}
