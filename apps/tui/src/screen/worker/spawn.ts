/**
 * Starts the worker thread before the screen listens. The thread gets ready meanwhile, and sends nothing until the screen does.
 */
import { Worker } from "node:worker_threads"

export const start = (): Worker => {
  const isHeard = new Int32Array(new SharedArrayBuffer(4))
  const thread = new Worker(new URL("./worker.js", import.meta.url), {
    workerData: isHeard,
    // Output on stderr would break the screen.
    stdout: true,
    stderr: true,
  })
  thread.on("newListener", (event) => {
    if (event !== "message") return
    Atomics.store(isHeard, 0, 1)
    Atomics.notify(isHeard, 0)
  })
  return thread
}
