import { cloudflareTest } from "@cloudflare/vitest-plugin"
import { defineConfig } from "vitest/config"

const limits = {
  // Only against hanging: a busy machine is no failure.
  testTimeout: 300_000,
  hookTimeout: 300_000,
}

export default defineConfig({
  test: {
    reporters: ["default", "json"],
    outputFile: { json: ".vitest/results.json" },
    projects: [
      {
        test: { ...limits, name: "node", include: ["test/**/*.test.ts"], exclude: ["test/workers/**"] },
      },
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
        test: { ...limits, name: "workers", include: ["test/workers/**/*.test.ts"] },
      },
    ],
  },
})
