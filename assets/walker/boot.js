/* boot: lets the browser draw what index.html says before it runs the page's scripts; on a
 * slow phone those take longer than the rest of the way. A page in the background is not
 * drawn at all, and does not wait for it.
 */
const HIDDEN_MS = 200;
const drawn = new Promise((done) => {
    requestAnimationFrame(() => setTimeout(done));
    setTimeout(done, HIDDEN_MS);
});
const AGAIN_MS = 1000;
const start = () => import("./app.js").catch(() => setTimeout(start, AGAIN_MS));
drawn.then(start);
