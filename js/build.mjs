// Bundles js/src into one module for the widget: `npm ci --ignore-scripts && npm run build [folder]`.
// The first lines name the licences of what is inside and the digest of the sources, which a test compares.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const out = process.argv[2] ?? join(here, "..", "src", "jimei_kb", "view", "explorer");

function digest() {
  const files = ["build.mjs", "package-lock.json", ...readdirSync(join(here, "src")).sort().map((name) => `src/${name}`)];
  const hash = createHash("sha256");
  for (const name of files) hash.update(`${name}\n`).update(readFileSync(join(here, name)));
  return hash.digest("hex");
}

function licences(inputs) {
  const packages = new Set(inputs.map((path) => /node_modules\/([^/]+)\//.exec(path)?.[1]).filter(Boolean));
  return [...packages].sort().map((name) => `${name}\n${readFileSync(join(here, "node_modules", name, "LICENSE"), "utf8").trim()}`);
}

const options = { absWorkingDir: here, bundle: true, charset: "utf8", metafile: true, minify: true, target: "es2022", write: false };
for (const name of ["explorer.js", "explorer.css"]) {
  const result = await build({ ...options, entryPoints: [`src/${name}`], format: name.endsWith(".js") ? "esm" : undefined });
  const inside = licences(Object.keys(result.metafile.inputs));
  const banner = [`sources ${digest()}`, ...inside].join("\n\n").replaceAll("*/", "* /");
  writeFileSync(join(out, name), `/*! ${banner}\n*/\n${result.outputFiles[0].text.trimEnd()}\n`);
}
