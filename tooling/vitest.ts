/** What every package's tests have in common. */
export const shared = {
  // Only against hanging: a busy machine is no failure.
  testTimeout: 120_000,
  hookTimeout: 120_000,
  include: ["test/**/*.test.ts"],
  reporters: ["default", "json"],
  outputFile: { json: ".vitest/results.json" },
}
