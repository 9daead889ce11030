/* chunks: a list of thousands of rows that stays quick. Rows are drawn a chunk at a time,
 * and only those near the window; the place of the others is kept by their height.
 */
import { useEffect, useRef, useState } from "preact/hooks";
import { html } from "./components.js";

const SIZE = 48; /* fills rows of one, two, three and four columns */
const ROW_PX = 118; /* a row nobody has measured yet */
const NEAR = "1200px 0px";

function Chunk({ rows, draw, first, columns }) {
    const box = useRef();
    const height = useRef(0);
    const [near, set_near] = useState(first);
    useEffect(() => {
        const watch = new IntersectionObserver(([seen]) => {
            if (!seen.isIntersecting) height.current = seen.boundingClientRect.height;
            set_near(seen.isIntersecting);
        }, { rootMargin: NEAR });
        watch.observe(box.current);
        return () => watch.disconnect();
    }, []);
    const px = height.current || Math.ceil(rows.length / columns) * ROW_PX;
    return html`<ul class="rows" ref=${box} style=${near ? null : { height: `${px}px` }}>
        ${near && rows.map(draw)}</ul>`;
}

/* draw(row) gives an <li> with a key. */
export function Chunks({ rows, draw }) {
    const columns = Math.max(1, Math.floor(Math.min(window.innerWidth, 1180) / 370));
    const chunks = [];
    for (let at = 0; at < rows.length; at += SIZE) chunks.push(rows.slice(at, at + SIZE));
    return chunks.map((part, i) => html`<${Chunk} key=${i} rows=${part} draw=${draw}
        first=${i === 0} columns=${columns} />`);
}
