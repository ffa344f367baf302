import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.mjs";
import { report } from "./sizes.mjs";

const DIST = fileURLToPath(new URL("../dist", import.meta.url));

await bundle(DIST);
if (!(await report(DIST))) process.exitCode = 1;
