/** Proves that the committed bundle is what the source builds to, and within its budget. */
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { report } from "./sizes.mjs";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));
const fresh = await mkdtemp(join(tmpdir(), "widget-"));
try {
  await bundle(fresh);
  const stale = await differences(DIST, fresh);
  for (const name of stale) console.error(`dist/${name} is not what the source builds to.`);
  if (stale.length) console.error("Run `npm run build` and commit widget/dist.");
  if (!(await report(fresh)) || stale.length) process.exitCode = 1;
} finally {
  await rm(fresh, { recursive: true });
}

async function differences(committed, built) {
  const names = new Set([...(await readdir(committed).catch(() => [])), ...(await readdir(built))]);
  const contents = (folder, name) => readFile(join(folder, name), "utf-8").catch(() => null);
  const differing = [];
  for (const name of [...names].sort()) {
    if ((await contents(committed, name)) !== (await contents(built, name))) differing.push(name);
  }
  return differing;
}
