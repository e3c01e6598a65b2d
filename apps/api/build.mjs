// Bundles dwell-api into dist/: the program for Node, the Worker, and beside them what browsers load.
import { rmSync, writeFileSync } from "node:fs"
import { build } from "esbuild"
import { assets } from "./assets.ts"

rmSync("dist", { recursive: true, force: true })

/** They import every schema library they can find; ours has one. */
const alias = {
  "@standard-community/standard-json": "./src/openapi/standardJson.ts",
  "@standard-community/standard-openapi": "./src/openapi/standardOpenapi.ts",
}

await build({
  entryPoints: { "dwell-api": "src/main.ts" },
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
  alias,
  banner: {
    js: 'import { createRequire as makeRequire } from "node:module"; const require = makeRequire(import.meta.url);',
  },
  logLevel: "warning",
})

// In modules, of which a start loads what every request needs, and a request what it needs besides.
await build({
  entryPoints: { worker: "src/worker/worker.ts" },
  outdir: "dist/worker",
  splitting: true,
  chunkNames: "[name]-[hash]",
  bundle: true,
  platform: "neutral",
  mainFields: ["module", "main"],
  conditions: ["workerd", "worker", "browser"],
  external: ["node:*", "cloudflare:*"],
  format: "esm",
  target: "es2024",
  minify: true,
  legalComments: "none",
  alias,
  logLevel: "warning",
})

await assets("dist/public/assets")
writeFileSync("dist/public/.assetsignore", "*.gz\n")
// Where a platform serves these files by itself, it sends these headers with them.
writeFileSync(
  "dist/public/_headers",
  `/assets/*
  Content-Security-Policy: default-src 'none'; frame-ancestors 'none'
  X-Content-Type-Options: nosniff
  Referrer-Policy: no-referrer
`,
)
