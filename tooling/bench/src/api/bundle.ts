/**
 * The Worker as it is uploaded: how much it weighs, what of that is whose, and how long it takes to start.
 *
 * Units    bytes, packed with gzip -9; milliseconds
 */
import { spawnSync } from "node:child_process"
import { createRequire } from "node:module"
import { basename, dirname, join } from "node:path"
import { gzipSync } from "node:zlib"
import * as esbuild from "esbuild"
import { type Modules, modulesIn } from "../../../../apps/api/workerd.ts"
import { root } from "../places.ts"

const api = join(root, "apps/api")
const wrangler = join(dirname(createRequire(import.meta.url).resolve("wrangler/package.json")), "bin/wrangler.js")

const call = (...args: ReadonlyArray<string>): string => {
  const env = { ...process.env, WRANGLER_SEND_METRICS: "false", NO_COLOR: "1", CI: "1" }
  const { status, stderr, stdout } = spawnSync(process.execPath, [wrangler, ...args], {
    cwd: api,
    env,
    encoding: "utf8",
  })
  if (status !== 0) throw new Error(`error: wrangler ${args.join(" ")} failed (${status ?? "killed"}). ${stderr}`)
  return stdout
}

/** The Worker's modules, as they would be deployed. */
export const deployed = (folder: string): Modules => {
  const to = join(folder, "deployed")
  call("deploy", "--dry-run", "--env=", "--outdir", to)
  return modulesIn(to)
}

/** All modules one after the other, which is how the platform counts them. */
export const joined = (modules: Modules): string => [...modules.values()].join("")

export const packed = (text: string | Uint8Array): number => gzipSync(text, { level: 9 }).length

/** Of what `wrangler check startup` says: how long the processor was at work. */
export const activeIn = (text: string): number => {
  const found = /Active: ([\d.]+) ms/.exec(text)?.[1]
  if (found === undefined) throw new Error(`error: wrangler does not say how long the start took: ${text}`)
  return Number(found)
}

/** How long the start takes. */
export const startMs = (folder: string): number =>
  activeIn(call("check", "startup", "--args=--env=", "--outfile", join(folder, "startup.cpuprofile")))

/** Whose a module is, by what it is imported as. */
export const parts = {
  effect: /^(effect|@effect\/[\w-]+)(\/|$)/,
  core: /^@dwell\/core(\/|$)/,
  hono: /^(hono|hono-openapi|@hono\/[\w-]+|@standard-community\/[\w-]+)(\/|$)/,
  pages: /^d3-\w+$|^\.[./\w]*\/(views|charts)\/\w+\.tsx?$/,
  parquet: /^hyparquet(-writer)?(\/|$)/,
  otlp: /^@effect\/opentelemetry(\/|$)/,
  saxes: /^saxes$/,
  jose: /^jose(\/|$)/,
} as const

export type Part = keyof typeof parts

/** As apps/api/build.mjs does it. */
const bundled = async (entry: string, plugins: Array<esbuild.Plugin> = []): Promise<Modules> => {
  const { outputFiles } = await esbuild.build({
    entryPoints: { worker: join(api, entry) },
    outdir: api,
    splitting: true,
    bundle: true,
    write: false,
    minify: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    conditions: ["workerd", "worker", "browser"],
    external: ["node:*", "cloudflare:*"],
    alias: {
      "@standard-community/standard-json": join(api, "src/openapi/standardJson.ts"),
      "@standard-community/standard-openapi": join(api, "src/openapi/standardOpenapi.ts"),
    },
    plugins,
    logLevel: "silent",
  })
  return new Map(outputFiles.map(({ path, text }) => [basename(path), text]))
}

/** Modules that are left out stay imports. */
const leaving = (pattern: RegExp): esbuild.Plugin => ({
  name: "leaving",
  setup: (build) => build.onResolve({ filter: pattern }, ({ path }) => ({ path, external: true })),
})

/** How many bytes the Worker has less without a part; what only that part imports goes with it. */
export const weights = async (): Promise<Readonly<Record<Part, number>>> => {
  const entry = "src/worker/worker.ts"
  const whole = packed(joined(await bundled(entry)))
  const less = async (part: Part): Promise<number> =>
    whole - packed(joined(await bundled(entry, [leaving(parts[part])])))
  return {
    effect: await less("effect"),
    core: await less("core"),
    hono: await less("hono"),
    pages: await less("pages"),
    parquet: await less("parquet"),
    otlp: await less("otlp"),
    saxes: await less("saxes"),
    jose: await less("jose"),
  }
}

/** The Worker of the benchmarks. */
export const benchWorker = (): Promise<Modules> => bundled("bench/object.ts")
