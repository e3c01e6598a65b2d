// Bundles dwell-api into dist/: the program for Node, and beside it what browsers load.
import { cpSync, mkdirSync, rmSync } from "node:fs"
import { dirname, join } from "node:path"
import { createRequire } from "node:module"
import { build } from "esbuild"

const require = createRequire(import.meta.url)

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

// What browsers load, served as it is.
await build({
  entryPoints: { wallboard: "src/browser/wallboard.ts", docs: "src/browser/docs.ts" },
  outdir: "dist/assets",
  bundle: true,
  platform: "browser",
  format: "esm",
  target: "es2022",
  minify: true,
  legalComments: "none",
  logLevel: "warning",
})
cpSync("src/browser/static", "dist/assets", { recursive: true })
const swagger = dirname(require.resolve("swagger-ui-dist/package.json"))
mkdirSync("dist/assets/swagger", { recursive: true })
for (const file of ["swagger-ui.css", "swagger-ui-bundle.js"]) cpSync(join(swagger, file), join("dist/assets/swagger", file))
