/**
 * Where the worker's thread begins.
 */
import { workerData } from "node:worker_threads"
import * as cache from "../../compileCache.ts"

cache.enable()
const { run } = await import("./loop.ts")
const isHeard: unknown = workerData
// A message that nobody hears is lost.
if (isHeard instanceof Int32Array) Atomics.wait(isHeard, 0, 0)
run()
