// Bundles what is measured, a file each, as users run bundles: loading hundreds of modules would count as memory.
import { globSync } from "node:fs"
import { basename, join } from "node:path"
import { build } from "esbuild"

const core = "../../packages/core/bench"

const options = {
  outdir: "dist",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  // Some dependencies are CommonJS and ask for Node's modules by `require`.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  logLevel: "warning",
}

await build({
  ...options,
  entryPoints: {
    data: `${core}/data.ts`,
    ours: `${core}/main.ts`,
    peak: "src/peak.ts",
    ...Object.fromEntries(globSync("src/peers/*.ts").map((path) => [`peers/${basename(path, ".ts")}`, path])),
  },
  external: ["@duckdb/node-api", "esbuild", "workerd"],
})

await build({
  ...options,
  entryPoints: { hour: "../../apps/tui/bench/hour.tsx" },
  // Apart, as the program's own bundle is: what only developers of Ink load is not there.
  splitting: true,
  chunkNames: "hour/[name]-[hash]",
  external: ["react-devtools-core"],
  jsx: "automatic",
  define: { "process.env.NODE_ENV": '"production"' },
  // Ink has an older one of its own, which takes at least twice as long for a line with bars.
  alias: { "string-width": join(import.meta.dirname, "../../apps/tui/node_modules/string-width") },
})
