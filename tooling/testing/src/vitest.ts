/** What the test configurations of all packages share. */
import { fileURLToPath } from "node:url"

export const shared = {
  // Only against hanging: a busy machine is no failure.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  // Modules are loaded once for all files of a worker; no file may leave anything behind.
  isolate: false,
  setupFiles: [fileURLToPath(new URL("setup.ts", import.meta.url))],
  // Neither the developer's zone nor UTC, in which mistakes would not show.
  env: { TZ: "Europe/London" },
  include: ["test/**/*.test.{ts,tsx}"],
}

/** What a run prints, and where `tally.mjs` finds the results of a package. */
export const reporting = {
  // A test that fails prints what it logged; a thousand requests that went well are no news.
  silent: "passed-only" as const,
  reporters: ["default", "json"],
  outputFile: { json: ".vitest/results.json" },
}
