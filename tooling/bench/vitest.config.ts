import { reporting, shared } from "@dwell/testing/vitest"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    ...shared,
    ...reporting,
    // One file takes nearly all of the time.
    maxWorkers: 1,
    // Bundles run as they are.
    server: { deps: { external: [/\/dist\//] } },
  },
})
