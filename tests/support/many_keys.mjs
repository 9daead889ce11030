// SQL that puts COUNT key lines of origins nobody knows into a stick's feed.
import { createHash, generateKeyPairSync } from "node:crypto";

console.log("BEGIN;");
for (let i = 0; i < Number(process.argv[2]); i++) {
    const spki = generateKeyPairSync("ed25519").publicKey.export({ type: "spki", format: "der" });
    const key = spki.subarray(-32);
    const origin = createHash("sha256").update(key).digest("hex").slice(0, 32);
    const line = JSON.stringify({ origin, key: key.toString("hex") });
    console.log(`INSERT INTO feed (text) VALUES ('${line}');`);
}
console.log("COMMIT;");
