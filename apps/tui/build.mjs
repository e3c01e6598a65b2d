// Bundles the program into dist/: dwell.js, and beside it what only some commands load. It needs nothing but Node.
import { rmSync } from "node:fs"
import { build } from "esbuild"

rmSync("dist", { recursive: true, force: true })

await build({
  entryPoints: { dwell: "src/main.ts", worker: "src/screen/worker/workerEntry.ts" },
  outdir: "dist",
  splitting: true,
  chunkNames: "[name]-[hash]",
  bundle: true,
  platform: "node",
  format: "esm",
  target: "node22",
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: "none",
  jsx: "automatic",
  // React's development build checks much and is slow.
  define: { "process.env.NODE_ENV": '"production"' },
  // Ink has an older one of its own, which takes at least twice as long for a line with bars.
  alias: { "string-width": "string-width" },
  // Ink loads it where a developer has installed it, to look into it.
  external: ["react-devtools-core"],
  // Some dependencies are CommonJS and ask for Node's modules by `require`.
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  logLevel: "warning",
})
