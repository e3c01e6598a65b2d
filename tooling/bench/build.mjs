// Bundles what is measured, a file each, as users run bundles: loading hundreds of modules would count as memory.
import { globSync } from "node:fs"
import { basename } from "node:path"
import { build } from "esbuild"

const core = "../../packages/core/bench"

await build({
  entryPoints: {
    data: `${core}/data.ts`,
    ours: `${core}/main.ts`,
    peak: "src/peak.ts",
    ...Object.fromEntries(globSync("src/peers/*.ts").map((path) => [`peers/${basename(path, ".ts")}`, path])),
  },
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  external: ["@duckdb/node-api", "esbuild", "workerd"],
  // Some dependencies are CommonJS and ask for Node's modules by `require`.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  logLevel: "warning",
})
