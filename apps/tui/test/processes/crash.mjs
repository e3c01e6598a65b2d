// Loaded before the program: something goes wrong in it that nobody expected.
import { isMainThread } from "node:worker_threads"

if (isMainThread) {
  const crash = () => {
    throw new Error("nobody expected this")
  }
  process.once("SIGUSR2", crash)
}
