import { cloudflareTest } from "@cloudflare/vitest-plugin"
import { effort } from "@dwell/testing/effort"
import { reporting, shared } from "@dwell/testing/vitest"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    ...reporting,
    projects: [
      { test: { ...shared, name: "node", exclude: ["test/workers/**"] } },
      {
        plugins: [
          cloudflareTest({
            main: "./test/workers/worker.ts",
            miniflare: {
              compatibilityDate: "2026-11-01",
              compatibilityFlags: ["nodejs_compat"],
              durableObjects: { ACCOUNT: { className: "Account", useSQLite: true } },
            },
          }),
        ],
        test: {
          name: "workers",
          include: ["test/workers/**/*.test.ts"],
          // A Worker has an environment of its own.
          env: { DWELL_TEST_EFFORT: String(effort) },
          testTimeout: shared.testTimeout,
          hookTimeout: shared.hookTimeout,
        },
      },
    ],
  },
})
