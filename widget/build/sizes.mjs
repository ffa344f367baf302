/** The widget's budget, in bytes after gzip. */
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const LOADER = 5_000;
const ALL = 45_000;

/** Prints each file's size; false when the loader or the whole is over its budget. */
export async function report(folder) {
  const sizes = {};
  for (const name of (await readdir(folder)).sort()) {
    sizes[name] = gzipSync(await readFile(join(folder, name)), { level: 9 }).length;
    console.log(`${name.padEnd(24)} ${(sizes[name] / 1000).toFixed(1).padStart(6)} kB gzip`);
  }
  const all = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  console.log(`${"all".padEnd(24)} ${(all / 1000).toFixed(1).padStart(6)} kB gzip (at most ${ALL / 1000}, loader ${LOADER / 1000})`);
  return sizes["sahayak.js"] <= LOADER && all <= ALL;
}
