import colours from "./colours.css?inline";
import panel from "./panel.css?inline";
import header from "./header.css?inline";
import log from "./log.css?inline";
import formatted from "./formatted.css?inline";
import sources from "./sources.css?inline";
import composer from "./composer.css?inline";
import files from "./files.css?inline";
import thumbs from "./thumbs.css?inline";
import before from "./before.css?inline";
import circumstances from "./circumstances.css?inline";

/** In cascade order: what depends on the screen or the visitor's wishes comes last. */
export const STYLES = [colours, panel, header, log, formatted, sources, composer, files, thumbs, before, circumstances].join("\n");
