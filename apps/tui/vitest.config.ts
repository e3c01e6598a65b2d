import { reporting, shared } from "@dwell/testing/vitest"
import { defineConfig } from "vitest/config"

export default defineConfig({
  test: {
    ...shared,
    ...reporting,
    // In a build, Ink draws the last frame alone.
    env: { ...shared.env, CI: "0" },
    // Ink puts its own console over Node's, and vitest's can't take that.
    disableConsoleIntercept: true,
  },
})
