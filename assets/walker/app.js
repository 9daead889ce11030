/* app: starts the page and draws the screen the address names.
 *
 * Order of starting: theme (so that nobody is dazzled), words, what an earlier visit
 * left unsent, then the program. One file input and one polite region serve them all.
 */
import { render } from "preact";
import { useEffect } from "preact/hooks";
import * as api from "../shared/api.js";
import { language, load_texts, t } from "../shared/i18n.js";
import { html } from "./components.js";
import { later, load_the_rest, part_of } from "./loader.js";
import { outbox_open } from "./outbox.js";
import { is_phone_of_a_pass, load_me } from "./me.js";
import { photo_chosen, photo_input, photos_open } from "./photo.js";
import { position_start, position_stop } from "./position.js";
import { route_start } from "./route.js";
import { look_at_status } from "./status.js";
import { overlays, screens } from "./screens.js";
import { find_walk, get_state, put_observation, set_state, use_store } from "./store.js";
import { on_tabs } from "./tabs.js";
import { theme_start } from "./theme.js";
import { attempt, is_under_way, load_observations, load_walks } from "./walks.js";

const GONE_MS = 3000;
const LOOK_MS = 60000;

const PhotoInput = () => html`<input type="file" hidden data-test="photo-input"
    accept="image/jpeg,image/png,image/webp,image/avif" capture="environment" ref=${photo_input}
    onChange=${photo_chosen} />`;

/* A position is wanted, and the screen stays awake: while it shows something of the walk's own,
 * and as long as the walk goes on, whatever is looked at; not for an old walk's list. */
function is_on_walk(s) {
    const walk = s.route.walk && find_walk(s.route.walk, s);
    return Boolean(screens[s.route.screen].walking || (walk && is_under_way(walk)));
}

function App() {
    const route = use_store((s) => s.route);
    const overlay = use_store((s) => s.overlay);
    const said = use_store((s) => s.said);
    const lang = use_store((s) => s.language);
    const on_walk = use_store(is_on_walk);
    const Screen = part_of(screens[route.screen]);
    const Over = overlay && part_of(overlays[overlay.name]);
    useEffect(() => {
        if (on_walk) position_start();
        else position_stop();
        stay_awake();
    }, [on_walk]);
    useEffect(() => {
        document.title = t(`title.${route.screen}`);
    }, [route.screen, lang]);
    return html`<div key=${lang}>
        <div inert=${Boolean(Over)}><${Screen} key=${JSON.stringify(route)} ...${route} /></div>
        ${Over && html`<${Over} ...${overlay} />`}
        <div class="sr" role="status" aria-live="polite" data-test="said">${said}</div>
        <${PhotoInput} /></div>`;
}

/* The catalogue changes seldom and the grid needs it: the last one heard will do. */
async function load_catalogue() {
    const KEPT_AS = "lygte.catalogue";
    try {
        set_state({ catalogue: JSON.parse(localStorage.getItem(KEPT_AS)) });
    } catch {
        set_state({ catalogue: null });
    }
    const catalogue = await attempt(() => api.get("/api/v1/catalogue"));
    if (!catalogue) return;
    set_state({ catalogue });
    try {
        localStorage.setItem(KEPT_AS, JSON.stringify(catalogue));
    } catch {
        return; /* asked for again next time */
    }
}

async function load_about() {
    if (is_phone_of_a_pass()) return;
    const about = await attempt(() => api.get("/api/v1/about"));
    if (about) set_state({ about });
}

/* What another tab heard stands here too. */
on_tabs(({ kind, one }) => {
    if (kind === "point" && get_state().observations[one.walk]) put_observation(one);
});

/* Stays awake while a walk is on the screen, where the device can. */
async function stay_awake() {
    if (document.hidden || !is_on_walk(get_state())) return;
    await navigator.wakeLock?.request("screen").catch(() => null);
}

function look_again() {
    const { walk } = get_state().route;
    return Promise.all([load_catalogue(), load_about(), load_walks(),
        walk && load_observations(walk)]);
}

/* What a tab leaves that goes while this one lives. After a moment, in which one that only
 * came again has taken its own; and each minute, since not every end is told. */
function look_after_others(words_open) {
    let looking = null;
    const take_over = async () => {
        const alive = await outbox_open();
        await photos_open(alive);
        words_open(alive, get_state().route.point);
    };
    const look = () => {
        looking ??= take_over().finally(() => {
            looking = null;
        });
    };
    on_tabs(({ kind }) => kind === "gone" && setTimeout(look, GONE_MS));
    setInterval(look, LOOK_MS);
}

async function start() {
    theme_start();
    await later(() => load_texts("walker"));
    set_state({ language: language() });
    await load_me();
    await route_start();
    const place = document.getElementById("app");
    place.replaceChildren();
    render(html`<${App} />`, place);
    await Promise.all([load_catalogue(), load_about(), load_walks(), look_at_status()]);
    document.addEventListener("visibilitychange", stay_awake);
    window.addEventListener("hashchange", stay_awake);
    stay_awake();
    const alive = await outbox_open();
    await photos_open(alive);
    const [{ words_open }, { worker_start }, { follow }] = await later(() =>
        Promise.all([import("./note.js"), import("./worker.js"), import("./follow.js")]));
    words_open(alive, get_state().route.point);
    look_after_others(words_open);
    if (!is_phone_of_a_pass()) {
        follow();
        later(() => import("./trail.js")).then(({ trail_open }) => trail_open());
    }
    load_the_rest(worker_start(look_again));
}

start();
