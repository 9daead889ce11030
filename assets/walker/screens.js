/* screens: every screen, sheet and part of the page, in one table each.
 *
 * A row names the address, the file (fetched when it is wanted, and ahead when the page
 * is idle), what the file exports, and the texts and styles it brings beside the page's
 * own: `texts: "life"` (or several, ["life", "menu"]) is i18n/LANG/page-life.json, `css: "map.css"` is walker/map.css.
 * A new screen is a file and a row here; nothing else needs to know of it.
 *
 *   screens   what fills the page. `path` has :names, which the component gets as props
 *             beside `screen`. `walking`: a position is watched and the screen stays awake, even of
 *             a walk that is not under way; of one that is, on every screen that names it.
 *   overlays  what lies over a screen: open_overlay(name, facts) of route.js; the component
 *             gets the facts as props, and draws a Sheet or something of its own.
 *   places    parts inside other people's screens: <${Place} name="kept.place" one=${one} />
 *             draws every row of that name, in this order, with the props given there.
 *   after_tap what looks at a point that was just kept
 *   menu      rows of the menu: { icon, text, when(route, walk), to(route) or open: overlay }, and `owner`
 *             when it is nothing for a phone that came by a walk's pass, `phone` when only for one
 */
export const screens = {
    walks: { path: "/", load: () => import("./screen_walks.js"), part: "WalksScreen",
        texts: "walks", css: "walks.css" },
    new: { path: "/new", load: () => import("./screen_new.js"), part: "NewWalkScreen",
        texts: "new" },
    arrived: { path: "/arrived", load: () => import("./screen_arrived.js"), part: "ArrivedScreen",
        texts: ["arrived", "kept", "words"] },
    walk: { path: "/walk/:walk", load: () => import("./screen_walk.js"), part: "WalkScreen",
        walking: true },
    list: { path: "/walk/:walk/points", load: () => import("./screen_list.js"),
        part: "ListScreen", texts: "words" },
    kept: { path: "/walk/:walk/point/:point", load: () => import("./screen_kept.js"),
        part: "KeptScreen", walking: true, texts: ["kept", "words"], css: "kept.css" },
    evening: { path: "/walk/:walk/evening", load: () => import("./screen_evening.js"),
        part: "EveningScreen", texts: ["life", "new", "kept"], css: "life.css" },
    summing: { path: "/walk/:walk/summing", load: () => import("./screen_summing.js"),
        part: "SummingScreen", texts: ["life", "kept", "menu"], css: "life.css" },
    rewalk: { path: "/walk/:walk/again", load: () => import("./screen_rewalk.js"),
        part: "RewalkScreen", walking: true, texts: ["life", "kept", "words"], css: "life.css" },
    rewalk_at: { path: "/walk/:walk/again/:seen", load: () => import("./screen_rewalk.js"),
        part: "RewalkScreen", walking: true, texts: ["life", "kept", "words"], css: "life.css" },
    map: { path: "/walk/:walk/map", load: () => import("./screen_map.js"), part: "MapScreen",
        walking: true, texts: ["where", "life"], css: "map.css" },
    route: { path: "/walk/:walk/route", load: () => import("./screen_route.js"),
        part: "RouteScreen", walking: true, texts: ["where", "life"], css: "map.css" },
    lamps: { path: "/walk/:walk/lamps", load: () => import("./screen_lamps.js"),
        part: "LampsScreen", walking: true, texts: "where", css: "map.css" },
};

export const overlays = {
    place: { load: () => import("./screen_map.js"), part: "PlaceSheet", texts: "where",
        css: "map.css" },
    pin: { load: () => import("./sheet_pin.js"), part: "PinSheet", texts: "where",
        css: "map.css" },
    menu: { load: () => import("./screen_menu.js"), part: "MenuSheet",
        texts: ["menu", "life", "where"] },
    position: { load: () => import("./screen_menu.js"), part: "PositionSheet", texts: "menu" },
    search: { load: () => import("./screen_search.js"), part: "SearchSheet", texts: "kept" },
    markkey: { load: () => import("./screen_menu.js"), part: "MarkKeySheet",
        texts: ["kept", "menu"] },
    acute: { load: () => import("./screen_acute.js"), part: "AcuteScreen",
        texts: ["life", "menu"], css: "acute.css" },
    rate: { load: () => import("./sheet_votes.js"), part: "RateScreen", texts: ["life", "menu"],
        css: "life.css" },
    votes: { load: () => import("./sheet_votes.js"), part: "VotesSheet", texts: ["life", "menu"],
        css: "life.css" },
    end: { load: () => import("./sheet_votes.js"), part: "EndSheet", texts: ["life", "menu", "arrived"],
        css: "life.css" },
    wipe: { load: () => import("./sheet_wipe.js"), part: "WipeSheet", texts: "arrived" },
    seal: { load: () => import("./sheet_seal.js"), part: "SealSheet", texts: ["life", "menu", "kept"],
        css: "life.css" },
    metoo: { load: () => import("./sheet_metoo.js"), part: "MeTooSheet", texts: ["life", "kept"],
        css: "life.css" },
    photo: { load: () => import("./screen_cover.js"), part: "CoverScreen", texts: ["cover", "kept"],
        css: "cover.css" },
    camera: { load: () => import("./screen_camera.js"), part: "CameraScreen", texts: "cover",
        css: "cover.css" },
};

/* The small map waits until the grid can be tapped; its place is there from the start. */
const strip = () => new Promise((done) => setTimeout(done, 300)).then(() => import("./strip.js"));

/* Places there are, each with the props its parts get:
 *   walks.tonight   { walk }          in the lit panel of tonight's walk, over its button
 *   walk.top        { walk: id }      over the grid (phone), over "latest" (tablet)
 *   walk.latest     { points }        tablet: the last ones that were kept
 *   walk.near       { walk: id, most } under it: what is near from last time
 *   kept.beside     { one, walk: id } a button beside "take photo": move the pin
 *   kept.place      { one, walk: id } under the photos: the pin, the two positions
 *   kept.answers    { one, walk: id } after "who is affected" */
export const places = {
    "kept.beside": [{ load: () => import("./sheet_pin.js"), part: "PinButton", texts: "where",
        css: "map.css" }],
    "kept.place": [{ load: strip, part: "KeptPlace" }],
    "kept.answers": [{ load: () => import("./spot.js"), part: "Spot", texts: "life",
        css: "life.css" }],
    "walk.conflicts": [{ load: () => import("./walk_conflicts.js"), part: "WalkConflicts",
        texts: ["kept", "life", "words"], css: "kept.css" }],
    "walks.tonight": [{ load: () => import("./screen_evening.js"), part: "EveningRow",
        texts: "life", css: "life.css" }],
    "walk.top": [{ load: strip, part: "MapStrip" }],
    "walk.near": [{ load: strip, part: "NearPoints" }],
    "walk.latest": [{ load: () => import("./screen_list.js"), part: "LatestPoints",
        texts: "words" }],
};

/* Functions that are called with (walk, point) when a tap was kept and its screen opens:
 * { load, part }, part being the function's name. */
export const after_tap = [
    { load: () => import("./sheet_metoo.js"), part: "ask_me_too", texts: "life",
        css: "life.css" },
];

export const menu = [
    { icon: "pin", text: "menu.map", texts: "where", when: (route) => route.walk,
        to: (route) => `#/walk/${route.walk}/map` },
    { icon: "sun", text: "menu.lamps", texts: "where", when: (route) => route.walk,
        to: (route) => `#/walk/${route.walk}/lamps` },
    { icon: "list", text: "list.title", when: (route) => route.walk,
        to: (route) => `#/walk/${route.walk}/points` },
    { icon: "history", text: "menu.again", texts: "life", when: (route) => route.walk,
        to: (route) => `#/walk/${route.walk}/again` },
    { icon: "people", text: "rating.mine", texts: "life", when: (route) => route.walk, phone: true,
        open: "rate" },
    { icon: "people", text: "evening.title", texts: "life", when: (route) => route.walk,
        to: (route) => `#/walk/${route.walk}/evening`, owner: true },
    { icon: "flag", text: "summing.title", texts: "life", when: (route) => route.walk,
        to: (route) => `#/walk/${route.walk}/summing`, owner: true },
    { icon: "lock", text: "seal.title", texts: "life", owner: true, open: "seal",
        when: (route) => route.walk },
    { icon: "send", text: "arrived.title", to: () => "#/arrived", owner: true },
];
