/**
 * Where the worker thread starts.
 */
import { workerData } from "node:worker_threads"
import * as cache from "../../compileCache.ts"

cache.enable()
const { run } = await import("./loop.ts")
const isHeard: unknown = workerData
// A message without a listener is lost, so wait for one.
if (isHeard instanceof Int32Array) Atomics.wait(isHeard, 0, 0)
run()
