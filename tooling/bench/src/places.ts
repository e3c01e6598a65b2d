/**
 * Where things are: the repository, what is built of it, and the benchmarks' cache, which may be deleted at any time.
 */
import { join } from "node:path"

export const root = join(import.meta.dirname, "../../..")

/** Data by number of rows, the floor's program, a chdb if somebody installed one, and the latest results. */
export const cache = join(root, "node_modules/.cache/dwell-bench")

/** What the engine has made of the command: anybody's second run finds that. */
export const compiled = join(cache, "compiled")

export const resultsFile = join(cache, "results.json")
export const page = join(root, "docs/performance.md")
export const picture = join(root, "docs/performance.svg")

/** A tree of this repository, of any commit: its bundles. */
export const bundlesOf = (tree: string) => ({
  ours: join(tree, "tooling/bench/dist/ours.js"),
  dwell: join(tree, "apps/tui/dist/dwell.js"),
  api: join(tree, "apps/api/dist/dwell-api.js"),
})

const built = join(import.meta.dirname, "../dist")

export const data = join(built, "data.js")
export const peak = join(built, "peak.js")
/** An hour of the screens in a minute. */
export const hour = join(built, "hour.js")
/** What measures the screens in a terminal. */
export const screens = join(import.meta.dirname, "screen/main.ts")
/** What measures the API. */
export const apis = join(import.meta.dirname, "api/main.ts")
export const peer = (name: string): string => join(built, `peers/${name}.js`)
