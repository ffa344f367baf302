/** Builds the widget into one folder: `sahayak.js`, the loader, and `chat-<hash>.js`, which it fetches. */
import { mkdir, readdir, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "vite";

const WIDGET = fileURLToPath(new URL("..", import.meta.url));

export async function bundle(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await library(folder, { entry: "src/chat/mount.tsx", formats: ["es"], fileName: "chat-[hash].js" });
  const chat = (await readdir(folder)).find((name) => name.startsWith("chat-"));
  await library(folder, {
    entry: "src/loader.ts",
    formats: ["iife"],
    fileName: "sahayak.js",
    define: { __CHAT_FILE__: JSON.stringify(chat) },
  });
}

async function library(folder, { entry, formats, fileName, define = {} }) {
  await build({
    root: WIDGET,
    configFile: false,
    logLevel: "warn",
    define: { "process.env.NODE_ENV": '"production"', ...define },
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir: folder,
      emptyOutDir: false,
      // Windows 7 stopped at Chrome 109, and pharmacies still run it
      target: ["chrome109", "firefox115", "safari16.4"],
      lib: { entry, formats, name: "Sahayak" },
      modulePreload: false,
      // Vite leaves the white space in ES libraries, for tree shaking; this one goes to browsers as it is
      rollupOptions: { output: { entryFileNames: fileName, codeSplitting: false, minify: true } },
    },
  });
}
